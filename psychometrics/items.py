"""Item analysis: what each item does by itself and within its scale."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item. All figures are after reversal, except `counts_as_answered`.

    Parameters
    ----------
    item, scale, reversed : which item, of which scale, and whether it is keyed the other way.
    values : the response values, minimum … maximum.
    counts : answers per value after reversal, so that the last value is always the favourable end.
    counts_as_answered : answers per value as the respondent gave them.
    n, missing : answered, and not answered.
    mean, sd, se, skew, kurtosis : None where undefined (too few answers, or all alike).
    top2, bottom2 : share of answers in the two highest, and two lowest, values after reversal.
    r_drop : correlation with the sum of the scale's other items (complete rows of the scale).
    alpha_if_dropped : alpha of the scale without this item; None under three items.
    """

    item: str
    scale: str
    reversed: bool
    values: tuple[int, ...]
    counts: tuple[int, ...]
    counts_as_answered: tuple[int, ...]
    n: int
    missing: int
    mean: float | None
    sd: float | None
    se: float | None
    skew: float | None
    kurtosis: float | None
    top2: float | None
    bottom2: float | None
    r_drop: float | None
    alpha_if_dropped: float | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """All items, scale by scale in the order of the keys."""

    items: tuple[ItemResult, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def item(self, item: str) -> ItemResult:
        """One item's row. Raises KeyError when there is none."""
        for row in self.items:
            if row.item == item:
                return row
        raise KeyError(item)

    def of_scale(self, scale: str) -> tuple[ItemResult, ...]:
        """The rows of one scale, in questionnaire order."""
        return tuple(row for row in self.items if row.scale == scale)
