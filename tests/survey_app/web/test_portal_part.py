"""A manager looks at a part of the interviews: what is shown, what is refused, what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from psychometrics.analysis import analyse_scores
from reports.format import formatter
from survey_app.domain.study import StudyState
from survey_app.services.analyse import AnalysisCache, analyse_study
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.portal_samples import add_cafes
from tests.survey_app.web.test_portal import paper_text

if TYPE_CHECKING:
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.dataset import Dataset
    from tests.survey_app.web.conftest import Office, Visitor


@pytest.fixture
def cafes(office: Office) -> str:
    """The address of a scorecard whose people are known."""
    with office.database.writing() as unit:
        researcher = unit.users.by_id(office.people["researcher"])
        manager = unit.users.by_id(office.people["manager"])
        assert researcher is not None
        assert manager is not None
        study = add_cafes(unit, researcher, manager)
        assert study.state is StudyState.CLOSED
        unit.commit()
        return f"/scorecards/{study.key}/lime"


@pytest.fixture
def manager(office: Office) -> Visitor:
    """The manager in a browser."""
    return office.visitor("manager")


def answers(office: Office, path: str, wave: str = "w2") -> tuple[Dataset, ScoreAnalysis]:
    """The answers behind a scorecard, worked out beside the application."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(path.split("/")[2])
        assert study is not None
        chosen = next(one for one in study.waves if one.code == wave)
        analysed = analyse_study(unit, study, chosen, cache=AnalysisCache())
    return analysed.dataset, analysed.scores


def test_a_part_is_analysed_by_itself(office: Office, cafes: str, manager: Visitor) -> None:
    """Mean, n and the other brand's mean are those of the part, of interviews that screening of
    the whole wave kept."""
    dataset, scores = answers(office, cafes)
    page = text_of(manager.get(f"{cafes}?only-channel=qr"))
    rows = scores.kept & (dataset.channel == "qr")
    part = analyse_scores(dataset.select(rows), flags_to_exclude=99)
    means = part.scale("cognitive").brand_means
    assert means is not None
    for brand in ("lime", "mint"):
        assert formatter("en").score(means.mean_of(brand).mean) in page
    counted = int((rows & (dataset.brand == "lime")).sum())
    assert f"This brand {counted} interviews" in page
    assert f"{dataset.n} interviews started, {scores.n_kept} analysed" in page


def test_a_part_is_named_wherever_it_is_read(cafes: str, manager: Visitor) -> None:
    """Title of the page, heading, sentence to remember, notice; on paper on every sheet."""
    page = manager.get(f"{cafes}?only-channel=qr&only-age=%3D40%2B")
    assert page.status_code == 200
    assert re.search(r"<title>Lime &amp; Sons \(QR code, =40\+\)", page.text)
    words = text_of(page)
    assert "Only a part of the interviews about Lime & Sons is shown here" in words
    assert "(channel: QR code and age: =40+)" in words
    assert "Whether the questions work alike was tested with all interviews" in words
    lead = re.search(r'<p class="lead">(.+?)</p>', page.text, re.DOTALL)
    assert lead is not None
    assert "Lime &amp; Sons (QR code, =40+)" in lead.group(1)
    paper = manager.get(f"{cafes}/pdf?only-channel=qr&only-age=%3D40%2B")
    assert paper_text(paper.data).count("Lime & Sons (QR code, =40+)") >= 4
    assert "qr-code-40" in paper.headers["Content-Disposition"]


def test_a_part_is_named_in_the_language_of_the_scorecard(cafes: str, manager: Visitor) -> None:
    """In Russian the conditions are Russian words."""
    page = text_of(manager.get(f"{cafes}?language=ru&only-channel=qr"))
    assert "Здесь показана только часть интервью" in page
    assert "(канал: QR-код)" in page


def test_too_few_people_are_refused_with_the_reason(cafes: str, manager: Visitor) -> None:
    """Four Russian interviews are not shown; the reason and the way back are."""
    page = manager.get(f"{cafes}?only-language=ru")
    assert page.status_code == 403
    words = text_of(page)
    assert "this part of the interviews cannot be shown" in words
    assert "Fewer than 30 people belong to it" in words
    assert "Show all interviews" in words
    assert "<svg" not in page.text


