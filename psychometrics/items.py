"""Item analysis: what each item does by itself and within its scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._clusters import person_codes
from psychometrics._matrix import listwise
from psychometrics.means import group_mean
from psychometrics.scoring import WEIGHTS_NOT_USED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset, ScoringKey

LOW_ITEM_REST = 0.20
"""Below this corrected item-total correlation an item is pointed at: a convention of test manuals.
(Ebel and Frisbie's often quoted .20 is of another index, the difference of extreme groups.)"""


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
    raters : people who answered, where some did so several times; None where each did once.
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
    raters: int | None = None

    @property
    def people(self) -> int:
        """How many people answered."""
        return self.n if self.raters is None else self.raters


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


def item_statistics(dataset: Dataset, rows: NDArray[Any] | None = None) -> ItemStatistics:
    """Statistics of every item of every scale, over all interviews or some of them.

    Moments by the conventions of ``psych::describe``: sd with n − 1, skew and kurtosis of type 3
    (third and fourth central moments over sd³ and sd⁴, kurtosis less 3). Item-rest correlation and
    alpha if dropped use the interviews that answered the whole scale. Where people gave several of
    the interviews, standard errors are cluster-robust: see `psychometrics.means.group_mean`.

    R: ``psych::describe(x)``, ``psych::alpha(na.omit(x))$item.stats$r.drop`` and
    ``$alpha.drop$raw_alpha``.

    Parameters
    ----------
    dataset : answers; dispositions are not looked at.
    rows : (n,) mask or row numbers, e.g. the interviews kept, or those of one brand.
    """
    part = dataset if rows is None else dataset.select(rows)
    items = [row for key in part.keys for row in _scale_items(part, key)]
    return ItemStatistics(
        items=tuple(items),
        n_used=part.n,
        method="psych type 3 moments of answered items; item-rest correlation of complete scales",
        warnings=() if part.weight is None else (WEIGHTS_NOT_USED,),
    )


def _scale_items(dataset: Dataset, key: ScoringKey) -> list[ItemResult]:
    keyed = dataset.keyed(key.scale)
    rest, dropped = _within_scale(listwise(keyed))
    rows = [_item(key, item, keyed[:, j], rest[j], dropped[j]) for j, item in enumerate(key.items)]
    if dataset.cluster is None:
        return rows
    person = person_codes(dataset.cluster)
    return [_clustered(row, column, person) for row, column in zip(rows, keyed.T, strict=True)]


def _clustered(
    row: ItemResult, column: NDArray[np.float64], person: NDArray[np.intp]
) -> ItemResult:
    """The item with the error of answers of which some come from the same people."""
    mean = group_mean(column, clusters=person)
    return row if mean.raters is None else replace(row, se=mean.se, raters=mean.raters)


def _item(
    key: ScoringKey,
    item: str,
    column: NDArray[np.float64],
    r_drop: float | None,
    alpha_if_dropped: float | None,
) -> ItemResult:
    answered = column[~np.isnan(column)]
    n, width = len(answered), key.maximum - key.minimum + 1
    counts = np.bincount((answered - key.minimum).astype(np.intp), minlength=width).tolist()
    mean, sd, skew, kurtosis = _moments(answered)
    return ItemResult(
        item=item,
        scale=key.scale,
        reversed=item in key.reversed,
        values=tuple(range(key.minimum, key.maximum + 1)),
        counts=tuple(counts),
        counts_as_answered=tuple(counts[::-1] if item in key.reversed else counts),
        n=n,
        missing=len(column) - n,
        mean=mean,
        sd=sd,
        se=None if sd is None else sd / sqrt(n),
        skew=skew,
        kurtosis=kurtosis,
        top2=sum(counts[-2:]) / n if n else None,
        bottom2=sum(counts[:2]) / n if n else None,
        r_drop=r_drop,
        alpha_if_dropped=alpha_if_dropped,
        warnings=_warnings(answered, r_drop),
    )


def _moments(
    answered: NDArray[np.float64],
) -> tuple[float | None, float | None, float | None, float | None]:
    """Mean, standard deviation, skew and kurtosis; None where undefined."""
    n = len(answered)
    if n == 0:
        return None, None, None, None
    mean = float(answered.mean())
    if n == 1:
        return mean, None, None, None
    if np.ptp(answered) == 0:
        return mean, 0.0, None, None
    sd = float(answered.std(ddof=1))
    z = (answered - mean) / sd
    return mean, sd, float((z**3).mean()), float((z**4).mean() - 3)


def _within_scale(
    complete: NDArray[np.float64],
) -> tuple[list[float | None], list[float | None]]:
    """Correlation of each item with the rest, and alpha without it; None where undefined."""
    n, p = complete.shape
    nothing: list[float | None] = [None] * p
    if n < 2 or p < 2:
        return nothing, nothing
    covariance = np.cov(complete, rowvar=False)
    variance = np.diag(covariance)
    with_rest = covariance.sum(axis=1) - variance
    rest = covariance.sum() - variance - 2 * with_rest
    r_drop = _quotient(with_rest, np.sqrt(np.clip(variance * rest, 0, None)))
    if p == 2:
        return r_drop, nothing
    unshared = _quotient(variance.sum() - variance, rest)
    q = p - 1
    return r_drop, [None if share is None else q / (q - 1) * (1 - share) for share in unshared]


def _quotient(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64]
) -> list[float | None]:
    return [
        float(over / under) if under > 1e-12 else None
        for over, under in zip(numerator, denominator, strict=True)
    ]


def _warnings(answered: NDArray[np.float64], r_drop: float | None) -> tuple[str, ...]:
    if len(answered) == 0:
        return ("Nobody answered this item.",)
    if len(answered) > 1 and np.ptp(answered) == 0:
        return ("Everybody gave the same answer to this item.",)
    if r_drop is not None and r_drop < 0:
        return (
            f"Runs against the rest of its scale (correlation {r_drop:.3f}): check its keying.",
        )
    if r_drop is not None and r_drop < LOW_ITEM_REST:
        return (
            f"Hardly goes with the rest of its scale (correlation {r_drop:.3f}, "
            f"below {LOW_ITEM_REST:.2f}).",
        )
    return ()
