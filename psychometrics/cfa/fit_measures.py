"""All fit measures of a model by lavaan's names."""

from __future__ import annotations

from math import exp, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood, normal_weight
from psychometrics.cfa.incremental import Pair, cfi, ifi, nfi, pnfi, rfi, rni, tli
from psychometrics.cfa.likelihood import free_parameters
from psychometrics.cfa.rmsea import CLOSE, INTERVAL, NOT_CLOSE, Misfit, Rmsea, rmsea
from psychometrics.cfa.unrestricted import moments_of, own_moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

Measures = dict[str, float]


def fit_measures(fit: ModelFit) -> Measures:
    """Every fit measure that the estimator allows, NaN where one is not defined.

    Names and definitions are lavaan's: plain ones, ``.scaled`` ones of the corrected chi2, and
    ``.robust`` ones that estimate what an index would be without the violation that is corrected
    for (Brosseau-Liard & Savalei 2014, 10.1080/00273171.2014.933697; with gaps and ordered items
    see `psychometrics.cfa.corrected`). With plain DWLS and ULS of ordered items there are no
    ``.robust`` ones. R: ``fitMeasures(fit)``; its RMSEA intervals are good to four digits only.
    """
    test = fit.test
    found: Measures = {"npar": free_parameters(fit), "fmin": _fmin(fit), "ntotal": fit.n_used}
    found |= {"chisq": test.chi2, "df": test.df, "pvalue": test.p}
    found |= _scaled(fit, "") | _baseline(fit) | _incremental(fit)
    found |= _likelihood(fit) | _rmsea(fit) | _residuals(fit) | _other(fit)
    return found


def misfit_size(fit: ModelFit) -> int:
    """Interviews by which misfit is divided: less one a group with covariances of n − 1."""
    unbiased = fit.settings.wishart or not fit.estimator.likelihood
    return fit.sample.total - (len(fit.sample.n) if unbiased else 0)


def plain_pair(fit: ModelFit) -> Pair:
    """The plain chi2 of model and baseline."""
    return Pair(fit.chi2, fit.df, fit.baseline.chi2, fit.baseline.df)


def robust_pair(fit: ModelFit) -> Pair | None:
    """chi2 of model and baseline with what each is expected to be; None for plain estimators."""
    found = fit.corrected
    if found is not None:
        return Pair(
            found.chi2,
            found.df,
            found.baseline_chi2,
            found.baseline_df,
            found.expected,
            found.baseline_expected,
        )
    if not fit.estimator.robust or fit.sample.ordinal or fit.unrestricted:
        return None
    pair = plain_pair(fit)
    return Pair(
        pair.chi2,
        pair.df,
        pair.baseline_chi2,
        pair.baseline_df,
        fit.test.expected,
        fit.baseline.expected,
    )


def plain_rmsea(fit: ModelFit) -> Rmsea:
    """RMSEA of the plain chi2."""
    return rmsea(Misfit(fit.chi2, fit.df, misfit_size(fit), len(fit.sample.n)))


def robust_rmsea(fit: ModelFit) -> Rmsea | None:
    """RMSEA corrected for what the estimator is robust to; None for plain estimators."""
    pair = robust_pair(fit)
    if pair is None:
        return None
    n, groups = misfit_size(fit), len(fit.sample.n)
    if fit.corrected is not None:
        tested, scale = fit.corrected.scaled, pair.scale
    else:
        tested = nan if fit.test.scaled is None else fit.test.scaled
        scale = fit.test.scaling or 1.0
    return rmsea(Misfit(pair.chi2, pair.df, n, groups, pair.scale, tested, scale))


def _fmin(fit: ModelFit) -> float:
    if fit.settings.wishart:
        return fit.minimum.value
    return fit.chi2 / (2 * fit.sample.total)


def _scaled(fit: ModelFit, prefix: str) -> Measures:
    test = fit.baseline if prefix else fit.test
    if test.scaled is None or test.scaling is None or test.scaled_p is None:
        return {}
    return {
        f"{prefix}chisq.scaled": test.scaled,
        f"{prefix}df.scaled": test.df,
        f"{prefix}pvalue.scaled": test.scaled_p,
        f"{prefix}chisq.scaling.factor": test.scaling,
    }


