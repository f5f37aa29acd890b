"""Files are what they say they are, or refused before much of them is read."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str, str | bytes], Path]

READ_MEASURED = """
import resource, sys, time
from survey_app.exchange.read import read_table
from survey_app.exchange.errors import ExchangeError
read_table(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
try:
    read_table(sys.argv[1])
except ExchangeError as error:
    print(error)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown // 1024, round(time.perf_counter() - started, 2))
"""


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"PK\x03\x04 and more", "not text but a ZIP archive or Excel"),
        ("a.csv", b"$FL2@(#) SPSS", "not text but an SPSS file"),
        ("a.csv", b"%PDF-1.7", "not text but a PDF"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        ("a.sav", b"id,p01\n1,2\n", r"not what its name says \(.sav\)"),
        ("a.xlsx", b"id,p01\n1,2\n", r"not what its name says \(.xlsx\)"),
        ("a.xlsx", b"$FL2@(#)", "but an SPSS file"),
        ("a.sav", b"$FL2" + b"garbage" * 100, "damaged or no SPSS file"),
        ("a.zsav", b"$FL3" + bytes(5000), "damaged or no SPSS file"),
        ("a.xlsx", b"PK\x03\x04" + b"garbage" * 100, "damaged or no workbook"),
        ("a.xls", b"x", "save it as .xlsx"),
        ("a.docx", b"x", "end in .csv, .tsv, .txt, .sav, .zsav, .xlsx"),
        ("answers", b"x", "ending in nothing"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    write_file: Write, name: str, content: bytes, told: str
) -> None:
    """Name and first bytes must agree; the message names the file and what to do."""
    path = write_file(name, content)
    with pytest.raises(ExchangeError, match=told) as caught:
        read_table(path)
    assert str(caught.value).startswith(str(path))


def test_a_missing_file_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    """What cannot be an ordinary file is told as such."""
    with pytest.raises(ExchangeError, match="No such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ExchangeError, match="not an ordinary file"):
        read_table(tmp_path / "folder.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(ExchangeError, match="not an ordinary file"):
        read_table(tmp_path / "zero.csv")
    with pytest.raises(ExchangeError, match="not a possible file name"):
        read_table("nul\0.csv")


def test_the_size_limit_can_be_set(write_file: Write) -> None:
    """A file above the limit is refused with both numbers; at the limit it is read."""
    path = write_file("a.csv", "id,p\n1,2\n")
    assert read_table(path, max_bytes=9).n == 1
    with pytest.raises(ExchangeError, match="has 9 bytes, more than the limit of 8"):
        read_table(path, max_bytes=8)


def test_an_upload_is_called_by_its_own_name(write_file: Write) -> None:
    """The name a user knows stands in errors and in the table, not where the upload lies."""
    with pytest.raises(ExchangeError) as caught:
        read_table(write_file("a.csv", ""), name="mine.csv")
    assert str(caught.value).startswith("mine.csv: ")
    assert read_table(write_file("b.csv", "id,p\n1,2\n"), name="mine.csv").source == "mine.csv"


def _garbage(path: Path, kind: str) -> None:
    with path.open("wb") as stream:
        if kind == "zeros":
            stream.truncate(1_000_000_000)
        elif kind == "zeros below the limit":
            stream.write(b"id,p01\n1,2\n" * 6000)
            stream.truncate(190_000_000)
        elif kind == "one line":
            stream.write(b"id,p01\n" + b"a" * 150_000_000)
        elif kind == "one quote":
            stream.write(b'id,p01\n1,"' + b"a\n" * 75_000_000)
        elif kind == "one column":
            stream.write(b"y\n" * 75_000_000)
        else:
            stream.write(b"\x01\xfe\xa7\x93binary" * 15_000_000)


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("a.csv", "zeros", "more than the limit"),
        ("a.xlsx", "zeros", "more than the limit"),
        ("a.csv", "zeros below the limit", "NUL"),
        ("a.csv", "one line", "line 2: is longer than"),
        ("a.csv", "one quote", "quotation mark"),
        ("a.csv", "one column", "only one column"),
        ("a.csv", "binary", "binary"),
        ("a.sav", "binary", "not what its name says"),
    ],
)
def test_much_garbage_is_refused_quickly_with_flat_memory(
    tmp_path: Path, name: str, kind: str, told: str
) -> None:
    """150 MB to 1 GB of garbage cost under 20 MB and a few seconds, measured in a process of its
    own that has read a good file before."""
    path, good = tmp_path / name, tmp_path / "good.csv"
    _garbage(path, kind)
    good.write_text("id,p01\n1,2\n")
    run = subprocess.run(
        [sys.executable, "-c", READ_MEASURED, str(path), str(good)],
        capture_output=True,
        text=True,
        check=True,
    )
    path.unlink()
    message, figures = run.stdout.strip().splitlines()
    megabytes, seconds = map(float, figures.split())
    assert told in message
    assert megabytes < 20
    assert seconds < 10
