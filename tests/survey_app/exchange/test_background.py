"""What a file tells of people: read by the columns' names, kept, and written out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from instruments.load import shipped
from survey_app.exchange.dataset import Imported, to_dataset
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from survey_app.exchange.table import Column, Table
from survey_app.exchange.write import FORMATS, FileFormat, write_export
from tests.survey_app.exchange.conftest import TAPWATER

if TYPE_CHECKING:
    from pathlib import Path

    from instruments.model import Instrument

ANSWERS = ("sat1", "sat2", "sat3")


def _import(*background: str, **columns: tuple[str, ...]) -> Imported:
    """The import of two interviews on satisfaction with some further columns."""
    items = [Column(item, ("5", "6")) for item in ANSWERS]
    more = [Column(name, cells) for name, cells in columns.items()]
    table = Table("people.csv", (*items, *more), [2, 3])
    return to_dataset(table, [shipped("satisfaction")], background_columns=background)


def test_columns_that_are_named_become_background() -> None:
    """Codes are cut and cleaned like every code; a cell that says nothing is unknown."""
    imported = _import("age", "KIND", age=(" 18-29 ", "NA"), kind=("1.0", "2"))
    known = {name: codes.tolist() for name, codes in imported.dataset.background.items()}
    assert known == {"age": ["18-29", ""], "kind": ["1", "2"]}
    assert "Column 'age' is read as background with 1 codes." in imported.notes


def test_no_column_is_taken_for_background_unasked() -> None:
    """What the file tells besides is left alone until somebody asks for it."""
    assert _import(age=("18-29", "30-44")).dataset.background == {}


def test_names_of_codes_stand_in_their_place() -> None:
    """Where a labelled file names its codes, reports can say what they mean."""
    age = Column("age", ("1", "9"), value_labels={"1": "18 to 29"})
    table = Table("people.sav", (age, *(Column(item, ("5", "6")) for item in ANSWERS)), [1, 2])
    dataset = to_dataset(table, [shipped("satisfaction")], background_columns=["age"]).dataset
    assert dataset.background["age"].tolist() == ["18 to 29", "9"]


@pytest.mark.parametrize(
    ("background", "told"),
    [
        (("agee",), r"there is no column 'agee'; perhaps age\?"),
        (("age", "AGE"), "column age: named twice for the background; name it once"),
        (("sat1",), "column sat1: holds the answers to an item"),
        (("brand",), "column brand: has a name that the interviews' own columns bear"),
        (("essay",), "line 3, column essay: longer than 200 characters; is this the column of"),
    ],
)
def test_columns_that_cannot_be_background_are_refused(
    background: tuple[str, ...], told: str
) -> None:
    """Each fault names the column and what to do."""
    with pytest.raises(ExchangeError, match=told):
        _import(*background, age=("1", "2"), brand=("A", "B"), essay=("short", "long " * 50))


@pytest.mark.parametrize("file_format", FORMATS)
def test_real_background_comes_back_from_every_format(
    tmp_path: Path, tapwater: Imported, pii: Instrument, file_format: FileFormat
) -> None:
    """Two real columns survive the way out and in; the fingerprint holds them."""
    asked = ("hardship", "contact")
    given = to_dataset(
        read_table(TAPWATER), [pii], brand_column="suburb", background_columns=asked
    ).dataset
    assert given.fingerprint != tapwater.dataset.fingerprint
    written = write_export(given, [pii], tmp_path / f"a.{file_format}", file_format)
    read = to_dataset(read_table(written.paths[0]), [pii], background_columns=asked).dataset
    assert set(read.background["hardship"].tolist()) == {"", *"1234567"}
    assert read.fingerprint == given.fingerprint