def test_a_part_that_gives_another_away_is_refused(cafes: str, manager: Visitor) -> None:
    """All English interviews are many, but all less these are the four Russian ones."""
    page = manager.get(f"{cafes}?only-language=en")
    assert page.status_code == 403
    words = text_of(page)
    assert "would give away the scores of a group of fewer than 30 people" in words
    assert "Fewer than 30 people belong to it" not in words


def test_a_refused_part_offers_the_next_wider_one(cafes: str, manager: Visitor) -> None:
    """Of two conditions the one that may be set alone stays."""
    page = manager.get(f"{cafes}?only-channel=qr&only-language=ru")
    assert page.status_code == 403
    assert "Show only QR code" in text_of(page)
    wider = re.search(r'class="button" href="([^"]+)"', page.text)
    assert wider is not None
    address = wider.group(1).replace("&amp;", "&")
    assert "only-language" not in address
    assert manager.get(address).status_code == 200


def test_more_conditions_than_may_be_set_are_refused(cafes: str, manager: Visitor) -> None:
    """Three conditions at once are one too many."""
    page = manager.get(f"{cafes}?only-channel=qr&only-language=en&only-age=18-39")
    assert page.status_code == 403
    assert "Set at most two." in text_of(page)


@pytest.mark.parametrize(
    "part", ["pdf", "tables.zip", "charts/standing.svg", "charts/standing.png"]
)
@pytest.mark.parametrize("condition", ["language=ru", "language=en", "language=xx", "shoe=45"])
def test_no_file_of_a_part_that_is_refused(
    cafes: str, manager: Visitor, part: str, condition: str
) -> None:
    """What the page refuses cannot be taken away either."""
    assert manager.get(f"{cafes}/{part}?only-{condition}").status_code == 404


@pytest.mark.parametrize("condition", ["shoe=45", "age=ancient", "channel=QR", "=x"])
def test_unknown_conditions_lead_nowhere(cafes: str, manager: Visitor, condition: str) -> None:
    """A variable or code that there is not is an address that there is not."""
    assert manager.get(f"{cafes}?only-{condition}").status_code == 404


def test_the_form_offers_what_may_be_shown(cafes: str, manager: Visitor) -> None:
    """Channel and age can be chosen; language, of which nothing may be shown, is not offered."""
    page = manager.get(cafes).text
    assert 'name="only-channel"' in page
    assert 'name="only-age"' in page
    assert 'name="only-language"' not in page


def test_conditions_left_open_leave_the_address(cafes: str, manager: Visitor) -> None:
    """The form sends every field; the page answers at the address without the empty ones."""
    answer = manager.get(f"{cafes}?wave=w1&language=en&only-channel=qr&only-age=")
    assert answer.status_code == 302
    assert answer.location == f"{cafes}?wave=w1&language=en&only-channel=qr"


def test_links_keep_the_part(cafes: str, manager: Visitor) -> None:
    """Waves, languages and files lead to the same part."""
    page = manager.get(f"{cafes}?only-channel=qr").text
    links = re.findall(rf'href="({re.escape(cafes)}[^"]*)"', page)
    kept = [link for link in links if "only-channel=qr" in link]
    assert any("wave=w1" in link for link in kept)
    assert any("language=ru" in link for link in kept)
    assert any("/pdf?" in link for link in kept)
    assert any("/charts/standing.svg" in link for link in kept)
    dropped = set(links) - set(kept)
    assert dropped == {f"{cafes}?wave=w2&amp;language=en"}


def test_a_part_of_one_wave_is_one_of_another(office: Office, cafes: str, manager: Visitor) -> None:
    """Each wave has its own figures for the same condition."""
    pages = [text_of(manager.get(f"{cafes}?wave={wave}&only-channel=qr")) for wave in ("w1", "w2")]
    for wave, page in zip(("w1", "w2"), pages, strict=True):
        dataset, scores = answers(office, cafes, wave)
        rows = scores.kept & (dataset.channel == "qr") & (dataset.brand == "lime")
        assert f"This brand {int(rows.sum())} interviews" in page


def test_a_part_divides_people_no_further(cafes: str, manager: Visitor) -> None:
    """Neither segments nor changes between waves are printed of a part."""
    page = manager.get(f"{cafes}?only-channel=qr").text
    for name in ("trend", "segment", "risk"):
        assert f'id="chart-{name}' not in page
    assert "is shown for all interviews only" in page
