"""Residual moments summed up in one figure, with its error and tests of exact and close fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.residual_error import residual_covariance
from psychometrics.cfa.residuals import (
    first_count,
    raw_residuals,
    standard_residuals,
)
from psychometrics.cfa.unrestricted import moments_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

RootMeanSquare: TypeAlias = Literal["rmr", "srmr", "crmr"]
ROOT_MEAN_SQUARES: tuple[RootMeanSquare, ...] = get_args(RootMeanSquare)

LEVEL = 0.90
CLOSE = 0.05


def residual_summary(fit: ModelFit, kind: RootMeanSquare) -> pd.DataFrame:
    """`ModelFit.residual_summary`."""
    import pandas as pd

    if kind not in ROOT_MEAN_SQUARES:
        known = ", ".join(ROOT_MEAN_SQUARES)
        raise ModelError(f"There is no residual summary {kind!r}; choose from {known}.")
    vectors, covariances = _moments(fit, kind)
    count, p = first_count(fit), fit.structure.p
    ordinal = bool(fit.sample.ordinal)
    first = "thresholds" if ordinal else "means"
    of_first = np.arange(vectors.shape[1]) < count
    parts = {"covariances": ~of_first, first: of_first, "total": np.ones_like(of_first)}
    rows = []
    for group, vector, covariance in zip(fit.groups, vectors, covariances, strict=True):
        for part, at in parts.items():
            if (part == first and not count) or (part == "total" and not count):
                continue
            size = int(at.sum()) + _diagonal(kind, part == first, p, ordinal=ordinal)
            figures = _root_mean_square(vector[at], covariance[np.ix_(at, at)], size)
            rows.append({"group": group, "moments": part, **figures})
    found = pd.DataFrame(rows)
    return found if len(fit.groups) > 1 else found.drop(columns="group")


def _diagonal(kind: RootMeanSquare, means: bool, p: int, *, ordinal: bool) -> int:
    """What to add to the count of moments: correlations have no variances among them."""
    if means:
        return 0
    if ordinal:
        return 0 if kind == "crmr" else p
    return -p if kind == "crmr" else 0


def _moments(fit: ModelFit, kind: RootMeanSquare) -> tuple[Array, Array]:
    """Residuals (groups, m) in the scale of the summary, and their covariances."""
    covariance = residual_covariance(fit)
    if kind == "rmr" or fit.sample.ordinal:
        return raw_residuals(fit), covariance
    _, cov = moments_of(fit)
    turn = np.stack([_turn(fit, part, kind == "crmr") for part in cov])
    return (
        standard_residuals(fit, own=kind == "crmr"),
        turn @ covariance @ np.swapaxes(turn, 1, 2),
    )


def _turn(fit: ModelFit, cov: Array, correlations: bool) -> Array:
    """(m, m) derivatives of standardised moments by the moments themselves."""
    p = len(cov)
    deviation = np.sqrt(np.diag(cov))
    i, j = np.triu_indices(p)
    turn = np.diag(1 / (deviation[i] * deviation[j]))
    if correlations:
        variance = {int(k): place for place, k in enumerate(i) if i[place] == j[place]}
        r = cov[i, j] / (deviation[i] * deviation[j])
        for place, (a, b) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
            turn[place, variance[a]] -= 0.5 * r[place] / cov[a, a]
            turn[place, variance[b]] -= 0.5 * r[place] / cov[b, b]
    if not fit.table.options.means:
        return turn
    found = np.zeros((p + len(i), p + len(i)))
    found[:p, :p] = np.diag(1 / deviation)
    found[p:, p:] = turn
    return found


def _root_mean_square(values: Array, covariance: Array, size: int) -> dict[str, float]:
    """Plain and unbiased, Maydeu-Olivares 2017; `size`: the moments to divide by."""
    trace, square = float(np.trace(covariance)), float((covariance * covariance).sum())
    total = float(values @ values)
    plain = np.sqrt(total / size)
    if not square > 1e-24:
        return {"value": float(plain)}
    error = np.sqrt(square / (2 * trace * size))
    expected = np.sqrt(trace / size) * (1 - square / (4 * trace**2))
    exact = max(plain - expected, 0.0) / error
    spread = square + 2 * float(values @ covariance @ values)
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = 1 - spread / np.float64(4 * total**2)
        unbiased = np.sqrt(max(total - trace, 0.0) / size) / bias
        unbiased_error = np.sqrt(spread / np.float64(2 * size * total)) / np.abs(bias)
        close = (unbiased - CLOSE) / unbiased_error
    reach = float(ndtri(0.5 + LEVEL / 2)) * unbiased_error
    return {
        "value": float(plain),
        "se": float(error),
        "exact_z": float(exact),
        "exact_p": float(ndtr(-exact)),
        "unbiased": float(unbiased),
        "unbiased_se": float(unbiased_error),
        "ci_lower": float(unbiased - reach),
        "ci_upper": float(unbiased + reach),
        "close_z": float(close),
        "close_p": float(ndtr(-close)),
    }
