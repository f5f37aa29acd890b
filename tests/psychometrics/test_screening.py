"""Screening for careless answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import MISSING, Dataset, DatasetError, ScoringKey, screen
from psychometrics.screening import longest_runs, squared_distances


def _dataset(answers: np.ndarray, turned: tuple[int, ...] = (), **columns) -> Dataset:
    names = tuple(f"i{j}" for j in range(answers.shape[1]))
    reverse = frozenset(names[j] for j in turned)
    return Dataset.build(answers, names, [ScoringKey("s", names, 1, 7, reverse)], **columns)


def _careful(n: int, p: int = 10, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, p))
    return np.clip(np.round(4 + 1.4 * latent), 1, 7).astype(int)


@pytest.mark.parametrize("name", ["tapwater", "bfi", "attitude"])
def test_distances_and_runs_equal_r(name, known, golden_csv) -> None:
    """stats::mahalanobis to 1e-9 relative, and the longest run by rle, on complete answers."""
    data = known[name]
    raw, keyed = data.numeric(data.item_ids), np.hstack([data.keyed(k.scale) for k in data.keys])
    complete = ~np.isnan(raw).any(axis=1)
    expected = golden_csv(f"distance_{name}")
    found = squared_distances(keyed[complete], keyed[complete])
    np.testing.assert_allclose(found, expected["distance"], rtol=1e-9)
    unturned = squared_distances(raw[complete], raw[complete])
    np.testing.assert_allclose(unturned, expected["distance"], rtol=1e-9)
    np.testing.assert_array_equal(longest_runs(data.answers[complete]), expected["longest"])


def test_tap_water_excludes_the_attention_fails_by_disposition(tapwater) -> None:
    """79 interviews screened out in the field never enter, whatever the flags say."""
    result = screen(tapwater)
    assert result.disposition_counts == {
        "complete": 491,
        "refused": 8,
        "screened_out_attention": 79,
        "screened_out_ineligible": 112,
    }
    assert int(result.usable.sum()) == 439
    careless = tapwater.disposition == "screened_out_attention"
    assert not (result.kept & careless).any()
    assert not (result.excluded & careless).any()
    assert result.n_used == int(result.kept.sum()) == 439 - int(result.excluded.sum())


def test_flags_are_tried_on_the_known_careless(tapwater) -> None:
    """Real careless answers show what each flag finds; speed cannot be judged on them."""
    rates = {rate.flag: rate for rate in screen(tapwater).rates}
    assert rates["instructed"].careless_share == 1.0
    assert rates["instructed"].usable_share == 0.0
    assert rates["long_string"].careless_judged == 79
    assert rates["long_string"].careless_share > rates["long_string"].usable_share
    assert rates["speed"].careless_share is None
    assert rates["speed"].usable_judged == 439


def test_two_flags_exclude_and_one_does_not() -> None:
    """Failing the instructed item alone keeps an interview; with speed it goes."""
    seconds = np.full(60, 200.0)
    seconds[[0, 2]] = 50
    instructed = np.ones(60)
    instructed[[1, 2]] = 0
    data = _dataset(_careful(60), turned=(1, 3), seconds=seconds, instructed=instructed)
    result = screen(data)
    assert result.flags["speed"][[0, 1, 2]].tolist() == [True, False, True]
    assert np.flatnonzero(result.excluded).tolist() == [2]
    assert np.flatnonzero(screen(data, flags_to_exclude=1).excluded)[:3].tolist() == [0, 1, 2]


def test_speed_is_half_the_median_of_usable_complete_interviews() -> None:
    """Exactly half is not too fast; ended interviews neither set the pace nor are judged."""
    seconds = [100, 100, 100, 50, 49, 1, 1, np.nan]
    disposition = ["complete"] * 5 + ["partial", "screened_out_attention", "complete"]
    data = _dataset(_careful(8), seconds=seconds, disposition=disposition)
    assert screen(data).flags["speed"].tolist() == [False] * 4 + [True] + [False] * 3


def test_long_string_with_mixed_keys_must_contradict_itself() -> None:
    """Half the items alike across both keys is flagged; alike within one key is an opinion."""
    answers = _careful(40, seed=2)
    answers[0] = [1, 2, 5, 5, 5, 5, 5, 2, 3, 1]
    answers[1] = [7, 7, 7, 7, 7, 1, 2, 1, 2, 1]
    answers[2] = [1, 2, 3, 5, 5, 5, 5, 2, 3, 1]
    found = screen(_dataset(answers, turned=(5, 6, 7, 8, 9))).flags["long_string"]
    assert found[:3].tolist() == [True, False, False]


def test_long_string_with_one_key_needs_every_item() -> None:
    """Where all items are keyed alike only one answer throughout counts, and a note says so."""
    answers = _careful(40, seed=3)
    answers[0] = 7
    answers[1] = [7] * 9 + [6]
    result = screen(_dataset(answers))
    assert result.flags["long_string"][:2].tolist() == [True, False]
    assert any("keyed alike" in warning for warning in result.warnings)


def test_missing_answers_end_a_run() -> None:
    """A gap splits a run; it is not itself a run."""
    answers = np.array([[3, 3, MISSING, 3, 3, 3], [MISSING] * 6, [1, 2, 2, 1, 1, 2]])
    assert longest_runs(answers.astype(np.int16)).tolist() == [3, 0, 2]


def test_short_questionnaire_has_no_long_string() -> None:
    """Under eight answered items the flag is not available, and a warning says so."""
    result = screen(_dataset(_careful(30, p=7)))
    assert "long_string" not in result.available
    assert any("Long strings were not judged" in warning for warning in result.warnings)


@pytest.mark.parametrize("case", ["constant", "sum", "few"])
def test_mahalanobis_is_not_judged_on_a_singular_covariance(case) -> None:
    """Constant items, items that repeat others and too few people: a warning, no flag."""
    answers = _careful(8 if case == "few" else 60)
    if case == "constant":
        answers[:, 0] = 4
    if case == "sum":
        answers[:, 0] = answers[:, 1]
    result = screen(_dataset(answers))
    assert "mahalanobis" not in result.available
    assert not result.flags["mahalanobis"].any()
    assert any("Mahalanobis distance was not judged" in warning for warning in result.warnings)


def test_mahalanobis_is_not_judged_where_nobody_could_be_flagged() -> None:
    """Of 31 interviews none can lie beyond the limit for ten items; of 32 one can."""
    few, enough = (screen(_dataset(_careful(n))) for n in (31, 32))
    assert "mahalanobis" not in few.available
    assert "too few complete interviews" in " ".join(few.warnings)
    assert "mahalanobis" in enough.available


def test_mahalanobis_finds_a_contradicting_interview() -> None:
    """Answers against the correlations of everybody else lie far from the centre."""
    answers = _careful(300, seed=5)
    answers[0] = [1, 7] * 5
    result = screen(_dataset(answers))
    assert result.flags["mahalanobis"][0]
    assert result.counts["mahalanobis"] < 20


def test_nothing_to_judge_by_keeps_everybody() -> None:
    """No durations, no instructed item, too few items: all usable interviews stay."""
    result = screen(_dataset(np.array([[1, 2], [MISSING, MISSING]])))
    assert result.available == ()
    assert result.kept.tolist() == [True, False]
    assert screen(_dataset(np.full((3, 2), MISSING))).n_used == 0


def test_caller_may_narrow_who_enters(tapwater) -> None:
    """Interviews that the caller leaves out are neither kept nor excluded."""
    only = tapwater.brand == "1"
    result = screen(tapwater, usable=only)
    assert int(result.usable.sum()) == 149
    assert not ((result.kept | result.excluded) & ~only).any()


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(40)), seed=st.integers(0, 50))
def test_order_of_interviews_does_not_matter(order, seed) -> None:
    """Every interview gets the flags it had in any other place."""
    rng = np.random.default_rng(seed)
    data = _dataset(_careful(40, seed=seed), turned=(0, 1, 2), seconds=rng.uniform(20, 300, 40))
    straight, shuffled = screen(data), screen(data.select(np.array(order)))
    for name, raised in straight.flags.items():
        np.testing.assert_array_equal(shuffled.flags[name], raised[order])


def test_settings_outside_their_range_are_refused(tapwater) -> None:
    """Zero flags would exclude everybody; a mask must fit the interviews."""
    with pytest.raises(DatasetError, match="flags_to_exclude is 0"):
        screen(tapwater, flags_to_exclude=0)
    with pytest.raises(DatasetError, match="690 interviews"):
        screen(tapwater, usable=np.ones(3, bool))
