"""Analyses are worked out once for the same answers, and never older than the last interview."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import numpy as np
import pytest

from instruments.load import load_instrument
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.services.analyse import (
    Analysed,
    AnalysisCache,
    NothingToAnalyseError,
    analyse_study,
)
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import instruments_of
from tests.survey_app.services.conftest import open_fieldwork

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset
    from survey_app.storage.database import Database

CORE = load_instrument("core_engagement")


def answers(n: int = 60, seed: int = 1) -> Dataset:
    """Simulated answers about two brands."""
    cells = [Cell("north", "1", n, 0.2), Cell("south", "1", n, 0.0)]
    return simulate(scoring_keys([CORE]), cells, np.random.default_rng(seed))


def test_same_answers_are_analysed_once() -> None:
    """A second look at the same answers gives the very same result object."""
    cache = AnalysisCache()
    first, again = (Analysed(answers(), (CORE,), 30, cache) for _ in range(2))
    assert first.scores is again.scores
    assert first.structure is again.structure


def test_what_decides_a_result_decides_whether_it_is_taken_again() -> None:
    """Other answers, another bound or other brands are analysed anew."""
    cache = AnalysisCache()
    base = Analysed(answers(), (CORE,), 30, cache).scores
    assert Analysed(answers(seed=2), (CORE,), 30, cache).scores is not base
    assert Analysed(answers(), (CORE,), 50, cache).scores is not base
    assert Analysed(answers(), (CORE,), 30, cache, ("north",)).scores is not base


def test_cache_forgets_the_longest_unused() -> None:
    """No more results are kept than asked for; a used one stays."""
    cache = AnalysisCache(most=2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert cache.remembered((name,), lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]


def test_failure_is_not_remembered() -> None:
    """What could not be worked out is tried again the next time."""
    cache = AnalysisCache()

    def fail() -> str:
        raise NothingToAnalyseError("no answers")

    with pytest.raises(NothingToAnalyseError):
        cache.remembered(("a",), fail)
    assert cache.remembered(("a",), lambda: "worked out") == "worked out"


def test_two_requests_at_once_cost_one_analysis() -> None:
    """Two threads that ask for the same thing together get the same object."""
    cache, barrier, found = AnalysisCache(), Barrier(2), []

    def ask() -> None:
        barrier.wait(timeout=10)
        found.append(cache.remembered(("a",), lambda: object()))

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert found[0] is found[1]


def test_new_interview_changes_the_result(sqlite_database: Database) -> None:
    """After a customer has answered, the next look counts the interview."""
    work = open_fieldwork(sqlite_database)
    cache = AnalysisCache()

    def look() -> Analysed:
        with sqlite_database.reading() as unit:
            study = unit.studies.by_key(work.study_key)
            assert study is not None
            return analyse_study(unit, study, cache=cache)

    with pytest.raises(NothingToAnalyseError, match="0 interviews"):
        _ = look().scores
    for number in (1, 2, 3):
        key = work.start(f"start-id-{number}")
        for page in (1, 2, 3):
            work.answer(key, page, value=number + page, seconds=60.0 + number)
    assert look().scores.n_interviews == 3
    assert look().brands == ("north", "south")


def test_one_wave_is_its_own(sqlite_database: Database) -> None:
    """A wave's analysis holds the interviews of that wave alone."""
    work = open_fieldwork(sqlite_database)
    with sqlite_database.writing() as unit:
        study = unit.studies.by_key(work.study_key)
        assert study is not None
        keys = scoring_keys(instruments_of(study))
        cells = [Cell("north", study.current_wave.code, 40, 0.0)]
        import_dataset(unit, study, simulate(keys, cells, np.random.default_rng(1)))
        analysed = analyse_study(unit, study, study.current_wave, cache=AnalysisCache())
        assert analysed.scores.n_interviews == 40
        assert analysed.scores.waves == (study.current_wave.code,)


def test_structure_that_cannot_be_found_is_told_or_left_out() -> None:
    """Too few interviews allow scores but no factors: told where asked for, None where optional."""
    few = Analysed(answers(n=4), (CORE,), 30, AnalysisCache())
    assert few.scores.n_kept > 0
    with pytest.raises(NothingToAnalyseError, match="interviews"):
        _ = few.structure
    assert few.structure_if_any is None
