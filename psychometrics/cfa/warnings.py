"""What a reader must know of a fitted model before trusting it, each with its mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.unrestricted import never_together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

ZERO = 1e-8
"""Variances and eigenvalues above minus this are not called negative."""
FEW = 5
"""Interviews for each parameter below which errors are hardly to be trusted."""


def fit_warnings(fit: ModelFit) -> tuple[str, ...]:
    """Sentences, the gravest first. R: the warnings of ``lavaan::cfa`` and ``lavInspect(fit,
    "post.check")``; few interviews for each parameter after Bentler & Chou 1987,
    10.1177/0049124187016001004.
    """
    found = [
        *_search(fit),
        *_errors(fit),
        *_negative_variances(fit),
        *_factor_covariances(fit),
        *_residual_covariances(fit),
        *_size(fit),
        *fit.sample.warnings,
    ]
    return tuple(dict.fromkeys(found))


def _search(fit: ModelFit) -> Iterator[str]:
    if not fit.converged:
        yield (
            "The search for the best estimates did not end at a minimum, so no figure here counts. "
            "Give starting values with start(), or fit a simpler model."
        )
    lacking = never_together(fit)
    yield from lacking
    for (_, _, _, found), name in zip(
        () if lacking else fit.unrestricted, fit.groups, strict=False
    ):
        if not found:
            yield (
                f"Means and covariances without a model were not found{_in(name)}, so chi2 and fit "
                f"measures are wrong. Leave out the item with most missing answers, or pairs of "
                f"items that hardly anybody answered both of."
            )


def _errors(fit: ModelFit) -> Iterator[str]:
    variance = np.diag(fit.uncertainty.covariance)
    names = [fit.table.rows[k].name for k in fit.parameter_map.places]
    lost = [name for name, v in zip(names, variance, strict=True) if not v > -ZERO]
    if lost:
        yield (
            f"Standard errors of {_listed(lost)} cannot be worked out: the answers hardly "
            f"determine them. Fix one of them, or give the factor more items."
        )


def _negative_variances(fit: ModelFit) -> Iterator[str]:
    cells = fit.structure.covariances
    own = cells.i == cells.j
    names = (*fit.structure.observed, *fit.structure.latent)
    spread = np.abs(np.diagonal(fit.implied.total, axis1=1, axis2=2))
    for values, unit, group in zip(fit.x, spread, fit.groups, strict=True):
        for row, place in zip(cells.row[own], cells.i[own], strict=True):
            name, value = names[place], values[row]
            if value >= -ZERO * unit[place]:
                continue
            if place < fit.structure.p:
                yield (
                    f"The residual variance of {name}{_in(group)} is negative ({value:.3g}): the "
                    f"factors explain more of the item than there is. Give its factor at least "
                    f"three items, collect more answers, or fix the variance at 0 if 0 is within "
                    f"its interval."
                )
            else:
                yield (
                    f"The variance of factor {name}{_in(group)} is negative ({value:.3g}): its "
                    f"items do not go together. Check whether one of them needs reversal, or leave "
                    f"the factor out."
                )


def _factor_covariances(fit: ModelFit) -> Iterator[str]:
    p, names = fit.structure.p, fit.structure.latent
    for total, group in zip(fit.implied.total[:, p:, p:], fit.groups, strict=True):
        spread = np.diag(total)
        if not len(names) or spread.min() <= ZERO:
            continue
        root = np.sqrt(spread)
        correlations = total / np.outer(root, root)
        i, j = np.nonzero(np.triu(np.abs(correlations) > 1 + ZERO, 1))
        for a, b in zip(i, j, strict=True):
            yield (
                f"Factors {names[a]} and {names[b]} correlate {correlations[a, b]:.3f}"
                f"{_in(group)}, beyond 1: the answers do not tell them apart. Make one factor of "
                f"them, or give each items of its own."
            )
        if not len(i) and np.linalg.eigvalsh(correlations)[0] < -ZERO:
            yield (
                f"The covariances of the factors{_in(group)} cannot belong together (their matrix "
                f"is not positive definite): a factor is foretold completely by the others. Leave "
                f"one out, or make one of two that correlate highly."
            )


def _residual_covariances(fit: ModelFit) -> Iterator[str]:
    p = fit.structure.p
    cells = fit.structure.covariances
    if not ((cells.i != cells.j) & (cells.i < p) & (cells.j < p)).any():
        return
    S = fit.structure.matrices(fit.x)[1][:, :p, :p]
    for matrix, group in zip(S, fit.groups, strict=True):
        spread = np.diag(matrix)
        kept = spread > ZERO
        if (spread < -ZERO).any() or not kept.any():
            continue
        root = np.sqrt(spread[kept])
        scaled = matrix[np.ix_(kept, kept)] / np.outer(root, root)
        if np.linalg.eigvalsh(scaled)[0] < -ZERO:
            yield (
                f"The residual covariances{_in(group)} cannot belong together (their matrix is not "
                f"positive definite): two items share more than their residuals. Drop a residual "
                f"covariance, or give the items a factor of their own."
            )


def _size(fit: ModelFit) -> Iterator[str]:
    n, q = fit.n_used, _related(fit)
    if n < FEW * q:
        yield (
            f"There are {n} interviews for {q} parameters beside intercepts and thresholds, fewer "
            f"than {FEW} for each: estimates and errors are rough. Collect more, use fewer items, "
            f"or hold loadings equal."
        )
    clusters = {
        (k, name)
        for k, part in enumerate(fit.sample.answers)
        if part.cluster is not None
        for name in part.cluster.tolist()
    }
    if clusters and len(clusters) < q:
        yield (
            f"There are {len(clusters)} clusters for {q} parameters: robust errors and the scaled "
            f"chi2 need more clusters than parameters. Fit a smaller model."
        )


def _related(fit: ModelFit) -> int:
    """Free parameters other than means, intercepts and thresholds."""
    s = fit.structure
    rows = np.concatenate([s.paths.row, s.covariances.row, s.scales.row])
    index = fit.parameter_map.index[:, rows]
    return len(np.unique(index[index >= 0]))


def _in(group: str) -> str:
    return f" in group {group}" if group else ""


def _listed(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