def _baseline(fit: ModelFit) -> Measures:
    test = fit.baseline
    plain = {"chisq": test.chi2, "df": test.df, "pvalue": test.p}
    return {f"baseline.{name}": value for name, value in plain.items()} | _scaled(fit, "baseline.")


def _incremental(fit: ModelFit) -> Measures:
    found = _indices(plain_pair(fit), "")
    if fit.test.scaled is not None and fit.baseline.scaled is not None:
        pair = Pair(fit.test.scaled, fit.df, fit.baseline.scaled, fit.baseline.df)
        found |= _indices(pair, ".scaled")
    robust = robust_pair(fit)
    if robust is not None:
        found |= {"cfi.robust": cfi(robust), "tli.robust": tli(robust)}
        found |= {"nnfi.robust": tli(robust), "rni.robust": rni(robust)}
    return found


def _indices(pair: Pair, suffix: str) -> Measures:
    named = {"cfi": cfi, "tli": tli, "nnfi": tli, "rfi": rfi, "nfi": nfi, "pnfi": pnfi, "ifi": ifi}
    return {name + suffix: index(pair) for name, index in (named | {"rni": rni}).items()}


def _likelihood(fit: ModelFit) -> Measures:
    found = fit.likelihood
    if found is None:
        return {}
    named = {
        "logl": found.model,
        "unrestricted.logl": found.unrestricted,
        "aic": found.aic,
        "bic": found.bic,
        "bic2": found.adjusted_bic,
    }
    if fit.estimator.test == "yuan_bentler":
        named |= _likelihood_scales(fit)
    return named


def _likelihood_scales(fit: ModelFit) -> Measures:
    """Corrections of the two log-likelihoods, by which lavaan divides as it counts parameters."""
    from psychometrics.cfa.test_statistic import moment_count

    meat = fit.uncertainty.meat
    assert meat is not None  # noqa: S101
    written = int((fit.parameter_map.index >= 0).sum())
    moments = moment_count(fit)
    return {
        "scaling.factor.h1": fit.unrestricted_trace / moments,
        "scaling.factor.h0": float(np.trace(fit.uncertainty.bread @ meat)) / written,
    }


def _rmsea(fit: ModelFit) -> Measures:
    found = _named(plain_rmsea(fit), "")
    found |= {"rmsea.ci.level": INTERVAL, "rmsea.close.h0": CLOSE, "rmsea.notclose.h0": NOT_CLOSE}
    n, groups, test = misfit_size(fit), len(fit.sample.n), fit.test
    if test.scaled is not None:
        if fit.estimator.test == "scaled_shifted":
            misfit = Misfit(test.scaled, test.df, n, groups)
        else:
            misfit = Misfit(test.chi2, test.expected * test.df, n, groups)
        found |= _named(rmsea(misfit), ".scaled")
    robust = robust_rmsea(fit)
    return found if robust is None else found | _named(robust, ".robust")


def _named(found: Rmsea, suffix: str) -> Measures:
    return {
        f"rmsea{suffix}": found.value,
        f"rmsea.ci.lower{suffix}": found.lower,
        f"rmsea.ci.upper{suffix}": found.upper,
        f"rmsea.pvalue{suffix}": found.close_p,
        f"rmsea.notclose.pvalue{suffix}": found.not_close_p,
    }


def _residuals(fit: ModelFit) -> Measures:
    size = fit.residual_size
    ordered = bool(fit.sample.ordinal)
    found = {
        "rmr": size.rmr,
        "rmr_nomean": size.rmr_nomean,
        "srmr": size.srmr_nomean if ordered else size.srmr,
        "srmr_bentler": size.srmr,
        "srmr_bentler_nomean": size.srmr_nomean,
        "crmr": size.crmr,
        "crmr_nomean": size.crmr_nomean,
    }
    if size.srmr_mplus is not None and size.srmr_mplus_nomean is not None:
        found |= {"srmr_mplus": size.srmr_mplus, "srmr_mplus_nomean": size.srmr_mplus_nomean}
    return found


