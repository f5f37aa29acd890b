"""Checklists from the researcher's form to respondents, the database, a file and findings."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.dataset import MISSING
from reports.behaviour import behaviour_findings
from reports.suppression import ReportingRules
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset import dataset_of
from survey_app.services.export import export_file
from survey_app.services.study import instruments_of
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.making import make_study
from tests.survey_app.web.respond_site import Site, checked_in, running_site, ticket_in
from tests.survey_app.web.test_workspace_studies import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database
    from tests.survey_app.web.conftest import Office

ASKED = ["core_engagement", "behaviour_checklist", "engagement_levels"]
TAKING_PART, GIVING, LEVELS = "/4", "/5", "/6"


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[Site]:
    """A study with two checklists that takes answers."""
    with running_site(sqlite_database, instruments=ASKED) as site:
        yield site


def page_of(address: str, number: str) -> str:
    """The address of another page of the same interview."""
    return re.sub(r"/\d+$", number, address)


def test_frequencies_are_radio_groups_with_their_words(site: Site) -> None:
    """Each activity is a fieldset with its sentence as legend and five named points."""
    respondent = site.respondent()
    page = respondent.start()
    for _ in range(3):
        page = respondent.submit(page).location
    assert page.endswith(TAKING_PART)
    html = respondent.get(page).text
    assert html.count("<fieldset") == 7
    assert "<legend>I tell people I meet to try North.</legend>" in html
    assert "How often do you do these things?" in html
    for label in ("Never", "Less than once a month", "Every month", "Every week", "Every day"):
        assert html.count(f"<span>{label}</span>") == 7
    assert html.count('type="radio"') == 7 * 5


def test_answers_to_a_checklist_are_in_the_data(site: Site) -> None:
    """A whole interview has every item of every checklist after those of the scales."""
    respondent = site.respondent()
    respondent.finish(respondent.start(), value=2)
    assert site.interviews()[0].disposition.value == "complete"
    with site.database.reading() as unit:
        study = unit.studies.all()[0]
        dataset = dataset_of(unit, study)
    assert dataset.item_ids[10:] == tuple(
        item.id for each in instruments_of(study)[1:] for item in each.items()
    )
    assert dataset.answers[0].tolist() == [2] * len(dataset.item_ids)


def test_a_checklist_page_shows_what_was_chosen(site: Site) -> None:
    """Back on the page, the answers given are marked, and others may be given instead."""
    respondent = site.respondent()
    page = respondent.start()
    for value in (5, 5, 5, 3):
        page = respondent.submit(page, value).location
    earlier = page_of(page, TAKING_PART)
    marked = checked_in(respondent.get(earlier).text)
    assert set(marked.values()) == {3}
    assert len(marked) == 7
    respondent.submit(earlier, 4)
    with site.database.reading() as unit:
        dataset = dataset_of(unit, unit.studies.all()[0])
    assert dataset.numeric(list(marked)).tolist() == [[4] * 7]


@pytest.mark.parametrize("value", ["0", "6", "-1", "weekly", ""])
def test_what_was_not_offered_is_not_kept(site: Site, value: str) -> None:
    """An answer outside the frequencies stays open."""
    respondent = site.respondent()
    page = respondent.start()
    for _ in range(3):
        page = respondent.submit(page).location
    ticket = ticket_in(respondent.get(page).text)
    data = {"ticket": ticket, "q-act_save": value, "anyway": "1"}
    respondent.client.post(page, data=data)
    with site.database.reading() as unit:
        dataset = dataset_of(unit, unit.studies.all()[0])
    assert dataset.answers[0, dataset.columns(["act_save"])].tolist() == [MISSING]


def test_the_whole_way_from_respondents_to_a_finding(site: Site) -> None:
    """Thirty people answer on the web; their shares are found, and their answers are exported."""
    for number in range(30):
        respondent = site.respondent()
        page = respondent.start()
        while not page.endswith("/finish"):
            value = 1 if page.endswith((GIVING, LEVELS)) or number >= 12 else 3
            value = value if page.endswith((TAKING_PART, GIVING, LEVELS)) else 2 + number % 5
            page = respondent.submit(page, value).location
    with site.database.reading() as unit:
        study = unit.studies.all()[0]
        analysed = analyse_study(unit, study, cache=AnalysisCache())
        instruments = instruments_of(study)
    found = behaviour_findings(
        analysed.dataset,
        np.ones(30, np.bool_),
        instruments,
        "north",
        compared=(),
        rules=ReportingRules(),
        language="ru",
    )
    assert found is not None
    shares = {one.id: {row.id: row.share for row in one.classes} for one in found.typologies}
    assert shares["ladder"]["spectators"] == 0.4
    assert shares["ladder"]["inactives"] == 0.6
    assert shares["degrees"]["social"] == 0
    assert set(shares["levels"].values()) == {0}
    assert {row.scale for row in analysed.scores.scales} == {
        "cognitive",
        "emotional",
        "behavioural",
    }
    file = export_file(analysed, "csv")
    with zipfile.ZipFile(io.BytesIO(file.content)) as packed:
        text = packed.read("answers.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted(row["act_share"] for row in rows) == ["1"] * 18 + ["3"] * 12
    assert not [name for name in rows[0] if name.startswith("behaviour_") and "score" in name]


def test_a_researcher_adds_checklists_beside_outcomes(office: Office) -> None:
    """They stand among what can be added, told apart from outcomes, and are asked in the order in
    which they were added."""
    visitor = office.visitor("researcher")
    asked = ["core_engagement", "satisfaction", "behaviour_checklist", "experience_journey"]
    path = make_study(visitor, *asked)
    page = text_of(visitor.get(f"{path}design/questions/add"))
    for before, after in pairwise(("Switching intention", "Checklists", "Four levels of")):
        assert page.index(before) < page.index(after)
    assert "What customers do 13 questions" in page
    assert [plain["id"] for plain in made(office, "Two cafés").instruments] == asked
