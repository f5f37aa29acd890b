"""The portfolio of a manager: the brands assigned, whenever it is opened, and no others."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from survey_app.domain.study import Brand, StudyError
from survey_app.services.study import set_brands
from survey_app.services.user import assign_brands
from tests.survey_app.web.conftest import text_of

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office


def assign(office: Office, *brands: str) -> None:
    """Let the manager read these brands of the open study, and nothing else."""
    with office.database.writing() as unit:
        manager = unit.users.by_id(office.people["manager"])
        assert manager is not None
        assign_brands(unit, manager, [office.brand_id(office.open_key, code) for code in brands])
        unit.commit()


def path_of(office: Office) -> str:
    """The portfolio of the open study."""
    return f"/scorecards/{office.open_key}/portfolio"


def test_a_manager_of_two_brands_reads_them_side_by_side(office: Office) -> None:
    """Own brands are named, the hidden one with the reason, the other one by a letter."""
    manager = office.visitor("manager")
    assert path_of(office) in manager.get("/scorecards/").text
    words = text_of(manager.get(path_of(office)))
    assert "North & Co" in words
    assert "fewer than 30 people gave usable answers: Tiny" in words
    assert "South" not in words
    assert "Other brand A" in words


def test_the_paper_says_the_same(office: Office) -> None:
    """The PDF on Letter, in Russian, names the same brands."""
    address = f"{path_of(office)}/pdf?paper=letter&language=ru"
    answer = office.visitor("manager").get(address)
    assert answer.headers["Content-Disposition"] == "attachment; filename=shops-portfolio-ru.pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert tuple(map(float, pages[0].mediabox[2:])) == (612.0, 792.0)
    said = " ".join(page.extract_text() for page in pages)
    assert "North & Co" in said
    assert "South" not in said


def test_permission_is_asked_when_the_page_is_made(office: Office) -> None:
    """A brand taken away is gone from the next page; with one left there is no portfolio."""
    manager = office.visitor("manager")
    assign(office, "north", "south")
    assert "South" in text_of(manager.get(path_of(office)))
    assign(office, "north", "tiny")
    assert "South" not in text_of(manager.get(path_of(office)))
    assign(office, "north")
    for file in ("", "/pdf", "/charts/ranks-cognitive.svg"):
        assert manager.get(path_of(office) + file).status_code == 404
    assert path_of(office) not in manager.get("/scorecards/").text


def test_a_researcher_reads_all_brands_of_own_studies(office: Office) -> None:
    """Every brand by name; somebody else's study does not exist."""
    words = text_of(office.visitor("researcher").get(path_of(office)))
    assert "North & Co" in words
    assert "South" in words
    assert office.visitor("foreign_researcher").get(path_of(office)).status_code == 404


def test_waves_are_chosen(office: Office) -> None:
    """The second wave tells what moved since the first; the first has nothing before it."""
    researcher, path = office.visitor("researcher"), f"/scorecards/{office.waves_key}/portfolio"
    assert "What moved since First wave" in text_of(researcher.get(path))
    assert "What moved" not in text_of(researcher.get(f"{path}?wave=w1"))


@pytest.mark.parametrize("query", ["?wave=9", "?language=fr", "/pdf?paper=a0"])
def test_what_there_is_not_is_not_found(office: Office, query: str) -> None:
    """No other wave, language or paper is made up."""
    assert office.visitor("manager").get(path_of(office) + query).status_code == 404


def test_charts_can_be_taken_away(office: Office) -> None:
    """As drawings and as pictures, from links under each chart."""
    manager = office.visitor("manager")
    page = manager.get(path_of(office)).text
    for kind, mimetype in (("svg", "image/svg+xml"), ("png", "image/png")):
        address = f"{path_of(office)}/charts/ranks-cognitive.{kind}"
        assert address in page
        assert manager.get(f"{address}?language=en").mimetype == mimetype
    assert manager.get(f"{path_of(office)}/charts/nothing.svg").status_code == 404


def test_no_brand_takes_the_address(office: Office) -> None:
    """A brand of this code could not be reached, so there can be none."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.draft_key)
        assert study is not None
        with pytest.raises(StudyError, match="address of a page"):
            set_brands(study, [Brand("portfolio", {"en": "Portfolio"})])
