"""Scorecards of surveys in which people rated several brands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from reports.disclosure import Permission, permitted
from reports.findings import findings
from reports.scorecard import scorecard
from reports.suppression import ReportingRules
from reports.survey import EarlierWave, Survey
from tests.reports.surveys import facts, instruments, survey
from tests.reports.test_comparability import texts

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset

SIZES = {"alpha": 200, "beta": 200, "gamma": 200}


@cache
def both() -> Dataset:
    """600 ratings of 300 people: each rated two brands, in the order of the rows, as one person
    feels about both."""
    data = survey(SIZES, shift={"alpha": 0.2}, missing=0)
    mood = np.argsort(data.answers[:, 0] + data.answers[:, 3], kind="stable")
    place = np.empty(600, int)
    for code, offset in (("alpha", 0), ("beta", 100), ("gamma", 200)):
        own = mood[data.brand[mood] == code]
        place[own] = (offset + np.arange(200)) % 300
    return replace(data, cluster=np.char.add("person-", place.astype(str)))


@cache
def analysed(**changes: object) -> Survey:
    """The survey of one wave."""
    data = replace(both(), **changes)
    stated = facts(data, n_interviews=300)
    return Survey(analyse_scores(data), instruments(), stated, dataset=data)


def test_scorecards_tell_people_and_ratings_in_every_language() -> None:
    """The method says in one sentence that people rated several brands and that it counts; n is
    told as people and ratings, and interviews are no longer said to be each of one brand."""
    for language in ("en", "ru", "de", "ar", "zh"):
        found = findings(analysed(), "alpha", language=language)
        said = texts(scorecard(found))
        assert "300" in said
        assert "600" in said
        assert found.counts.raters is not None
        assert (found.counts.n_kept, found.counts.raters.ratings) == (300, 600)
        assert (found.counts.n_interviews, found.counts.n_complete) == (300, 300)
    said = texts(scorecard(findings(analysed(), "alpha")))
    assert "People rated several brands (300 people, 600 ratings); gaps" in said
    assert "300 people started, 300 analysed, with 600 ratings of brands" in said
    assert "each for one brand" not in said
    alone = texts(scorecard(findings(analysed(cluster=None), "alpha")))
    assert "each for one brand" in alone
    assert "rated several" not in alone


def test_gaps_questions_and_places_know_of_the_people() -> None:
    """Gaps of scores and questions have the errors of the same people, their places come from
    whole people, and brands' own means stay as they are."""
    one, alone = findings(analysed(), "alpha"), findings(analysed(cluster=None), "alpha")
    for row, plain in zip(one.dimensions, alone.dimensions, strict=True):
        assert row.contrast is not None
        assert plain.contrast is not None
        assert (row.mean, row.se, row.lower) == (plain.mean, plain.se, plain.lower)
        assert row.contrast.gap == pytest.approx(plain.contrast.gap)
        assert row.contrast.se != plain.contrast.se
        assert (row.n, row.n_others, plain.n_others) == (200, 300, 400)
    ends = [(item.upper - item.lower) for found in (one, alone) for item in found.items[:1]]
    assert ends[0] != ends[1]
    place = analysed().places["cognitive"]["alpha"]
    assert place.n == 200
    assert place != analysed(cluster=None).places["cognitive"]["alpha"]


def test_a_few_people_with_many_ratings_are_hidden() -> None:
    """Forty ratings by four people are those of four: no figure, no comparison, no part of it."""
    few = np.where(
        (both().brand == "gamma") & (np.arange(600) % 50 != 0), "the same", both().cluster
    )
    data = replace(both(), cluster=few)
    found = Survey(analyse_scores(data), instruments(), facts(data), dataset=data)
    own = findings(found, "gamma")
    assert all(row.visibility == "hidden" and row.mean is None for row in own.dimensions)
    assert found.analysis.brand_counts["gamma"] == 5
    assert "gamma" not in found.compared
    other = findings(found, "alpha")
    assert other.counts.raters is not None
    assert other.counts.raters.people is None
    assert "Their numbers are withheld" in texts(scorecard(other))
    rules = ReportingRules()
    assert permitted(data, found.analysis.kept, "gamma", rules).allows({}) is Permission.TOO_FEW
    assert permitted(data, found.analysis.kept, "alpha", rules).allows({}) is Permission.YES


def test_a_change_in_a_panel_is_that_of_the_same_people() -> None:
    """People asked again, who answer nearly as before, make a change surer than others would, of
    scores and of questions."""
    rng = np.random.default_rng(5)
    moved = np.clip(both().answers + rng.integers(-1, 2, both().answers.shape), 1, 7)
    widths = []
    for who in (both().cluster, None):
        now = replace(both(), cluster=who)
        then = replace(now, answers=moved.astype(np.int16))
        found = Survey(
            analyse_scores(now),
            instruments(),
            facts(now),
            dataset=now,
            earlier=(EarlierWave("Spring", analyse_scores(then)),),
        )
        changes = found.previous["alpha", "cognitive"], found.item_changes["alpha", "cog1"]
        widths.append([row.contrast.se for row in changes if row.contrast is not None])
    assert max(np.array(widths[0]) / widths[1]) < 0.7
