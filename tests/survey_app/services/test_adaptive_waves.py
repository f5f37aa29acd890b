"""Scorecards of studies in which a scale was asked adaptively in one wave and whole in another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reports.scorecard import scorecard
from survey_app.domain.questionnaire import Block, Design
from survey_app.services.analyse import NothingToAnalyseError
from survey_app.services.dataset_import import import_dataset
from tests.reports.test_comparability import texts
from tests.survey_app.services.designed import CORE, designed_study
from tests.survey_app.services.test_analyse_adaptive import asked_people
from tests.survey_app.services.test_asked_alike import answered, launched, three_waves, told
from tests.survey_app.services.test_collect_adaptive import ITEMS, RULES, mood

if TYPE_CHECKING:
    from instruments.model import Instrument
    from reports.findings import Findings
    from survey_app.storage.database import Database
    from tests.survey_app.services.designed import Designed

WHOLE = Design((Block("mood", "mood"), Block("core", "core_engagement")))
SHORT = replace(WHOLE, adaptive={"mood": RULES})
ALONE = Design((Block("mood", "mood"),))


def adaptive(rules: dict[str, Any]) -> Any:
    """Ask by these rules from the next version on."""

    def change(content: dict[str, Any]) -> None:
        content["design"]["adaptive"] = rules

    return change


def asked_short(made: Designed, wave: str) -> None:
    """People answer in a wave, their mood only as far as the rules want to know."""
    with made.database.writing() as unit:
        study = unit.studies.by_key(made.study_key)
        assert study is not None
        data = asked_people(study)
        core = [item for item in data.item_ids if item not in ITEMS]
        answers = data.answers.copy()
        spread = np.random.default_rng(3).integers(-1, 2, (data.n, len(core)))
        places = data.columns(core)
        answers[:, places] = np.clip(answers[:, places] + spread, 1, 5)
        names = np.array([f"{wave}-{number}" for number in range(data.n)])
        waves = np.full(data.n, wave)
        import_dataset(unit, study, replace(data, answers=answers, respondent=names, wave=waves))
        unit.commit()


def made_of(database: Database, design: Design, *asked: Instrument) -> Designed:
    """A study of three waves."""
    made = designed_study(database, design, (mood(), *asked))
    made.change(three_waves)
    return made


def told_scales(found: Findings) -> list[str]:
    """The scales of a scorecard."""
    return [row.scale for row in found.dimensions]


def test_a_scale_asked_whole_after_a_short_form_has_no_trend(database: Database) -> None:
    """Its score stands by itself and page one says why; the other scales have their trend, and the
    test across waves is one of their questions, not of those that most people were not asked."""
    made = made_of(database, SHORT, CORE)
    asked_short(made, "1")
    launched(made, adaptive({}))
    answered(made, "2", n=80)
    found = told(made, 2)
    rows = {row.scale: row for row in found.dimensions}
    assert rows["mood"].mean is not None
    assert rows["mood"].waves == ()
    assert not [one for one in rows["mood"].references if one.kind == "previous"]
    for scale in ("cognitive", "emotional", "behavioural"):
        assert [point.mean is None for point in rows[scale].waves] == [False, False]
        (previous,) = (one for one in rows[scale].references if one.kind == "previous")
        assert previous.standing not in ("not_run", "failed")
    said = texts(scorecard(found))
    assert "No change since Spring is told for mood: the questionnaire changed (how much" in said
    assert "Mood\u00a0‡" not in said


def test_a_short_form_after_the_whole_scale_is_not_on_the_scorecard(
    sqlite_database: Database,
) -> None:
    """What was asked adaptively is told nowhere, not even by the wave in which it was whole."""
    made = made_of(sqlite_database, WHOLE, CORE)
    answered(made, "1", n=80)
    launched(made, adaptive({"mood": RULES}))
    asked_short(made, "2")
    found = told(made, 2)
    assert told_scales(found) == ["cognitive", "emotional", "behavioural"]
    assert all(row.waves[0].mean is not None for row in found.dimensions)
    said = texts(scorecard(found))
    assert "Not on this scorecard: Mood. Asked adaptively" in said
    assert "No change" not in said


def test_a_wave_of_short_forms_alone_does_not_hide_the_next(sqlite_database: Database) -> None:
    """A wave without any sum has no scorecard; the whole wave after it has one, without a trend."""
    made = made_of(sqlite_database, replace(ALONE, adaptive={"mood": RULES}))
    asked_short(made, "1")
    launched(made, adaptive({}))
    answered(made, "2", n=80)
    with pytest.raises(NothingToAnalyseError, match="Every scale was asked adaptively"):
        told(made, 1)
    found = told(made, 2)
    (row,) = found.dimensions
    assert row.mean is not None
    assert row.waves == ()
    assert "No change since Spring is told for mood" in texts(scorecard(found))
    assert (found.items[0].change, found.items[0].n > 30) == (None, True)
