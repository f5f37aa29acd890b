"""What kind of file it is, by name and first bytes, before anything of it is read."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

from survey_app.exchange.errors import ExchangeError, refusal

Kind = Literal["text", "sav", "xlsx"]

MAX_BYTES = 200_000_000
"""Largest file that is opened unless the caller says otherwise, in bytes."""

HEAD_BYTES = 65_536

_BY_SUFFIX: dict[str, Kind] = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".sav": "sav",
    ".zsav": "sav",
    ".xlsx": "xlsx",
}
_MEND = {
    ".xls": "Open it in the spreadsheet program and save it as .xlsx or as CSV UTF-8.",
    ".por": "Save it as .sav in SPSS or PSPP.",
    ".zip": "Unpack it and name the .csv, .sav or .xlsx inside.",
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "a compressed SPSS file (.zsav)"),
    (b"PK\x03\x04", "a ZIP archive or Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x7fELF", "a program"),
)
_WANTED_MAGIC = {"sav": (b"$FL2", b"$FL3"), "xlsx": (b"PK\x03\x04",)}


def file_kind(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[Kind, bytes]:
    """The kind of a file and its first bytes.

    Raises
    ------
    ExchangeError
        it cannot be read, is no ordinary file, is empty, larger than `max_bytes`, of an unknown
        kind, or its first bytes contradict its name. At most 64 KB are read.
    """
    name = str(path)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise refusal(name, "is not an ordinary file; name a .csv, .sav or .xlsx file.")
        _check_size(name, about.st_size, max_bytes)
        kind = _kind_by_name(path)
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        what = f"cannot be read ({error.strerror}); check the name and the permissions."
        raise refusal(name, what) from None
    except ExchangeError:
        raise
    except ValueError:
        raise refusal(ascii(name), "is not a possible file name.") from None
    _check_magic(name, kind, head)
    return kind, head


def _check_size(name: str, size: int, max_bytes: int) -> None:
    if size == 0:
        raise refusal(name, "is empty; export the answers again.")
    if size > max_bytes:
        what = f"has {size:,} bytes, more than the limit of {max_bytes:,}; "
        raise refusal(name, what + "leave out columns that are not needed, or raise the limit.")


def _kind_by_name(path: Path) -> Kind:
    suffix = path.suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    mend = _MEND.get(suffix, f"Files that can be read end in {', '.join(_BY_SUFFIX)}.")
    raise refusal(str(path), f"a file ending in {suffix or 'nothing'} cannot be read. {mend}")


def _check_magic(name: str, kind: Kind, head: bytes) -> None:
    wanted = _WANTED_MAGIC.get(kind)
    if wanted and head.startswith(wanted):
        return
    found = next((words for magic, words in _MAGIC if head.startswith(magic)), None)
    if wanted:
        what = f"is not what its name says ({Path(name).suffix})"
        what += f" but {found}" if found else ""
        raise refusal(name, f"{what}; export the answers again.")
    if found:
        raise refusal(name, f"is not text but {found}; give it the right ending or export CSV.")
