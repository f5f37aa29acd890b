"""Answers that carry no graded model, or a doubtful one: refused, or said."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.irt._answers import IrtError
from psychometrics.irt.grm import grm
from tests.psychometrics.irt.goldens import model, simulated, spread

SLOPES = np.array([1.2, 1.8, 0.9, 2.2])


def sample(n: int = 300) -> np.ndarray:
    """Four items with four categories."""
    rng = np.random.default_rng(8)
    return simulated(rng, n, SLOPES, spread(4, 4, rng)).astype(float)


def with_column(values: object) -> np.ndarray:
    """The sample with another second item."""
    data = sample()
    data[:, 1] = values
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (sample(20), "20 interview.s. with an answer; .* at least 30"),
        (sample()[:, :2], "2 item.s. given; .* at least 3"),
        (with_column(2), "Everybody who answered item item2 chose 2"),
        (with_column(np.nan), "Nobody answered item item2"),
        (with_column(np.linspace(1, 4, 300)), "item2 holds values that are not whole numbers"),
        (with_column(np.arange(300)), "item2 runs from 0 to 299; at most 20 steps"),
    ],
)
def test_answers_without_a_model_are_refused(data, said):
    """The message names the item and the mend."""
    with pytest.raises(IrtError, match=said):
        grm(data)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dimensions": 3}, "give 1 or 2"),
        ({"points": 5}, "between 11 and 501"),
        ({"tolerance": 1.0}, "above 0 and up to 0.01"),
        ({"weights": np.ones(5)}, "5 weights are given for 300 interviews"),
        ({"weights": -np.ones(300)}, "missing, negative or infinite"),
    ],
)
def test_settings_out_of_range_are_refused(settings, said):
    """The message says what can be had."""
    with pytest.raises(IrtError, match=said):
        grm(sample(), **settings)


def test_unused_categories_are_dropped_and_named():
    """An inner and an outer category that nobody chose; boundaries keep their numbers."""
    said = " ".join(model("mixed").warnings)
    assert "Nobody chose 3 on i02: the category is left out" in said
    assert "Nobody chose 5 on i03, which other items have" in said
    assert model("mixed").categories[1] == (1, 2, 4, 5)


def test_items_of_different_formats_are_no_trouble():
    """Where no response format is common, an item of its own format is not remarked upon."""
    data = sample()
    data[:, 0] = data[:, 0] > 2
    data[:, 1] = np.minimum(data[:, 1], 3)
    assert not any("which other items have" in said for said in grm(data).warnings)


def test_an_item_keyed_the_other_way_is_named():
    """Its slope is negative, the others' are not."""
    found = model("mixed")
    assert found.slopes[4, 0] < 0 < found.slopes[:4, 0].min()
    assert any("Item i05 runs against the others" in said for said in found.warnings)


def test_items_that_repeat_each_other_are_named():
    """Their slopes run away: not converged, no standard errors, and it is said."""
    data = sample()
    data[:, 1] = data[:, 0]
    found = grm(data)
    assert not found.converged
    assert found.parameters["a_se"].isna().all()
    said = " ".join(found.warnings)
    assert "without reaching a maximum" in said
    assert "Item item1 separates people almost perfectly" in said
    assert "NOT CONVERGED" in repr(found)


def test_items_that_share_nothing_end_with_a_warning():
    """Independent answers: their likelihood is flat, and wherever the search ends on it, the result
    is not called a good scale."""
    data = np.random.default_rng(0).integers(1, 6, (400, 5))
    found = grm(data)
    words = ("share nothing",) if not found.converged else ("share nothing", "runs against")
    assert any(word in said for said in found.warnings for word in words)


def test_a_thin_sample_is_named():
    """Fewer than five interviews for each parameter."""
    found = grm(sample(60))
    assert found.converged
    assert any("60 interviews for 16 parameters" in said for said in found.warnings)


def test_curves_of_two_traits_are_refused():
    """What is meant for one trait says so."""
    rng = np.random.default_rng(8)
    data = simulated(rng, 200, np.linspace(1, 2, 6), spread(6, 3, rng))
    found = grm(data, 2, points=21)
    for ask in (found.information, found.item_fit, lambda: found.probabilities(0.0)):
        with pytest.raises(IrtError, match="one"):
            ask()
    with pytest.raises(IrtError, match="with two, ask for EAP"):
        found.scores("MAP")
    with pytest.raises(IrtError, match="one trait only"):
        _ = found.thresholds
