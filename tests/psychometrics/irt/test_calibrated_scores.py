"""Scores and means of groups whose people were not all asked the same."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.irt._replay import adaptive_replay
from psychometrics.irt._stopping import StoppingRule
from psychometrics.irt._trait_tables import trait_tables
from psychometrics.irt.adaptive import AdaptiveError, AdaptiveTest
from psychometrics.irt.calibrated_means import calibrated_means
from psychometrics.irt.calibrated_scores import calibrated_scores
from psychometrics.irt.calibration import calibrate
from tests.psychometrics.irt.adaptive_goldens import adaptive_golden, golden_calibration, holes
from tests.psychometrics.irt.goldens import simulated, spread


def test_scores_of_a_whole_file_are_those_of_each_person() -> None:
    """Whichever items people answered, they stand where the test puts them, and who answered none
    stands nowhere."""
    table, calibration = holes()
    found = calibrated_scores(table, calibration)
    test = AdaptiveTest(calibration)
    for row in (*range(12), 77):
        told = {item: int(value) for item, value in table.iloc[row].items() if value == value}
        if not told:
            assert np.isnan([found.theta[row], found.score_error[row]]).all()
            continue
        one = test.estimate(told)
        assert found.theta[row] == pytest.approx(one.theta, abs=1e-12)
        assert found.error[row] == pytest.approx(one.standard_error, abs=1e-12)
        assert found.score[row] == pytest.approx(one.score, abs=1e-10)
        assert found.score_error[row] == pytest.approx(one.score_error, abs=1e-10)
        assert found.answered[row] == len(told)
    assert (found.n_used, found.items) == (598, 6)
    assert json.loads(json.dumps(found.to_dict()))["theta"][4] is None
    assert "calibrated on n = 598" in found.method


def test_group_means_equal_r() -> None:
    """Mean, deviation, score and their errors by R's optimiser on other nodes: to 1e-5 of a
    deviation and 1e-4 points; a small group is left out by name."""
    known = adaptive_golden("groups")
    rows = [row for part in known["answers"].values() for row in part]
    group = [name for name, part in known["answers"].items() for _ in part]
    calibration = golden_calibration("seven")
    found = calibrated_means(np.array(rows, float), calibration, group)
    assert [each.group for each in found.means] == ["east", "north"]
    assert found.left_out == ("west",)
    for each in found.means:
        expected = known["found"][each.group]
        assert each.n == expected["n"]
        for name in ("mean", "deviation", "error"):
            assert getattr(each, name) == pytest.approx(expected[name], abs=1e-5), name
        for name in ("score", "score_error"):
            assert getattr(each, name) == pytest.approx(expected[name], abs=1e-4), name
        assert each.lower < each.score < each.upper
    assert found.table["group"].tolist() == ["east", "north"]
    assert json.loads(json.dumps(found.to_dict()))["n_used"] == found.n_used


def test_short_and_full_form_lead_to_the_same_group_means() -> None:
    """Averages of persons' EAP set groups too near each other, the more the shorter the form;
    group means do not, and land where the full form's scores do."""
    rng = np.random.default_rng(3)
    slopes, locations = np.array([2.2, 1.8, 1.5, 2.5, 1.2, 2.0, 1.7, 1.4]), spread(8, 5, rng)
    items = tuple("abcdefgh")
    before = Dataset.build(
        simulated(rng, 1000, slopes, locations), items, [ScoringKey("s", items, 1, 5)]
    )
    calibration = calibrate(before, "s", source="x")
    parts = [simulated(rng, 3000, slopes, locations, mean=mean) for mean in (-0.25, 0.25)]
    full = np.vstack(parts).astype(float)
    group = ["low"] * 3000 + ["high"] * 3000
    tables = trait_tables(calibration)
    replay = adaptive_replay(tables, tables.codes(full))
    asked = StoppingRule(0.5).asked(replay.error)
    short = np.full_like(full, np.nan)
    for row, number in enumerate(asked):
        kept = replay.item[row, :number]
        short[row, kept] = full[row, kept]
    persons = calibrated_scores(short, calibration).theta
    apart = persons[3000:].mean() - persons[:3000].mean()
    assert apart < 0.42
    by_group = {
        name: [each.mean for each in calibrated_means(data, calibration, group).means]
        for name, data in (("short", short), ("full", full))
    }
    assert by_group["short"] == pytest.approx(by_group["full"], abs=0.02)
    assert by_group["short"][0] - by_group["short"][1] == pytest.approx(0.5, abs=0.06)
    scores = [each.score for each in calibrated_means(short, calibration, group).means]
    observed = [100 * (part.mean() - 1) / 4 for part in reversed(parts)]
    assert scores == pytest.approx(observed, abs=0.5)


def test_groups_that_cannot_be_placed_are_left_out_or_refused() -> None:
    """All at one end have no mean; labels must fit; an empty label is no group."""
    calibration = golden_calibration("seven")
    ends = np.array([8.0 if each.reversed else 0.0 for each in calibration.items])
    top = np.tile(np.abs(ends - 7), (40, 1))
    found = calibrated_means(top, calibration, ["a"] * 40)
    assert (found.means, found.left_out) == ((), ("a",))
    with pytest.raises(AdaptiveError, match="3 groups are given for 40"):
        calibrated_means(top, calibration, ["a"] * 3)
    assert calibrated_means(top, calibration, [""] * 40).left_out == ()
