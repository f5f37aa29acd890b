"""Whether correlations are worth factoring: sampling adequacy and Bartlett's sphericity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Kind, correlations
from psychometrics._plain import plain
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._correlation import Correlations


@dataclass(frozen=True, repr=False, eq=False)
class SamplingAdequacy:
    """Kaiser–Meyer–Olkin measure, 0 to 1: `overall` and `by_item` (p,), in order of `items`."""

    overall: float
    by_item: NDArray[np.float64]
    items: tuple[str, ...]
    n_used: int | None
    warnings: tuple[str, ...]
    converged: bool = True

    @property
    def table(self) -> pd.Series[float]:
        """Measure of each item, by item name."""
        import pandas as pd

        return pd.Series(self.by_item, index=list(self.items), name="KMO")

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        values: dict[str, Any] = plain(self)
        return values

    def __repr__(self) -> str:
        return as_text(self._head, [self.table.to_frame()], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table.to_frame()], self.warnings)

    @property
    def _head(self) -> str:
        return f"SamplingAdequacy: overall {self.overall:.3f}, n = {self.n_used}"


@dataclass(frozen=True, repr=False)
class Sphericity:
    """Bartlett's test that all correlations are zero: `chi2`, `df` = p(p − 1)/2, upper tail `p`."""

    chi2: float
    df: int
    p: float
    items: tuple[str, ...]
    n_used: int
    warnings: tuple[str, ...]
    converged: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        values: dict[str, Any] = plain(self)
        return values

    def __repr__(self) -> str:
        return as_text(self._head, [], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [], self.warnings)

    @property
    def _head(self) -> str:
        return f"Sphericity: chi2({self.df}) = {self.chi2:.2f}, p = {self.p:.3g}, n = {self.n_used}"


def kmo(
    data: Any, *, correlation: Kind = "pearson", cov: Any = None, n: int | None = None
) -> SamplingAdequacy:
    """Kaiser–Meyer–Olkin measure of sampling adequacy, listwise.

    Σr² / (Σr² + Σq²) over pairs of items, with r the correlation and q the partial correlation
    given all other items: near 1 when pairs share what the others share too. Kaiser & Rice 1974,
    10.1177/001316447403400115. Equals ``psych::KMO(x)``, ``MSA`` and ``MSAi``.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    correlation : "pearson" or "polychoric".
    cov, n : covariances or correlations (p, p), and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed.
    """
    with one_thread():
        return adequacy_of(correlations(data, cov, n, correlation))


def bartlett(data: Any, *, cov: Any = None, n: int | None = None) -> Sphericity:
    """Bartlett's test of sphericity, listwise.

    chi2 = −(n − 1 − (2p + 5)/6) log|R| on p(p − 1)/2 degrees of freedom; the logarithm of the
    determinant is taken directly, so that many items do not underflow. Bartlett 1951,
    10.1093/biomet/38.3-4.337. Equals ``psych::cortest.bartlett(cor(x), n)``.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    cov, n : covariances or correlations (p, p), and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, or `cov` without `n`.
    """
    with one_thread():
        return sphericity_of(correlations(data, cov, n))


def adequacy_of(found: Correlations) -> SamplingAdequacy:
    """`kmo` of correlations that are already there."""
    overall, by_item = sampling_adequacy(found.matrix)
    return SamplingAdequacy(overall, by_item, found.items, found.n_used, found.warnings)


def sampling_adequacy(matrix: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """KMO over all items, and (p,) of each, of correlations (p, p)."""
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    squared, partial = matrix**2, (inverse / np.outer(scale, scale)) ** 2
    np.fill_diagonal(squared, 0.0)
    np.fill_diagonal(partial, 0.0)
    shared, both = squared.sum(axis=0), squared.sum(axis=0) + partial.sum(axis=0)
    # Without any relation there is nothing to be adequate: NaN, as psych's 0/0.
    by_item = np.divide(shared, both, out=np.full(len(both), np.nan), where=both > 0)
    overall = float(shared.sum() / both.sum()) if both.sum() > 0 else float("nan")
    return overall, by_item


def sphericity_of(found: Correlations) -> Sphericity:
    """`bartlett` of correlations that are already there."""
    from scipy.special import chdtrc

    n, p = found.require_n("Bartlett's test"), found.p
    chi2 = -(n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(found.matrix)[1])
    df = p * (p - 1) // 2
    return Sphericity(chi2, df, float(chdtrc(df, chi2)), found.items, n, found.warnings)
