"""Excel workbooks: the values of the first sheet, never a formula."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from survey_app.exchange.errors import ExchangeError, refusal
from survey_app.exchange.header_rows import Sheet, to_table
from survey_app.exchange.limits import NO_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey_app.exchange.limits import Limits
    from survey_app.exchange.table import Table

MAX_CELLS = 20_000_000
_MAX_COLUMNS = 5_000
_MAX_ROWS = 1_048_576
_MAX_UNPACKED = 500_000_000
_MAX_UNPACKED_TIMES = 100
_UNSUSPICIOUS = 20_000_000
_BYTES_A_CELL = 60

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    AssertionError,
)


def read_xlsx(path: Path, limits: Limits = NO_LIMITS) -> Table:
    """The table in the first sheet of a workbook.

    Raises
    ------
    ExchangeError
        the file is damaged or encrypted, unpacks to more than 500 MB, holds no sheet or
        too many cells, or a row is longer than the header.
    """
    name = str(path)
    try:
        _check_unpacked(path, limits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = _sheet(path, limits)
    except ExchangeError:
        raise
    except _DAMAGED as error:
        what = f"is damaged or no workbook ({type(error).__name__}); save it again as .xlsx."
        raise refusal(name, what) from None
    return to_table(sheet)


def _check_unpacked(path: Path, limits: Limits) -> None:
    """Refuse an archive that would unpack to very much, or to far more than tables do (10 to 30
    times): by what it claims, as unpacking more than claimed ends in an error of the archive
    reader."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    usual = max(_UNSUSPICIOUS, _MAX_UNPACKED_TIMES * path.stat().st_size)
    most = _MAX_UNPACKED if limits.cells is None else _BYTES_A_CELL * limits.cells
    if unpacked > min(_MAX_UNPACKED, usual, most):
        what = f"unpacks to {unpacked:,} bytes; leave out sheets and columns that are not needed."
        raise refusal(str(path), what)


def _sheet(path: Path, limits: Limits) -> Sheet:
    from openpyxl import load_workbook

    with path.open("rb") as stream:
        workbook = load_workbook(stream, read_only=True, data_only=True)
        try:
            if not workbook.worksheets:
                raise refusal(str(path), "holds no sheet with cells; save it again as .xlsx.")
            return _rows(str(path), workbook, limits)
        finally:
            workbook.close()


def _rows(name: str, workbook: Any, limits: Limits) -> Sheet:
    worksheet = workbook.worksheets[0]
    worksheet.reset_dimensions()
    sheet = Sheet(name, "row", [], [])
    if len(workbook.worksheets) > 1:
        sheet.notes.append(f"The sheet {worksheet.title!r} is read; the others are not.")
    width = 0
    for line, row in _filled(worksheet):
        width = width or len(row)
        _check_row(name, line, len(row), width)
        sheet.rows.append([*row, *[""] * (width - len(row))])
        sheet.lines.append(line)
        if what := limits.fault(len(sheet.rows) - 1, len(sheet.rows) * width, MAX_CELLS):
            raise refusal(name, what)
    return sheet


def _filled(worksheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, without empty cells at their end, with their number."""
    for line, values in enumerate(islice(worksheet.iter_rows(values_only=True), _MAX_ROWS), 1):
        row = [_text(value) for value in values]
        while row and not row[-1].strip():
            row.pop()
        if row:
            yield line, row


def _check_row(name: str, line: int, cells: int, width: int) -> None:
    if width > _MAX_COLUMNS:
        what = f"has {width:,} columns, more than {_MAX_COLUMNS:,}; is this a table of answers?"
        raise refusal(name, what, f"row {line}")
    if width < 2:
        what = "only one column is found; put the names of the columns into the first row."
        raise refusal(name, what, f"row {line}")
    if cells > width:
        what = f"has {cells} cells where the header has {width} columns; "
        raise refusal(name, what + "name every column in the header.", f"row {line}")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
