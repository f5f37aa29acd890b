"""Real answers asked again: what a short form would have cost and kept."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from psychometrics.dataset import Dataset, DatasetError, ScoringKey
from psychometrics.irt._replay import adaptive_replay
from psychometrics.irt._short_form import equal_lengths
from psychometrics.irt._trait_tables import trait_tables
from psychometrics.irt.adaptive import AdaptiveError, AdaptiveTest
from psychometrics.irt.adaptive_simulation import (
    AdaptiveSimulation,
    cross_validate_adaptive,
    simulate_adaptive,
)
from psychometrics.irt.calibration import Calibration, CalibrationError, calibrate
from psychometrics.irt.grm import grm
from tests.psychometrics.irt.adaptive_goldens import holes
from tests.psychometrics.irt.goldens import PII, simulated, spread
from tests.tapwater import tap_water


@cache
def usable() -> Dataset:
    """The tap-water interviews that may be analysed."""
    data = tap_water()
    return data.select(data.usable & (data.brand != ""))


@cache
def cognitive() -> Calibration:
    """Their cognitive items."""
    return calibrate(usable(), "cognitive", source="the same interviews")


@pytest.mark.parametrize(("bound", "metric"), [(0.4, "trait"), (9.0, "score")])
def test_everybody_is_asked_as_the_test_would_have_asked(bound: float, metric: str) -> None:
    """Person by person the test asks the same items, in the same order, until the same end; gaps in
    the answers are skipped items."""
    table, calibration = holes()
    told_of = [
        {item: None if np.isnan(value) else int(value) for item, value in row.items()}
        for row in table.to_dict("records")
        if not all(np.isnan(value) for value in row.values())
    ]
    tables = trait_tables(calibration)
    matrix = table.to_numpy(float)[~table.isna().all(axis=1)]
    replay = adaptive_replay(tables, tables.codes(matrix))
    test = AdaptiveTest(calibration, bound, metric)
    lengths, traits, scores = [], [], []
    for person, given in enumerate(told_of[:150]):
        told: dict[str, int | None] = {}
        while (item := test.next_item(told)) is not None:
            assert calibration.item_ids[replay.item[person, len(told)]] == item
            told[item] = given[item]
        found = test.estimate(told)
        step = len(told) - 1
        assert found.theta == pytest.approx(replay.theta[person, step], abs=1e-12)
        assert found.score_error == pytest.approx(replay.score_error[person, step], abs=1e-10)
        lengths.append(len(told))
        traits.append(found.theta)
        scores.append(found.score)
    some = simulate_adaptive(
        table[~table.isna().all(axis=1)].iloc[:150], calibration, [bound], metric=metric
    )
    form = some.bounds[0].adaptive
    assert form.mean_items == pytest.approx(np.mean(lengths))
    assert form.median_items == np.median(lengths)
    assert form.saved == pytest.approx(1 - np.mean(lengths) / 6)
    off = np.array(traits) - replay.full.theta[:150]
    assert form.trait.bias == pytest.approx(off.mean(), abs=1e-12)
    assert form.trait.rmse == pytest.approx(np.sqrt((off**2).mean()), abs=1e-12)
    r = np.corrcoef(scores, replay.full.score[:150])[0, 1]
    assert form.score.correlation == pytest.approx(r, abs=1e-10)


def test_the_full_form_is_the_eap_of_the_model() -> None:
    """After all items everybody stands where the fitted model puts them."""
    table, calibration = holes()
    tables = trait_tables(calibration)
    told = ~table.isna().all(axis=1)
    replay = adaptive_replay(tables, tables.codes(table.to_numpy(float)[told]))
    scores = grm(table).scores()
    np.testing.assert_allclose(replay.full.theta, scores.values[told, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(replay.full.error, scores.errors[told, 0], rtol=0, atol=1e-9)


def test_a_fixed_form_is_as_long_and_takes_the_steepest_items() -> None:
    """Its mean length is the adaptive one's; its estimates are those of the items of steepest
    slope."""
    found = simulate_adaptive(usable(), cognitive(), [0.45]).bounds[0]
    assert found.fixed.mean_items == pytest.approx(found.adaptive.mean_items)
    steepest = [each.item for each in sorted(cognitive().items, key=lambda each: -each.slope)]
    tables = trait_tables(cognitive())
    raw = usable().numeric(PII)
    lengths = equal_lengths(lengths_of(0.45))
    assert set(np.unique(lengths)) <= {3, 4}
    codes = tables.codes(raw)
    parts = np.full_like(codes, -1)
    for row, (code, length) in enumerate(zip(codes, lengths, strict=True)):
        kept = [PII.index(item) for item in steepest[:length]]
        parts[row, kept] = code[kept]
    log_p = np.concatenate([tables.log_p, np.zeros_like(tables.log_p[:, :1])], axis=1)
    whole, short = (
        tables.trait(tables.posterior(tables.log_prior + log_p[np.arange(5), each].sum(axis=1)))[0]
        for each in (codes, parts)
    )
    off = short - whole
    assert found.fixed.trait.rmse == pytest.approx(np.sqrt(np.mean(np.square(off))), abs=1e-10)


def lengths_of(bound: float) -> np.ndarray:
    """Items asked of everybody on the cognitive scale, by the test itself."""
    test = AdaptiveTest(cognitive(), bound)
    lengths = []
    for row in usable().numeric(PII):
        told: dict[str, int | None] = {}
        while (item := test.next_item(told)) is not None:
            told[item] = int(row[PII.index(item)])
        lengths.append(len(told))
    return np.array(lengths)


def test_lengths_are_spread_evenly() -> None:
    """Whole numbers next to the mean, with the same sum."""
    lengths = equal_lengths(np.array([1, 5, 5, 1, 2, 5, 1]))
    assert lengths.sum() == 20
    assert set(lengths) == {2, 3}


def test_parts_are_calibrated_without_their_own_people() -> None:
    """Cross-validation is the simulation of each fold by the calibration of the others."""
    data = usable()
    found = cross_validate_adaptive(data, "affective", [0.4], folds=3)
    turn = np.arange(data.n) % 3
    items, errors, n = 0.0, 0.0, 0
    for fold in range(3):
        calibration = calibrate(data.select(turn != fold), "affective", source="x")
        part = simulate_adaptive(data.select(turn == fold), calibration, [0.4])
        form = part.bounds[0].adaptive
        items += form.mean_items * part.n_used
        errors += form.trait.rmse**2 * part.n_used
        n += part.n_used
    form = found.bounds[0].adaptive
    assert (found.folds, found.n_used, n) == (3, 439, 439)
    assert form.mean_items == pytest.approx(items / n)
    assert form.trait.rmse == pytest.approx(np.sqrt(errors / n))
    assert found.warnings[0] == "292 interviews calibrated the items; 500 or more are wanted."


@pytest.mark.parametrize("scale", ["cognitive", "affective"])
def test_real_answers_lose_little_where_the_bound_is_kept(scale: str) -> None:
    """On the tap-water answers a bound on either metric saves items, keeps bias below a fiftieth of
    a deviation and of a point per item, and agrees better than the fixed form in that metric."""
    calibration = calibrate(usable(), scale, source="the same interviews")
    trait = simulate_adaptive(usable(), calibration, [0.4])
    score = simulate_adaptive(usable(), calibration, [8.0], metric="score")
    for found in (trait, score):
        form = found.bounds[0].adaptive
        assert 0.15 < form.saved < 0.7
        assert abs(form.trait.bias) < 0.02
        assert abs(form.score.bias) < 0.5
    by_trait, by_score = trait.bounds[0], score.bounds[0]
    assert by_trait.adaptive.trait.rmse < by_trait.fixed.trait.rmse
    assert by_score.adaptive.score.rmse < by_score.fixed.score.rmse
    assert by_trait.reached <= 1 >= by_trait.reachable
    assert trait.full_score.correlation > 0.98


def test_the_model_keeps_its_promise_on_one_dimension_and_not_on_two() -> None:
    """Answers from one trait lose what the model says; of answers from two that are taken for one,
    a short form loses far more, and the figures show it."""
    rng = np.random.default_rng(11)
    slopes, locations = np.full(8, 2.0), spread(8, 5, rng)
    one = simulated(rng, 1500, slopes, locations)
    both = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 1500)
    above = 1 / (
        1 + np.exp(-slopes[:, None] * (np.repeat(both, 4, axis=1)[:, :, None] - locations))
    )
    two = (above > rng.random((1500, 8, 1))).sum(axis=2) + 1
    promised = {}
    for name, data in (("one", one), ("two", two)):
        key = ScoringKey("s", tuple("abcdefgh"), 1, 5)
        dataset = Dataset.build(data, list("abcdefgh"), [key])
        found = cross_validate_adaptive(dataset, "s", [0.45], folds=2).bounds[0].adaptive.trait
        promised[name] = found.rmse / found.expected_rmse
    assert promised["one"] == pytest.approx(1, abs=0.08)
    assert promised["two"] > 1.3


def test_the_table_says_what_the_fields_say() -> None:
    """Two rows a bound; everything is plain JSON; the text names warnings and method."""
    found = simulate_adaptive(usable(), cognitive(), [0.3, 0.5], most_items=4)
    table = found.table
    assert table["form"].tolist() == ["adaptive", "fixed"] * 2
    assert table["rmse"].iloc[0] == found.bounds[0].adaptive.trait.rmse
    assert table["score_r"].iloc[3] == found.bounds[1].fixed.score.correlation
    assert (table["items"] <= 4).all()
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["bounds"][1]["adaptive"]["method"] == "adaptive"
    assert "one calibration from n = 439" in repr(found)
    assert "Warning: 439 interviews" in repr(found)
    assert isinstance(found, AdaptiveSimulation)


def test_what_cannot_be_simulated_is_refused() -> None:
    """No bound, another metric, unknown items, answers outside the format, nobody, one fold."""
    data, calibration = usable(), cognitive()
    frame = pd.DataFrame(data.numeric(PII), columns=PII)
    with pytest.raises(AdaptiveError, match="No bound"):
        simulate_adaptive(data, calibration, [])
    with pytest.raises(AdaptiveError, match="below 1"):
        simulate_adaptive(data, calibration, [0.4, 4])
    with pytest.raises(DatasetError, match="not in the data: p05"):
        simulate_adaptive(frame.drop(columns="p05"), calibration)
    with pytest.raises(AdaptiveError, match="Item p03: an answer of 9"):
        simulate_adaptive(frame.replace({"p03": {7: 9}}), calibration)
    with pytest.raises(AdaptiveError, match=r"0 interview\(s\) with an answer"):
        simulate_adaptive(frame * np.nan, calibration)
    with pytest.raises(AdaptiveError, match="1 folds"):
        cross_validate_adaptive(data, "cognitive", folds=1)
    with pytest.raises(CalibrationError, match="Scale cognitive: 20"):
        cross_validate_adaptive(data.select(np.arange(40)), "cognitive", folds=2)
