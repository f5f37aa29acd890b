"""The simulator: seeded, honest about itself, and true to the model it states."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics import alpha, analyse_scores
from psychometrics.dataset import MISSING, Dataset, ScoringKey
from survey_app.demo.simulator import FACTOR_CORRELATION, Activity, Cell, Trait, simulate

KEYS = (
    ScoringKey("first", ("a1", "a2", "a3"), 1, 7, frozenset({"a2"})),
    ScoringKey("second", ("b1", "b2", "b3", "b4"), 1, 7),
    ScoringKey("against", ("c1", "c2"), 1, 7, outcome=True),
)
CELLS = (Cell("x", "1", 3000, 0.3), Cell("y", "1", 3000, 0.0))


@pytest.fixture(scope="module")
def simulated() -> Dataset:
    """Six thousand interviews about two brands."""
    return simulate(KEYS, CELLS, np.random.default_rng(7), opposed={"against"})


def test_the_same_seed_gives_the_same_answers(simulated: Dataset) -> None:
    """A second run has the same fingerprint; another seed has not."""
    again = simulate(KEYS, CELLS, np.random.default_rng(7), opposed={"against"})
    other = simulate(KEYS, CELLS, np.random.default_rng(8), opposed={"against"})
    assert again.fingerprint == simulated.fingerprint
    assert other.fingerprint != simulated.fingerprint


def test_simulated_answers_say_so(simulated: Dataset) -> None:
    """The mark that reports print cannot be forgotten."""
    assert simulated.simulated


def test_scales_hold_together_and_run_in_the_direction_stated(simulated: Dataset) -> None:
    """Scales are reliable after reversal, correlate as stated, and the opposed one runs against."""
    kept = simulated.select(np.isin(simulated.disposition, ["complete"]))
    assert alpha(kept, scale="first").alpha > 0.75
    scores = analyse_scores(kept).scores.pomp
    complete = ~np.isnan(scores).any(axis=1)
    correlation = np.corrcoef(scores[complete].T)
    reliability = 0.8
    assert correlation[0, 1] == pytest.approx(FACTOR_CORRELATION * reliability, abs=0.1)
    assert correlation[0, 2] < -0.3


def test_brands_differ_by_their_shift(simulated: Dataset) -> None:
    """The brand whose latent mean is higher has the higher mean score."""
    contrast = analyse_scores(simulated).scale("second").contrast_of("x")
    assert contrast is not None
    assert contrast.gap > 0
    assert contrast.p < 1e-6


def test_careless_and_broken_off_interviews_are_among_them(simulated: Dataset) -> None:
    """There is something to screen, and something missing."""
    assert (simulated.disposition == "partial").any()
    assert (simulated.answers == MISSING).any()
    assert analyse_scores(simulated).n_kept < analyse_scores(simulated).n_usable


ACTIVITIES = (
    Activity("often", 1, 5, -0.5),
    Activity("seldom", 1, 5, 1.0),
    Activity("once", 0, 2, 2),
)
TRAITS = (Trait("kind", {"regular": (0.6, 0.4), "new": (0.4, -0.4)}),)


@pytest.fixture(scope="module")
def with_activities() -> Dataset:
    """Six thousand interviews with a checklist, and people of two kinds."""
    return simulate(
        KEYS,
        CELLS,
        np.random.default_rng(7),
        opposed={"against"},
        activities=ACTIVITIES,
        traits=TRAITS,
    )


def test_activities_are_answered_but_not_scored(with_activities: Dataset) -> None:
    """They stand after the items of the scales, within their own formats, in no scoring key."""
    assert with_activities.item_ids[-3:] == ("often", "seldom", "once")
    assert with_activities.keys == KEYS
    for each in ACTIVITIES:
        found = with_activities.numeric([each.item])
        assert np.nanmin(found) == each.minimum
        assert np.nanmax(found) == each.maximum


def test_activities_change_no_answer_to_the_scales(simulated: Dataset) -> None:
    """The same seed gives the same answers to the scales, whatever is asked besides."""
    more = simulate(
        KEYS, CELLS, np.random.default_rng(7), opposed={"against"}, activities=ACTIVITIES
    )
    items = list(simulated.item_ids)
    np.testing.assert_array_equal(more.numeric(items), simulated.numeric(items))
    assert more.channel.tolist() == simulated.channel.tolist()


def test_the_engaged_do_more_and_what_is_rare_is_done_less(with_activities: Dataset) -> None:
    """Activities go with engagement, and fewer people do the rarer ones."""
    complete = with_activities.select(with_activities.disposition == "complete")
    often, seldom = complete.numeric(["often", "seldom"]).T
    assert np.nanmean(often > 1) > np.nanmean(seldom > 1) + 0.2
    score = np.nanmean(complete.keyed("first"), axis=1)
    both = ~np.isnan(often) & ~np.isnan(score)
    assert np.corrcoef(often[both], score[both])[0, 1] > 0.25


def test_people_have_traits_that_go_with_engagement(with_activities: Dataset) -> None:
    """Shares and shifts are as stated; of a few people the trait is not known."""
    kind = with_activities.background["kind"]
    assert set(kind.tolist()) == {"regular", "new", ""}
    assert (kind == "regular").mean() == pytest.approx(0.6 * 0.98, abs=0.03)
    score = np.nanmean(with_activities.keyed("first"), axis=1)
    assert np.nanmean(score[kind == "regular"]) > np.nanmean(score[kind == "new"]) + 0.3
