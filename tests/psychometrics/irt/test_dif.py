"""Differential item functioning against R, and what it finds in simulated groups."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.irt._answers import IrtError
from psychometrics.irt.dif import dif
from tests.psychometrics.irt.goldens import answers, golden, simulated, spread


def split(name: str):
    """Answers and groups of one set."""
    table = answers(name)
    group = table.pop("group")
    return table, group


@pytest.mark.parametrize(("matching", "close"), [("score", 1e-8), ("theta", 1e-5)])
def test_logistic_tests_equal_polr(matching, close):
    """χ², df, p, changes of R² and odds in three groups; the theta match is itself an estimate."""
    data, group = split("three")
    expected = golden("groups_three_logistic")[matching]
    found = dif(data, group, method="logistic", matching=matching, purify=False)
    for place, kind in enumerate(("", "_uniform", "_nonuniform")):
        for figure in ("chi2", "df", "p"):
            theirs = [item[figure][place] for item in expected]
            ours = found.statistics[f"{figure}{kind}"]
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=close)
    for figure in ("mcfadden", "nagelkerke", "nagelkerke_uniform"):
        theirs = [item[figure] for item in expected]
        np.testing.assert_allclose(found.statistics[figure], theirs, rtol=0, atol=close)
    odds = [found.statistics[f"log_odds_{name}"] for name in ("north", "west")]
    theirs = np.array([item["log_odds"] for item in expected]).T
    np.testing.assert_allclose(odds, theirs, rtol=0, atol=1e-6)
    assert found.groups == ("east", "north", "west")


def test_likelihood_tests_equal_models_of_two_groups():
    """χ² to 1e-6, means and deviations to 2e-6, sizes to 1e-5, with answers missing."""
    data, group = split("two")
    expected = golden("groups_two_likelihood")
    found = dif(data, group, purify=False)
    assert found.converged
    assert found.means[1] == pytest.approx(expected["mean"], abs=2e-6)
    assert found.deviations[1] == pytest.approx(expected["sd"], abs=2e-6)
    tests = expected["tests"]
    np.testing.assert_allclose(
        found.statistics["chi2"], [test["chi2"] for test in tests], rtol=0, atol=1e-6
    )
    np.testing.assert_array_equal(found.statistics["df"], [test["df"] for test in tests])
    np.testing.assert_allclose(
        found.statistics["p"], [test["p"] for test in tests], rtol=0, atol=1e-7
    )
    for size in ("signed", "unsigned"):
        theirs = [test[size] for test in tests]
        np.testing.assert_allclose(found.statistics[f"{size}_2"], theirs, rtol=0, atol=1e-5)


def test_items_that_differ_are_found_and_the_rest_are_anchors():
    """A shifted item and one with another slope; trait mean and deviation come back."""
    rng = np.random.default_rng(31)
    slopes, locations = rng.uniform(1.2, 2, 7), spread(7, 4, rng)
    other, moved = slopes.copy(), locations.copy()
    other[5] *= 0.45
    moved[2] += 0.8
    first = simulated(rng, 700, slopes, locations)
    second = simulated(rng, 600, other, moved, 0.5, 1.2)
    group = np.repeat(["a", "b"], [700, 600])
    found = dif(np.vstack([first, second]), group)
    assert [int(j) for j in np.flatnonzero(found.flagged)] == [2, 5]
    assert found.anchors == tuple(f"item{j + 1}" for j in (0, 1, 3, 4, 6))
    assert found.means[1] == pytest.approx(0.5, abs=0.2)
    assert found.deviations[1] == pytest.approx(1.2, abs=0.2)
    assert found.statistics["signed_b"][2] < -0.2
    assert found.sizes[2] in {"moderate", "large"}
    assert found.table.loc["item3", "flagged"]
    assert "flagged: item3, item6" in repr(found)
    assert found.to_dict()["rounds"] == found.rounds


def test_fair_items_are_flagged_no_more_often_than_the_level():
    """Over 50 samples of 5 fair items, p below .05 in 5 % of the tests, within 3 %."""
    rng = np.random.default_rng(1)
    slopes, locations = np.linspace(1, 2, 5), spread(5, 3, rng)
    group = np.repeat([1, 2], 300)
    p = []
    for _ in range(50):
        both = [simulated(rng, 300, slopes, locations, mean) for mean in (0.0, 0.4)]
        p.append(dif(np.vstack(both), group, purify=False).statistics["p"])
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_the_order_of_the_groups_turns_the_signs_alone():
    """χ² is the same; the difference changes sign."""
    data, group = split("two")
    straight = dif(data, group, purify=False)
    turned = dif(data, 3 - group, purify=False)
    np.testing.assert_allclose(
        turned.statistics["chi2"], straight.statistics["chi2"], rtol=0, atol=1e-4
    )
    assert (turned.statistics["signed_2"] * straight.statistics["signed_2"] < 0).sum() >= 3


def test_a_category_that_one_group_never_chose_costs_a_degree_of_freedom():
    """The item has fewer boundaries in that group, and the test says so by its df."""
    data, group = split("two")
    data.loc[(group == 2) & (data["i01"] == 4), "i01"] = 3
    found = dif(data, group, purify=False)
    assert found.statistics["df"].tolist() == [3, 4, 4, 4, 4]
    assert found.converged


def test_groups_come_from_a_column_of_a_dataset():
    """By its name; interviews without a group stay outside, and a reversed item is turned."""
    data, group = split("two")
    complete = data.dropna().index
    answered = data.loc[complete].to_numpy(int)
    answered[:, 1] = 5 - answered[:, 1]
    language = ["" if place == 0 else f"l{group[row]}" for place, row in enumerate(complete)]
    key = ScoringKey("s", tuple(data.columns), 1, 4, frozenset({"i02"}))
    built = Dataset.build(answered, data.columns, [key], language=language)
    found = dif(built, "language", purify=False)
    direct = dif(data.loc[complete[1:]], group[complete[1:]], purify=False)
    np.testing.assert_allclose(found.statistics["chi2"], direct.statistics["chi2"], atol=1e-8)
    assert found.groups == ("l1", "l2")
    assert found.n_used == len(complete) - 1
    with pytest.raises(IrtError, match="no group column 'tongue'"):
        dif(built, "tongue")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"group": np.ones(650)}, "1 group.s. found"),
        ({"group": np.ones(3)}, "3 group labels are given for 650"),
        ({"group": np.arange(650) < 10}, "Group True has 10 interviews"),
        ({"method": "rasch"}, "choose one of logistic, likelihood"),
        ({"matching": "rest"}, "choose one of score, theta"),
        ({"level": 2}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(settings, said):
    """The message says what and how to mend it."""
    data, group = split("two")
    with pytest.raises(IrtError, match=said):
        dif(data, **{"group": group, **settings})


def test_an_item_that_a_group_answered_alike_is_named():
    """Nothing can be compared there."""
    data, group = split("two")
    data.loc[group == 2, "i03"] = 2
    with pytest.raises(IrtError, match="Group 2 answered item i03 alike"):
        dif(data, group)
