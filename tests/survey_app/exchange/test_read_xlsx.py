"""Excel workbooks: values, never formulas."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table

if TYPE_CHECKING:
    from pathlib import Path


def _workbook(path: Path, rows: list[list[Any]], *more: str) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for title in more:
        workbook.create_sheet(title)
    workbook.save(path)
    return path


def test_values_become_text(tmp_path: Path) -> None:
    """Whole numbers, decimals, truth values, dates and empty cells each have one text."""
    day = datetime(2025, 1, 2, 3, 4, tzinfo=UTC).replace(tzinfo=None)
    rows = [
        ["id", "p01", "p02", "x", "day"],
        ["ä", 3, 4.0, True, day],
        ["b", 2.5, None, None, None],
    ]
    table = read_table(_workbook(tmp_path / "a.xlsx", rows))
    assert list(table.rows) == [
        ("ä", "3", "4", "1", "2025-01-02 03:04:00"),
        ("b", "2.5", "", "", ""),
    ]
    assert table.place(1, "p02") == "row 3, column p02"


def test_question_texts_and_other_sheets_are_noted(tmp_path: Path) -> None:
    """The row of question texts and the sheets that are not read are told."""
    rows = [["id", "p01", "p02"], ["ID", "First", "Second"], [1, 2, 3], [2, 3, 4]]
    table = read_table(_workbook(tmp_path / "a.xlsx", rows, "Other"))
    assert table.n == 2
    assert table.column("p02").label == "Second"
    assert len(table.notes) == 2


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "holds no rows"),
        ([["id", "p01"]], "no interviews"),
        ([["id"], [1]], "row 1: only one column"),
        ([["id", "p01"], [1, 2, 3]], "row 2: has 3 cells where the header has 2"),
        ([["id", None, "p01"], [1, 2, 3]], "row 1: column 2 has no name"),
    ],
)
def test_sheets_that_are_no_table_are_refused(
    tmp_path: Path, rows: list[list[Any]], told: str
) -> None:
    """Each fault names its row."""
    with pytest.raises(ExchangeError, match=told):
        read_table(_workbook(tmp_path / "a.xlsx", rows))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A ZIP archive renamed to .xlsx is damaged as a workbook."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ExchangeError, match="no workbook"):
        read_table(tmp_path / "a.xlsx")


def test_a_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    """An archive of 600 KB that unpacks to 600 MB is refused without being unpacked."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"xl/{number}.xml", bytes(100_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ExchangeError, match="unpacks to 600,000,000 bytes"):
        read_table(path)


def test_a_small_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """A table of empty texts that would keep the reader busy for minutes is told by its size."""
    path = _workbook(tmp_path / "a.xlsx", [["id", "p01"], [1, 2]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"<si><t/></si>" * 2_000_000)
    with pytest.raises(ExchangeError, match=r"a\.xlsx: unpacks to 26,"):
        read_table(path)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    """Nested XML entities in a sheet end in a message."""
    path = _workbook(tmp_path / "good.xlsx", [["id", "p01"], [1, 2]])
    lols = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lols}]><worksheet>&l11;</worksheet>'
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        for member in source.namelist():
            sheet = member.endswith("sheet1.xml")
            target.writestr(member, bomb if sheet else source.read(member))
    with pytest.raises(ExchangeError, match=r"a\.xlsx"):
        read_table(tmp_path / "a.xlsx")
