"""What one model gave in many samples of a population: the raw material of a power analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._population import SimulationError
from psychometrics.cfa.implied import COMPLEX_STEP
from psychometrics.cfa.parameters import imaginary_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]
    Name = tuple[str, str, str, int]


@dataclass(frozen=True)
class Replications:
    """What B samples gave for k parameters, free ones and then defined ones.

    Parameters
    ----------
    names : (k) lhs, op, rhs and group, 0 for defined parameters. labels : (k), '' without.
    truth : (k,) what the estimates come to with endless interviews.
    estimate, se : (B, k), NaN where the fit did not converge.
    p : (B,) of the test of fit. df : its degrees of freedom.
    converged, improper : (B,) whether a fit was found, and whether a variance is negative in it.
    rmsea : the model's RMSEA in the population.
    """

    names: tuple[Name, ...]
    labels: tuple[str, ...]
    truth: Array
    estimate: Array
    se: Array
    p: Array
    df: int
    converged: NDArray[np.bool_]
    improper: NDArray[np.bool_]
    rmsea: float


def draw_moments(
    mean: Array, cov: Array, n: int, size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Means (size, p) and covariances (size, p, p), divisor n, of samples of n normal answers.

    The root of a Wishart matrix is drawn directly (Bartlett 1933), so that n does not matter.
    """
    p = len(mean)
    if n <= p:
        raise SimulationError(
            f"{n} interviews are too few for {p} items; more than {p} are needed."
        )
    root = np.linalg.cholesky(cov)
    inner = np.zeros((size, p, p))
    i, j = np.tril_indices(p, -1)
    inner[:, i, j] = rng.standard_normal((size, len(i)))
    diagonal = np.arange(p)
    inner[:, diagonal, diagonal] = np.sqrt(rng.chisquare(n - 1 - diagonal, (size, p)))
    outer = root @ inner
    scatter: Array = outer @ np.swapaxes(outer, -1, -2) / n
    return mean + rng.standard_normal((size, p)) @ root.T / np.sqrt(n), scatter


def with_definitions(fit: ModelFit, theta: Array, covariance: Array | None) -> tuple[Array, Array]:
    """(B, k) values and errors of the free and then the defined parameters, for θ (B, q)."""
    parameters = fit.parameter_map
    names = [definition.name for definition in parameters.definitions]
    if covariance is None:
        covariance = np.zeros((*theta.shape, theta.shape[-1]))
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    if not names:
        return theta, np.sqrt(np.maximum(variance, 0))
    values = parameters.named(theta)
    steps = theta[:, None, :] + imaginary_steps(np.zeros(theta.shape[-1]))
    moved = parameters.named(steps)
    shape = steps.shape[:2]
    slopes = np.stack(
        [np.broadcast_to(np.imag(moved[name]), shape) / COMPLEX_STEP for name in names], axis=1
    )
    defined = np.stack([np.broadcast_to(values[name], len(theta)) for name in names], axis=1)
    spread = np.einsum("bki,bij,bkj->bk", slopes, covariance, slopes)
    both = np.concatenate([variance, spread], axis=1)
    return np.concatenate([theta, defined], axis=1), np.sqrt(np.maximum(both, 0))


def improper_of(fit: ModelFit, theta: Array) -> NDArray[np.bool_]:
    """(B,) whether a variance is below zero."""
    values = fit.structure.completed(fit.parameter_map.rows(theta))
    cells = fit.structure.covariances
    own = cells.row[cells.i == cells.j]
    return np.asarray((values[..., own] < 0).any(axis=(1, 2)))


def names_of(fit: ModelFit, *, several: bool) -> tuple[Name, ...]:
    rows = [fit.table.rows[k] for k in fit.parameter_map.places]
    free = [(row.lhs, row.op, row.rhs, row.group if several else 1) for row in rows]
    defined = [(d.name, ":=", d.expression.text, 0) for d in fit.parameter_map.definitions]
    return (*free, *defined)


def labels_of(fit: ModelFit) -> tuple[str, ...]:
    rows = [fit.table.rows[k] for k in fit.parameter_map.places]
    return (*(row.label for row in rows), *(d.name for d in fit.parameter_map.definitions))
