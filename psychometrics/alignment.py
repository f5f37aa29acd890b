"""Means of many groups compared without exact invariance: the alignment method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._alignment_errors import aligned_errors
from psychometrics._alignment_groups import (
    AlignmentError,
    configural_of,
    group_fits,
    simple_structure,
)
from psychometrics._alignment_loss import Loss
from psychometrics._alignment_result import RULE_OF_THUMB, AlignedFactor, Alignment
from psychometrics._alignment_search import search
from psychometrics._model_sample import model_sample
from psychometrics._noninvariance import explained, invariant_set
from psychometrics._threads import one_thread
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._alignment_groups import Configural
    from psychometrics._alignment_search import Aligned
    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

__all__ = ["AlignedFactor", "Alignment", "AlignmentError", "alignment"]

SMALL = 100
"""Below this many interviews a group's own model is a weak ground for its mean."""


def alignment(
    model: str,
    data: Any,
    group: Any,
    *,
    method: Literal["fixed", "free"] = "fixed",
    reference: str | None = None,
    estimator: str = "MLR",
    missing: Literal["listwise", "fiml"] = "listwise",
    weights: Any = None,
    cluster: Any = None,
    epsilon: float = 0.01,
    starts: int = 10,
    rng: np.random.Generator | None = None,
) -> Alignment:
    """Means and variances of factors in many groups under approximate invariance.

    The model is fitted in every group with factors of mean 0 and variance 1. Then each group's
    factor gets the mean α and variance ψ under which loadings λ⁰/√ψ and intercepts ν⁰ − αλ⁰/√ψ
    differ little in most places and much in few: over items and pairs of groups,
    F = Σ √(n_g n_h) [f(λ_g − λ_h) + f(ν_g − ν_h)] is least, f(x) = √√(x² + ε), with the product of
    the variances held at 1. The fit is that of the configural model.

    Errors come by the delta method from the covariances of the configural estimates. A parameter
    counts as noninvariant in a group by the iterated pairwise test (p < .01 to link groups, then
    p < .001 against the average of those that share it). Up to a quarter of noninvariant
    parameters is a rule of thumb for means that can be trusted (Muthén & Asparouhov 2014,
    10.3389/fpsyg.2014.00978); check a doubtful case by simulation.

    Source: Asparouhov & Muthén 2014, 10.1080/10705511.2014.919210.
    R: ``optim`` on F from ``lavInspect(fit, "est")`` of ``cfa(model, data, group = g,
    std.lv = TRUE)``; ``tests/golden/alignment.R`` does it.

    Parameters
    ----------
    model : lavaan's syntax, each item of one factor.
    data : Dataset, DataFrame or array. group : column name or (n,) values.
    method : "fixed": the mean of `reference` is 0. "free": all means are estimated, which takes
        clear noninvariance; they may then be unidentified, of which a warning tells.
    reference : the group whose factors have variance 1 (and mean 0 when fixed) in the results; the
        first in the data when not given. Other choices shift and stretch "fixed" results a little,
        as F is not the same.
    estimator, missing, weights, cluster : as in `cfa`, of each group's own fit.
    epsilon : ε, in squared units of the answers. starts : of the search, one graduated, the others
        scattered by `rng` (None: a fixed seed).

    Raises
    ------
    AlignmentError
        an item of two factors, a fixed loading, a group whose model cannot be fitted.
    ModelError, DatasetError
        as `cfa`.
    """
    _check(group, method, epsilon, starts)
    items = simple_structure(parse_model(model))
    rng = np.random.default_rng(20140919) if rng is None else rng
    with one_thread():
        prepared = model_sample(
            model,
            data,
            group=group,
            estimator=estimator,
            missing=missing,
            weights=weights,
            cluster=cluster,
        )
        fits = group_fits(prepared)
        groups = tuple(fits)
        first = _place(groups, reference)
        n = np.array([fit.n_used for fit in fits.values()], np.float64)
        factors = []
        for factor, names in items.items():
            configural = configural_of(fits, factor, names)
            loss = Loss(configural.loadings, configural.intercepts, n, epsilon)
            found = search(loss, first if method == "fixed" else None, starts, rng)
            factors.append(_factor(configural, loss, found, first))
    return Alignment(
        groups=groups,
        factors=tuple(factors),
        reference=groups[first],
        method=method,
        epsilon=epsilon,
        n=tuple(int(count) for count in n),
        n_used=int(n.sum()),
        n_dropped=prepared.sample.n_dropped,
        converged=all(part.converged for part in factors),
        warnings=_warnings(factors, n, groups, fits),
    )


