"""The same model fitted to many samples at once: bootstrap replicates and simulated samples.

Samples of one population lie near one another: a few steps with the curvature of one of them bring
all near their minima, and one exact curvature for each brings them there. All samples share every
step in one vectorised pass. What has not arrived after some steps is fitted alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._threads import one_thread
from psychometrics.cfa.discrepancy import MaximumLikelihood
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.implied import compile_table
from psychometrics.cfa.information import covariance_of
from psychometrics.cfa.optimise import minimise
from psychometrics.cfa.parameters import parameters_of
from psychometrics.cfa.partable import parameter_table
from psychometrics.cfa.patterns import swept_inverse
from psychometrics.cfa.start import start_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.parameters import Parameters

    Array = NDArray[np.float64]

NEARING, STEPS = 3, 25
ALONE = 80
"""Steps of a sample that is fitted alone; nearly all that take more have no minimum at all."""
PRECISION = 1e-14


@dataclass(frozen=True)
class ManyFits:
    """Estimates θ (B, q) of B samples, the discrepancies (B,) there, and which converged (B,).

    What did not converge is NaN.
    """

    theta: Array
    value: Array
    converged: NDArray[np.bool_]


def fit_many(fit: ModelFit, cov: Array, mean: Array | None, share: Array | None = None) -> ManyFits:
    """Maximum likelihood estimates of a fitted model in other samples.

    Parameters
    ----------
    fit : the model, fitted to a sample from the same population: where the search begins.
    cov : (B, groups, p, p) covariances with divisor n. mean : (B, groups, p), None without means.
    share : (groups,) shares of the groups in all interviews; those of `fit` when not given.

    Raises ModelError for another estimator than maximum likelihood of complete answers.
    """
    if not isinstance(fit.discrepancy, MaximumLikelihood):
        raise ModelError("Many samples at once can be fitted by maximum likelihood only.")
    if fit.table.given:
        joint, at = with_predictors(fit)
        wide = fit_many(joint, cov, mean, share)
        return replace(wide, theta=wide.theta[:, at])
    parameters = fit.parameter_map
    weight = fit.sample.share if share is None else share
    used = mean if fit.discrepancy.mean is not None else None
    with one_thread():
        search = _Search(fit.structure, parameters, cov, used, weight)
        bread = covariance_of(fit.minimum.curvature, fit.minimum.jacobian)
        if parameters.equalities or parameters.inequalities:
            found = _none(len(cov), parameters.q)
        else:
            # A step out of what is possible gives NaN; such samples are fitted alone.
            with np.errstate(invalid="ignore", over="ignore"):
                found = search.run(fit.minimum.theta, bread)
        return search.finished(found, fit.minimum.theta)


def with_predictors(fit: ModelFit) -> tuple[ModelFit, NDArray[np.intp]]:
    """The same model with the moments of observed predictors as parameters, and where θ is in it.

    Every sample has predictors of its own. Their moments are not restricted, so that the other
    estimates and the minimum are the same.
    """
    discrepancy = fit.discrepancy
    assert isinstance(discrepancy, MaximumLikelihood)  # noqa: S101
    table = parameter_table(fit.parsed, replace(fit.table.options, conditional=False))
    structure, parameters = compile_table(table), parameters_of(table)
    wider = replace(discrepancy, structure=structure)
    minimum = minimise(wider, parameters, start_values(table, parameters, fit.sample))
    joint = replace(
        fit,
        table=table,
        structure=structure,
        parameter_map=parameters,
        discrepancy=wider,
        minimum=minimum,
    )
    return joint, parameters.index.ravel()[fit.parameter_map.places]


def _none(count: int, q: int) -> ManyFits:
    return ManyFits(np.full((count, q), np.nan), np.full(count, np.nan), np.zeros(count, bool))


@dataclass(frozen=True)
class _Search:
    structure: Structure
    parameters: Parameters
    cov: Array
    mean: Array | None
    share: Array

    def run(self, start: Array, bread: Array) -> ManyFits:
        """Steps with one curvature for all; what does not converge stays NaN."""
        count = len(self.cov)
        found = _none(count, len(start))
        active = np.arange(count)
        theta = np.tile(start, (count, 1))
        least = (np.linalg.slogdet(self.cov)[1] + self.structure.p) @ self.share
        value, slope = self._slopes(theta, active)
        breads: Array = np.broadcast_to(bread, (count, *bread.shape))
        for number in range(STEPS):
            if number == NEARING:
                breads = self._breads(theta, active)
            step = -(breads @ slope[..., None])[..., 0]
            decrement = -(slope * step).sum(axis=1)
            done = np.abs(decrement) < PRECISION
            found.theta[active[done]] = theta[done]
            found.value[active[done]] = value[done] - 0.5 * least[active[done]]
            found.converged[active[done]] = True
            going = ~done & (decrement > 0)
            active, breads = active[going], breads[going]
            if not len(active):
                break
            theta = theta[going] + step[going]
            value, slope = self._slopes(theta, active)
            inside = np.isfinite(value)
            active, breads, theta = active[inside], breads[inside], theta[inside]
            value, slope = value[inside], slope[inside]
        return found

    def finished(self, found: ManyFits, start: Array) -> ManyFits:
        """With the samples that are left fitted one by one."""
        for k in np.flatnonzero(~found.converged):
            mean = None if self.mean is None else self.mean[k]
            alone = MaximumLikelihood(self.structure, self.cov[k], mean, self.share)
            try:
                minimum = minimise(alone, self.parameters, start, steps=ALONE)
            except (ModelError, np.linalg.LinAlgError):
                continue
            if minimum.converged:
                found.theta[k], found.value[k] = minimum.theta, minimum.value
                found.converged[k] = True
        return found

    def _breads(self, theta: Array, active: NDArray[np.intp]) -> Array:
        """(b, q, q) inverse of each sample's exact curvature.

        NaN where it is not positive definite, so that the sample is fitted alone.
        """
        count, groups, p = len(theta), len(self.share), self.structure.p
        x = self.parameters.rows(theta).reshape(count * groups, -1)
        mean = None if self.mean is None else self.mean[active].reshape(-1, p)
        cov = self.cov[active].reshape(-1, p, p)
        each = MaximumLikelihood(self.structure, cov, mean, np.ones(len(cov)))
        total = _by_theta(self.parameters, each.observed(x), self.share)
        found = np.full(total.shape, np.nan)
        good = _definite(total)
        found[good] = np.linalg.inv(total[good])
        return found

    def _slopes(self, theta: Array, active: NDArray[np.intp]) -> tuple[Array, Array]:
        """Values (b,), without what a perfect fit has, and slopes (b, q) of some samples."""
        implied = self.structure.implied(self.parameters.rows(theta))
        about = self.cov[active]
        p = self.structure.p
        g = np.zeros(implied.mu.shape)
        d = g
        if self.mean is not None:
            d = self.mean[active] - implied.mu
            about = about + d[..., :, None] * d[..., None, :]
        shape = implied.cov.shape
        inverse, log = swept_inverse(implied.cov.reshape(-1, p, p))
        W = inverse.reshape(shape)
        G = 0.5 * (W - W @ about @ W)
        if self.mean is not None:
            g = -(W @ d[..., None])[..., 0]
        by_row = self.structure.slope(implied, G, g) * self.share[:, None]
        fits = log.reshape(shape[:-2]) + (W * about).sum(axis=(-1, -2))
        spread = self.parameters.spread.reshape(-1, self.parameters.q)
        return 0.5 * fits @ self.share, by_row.reshape(len(theta), -1) @ spread


def _definite(matrices: Array) -> NDArray[np.bool_]:
    """(B,) whether matrices (B, q, q) are positive definite."""
    finite = np.asarray(np.isfinite(matrices).all(axis=(1, 2)))
    found = np.zeros(len(matrices), bool)
    found[finite] = np.linalg.eigvalsh(matrices[finite])[:, 0] > 0
    return found


def inverse_information(fit: ModelFit, theta: Array, share: Array) -> Array:
    """(B, q, q) inverse of the expected information of one interview at θ (B, q).

    Under the model's equality constraints; NaN where θ is NaN. For a model whose observed
    predictors are parameters, as `with_predictors` makes it.
    R: ``vcov(fit) * n``.
    """
    found = np.full((*theta.shape, theta.shape[-1]), np.nan)
    good = np.flatnonzero(np.isfinite(theta).all(axis=1))
    if not len(good):
        return found
    parameters = fit.parameter_map
    x = parameters.rows(theta[good]).reshape(-1, fit.structure.size)
    implied = fit.structure.implied(x)
    mean = implied.mu if fit.table.options.means else None
    each = MaximumLikelihood(fit.structure, implied.cov, mean, np.ones(len(x)))
    information = _by_theta(parameters, each.point(x).curvature, share)
    held = parameters.equalities
    for k, part in zip(good, information, strict=True):
        found[k] = covariance_of(part, parameters.jacobian(theta[k], held))
    return found


def _by_theta(parameters: Parameters, by_row: Array, share: Array) -> Array:
    """(B, q, q) from second derivatives by row of B · groups samples, (B · groups, rows, rows)."""
    groups = len(share)
    split = by_row.reshape(-1, groups, *by_row.shape[1:])
    total = np.zeros((len(split), parameters.q, parameters.q))
    for g, part in enumerate(share):
        turn = parameters.spread[g]
        total += part * (turn.T @ split[:, g] @ turn)
    return total
