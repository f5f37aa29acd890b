"""Text files: comma, semicolon or tab; UTF-8, UTF-16 by its mark, or an encoding that is named."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, TextIO

from survey_app.exchange.errors import ExchangeError, refusal
from survey_app.exchange.header_rows import Sheet, to_table
from survey_app.exchange.limits import NO_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey_app.exchange.limits import Limits
    from survey_app.exchange.table import Table

MAX_LINE = 1_000_000
"""Longest line that is read, in characters."""

MAX_CELLS = 50_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"
_ALLOWED_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b\x85")


def read_csv(
    path: Path,
    head: bytes,
    encoding: str | None = None,
    *,
    fewest_columns: int = 2,
    limits: Limits = NO_LIMITS,
) -> Table:
    """The table in a text file whose first bytes are `head`.

    Raises
    ------
    ExchangeError
        binary content, another encoding, NUL, a broken quote, a ragged row (with its line), a line
        over `MAX_LINE`, fewer columns than `fewest_columns`, more than `limits`.
    """
    name = str(path)
    encoding = _encoding(name, head, encoding)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            sheet = _sheet(name, stream, fewest_columns, limits)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(path, encoding, error) from None
    except (UnicodeError, LookupError):
        raise refusal(name, f"is not {encoding} text; save it as CSV UTF-8.") from None
    return to_table(sheet)


def _encoding(name: str, head: bytes, asked: str | None) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if not encoding:
                raise refusal(name, "is UTF-32 text; save it as CSV UTF-8.")
            return encoding
    if b"\0" in head:
        line = head.count(b"\n", 0, head.index(b"\0")) + 1
        what = "holds NUL bytes: it is binary, or UTF-16 without its mark; save it as CSV UTF-8."
        raise refusal(name, what, f"line {line}")
    controls = sum(byte < 32 and byte not in _ALLOWED_CONTROLS for byte in head)
    if controls * 50 > len(head):
        raise refusal(name, "is binary, not text; export the answers as CSV UTF-8.")
    if asked is None:
        return "utf-8"
    try:
        return codecs.lookup(asked).name
    except LookupError:
        what = f"the encoding {asked!r} is not known; try utf-8, cp1251 or cp1252."
        raise refusal(name, what) from None


def _wrong_encoding(path: Path, encoding: str, error: UnicodeDecodeError) -> ExchangeError:
    """The refusal of a file in another encoding, with its line and a guess which it is."""
    if encoding.startswith("utf-16"):
        return refusal(str(path), "is damaged UTF-16 text; export it again as CSV UTF-8.")
    line = _first_undecodable_line(path, encoding)
    byte = error.object[error.start]
    what = f"byte 0x{byte:02x} is not {encoding.upper()}; {_guess(error.object)}"
    return refusal(str(path), what, f"line {line}" if line else "")


def _guess(raw: bytes) -> str:
    high = [byte for byte in raw if byte >= 128]
    if any(byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) for byte in high):
        return "the file is binary or damaged; export the answers as CSV UTF-8."
    cyrillic = sum(byte >= 0xC0 for byte in high) > 0.9 * len(high) and _runs(raw) > 1
    likely = "cp1251 (Windows, Cyrillic)" if cyrillic else "cp1252 (Windows, Western)"
    code = likely.split(maxsplit=1)[0]
    return f"it looks like {likely}. Save it as CSV UTF-8, or name the encoding {code}."


def _runs(raw: bytes) -> int:
    """Places where three letters above ASCII follow each other: Cyrillic words, rare in Western."""
    return sum(
        1
        for i in range(min(len(raw), 8192) - 2)
        if raw[i] >= 0xC0 and raw[i + 1] >= 0xC0 and raw[i + 2] >= 0xC0
    )


def _first_undecodable_line(path: Path, encoding: str) -> int:
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return 0


def _sheet(name: str, stream: TextIO, fewest_columns: int, limits: Limits) -> Sheet:
    lines = _Lines(name, stream)
    first = next(lines, "")
    delimiter = _delimiter(first)
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter = first[4]
    else:
        lines.push_back(first)
    return _rows(name, lines, delimiter, fewest_columns, limits)


def _delimiter(header: str) -> str:
    """The delimiter that cuts the header into most columns; quoted text does not count."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _rows(name: str, lines: _Lines, delimiter: str, fewest_columns: int, limits: Limits) -> Sheet:
    sheet = Sheet(name, "line", [], [])
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start, cells = lines.number + 1, 0
    try:
        for row in reader:
            start, here = lines.number + 1, start
            if any(row):
                _check_row(sheet, row, here, fewest_columns)
                cells += len(row)
                sheet.rows.append(row)
                sheet.lines.append(here)
            if what := limits.fault(len(sheet.rows) - 1, cells, MAX_CELLS):
                raise refusal(name, what)
    except csv.Error as error:
        what = f"the quotes cannot be read ({error}); look for a quotation mark that is not closed."
        raise refusal(name, what, f"line {start}") from None
    return sheet


def _check_row(sheet: Sheet, row: list[str], line: int, fewest_columns: int) -> None:
    if not sheet.rows:
        if len(row) < fewest_columns:
            what = "only one column is found; separate columns by comma, semicolon or tab."
            raise refusal(sheet.source, what, f"line {line}")
    elif len(row) != len(sheet.rows[0]):
        what = f"has {len(row)} values where the header has {len(sheet.rows[0])} columns; "
        what += "look for a missing or superfluous delimiter or quotation mark."
        raise refusal(sheet.source, what, f"line {line}")


class _Lines:
    """Lines of a stream, numbered from 1, none longer than `MAX_LINE`, none with NUL."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self.number = 0
        self._name = name
        self._stream = stream
        self._pushed: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._pushed.pop() if self._pushed else self._stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if "\0" in line:
            what = "holds a NUL character; the file is damaged or binary, export it again."
            raise refusal(self._name, what, f"line {self.number}")
        if len(line) == MAX_LINE:
            what = f"is longer than {MAX_LINE:,} characters; this is no table of answers."
            raise refusal(self._name, what, f"line {self.number}")
        return line

    def push_back(self, line: str) -> None:
        """Give a line to the next reader again."""
        if line:
            self._pushed.append(line)
            self.number -= 1
