"""Correlations of items, from answers or as given, checked before anything is built on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._matrix import as_matrix, listwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind: TypeAlias = Literal["pearson", "polychoric"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SINGULAR = 1e-10
"""A smallest eigenvalue below this is singular: answers of 16 digits leave about 1e-15."""

NEARLY_SINGULAR = 1e-3
"""A smallest eigenvalue below this is reported: some item is almost a sum of others."""


_MEND: dict[Kind, str] = {
    "pearson": "use complete answers, or leave one of them out.",
    "polychoric": "join rare categories, leave one of them out, or use Pearson correlations.",
}


class EfaError(ValueError):
    """The structure of the items cannot be analysed. Says what, where and how to mend it."""


@dataclass(frozen=True)
class Correlations:
    """Correlations of p items with what is known of their origin.

    `matrix` is (p, p), positive definite, with ones on the diagonal; `n_used` is the number of
    interviews behind it, None when a matrix was given without one; `n_dropped` is the number of
    interviews left out because an answer was missing. `kind`: what the correlations are. `means`
    and `deviations` (p,) of the answers, None when a matrix was given. `answers`: the complete
    interviews behind polychoric correlations, from which chance is drawn.
    """

    matrix: NDArray[np.float64]
    items: tuple[str, ...]
    n_used: int | None
    n_dropped: int
    warnings: tuple[str, ...]
    kind: Kind = "pearson"
    means: NDArray[np.float64] | None = None
    deviations: NDArray[np.float64] | None = None
    answers: NDArray[np.float64] | None = None

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


def correlations(
    data: Any, cov: Any = None, n: int | None = None, kind: Kind = "pearson"
) -> Correlations:
    """Correlations of the items, listwise, or a given matrix with its n.

    Parameters
    ----------
    data : Dataset, DataFrame or array (interviews × items), or None when `cov` is given.
    cov : (p, p) covariances or correlations, array or DataFrame.
    n : number of interviews behind `cov`.
    kind : "pearson", or "polychoric" for answers in ordered categories; of a matrix, what it is.

    Raises
    ------
    EfaError
        neither or both given, no complete interview, a constant item, not more interviews than
        items, a matrix that is not symmetric, or not positive definite.
    """
    if kind not in KINDS:
        raise EfaError(f"There is no correlation {kind!r}; choose one of {', '.join(KINDS)}.")
    if (data is None) == (cov is None):
        raise EfaError("Give either answers (data) or a matrix (cov=), one of the two.")
    if cov is not None:
        return _from_covariances(cov, n, kind)
    if n is not None:
        raise EfaError("n= belongs to cov=; with answers the interviews are counted.")
    return _from_answers(data, kind)


def _from_answers(data: Any, kind: Kind) -> Correlations:
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
    matrix, means, deviations = _pearson(complete)
    warnings: tuple[str, ...] = ()
    if kind == "polychoric":
        matrix, warnings = _polychoric(complete, items)
    warnings = (*warnings, *_check_definite(matrix, items, kind))
    if dropped:
        said = f"{dropped} of {len(answers)} interviews left out: an item was not answered."
        warnings = (said, *warnings)
    return Correlations(
        matrix=matrix,
        items=items,
        n_used=n,
        n_dropped=dropped,
        warnings=warnings,
        kind=kind,
        means=means,
        deviations=deviations,
        answers=complete if kind == "polychoric" else None,
    )


def _from_covariances(cov: Any, n: int | None, kind: Kind) -> Correlations:
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
    return Correlations(matrix, items, n, 0, _check_definite(matrix, items, kind), kind)


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


def _pearson(
    complete: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Correlations (p, p), means (p,) and standard deviations (p,), these with n − 1."""
    means = complete.mean(axis=0)
    centred = complete - means
    products = centred.T @ centred
    lengths = np.sqrt(np.diag(products))
    matrix: NDArray[np.float64] = products / np.outer(lengths, lengths)
    np.fill_diagonal(matrix, 1.0)
    return matrix, means, lengths / np.sqrt(len(complete) - 1)


def _polychoric(
    complete: NDArray[np.float64], items: tuple[str, ...]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    from psychometrics._ordinal import OrdinalError, ordinal_moments

    try:
        found = ordinal_moments(complete, items, gamma=False)
    except OrdinalError as error:
        raise EfaError(str(error)) from error
    matrix: NDArray[np.float64] = np.array(found.correlations, dtype=np.float64)
    return matrix, tuple(found.warnings)


def _check_definite(
    matrix: NDArray[np.float64], items: tuple[str, ...], kind: Kind
) -> tuple[str, ...]:
    values, vectors = np.linalg.eigh(matrix)
    weights = np.abs(vectors[:, 0])
    involved = ", ".join(items[j] for j in np.flatnonzero(weights > 0.1 * weights.max()))
    if values[0] < -SINGULAR:
        raise EfaError(
            f"The correlations are not positive definite (smallest eigenvalue {values[0]:.3g}), "
            f"through items {involved}; {_MEND[kind]}"
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
