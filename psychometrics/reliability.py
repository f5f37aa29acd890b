"""Reliability of a scale's score: alpha and omega, each with an interval."""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING, cast

import numpy as np

from psychometrics._matrix import as_matrix, listwise
from psychometrics._reliability_result import Alpha, Omega
from psychometrics.dataset import Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._matrix import Answers
    from psychometrics._one_factor import OneFactor
    from psychometrics.cfa.fit import ModelFit


__all__ = ["Alpha", "Omega", "ReliabilityError", "alpha", "omega"]


class ReliabilityError(ValueError):
    """Reliability cannot be worked out from these answers. The message says why."""


def alpha(data: Answers, level: float = 0.95, *, scale: str | None = None) -> Alpha:
    """Cronbach's alpha with Feldt's interval, over interviews that answered every item.

    α = p/(p − 1) · (1 − Σ s² / s²_total); the ends are 1 − (1 − α)·F at (1 ± level)/2, on n − 1 and
    (n − 1)(p − 1) degrees of freedom. Where a Dataset's clusters say that people gave several
    interviews, n for the interval is the number of people: rather too wide than too narrow.

    Source: Cronbach 1951, 10.1007/BF02310555; Feldt 1965, 10.1007/BF02289499.
    R: ``psych::alpha(na.omit(x))$total`` and ``$feldt``.

    Parameters
    ----------
    data : (n, p) answers after reversal, a DataFrame, or a Dataset with `scale` named.
    scale : which scale of a Dataset; not needed when it has only one that is no outcome.

    Raises
    ------
    ReliabilityError
        fewer than two items or complete interviews, or nobody differs from anybody.
    DatasetError
        an unknown scale or answers that are not numbers.
    """
    matrix, items, people = _complete(data, scale, level)
    n, p = matrix.shape
    if p < 2:
        raise ReliabilityError("Alpha needs at least two items; a single item has none.")
    covariance = np.cov(matrix, rowvar=False)
    total = covariance.sum()
    if not total > 1e-12 * np.trace(covariance):
        raise ReliabilityError(
            "The sum of the items is the same for everybody, so alpha is undefined."
        )
    value = float(p / (p - 1) * (1 - np.trace(covariance) / total))
    lower, upper = _feldt(value, people, p, level)
    constant = _constant(matrix, items)
    average_r = None if constant else _average_correlation(covariance)
    return Alpha(
        alpha=value,
        lower=lower,
        upper=upper,
        level=level,
        standardised=_spearman_brown(average_r, p),
        average_r=average_r,
        items=items,
        n_used=n,
        method="raw alpha, complete answers; Feldt interval",
        warnings=_alpha_warnings(value, constant),
    )


def omega(
    data: Answers | ModelFit,
    *,
    scale: str | None = None,
    level: float = 0.95,
    factor: str | None = None,
    group: int = 1,
) -> Omega:
    """McDonald's omega of a one-factor model fitted by maximum likelihood to complete answers.

    Or, given a fit, of one of its factors in one of its groups, over the items that load on it and
    with the errors of its estimator; cross-loadings and residual covariances count in the
    denominator.

    ω = (Σλ)² / ((Σλ)² + Σψ), the share of the model's total variance; its standard error by the
    delta method from the expected information (n as divisor; people where they gave several
    interviews), its interval on the logit, so that it stays within 0–1. It holds for a sum of the
    items and assumes one dimension.

    Source: McDonald 1999, Test Theory. Intervals of this kind, which hold for normal answers in
    large samples, are compared by Kelley & Pornprasertmanit 2016, 10.1037/a0040086, who recommend
    a bootstrap; it is not done here.
    R: ``semTools::compRelSEM(lavaan::cfa("f =~ ...", x), obs.var = FALSE)``.

    Raises
    ------
    ReliabilityError
        fewer than three items (one factor is not identified by two: the standardised alpha of two
        items is the Spearman–Brown figure), an item that is constant or a sum of others, too few
        interviews, no convergence, or an improper solution (a negative residual variance).
    DatasetError
        an unknown scale or answers that are not numbers.
    """
    from psychometrics._one_factor import fit_one_factor

    if not isinstance(data, Dataset) and hasattr(data, "parameter_map"):
        from psychometrics._model_omega import omega_of_fit

        return omega_of_fit(cast("ModelFit", data), factor, group, level)
    matrix, items, people = _complete(cast("Answers", data), scale, level)
    _require_factor(matrix, items)
    n = len(matrix)
    model = fit_one_factor(np.cov(matrix, rowvar=False, bias=True))
    _require_proper(model, items)
    value, se = _omega_with_error(model, people)
    lower, upper = logit_interval(value, se, level)
    return Omega(
        omega=value,
        se=se,
        lower=lower,
        upper=upper,
        level=level,
        loadings=tuple(model.loadings.tolist()),
        uniquenesses=tuple(model.uniquenesses.tolist()),
        items=items,
        n_used=n,
        converged=model.converged,
        method="omega of a one-factor maximum likelihood model, complete answers; delta method",
        warnings=tuple(
            f"Item {item} runs against its scale (negative loading): check its keying."
            for item, loading in zip(items, model.loadings, strict=True)
            if loading < 0
        ),
    )


