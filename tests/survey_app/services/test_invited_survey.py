"""A scorecard's response rate: out of those invited, where nobody else could answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.invitation import CHANNEL
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import AnalysisCache
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import instruments_of
from survey_app.services.survey import study_survey
from tests.survey_app.web.invited_site import invite, some

if TYPE_CHECKING:
    from tests.survey_app.services.conftest import Fieldwork


def answer(fieldwork: Fieldwork, channel: str, n: int, seed: int) -> None:
    """People answer by a channel."""
    with fieldwork.database.writing() as unit:
        study = unit.studies.all()[0]
        rng = np.random.default_rng(seed)
        data = simulate(
            scoring_keys(instruments_of(study)), [Cell("north", "1", n, 0.2)], rng, languages=["en"]
        )
        names = np.array([f"{channel}-{number}" for number in range(data.n)])
        ways = np.full(data.n, channel)
        import_dataset(unit, study, replace(data, channel=ways, respondent=names, simulated=False))
        unit.commit()


def stated(fieldwork: Fieldwork) -> int | None:
    """What the scorecards of the study's wave state as the number of invitations."""
    with fieldwork.database.reading() as unit:
        study = unit.studies.all()[0]
        survey = study_survey(unit, study, study.waves[0], cache=AnalysisCache(), minimum_n=30)
    return survey.facts.n_invited


def test_invitations_are_the_denominator_of_invited_interviews(sqlite_fieldwork: Fieldwork) -> None:
    """With interviews of invited people only, scorecards say how many were invited; with one of an
    open link among them there is no denominator."""
    invite(sqlite_fieldwork.database, sqlite_fieldwork.study_key, some(70))
    answer(sqlite_fieldwork, CHANNEL, 40, 1)
    assert stated(sqlite_fieldwork) == 70
    answer(sqlite_fieldwork, "web", 1, 2)
    assert stated(sqlite_fieldwork) is None
