"""The instruments that a study keeps as frozen copies, read once for all who ask."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from instruments.plain import from_plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Study


def instruments_of(study: Study) -> list[Instrument]:
    """The instruments of a study, the main questionnaire first."""
    return read_instruments(study.instruments)


def read_instruments(copies: Sequence[Mapping[str, Any]]) -> list[Instrument]:
    """Frozen copies, read."""
    # Reading checks a copy against its schema, which takes longer than any page should.
    return [_read(json.dumps(plain)) for plain in copies]


@lru_cache(maxsize=256)
def _read(plain: str) -> Instrument:
    return from_plain(json.loads(plain))