def _other(fit: ModelFit) -> Measures:
    from scipy.special import chdtri

    n, chi2, df = misfit_size(fit), fit.chi2, fit.df
    gfi, moments = _gfi(fit)
    found = {
        f"cn_{share:02d}": float(chdtri(df, share / 100)) / (chi2 / n) + 1 if df > 0 else nan
        for share in (5, 1)
    }
    found |= {
        "gfi": gfi,
        "agfi": 1 - moments / df * (1 - gfi) if df > 0 else 1.0,
        "pgfi": df / moments * gfi,
        "mfi": exp(-0.5 * (chi2 - df) / n),
    }
    if fit.sample.ordinal:
        return found | {"wrmr": sqrt(chi2 / (moments / len(fit.sample.n)))}
    return found | {"ecvi": chi2 / n + 2 * free_parameters(fit) / n}


def _gfi(fit: ModelFit) -> tuple[float, int]:
    """1 − weighted square of residuals over that of the moments, and the number of moments."""
    if isinstance(fit.discrepancy, MaximumLikelihood):
        return _normal_gfi(fit)
    if isinstance(fit.discrepancy, LeastSquares):
        seen, weight = fit.discrepancy.target, fit.discrepancy.weight
        apart = seen - fit.discrepancy.vector.moments(fit.x)
    else:
        seen, apart, weight = _likelihood_moments(fit)
    if weight.ndim == 2:
        left, whole = (apart**2 * weight).sum(axis=1), (seen**2 * weight).sum(axis=1)
    else:
        left = (apart * (weight @ apart[..., None])[..., 0]).sum(axis=1)
        whole = (seen * (weight @ seen[..., None])[..., 0]).sum(axis=1)
    return float(fit.sample.share @ (1 - left / whole)), seen.size


def _normal_gfi(fit: ModelFit) -> tuple[float, int]:
    """`_gfi` of complete normal answers, where dᵀWd + ½ tr(WAWA) is the weighted square of means d
    and covariances A, W = Σ⁻¹."""
    mean, cov = moments_of(fit)
    own = np.array([name not in fit.table.given for name in fit.structure.observed])
    both = own[:, None] | own
    means = own & fit.table.options.means
    W = np.linalg.inv(fit.implied.cov)

    def square(d: Array, A: Array) -> Array:
        d, WA = np.where(means, d, 0.0), W @ np.where(both, A, 0.0)
        pulled = (d * (W @ d[..., None])[..., 0]).sum(axis=1)
        found: Array = pulled + 0.5 * (WA * np.swapaxes(WA, 1, 2)).sum(axis=(1, 2))
        return found

    left = square(mean - fit.implied.mu, cov - fit.implied.cov)
    p, skip = len(own), 0 if fit.table.options.means else len(own)
    count = len(mean) * (p + p * (p + 1) // 2 - skip)
    return float(fit.sample.share @ (1 - left / square(mean, cov))), count


def _likelihood_moments(fit: ModelFit) -> tuple[Array, Array, Array]:
    """Moments, their residuals, and their expected information at the model."""
    from psychometrics.cfa.discrepancy import ContinuousMoments

    mean, cov = moments_of(fit)
    means = fit.table.options.means
    vector = ContinuousMoments(fit.structure, means)
    seen = vector.stacked(cov, mean)
    apart = seen - vector.stacked(fit.implied.cov, fit.implied.mu)
    weight = _information(fit)
    dropped = np.setdiff1d(np.arange(weight.shape[1]), own_moments(fit))
    weight[:, dropped], weight[:, :, dropped] = 0, 0
    skip = 0 if means else fit.structure.p
    return seen, apart, weight[:, skip:, skip:]


def _information(fit: ModelFit) -> Array:
    """(groups, p + p*, p + p*) expected information of the moments at the model."""
    from psychometrics.cfa.full_information import FullInformation
    from psychometrics.cfa.patterns import pattern_terms

    if not isinstance(fit.discrepancy, FullInformation):
        return normal_weight(np.linalg.inv(fit.implied.cov))
    found = []
    for g, patterns in enumerate(fit.discrepancy.patterns):
        terms = pattern_terms(patterns, fit.implied.mu[g], fit.implied.cov[g])
        assert terms is not None  # noqa: S101
        found.append(np.tensordot(patterns.weight, normal_weight(terms.inverse), 1))
    return np.stack(found)
