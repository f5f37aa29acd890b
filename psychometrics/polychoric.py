"""Polychoric correlations: those of the continuous opinions behind ordered answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from psychometrics._count_tables import CountTables, OrdinalError, coded, observed_categories
from psychometrics._matrix import as_matrix
from psychometrics._ordinal import OrdinalMoments, TableMoments
from psychometrics._plain import plain
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._matrix import Answers

    Array = NDArray[np.float64]

__all__ = ["CountTables", "OrdinalError", "Polychoric", "polychoric"]

Missing = Literal["listwise", "pairwise"]


@dataclass(frozen=True, repr=False, eq=False)
class Polychoric:
    """Thresholds and polychoric correlations of p ordered items, with their standard errors.

    Parameters
    ----------
    items : the p names. categories : the answers of each item that count, ascending.
    n_used : interviews analysed. n_dropped : left out as incomplete.
    converged : every correlation was found.
    warnings : what a reader must know before trusting the figures.
    """

    items: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    n_used: int
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]
    _found: TableMoments
    _codes: NDArray[np.uint8] | None

    @property
    def correlations(self) -> pd.DataFrame:
        """ρ, items × items; in R ``lavCor(x, ordered = names(x))``."""
        return self._by_item(self._found.moments.correlations)

    @property
    def thresholds(self) -> pd.DataFrame:
        """τ, items × threshold ``t1`` …; NaN beyond the last of an item with fewer categories.

        Threshold t parts category t from category t + 1; ``lavCor(x, output = "th")``.
        """
        import pandas as pd

        of_items = self._found.moments.thresholds
        width = max(map(len, of_items))
        table = np.full((len(of_items), width), np.nan)
        for row, values in zip(table, of_items, strict=True):
            row[: len(values)] = values
        columns = [f"t{number + 1}" for number in range(width)]
        return pd.DataFrame(table, index=self.items, columns=columns)

    @property
    def se(self) -> pd.DataFrame:
        """Standard errors of ρ, items × items; NaN for a correlation at its bound."""
        return self._by_item(np.sqrt(self._found.variances))

    @cached_property
    def acov(self) -> pd.DataFrame:
        """Covariance of all estimates, Γ/n: thresholds ``item|t1``, correlations ``a~~b``.

        In R ``lavInspect(fit, "gamma") / n`` of any model of the items. Made when first asked
        for, because it takes another pass over the answers.

        Raises
        ------
        OrdinalError
            when the correlations were estimated from count tables, which do not suffice.
        """
        import pandas as pd

        if self._codes is None:
            raise OrdinalError(
                "Count tables do not tell the covariance of the correlations with each other; "
                "give the answers, or use se."
            )
        with one_thread():
            products = self._found.influence.products(self._codes)
        names = self._estimate_names()
        return pd.DataFrame(products, index=names, columns=names)

    def to_dict(self) -> dict[str, Any]:
        """Everything but `acov` as plain values; None for what is not."""
        found = self._found.moments
        return {
            "items": list(self.items),
            "categories": plain(self.categories),
            "correlations": plain(found.correlations),
            "thresholds": plain([values.tolist() for values in found.thresholds]),
            "se": plain(np.sqrt(self._found.variances)),
            "n_used": self.n_used,
            "n_dropped": self.n_dropped,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        found = "converged" if self.converged else "NOT CONVERGED"
        head = f"Polychoric: {len(self.items)} items, n = {self.n_used}, {found}"
        said = [f"Warning: {warning}" for warning in self.warnings]
        tables = [self.correlations.round(3).to_string(), self.thresholds.round(3).to_string()]
        return "\n".join([head, *tables, *said])

    def _repr_html_(self) -> str:
        from html import escape

        head, said = escape(repr(self).partition("\n")[0]), escape(" ".join(self.warnings))
        tables = self.correlations.round(3).to_html() + self.thresholds.round(3).to_html()
        return f"<p>{head}</p>{tables}<p>{said}</p>"

    def _by_item(self, matrix: Array) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(matrix, index=self.items, columns=self.items)

    def _estimate_names(self) -> list[str]:
        thresholds = [
            f"{item}|t{number + 1}"
            for item, values in zip(self.items, self._found.moments.thresholds, strict=True)
            for number in range(len(values))
        ]
        pairs = zip(*np.triu_indices(len(self.items), 1), strict=True)
        return thresholds + [f"{self.items[i]}~~{self.items[j]}" for i, j in pairs]


def polychoric(
    data: Answers | CountTables,
    *,
    items: Sequence[str] | None = None,
    missing: Missing = "listwise",
) -> Polychoric:
    """Polychoric correlations by the two-step method (Olsson 1979, 10.1007/BF02296207).

    Thresholds are standard normal quantiles of the cumulative proportions; each correlation then
    maximises the likelihood of its own table of answers. Standard errors take the thresholds'
    own into account (Muthén 1984, 10.1007/BF02294210). Equals ``lavCor(x, ordered = names(x))``
    to 1e-7 and ``psych::polychoric(x, correct = 0)`` to 1e-4. One empty cell of a 2×2 table is
    given ½ with the margins kept, as lavaan does; larger tables stay as they are.

    Where nobody's answers break the order, the likelihood rises up to a correlation of ±1: ±1 is
    given for 2×2 tables and ±.999 for others, with a warning; lavaan stops somewhere short of it.
    An answer that the correlation makes very unlikely (below 1.5e-8) does not count, as in
    lavaan; where that allows two solutions, lavaan may give the one of lower likelihood.

    Parameters
    ----------
    data : Dataset (all its interviews: `select` first), DataFrame or array, interviews × items;
        or the `CountTables` of answers too many for memory, where NaN is left out pairwise.
    items : which columns; all when not given.
    missing : "listwise" leaves out incomplete interviews; "pairwise" uses for each statistic
        those that have its answers, as in lavaan.

    Raises
    ------
    OrdinalError
        an item with one category or more than twelve, two items never answered together.
    DatasetError
        an unknown item, a column that is not numeric.
    """
    if missing not in get_args(Missing):
        known = ", ".join(get_args(Missing))
        raise OrdinalError(f"There is no missing {missing!r}; choose one of {known}.")
    with one_thread():
        if isinstance(data, CountTables):
            if items is not None:
                raise OrdinalError("items= belongs to answers; count the tables of those items.")
            return _result(TableMoments.of(data), None, 0)
        matrix, names = as_matrix(data, items=items)
        kept = matrix[_usable(matrix, missing)]
        if not len(kept):
            raise OrdinalError(_nobody(matrix, names))
        categories = observed_categories(kept, names)
        codes = coded(kept, categories, names)
        found = TableMoments.of(CountTables.from_codes(codes, categories, names))
        return _result(found, codes, len(matrix) - len(kept))


def _usable(matrix: Array, missing: Missing) -> NDArray[np.bool_]:
    holes = np.isnan(matrix)
    if missing == "listwise":
        return np.logical_not(holes.any(axis=1))
    return np.logical_not(holes.all(axis=1))


def _nobody(matrix: Array, names: tuple[str, ...]) -> str:
    if not matrix.size:
        return f"There are no answers (shape {matrix.shape}); give interviews × items."
    worst = names[int(np.isnan(matrix).sum(axis=0).argmax())]
    return (
        f"None of {len(matrix)} interviews answered every item; {worst} is missing most often. "
        f'Leave such items out, or use missing="pairwise".'
    )


def _result(found: TableMoments, codes: NDArray[np.uint8] | None, dropped: int) -> Polychoric:
    moments: OrdinalMoments = found.moments
    said = moments.warnings
    if dropped:
        left_out = f"{dropped} of {moments.n + dropped} interviews left out: not fully answered."
        said = (left_out, *said)
    return Polychoric(
        items=moments.items,
        categories=moments.categories,
        n_used=moments.n,
        n_dropped=dropped,
        converged=moments.converged,
        warnings=said,
        _found=found,
        _codes=codes,
    )
