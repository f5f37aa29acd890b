"""What a factor model needs to know of the answers: sums that can be merged, whatever n is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix, listwise
from psychometrics._threads import one_thread
from psychometrics.dataset import DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_BLOCK = 16_384


@dataclass(frozen=True)
class Moments:
    """Sums over interviews of 1, y − centre, and their products, for p items.

    With z = (1, c, vech(cc')), c = y − centre, and vech the lower triangle column by column, the
    sums of z zᵀ hold the first four moments. The centre is any fixed point near the mean; it is
    there for numerical accuracy and has no influence on results.

    Parameters
    ----------
    items : the p names.
    n : number of interviews.
    centre : (p,) fixed point the sums are taken about.
    sums : (1 + p, 1 + p), sums of (1, c)(1, c)ᵀ; weighted where weights are given.
    products : (1 + p + p*, 1 + p + p*), p* = p(p + 1)/2: sums of z zᵀ (squared weights), or of the
        clusters' totals of z; None when fourth moments were not asked for.
    clusters : number of clusters behind `products`, None without clusters.
    """

    items: tuple[str, ...]
    n: int
    centre: Array
    sums: Array
    products: Array | None = None
    clusters: int | None = None

    @property
    def mean(self) -> Array:
        """(p,) means. R: ``colMeans(x)``."""
        shift: Array = self.centre + self.sums[0, 1:] / self.sums[0, 0]
        return shift

    @property
    def cov(self) -> Array:
        """(p, p) covariances with divisor n. R: ``cov(x) * (n - 1) / n``."""
        mean = self.sums[0, 1:] / self.sums[0, 0]
        found: Array = self.sums[1:, 1:] / self.sums[0, 0] - np.outer(mean, mean)
        return found

    @property
    def fourth(self) -> Array:
        """(1 + p + p*, 1 + p + p*) mean of z zᵀ about the mean of the items.

        Raises DatasetError when the moments were taken without fourth moments.
        """
        if self.products is None:
            raise DatasetError("Fourth moments were not taken; ask for them with fourth=True.")
        turn = shift_of_products(self.sums[0, 1:] / self.sums[0, 0])
        found: Array = turn @ self.products @ turn.T / self.n
        return found

    def __add__(self, other: Moments) -> Moments:
        """The moments of both sets of interviews together; clusters may not span the two."""
        if self.items != other.items:
            raise DatasetError("Moments of different items cannot be added.")
        delta = self.centre - other.centre
        p = len(self.items)
        turn = shift_of_products(delta)
        low = turn[: 1 + p, : 1 + p]
        products = None
        if self.products is not None and other.products is not None:
            products = self.products + turn @ other.products @ turn.T
        clusters = None
        if self.clusters is not None and other.clusters is not None:
            clusters = self.clusters + other.clusters
        sums = self.sums + low @ other.sums @ low.T
        return Moments(self.items, self.n + other.n, self.centre, sums, products, clusters)


def shift_of_products(delta: Array) -> Array:
    """Matrix that turns z about a centre into z about centre + delta."""
    p = len(delta)
    rows, columns = np.triu_indices(p)
    size = 1 + p + len(rows)
    turn = np.eye(size)
    turn[1 : 1 + p, 0] = -delta
    pair = np.arange(1 + p, size)
    turn[pair, 0] = delta[rows] * delta[columns]
    np.add.at(turn, (pair, 1 + rows), -delta[columns])
    np.add.at(turn, (pair, 1 + columns), -delta[rows])
    return turn


def moments(
    data: Any,
    *,
    items: Sequence[str] | None = None,
    fourth: bool = False,
    weights: Any = None,
    cluster: Any = None,
    centre: Array | None = None,
) -> Moments:
    """The moments of complete answers, in one pass over them.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; rows with a missing answer are left out.
    fourth : take fourth moments too, which robust errors need.
    weights : (n,) one positive weight for each row. cluster : (n,) who belongs together.
    centre : (p,) fixed point of the sums; the means of the first rows when not given.

    Raises
    ------
    DatasetError
        answers that are not numbers, an unknown item, or no complete interview.
    """
    matrix, names = as_matrix(data, items=items)
    complete = ~np.isnan(matrix).any(axis=1)
    if not complete.any():
        raise DatasetError(f"No interview answers all of {', '.join(names)}.")
    chosen = listwise(matrix) if not complete.all() else matrix
    with one_thread():
        return matrix_moments(
            chosen,
            names,
            fourth=fourth,
            weights=None if weights is None else np.asarray(weights, np.float64)[complete],
            cluster=None if cluster is None else np.asarray(cluster)[complete],
            centre=centre,
        )


def matrix_moments(
    matrix: Array,
    items: tuple[str, ...],
    *,
    fourth: bool = False,
    weights: Array | None = None,
    cluster: NDArray[Any] | None = None,
    centre: Array | None = None,
) -> Moments:
    """`moments` of a matrix (n, p) without missing values."""
    about = matrix[:_BLOCK].mean(axis=0) if centre is None else centre
    n, p = matrix.shape
    sums = np.zeros((1 + p, 1 + p))
    size = 1 + p + p * (p + 1) // 2
    products = np.zeros((size, size)) if fourth else None
    totals, codes = None, None
    if fourth and cluster is not None:
        names, codes = np.unique(cluster, return_inverse=True)
        totals = np.zeros((len(names), size))
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        z = _z(matrix[part].T - about[:, None], fourth)
        weighted = z if weights is None else z * weights[part]
        sums += z[: 1 + p] @ weighted[: 1 + p].T
        if totals is not None and codes is not None:
            np.add.at(totals, codes[part], weighted.T)
        elif products is not None:
            products += weighted @ weighted.T
    if totals is not None:
        products = totals.T @ totals
    return Moments(items, n, about, sums, products, None if totals is None else len(totals))


def merged(parts: Iterable[Moments]) -> Moments:
    """The moments of all parts together. Raises DatasetError when there is none."""
    found = None
    for part in parts:
        found = part if found is None else found + part
    if found is None:
        raise DatasetError("There are no moments to merge.")
    return found


def _z(centred: Array, fourth: bool) -> Array:
    """(1 + p (+ p*), n) of centred answers (p, n): 1, c, and their products where wanted."""
    p, n = centred.shape
    size = 1 + p + (p * (p + 1) // 2 if fourth else 0)
    z = np.empty((size, n))
    z[0] = 1
    z[1 : 1 + p] = centred
    row = 1 + p
    for j in range(p if fourth else 0):
        np.multiply(centred[j], centred[j:], out=z[row : row + p - j])
        row += p - j
    return z
