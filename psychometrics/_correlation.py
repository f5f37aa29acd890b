"""Correlations of items, from answers or as given, checked before anything is built on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix, listwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

SINGULAR = 1e-10
"""A smallest eigenvalue below this is singular: answers of 16 digits leave about 1e-15."""

NEARLY_SINGULAR = 1e-3
"""A smallest eigenvalue below this is reported: some item is almost a sum of others."""


class EfaError(ValueError):
    """The structure of the items cannot be analysed. Says what, where and how to mend it."""


@dataclass(frozen=True)
class Correlations:
    """Correlations of p items with what is known of their origin.

    `matrix` is (p, p), positive definite, with ones on the diagonal; `n_used` is the number of
    interviews behind it, None when a matrix was given without one; `n_dropped` is the number of
    interviews left out because an answer was missing.
    """

    matrix: NDArray[np.float64]
    items: tuple[str, ...]
    n_used: int | None
    n_dropped: int
    warnings: tuple[str, ...]

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """(p,) eigenvalues, largest first."""
        return np.linalg.eigvalsh(self.matrix)[::-1].astype(np.float64)

    def require_n(self, purpose: str) -> int:
        """Number of interviews. Raises EfaError when a matrix was given without one."""
        if self.n_used is None:
            raise EfaError(f"{purpose} needs the number of interviews; give n= beside cov=.")
        return self.n_used


def correlations(data: Any, cov: Any = None, n: int | None = None) -> Correlations:
    """Pearson correlations of the items, listwise, or a given matrix with its n.

    Parameters
    ----------
    data : Dataset, DataFrame or array (interviews × items), or None when `cov` is given.
    cov : (p, p) covariances or correlations, array or DataFrame.
    n : number of interviews behind `cov`.

    Raises
    ------
    EfaError
        neither or both given, no complete interview, a constant item, not more interviews than
        items, a matrix that is not symmetric, or not positive definite.
    """
    if (data is None) == (cov is None):
        raise EfaError("Give either answers (data) or a matrix (cov=), one of the two.")
    if cov is not None:
        return _from_covariances(cov, n)
    if n is not None:
        raise EfaError("n= belongs to cov=; with answers the interviews are counted.")
    return _from_answers(data)


def _from_answers(data: Any) -> Correlations:
    answers, items = as_matrix(data)
    _require_items(items)
    complete = listwise(answers)
    n, dropped = len(complete), len(answers) - len(complete)
    if n == 0:
        missing = np.isnan(answers).sum(axis=0)
        worst = items[int(missing.argmax())] if len(answers) else items[0]
        raise EfaError(
            f"None of {len(answers)} interviews answered every item; {worst} is missing most "
            f"often. Leave such items out."
        )
    _require_variation(complete, items)
    if n <= len(items):
        raise EfaError(
            f"{n} complete interviews cannot carry the correlations of {len(items)} items; more "
            f"interviews than items are needed. Leave items out or collect more."
        )
    warnings = _check_definite(matrix := _pearson(complete), items)
    if dropped:
        said = f"{dropped} of {len(answers)} interviews left out: an item was not answered."
        warnings = (said, *warnings)
    return Correlations(matrix, items, n, dropped, warnings)


def _from_covariances(cov: Any, n: int | None) -> Correlations:
    given, items = as_matrix(cov)
    _require_items(items)
    if not np.isfinite(given).all():
        column = int(np.argwhere(~np.isfinite(given))[0][1])
        raise EfaError(f"A value of item {items[column]} in cov is missing; leave the item out.")
    if given.shape[0] != given.shape[1] or not np.allclose(given, given.T, rtol=0, atol=1e-8):
        raise EfaError(f"cov has shape {given.shape} or is not symmetric; give a square matrix.")
    variances = np.diag(given)
    if not (variances > 0).all():
        item = items[int(np.argmin(variances))]
        raise EfaError(f"The variance of item {item} in cov is not positive; leave it out.")
    if n is not None and n <= len(items):
        raise EfaError(f"n = {n} with {len(items)} items: more interviews than items are needed.")
    deviations = np.sqrt(variances)
    matrix = (given + given.T) / 2 / np.outer(deviations, deviations)
    np.fill_diagonal(matrix, 1.0)
    return Correlations(matrix, items, n, 0, _check_definite(matrix, items))


def _require_items(items: tuple[str, ...]) -> None:
    if len(items) < 2:
        raise EfaError(f"{len(items)} item(s) given; a structure needs at least two.")


def _require_variation(complete: NDArray[np.float64], items: tuple[str, ...]) -> None:
    spread = np.ptp(complete, axis=0)
    constant = [item for item, width in zip(items, spread, strict=True) if width == 0]
    if constant:
        raise EfaError(
            f"Items without any variation over {len(complete)} complete interviews: "
            f"{', '.join(constant)}. Leave them out."
        )


def _pearson(complete: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = complete - complete.mean(axis=0)
    products = centred.T @ centred
    deviations = np.sqrt(np.diag(products))
    matrix: NDArray[np.float64] = products / np.outer(deviations, deviations)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _check_definite(matrix: NDArray[np.float64], items: tuple[str, ...]) -> tuple[str, ...]:
    values, vectors = np.linalg.eigh(matrix)
    weights = np.abs(vectors[:, 0])
    involved = ", ".join(items[j] for j in np.flatnonzero(weights > 0.1 * weights.max()))
    if values[0] < -SINGULAR:
        raise EfaError(
            f"The correlations are not positive definite (smallest eigenvalue {values[0]:.3g}), "
            f"through items {involved}; use complete answers, or leave one of them out."
        )
    if values[0] < SINGULAR:
        raise EfaError(
            f"The correlations are singular: each of the items {involved} follows exactly from "
            f"the others; leave one of them out."
        )
    if values[0] < NEARLY_SINGULAR:
        return (
            f"The correlations are nearly singular (smallest eigenvalue {values[0]:.3g}), "
            f"through items {involved}; figures are sensitive to small changes.",
        )
    return ()
