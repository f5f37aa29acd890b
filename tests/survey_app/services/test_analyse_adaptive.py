"""Analyses of studies with adaptive scales: no sums of what was asked, short forms told instead."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.questionnaire import Block, Design
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.domain.study import StudyError
from survey_app.services import next_version
from survey_app.services.adaptive_scales import AdaptiveScales
from survey_app.services.analyse import (
    Analysed,
    AnalysisCache,
    NothingToAnalyseError,
    analyse_study,
)
from survey_app.services.calibration import next_item
from survey_app.services.dataset_import import import_dataset
from survey_app.services.evidence import wave_evidence
from survey_app.services.export import export_file
from survey_app.services.files import as_json, every_figure
from survey_app.services.pilot import end_pilot, pilot_file, start_pilot
from survey_app.services.short_form_page import left_out_section, short_form_sections
from survey_app.services.short_form_results import adaptive_results
from survey_app.services.study import instruments_of, open_study
from survey_app.services.survey import study_survey
from tests.reports.test_comparability import texts
from tests.survey_app.services.designed import CORE, SATISFACTION, designed_study
from tests.survey_app.services.test_collect_adaptive import ITEMS, RULES, mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from instruments.model import Instrument
    from reports.survey import Survey
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database

BOTH = Design((Block("mood", "mood"), Block("end", "satisfaction")), adaptive={"mood": RULES})
ALONE = Design((Block("mood", "mood"),), adaptive={"mood": RULES})


def asked_people(study: Study, n: int = 80) -> Dataset:
    """2n people about two brands, asked about their mood only what the rules want to know."""
    rng = np.random.default_rng(8)
    instruments = instruments_of(study)
    items, keys = items_asked(instruments), scoring_keys(instruments)
    feeling = rng.normal(size=2 * n) + np.repeat([0.5, -0.5], n)
    answers = np.full((2 * n, len(items)), MISSING)
    for j, item in enumerate(items):
        seen = np.round(3 + 1.2 * (feeling + 0.6 * rng.normal(size=2 * n)))
        answers[:, j] = np.clip(6 - seen if item == "m2" else seen, 1, 5)
    for row in answers:
        told: dict[str, int | str | None] = {}
        while (item_id := next_item(RULES, told)) is not None:
            told[item_id] = int(row[items.index(item_id)])
        for item_id in set(ITEMS) - set(told):
            row[items.index(item_id)] = MISSING
    return Dataset.build(
        answers,
        items,
        keys,
        respondent=[f"R{number}" for number in range(2 * n)],
        brand=["north"] * n + ["south"] * n,
        wave=[study.waves[0].code] * 2 * n,
        language=["en"] * 2 * n,
        channel=["import"] * 2 * n,
        simulated=study.simulated,
    )


def asked_study(
    database: Database, design: Design, *asked: Instrument
) -> tuple[Analysed, Survey | None, Study]:
    """A study with its answers, analysed, and its survey where there is anything to tell."""
    made = designed_study(database, design, (mood(), *asked))
    with database.writing() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        import_dataset(unit, study, asked_people(study))
        unit.commit()
    with database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        cache = AnalysisCache()
        analysed = analyse_study(unit, study, study.waves[0], cache=cache)
        survey = None
        if asked:
            survey = study_survey(unit, study, study.waves[0], cache=cache, minimum_n=30)
        return analysed, survey, study


def test_what_was_asked_adaptively_is_never_added_up(sqlite_database: Database) -> None:
    """The other scale is scored, the adaptive one told by its calibration; the export has the raw
    answers without sums, the JSON file all figures."""
    analysed, _, study = asked_study(sqlite_database, BOTH, SATISFACTION)
    assert [scale.scale for scale in analysed.scores.scales] == ["satisfaction"]
    assert analysed.asked_adaptively == ("mood",)
    told = analysed.short_forms["mood"]
    assert told.means == adaptive_results(asked_people(study), {"mood": RULES})["mood"].means
    assert (told.n, told.items) == (160, 6)
    north, south = told.means.means
    assert north.score > south.score + 10
    plain = json.loads(as_json(every_figure(analysed)))["short_forms"]["mood"]
    assert plain["saved"] == pytest.approx(told.saved)
    assert plain["means"]["means"][0]["score"] == pytest.approx(north.score)
    names = zipfile.ZipFile(io.BytesIO(export_file(analysed, "csv").content))
    header = names.read("answers.csv").decode().splitlines()[0]
    assert all(item in header for item in ITEMS)
    assert "version" in header
    assert "mood" not in header
    found = wave_evidence(analysed, study, study.waves[0])
    assert [entry.instrument_id for entry in found] == ["satisfaction"]


def test_scorecards_leave_adaptive_scales_out_and_say_why(sqlite_database: Database) -> None:
    """No row and no question of it; one sentence in the method."""
    from reports.findings import findings
    from reports.scorecard import scorecard

    design = replace(BOTH, blocks=(Block("mood", "mood"), Block("core", "core_engagement")))
    _, survey, _ = asked_study(sqlite_database, design, CORE)
    assert survey is not None
    found = findings(survey, "north")
    asked = ["cognitive", "emotional", "behavioural"]
    assert [row.scale for row in found.dimensions] == asked
    assert {item.scale for item in found.items} == set(asked)
    said = texts(scorecard(found))
    assert "Not on this scorecard: Mood. Asked adaptively" in said


def test_a_study_of_short_forms_alone_says_so(sqlite_database: Database) -> None:
    """There is nothing to add up, which is told in plain words, and the short form is there."""
    analysed, _, study = asked_study(sqlite_database, ALONE)
    with pytest.raises(NothingToAnalyseError, match="Every scale was asked adaptively"):
        _ = analysed.scores
    assert "Every scale was asked adaptively" in analysed.why_not("measurement")
    with pytest.raises(NothingToAnalyseError, match="add one in which everybody was asked all"):
        wave_evidence(analysed, study, study.waves[0])
    (section,) = short_form_sections(analysed.short_forms, analysed.instruments, {"north": "N"})
    words = " ".join(str(block) for block in section.blocks)
    for figure in ("Asked on average", "Reached the bound", "Mood, short form, in figures", "0.45"):
        assert figure in words
    (why,) = left_out_section(analysed.asked_adaptively, analysed.instruments)
    assert "Mood: asked adaptively" in str(why.blocks[0])
    assert export_file(analysed, "csv").content


def test_waves_that_were_asked_whole_keep_their_sums() -> None:
    """A scale that a later version asks adaptively is scored in the wave before, alone; with that
    version among them, it is not."""
    keys = scoring_keys([mood()])
    data = Dataset.build(
        np.full((60, 6), 3), ITEMS, keys, wave=np.repeat(["1", "2"], 30), brand=["north"] * 60
    )
    versions = np.repeat([1, 2], 30)
    adaptive = AdaptiveScales({1: {}, 2: {"mood": RULES}}, versions, tuple(keys))
    both = Analysed(adaptive.scored(data), (mood(),), 30, AnalysisCache(), adaptive=adaptive)
    assert both.dataset.keys == ()
    before, after = both.part(versions == 1), both.part(versions == 2)
    assert (before.dataset.keys, after.dataset.keys) == (tuple(keys), ())
    assert (before.asked_adaptively, after.asked_adaptively) == ((), ("mood",))
    assert before.short_forms == {}
    assert replace(after, adaptive=None).short_forms == {}


@pytest.mark.parametrize("start", [open_study, start_pilot])
def test_nobody_is_asked_by_rules_of_other_items(
    sqlite_database: Database, start: Callable[[Study], None]
) -> None:
    """What was changed after a scale was made adaptive is found before anybody is asked."""
    strange = json.loads(json.dumps(RULES))
    strange["calibration"]["items"][0]["item"] = "m9"
    design = replace(BOTH, adaptive={"mood": strange, "gone": RULES})
    with pytest.raises(StudyError) as refused:
        designed_study(sqlite_database, design, (mood(), SATISFACTION), start=start)
    assert str(refused.value).splitlines() == [
        "Scale mood: m1 not calibrated.",
        "Scale mood: m9 calibrated, but not asked.",
        "Scale gone: asked adaptively, but not in the questionnaire any more.",
    ]


def test_a_next_version_is_looked_at_before_it_is_launched(sqlite_database: Database) -> None:
    """Its rules must fit, too; the export of a pilot has no sums of an adaptive scale."""
    made = designed_study(sqlite_database, BOTH, (mood(), SATISFACTION), start=start_pilot)
    key = made.start(brand="north")
    made.answer(key)
    with sqlite_database.reading() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        content = pilot_file(unit, study).content
    header = zipfile.ZipFile(io.BytesIO(content)).read("answers.csv").decode().splitlines()[0]
    assert "m1" in header
    assert "mood" not in header
    end_pilot(study)
    open_study(study)
    next_version.begin(study)
    study.next_content["design"]["adaptive"]["mood"]["calibration"]["maximum"] = 9
    with pytest.raises(StudyError, match="calibrated with answers from 1 to 9"):
        next_version.launch(study, "Shorter")