def _check(group: Any, method: str, epsilon: float, starts: int) -> None:
    if group is None:
        raise AlignmentError("Give group: a column name, or a value for each interview.")
    if method not in ("fixed", "free"):
        raise AlignmentError(f"There is no method {method!r}; choose fixed or free.")
    if not epsilon > 0:
        raise AlignmentError(f"epsilon is {epsilon}; give a small positive number such as 0.01.")
    if starts < 1:
        raise AlignmentError(f"starts is {starts}; give at least one.")


def _place(groups: tuple[str, ...], reference: str | None) -> int:
    if reference is None:
        return 0
    if str(reference) not in groups:
        raise AlignmentError(
            f"There is no group {reference!r} to refer to; the groups are {', '.join(groups)}."
        )
    return groups.index(str(reference))


def _factor(configural: Configural, loss: Loss, found: Aligned, first: int) -> AlignedFactor:
    """One factor's results, turned to the unit of the reference group."""
    errors = aligned_errors(loss, found, configural)
    groups = len(loss.n)
    alpha, s = np.split(found.at, 2)
    unit = np.exp(-s[first])
    mean, variance = alpha * unit, np.exp(2 * (s - s[first]))
    of_mean, of_variance = np.zeros((2, groups, 2 * groups))
    k = np.arange(groups)
    of_mean[k, k] = unit
    of_mean[:, groups + first] -= mean
    of_variance[k, groups + k] = 2 * variance
    of_variance[:, groups + first] -= 2 * variance
    loadings, intercepts = loss.aligned(found.at)
    shared = [
        np.stack([invariant_set(*pair) for pair in zip(values, covariances, strict=True)])
        for values, covariances in ((loadings, errors.loadings), (intercepts, errors.intercepts))
    ]
    return AlignedFactor(
        factor=configural.factor,
        items=configural.items,
        mean=mean,
        mean_se=_errors(of_mean, errors.factor),
        variance=variance,
        variance_se=_errors(of_variance, errors.factor),
        loadings=loadings / unit,
        intercepts=intercepts,
        loading_shared=shared[0],
        intercept_shared=shared[1],
        loading_r2=_loading_r2(loss, loadings, s),
        intercept_r2=_intercept_r2(loss, loadings, intercepts, alpha),
        loss=found.value,
        agreeing=found.agreeing,
        starts=found.starts,
        converged=found.converged,
        identified=found.identified,
    )


def _errors(slopes: Array, covariance: Array) -> Array:
    found: Array = np.sqrt(np.maximum(((slopes @ covariance) * slopes).sum(axis=1), 0))
    return found


def _loading_r2(loss: Loss, loadings: Array, s: Array) -> Array:
    """How far an item's configural loadings follow from the factor's deviations alone."""
    predicted = loadings.mean(axis=1)[:, None] * np.exp(s)
    return np.array([explained(*pair) for pair in zip(loss.loadings, predicted, strict=True)])


def _intercept_r2(loss: Loss, loadings: Array, intercepts: Array, alpha: Array) -> Array:
    """How far an item's configural intercepts follow from the factor's means alone."""
    predicted = intercepts.mean(axis=1)[:, None] + loadings.mean(axis=1)[:, None] * alpha
    return np.array([explained(*pair) for pair in zip(loss.intercepts, predicted, strict=True)])


def _warnings(
    factors: list[AlignedFactor], n: Array, groups: tuple[str, ...], fits: dict[str, ModelFit]
) -> tuple[str, ...]:
    found = []
    for part in factors:
        if not part.identified:
            found.append(
                f"{part.factor}: the means are not identified, as the groups' loadings are nearly "
                f"alike; use method='fixed'."
            )
        elif not part.converged:
            found.append(f"{part.factor}: the search did not end; give more starts.")
        if part.agreeing == 1 and part.starts > 1:
            found.append(
                f"{part.factor}: one start of {part.starts} came to the lowest minimum; give more "
                f"starts to be sure that it is the lowest."
            )
        if part.noninvariant_share > RULE_OF_THUMB:
            found.append(
                f"{part.factor}: {part.noninvariant_share:.0%} of loadings and intercepts are "
                f"noninvariant, more than the quarter up to which means are commonly trusted."
            )
    small = [name for name, count in zip(groups, n, strict=True) if count < SMALL]
    if small:
        found.append(f"Fewer than {SMALL} interviews: {', '.join(small)}; their means are shaky.")
    odd = [name for name, fit in fits.items() if _improper(fit)]
    if odd:
        found.append(f"A residual variance is negative in {', '.join(odd)}; look at those groups.")
    return tuple(found)


def _improper(fit: ModelFit) -> bool:
    names = set(fit.items)
    values = zip(fit.table.rows, fit.x[0], strict=True)
    return any(r.op == "~~" and r.lhs == r.rhs and r.lhs in names and v < 0 for r, v in values)
