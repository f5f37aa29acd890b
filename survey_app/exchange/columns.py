"""Which column of a table plays which part."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from survey_app.domain.text import readable
from survey_app.exchange.errors import ExchangeError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from survey_app.exchange.table import Column, Table

CANDIDATES = {
    "brand": ("brand",),
    "cluster": ("cluster",),
    "wave": ("wave",),
    "language": ("language", "UserLanguage", "Q_Language"),
    "channel": ("channel",),
    "disposition": ("disposition", "term"),
    "duration": ("seconds", "duration_seconds", "Q_TotalDuration", "Duration (in seconds)"),
    "id": ("respondent", "ResponseId", "ResponseID", "response_id", "respondent_id", "id"),
    "instructed": ("instructed", "trap"),
    "simulated": ("simulated",),
}
"""Names under which a part is looked for when the caller names no column, best first."""

MOST_PLACES = 5

LONGEST_CODE = 200
"""More characters than a brand, a wave or a language is named by."""

_WHOLE = re.compile(r"[-+]?\d{1,15}[.,]0+")


class Journal:
    """What an import noticed (`notes`) and what stands in its way (`faults`)."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.notes: list[str] = list(table.notes)
        self.faults: list[Fault] = []

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def fault(self, what: str, place: str = "") -> None:
        self.faults.append(Fault(place, what))

    def faults_at(self, column: str, rows: Sequence[int], what: Callable[[int], str]) -> None:
        """A fault for each of the first few rows, and one that counts the rest."""
        for row in rows[:MOST_PLACES]:
            self.fault(what(row), self.table.place(row, column))
        if len(rows) > MOST_PLACES:
            self.fault(f"and {len(rows) - MOST_PLACES} more like these.", f"column {column}")

    def refuse_faults(self) -> None:
        """Raise ExchangeError when anything stands in the way."""
        if self.faults:
            raise ExchangeError(self.table.source, self.faults)


def find(journal: Journal, part: str, asked: str | None) -> Column | None:
    """The column of a part: the one asked for (a fault when there is none), otherwise the first
    of `CANDIDATES` in the table, with a note."""
    if asked is not None:
        column = by_name(journal.table, asked)
        if column is None:
            journal.fault(unknown_column(journal.table, asked))
        return column
    for candidate in CANDIDATES[part]:
        column = by_name(journal.table, candidate)
        if column is not None:
            journal.note(f"Column {column.name!r} is read as {part}.")
            return column
    return None


def by_name(table: Table, name: str) -> Column | None:
    """The column of a name; capitals may differ where that leaves no doubt."""
    if name in table.names:
        return table.column(name)
    alike = [column for column in table.columns if column.name.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def folded(name: str) -> str:
    """The name of a column without capitals and signs, as it is compared with those expected."""
    return " ".join(re.sub(r"[\W_]+", " ", name.casefold()).split())


def unknown_column(table: Table, name: str) -> str:
    """A sentence that names the nearest columns."""
    folded = {column.casefold(): column for column in table.names}
    near = get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)
    if near:
        return f"there is no column {name!r}; perhaps {', '.join(folded[hit] for hit in near)}?"
    shown = ", ".join(table.names[:20]) + (", …" if len(table.names) > 20 else "")
    return f"there is no column {name!r}; the columns are {shown}."


def codes(column: Column | None, table: Table, missing: Collection[str]) -> list[str]:
    """Cells as codes: blanks at the ends cut, ``1.0`` as ``1``, missing as ``""``."""
    if column is None:
        return [""] * table.n
    known: dict[str, str] = {}
    return [
        known[cell] if cell in known else known.setdefault(cell, code(cell, missing))
        for cell in column.cells
    ]


def code(cell: str, missing: Collection[str]) -> str:
    """One cell as a code, without what could steer a terminal or turn a line around."""
    stripped = readable(cell)
    if stripped.casefold() in missing:
        return ""
    if _WHOLE.fullmatch(stripped):
        return re.split("[.,]", stripped)[0]
    return stripped


def refuse_long(journal: Journal, column: str, found: Sequence[str], part: str) -> None:
    """A fault for every code that is too long to be one."""
    long = [row for row, each in enumerate(found) if len(each) > LONGEST_CODE]
    what = f"longer than {LONGEST_CODE} characters; is this the column of the {part}?"
    journal.faults_at(column, long, lambda _: what)


def numbers(
    journal: Journal,
    part: str,
    column: Column | None,
    accepts: Callable[[float], bool],
    missing: Collection[str],
    *,
    asked: bool,
) -> NDArray[np.float64]:
    """Cells as numbers, NaN where there is none. A cell that is no acceptable number is a fault
    in a column that was asked for, and a note in one that was detected."""
    table = journal.table
    values = np.full(table.n, np.nan)
    if column is None:
        return values
    wrong = []
    for row, cell in enumerate(codes(column, table, missing)):
        value = number(cell)
        if value is not None and accepts(value):
            values[row] = value
        elif cell:
            wrong.append(row)
    if wrong and asked:
        journal.faults_at(
            column.name, wrong, lambda row: f"{column.cells[row][:40]!r} cannot be read as {part}."
        )
    elif wrong:
        where = table.place(wrong[0], column.name)
        journal.note(f"Cells that cannot be read as {part}: {len(wrong)}, first {where}.")
    return values


def number(cell: str) -> float | None:
    """A finite number, with decimal point or comma; None for anything else."""
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return value if np.isfinite(value) else None
