"""A file of answers as text, before anybody asks what the columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `cells` are texts, ``""`` where the file has nothing; whole numbers have no
    decimal point. `label` is the question text and `value_labels` the wording of the codes, where
    the file has them."""

    name: str
    cells: tuple[str, ...]
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length, with unique names.

    Parameters
    ----------
    source : name of the file, for messages.
    lines : where each row stands in the file, counted from 1.
    unit : what `lines` count: ``"line"`` (text), ``"row"`` (spreadsheet), ``"case"`` (SPSS).
    notes : what was detected while reading, in sentences.
    """

    source: str
    columns: tuple[Column, ...]
    lines: Sequence[int]
    unit: str = "line"
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.lines)

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells row by row."""
        return zip(*(column.cells for column in self.columns), strict=True)

    def column(self, name: str) -> Column:
        """The column of exactly this name. Raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def place(self, row: int, column: str = "") -> str:
        """Where a row (counted from 0) and column stand, e.g. ``"line 17, column p03"``."""
        where = f"{self.unit} {self.lines[row]}"
        return f"{where}, column {column}" if column else where