def _complete(
    data: Answers, scale: str | None, level: float
) -> tuple[NDArray[np.float64], tuple[str, ...], int]:
    """Complete answers, the items, and how many people gave the answers, two at least."""
    if not 0 < level < 1:
        raise ReliabilityError(f"The level is {level}; give a share between 0 and 1.")
    cluster = data.cluster if isinstance(data, Dataset) else None
    if isinstance(data, Dataset):
        key = data.key(scale or _only_scale(data))
        matrix, items = data.keyed(key.scale), key.items
    else:
        matrix, items = as_matrix(data)
    complete = listwise(matrix)
    if len(complete) < 2:
        raise ReliabilityError(
            f"{len(complete)} of {len(matrix)} interviews answered every item "
            f"({', '.join(items)}); at least two are needed."
        )
    people = len(complete)
    if cluster is not None:
        people = max(len(np.unique(cluster[~np.isnan(matrix).any(axis=1)])), 2)
    return complete, items, people


def _only_scale(dataset: Dataset) -> str:
    scales = [key.scale for key in dataset.keys if not key.outcome]
    if len(scales) != 1:
        raise ReliabilityError(f"Name one scale of: {', '.join(scales) or 'none is there'}.")
    return scales[0]


def _feldt(value: float, n: int, p: int, level: float) -> tuple[float, float]:
    from scipy.special import fdtri

    df1, df2 = n - 1, (n - 1) * (p - 1)
    lower, upper = (1 - (1 - value) * fdtri(df1, df2, 0.5 + side * level / 2) for side in (1, -1))
    return float(lower), float(upper)


def _constant(matrix: NDArray[np.float64], items: tuple[str, ...]) -> list[str]:
    same = np.ptp(matrix, axis=0) == 0
    return [item for item, alike in zip(items, same, strict=True) if alike]


def _average_correlation(covariance: NDArray[np.float64]) -> float:
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    p = len(sd)
    return float((correlation.sum() - p) / (p * (p - 1)))


def _spearman_brown(average_r: float | None, p: int) -> float | None:
    denominator = None if average_r is None else 1 + (p - 1) * average_r
    if average_r is None or not denominator or denominator <= 0:
        return None
    return p * average_r / denominator


def _alpha_warnings(value: float, constant: list[str]) -> tuple[str, ...]:
    warnings = [f"Everybody gave the same answer to item {item}." for item in constant]
    if value < 0:
        warnings.append("Alpha is negative: items run against each other. Check the keying.")
    return tuple(warnings)


def _require_factor(matrix: NDArray[np.float64], items: tuple[str, ...]) -> None:
    n, p = matrix.shape
    if p < 3:
        raise ReliabilityError(
            f"One factor is not identified by {p} items; omega needs three. Use alpha, whose "
            f"standardised figure is the Spearman–Brown reliability of two items."
        )
    constant = _constant(matrix, items)
    if constant:
        raise ReliabilityError(
            f"Everybody gave the same answer to {', '.join(constant)}, so omega is undefined."
        )
    if n <= p:
        raise ReliabilityError(f"{n} complete interviews are too few for omega of {p} items.")
    smallest = np.linalg.eigvalsh(np.corrcoef(matrix, rowvar=False))[0]
    if smallest < 1e-10:
        raise ReliabilityError(
            f"One of the items {', '.join(items)} repeats or adds up others exactly, "
            f"so omega is undefined. Leave that item out."
        )


def _require_proper(model: OneFactor, items: tuple[str, ...]) -> None:
    if not model.converged:
        raise ReliabilityError(
            "The one-factor model found no solution; the items do not share one dimension."
        )
    negative = [item for item, u in zip(items, model.uniquenesses, strict=True) if u <= 0]
    if negative:
        raise ReliabilityError(
            f"Item {', '.join(negative)} has a negative residual variance in the one-factor model, "
            f"so omega would be too high. One factor does not fit, or there are too few answers."
        )


def _omega_with_error(model: OneFactor, n: int) -> tuple[float, float]:
    total, residual = model.loadings.sum(), model.uniquenesses.sum()
    variance = total**2 + residual
    p = len(model.loadings)
    slope = np.repeat([2 * total * residual, -(total**2)], p) / variance**2
    se2 = slope @ np.linalg.solve(n * model.information, slope)
    return float(total**2 / variance), sqrt(max(float(se2), 0.0))


def logit_interval(value: float, se: float, level: float) -> tuple[float, float]:
    """Interval of a share on the logit, from its error. Raises ReliabilityError at zero."""
    from scipy.special import expit, ndtri

    if not 1e-9 < value < 1:
        raise ReliabilityError("The loadings cancel out, so omega is zero: check the keying.")
    reach = float(ndtri(0.5 + level / 2)) * se / (value * (1 - value))
    logit = log(value / (1 - value))
    return float(expit(logit - reach)), float(expit(logit + reach))
