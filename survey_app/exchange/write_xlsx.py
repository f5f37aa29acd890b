"""Excel workbooks: a sheet with the data, a sheet with the codebook, no formula anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from survey_app.exchange.atomic import replacing
from survey_app.exchange.codebook import HEADINGS, codebook_rows
from survey_app.exchange.errors import refusal
from survey_app.exchange.plain_text import neutral, writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from survey_app.exchange.codebook import Cell, ExportTable

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_xlsx(table: ExportTable, path: Path) -> list[str]:
    """Write the workbook; the notes tell what was cut or neutralised.

    Raises
    ------
    ExchangeError
        more rows or columns than a sheet holds, or the file cannot be written.
    """
    import xlsxwriter

    if table.n + 1 > MAX_ROWS or len(table.variables) > MAX_COLUMNS:
        what = f"a sheet holds {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns; export csv or sav."
        raise refusal(str(path), what)
    writer = _Writer()
    header = [variable.name for variable in table.variables]
    with replacing(path) as (file,):
        try:
            with xlsxwriter.Workbook(str(file), _OPTIONS) as workbook:
                workbook.set_properties(
                    {"title": table.title, "comments": "\n".join(table.remarks)}
                )
                bold = workbook.add_format({"bold": True})
                writer.fill(
                    workbook.add_worksheet("data"), header, zip(*table.cells, strict=True), bold
                )
                writer.fill(
                    workbook.add_worksheet("codebook"),
                    HEADINGS,
                    codebook_rows(table.variables),
                    bold,
                )
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise refusal(str(path), f"cannot be written ({error}); check the folder.") from None
    return writer.notes()


class _Writer:
    """Fills sheets and counts what had to be changed."""

    def __init__(self) -> None:
        self.neutralised = 0
        self.cut = 0

    def fill(
        self, sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Cell]], bold: Any
    ) -> None:
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, self._text(name), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell:
                        sheet.write_string(number, column, self._text(cell))
                elif cell is not None:
                    sheet.write_number(number, column, cell)

    def notes(self) -> list[str]:
        told = []
        if self.neutralised:
            told.append(
                f"{self.neutralised} texts that look like formulas begin with an apostrophe."
            )
        if self.cut:
            told.append(f"{self.cut} texts were cut to {MAX_TEXT:,} characters.")
        return told

    def _text(self, text: str) -> str:
        fit = _CONTROLS.sub("�", writable(text)).replace("\r\n", "\n").replace("\r", "\n")
        safe = neutral(fit)
        self.neutralised += safe != fit
        if len(safe.encode("utf-16-le")) // 2 > MAX_TEXT:
            self.cut += 1
            safe = safe.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", errors="ignore")
        return safe
