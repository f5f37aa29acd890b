"""Scales that nobody was asked stand in no analysis, and what was not asked in a wave not in it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reports.scorecard import scorecard
from survey_app.domain.questionnaire import Block
from survey_app.services.analyse import Analysed, AnalysisCache, analyse_study
from survey_app.services.export import export_file
from survey_app.services.files import every_figure
from survey_app.services.report import psychometric_document
from survey_app.services.results import result_sections
from tests.reports.test_comparability import texts
from tests.survey_app.services.designed import CORE, SATISFACTION, designed_study
from tests.survey_app.services.test_asked_alike import (
    WHOLE,
    answered,
    launched,
    three_waves,
    told,
)

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database
    from tests.survey_app.services.designed import Designed

SOME = replace(
    WHOLE, blocks=(Block("core", "core_engagement", scales=("cognitive", "behavioural")),)
)


def analysed_of(made: Designed, wave: int | None = None) -> tuple[Study, Analysed]:
    """The study with its answers, of one wave or of all."""
    with made.database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        of = None if wave is None else study.waves[wave - 1]
        return study, analyse_study(unit, study, of, cache=AnalysisCache())


def test_what_nobody_was_asked_is_in_no_report(database: Database) -> None:
    """A scale in no block and a whole questionnaire in none are left out of scores, results,
    psychometric report, scorecard and figures; exports keep their empty variables, without a
    score."""
    made = designed_study(database, SOME, (CORE, SATISFACTION))
    made.change(three_waves)
    answered(made, "1", without=["emotional", "satisfaction"])
    study, analysed = analysed_of(made)
    asked = ["cognitive", "behavioural"]
    assert [row.scale for row in analysed.scores.scales] == asked
    assert [one.id for one in analysed.asked_instruments] == ["core_engagement"]
    blocks = str(result_sections(analysed.scores, analysed.instruments, {}))
    assert "Behavioural engagement" in blocks
    assert "Emotional" not in blocks
    report = psychometric_document(study, analysed, None)
    assert "Satisfaction" not in texts(report)
    assert not [name for name in report.tables() if "emotional" in name]
    assert every_figure(analysed)["instruments"] == [f"{CORE.id} {CORE.version}"]
    found = told(made, 1)
    assert [row.scale for row in (*found.dimensions, *found.outcomes)] == asked
    said = texts(scorecard(found))
    assert "Satisfaction" not in said
    assert "Emotional" not in said
    packed = zipfile.ZipFile(io.BytesIO(export_file(analysed, "csv").content))
    header = packed.read("answers.csv").decode().splitlines()[0].split(",")
    assert {"emo1", "sat1", "cognitive_score"} <= set(header)
    assert not {"emotional_score", "satisfaction_score"} & set(header)


def test_what_a_wave_was_not_asked_is_not_in_its_reports(sqlite_database: Database) -> None:
    """A scale of the first wave that the second was not asked has a score in the first alone, and
    nothing says that too few people answered it; where a later version asks it, it is back."""

    def without(content: dict[str, Any]) -> None:
        content["design"]["blocks"][0]["scales"] = ["cognitive", "behavioural"]

    made = designed_study(sqlite_database, WHOLE, (CORE, SATISFACTION))
    made.change(three_waves)
    answered(made, "1")
    launched(made, without)
    answered(made, "2", without=["emotional"])
    assert len(told(made, 1).dimensions) == 3
    found = told(made, 2)
    assert [row.scale for row in found.dimensions] == ["cognitive", "behavioural"]
    assert [row.scale for row in found.outcomes] == ["satisfaction"]
    assert "Emotional" not in texts(scorecard(found))
    _, both = analysed_of(made)
    assert [row.scale for row in both.scores.dimensions] == [
        "cognitive",
        "emotional",
        "behavioural",
    ]


def test_a_scale_that_is_asked_stays_while_nobody_has_answered(sqlite_database: Database) -> None:
    """What a version asks is shown from the first interview on, answered or not; before the first
    interview nothing is missing either."""
    made = designed_study(sqlite_database, WHOLE, (CORE, SATISFACTION))
    _, analysed = analysed_of(made)
    assert len(analysed.dataset.keys) == 4
    made.change(three_waves)
    answered(made, "1", without=["emotional"])
    _, analysed = analysed_of(made, 1)
    assert [row.scale for row in analysed.scores.dimensions if not row.overall.n] == ["emotional"]
