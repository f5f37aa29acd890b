"""The bivariate normal distribution against integrals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from psychometrics._bivariate_normal import FAR, bivariate_cdf, bivariate_density

GOLDEN = Path(__file__).parents[1] / "golden" / "polychoric"


def test_bivariate_normal_equals_integrals():
    """Within 1e-14 of one-dimensional integrals from ρ = −.999 to .999."""
    golden = pd.read_csv(GOLDEN / "bivariate_normal.csv")
    first, second = golden["a"].to_numpy()[:, None], golden["b"].to_numpy()[:, None]
    found = bivariate_cdf(first, second, golden["rho"].to_numpy())[:, 0, 0]
    np.testing.assert_allclose(found, golden["probability"], rtol=0, atol=1e-14)


def test_bivariate_normal_equals_a_dense_rule_on_either_side_of_its_seams():
    """400 points of the same integral agree to 5e-15 wherever the number of points changes."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    limits = np.array([-2.2, -0.4, 0.0, 0.9, 2.6])
    seams = np.array([0.3, 0.5, 0.75, 0.95])
    rho = np.concatenate([seams - 1e-9, seams + 1e-9, -seams + 1e-9, -seams - 1e-9])
    grid = np.tile(limits, (len(rho), 1))
    half = np.arcsin(rho)[:, None] / 2
    slopes = np.sin(half * (nodes + 1))
    a, b = limits[:, None], limits[None, :]
    dense = bivariate_cdf(grid, grid, np.zeros(len(rho)))
    for q, sine in enumerate(slopes):
        exponent = (a * a + b * b)[..., None] - 2 * (a * b)[..., None] * sine
        kernel = np.exp(-exponent / (2 * (1 - sine**2)))
        dense[q] += kernel @ weights * half[q] / (2 * np.pi)
    np.testing.assert_allclose(bivariate_cdf(grid, grid, rho), dense, rtol=0, atol=5e-15)


@pytest.mark.parametrize("rho", [-0.97, -0.4, 0.0, 0.6, 0.96])
def test_density_is_the_slope_of_the_distribution(rho):
    """dΦ₂/dρ = φ₂ by central differences; a far limit is none."""
    limits = np.array([[-1.5, 0.0, 0.8]])
    step = 1e-6
    above = bivariate_cdf(limits, limits, np.array([rho + step]))
    below = bivariate_cdf(limits, limits, np.array([rho - step]))
    density = bivariate_density(limits, limits, np.array([rho]))
    np.testing.assert_allclose((above - below) / (2 * step), density, rtol=0, atol=1e-7)
    far = np.full((1, 1), FAR)
    margin = bivariate_cdf(limits, far, np.array([rho]))[0, :, 0]
    np.testing.assert_allclose(margin, bivariate_cdf(limits, far, np.zeros(1))[0, :, 0], atol=1e-15)
