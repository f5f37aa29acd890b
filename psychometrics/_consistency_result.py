"""What the indices of consistency say about each interview, and how well each of them works."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class ConsistencyIndex:
    """One index of all interviews.

    Parameters
    ----------
    values : (n,) NaN where the index is not defined; such interviews are never flagged.
    cut : values beyond it are flagged; None where the index could not be judged at all.
    suspicious : whether low or high values speak of carelessness.
    source : of the cut.
    flagged : (n,) beyond the cut.
    usable_judged, usable_flagged, careless_judged, careless_flagged : interviews, among the usable
        and among those that fieldwork ended for attention.
    auc, auc_se : chance that one of the latter looks more careless than one of the former, ties
        counting half, with its standard error; None where either kind is missing.
    warnings : why the index could not be judged.
    """

    name: str
    values: Array
    cut: float | None
    suspicious: Literal["low", "high"]
    source: str
    flagged: Rows
    usable_judged: int
    usable_flagged: int
    careless_judged: int
    careless_flagged: int
    auc: float | None
    auc_se: float | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Consistency:
    """Indices of careless answering for n interviews.

    Parameters
    ----------
    indices : name → index: ``even_odd``, ``synonyms``, ``antonyms``, ``guttman``, and ``l_z``
        where models were given.
    respondent : (n,) identifiers of the interviews.
    synonyms, antonyms : pairs of items used, each pair in questionnaire order.
    n_used : usable interviews, by which pairs and steps were judged.
    """

    indices: Mapping[str, ConsistencyIndex]
    respondent: NDArray[np.str_]
    synonyms: tuple[tuple[str, str], ...]
    antonyms: tuple[tuple[str, str], ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row an interview; for each index its value and, as ``<index>_flagged``, its flag."""
        import pandas as pd

        columns: dict[str, Any] = {}
        for name, index in self.indices.items():
            columns[name] = index.values
            columns[f"{name}_flagged"] = index.flagged
        return pd.DataFrame(columns, index=pd.Index(self.respondent, name="respondent"))

    @property
    def summary(self) -> pd.DataFrame:
        """A row an index; columns cut, suspicious, counts, auc, source."""
        import pandas as pd

        rows = [plain_fields(index) for index in self.indices.values()]
        table = pd.DataFrame(rows).set_index("name")
        return table.drop(columns=["values", "flagged", "warnings"])

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return f"<Consistency: {self.n_used} usable interviews>\n{self.summary.iloc[:, :-1]}"

    def _repr_html_(self) -> str:
        return str(self.summary.to_html(float_format="{:.3f}".format))


def area_under_roc(positive: Array, negative: Array) -> tuple[float, float] | tuple[None, None]:
    """Chance that a value of `positive` exceeds one of `negative`, ties counting half, and its se.

    None where either is empty. The standard error takes exponential values for granted.

    Source: Hanley & McNeil 1982, 10.1148/radiology.143.1.7063747.
    R: ``wilcox.test(positive, negative)$statistic`` over the product of their lengths.
    """
    n, m = len(positive), len(negative)
    if not n or not m:
        return None, None
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left").sum()
    ties = np.searchsorted(ordered, positive, "right").sum() - below
    area = float((below + ties / 2) / (n * m))
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (n - 1) * (one - area**2) + (m - 1) * (two - area**2)
    return area, sqrt(max(variance, 0.0) / (n * m))
