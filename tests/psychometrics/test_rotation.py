"""Rotations against GPArotation and factor_analyzer, their ends, and their refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import _criteria
from psychometrics._extraction import extract
from psychometrics.efa import EfaError
from psychometrics.rotation import ROTATIONS, rotate
from tests.psychometrics.factor_goldens import (
    DATA,
    aligned,
    alignment,
    correlation_of,
    golden,
    numbers,
)

SETTINGS = {
    "geomin_0.001": ("geomin", {"delta": 0.001}),
    "oblimin_-0.5": ("oblimin", {"gamma": -0.5}),
    "varimax_raw": ("varimax", {"normalise": False}),
}
CASES = [(name, key) for name in DATA for key in golden(f"rotations_{name}") if key != "unrotated"]


@pytest.mark.parametrize(("name", "key"), CASES)
def test_rotation_equals_gparotation(name, key):
    """Loadings and Φ of the best of many starts to 5e-6, the criterion to 1e-11.

    The criterion is flat about its minimum: where R stops at a gradient of 1e-8, loadings of flat
    criteria (the oblique bifactor) are still 2e-6 from the end.
    """
    goldens = golden(f"rotations_{name}")
    theirs = goldens[key]
    rotation, given_ = SETTINGS.get(key, (key, {}))
    if rotation == "target":
        given_ = {"target": numbers(theirs["target"])}
    found = rotate(np.array(goldens["unrotated"]), rotation, random_starts=30, **given_)
    order, signs = alignment(found.pattern, np.array(theirs["loadings"]))
    phi = found.phi[np.ix_(order, order)] * np.outer(signs, signs)
    expected, correlated = np.array(theirs["loadings"]), np.array(theirs["phi"])
    np.testing.assert_allclose(found.pattern[:, order] * signs, expected, rtol=0, atol=5e-6)
    np.testing.assert_allclose(phi, correlated, rtol=0, atol=5e-6)
    factor = 4 if rotation.startswith("bifactor") else 1
    assert found.criterion * factor == pytest.approx(theirs["criterion"], abs=1e-11)
    assert found.converged


@pytest.mark.parametrize("rotation", ["varimax", "promax", "oblimin"])
@pytest.mark.parametrize(("name", "factors"), [("tapwater", 2), ("bfi", 5), ("harman", 4)])
def test_rotation_equals_factor_analyzer(name, factors, rotation):
    """What that library rotates rightly, at a tight tolerance, is the same to 1e-6."""
    from factor_analyzer import Rotator

    loadings = extract(correlation_of(name).to_numpy(), factors, "minres").loadings
    tolerance = 1e-8 if rotation == "oblimin" else 1e-14
    library = Rotator(rotation, normalize=True, power=4, max_iter=9000, tol=tolerance)
    theirs = library.fit_transform(loadings.copy())
    ours = rotate(loadings, rotation).pattern
    np.testing.assert_allclose(aligned(ours, theirs), theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rotation", [name for name in ROTATIONS if name != "target"])
def test_rotation_keeps_the_model(rotation):
    """Λ = Λ₀M, ΛΦΛ' = Λ₀Λ₀', Φ = (M'M)⁻¹ with ones on its diagonal; orthogonal: Φ = I."""
    loadings = extract(correlation_of("bfi").to_numpy(), 5, "minres").loadings
    found = rotate(loadings, rotation)
    np.testing.assert_allclose(loadings @ found.rotation_matrix, found.pattern, atol=1e-12)
    implied = found.pattern @ found.phi @ found.pattern.T
    np.testing.assert_allclose(implied, loadings @ loadings.T, atol=1e-12)
    turn = found.rotation_matrix
    np.testing.assert_allclose(found.phi, np.linalg.inv(turn.T @ turn), atol=1e-12)
    np.testing.assert_allclose(np.diag(found.phi), 1, atol=1e-15)
    explained = np.diag(found.phi @ found.pattern.T @ found.pattern)
    first = 1 if rotation.startswith("bifactor") else 0
    assert (np.diff(explained[first:]) <= 0).all()
    assert (found.pattern.sum(axis=0) >= 0).all()


@pytest.mark.parametrize(
    "criterion",
    [
        _criteria.oblimin,
        lambda loadings: _criteria.oblimin(loadings, -0.7),
        lambda loadings: _criteria.geomin(loadings, 0.01),
        _criteria.varimax,
        _criteria.quartimax,
        lambda loadings: _criteria.crawford_ferguson(loadings, 0.2),
        _criteria.bifactor,
        lambda loadings: _criteria.target(loadings, np.where(np.eye(6, 3) > 0, np.nan, 0.1)),
    ],
)
def test_gradients_are_those_of_the_criteria(criterion):
    """Every ∂f/∂Λ equals the difference quotient of f, for two rotations at once."""
    loadings = np.random.default_rng(4).normal(size=(2, 6, 3))
    values, gradient = criterion(loadings)
    assert values.shape == (2,)
    step = 1e-6
    for place in np.ndindex(6, 3):
        up, down = loadings.copy(), loadings.copy()
        up[:, *place] += step
        down[:, *place] -= step
        quotient = (criterion(up)[0] - criterion(down)[0]) / (2 * step)
        np.testing.assert_allclose(gradient[:, *place], quotient, rtol=1e-6, atol=1e-8)


@settings(max_examples=20, deadline=None)
@given(
    rotation=st.sampled_from([name for name in ROTATIONS if name != "target"]),
    seed=st.integers(0, 1000),
)
def test_where_a_rotation_begins_does_not_matter(rotation, seed):
    """Loadings turned at random first end in the same place, to 1e-5."""
    loadings = extract(correlation_of("harman").to_numpy(), 4, "minres").loadings
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))
    straight = rotate(loadings, rotation, random_starts=25)
    turned = rotate(loadings @ turn, rotation, random_starts=25)
    assert turned.criterion == pytest.approx(straight.criterion, abs=1e-10)
    found = aligned(turned.pattern, straight.pattern)
    np.testing.assert_allclose(found, straight.pattern, rtol=0, atol=1e-5)


