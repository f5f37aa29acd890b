"""Moments of answers: exact, mergeable, with fourth moments that match their definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.dataset import DatasetError
from psychometrics.moments import Moments, merged, moments


@pytest.fixture(scope="module")
def answers() -> np.ndarray:
    """Skewed, correlated answers of 400 people to four items, far from zero."""
    rng = np.random.default_rng(3)
    common = rng.exponential(size=(400, 1))
    return np.asarray(50 + common + rng.gamma(2, size=(400, 4)))


def _definition(answers: np.ndarray) -> np.ndarray:
    centred = answers - answers.mean(axis=0)
    i, j = np.triu_indices(answers.shape[1])
    z = np.hstack([np.ones((len(answers), 1)), centred, centred[:, i] * centred[:, j]])
    return np.asarray(z.T @ z / len(answers))


def test_moments_follow_their_definition(answers: np.ndarray) -> None:
    """Means, covariances with divisor n and fourth moments about the means are exact."""
    found = moments(answers, fourth=True)
    np.testing.assert_allclose(found.mean, answers.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(found.cov, np.cov(answers.T, bias=True), rtol=1e-11)
    np.testing.assert_allclose(found.fourth, _definition(answers), rtol=1e-9, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(1, 399), min_size=1, max_size=5, unique=True))
def test_parts_add_up_to_the_whole(answers: np.ndarray, cuts: list[int]) -> None:
    """However the interviews are cut up, the merged moments are those of all."""
    parts = np.split(answers, sorted(cuts))
    whole = moments(answers, fourth=True)
    found = merged(moments(part, fourth=True) for part in parts)
    assert found.n == whole.n
    np.testing.assert_allclose(found.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(found.cov, whole.cov, rtol=1e-9)
    np.testing.assert_allclose(found.fourth, whole.fourth, rtol=1e-8, atol=1e-8)


def test_weights_count_as_repeats_of_interviews(answers: np.ndarray) -> None:
    """Whole weights give the means and covariances of interviews repeated so often."""
    weights = np.random.default_rng(1).integers(1, 4, len(answers))
    found = moments(answers, weights=weights)
    repeated = np.repeat(answers, weights, axis=0)
    np.testing.assert_allclose(found.mean, repeated.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.cov, np.cov(repeated.T, bias=True), rtol=1e-10)


def test_clusters_of_one_change_nothing(answers: np.ndarray) -> None:
    """Where everybody is a cluster of their own, products are those of interviews."""
    alone = moments(answers, fourth=True, cluster=np.arange(len(answers)))
    np.testing.assert_allclose(alone.fourth, moments(answers, fourth=True).fourth, rtol=1e-9)
    assert alone.clusters == len(answers)


def test_what_cannot_be_had_is_refused(answers: np.ndarray) -> None:
    """No complete interview, other items, no parts and absent fourth moments are named."""
    with pytest.raises(DatasetError, match="No interview"):
        moments(np.full((3, 2), np.nan))
    other = Moments(("a",), 1, np.zeros(1), np.eye(2))
    with pytest.raises(DatasetError, match="different items"):
        moments(answers) + other
    with pytest.raises(DatasetError, match="no moments"):
        merged([])
    with pytest.raises(DatasetError, match="fourth=True"):
        _ = moments(answers).fourth
