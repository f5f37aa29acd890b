"""What a manager takes away from a scorecard: paper of two sizes, tables, pictures of charts."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader

from reports.blocks import Cell, Column, Document, Section, TableBlock
from survey_app.exchange.write_tables import PrintedTable, cell, tables_archive
from survey_app.web.download import download
from survey_app.web.portal_files import CONTENTS, printed_tables
from tests.survey_app.web.test_portal import document, read_tracker

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office

SVG = "{http://www.w3.org/2000/svg}"


def unpacked(content: bytes) -> dict[str, list[list[str]]]:
    """The rows of each CSV file in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: list(csv.reader(archive.read(name).decode("utf-8-sig").splitlines()))
            for name in archive.namelist()
        }


@pytest.mark.parametrize(
    ("paper", "width"), [("", 595), ("?paper=a4", 595), ("?paper=letter", 612)]
)
def test_paper_comes_in_two_sizes(office: Office, paper: str, width: int) -> None:
    """A4 unless Letter is asked for."""
    response = office.visitor("manager").get(f"/scorecards/{office.open_key}/north/pdf{paper}")
    page = PdfReader(io.BytesIO(response.data)).pages[0]
    assert round(float(page.mediabox.width)) == width


def test_other_paper_is_not_there(office: Office) -> None:
    """A size that there is not leads nowhere."""
    path = f"/scorecards/{office.open_key}/north/pdf?paper=a3"
    assert office.visitor("manager").get(path).status_code == 404


def test_every_table_is_in_the_archive(office: Office) -> None:
    """One file for each table of the scorecard, with its head and its rows, and a list of them."""
    response = office.visitor("manager").get(f"/scorecards/{office.open_key}/north/tables.zip")
    assert response.mimetype == "application/zip"
    disposition = response.headers["Content-Disposition"]
    assert disposition == "attachment; filename=shops-north-en-tables.zip"
    files = unpacked(response.data)
    expected = document(office, office.open_key, "north").tables()
    assert set(files) == {f"{name}.csv" for name in (CONTENTS, *expected)}
    for name, block in expected.items():
        head, *rows = files[f"{name}.csv"]
        assert head == [column.label for column in block.columns]
        assert len(rows) == len(block.rows)
        assert rows[0][0] == block.rows[0][0].text
    listed = files[f"{CONTENTS}.csv"]
    assert {row[0] for row in listed[1:]} == set(files) - {f"{CONTENTS}.csv"}


def test_figures_are_numbers_in_any_language(office: Office) -> None:
    """The Russian scorecard prints decimal commas and true minus signs; its tables hold numbers."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north/tables.zip?language="
    english, russian = (unpacked(manager.get(path + code).data) for code in ("en", "ru"))
    ours, theirs = english["scores.csv"][1:], russian["scores.csv"][1:]
    assert [[float(row[place]) for place in (1, 2)] for row in ours] == [
        [float(row[place]) for place in (1, 2)] for row in theirs
    ]


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("1\u202f234.5", "1234.5"),
        ("−1.25", "-1.25"),
        ("+3.2", "3.2"),
        (".86", ".86"),
        ("–", "–"),
        ("58.1–66.0", "58.1–66.0"),
        ("−1.2 to 3.4", "−1.2 to 3.4"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("61%", "61%"),
        ("\u2066−0.31\u2069", "-0.31"),
        ("\u2068=1+1\u2069", "'=1+1"),
    ],
)
def test_cells_are_numbers_or_harmless_text(printed: str, written: str) -> None:
    """Figures lose the typography of print; nothing else starts a formula."""
    assert cell(printed) == written


def test_names_from_outside_start_no_formula() -> None:
    """A brand or column that looks like a formula is text in every file of the archive."""
    columns = (Column("=HYPERLINK(1)"), Column("n"))
    table = TableBlock("t", "=cmd", columns, ((Cell("+A1"), Cell("30")),), notes=("@note",))
    report = Document("=Brand", "s", "en", (Section("one", "One", (table,)),), banner="")
    files = unpacked(tables_archive(printed_tables(report)))
    assert files["t.csv"] == [["'=HYPERLINK(1)", "n"], ["'+A1", "30"]]
    assert files["contents.csv"][1] == ["t.csv", "'=cmd", "'=Brand · s", "'@note"]


def test_the_same_tables_give_the_same_archive() -> None:
    """No moment is written into it."""
    tables = [PrintedTable("a", ("x",), [("1",)])]
    assert tables_archive(tables) == tables_archive(tables)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_every_chart_can_be_taken_away(office: Office, kind: str) -> None:
    """Each chart has an address of its own that does not change, and a plain file name."""
    manager = office.visitor("manager")
    names = document(office, office.open_key, "north").charts()
    assert len(names) >= 3
    for name in names:
        path = f"/scorecards/{office.open_key}/north/charts/{name}.{kind}"
        response = manager.get(path)
        assert response.status_code == 200
        assert response.data == manager.get(path).data
        called = f"shops-north-en-{name}.{kind}"
        assert response.headers["Content-Disposition"] == f"attachment; filename={called}"


def test_a_chart_as_svg_stands_by_itself(office: Office) -> None:
    """A whole XML document with a size, the chart's words, no script and nothing from outside; the
    page's policy goes with it."""
    path = f"/scorecards/{office.open_key}/north/charts/standing.svg"
    response = office.visitor("manager").get(path)
    assert response.mimetype == "image/svg+xml"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    root = ET.fromstring(response.data)  # noqa: S314 - a chart of our own
    assert root.tag == f"{SVG}svg"
    assert root.attrib["width"].endswith("pt")
    assert root.find(f"{SVG}desc") is not None
    text = response.text.lower()
    assert not [bad for bad in ("<script", "href", "onload", "url(") if bad in text]


