"""Scores from wave to wave: joined and compared only where the questions work alike in both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.comparability import comparability
from psychometrics.dataset import Dataset
from psychometrics.measurement import analyse_measurement
from reports.findings import findings
from reports.scorecard import scorecard
from reports.survey import EarlierWave, Survey
from reports.verdicts import Verdict
from tests.reports.surveys import ITEMS, THREE, facts, instruments, shifted, survey


def two_waves(moves: dict[tuple[str, str], int]) -> Survey:
    """Two waves about three brands; `moves` shifts answers to questions in one of them."""
    drawn = [survey(THREE, shift={"alpha": 0.3}, seed=seed, missing=0) for seed in (1, 2)]
    both = Dataset.build(
        np.vstack([one.answers for one in drawn]),
        drawn[0].item_ids,
        drawn[0].keys,
        brand=np.concatenate([one.brand for one in drawn]),
        wave=np.repeat(["w1", "w2"], drawn[0].n),
        simulated=True,
    )
    both = shifted(both, moves, "wave")
    before, now = (both.select(both.wave == wave) for wave in ("w1", "w2"))
    measurement = analyse_measurement(now)
    return Survey(
        analyse_scores(now),
        instruments(),
        facts(now, wave="Autumn"),
        measurement=measurement,
        dataset=now,
        earlier=(EarlierWave("Spring", analyse_scores(before)),),
        waves_alike=comparability(both, measurement.dimensionality.measurement.model, "wave"),
    )


def test_waves_that_compare_are_joined_and_their_change_is_judged() -> None:
    """Every dimension has its change, with interval and verdict, and the others' line."""
    found = findings(two_waves({}), "alpha")
    for row in found.dimensions:
        (previous,) = (one for one in row.references if one.kind == "previous")
        assert previous.contrast is not None
        now = row.waves[-1].mean or 0.0
        assert previous.contrast.gap == pytest.approx(now - (row.waves[0].mean or 0.0))
    chart = scorecard(found).charts()["trend"]
    assert "Mean of the others" in chart.alt


def test_waves_that_do_not_compare_are_told_apart() -> None:
    """No change is printed, no line joins the waves, neither the brand's nor the others'."""
    found = findings(two_waves({("w2", item): 2 for item in ITEMS[::2]}), "alpha")
    for row in found.dimensions:
        (previous,) = (one for one in row.references if one.kind == "previous")
        assert (previous.contrast, previous.verdict) == (None, Verdict.NOT_COMPARABLE)
    document = scorecard(found)
    assert "Mean of the others" not in document.charts()["trend"].alt
    said = " ".join(getattr(block, "text", "") for block in document.blocks())
    assert "The waves are not joined and no change is printed" in said


def test_a_wave_of_too_few_is_a_gap() -> None:
    """A brand with fewer than thirty interviews in a wave has no point in it and no change."""
    whole = two_waves({})
    scores = whole.earlier[0].scores
    few = np.flatnonzero(scores.brand == "alpha")[:12]
    kept = np.sort(np.concatenate([few, np.flatnonzero(scores.brand != "alpha")]))
    before = survey(THREE, shift={"alpha": 0.3}, seed=1, missing=0).select(kept)
    thin = replace(whole, earlier=(EarlierWave("Spring", analyse_scores(before)),))
    for row in findings(thin, "alpha").dimensions:
        assert row.waves[0].mean is None
        assert not [one for one in row.references if one.kind == "previous"]
