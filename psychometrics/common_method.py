"""Common method variance: what two customary checks show, and how little the first of them does."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import EfaError, correlations
from psychometrics._extraction import extract
from psychometrics._matrix import as_matrix, listwise
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.dataset import Dataset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PERCENTILES = (0.75, 0.95, 0.99)
"""Of the marker's correlation, for which adjusted correlations are given as well."""

STATEMENT = (
    "The share of a first factor (Harman's test) is no test: a large share can be substance, a "
    "small one does not exclude common method variance, and it can neither measure nor remove it "
    "(Podsakoff, MacKenzie, Lee & Podsakoff 2003). It is given because readers ask for it."
)


@dataclass(frozen=True)
class AdjustedCorrelation:
    """A correlation of two scales before and after the marker's is taken out.

    `adjusted` (r − r_M)/(1 − r_M), with `t` on n − 3 degrees of freedom and two-sided `p`;
    `adjusted_upper`: with the marker's correlation at each of `PERCENTILES` in place of r_M.
    """

    first: str
    second: str
    r: float
    adjusted: float
    t: float
    p: float
    adjusted_upper: tuple[float, ...]


@dataclass(frozen=True, repr=False, eq=False)
class CommonMethod:
    """Shares of a first factor and correlations adjusted by a marker.

    Parameters
    ----------
    component_share : first eigenvalue of the correlations of all items over their number.
    factor_share : mean communality of a single common factor (minres).
    marker : name of the marker, None when none is given; then r_M and `adjusted` are empty.
    marker_r : r_M, the marker's smallest correlation with a scale, not below 0; NaN without one.
    marker_correlations : (s,) of the marker with each scale.
    adjusted : one for each pair of scales.
    """

    component_share: float
    factor_share: float
    marker: str | None
    marker_r: float
    marker_correlations: Array
    adjusted: tuple[AdjustedCorrelation, ...]
    scales: tuple[str, ...]
    items: tuple[str, ...]
    n_used: int
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Pairs of scales × r, adjusted, t, p, and adjusted at each percentile of r_M."""
        import pandas as pd

        upper = [f"adjusted_{level:.0%}" for level in PERCENTILES]
        rows = [
            [pair.first, pair.second, pair.r, pair.adjusted, pair.t, pair.p, *pair.adjusted_upper]
            for pair in self.adjusted
        ]
        return pd.DataFrame(rows, columns=["first", "second", "r", "adjusted", "t", "p", *upper])

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, self._tables, self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, self._tables, self.warnings)

    @property
    def _tables(self) -> list[pd.DataFrame]:
        return [self.table] if self.adjusted else []

    @property
    def _head(self) -> str:
        by = f"marker {self.marker}, r_M {self.marker_r:.3f}" if self.marker else "no marker"
        return (
            f"CommonMethod: first component {self.component_share:.1%}, first factor "
            f"{self.factor_share:.1%} of the variance, {by}, n = {self.n_used}"
        )


def common_method(
    data: Any,
    *,
    scales: Mapping[str, Sequence[str]] | None = None,
    marker: str | Sequence[str] | None = None,
) -> CommonMethod:
    """Harman's single-factor share, and correlations of scales adjusted by a marker, listwise.

    A marker is an item or scale that by theory has nothing to do with at least one of the others
    and was asked in the same way. Its smallest correlation with them, r_M, is taken for what the
    method alone makes answers share (Lindell & Whitney 2001, 10.1037/0021-9010.86.1.114):

        r_A = (r − r_M)/(1 − r_M),   t = r_A / √((1 − r_A²)/(n − 3))

    As chance may have made r_M small, r_A is also given at the 75th, 95th and 99th percentile of
    r_M by Fisher's z. The adjustment holds if the method touches all scales alike. On both:
    Podsakoff, MacKenzie, Lee & Podsakoff 2003, 10.1037/0021-9010.88.5.879.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items.
    scales : items of each scale by its name; by default those of the Dataset's keys that are no
        outcomes, else every item by itself. A scale's score is the mean of its items.
    marker : item, or items of a scale; it is left out of the scales and of Harman's share.

    Raises
    ------
    EfaError
        items that cannot be analysed, or a marker with fewer than two scales beside it.
    DatasetError
        an item that is not in the data.
    """
    of_marker = [marker] if isinstance(marker, str) else list(marker or ())
    known = _scales(data, scales, of_marker)
    items = tuple(dict.fromkeys(item for members in known.values() for item in members))
    answers = _answers(data, (*items, *of_marker))
    complete = listwise(answers)
    with one_thread():
        found = correlations(_named(complete[:, : len(items)], items))
        one = extract(found.matrix, 1, "minres")
        scored = {
            name: complete[:, [items.index(item) for item in members]].mean(axis=1)
            for name, members in known.items()
        }
        adjusted = _adjusted(scored, complete[:, len(items) :]) if of_marker else _NONE
    dropped = len(answers) - len(complete)
    left = (f"{dropped} of {len(answers)} interviews left out: an item was not answered.",)
    return CommonMethod(
        component_share=float(found.eigenvalues[0] / found.p),
        factor_share=float(np.mean(np.sum(one.loadings**2, axis=1))),
        marker=", ".join(of_marker) or None,
        marker_r=adjusted.r,
        marker_correlations=adjusted.correlations,
        adjusted=adjusted.pairs,
        scales=tuple(known),
        items=items,
        n_used=len(complete),
        n_dropped=dropped,
        converged=one.converged,
        warnings=(*(left if dropped else ()), STATEMENT, *found.warnings, *adjusted.warnings),
    )


@dataclass(frozen=True)
class _Adjustment:
    r: float
    correlations: Array
    pairs: tuple[AdjustedCorrelation, ...]
    warnings: tuple[str, ...]


_NONE = _Adjustment(float("nan"), np.empty(0), (), ())


def _scales(
    data: Any, scales: Mapping[str, Sequence[str]] | None, of_marker: list[str]
) -> dict[str, tuple[str, ...]]:
    """Items of each scale, without those of the marker."""
    if scales is not None:
        given = {name: tuple(members) for name, members in scales.items()}
    elif isinstance(data, Dataset):
        given = {key.scale: tuple(key.items) for key in data.keys if not key.outcome}
    else:
        given = {item: (item,) for item in as_matrix(data)[1]}
    left = {
        name: tuple(item for item in members if item not in of_marker)
        for name, members in given.items()
    }
    return {name: members for name, members in left.items() if members}


def _answers(data: Any, items: tuple[str, ...]) -> Array:
    """The items' columns, in this order."""
    if isinstance(data, Dataset) or hasattr(data, "columns"):
        return as_matrix(data, items=items)[0]
    matrix, names = as_matrix(data)
    unknown = [item for item in items if item not in names]
    if unknown:
        there = f"there are {names[0]} to {names[-1]}"
        raise EfaError(f"Items not in the data: {', '.join(unknown)}; {there}.")
    return matrix[:, [names.index(item) for item in items]]


