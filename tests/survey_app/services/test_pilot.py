"""Answers that try a questionnaire out are in nothing that is said of real ones."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from reports.findings import findings
from survey_app.domain.interview import Disposition
from survey_app.domain.questionnaire import (
    BRAND,
    Block,
    BrandQuestion,
    Condition,
    Design,
    Quota,
)
from survey_app.domain.study import StudyError, now
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset import answers_of
from survey_app.services.export import export_file
from survey_app.services.fieldwork_progress import progress
from survey_app.services.pilot import delete_pilot_answers, pilot_file, require_unpiloted
from survey_app.services.survey import study_survey
from tests.survey_app.services.designed import CORE, Designed, designed_study

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork

QUOTA = Quota("few", "Few", 2, (Condition(BRAND, frozenset({"north"})),))
DESIGN = Design(
    (Block("core", "core_engagement"),),
    brand_question=BrandQuestion.KNOWN,
    most_brands=2,
    quotas=(QUOTA,),
)
KNOWN = {"brand.north": 1, "brand.east": 1}


def interview(study: Designed, start_id: str, value: int) -> None:
    """A whole interview about two brands."""
    key = study.start(start_id)
    position = study.answer(key, KNOWN)
    while not position.finished:
        items = dict.fromkeys(position.page.questions, value)
        position = study.answer(key, items)
    assert position.disposition is Disposition.COMPLETE


@pytest.fixture
def study(database: Database) -> Designed:
    """A study with as many pilot interviews as fill its quota, then two real ones."""
    found = designed_study(database, DESIGN, (CORE,), start=lambda study: study.pilot())
    interview(found, "pilot-one", 1)
    interview(found, "pilot-two", 2)
    found.change(lambda study: study.open(now().date()))
    interview(found, "pilot-one", 6)
    interview(found, "pilot-two", 7)
    return found


def all_that_is_said(unit: UnitOfWork, study: Study) -> list[Any]:
    """Counts, sums, answers, file and scorecard of the real interviews."""
    analysed = analyse_study(unit, study, cache=AnalysisCache(), minimum_n=2)
    survey = study_survey(unit, study, study.waves[0], cache=AnalysisCache(), minimum_n=30)
    sums = {name: n for name, n in unit.tallies.all_of(study.id or 0).items() if not name[1]}
    return [
        progress(unit, study),
        sums,
        unit.versions.counts(study.id or 0),
        unit.versions.by_wave(study.id or 0),
        answers_of(unit, study).dataset.fingerprint,
        export_file(analysed, "csv").content,
        repr(findings(survey, "north")),
    ]


def test_pilots_change_nothing_that_is_said(study: Designed) -> None:
    """With pilot answers and without, everything is the same, to the byte; the same browser began
    afresh, and a quota that the pilot had filled was empty."""
    with study.database.writing() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        assert unit.versions.pilot_counts(found.id or 0) == (2, 2)
        with_pilots = all_that_is_said(unit, found)
        with pytest.raises(StudyError, match="about east, north"):
            require_unpiloted(unit, found, ["west"])
        assert delete_pilot_answers(unit, found) == 2
        require_unpiloted(unit, found, [])
        unit.commit()
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        assert unit.versions.pilot_counts(found.id or 0) == (0, 0)
        assert not any(pilot for _, pilot, _, _ in unit.tallies.all_of(found.id or 0))
        assert all_that_is_said(unit, found) == with_pilots


def test_pilots_are_downloaded_by_themselves(study: Designed) -> None:
    """The file holds a row for each brand of the pilot interviews, and no real answer."""
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        made = pilot_file(unit, found)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        frame = pd.read_csv(archive.open("answers.csv"))
    assert sorted(frame["cog1"]) == [1, 1, 2, 2]
    assert set(frame["version"]) == {1}
