"""Brands by engagement and satisfaction, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

PARTS = ("engaged", "both", "neither", "satisfied")
"""The four parts between the means: at the left and the right above, then below."""


@dataclass(frozen=True, slots=True)
class Score:
    """A mean with its interval, where it is known."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class BrandScores:
    """One brand's satisfaction and engagement; `own` marks the reader's."""

    label: str
    satisfaction: Score
    engagement: Score
    own: bool = False

    @property
    def both(self) -> tuple[Score, Score]:
        """Satisfaction, then engagement."""
        return self.satisfaction, self.engagement


class BrandScoresWords:
    """The reader's own brands from the most engaged on, the others, and their words."""

    def __init__(
        self,
        brands: Sequence[BrandScores],
        means: tuple[float, float] | None,
        means_label: str,
        language: str,
    ) -> None:
        self.own = sorted((b for b in brands if b.own), key=lambda b: -b.engagement.value)
        self.others = [brand for brand in brands if not brand.own]
        self.means = means
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.means_name = means_label or self.words("standing.name")

    def alt(self) -> str:
        """The means, the reader's own brands, and how far the others reach, in words."""
        said = []
        if self.means is not None:
            satisfaction, engagement = map(self.figures.score, self.means)
            said.append(
                self.words(
                    "standing.means",
                    name=self.means_name,
                    satisfaction=satisfaction,
                    engagement=engagement,
                )
            )
        said += [self._own_words(brand) for brand in self.own]
        if self.others:
            said.append(
                self.words(
                    "standing.others",
                    count=len(self.others),
                    n=self.figures.count(len(self.others)),
                    satisfaction=self._reach([b.satisfaction.value for b in self.others]),
                    engagement=self._reach([b.engagement.value for b in self.others]),
                )
            )
        return " ".join(f"{sentence}." for sentence in said)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Both scores of the reader's own brands with their intervals."""
        heads = self.words("standing.satisfaction"), self.words("standing.engagement")
        return (heads, *((b.label, *map(self._cell, b.both)) for b in self.own))

    def _cell(self, score: Score) -> str:
        value = self.figures.score(score.value)
        if score.low is None or score.high is None:
            return value
        return f"{value} ({self.figures.span(score.low, score.high)})"

    def _own_words(self, brand: BrandScores) -> str:
        key = "standing.brand" if self.means is None else "standing.placed"
        return self.words(
            key,
            label=brand.label,
            satisfaction=self._score_words(brand.satisfaction),
            engagement=self._score_words(brand.engagement),
            part=self._part(brand),
        )

    def _part(self, brand: BrandScores) -> str:
        if self.means is None:
            return ""
        right = brand.satisfaction.value >= self.means[0]
        above = brand.engagement.value >= self.means[1]
        return self.words(f"standing.{PARTS[right + 2 * (not above)]}")

    def _score_words(self, score: Score) -> str:
        value = self.figures.score(score.value)
        if score.low is None or score.high is None:
            return value
        interval = self.figures.span(score.low, score.high)
        return self.words("standing.figure", value=value, interval=interval)

    def _reach(self, values: list[float]) -> str:
        if len(values) == 1:
            return self.figures.score(values[0])
        return self.figures.span(min(values), max(values))