def _named(answers: Array, items: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(answers, columns=list(items))


def _adjusted(scored: dict[str, Array], marker: Array) -> _Adjustment:
    from scipy.special import ndtri, stdtr

    names, n = list(scored), len(marker)
    if len(names) < 2:
        raise EfaError("A marker adjusts correlations of two scales or more; give such scales.")
    values = np.column_stack([*scored.values(), marker.mean(axis=1)])
    if (np.ptp(values, axis=0) == 0).any():
        raise EfaError("The marker or a scale has no variation; choose another.")
    matrix = np.corrcoef(values.T)
    with_marker = matrix[-1, :-1]
    smallest = float(with_marker.min())
    r = max(smallest, 0.0)
    upper = np.tanh(np.arctanh(r) + ndtri(PERCENTILES) / np.sqrt(n - 3))

    def pair(i: int, j: int) -> AdjustedCorrelation:
        between = float(matrix[i, j])
        adjusted = (between - r) / (1 - r)
        t = adjusted / np.sqrt((1 - adjusted**2) / (n - 3))
        p = float(2 * stdtr(n - 3, -abs(t)))
        at_upper = tuple(((between - upper) / (1 - upper)).tolist())
        return AdjustedCorrelation(names[i], names[j], between, adjusted, float(t), p, at_upper)

    said: tuple[str, ...] = ()
    if smallest < 0:
        said = (
            f"The marker's smallest correlation is {smallest:.3f}, below 0, so nothing is taken "
            f"out; a marker should share the method with the scales.",
        )
    pairs = tuple(pair(i, j) for i, j in combinations(range(len(names)), 2))
    return _Adjustment(r, with_marker, pairs, said)
