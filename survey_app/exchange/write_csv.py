"""CSV in UTF-8 with its codebook beside it."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING

from survey_app.exchange.atomic import replacing
from survey_app.exchange.codebook import HEADINGS, codebook_rows
from survey_app.exchange.plain_text import neutral, writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from survey_app.exchange.codebook import Cell, ExportTable


def write_csv(table: ExportTable, path: Path, codebook: Path) -> list[str]:
    """Write data and codebook; the notes tell how many texts were neutralised.

    Text that a spreadsheet would take for a formula gets an apostrophe before it, in cells and
    headers. Missing is an empty cell; decimals have a point and are not rounded.
    """
    header: Sequence[Cell] = [variable.name for variable in table.variables]
    rows = zip(*table.cells, strict=True)
    with replacing(path, codebook) as (data_file, codebook_file):
        changed = _write(data_file, chain([header], rows))
        changed += _write(codebook_file, chain([HEADINGS], codebook_rows(table.variables)))
    return [f"{changed} texts that look like formulas begin with an apostrophe."] if changed else []


def _write(path: Path, rows: Iterable[Sequence[Cell]]) -> int:
    """Number of texts that were neutralised."""
    changed = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for row in rows:
            cells = [neutral(writable(cell)) if isinstance(cell, str) else cell for cell in row]
            changed += sum(1 for old, new in zip(row, cells, strict=True) if old != new)
            writer.writerow(cells)
    return changed
