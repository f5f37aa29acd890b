"""Many samples at once: the same minima as one by one, and bootstrap errors that hold."""

import numpy as np
import pandas as pd
import pytest

from psychometrics.cfa.bootstrap import CountedModel, bootstrap_fit
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.many import fit_many
from psychometrics.cfa.model import cfa

MODEL = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6"


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """300 interviews in two countries, six items."""
    rng = np.random.default_rng(12)
    factors = rng.standard_normal((300, 2)) @ np.array([[1, 0.5], [0, 0.85]])
    values = np.repeat(factors, 3, axis=1) * 0.8 + 0.6 * rng.standard_normal((300, 6))
    country = np.where(rng.random(300) < 0.5, "north", "south")
    return pd.DataFrame(values, columns=[f"x{j + 1}" for j in range(6)]).assign(country=country)


def _drawn(n: int, count: int) -> np.ndarray:
    rng = np.random.default_rng(4)
    return np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(count)])


@pytest.mark.parametrize("std_lv", [True, False])
def test_replicates_are_fits_of_the_drawn_interviews(answers: pd.DataFrame, std_lv: bool) -> None:
    """Counts give the estimates that a fit of the repeated interviews gives."""
    fit, counts = cfa(MODEL, answers, std_lv=std_lv), _drawn(300, 5)
    found = CountedModel.of(fit).from_counts(counts.astype(float))
    for count, theta in zip(counts, found, strict=True):
        alone = cfa(MODEL, answers.iloc[np.repeat(np.arange(300), count)], std_lv=std_lv)
        np.testing.assert_allclose(theta, alone.minimum.theta, atol=2e-6)


def test_groups_with_equal_loadings(answers: pd.DataFrame) -> None:
    """A model of two groups with equalities is refitted as it would be alone."""
    frame = answers.sort_values("country").reset_index(drop=True)
    options = {"group": "country", "group_equal": ["loadings"]}
    fit, counts = cfa(MODEL, frame, **options), _drawn(300, 3)
    sizes = fit.sample.n
    counts[:, : sizes[0]] = _drawn(int(sizes[0]), 3)
    counts[:, sizes[0] :] = _drawn(int(sizes[1]), 3)
    found = CountedModel.of(fit).from_counts(counts.astype(float))
    for count, theta in zip(counts, found, strict=True):
        alone = cfa(MODEL, frame.iloc[np.repeat(np.arange(300), count)], **options)
        np.testing.assert_allclose(theta, alone.minimum.theta, atol=2e-6)


def test_constraints_are_kept_in_every_sample(answers: pd.DataFrame) -> None:
    """A constraint beyond equality holds in each replicate."""
    model = "a =~ x1 + p*x2 + q*x3\nb =~ x4 + x5 + x6\np + q == 2"
    fit = cfa(model, answers)
    found = CountedModel.of(fit).from_counts(_drawn(300, 4).astype(float))
    p, q = (fit.parameter_map.labels[name] for name in "pq")
    np.testing.assert_allclose(found[:, p] + found[:, q], 2, atol=1e-8)


def test_bootstrap_errors_are_near_those_of_theory(answers: pd.DataFrame) -> None:
    """For normal answers the bootstrap's errors are close to those of the information."""
    fit = cfa(MODEL, answers, std_lv=True)
    found = bootstrap_fit(fit, 400, rng=np.random.default_rng(2))
    theory = np.sqrt(np.diag(fit.uncertainty.covariance))
    np.testing.assert_allclose(found.se, theory, rtol=0.25)
    assert found.failed == 0
    assert found.names is not None
    assert found.names[0] == "a=~x1"


def test_bootstrap_is_the_same_on_two_processes(answers: pd.DataFrame) -> None:
    """The number of processes does not change a figure."""
    fit = cfa(MODEL, answers, cluster=np.arange(300) // 2)
    one = bootstrap_fit(fit, 40, rng=np.random.default_rng(2))
    two = bootstrap_fit(fit, 40, n_jobs=2, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(one.replicates, two.replicates)
    assert one.n_units == 150


def test_a_sample_without_a_minimum_is_left_out(answers: pd.DataFrame) -> None:
    """Covariances that no model fits give NaN for that sample and leave the others alone."""
    fit = cfa(MODEL, answers)
    broken = np.ones((6, 6))
    found = fit_many(fit, np.stack([fit.sample.cov, broken[None]]), None)
    assert found.converged.tolist() == [True, False]
    np.testing.assert_allclose(found.theta[0], fit.minimum.theta, atol=1e-6)
    assert np.isnan(found.theta[1]).all()


def test_other_estimators_are_refused(answers: pd.DataFrame) -> None:
    """Least squares and moments alone cannot be refitted from counts."""
    with pytest.raises(ModelError, match="maximum likelihood"):
        bootstrap_fit(cfa(MODEL, answers, estimator="GLS"), 20)
    with pytest.raises(ModelError, match="maximum likelihood"):
        bootstrap_fit(cfa(MODEL, cov=answers.iloc[:, :6].cov(), n=300), 20)
