"""What a questionnaire still lacks before anybody can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.domain.design_check import content_faults

if TYPE_CHECKING:
    from collections.abc import Mapping


def missing_in(content: Mapping[str, Any]) -> list[str]:
    """What still has to be mended in a content (`Study.content`), in plain words."""
    return [fault.what for fault in content_faults(content)]
