"""Scale scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics import MISSING, Dataset, DatasetError, ScoringKey, score

ITEMS = ("a", "b", "c", "d", "e")


def _five(*rows: list[int], **columns) -> Dataset:
    key = ScoringKey("five", ITEMS, 1, 7, frozenset({"b"}))
    return Dataset.build(np.array(rows), ITEMS, [key], **columns)


@pytest.mark.parametrize("name", ["tapwater", "bfi", "attitude"])
def test_scores_equal_r(name, known, golden_csv) -> None:
    """POMP scores of real answers with missing values, by rowMeans in R, to 1e-9."""
    result = score(known[name])
    expected = golden_csv(f"scores_{name}")
    assert result.scales == tuple(expected)
    for scale in result.scales:
        np.testing.assert_allclose(result.column(scale), expected[scale], rtol=0, atol=1e-9)


def test_four_of_five_answers_are_enough_and_three_are_not() -> None:
    """The share of answered items decides exactly at 80 %."""
    result = score(_five([7, 1, 7, 7, MISSING], [7, 1, 7, MISSING, MISSING]))
    np.testing.assert_array_equal(result.column("five"), [100, np.nan])
    assert result.n_used == 1


def test_share_is_settable() -> None:
    """A lower share lets a score rest on fewer answers."""
    result = score(_five([1, MISSING, MISSING, MISSING, MISSING]), answered_share=0.2)
    np.testing.assert_array_equal(result.column("five"), [0])


def test_nobody_answered_gives_no_score_and_no_zero() -> None:
    """All missing is missing, never zero."""
    result = score(_five([MISSING] * 5))
    assert np.isnan(result.pomp).all()
    assert result.n_used == 0


def test_weights_are_said_not_to_be_used() -> None:
    """Weights are not silently ignored."""
    assert "weights" in score(_five([1, 1, 1, 1, 1], weight=[2.0])).warnings[0]


@given(
    rows=st.lists(
        st.lists(st.sampled_from([1, 2, 3, 4, 5, 6, 7, MISSING]), min_size=5, max_size=5),
        min_size=1,
        max_size=20,
    ),
    order=st.permutations(range(5)),
)
def test_order_of_items_and_direction_of_keying_do_not_matter(rows, order) -> None:
    """Shuffled items score alike, and answers keyed the other way score 100 − x."""
    answers = np.array(rows)
    straight = score(_five(*rows)).column("five")
    assert ((straight >= 0) & (straight <= 100) | np.isnan(straight)).all()
    names = [ITEMS[i] for i in order]
    shuffled = Dataset.build(
        answers[:, order], names, [ScoringKey("five", tuple(names), 1, 7, frozenset({"b"}))]
    )
    np.testing.assert_allclose(score(shuffled).column("five"), straight)
    turned = ScoringKey("five", ITEMS, 1, 7, frozenset({"a", "c", "d", "e"}))
    reflected = score(Dataset.build(answers, ITEMS, [turned])).column("five")
    np.testing.assert_allclose(reflected, 100 - straight)


@pytest.mark.parametrize("share", [0, -1, 1.2, float("nan")])
def test_share_outside_its_range_is_refused(share) -> None:
    """A share must lie above 0 and at most at 1."""
    with pytest.raises(DatasetError, match="answered_share"):
        score(_five([1, 1, 1, 1, 1]), answered_share=share)


def test_unknown_scale_and_scale_without_range_are_refused() -> None:
    """Messages name the scale."""
    result = score(_five([1, 1, 1, 1, 1]))
    with pytest.raises(DatasetError, match="no scale 'six'; the scales are five"):
        result.column("six")
    flat = Dataset.build(np.ones((1, 1)), ["a"], [ScoringKey("flat", ("a",), 1, 1)])
    with pytest.raises(DatasetError, match="Scale flat"):
        score(flat)