def test_a_chart_as_png_is_a_picture_with_its_words(office: Office) -> None:
    """The picture is as wide as twice the points of paper at least, and carries its alternative
    text."""
    path = f"/scorecards/{office.open_key}/north/charts/standing.png"
    response = office.visitor("manager").get(path)
    assert response.mimetype == "image/png"
    picture = Image.open(io.BytesIO(response.data))
    assert picture.width >= 900
    alt = document(office, office.open_key, "north").charts()["standing"].alt
    assert picture.info["Description"] == alt


def test_a_picture_says_what_it_is_of(office: Office) -> None:
    """Passed on without its page, a picture carries its title, brand, study and wave, and that the
    data are simulated."""
    read_tracker(office)
    path = f"/scorecards/{office.waves_key}/one/charts/standing.svg"
    root = ET.fromstring(office.visitor("manager").get(path).data)  # noqa: S314 - our own chart
    words = [node.text or "" for node in root.iter(f"{SVG}text")]
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text in words
    assert any("Simulated data · One · " in text and "Second wave" in text for text in words)


@pytest.mark.parametrize(
    "part", ["charts/nothing.svg", "charts/standing.gif", "charts/..%2Fstanding.svg"]
)
def test_charts_that_there_are_not(office: Office, part: str) -> None:
    """An unknown name or kind leads nowhere."""
    path = f"/scorecards/{office.open_key}/north/{part}"
    assert office.visitor("manager").get(path).status_code == 404


@pytest.mark.parametrize("part", ["pdf", "tables.zip", "charts/standing.png"])
def test_files_of_other_brands_are_not_there(office: Office, part: str) -> None:
    """A brand that is not the manager's has no files for them."""
    path = f"/scorecards/{office.open_key}/south/{part}"
    assert office.visitor("manager").get(path).status_code == 404


def test_a_brand_with_too_few_interviews_has_no_chart(office: Office) -> None:
    """Twelve interviews: no table and no picture, and the paper says why."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/tiny"
    assert list(unpacked(manager.get(f"{path}/tables.zip").data)) == ["contents.csv"]
    assert manager.get(f"{path}/charts/standing.png").status_code == 404


def test_every_chart_of_the_page_has_its_figures(office: Office) -> None:
    """Each chart's numbers stand in the table after it or in one that opens below it."""
    page = office.visitor("manager").get(f"/scorecards/{office.open_key}/north").text
    report = document(office, office.open_key, "north")
    figures = [part.split("</figure>")[0] for part in page.split("<figure")[1:]]
    assert sum('class="files"' in figure for figure in figures) >= len(report.charts())
    for name, chart in report.charts().items():
        own = next(one for one in figures if f'id="chart-{name}-title"' in one)
        if chart.figures:
            assert "<details><summary>" in own
            assert all(label in own for label in chart.figures[0])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("shops-a.pdf", "attachment; filename=shops-a.pdf"),
        ("cafés.pdf", "attachment; filename=cafes.pdf; filename*=UTF-8''caf%C3%A9s.pdf"),
        (
            "кафе-a.pdf",
            "attachment; filename=a.pdf; filename*=UTF-8''%D0%BA%D0%B0%D1%84%D0%B5-a.pdf",
        ),
        ("咖啡.pdf", "attachment; filename=file.pdf; filename*=UTF-8''%E5%92%96%E5%95%A1.pdf"),
    ],
)
def test_names_in_any_letters_reach_the_browser(name: str, header: str) -> None:
    """Headers hold Latin letters only; other letters are told in the standard's way."""
    assert download(b"", name, "application/pdf").headers["Content-Disposition"] == header