def test_a_general_factor_stays_first():
    """A bifactor rotation finds the general factor that was put in, before larger groups."""
    pattern = np.zeros((12, 4))
    pattern[:, 0] = 0.4
    for group in range(3):
        pattern[4 * group : 4 * group + 4, group + 1] = [0.75, 0.7, 0.65, 0.6]
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))
    found = rotate(pattern @ turn, "bifactor", random_starts=30)
    np.testing.assert_allclose(found.pattern[:, 0], 0.4, atol=1e-6)
    assert found.criterion == pytest.approx(0, abs=1e-12)


def test_a_target_keeps_its_order_and_signs():
    """Factors stay where the target has them, even when turned and shuffled before."""
    loadings = extract(correlation_of("bfi").to_numpy(), 5, "minres").loadings
    simple = rotate(loadings).pattern[:, [4, 2, 0, 1, 3]] * [1, -1, 1, 1, -1]
    wanted = np.where(np.abs(simple) < 0.2, 0.0, simple)
    found = rotate(loadings, "target", target=pd.DataFrame(wanted))
    products = np.diag(found.pattern.T @ wanted)
    assert (products / np.linalg.norm(found.pattern, axis=0) > 0).all()
    np.testing.assert_allclose(found.pattern, simple, atol=0.1)


def test_a_best_end_found_once_is_said():
    """With few starts on many factors the reader hears that one start alone found the best."""
    loadings = extract(correlation_of("bfi").to_numpy(), 9, "minres").loadings
    found = rotate(loadings, "geomin_orthogonal", random_starts=6)
    same = np.abs(found.ends - found.criterion) < 1e-7
    assert found.ends.shape == (7,)
    assert found.ends.min() == found.criterion
    assert bool(found.warnings) == (same.sum() == 1)
    alone = rotate(loadings, "geomin_orthogonal", random_starts=0)
    assert alone.warnings == ()
    assert alone.criterion >= found.criterion


def test_a_criterion_without_minimum_is_said():
    """Oblimin with a large γ falls without end, and does not count as converged."""
    loadings = extract(correlation_of("bfi").to_numpy(), 5, "minres").loadings
    found = rotate(loadings, "oblimin", gamma=1.0)
    assert not found.converged
    assert "did not converge" in found.warnings[0]


def test_one_factor_is_left_as_it_is():
    """Nothing can be turned; only the sign is chosen."""
    found = rotate(-np.array([[0.5], [0.6], [0.7]]))
    np.testing.assert_array_equal(found.pattern[:, 0], [0.5, 0.6, 0.7])
    assert found.rotation is None
    assert found.rotation_matrix == -1
    assert json.loads(json.dumps(found.to_dict()))["criterion"] is None


@pytest.mark.parametrize(
    ("rotation", "given_", "said"),
    [
        ("oblimax", {}, "no rotation 'oblimax'; choose one of oblimin"),
        ("geomin", {"delta": 0}, "above 0"),
        ("promax", {"power": 1}, "above 1"),
        ("target", {}, "needs target="),
        ("target", {"target": np.zeros((4, 2))}, r"shape \(4, 2\), the loadings \(6, 3\)"),
        ("target", {"target": np.full((6, 3), np.nan)}, "needs 2 known loadings"),
        ("oblimin", {"random_starts": -1}, "give 0 or more"),
    ],
)
def test_impossible_settings_are_refused(rotation, given_, said):
    """The message says what to give instead."""
    loadings = np.random.default_rng(0).normal(size=(6, 3))
    with pytest.raises(EfaError, match=said):
        rotate(loadings, rotation, **given_)


def test_a_bifactor_of_two_factors_is_refused():
    """Its criterion is zero whatever the rotation."""
    with pytest.raises(EfaError, match="three factors or more"):
        rotate(np.ones((4, 2)), "bifactor")
    with pytest.raises(EfaError, match="loading is missing"):
        rotate(np.full((4, 2), np.nan))
