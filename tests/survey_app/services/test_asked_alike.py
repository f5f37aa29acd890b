"""Reports say by themselves where waves of a study were not asked the same."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING
from reports.findings import findings
from reports.scorecard import scorecard
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.questionnaire import Block, Design
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Wave
from survey_app.services import next_version
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset_import import import_dataset
from survey_app.services.fieldwork_told import fieldwork_told
from survey_app.services.report import psychometric_document
from survey_app.services.study import instruments_of
from survey_app.services.survey import study_survey
from survey_app.services.waves import waves_differences
from tests.reports.test_comparability import texts
from tests.survey_app.services.designed import CORE, SATISFACTION, Designed, designed_study

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.blocks import Document
    from reports.findings import Findings
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database

    Content = dict[str, Any]

WHOLE = Design((Block("core", "core_engagement"), Block("end", "satisfaction")))
NAMES = ("Spring", "Summer", "Autumn")


def answered(
    made: Designed, wave: str, without: Sequence[str] = (), n: int = 70, first: int = 0
) -> None:
    """People answer about two brands in a wave, all but some scales, by the version of the day;
    `first` tells those who come later from those before."""
    with made.database.writing() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        keys = scoring_keys(instruments_of(study))
        cells = [Cell(brand, wave, n, 0.2) for brand in ("north", "south")]
        data = simulate(keys, cells, np.random.default_rng(int(wave)), languages=["en"])
        items = [item for key in keys if key.scale in without for item in key.items]
        answers = data.answers.copy()
        answers[:, data.columns(items)] = MISSING
        names = np.array([f"{wave}-{first}-{number}" for number in range(data.n)])
        import_dataset(unit, study, replace(data, answers=answers, respondent=names))
        unit.commit()


def launched(made: Designed, change: Callable[[Content], None]) -> None:
    """A next version is launched."""

    def make(study: Study) -> None:
        next_version.begin(study)
        content = deepcopy(study.next_content)
        change(content)
        next_version.revise(study, content)
        next_version.launch(study, "For the test.")

    made.change(make)


def three_waves(study: Study) -> None:
    """Give the study three waves, the first of which it may have."""
    for place, name in enumerate(NAMES, start=1):
        if len(study.waves) < place:
            study.waves.append(Wave(str(place), name, place))
        study.waves[place - 1].name = name


def tracked(database: Database) -> Designed:
    """A study of three waves, the first of them answered."""
    made = designed_study(database, WHOLE, (CORE, SATISFACTION), title="Tracker")
    made.change(three_waves)
    answered(made, "1")
    return made


def told(made: Designed, wave: int, brand: str = "north") -> Findings:
    """What a scorecard of a wave may say."""
    with made.database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        given = unit, study, study.waves[wave - 1]
        return findings(study_survey(*given, cache=AnalysisCache(), minimum_n=30), brand)


def psychometric(made: Designed, wave: int) -> Document:
    """The psychometric report of a wave."""
    with made.database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        of = study.waves[wave - 1]
        analysed = analyse_study(unit, study, of, cache=AnalysisCache())
        known = fieldwork_told(unit, study, of, analysed.dataset)
        return psychometric_document(study, analysed, of, told=known)


def without_emotional(content: Content) -> None:
    """Ask the emotional scale no more."""
    content["design"]["blocks"][0]["scales"] = ["cognitive", "behavioural"]


def emotional_of_the_person(content: Content) -> None:
    """Ask it again, but once and about the person."""
    (core, end) = content["design"]["blocks"]
    person = {**core, "id": "person", "scales": ["emotional"], "about": "person"}
    content["design"]["blocks"] = [core, end, person]


def reworded(content: Content) -> None:
    """Word the first question of the cognitive scale anew."""
    content["instruments"][0]["scales"][0]["items"][0]["text"]["en"] = "Otherwise, {brand}?"


def test_a_scale_that_is_asked_otherwise_has_no_trend(database: Database) -> None:
    """A scale left out and then asked about the person, which no single launch refuses, compares
    with nothing before; another question's new wording is marked; both reports say so."""
    made = tracked(database)
    launched(made, without_emotional)
    answered(made, "2", without=["emotional"])
    launched(made, emotional_of_the_person)
    launched(made, reworded)
    answered(made, "3")
    found = told(made, 3)
    rows = {row.scale: row for row in found.dimensions}
    assert rows["emotional"].waves == ()
    assert [point.asked for point in rows["cognitive"].waves] == ["caution", "caution", "same"]
    assert rows["behavioural"].waves[0].mean is not None
    said = texts(scorecard(found))
    assert "No change since Spring is told for emotional engagement: the questionnaire" in said
    assert "beside Spring: not the same are" in said
    assert "asked" not in psychometric(made, 1).tables()
    table = psychometric(made, 3).tables()["asked"]
    cells = [[cell.text for cell in row] for row in table.rows]
    assert ["Summer – Autumn", "Wording (English)", "cog1"] in [
        [*row[:2], row[2][:4]] for row in cells
    ]
    assert {row[0] for row in cells} == {"Spring – Summer", "Summer – Autumn"}
    answered(made, "2", n=1, first=1)
    with database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        since_spring, since_summer = waves_differences(unit, study)
    assert [(step.before, step.after) for step in since_spring.steps] == [(1, 2), (1, 4)]
    assert any(each.breaks for each in since_spring.steps[1].found)
    assert [(step.before, step.after) for step in since_summer.steps] == [(2, 4)]


def test_a_break_since_the_wave_before_is_said(sqlite_database: Database) -> None:
    """Without a wave between them, page one says why no change is told of the scale; changes of the
    other scales are told and marked where the rules of the questionnaire changed for all."""
    made = tracked(sqlite_database)
    launched(made, without_emotional)
    launched(made, emotional_of_the_person)
    answered(made, "2")
    found = told(made, 2)
    said = texts(scorecard(found))
    assert "No change since Spring is told for emotional engagement: the questionnaire" in said
    previous = {
        row.scale: one
        for row in found.dimensions
        for one in row.references
        if one.kind == "previous"
    }
    assert previous["emotional"].contrast is None
    assert previous["cognitive"].contrast is not None


def test_waves_asked_the_same_are_told_so(sqlite_database: Database) -> None:
    """Nothing is marked, and both reports say that it was looked at."""
    made = tracked(sqlite_database)
    answered(made, "2")
    said = texts(scorecard(told(made, 2)))
    assert "By machine, beside Spring: the same wording" in said
    assert "‡" not in said
    assert "Asked the same, compared by machine: Spring – Summer." in texts(psychometric(made, 2))


def test_what_answers_of_a_file_were_asked_is_not_known(sqlite_database: Database) -> None:
    """Answers imported into a draft have no version; reports say that nobody knows."""
    drafted = designed_study(sqlite_database, WHOLE, (CORE, SATISFACTION), start=three_waves)
    answered(drafted, "1")
    answered(drafted, "2")
    assert "Not known beside Spring" in texts(scorecard(told(drafted, 2)))
    assert "Not known: Spring – Summer." in texts(psychometric(drafted, 2))
