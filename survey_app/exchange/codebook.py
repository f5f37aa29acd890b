"""The one model of labels and missing values from which every file is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Measure = Literal["nominal", "ordinal", "scale"]
Kind = Literal["text", "integer", "decimal"]
Cell: TypeAlias = str | int | float | None

HEADINGS = ("variable", "label", "kind", "measure", "values", "missing")


@dataclass(frozen=True, slots=True)
class Variable:
    """What a column of an exported file means.

    Parameters
    ----------
    value_labels : wording of its codes, each as text (``"1"``).
    missing : the code that stands for no answer where a format has one (.sav), with its wording;
        spreadsheets and CSV leave the cell empty.
    """

    name: str
    label: str
    kind: Kind = "text"
    measure: Measure = "nominal"
    value_labels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportTable:
    """Variables and their cells, column by column; None where nothing is known."""

    variables: tuple[Variable, ...]
    cells: tuple[Sequence[Cell], ...]
    title: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.cells[0]) if self.cells else 0


def codebook_rows(variables: Sequence[Variable]) -> list[tuple[str, ...]]:
    """The codebook, one row per variable under `HEADINGS`."""
    return [
        (
            variable.name,
            variable.label,
            variable.kind,
            variable.measure,
            " | ".join(f"{value} = {label}" for value, label in variable.value_labels.items()),
            "" if variable.kind == "text" else "empty cell",
        )
        for variable in variables
    ]
