"""Printed tables as CSV, many of them in one archive."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.exchange.plain_text import neutral, writable

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIGURE = re.compile(r"[-+]?\d*\.?\d+")
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
"""Signs that set figures apart in text from right to left; in a cell of its own they only hide."""
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as it is printed: `name` is that of its file, `header` and `rows` are texts."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables_archive(tables: Sequence[PrintedTable], decimal: str = ".") -> bytes:
    """One CSV file for each table in a ZIP archive; the same tables give the same bytes.

    UTF-8 with a byte order mark, by which spreadsheets know it. Figures printed with the sign
    `decimal` are written as numbers with a point; any other text that a spreadsheet would take for
    a formula gets an apostrophe before it.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            entry = zipfile.ZipInfo(f"{table.name}.csv", _SAME_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _csv(table, decimal))
    return content.getvalue()


def table_file(table: PrintedTable, decimal: str = ".") -> bytes:
    """One table as CSV, written as in `tables_archive`."""
    return _csv(table, decimal)


def cell(text: str, decimal: str = ".") -> str:
    """A printed text as it is written to CSV: ``−12.5`` is ``-12.5``, ``=1+1`` is ``'=1+1``."""
    text = text.translate(_ISOLATES)
    plain = text.replace("\u202f", "").replace("−", "-").replace(decimal, ".")
    if _FIGURE.fullmatch(plain):
        return plain.removeprefix("+")
    return neutral(writable(text))


def _csv(table: PrintedTable, decimal: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([neutral(writable(label.translate(_ISOLATES))) for label in table.header])
    writer.writerows([cell(text, decimal) for text in row] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")
