"""Competing models of scales: what they are called, and what is said where one cannot be had."""

from __future__ import annotations

import numpy as np
import pytest

from psychometrics.cfa.errors import ModelError
from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.dimensionality import dimensionality, factors_of, models_of


def _keys(**scales: str) -> list[ScoringKey]:
    return [ScoringKey(scale, tuple(items.split()), 1, 7) for scale, items in scales.items()]


def _answers(keys: list[ScoringKey], n: int = 300) -> Dataset:
    """Answers with a factor for each scale, correlated .5 through what all share."""
    rng = np.random.default_rng(6)
    general, columns = rng.normal(size=n), []
    for key in keys:
        own = (general + rng.normal(size=n)) / np.sqrt(2)
        columns += [0.7 * own + 0.7 * rng.normal(size=n) for _ in key.items]
    answers = np.clip(np.round(4 + 1.3 * np.column_stack(columns)), 1, 7)
    return Dataset.build(answers, [item for key in keys for item in key.items], keys)


def test_factors_are_called_as_their_scales() -> None:
    """Where nothing stands against it a factor has the name of its scale."""
    keys = _keys(one="a1 a2 a3", two="b1 b2 b3")
    assert factors_of({key.scale: key.items for key in keys}) == {"one": "one", "two": "two"}
    assert models_of(keys)[1][1] == "one =~ a1 + a2 + a3\ntwo =~ b1 + b2 + b3"


def test_a_taken_name_is_left_to_its_owner() -> None:
    """Items, the general factor, words of R and other scales keep names that they have."""
    scales = {"one": ["one", "a2"], "general": ["b1"], "if": ["c1", "c2"], "one_factor": ["d1"]}
    assert factors_of(scales) == {
        "one": "one_factor_factor",
        "general": "general_factor",
        "if": "if_factor",
        "one_factor": "one_factor",
    }


def test_names_change_no_figure() -> None:
    """An item called as its scale and a scale called general are fitted as with other names."""
    plain = _keys(one="a1 a2 a3", two="b1 b2 b3", three="c1 c2 c3")
    odd = _keys(one="one a2 a3", general="b1 b2 b3", three="c1 c2 c3")
    for mine, other in zip(
        dimensionality(_answers(odd)).tests, dimensionality(_answers(plain)).tests, strict=True
    ):
        assert mine.fit is not None
        assert mine.measures == pytest.approx(other.measures, rel=1e-6)


def test_two_items_alone_say_why_there_is_no_model() -> None:
    """A factor of two items is not identified; the error says how many it takes."""
    with pytest.raises(ModelError, match="takes 3 items or more; there are 2"):
        dimensionality(_answers(_keys(only="a1 a2")))


@pytest.mark.parametrize("item", ["function", "general"])
def test_items_that_no_model_can_name_are_named(item: str) -> None:
    """A word of R, or the name of the general factor, asks for another identifier."""
    with pytest.raises(ModelError, match=f"name the item {item}.*another identifier"):
        dimensionality(_answers(_keys(one=f"a1 {item} a3")))


def test_a_search_without_end_has_no_measures() -> None:
    """Two items that go with the first and against each other: warned of, and nothing to read."""
    rng = np.random.default_rng(5)
    first, second, third = rng.normal(size=(3, 300))
    sums = np.array([first + second, first - third, second + third])
    answers = np.clip(np.round(4 + sums + 0.6 * rng.normal(size=(3, 300))), 1, 7).T
    keys = _keys(odd="x1 x2 x3")
    found = dimensionality(Dataset.build(answers, ["x1", "x2", "x3"], keys)).tests[0]
    assert found.fit is not None
    assert not found.fit.converged
    assert not found.proper
    told = found.to_dict()
    assert (told["measures"], told["loadings"]) == ({}, [])
    assert any("did not end" in warning for warning in told["warnings"])
