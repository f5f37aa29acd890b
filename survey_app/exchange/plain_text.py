"""Text made safe for the file it goes into."""

from __future__ import annotations

import re

_FORMULA_START = re.compile(r"\s*[=+\-@\t\r\n|%＝＋－＠]")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def writable(text: str) -> str:
    """Text without NUL and halves of surrogate pairs, which no format can hold (shown as �)."""
    return _UNWRITABLE.sub("�", text)


def neutral(text: str) -> str:
    """Text that a spreadsheet takes for text: an apostrophe stands before what it would take for
    a formula (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def cut_bytes(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` bytes of UTF-8, cut between characters."""
    return text.encode()[:limit].decode(errors="ignore")
