"""The score side of an analysis in one result: what every report reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from psychometrics.compare import (
        BrandMeans,
        Contrast,
        Contrasts,
        GroupMean,
        PairComparisons,
        WelchTest,
    )
    from psychometrics.items import ItemStatistics
    from psychometrics.reliability import Alpha, Omega
    from psychometrics.scoring import ScaleScores
    from psychometrics.screening import Screening


@dataclass(frozen=True, slots=True)
class RawSum:
    """Mean of the plain sum of a scale's items after reversal, among complete answers."""

    brand: str
    n: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class UnscreenedScale:
    """One scale over all usable interviews, nothing excluded by flags: the "without" figures."""

    n_scored: int
    overall: GroupMean
    brand_means: BrandMeans | None
    alpha: Alpha | None


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """One scale over the interviews kept. Scores are POMP, 0–100.

    Parameters
    ----------
    scale, items, minimum, maximum, outcome : from the scoring key.
    n_scored : interviews kept that have a score.
    overall : mean over all of them, whatever the brand.
    brand_means : every brand; None when no brand is known.
    compared : brands that take part in welch, pairs and contrasts: at least `minimum_n` scores
        and not left out by the caller.
    welch, pairs, contrasts : None when fewer than two brands are compared.
    alpha, omega : None for a single item, or where a warning says why.
    raw_sums : per brand, as published studies print them.
    """

    scale: str
    items: tuple[str, ...]
    minimum: int
    maximum: int
    outcome: bool
    n_scored: int
    overall: GroupMean
    brand_means: BrandMeans | None
    compared: tuple[str, ...]
    welch: WelchTest | None
    pairs: PairComparisons | None
    contrasts: Contrasts | None
    alpha: Alpha | None
    omega: Omega | None
    raw_sums: tuple[RawSum, ...]
    unscreened: UnscreenedScale
    warnings: tuple[str, ...] = ()

    def contrast_of(self, brand: str) -> Contrast | None:
        """The brand against the others; None when it takes no part in the comparison."""
        return self.contrasts.contrast_of(brand) if self.contrasts else None


@dataclass(frozen=True)
class ScoreAnalysis:
    """Everything that scores can say about one wave.

    Parameters
    ----------
    fingerprint, simulated : of the Dataset.
    n_interviews : all interviews; n_usable: usable disposition, an answer, and a known brand where
        brands are known at all; n_kept: usable and not excluded by screening.
    disposition_counts : disposition → interviews.
    brands : codes, sorted; numbers by value. waves, languages, channels : as found among the kept.
    brand_counts : brand → interviews kept.
    screening : flags and what they did; `kept` is its (n,) mask.
    scales : dimensions and outcomes, in the order of the keys.
    items : item statistics of the interviews kept; items_by_brand : the same per brand.
    scores : (n, k) scores of all interviews; use `kept` to pick rows.
    minimum_n : brands with fewer scores take no part in comparisons.
    """

    fingerprint: str
    simulated: bool
    level: float
    answered_share: float
    minimum_n: int
    n_interviews: int
    n_usable: int
    n_kept: int
    disposition_counts: Mapping[str, int]
    brands: tuple[str, ...]
    brand_counts: Mapping[str, int]
    waves: tuple[str, ...]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    screening: Screening
    scales: tuple[ScaleResult, ...]
    items: ItemStatistics
    items_by_brand: Mapping[str, ItemStatistics]
    scores: ScaleScores
    brand: NDArray[np.str_]
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def kept(self) -> NDArray[np.bool_]:
        """(n,) True for the interviews that entered the results."""
        return self.screening.kept

    @property
    def dimensions(self) -> tuple[ScaleResult, ...]:
        """The scales that are not outcomes."""
        return tuple(scale for scale in self.scales if not scale.outcome)

    def scale(self, scale: str) -> ScaleResult:
        """The result of one scale. Raises KeyError when there is none."""
        for result in self.scales:
            if result.scale == scale:
                return result
        raise KeyError(scale)

    def to_dict(self) -> dict[str, Any]:
        """Plain types for JSON; NaN becomes None."""
        return plain_fields(self)
