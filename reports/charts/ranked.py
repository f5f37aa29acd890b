"""Brands in the order of their estimates, and what is printed and said of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.charts.palette import MUTED
from reports.charts.primitives import NARROW, Line, Primitive, Text
from reports.charts.text_width import fit, text_width
from reports.charts.words import chart_words
from reports.format import NOTHING, formatter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.charts.axis import Axis


@dataclass(frozen=True, slots=True)
class RankedBrand:
    """One brand's estimate with its interval; `own` marks the reader's.

    `rank_low` to `rank_high` are the places it may have, 1 the highest estimate, and `band_low` to
    `band_high` the range expected of it.
    """

    label: str
    estimate: float
    low: float
    high: float
    own: bool = False
    rank_low: int | None = None
    rank_high: int | None = None
    band_low: float | None = None
    band_high: float | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A value drawn as a dashed line, and its name."""

    value: float
    label: str = ""


class Ranking:
    """The brands from the highest estimate to the lowest with their words in one language."""

    def __init__(
        self,
        brands: Iterable[RankedBrand],
        reference: Reference | None,
        width: float,
        language: str,
    ) -> None:
        self.brands = sorted(brands, key=lambda brand: (-brand.estimate, brand.label))
        self.reference = reference
        self.width = width
        self.words = chart_words(language)
        self.figures = formatter(language)
        self.has_places = any(_range(brand) for brand in self.brands)

    @property
    def places_head(self) -> str:
        """The head of the column of places."""
        return self.words("rank.places", n=self.figures.count(len(self.brands)))

    def value(self, brand: RankedBrand) -> str:
        """Estimate and interval as printed; without the interval where there is little room."""
        estimate = self.figures.score(brand.estimate)
        if self.width < NARROW:
            return estimate
        return f"{estimate} ({self.figures.interval(brand.low, brand.high)})"

    def places(self, brand: RankedBrand) -> str:
        """The places a brand may have as printed: ``3–7``; nothing where they are not known."""
        ends = _range(brand)
        if ends is None:
            return ""
        return self.figures.count(ends[0]) if ends[0] == ends[1] else self._dash(*ends)

    def place_words(self, place: int, brand: RankedBrand) -> str:
        """The places a brand may have in words, or its place where no others are known."""
        ends = _range(brand) or (place, place)
        low, high, n = (self.figures.count(value) for value in (*ends, len(self.brands)))
        return self.words("rank.sure" if low == high else "rank.range", low=low, high=high, n=n)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Estimate with interval and places of each brand, in drawn order."""
        head = (self.words("interval.own"), *([self.places_head] if self.has_places else ()))
        rows = [
            (
                brand.label,
                f"{self.figures.score(brand.estimate)} "
                f"({self.figures.span(brand.low, brand.high)})",
                *([self.places(brand) or NOTHING] if self.has_places else ()),
            )
            for brand in self.brands
        ]
        return (head, *rows)

    def sentences(self, brands: Sequence[tuple[int, RankedBrand]]) -> list[str]:
        """What is said of each brand at its place, and of the reference."""
        said = [self._sentence(place, brand) for place, brand in brands]
        return said if self.reference is None else [*said, self._reference_name(self.reference)]

    def reference_line(
        self, axis: Axis, bottom: float, top: float, right: float
    ) -> list[Primitive]:
        """Return the dashed line of the reference with its name above it, left of `right`."""
        if self.reference is None:
            return []
        x = axis.place(self.reference.value)
        label = self._fitted(self.reference, right)
        half = text_width(label, 7) / 2
        middle = min(max(x, half), right - half)
        return [
            Line(x, bottom, x, top + 2, MUTED, 0.9, (3, 2.5)),
            Text(middle, top + 5, label, 7, MUTED, "middle"),
        ]

    def _dash(self, low: int, high: int) -> str:
        return self.figures.interval(low, high, 0)

    def _sentence(self, place: int, brand: RankedBrand) -> str:
        row = self.words(
            "interval.estimate",
            label=f"{brand.label} ({self.words('rank.own')})" if brand.own else brand.label,
            estimate=self.figures.score(brand.estimate),
            interval=self.figures.span(brand.low, brand.high),
        )
        said = [self.words("rank.place", place=self.figures.count(place), row=row)]
        if _range(brand) is not None:
            said.append(self.place_words(place, brand))
        if brand.band_low is not None and brand.band_high is not None:
            band = self.figures.span(brand.band_low, brand.band_high)
            name = self.words("interval.expected")
            said.append(self.words("interval.band", name=name, interval=band))
        return "; ".join(said)

    def _fitted(self, reference: Reference, room: float) -> str:
        """The name of the reference, cut where it must be, and its value, which is never cut."""
        value = text_width(f" {self.figures.score(reference.value)}", 7)
        return self._reference_name(replace(reference, label=fit(reference.label, room - value, 7)))

    def _reference_name(self, reference: Reference) -> str:
        value = self.figures.score(reference.value)
        return self.words("rank.reference", name=reference.label, value=value).strip()


def _range(brand: RankedBrand) -> tuple[int, int] | None:
    if brand.rank_low is None or brand.rank_high is None:
        return None
    return brand.rank_low, brand.rank_high
