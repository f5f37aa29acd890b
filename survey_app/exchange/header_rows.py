"""Which of the first rows are header: names alone, names and question texts (Qualtrics), or also
Qualtrics' row of ImportIds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.domain.text import readable
from survey_app.exchange.errors import ExchangeError, Fault
from survey_app.exchange.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_IMPORT_ID = re.compile(r'^\s*\{\s*"ImportId"')
_NUMBER = re.compile(r"^\s*[-+]?\d+([.,]\d+)?\s*$")
_NOTHING = frozenset({"", "NA", "N/A", "."})
_QUALTRICS = frozenset({"ResponseId", "ResponseID", "StartDate", "EndDate", "RecordedDate"})
_SAMPLE = 60
_MOST_NAME = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as they stand in a file, the first holding the names; `lines` says where each stands."""

    source: str
    unit: str
    rows: list[list[str]]
    lines: list[int]
    notes: list[str] = field(default_factory=list)


def to_table(sheet: Sheet) -> Table:
    """The Table of a sheet: names, labels and answers told apart, nameless empty columns dropped.

    Raises
    ------
    ExchangeError
        there is no header, a column has cells but no name, a name stands twice, or no row follows.
    """
    if not sheet.rows:
        raise ExchangeError(sheet.source, [Fault("", "holds no rows; export the answers again.")])
    labels, first, notes = _header(sheet)
    body, lines = sheet.rows[first:], sheet.lines[first:]
    if not body:
        what = "holds a header but no interviews; export the answers again."
        raise ExchangeError(sheet.source, [Fault("", what)])
    names = [_clean_name(name) for name in sheet.rows[0]]
    cells = [tuple(column) for column in zip(*body, strict=True)]
    kept = [j for j, name in enumerate(names) if name or any(map(str.strip, cells[j]))]
    _check_names(sheet, [names[j] for j in kept], kept)
    columns = tuple(Column(names[j], cells[j], labels[j]) for j in kept)
    return Table(sheet.source, columns, tuple(lines), sheet.unit, (*sheet.notes, *notes))


def _clean_name(name: str) -> str:
    return readable(name.strip().lstrip("\ufeff"))


def _check_names(sheet: Sheet, names: Sequence[str], positions: Sequence[int]) -> None:
    faults = list(_name_faults(sheet, names, positions))
    if faults:
        raise ExchangeError(sheet.source, faults)


def _name_faults(sheet: Sheet, names: Sequence[str], positions: Sequence[int]) -> Iterator[Fault]:
    place = f"{sheet.unit} {sheet.lines[0]}"
    first: dict[str, int] = {}
    for position, name in zip(positions, names, strict=True):
        if not name:
            yield Fault(place, f"column {position + 1} has no name; name it in the header.")
        elif len(name) > _MOST_NAME:
            what = f"the name of column {position + 1} is longer than {_MOST_NAME} characters; "
            yield Fault(place, what + "is the first row really the header?")
        elif name in first:
            what = f"columns {first[name] + 1} and {position + 1} are both named {name!r}; "
            yield Fault(place, what + "rename or remove one.")
        first.setdefault(name, position)


def _header(sheet: Sheet) -> tuple[list[str], int, list[str]]:
    """Labels by column, number of header rows, and notes."""
    width = len(sheet.rows[0])
    head = sheet.rows[:3]
    imports = next((i for i, row in enumerate(head) if i and _is_import_row(row)), 0)
    unit, lines = sheet.unit, sheet.lines
    if imports == 2:
        notes = [f"{unit} {lines[1]} holds the question texts and {unit} {lines[2]} ImportIds."]
        return _labels(sheet.rows[1]), 3, notes
    if imports == 1:
        return [""] * width, 2, [f"{unit} {lines[1]} holds ImportIds; it is not an interview."]
    if _is_label_row(sheet.rows):
        return _labels(sheet.rows[1]), 2, [f"{unit} {lines[1]} holds the question texts."]
    return [""] * width, 1, []


def _labels(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


def _is_import_row(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and all(_IMPORT_ID.match(cell) for cell in filled)


def _is_label_row(rows: Sequence[Sequence[str]]) -> bool:
    """True when the second row is text above columns of numbers. One column may be an accident;
    two are asked for, or the column names of Qualtrics."""
    if len(rows) < 2:
        return False
    sample = rows[2 : 2 + _SAMPLE]
    numeric = [j for j in range(len(rows[0])) if _is_numeric([row[j] for row in sample])]
    if len(numeric) < (1 if _QUALTRICS & set(rows[0]) else 2):
        return False
    worded = sum(_is_worded(rows[1][j]) for j in numeric)
    return worded >= 0.8 * len(numeric)


def _is_numeric(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip() not in _NOTHING]
    return bool(filled) and all(_NUMBER.match(cell) for cell in filled)


def _is_worded(cell: str) -> bool:
    return cell.strip() not in _NOTHING and not _NUMBER.match(cell)
