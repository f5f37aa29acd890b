"""How far each brand's item means stand from the other brands', from summary statistics alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.contrasts import Summaries, contrasts_to_the_rest
from psychometrics.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics.contrasts import Contrast
    from psychometrics.items import ItemStatistics
    from psychometrics.mean_covariance import MeanCovariance


@dataclass(frozen=True, slots=True)
class ItemContrast:
    """One item of one brand against the unweighted mean of the other brands' item means.

    Parameters
    ----------
    n, n_others : people behind the two sides.
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
    joint: Mapping[str, MeanCovariance | None] | None = None,
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
    minimum_n : brands of which fewer people answered an item take no part in it; nor do brands
        whose answers to it are all alike, as in `compare.contrast_to_others`: their standard error
        of 0 would feign certainty.
    level : of the intervals.
    joint : item → covariance of the brands' means, where people rated several brands; None where
        nobody did.

    An item on which fewer than two brands remain has no contrast.
    R: ``t.test`` with Welch's df for two brands; ``p.adjust(p, "BH")``.
    """
    found = [
        (row, item, n_others)
        for item in items
        for row, n_others in _of_item(
            items_by_brand, item, minimum_n, level, None if joint is None else joint[item]
        )
    ]
    adjusted = benjamini_hochberg([row.p for row, *_ in found]).tolist()
    contrasts = tuple(
        _item_contrast(row, item, n_others, q)
        for (row, item, n_others), q in zip(found, adjusted, strict=True)
    )
    method = "Welch contrasts to the unweighted mean of the others; Benjamini–Hochberg over all"
    return ItemContrasts(contrasts, level, len(contrasts), method)


def _of_item(
    items_by_brand: Mapping[str, ItemStatistics],
    item: str,
    minimum_n: int,
    level: float,
    joint: MeanCovariance | None,
) -> list[tuple[Contrast, int]]:
    """The contrasts of one item, each with the people who answered about the other brands."""
    rows = {brand: statistics.item(item) for brand, statistics in items_by_brand.items()}
    kept = {
        brand: (row.n, row.mean, row.sd)
        for brand, row in rows.items()
        if row.people >= max(minimum_n, 2) and row.mean is not None and row.sd
    }
    if len(kept) < 2:
        return []
    groups = Summaries(tuple(kept), *np.array(list(kept.values()), np.float64).T)
    if joint is not None:
        joint = joint.of(groups.names)
        found = contrasts_to_the_rest(groups, level=level, joint=joint)
        return [(row, joint.people_in(set(kept) - {row.group})) for row in found]
    total = int(groups.n.sum())
    return [(row, total - row.n) for row in contrasts_to_the_rest(groups, level=level)]


def _item_contrast(row: Contrast, item: str, n_others: int, q: float) -> ItemContrast:
    return ItemContrast(
        brand=row.group,
        item=item,
        n=row.n,
        n_others=n_others,
        mean=row.mean,
        others=row.others,
        gap=row.gap,
        lower=row.lower,
        upper=row.upper,
        p=row.p,
        q=q,
        g=row.g,
    )
