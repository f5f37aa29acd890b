"""Empirical Kaiser criterion: how many eigenvalues pass what chance and their forerunners leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import Correlations, Kind, correlations
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class EmpiricalKaiser:
    """Eigenvalues `observed` beside `reference`, both (p,), largest first.

    `suggested`: how many observed values exceed their reference before the first that does not.
    """

    observed: Array
    reference: Array
    suggested: int
    items: tuple[str, ...]
    n_used: int
    warnings: tuple[str, ...]
    converged: bool = True

    @property
    def table(self) -> pd.DataFrame:
        """Rows 1 … p; columns observed, reference."""
        import pandas as pd

        columns = {"observed": self.observed, "reference": self.reference}
        return pd.DataFrame(columns, index=range(1, len(self.observed) + 1))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        return f"EmpiricalKaiser: {self.suggested} factor(s), n = {self.n_used}"


def ekc(
    data: Any, *, correlation: Kind = "pearson", cov: Any = None, n: int | None = None
) -> EmpiricalKaiser:
    """Empirical Kaiser criterion, listwise.

    The j-th reference is the largest eigenvalue that chance gives to what the larger eigenvalues
    have left, and at least 1:

        max((1 + √(p/n))² (p − Σ_{i<j} l_i) / (p − j + 1), 1)

    with the observed eigenvalues l. Braeken & van Assen 2017, 10.1037/met0000074. Equals
    ``EFAtools::EKC(x, type="BvA2017")``; the variant of some simulation studies, which subtracts
    the references in place of the eigenvalues (``"AM2019"``), is another rule.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    correlation : "pearson", for which the references are derived, or "polychoric".
    cov, n : covariances or correlations (p, p) and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, or `cov` without `n`.
    """
    with one_thread():
        return kaiser_of(correlations(data, cov, n, correlation))


def kaiser_of(found: Correlations) -> EmpiricalKaiser:
    """`ekc` of correlations that are already there."""
    n, p = found.require_n("The empirical Kaiser criterion"), found.p
    observed = found.eigenvalues
    before = np.concatenate([[0.0], np.cumsum(observed)[:-1]])
    largest = (1 + np.sqrt(p / n)) ** 2
    reference = np.maximum(largest * (p - before) / np.arange(p, 0, -1), 1.0)
    below = np.flatnonzero(~(observed > reference))
    rough = () if found.kind == "pearson" else (_ROUGH,)
    return EmpiricalKaiser(
        observed=observed,
        reference=reference,
        suggested=int(below[0]) if len(below) else p,
        items=found.items,
        n_used=n,
        warnings=(*found.warnings, *rough),
    )


_ROUGH = (
    "The references hold for Pearson correlations; polychoric ones scatter more, so that this "
    "criterion may find too many factors."
)
