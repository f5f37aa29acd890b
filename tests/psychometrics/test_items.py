"""Item statistics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import MISSING, Dataset, ScoringKey, item_statistics
from psychometrics.items import LOW_ITEM_REST


def _one_scale(answers: np.ndarray, reversed_items: frozenset[str] = frozenset()) -> Dataset:
    names = tuple(f"i{j}" for j in range(answers.shape[1]))
    return Dataset.build(answers, names, [ScoringKey("s", names, 1, 7, reversed_items)])


def _answers(n: int, p: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + rng.normal(size=(n, p))
    return np.clip(np.round(4 + latent), 1, 7).astype(int)


@pytest.mark.parametrize("name", ["tapwater", "bfi", "attitude"])
def test_moments_equal_psych_describe(name, known, golden_csv) -> None:
    """psych::describe with type 3 moments of real answers with missing values, to 1e-10."""
    result, expected = item_statistics(known[name]), golden_csv(f"describe_{name}")
    assert [row.item for row in result.items] == expected["item"]
    for field in ("n", "mean", "sd", "se", "skew", "kurtosis"):
        found = [getattr(row, field) for row in result.items]
        np.testing.assert_allclose(found, expected[field], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "scale"),
    [("tapwater", "affective"), ("bfi", "agree"), ("bfi", "neuro"), ("attitude", "all")],
)
def test_item_rest_figures_equal_psych_alpha(name, scale, known, golden_json) -> None:
    """r.drop and alpha if dropped of psych::alpha on complete rows, to 1e-10."""
    rows = item_statistics(known[name]).of_scale(scale)
    expected = golden_json(f"alpha_{name}_{scale}")
    np.testing.assert_allclose([row.r_drop for row in rows], expected["r_drop"], rtol=0, atol=1e-10)
    found = [row.alpha_if_dropped for row in rows]
    np.testing.assert_allclose(found, expected["alpha_if_dropped"], rtol=0, atol=1e-10)


def test_counts_tell_raw_from_reversed() -> None:
    """A reversed item's counts mirror the answers given; top-2 share is after reversal."""
    row = item_statistics(
        _one_scale(np.array([[1, 5], [1, 6], [2, 7], [7, MISSING]]), frozenset({"i0"}))
    ).item("i0")
    assert row.reversed
    assert row.values == (1, 2, 3, 4, 5, 6, 7)
    assert row.counts_as_answered == (2, 1, 0, 0, 0, 0, 1)
    assert row.counts == (1, 0, 0, 0, 0, 1, 2)
    assert (row.top2, row.bottom2) == (0.75, 0.25)


def test_missing_answers_are_counted_per_item() -> None:
    """Every item counts its own missing answers; its moments rest on the others."""
    row = item_statistics(_one_scale(np.array([[1, 5], [3, MISSING]]))).item("i1")
    assert (row.n, row.missing, row.mean, row.sd) == (1, 1, 5.0, None)


def test_rows_pick_interviews_by_mask_or_number(known) -> None:
    """The statistics of one brand are those of its interviews alone."""
    data = known["tapwater"]
    mask = data.brand == "2"
    assert item_statistics(data, mask) == item_statistics(data.select(mask))
    assert item_statistics(data, np.flatnonzero(mask)).n_used == 144


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), order=st.permutations(range(4)))
def test_item_order_and_reflection_do_not_matter(seed, order) -> None:
    """Shuffled items keep their figures; all answers and keys turned give the same figures."""
    answers = _answers(50, 4, seed)
    straight = item_statistics(_one_scale(answers)).items
    shuffled = item_statistics(_one_scale(answers[:, order])).items
    for place, original in enumerate(order):
        assert shuffled[place].r_drop == pytest.approx(straight[original].r_drop)
        assert shuffled[place].counts == straight[original].counts
    turned = item_statistics(_one_scale(8 - answers, frozenset(f"i{j}" for j in range(4)))).items
    assert [row.counts for row in turned] == [row.counts for row in straight]
    assert [row.mean for row in turned] == pytest.approx([row.mean for row in straight])


def test_weak_and_wrongly_keyed_items_are_pointed_at() -> None:
    """An unrelated item, a turned item and a constant one each carry their own warning."""
    answers = _answers(400, 6, 3)
    answers[40:, 3] = np.random.default_rng(9).integers(1, 8, 360)
    answers[:, 4] = 8 - answers[:, 4]
    answers[:, 5] = 4
    weak, turned, constant = item_statistics(_one_scale(answers)).items[3:]
    assert 0 < weak.r_drop < LOW_ITEM_REST
    assert "Hardly goes with the rest" in weak.warnings[0]
    assert "check its keying" in turned.warnings[0]
    assert constant.warnings == ("Everybody gave the same answer to this item.",)
    assert (constant.r_drop, constant.skew, constant.sd) == (None, None, 0.0)


def test_items_of_good_scales_carry_no_warning(known) -> None:
    """Nothing is pointed at on the tap-water scales."""
    assert all(not row.warnings for row in item_statistics(known["tapwater"]).items)


def test_single_pair_and_unanswered_items_have_no_invented_figures() -> None:
    """One item has no rest, two have no alpha without one, nobody's answers have no mean."""
    single = item_statistics(_one_scale(np.array([[1], [2], [3]]))).items[0]
    assert (single.r_drop, single.alpha_if_dropped) == (None, None)
    pair = item_statistics(_one_scale(_answers(30, 2, 4))).items[0]
    assert pair.r_drop is not None
    assert pair.alpha_if_dropped is None
    nobody = item_statistics(_one_scale(np.full((3, 2), MISSING))).items[0]
    assert (nobody.n, nobody.mean, nobody.top2) == (0, None, None)
    assert nobody.warnings == ("Nobody answered this item.",)


def test_unknown_item_is_a_key_error() -> None:
    """Asking for an item that is not there is an error."""
    with pytest.raises(KeyError):
        item_statistics(_one_scale(_answers(5, 2, 1))).item("x")
