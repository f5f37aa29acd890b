"""Differences between the means of factors, with their errors, and in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.cfa.implied import COMPLEX_STEP
from psychometrics.cfa.parameters import imaginary_steps

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._group_ladder import Place
    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class LatentMean:
    """How far a factor's mean in one group (or wave) lies from that in the first.

    Parameters
    ----------
    difference, se, z, p, ci_lower, ci_upper : in the factor's unit: the standard deviation of
        group 1 with ``std_lv``, else that of the first item's answers; 95 % interval.
    effect, effect_se, effect_lower, effect_upper : divided by the standard deviation of the factor
        within the two groups, pooled; it does not depend on the unit.
    """

    factor: str
    group: str
    difference: float
    se: float
    z: float
    p: float
    ci_lower: float
    ci_upper: float
    effect: float
    effect_se: float
    effect_lower: float
    effect_upper: float


@dataclass(frozen=True, repr=False)
class LatentMeans:
    """Differences of the factors' means to the first group (or wave).

    `level`: of which model; `reason`: why there are none, else None.
    """

    rows: tuple[LatentMean, ...]
    reference: str
    level: str | None
    reason: str | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a factor and group; columns as `LatentMean`."""
        import pandas as pd

        names = list(LatentMean.__dataclass_fields__)
        return pd.DataFrame([plain_fields(row) for row in self.rows], columns=names)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        if self.reason is not None:
            return f"<LatentMeans: none. {self.reason}>"
        return f"<LatentMeans: against {self.reference}, {self.level} model>\n{self.table}"

    def _repr_html_(self) -> str:
        return self.reason or str(self.table.to_html(float_format="{:.3f}".format, index=False))


def latent_means(fit: ModelFit, places: dict[str, tuple[Place, ...]], level: str) -> LatentMeans:
    """The differences from a model in which they can be compared.

    difference = κ_g − κ_1; effect = difference / √((n_1 φ_1 + n_g φ_g) / (n_1 + n_g)), Hancock
    2001, 10.1007/BF02294440. Errors by the delta method from the estimates' covariance.
    R: the rows ``~1`` of ``parameterEstimates(fit)`` in groups 2, 3, ….
    """
    first = next((found[0].label for found in places.values()), "")
    with one_thread():
        here = _values(fit, fit.minimum.theta, places)
        moving = _moving(fit)
        turned = _values(fit, imaginary_steps(fit.minimum.theta)[moving], places)
        covariance = fit.uncertainty.covariance[np.ix_(moving, moving)]
        slopes = turned.imag / COMPLEX_STEP
        errors = np.sqrt(np.maximum(np.einsum("qk,qr,rk->k", slopes, covariance, slopes), 0))
    names = [(factor, place.label) for factor, found in places.items() for place in found[1:]]
    by_name = np.concatenate([here, errors]).reshape(4, len(names))[[0, 2, 1, 3]]
    rows = [_row(*name, *figures) for name, figures in zip(names, by_name.T.tolist(), strict=True)]
    return LatentMeans(tuple(row for row in rows if row.se > 0), first, level)


def _moving(fit: ModelFit) -> NDArray[np.intp]:
    """The parameters on which means and variances of factors may depend: not those of items."""
    items = set(fit.table.variables.indicators)
    rows = fit.table.rows[: fit.table.per_group]
    of_items = [row.lhs in items or row.rhs in items for row in rows]
    found = np.unique(fit.parameter_map.index[:, ~np.array(of_items)])
    return found[found >= 0]


def _values(
    fit: ModelFit, theta: NDArray[Any], places: dict[str, tuple[Place, ...]]
) -> NDArray[Any]:
    """(…, 2 × comparisons) differences, then effects, at θ (…, q)."""
    implied = fit.structure.implied(fit.parameter_map.rows(theta))
    p, at = fit.structure.p, {name: k for k, name in enumerate(fit.factors)}
    mean = implied.mean[..., p:]
    variance = np.diagonal(implied.total, axis1=-2, axis2=-1)[..., p:]
    differences, effects = [], []
    for found in places.values():
        one, k = found[0], at[found[0].latent]
        for other in found[1:]:
            j = at[other.latent]
            apart = mean[..., other.group, j] - mean[..., one.group, k]
            n = fit.sample.n[[one.group, other.group]].astype(np.float64)
            pooled = n[0] * variance[..., one.group, k] + n[1] * variance[..., other.group, j]
            differences.append(apart)
            effects.append(apart / np.sqrt(pooled / n.sum()))
    return np.stack([*differences, *effects], axis=-1)


def _row(
    factor: str, group: str, difference: float, se: float, effect: float, effect_se: float
) -> LatentMean:
    from scipy.special import ndtr, ndtri

    reach = float(ndtri(0.5 + LEVEL / 2))
    z = difference / se if se > 0 else float("nan")
    return LatentMean(
        factor,
        group,
        difference,
        se,
        z,
        float(2 * ndtr(-abs(z))),
        difference - reach * se,
        difference + reach * se,
        effect,
        effect_se,
        effect - reach * effect_se,
        effect + reach * effect_se,
    )
