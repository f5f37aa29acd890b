"""What a brand manager reads, on the web and on paper."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from reports.blocks import Paragraph
from reports.format import formatter
from reports.scorecard import scorecard
from survey_app.domain.study import Brand
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.report import scorecard_findings, study_facts
from survey_app.services.user import assign_brands
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.making import make_study

if TYPE_CHECKING:
    from reports.blocks import Document
    from tests.survey_app.web.conftest import Office


def paper_text(data: bytes) -> str:
    """The words of a PDF."""
    pages = PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def document(office: Office, key: str, brand: str) -> Document:
    """The scorecard worked out beside the application."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        wave = study.current_wave
        analysed = analyse_study(unit, study, wave, cache=AnalysisCache())
    facts = study_facts(study, analysed.dataset, wave, "en")
    return scorecard(scorecard_findings(analysed, facts, brand))


def read_tracker(office: Office) -> None:
    """Let the manager read a brand of the study with two waves."""
    with office.database.writing() as unit:
        manager = unit.users.by_id(office.people["manager"])
        assert manager is not None
        assign_brands(unit, manager, [office.brand_id(office.waves_key, "one")])
        unit.commit()


def test_list_names_assigned_brands_and_nothing_else(office: Office) -> None:
    """A manager sees their brands with the study and a PDF, not the brand next to them."""
    page = office.visitor("manager").get("/scorecards/").text
    assert f"/scorecards/{office.open_key}/north" in page
    assert f"/scorecards/{office.open_key}/tiny/pdf" in page
    assert "South" not in page
    assert "Tracker" not in page


def test_manager_without_brands_is_told_what_to_do(office: Office) -> None:
    """An empty list says whom to ask."""
    page = text_of(office.visitor("idle_manager").get("/scorecards/"))
    assert "No brand is assigned to you yet." in page
    assert "Ask your administrator" in page


def test_web_page_prints_every_block_of_the_scorecard(office: Office) -> None:
    """Each sentence, each table cell and each chart of the document stands on the page."""
    expected = document(office, office.open_key, "north")
    response = office.visitor("manager").get(f"/scorecards/{office.open_key}/north")
    page = text_of(response)
    for block in expected.blocks():
        if isinstance(block, Paragraph):
            assert " ".join(block.text.split()) in page
    for table in expected.tables().values():
        for row in table.rows:
            for cell in row:
                assert " ".join(cell.text.split()) in page
    # Each chart stands there twice: as wide as on paper, and drawn anew for a phone.
    assert response.text.count("<svg xmlns") == 2 * len(expected.charts()) >= 6
    for chart in expected.charts().values():
        assert " ".join(chart.alt.split()) in page


def test_paper_says_what_the_page_says(office: Office) -> None:
    """The sentence to remember is the same in the PDF as on the page."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north"
    lead = re.search(r'<p class="lead">(.+?)</p>', manager.get(path).text, re.DOTALL)
    assert lead is not None
    response = manager.get(f"{path}/pdf")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=shops-north-en.pdf"
    first_words = " ".join(lead.group(1).replace("&amp;", "&").split()[:8])
    assert first_words in paper_text(response.data)


def test_competitors_are_not_named_unless_agreed(office: Office) -> None:
    """The other brands' names stand neither on the page nor in the PDF."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north"
    assert "South" not in text_of(manager.get(path))
    assert "South" not in paper_text(manager.get(f"{path}/pdf").data)


def test_too_few_interviews_are_explained_not_shown(office: Office) -> None:
    """A brand with 12 interviews gets a page that says why, and not one mean."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/tiny"
    response = manager.get(path)
    page = text_of(response)
    assert "fewer than 30" in page
    assert "<svg xmlns" not in response.text
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        scores = analyse_study(unit, study, cache=AnalysisCache()).scores
    for scale in scores.scales:
        assert scale.brand_means is not None
        mean = scale.brand_means.mean_of("tiny").mean
        assert mean is not None
        assert formatter("en").score(mean) not in page
    assert "fewer than 30" in paper_text(manager.get(f"{path}/pdf").data)


def test_brand_without_any_answer_is_explained_too(office: Office) -> None:
    """A brand that nobody answered about is hidden like any other that is too small."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        study.brands.append(Brand("new", {"en": "New"}, position=4))
        unit.commit()
    page = office.visitor("researcher").get(f"/scorecards/{office.open_key}/new")
    assert page.status_code == 200
    assert "fewer than 30" in text_of(page)


