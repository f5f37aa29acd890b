"""Whether the items of a scale go together, and stand apart from those of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._bivariate_normal import FAR, bivariate_cdf
from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


def composite_reliability(fit: ModelFit, *, observed_variance: bool = True) -> pd.DataFrame:
    """Reliability of the sum of each factor's items, a row a group, a column a factor.

    ω = (Σλ)² φ / Σ Σ σ_ij over the items that load on the factor, where σ is the observed
    covariance, or with ``observed_variance=False`` the one that the model implies (then cross
    loadings and residual covariances are in the denominator too). For a factor of factors the
    loadings are its indirect ones. With ordered items it is the reliability of the sum of the
    categories (Green & Yang 2009, 10.1007/s11336-008-9099-3).

    Source: Raykov 2001, 10.1348/000711001159582; Bentler 2009, 10.1007/s11336-008-9100-1.
    R: ``semTools::compRelSEM(fit, obs.var = observed_variance)``; for a factor of factors with
    ``higher =``.
    """
    import pandas as pd

    rows = [_reliabilities(fit, group, observed_variance) for group in range(len(fit.groups))]
    return pd.DataFrame(rows, index=list(fit.groups), columns=list(fit.factors))


def average_variance_extracted(fit: ModelFit, *, observed_variance: bool = True) -> pd.DataFrame:
    """Share of its items' variance that a factor explains, a row a group, a column a factor.

    Σ λ² φ / Σ σ_ii; NaN where an item loads on another factor too.
    Source: Fornell & Larcker 1981, 10.1177/002224378101800104.
    R: ``semTools::AVE(fit, obs.var = observed_variance)``.
    """
    import pandas as pd

    rows = [_extracted(fit, group, observed_variance) for group in range(len(fit.groups))]
    return pd.DataFrame(rows, index=list(fit.groups), columns=list(fit.factors))


@dataclass(frozen=True)
class FornellLarcker:
    """Each factor's root of average variance extracted beside its correlations with the others.

    `table`: roots on the diagonal, correlations elsewhere. `distinct`: factors whose root exceeds
    all their correlations. Simulations show that the rule seldom finds a lack of distinctness
    (Henseler, Ringle & Sarstedt 2015, 10.1007/s11747-014-0403-8).
    """

    factors: tuple[str, ...]
    values: Array
    group: str

    @property
    def table(self) -> pd.DataFrame:
        """Factors × factors."""
        import pandas as pd

        return pd.DataFrame(self.values, index=list(self.factors), columns=list(self.factors))

    @property
    def distinct(self) -> tuple[str, ...]:
        """Factors that pass."""
        others = np.abs(self.values - np.diag(np.diag(self.values))).max(axis=1)
        roots = np.diag(self.values)
        return tuple(f for f, root, r in zip(self.factors, roots, others, strict=True) if root > r)

    def to_dict(self) -> dict[str, Any]:
        """The fields and `distinct` as plain values."""
        return {**plain_fields(self), "distinct": list(self.distinct)}


def fornell_larcker(fit: ModelFit) -> tuple[FornellLarcker, ...]:
    """The criterion of Fornell & Larcker 1981, 10.1177/002224378101800104, in each group.

    R: ``sqrt(semTools::AVE(fit))`` and ``lavInspect(fit, "cor.lv")``.
    """
    roots = np.sqrt(average_variance_extracted(fit).to_numpy())
    p = fit.structure.p
    found = []
    for group, name in enumerate(fit.groups):
        cov = fit.implied.total[group][p:, p:]
        sd = np.sqrt(np.diag(cov))
        values = cov / np.outer(sd, sd)
        np.fill_diagonal(values, roots[group])
        found.append(FornellLarcker(fit.factors, values, name))
    return tuple(found)


def _reliabilities(fit: ModelFit, group: int, observed: bool) -> list[float]:
    sigma = _sigma(fit, group, observed)
    found = []
    for factor in range(len(fit.factors)):
        true, items = _true_covariance(fit, group, factor)
        if len(items) < 2:
            found.append(np.nan)
            continue
        at = np.ix_(items, items)
        if fit.sample.ordinal:
            found.append(_categorical(fit, group, true[at], sigma[at], items))
        else:
            found.append(float(true[at].sum() / sigma[at].sum()))
    return found


def _true_covariance(fit: ModelFit, group: int, factor: int) -> tuple[Array, NDArray[np.intp]]:
    """Covariances of the items that a factor accounts for, and its items."""
    p = fit.structure.p
    loadings = fit.structure.matrices(fit.x[group])[0][:p, p + factor]
    if not loadings.any():
        loadings = fit.implied.path[group][:, p + factor]
    variance = fit.implied.total[group][p + factor, p + factor]
    return variance * np.outer(loadings, loadings), np.flatnonzero(loadings)


def _sigma(fit: ModelFit, group: int, observed: bool) -> Array:
    if not observed:
        implied: Array = fit.implied.cov[group]
        return implied
    if fit.unrestricted:
        return fit.unrestricted[group][1]
    cov: Array = fit.sample.cov[group]
    return cov


def _extracted(fit: ModelFit, group: int, observed: bool) -> list[float]:
    sigma = np.diag(_sigma(fit, group, observed))
    p = fit.structure.p
    loadings = fit.structure.matrices(fit.x[group])[0][:p, p:]
    crossed = (loadings != 0).sum(axis=1) > 1
    found = []
    for factor in range(len(fit.factors)):
        true, items = _true_covariance(fit, group, factor)
        usable = len(items) > 1 and not crossed[items].any() and bool(loadings[:, factor].any())
        share = np.diag(true)[items].sum() / sigma[items].sum() if usable else np.nan
        found.append(float(share))
    return found


def _categorical(
    fit: ModelFit, group: int, true: Array, sigma: Array, items: NDArray[np.intp]
) -> float:
    """Green and Yang's reliability: covariances of sums of categories from Φ₂ at the thresholds."""
    s = fit.structure
    scale = np.ones(s.p)
    scale[s.scales.i] = fit.x[group][s.scales.row]
    scale = scale[items]
    mean = fit.implied.mu[group]
    cuts = [
        scale[k] * (fit.x[group][s.thresholds.row[s.thresholds.i == item]] - mean[item])
        for k, item in enumerate(items)
    ]
    latent = true * np.outer(scale, scale)
    spread = np.sqrt(np.diag(sigma))
    return _category_sums(cuts, latent) / _category_sums(cuts, sigma / np.outer(spread, spread))


def _category_sums(cuts: list[Array], correlations: Array) -> float:
    """Variance of the sum of categories, whose underlying responses correlate so."""
    from scipy.special import ndtr

    width = max(map(len, cuts))
    limits = np.full((len(cuts), width), -FAR)
    for k, own in enumerate(cuts):
        limits[k, : len(own)] = own
    i = np.repeat(np.arange(len(cuts)), len(cuts))
    j = np.tile(np.arange(len(cuts)), len(cuts))
    rho = np.clip(correlations[i, j], -1, 1)
    joint = bivariate_cdf(limits[i], limits[j], np.where(rho >= 1, 0.0, rho))
    same = np.minimum(ndtr(limits[i])[:, :, None], ndtr(limits[j])[:, None, :])
    joint = np.where((rho >= 1)[:, None, None], same, joint)
    apart = ndtr(limits[i]).sum(axis=1) * ndtr(limits[j]).sum(axis=1)
    return float((joint.sum(axis=(1, 2)) - apart).sum())
