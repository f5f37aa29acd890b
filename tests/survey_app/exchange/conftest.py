"""Real answers and small files for the tests of reading and writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import survey_app.demo
from instruments.load import shipped
from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.exchange.dataset import to_dataset
from survey_app.exchange.read import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from instruments.model import Instrument
    from survey_app.exchange.dataset import Imported

from pathlib import Path

TAPWATER = Path(survey_app.demo.__path__[0]) / "tapwater_involvement.csv"


@pytest.fixture(scope="session")
def pii() -> Instrument:
    """The instrument of the tap-water answers."""
    return shipped("zaichkowsky_1994_pii")


@pytest.fixture(scope="session")
def tapwater(pii: Instrument) -> Imported:
    """The real tap-water answers, suburbs as brands."""
    return to_dataset(read_table(TAPWATER), [pii], brand_column="suburb")


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes text (as UTF-8) or bytes to a file of a name and returns its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def small() -> tuple[Dataset, list[Instrument]]:
    """Three interviews on satisfaction, with awkward texts and an answer left open."""
    instruments = [shipped("satisfaction")]
    dataset = Dataset.build(
        [[7, 6, 5], [1, MISSING, 2], [4, 4, 4]],
        [item.id for item in instruments[0].items()],
        scoring_keys(instruments),
        respondent=["=cmd|' /C calc'!A0", "Анна, «Ё»", 'line\nbreak "quoted"'],
        brand=["acme", "=1+1", "acme"],
        language=["en", "ru", "en"],
        seconds=[12.5, float("nan"), 30],
        instructed=[1, 0, float("nan")],
    )
    return dataset, instruments