def test_study_without_answers_has_no_scorecard_yet(office: Office) -> None:
    """Before the first answer the page says so, and there is no PDF."""
    researcher = office.visitor("researcher")
    path = make_study(researcher)
    researcher.submit(f"{path}open")
    key = path.split("/")[2]
    page = researcher.get(f"/scorecards/{key}/kettle")
    assert "Nobody has answered yet" in text_of(page)
    assert researcher.get(f"/scorecards/{key}/kettle/pdf").status_code == 404


def test_simulated_data_say_so_on_page_and_paper(office: Office) -> None:
    """A simulated study says so in the list, on the scorecard and on every sheet."""
    read_tracker(office)
    manager = office.visitor("manager")
    path = f"/scorecards/{office.waves_key}/one"
    assert "Simulated data" in text_of(manager.get("/scorecards/"))
    assert "Simulated data" in text_of(manager.get(path))
    pages = PdfReader(io.BytesIO(manager.get(f"{path}/pdf").data)).pages
    assert all("simulated" in page.extract_text().lower() for page in pages)


def test_each_wave_has_its_own_scorecard(office: Office) -> None:
    """Waves are listed by name; each has its figures; an unknown one is not found."""
    read_tracker(office)
    manager = office.visitor("manager")
    listed = text_of(manager.get("/scorecards/"))
    assert "One, First wave" in listed
    assert "One, Second wave" in listed
    path = f"/scorecards/{office.waves_key}/one"
    first, second = (text_of(manager.get(f"{path}?wave={code}")) for code in ("w1", "w2"))
    assert first != second == text_of(manager.get(path))
    assert manager.get(f"{path}?wave=w3").status_code == 404
    paper = manager.get(f"{path}/pdf?wave=w1")
    assert "tracker-one-first-wave.pdf" in paper.headers["Content-Disposition"]


def test_scorecard_is_read_in_a_language_of_the_study(office: Office) -> None:
    """The study asked in Russian too, so its scorecard can be read in Russian, on paper as well."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north"
    page = manager.get(f"{path}?language=ru")
    assert '<div class="report" lang="ru" dir="ltr">' in page.text
    lead = re.search(r'<p class="lead">(.+?)</p>', page.text, re.DOTALL)
    assert lead is not None
    assert re.search("[а-я]{4}", lead.group(1))
    paper = paper_text(manager.get(f"{path}/pdf?language=ru").data)
    assert re.search("[а-я]{4}", paper)
    assert manager.get(f"{path}?language=xx").status_code == 404


def test_same_answers_give_the_same_paper(office: Office) -> None:
    """Asked twice, the PDF is the same to the byte."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north/pdf"
    assert manager.get(path).data == manager.get(path).data


def test_assignment_taken_back_works_at_once(office: Office) -> None:
    """A manager who loses a brand cannot open its scorecard any more."""
    manager = office.visitor("manager")
    path = f"/scorecards/{office.open_key}/north"
    assert manager.get(path).status_code == 200
    read_tracker(office)
    assert manager.get(path).status_code == 404
    assert manager.get(f"{path}/pdf").status_code == 404


@pytest.mark.parametrize("part", ["", "results", "measurement", "downloads/", "links/north.svg"])
def test_manager_sees_no_page_of_the_study(office: Office, part: str) -> None:
    """Nothing of the researcher's pages is open to a manager of one of its brands."""
    response = office.visitor("manager").get(f"/studies/{office.open_key}/{part}")
    assert response.status_code == 403
