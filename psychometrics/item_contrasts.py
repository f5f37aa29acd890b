"""How far each brand's item means stand from the other brands', from summary statistics alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics.items import ItemStatistics


@dataclass(frozen=True, slots=True)
class ItemContrast:
    """One item of one brand against the unweighted mean of the other brands' item means.

    Parameters
    ----------
    n, n_others : answers behind the two sides.
    gap, lower, upper : mean − others in units of the response scale, with the interval at `level`
        of the result, Welch–Satterthwaite.
    p, q : of the gap; q is Benjamini–Hochberg over all brands and items together.
    g : gap in pooled within-brand standard deviations, small-sample corrected.
    """

    brand: str
    item: str
    n: int
    n_others: int
    mean: float
    others: float
    gap: float
    lower: float
    upper: float
    p: float
    q: float
    g: float


@dataclass(frozen=True)
class ItemContrasts:
    """The contrasts of all items of all brands that take part.

    `n_used` counts the contrasts, over which the q values were adjusted.
    """

    contrasts: tuple[ItemContrast, ...]
    level: float
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def of_brand(self, brand: str) -> tuple[ItemContrast, ...]:
        """The contrasts of one brand, in the order of the items."""
        return tuple(row for row in self.contrasts if row.brand == brand)


def item_contrasts(
    items_by_brand: Mapping[str, ItemStatistics],
    items: Sequence[str],
    *,
    minimum_n: int = 30,
    level: float = 0.95,
) -> ItemContrasts:
    """Every brand's mean on every item against the unweighted mean of the other brands' means.

    With k brands, means m, variances s² and counts n, for brand i:
    gap = mᵢ − Σⱼ mⱼ/(k − 1); se² = sᵢ²/nᵢ + Σⱼ sⱼ²/nⱼ/(k − 1)²; df by Welch–Satterthwaite;
    g = J·gap / √(Σ(n − 1)s² / f), f = Σ(n − 1), J = Γ(f/2) / (√(f/2) Γ((f − 1)/2)), sums over all
    k brands. Source: Hedges 1981, 10.3102/10769986006002107.

    Parameters
    ----------
    items_by_brand : brand → item statistics, all with the items named.
    items : the items to contrast.
    minimum_n : brands with fewer answers to an item take no part in that item; nor do brands whose
        answers to it are all alike, as in `compare.contrast_to_others`: their standard error of 0
        would feign certainty.
    level : of the intervals.

    An item on which fewer than two brands remain has no contrast.
    R: ``t.test`` with Welch's df for two brands; ``p.adjust(p, "BH")``.
    """
    found = [
        row
        for item in items
        for row in _of_item(item, _summaries(items_by_brand, item, minimum_n), level)
    ]
    adjusted = benjamini_hochberg([row.p for row in found])
    contrasts = tuple(replace(row, q=float(q)) for row, q in zip(found, adjusted, strict=True))
    method = "Welch contrasts to the unweighted mean of the others; Benjamini–Hochberg over all"
    return ItemContrasts(contrasts, level, len(contrasts), method)


@dataclass(frozen=True, slots=True)
class _Summaries:
    brands: tuple[str, ...]
    n: NDArray[np.float64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]


def _summaries(
    items_by_brand: Mapping[str, ItemStatistics], item: str, minimum_n: int
) -> _Summaries:
    rows = {brand: statistics.item(item) for brand, statistics in items_by_brand.items()}
    kept = {
        brand: (row.n, row.mean, row.sd**2)
        for brand, row in rows.items()
        if row.n >= max(minimum_n, 2) and row.mean is not None and row.sd
    }
    columns = np.array(list(kept.values()), np.float64).reshape(-1, 3).T
    return _Summaries(tuple(kept), *columns)


def _of_item(item: str, data: _Summaries, level: float) -> list[ItemContrast]:
    from scipy.special import stdtr, stdtrit

    k = len(data.brands)
    error = data.variance / data.n
    if k < 2:
        return []
    others = (data.mean.sum() - data.mean) / (k - 1)
    theirs = (error.sum() - error) / (k - 1) ** 2
    se2 = error + theirs
    parts = error**2 / (data.n - 1)
    df = se2**2 / (parts + (parts.sum() - parts) / (k - 1) ** 4)
    gap = data.mean - others
    p = 2 * stdtr(df, -np.abs(gap) / np.sqrt(se2))
    half = stdtrit(df, 0.5 + level / 2) * np.sqrt(se2)
    g = gap * _standardiser(data)
    n_others = data.n.sum() - data.n
    table = zip(
        data.n, n_others, data.mean, others, gap, gap - half, gap + half, p, p, g, strict=True
    )
    return [
        ItemContrast(brand, item, int(n), int(rest), *(float(value) for value in figures))
        for brand, (n, rest, *figures) in zip(data.brands, table, strict=True)
    ]


def _standardiser(data: _Summaries) -> float:
    """What turns a gap into Hedges g, with the exact small-sample correction."""
    from psychometrics._effect_size import small_sample_correction

    df = (data.n - 1).sum()
    pooled = ((data.n - 1) * data.variance).sum() / df
    return float(small_sample_correction(df) / np.sqrt(pooled))
