"""Contacts from files: what is one, and what is refused with its line and what to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from survey_app.exchange.read_contacts import to_contacts

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.exchange.read_contacts import ReadContacts

LANGUAGES = {"en": ("English",), "de": ("German", "Deutsch")}
BRANDS = {"north": ("North", "Nord"), "south": ("South",)}


def read(folder: Path, text: str, encoding: str = "utf-8") -> ReadContacts:
    """The contacts in a file of this text."""
    file = folder / "contacts.csv"
    file.write_bytes(text.encode(encoding))
    table = read_table(file, name="contacts.csv", encoding=encoding, fewest_columns=1)
    return to_contacts(table, languages=LANGUAGES, brands=BRANDS)


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    """Header, delimiter and encoding as spreadsheets write them; languages and brands by code or
    name; what else the file tells becomes attributes."""
    text = (
        "Customer ID;E-Mail;First name;Last name;Language;Brand;Region\n"
        "7;Jürgen.Groß@Example.org ;Jürgen;Groß;Deutsch;nord;Süd\n"
        "8;ann@example.org;Ann;;;;\n"
    )
    found = read(tmp_path, text, "cp1252")
    assert not found.refused
    first, second = found.rows
    assert (first.email, first.name, first.language, first.brand, first.source_id) == (
        "jürgen.groß@example.org",
        "Jürgen Groß",
        "de",
        "north",
        "7",
    )
    assert first.attributes == {"Region": "Süd"}
    assert (second.name, second.language, second.brand, second.attributes) == ("Ann", "", "", {})
    assert "Kept as attributes: Region." in found.notes


def test_a_list_of_addresses_alone_will_do(tmp_path: Path) -> None:
    """One column is enough, whatever it is called, where it holds addresses."""
    found = read(tmp_path, "Kontakt\na@example.org\nb@example.org\n")
    assert [row.email for row in found.rows] == ["a@example.org", "b@example.org"]
    assert "Column 'Kontakt' is read as email." in found.notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,language\nAnn,en\n", "no column of addresses"),
        ("ann@example.org,Ann\nbob@example.org,Bob\n", "put a row with the names"),
        ("email,E-mail\na@b.org,c@d.org\n", "several columns may be the email"),
    ],
)
def test_without_addresses_nothing_is_read(tmp_path: Path, text: str, said: str) -> None:
    """Where no column can be the addresses, the file is refused with what to write on top."""
    with pytest.raises(ExchangeError, match=said):
        read(tmp_path, text)


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    """Rows that are no contact are refused one by one, all at once, each with everything that is
    wrong with it; the others stay."""
    rows = [
        "ann@example.org,Ann,en,north",
        "nobody,Bob,en,north",
        "carl@example.org,Carl,pt,west",
        ",Dora,en,north",
        "ANN@example.org,Ann again,en,north",
        '"e@example.org\r\nBcc: x@example.org",Eve,en,north',
        'fay@example.org,"Fay\r\nBcc: x@example.org",en,north',
        "gil@example.org,=?utf-8?q?Gil=0ABcc:?=,en,north",
        f"hal@example.org,{'h' * 201},en,north",
        "ida@example..org,Ida,en,north",
        "jo@xn--\u200d.org,Jo,en,north",
        "=cmd()@example.org,=1+1,en,north",
    ]
    found = read(tmp_path, "email,name,language,brand\n" + "\n".join(rows) + "\n")
    assert [row.email for row in found.rows] == ["ann@example.org"]
    told = {fault.place: fault.what for fault in found.refused}
    assert "no e-mail address; write it as" in told["line 3"]
    assert "no language 'pt'" in told["line 4"]
    assert "no brand 'west'; it has" in told["line 4"]
    assert told["line 5"] == "no e-mail address; fill it in."
    assert told["line 6"] == "the same address stands in line 2; remove one."
    assert len(told) == len(rows) - 1
    whole = " ".join(told.values())
    for words in ("the name holds a line break", "'=?'", "longer than 200"):
        assert words in whole
