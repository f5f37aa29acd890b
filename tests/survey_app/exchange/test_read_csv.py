"""Text files, as plain tables and as Qualtrics exports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from tests.survey_app.exchange.conftest import TAPWATER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[str, str | bytes], Path]

PLAIN = "id,brand,p01\nA,ü,1\nB,ж,2\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_plain_text_in_every_common_dress(
    write_file: Write, delimiter: str, encoding: str, newline: str
) -> None:
    """Delimiter, byte order mark and line ends change nothing of what is read."""
    text = PLAIN.replace(",", delimiter).replace("\n", newline)
    raw = b"\xff\xfe" + text.encode("utf-16-le") if "mark" in encoding else text.encode(encoding)
    table = read_table(write_file("a.csv", raw))
    assert table.names == ("id", "brand", "p01")
    assert list(table.rows) == [("A", "ü", "1"), ("B", "ж", "2")]
    assert list(table.lines) == [2, 3]


def test_qualtrics_with_question_texts() -> None:
    """The real export has names, question texts and 690 interviews from line 3 on."""
    table = read_table(TAPWATER)
    assert table.n == 690
    assert table.lines[0] == 3
    assert table.column("suburb").label == "In which suburb do you live?"
    assert "line 2 holds the question texts." in table.notes


def test_qualtrics_with_question_texts_and_import_ids(write_file: Write) -> None:
    """Three header rows are told apart from the interviews, line breaks in questions included."""
    text = (
        "StartDate,ResponseId,p01\n"
        'Start Date,Response ID,"How\nimportant?"\n'
        '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}"\n'
        "2025-01-01,R_1,4\n"
    )
    table = read_table(write_file("a.csv", text))
    assert list(table.rows) == [("2025-01-01", "R_1", "4")]
    assert table.column("p01").label == "How important?"
    assert list(table.lines) == [5]


def test_a_stray_word_does_not_make_a_label_row(write_file: Write) -> None:
    """One word in the first interview is an answer to complain about, not a row of labels."""
    table = read_table(write_file("a.csv", "id,p01,p02,p03\n1,x,2,3\n2,1,2,3\n"))
    assert table.n == 2


def test_blank_lines_and_nameless_empty_columns_are_dropped(write_file: Write) -> None:
    """What spreadsheets leave at the edges is no interview and no column."""
    table = read_table(write_file("a.csv", "id,p01,,\n1,2,,\n\n,,,\n3,4,,\n"))
    assert table.names == ("id", "p01")
    assert list(table.rows) == [("1", "2"), ("3", "4")]
    assert list(table.lines) == [2, 5]


def test_excels_sep_line_is_understood(write_file: Write) -> None:
    """A first line that names the delimiter is not the header."""
    table = read_table(write_file("a.csv", "sep=;\nid;p01\n1;2\n"))
    assert table.names == ("id", "p01")
    assert list(table.lines) == [3]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,p01\n1,2\n3\n", "line 3: has 1 values where the header has 2"),
        ("id,p01\n1,2\n3,4,5\n", "line 3: has 3 values where the header has 2"),
        ('id,p01\n1,"a\nb"\n3\n', "line 4: has 1 values"),
        ('id,p01\n1,2\n3,"4\n5,6\n', "line 3: the quotes cannot be read"),
        ("id,p01\n1,\0\n", "line 2: holds NUL bytes"),
        ("id,p01\n", "a header but no interviews"),
        ("id\n1\n", "line 1: only one column"),
        ("id,p01,p01\n1,2,3\n", "columns 2 and 3 are both named 'p01'"),
        ("id,,p01\n1,2,3\n", "column 2 has no name"),
        ("\n\n", "holds no rows"),
        (b"\xff\xfe\0\0i\0\0\0", "UTF-32"),
        (b"\xff\xfei\0d\0,\0x\0\n\0\x31", "damaged UTF-16"),
        (bytes(range(1, 32)) * 9, "is binary"),
    ],
)
def test_damaged_text_is_refused_with_its_line(
    write_file: Write, content: str | bytes, told: str
) -> None:
    """Ragged rows, open quotes, NUL and the like name the line and what to look for."""
    with pytest.raises(ExchangeError, match=told):
        read_table(write_file("a.csv", content))


def test_cyrillic_windows_text_is_recognised_and_read_when_named(write_file: Write) -> None:
    """cp1251 is refused with line and name of the encoding; naming it reads the file."""
    text = "id,марка,p01\nA,Вкусная вода из крана,1\n"
    path = write_file("a.csv", text.encode("cp1251"))
    with pytest.raises(ExchangeError, match="line 1: byte 0xec is not UTF-8; it looks like cp1251"):
        read_table(path)
    assert read_table(path, encoding="cp1251").names == ("id", "марка", "p01")


def test_western_windows_text_is_recognised(write_file: Write) -> None:
    """One accent is taken for cp1252 and its line is told."""
    path = write_file("a.csv", "id,p01\nA,1\nRené,2\n".encode("cp1252"))
    with pytest.raises(ExchangeError, match=r"line 3: byte 0xe9 .* cp1252"):
        read_table(path)


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13"])
def test_an_unknown_encoding_is_refused(write_file: Write, encoding: str) -> None:
    """A wrong name of an encoding is a message, not a traceback."""
    with pytest.raises(ExchangeError):
        read_table(write_file("a.csv", PLAIN), encoding=encoding)


@given(st.binary(min_size=1, max_size=300), st.sampled_from([None, "cp1251", "latin-1"]))
def test_any_bytes_are_a_table_or_a_told_fault(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, encoding: str | None
) -> None:
    """Whatever a .csv holds, reading it gives equal columns or an ExchangeError."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(raw)
    try:
        table = read_table(path, encoding=encoding)
    except ExchangeError as error:
        faults = error.faults
    else:
        faults = ()
        assert {len(column.cells) for column in table.columns} == {table.n}
        assert len(set(table.names)) == len(table.names)
    assert all(fault.what for fault in faults)
