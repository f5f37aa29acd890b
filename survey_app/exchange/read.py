"""A file of answers becomes a Table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.file_kind import MAX_BYTES, file_kind
from survey_app.exchange.limits import NO_LIMITS

if TYPE_CHECKING:
    from survey_app.exchange.limits import Limits
    from survey_app.exchange.table import Table

__all__ = ["MAX_BYTES", "ExchangeError", "read_table"]


def read_table(
    path: str | Path,
    *,
    name: str = "",
    encoding: str | None = None,
    max_bytes: int = MAX_BYTES,
    fewest_columns: int = 2,
    limits: Limits = NO_LIMITS,
) -> Table:
    """The table in a file: CSV (comma, semicolon or tab; also as Qualtrics exports it, with one
    to three header rows), SPSS (.sav, .zsav) or the first sheet of an Excel workbook (.xlsx).

    Parameters
    ----------
    path : the file; its ending says what it is and its first bytes must agree.
    name : what to call it in messages; the path unless given (an upload's own name).
    encoding : of a text file without byte order mark; UTF-8 unless given.
    max_bytes : larger files are refused without being opened.
    fewest_columns : a text file with fewer is refused; its delimiter is none of those known.
    limits : how many rows and cells there may be, of CSV and of a workbook.

    Raises
    ------
    ExchangeError
        the file is too large, not what it says, damaged, ragged, or holds no interviews. Nothing
        beyond the first fault is read.
    """
    path = Path(path)
    try:
        table = _read(path, encoding, max_bytes, fewest_columns, limits)
    except ExchangeError as error:
        raise ExchangeError(name or error.file, error.faults) from None
    return replace(table, source=name) if name else table


def _read(
    path: Path, encoding: str | None, max_bytes: int, fewest_columns: int, limits: Limits
) -> Table:
    kind, head = file_kind(path, max_bytes=max_bytes)
    if kind == "sav":
        from survey_app.exchange.read_sav import read_sav

        return read_sav(path)
    if kind == "xlsx":
        from survey_app.exchange.read_xlsx import read_xlsx

        return read_xlsx(path, limits)
    from survey_app.exchange.read_csv import read_csv

    return read_csv(path, head, encoding, fewest_columns=fewest_columns, limits=limits)
