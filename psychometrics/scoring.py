"""From answers to scale scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.dataset import Dataset, DatasetError

if TYPE_CHECKING:
    from numpy.typing import NDArray


WEIGHTS_NOT_USED = "The data carry weights; these results do not use them yet."


@dataclass(frozen=True)
class ScaleScores:
    """Scores of n interviews on k scales.

    Parameters
    ----------
    scales : the k scales, in the order of the keys.
    pomp : (n, k) percent of the maximum possible, 0–100; NaN where too few items were answered.
    answered_share : share of a scale's items that had to be answered.
    n_used : interviews with at least one score.
    """

    scales: tuple[str, ...]
    pomp: NDArray[np.float64]
    answered_share: float
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def column(self, scale: str) -> NDArray[np.float64]:
        """(n,) scores on one scale. Raises DatasetError for an unknown scale."""
        if scale not in self.scales:
            raise DatasetError(
                f"There is no scale {scale!r}; the scales are {', '.join(self.scales)}."
            )
        scores: NDArray[np.float64] = self.pomp[:, self.scales.index(scale)]
        return scores


def score(dataset: Dataset, *, answered_share: float = 0.8) -> ScaleScores:
    """Scale scores as percent of the maximum possible (POMP).

    The mean of the answered items after reversal, when at least `answered_share` of the scale's
    items are answered, then 100 · (mean − minimum) / (maximum − minimum) with the theoretical ends
    of the response format. All interviews are scored, whatever their disposition.

    Source: Cohen, Cohen, Aiken & West 1999, 10.1207/S15327906MBR3403_2.
    R: ``100 * (rowMeans(keyed, na.rm = TRUE) - min) / (max - min)``.

    Raises
    ------
    DatasetError
        `answered_share` is not above 0 and at most 1, or a scale has no range.
    """
    if not 0 < answered_share <= 1:
        raise DatasetError(f"answered_share is {answered_share}; give a share above 0, at most 1.")
    scales = tuple(key.scale for key in dataset.keys)
    pomp = np.full((dataset.n, len(scales)), np.nan)
    for column, scale in enumerate(scales):
        pomp[:, column] = _pomp(dataset, scale, answered_share)
    return ScaleScores(
        scales=scales,
        pomp=pomp,
        answered_share=answered_share,
        n_used=int((~np.isnan(pomp)).any(axis=1).sum()),
        method=f"POMP of the mean of answered items, at least {answered_share:.0%} answered",
        warnings=() if dataset.weight is None else (WEIGHTS_NOT_USED,),
    )


def _pomp(dataset: Dataset, scale: str, answered_share: float) -> NDArray[np.float64]:
    key = dataset.key(scale)
    if key.maximum <= key.minimum or not key.items:
        raise DatasetError(
            f"Scale {scale} has {len(key.items)} items from {key.minimum} to {key.maximum}; "
            f"it needs an item and a maximum above its minimum."
        )
    values = dataset.keyed(scale)
    answered = (~np.isnan(values)).sum(axis=1)
    # A share such as 0.8 of 5 items is 4.000…01 in floating point: 4 answers must be enough.
    enough = (answered > 0) & (answered >= answered_share * len(key.items) - 1e-9)
    total = np.where(np.isnan(values), 0.0, values).sum(axis=1)
    mean = np.divide(total, answered, out=np.full(dataset.n, np.nan), where=enough)
    scores: NDArray[np.float64] = 100 * (mean - key.minimum) / (key.maximum - key.minimum)
    return scores
