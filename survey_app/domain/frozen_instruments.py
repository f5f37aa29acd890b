"""The instruments that a study keeps as frozen copies, read once for all who ask."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from instruments.plain import from_plain

if TYPE_CHECKING:
    from instruments.model import Instrument
    from survey_app.domain.study import Study


def instruments_of(study: Study) -> list[Instrument]:
    """The instruments of a study, the main questionnaire first."""
    # Reading checks a copy against its schema, which takes longer than any page should.
    return [_read(json.dumps(plain)) for plain in study.instruments]


@lru_cache(maxsize=256)
def _read(plain: str) -> Instrument:
    return from_plain(json.loads(plain))
