"""The response that reports tell: rates of those invited, where nobody else could answer."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reports.findings import findings
from reports.response import ResponseRates
from reports.scorecard import scorecard
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset_import import import_dataset
from survey_app.services.fieldwork_told import fieldwork_told
from survey_app.services.report import psychometric_document
from survey_app.services.study import instruments_of
from survey_app.services.survey import study_survey
from tests.reports.test_comparability import terms
from tests.survey_app.web.invited_site import invite, some
from tests.survey_app.web.respond_site import running_site
from tests.survey_app.web.test_respond_invited import begin

if TYPE_CHECKING:
    from reports.blocks import Document
    from reports.response import Response
    from reports.survey import Survey
    from survey_app.storage.database import Database
    from tests.survey_app.services.conftest import Fieldwork

INVITED, FINISHED = 36, 31


def told(database: Database) -> tuple[Survey, str, Document]:
    """What the scorecards of the study's wave are drawn from, what the psychometric report of all
    waves says of the response, and that report."""
    with database.reading() as unit:
        study = unit.studies.all()[0]
        given = unit, study, study.waves[0]
        survey = study_survey(*given, cache=AnalysisCache(), minimum_n=30)
        analysed = analyse_study(unit, study, cache=AnalysisCache())
        known = fieldwork_told(unit, study, None, analysed.dataset)
        report = psychometric_document(study, analysed, None, told=known)
    assert known.response == survey.facts.response
    return survey, terms(report)["Response rate"], report


def test_invitations_are_the_denominator_of_invited_interviews(sqlite_database: Database) -> None:
    """With interviews of invited people only, both reports tell AAPOR's rates and of how many; with
    one of an open link among them there is none, which they say."""
    with ExitStack() as stack:
        site = stack.enter_context(running_site(sqlite_database))
        links = list(invite(sqlite_database, site.study_key, some(INVITED)).values())
        for link in links[:FINISHED]:
            who = site.respondent()
            who.finish(begin(who, link))
        who = site.respondent()
        who.submit(begin(who, links[FINISHED]))
        survey, said, report = told(sqlite_database)
        response = survey.facts.response
        assert isinstance(response, ResponseRates)
        assert (response.complete, response.cases, response.not_eligible) == (31, 36, 0)
        assert response.rates["RR1"] == pytest.approx(31 / 36)
        assert response.rates["RR6"] == 1
        assert said.startswith("86.1% (AAPOR RR1; complete interviews 31, people invited 36)")
        rows = {row[0].text: row[2].text for row in report.tables()["response"].rows}
        assert (rows["RR1"], rows["RR2"], rows["COOP1"]) == ("86.1%", "88.9%", "96.9%")
        stranger = site.respondent()
        stranger.finish(stranger.start())
        survey, said, report = told(sqlite_database)
        assert survey.facts.response == "mixed"
        assert said.startswith("None. Only some were invited")
        assert "response" not in report.tables()


@pytest.mark.parametrize(
    ("channel", "response", "said"),
    [
        ("qr", "open", "None. People came by themselves"),
        ("import", None, "Not stated: the answers"),
    ],
)
def test_who_came_by_themselves_have_no_rate(
    fieldwork: Fieldwork, channel: str, response: Response, said: str
) -> None:
    """Codes and links have no list of people; answers of a file tell nothing of one."""
    with fieldwork.database.writing() as unit:
        study = unit.studies.all()[0]
        cells = [Cell("north", "1", 40, 0.2)]
        keys = scoring_keys(instruments_of(study))
        data = simulate(keys, cells, np.random.default_rng(2), languages=["en"])
        ways = np.full(data.n, channel)
        import_dataset(unit, study, replace(data, channel=ways, simulated=False))
        unit.commit()
    survey, words, _ = told(fieldwork.database)
    assert survey.facts.response == response
    assert words.startswith(said)
    assert terms(scorecard(findings(survey, "north")))["Response rate"] == words
