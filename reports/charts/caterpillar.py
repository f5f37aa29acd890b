"""All brands in order of their estimate, the reader's own marked by shape, colour and weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.marks import disc, mark
from reports.charts.palette import INK, MARK_GREY, MUTED, PANEL, VERMILLION
from reports.charts.primitives import Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width, widest
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

_SIZE = 8.0
_TALLEST = 600.0
_ROW = 16.0
_LABELLED_ROW = 9.0


@dataclass(frozen=True, slots=True)
class RankedBrand:
    """One brand's estimate with its interval; `own` marks the reader's."""

    label: str
    estimate: float
    low: float
    high: float
    own: bool = False


def caterpillar(
    brands: Sequence[RankedBrand],
    *,
    title: str,
    reference: float | None = None,
    reference_label: str = "",
    axis: tuple[float, float] = (0, 100),
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw the brands from the highest estimate to the lowest, with `reference` as a dashed line.

    Rows grow thinner with many brands, so that the chart never passes a page; under 9 points a
    row only the reader's own brand keeps its label.
    """
    ranked = sorted(brands, key=lambda brand: (-brand.estimate, brand.label))
    drawing = _Drawing(ranked, reference, reference_label, axis, width, language)
    return Chart(width, drawing.height, title, drawing.alt(), tuple(drawing.primitives()))


class _Drawing:
    def __init__(
        self,
        ranked: list[RankedBrand],
        reference: float | None,
        reference_label: str,
        axis: tuple[float, float],
        width: float,
        language: str,
    ) -> None:
        self.ranked = ranked
        self.reference = reference
        self.reference_label = reference_label
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.row = min(_ROW, _TALLEST / max(len(ranked), 1))
        self.size = min(_SIZE, max(self.row - 2, 6.5))
        labels = [brand.label for brand in self._labelled()]
        self.label_width = min(widest(labels, self.size, bold=True), width * 0.34)
        self.value_width = widest([self._value(brand) for brand in ranked], self.size, bold=True)
        self.axis = Axis(*axis, self.label_width + 16, width - self.value_width - 16)
        self.bottom = 14.0
        self.top = self.bottom + self.row * len(ranked)
        self.height = self.top + (14 if reference is not None else 3)

    def primitives(self) -> list[Primitive]:
        shapes: list[Primitive] = []
        for place, brand in enumerate(self.ranked):
            if brand.own:
                y = self.top - (place + 1) * self.row
                shapes.append(Rect(0, y, self.width, self.row, fill=PANEL))
        shapes += vertical_grid(self.axis, self.bottom, self.top, self.figures)
        shapes += self._reference()
        for place, brand in enumerate(self.ranked):
            shapes += self._brand(brand, self.top - (place + 0.5) * self.row)
        return shapes

    def alt(self) -> str:
        """The chart in words, brands in drawn order."""
        sentences = [self._words(place, brand) for place, brand in enumerate(self.ranked, 1)]
        if self.reference is not None:
            value = self.figures.score(self.reference)
            name = self.reference_label
            sentences.append(self.words("rank.reference", name=name, value=value))
        return " ".join(f"{sentence}." for sentence in sentences)

    def _labelled(self) -> list[RankedBrand]:
        everyone = self.row >= _LABELLED_ROW
        return [brand for brand in self.ranked if brand.own or everyone]

    def _value(self, brand: RankedBrand) -> str:
        interval = self.figures.interval(brand.low, brand.high)
        return f"{self.figures.score(brand.estimate)}  ({interval})"

    def _reference(self) -> list[Primitive]:
        if self.reference is None:
            return []
        x = self.axis.place(self.reference)
        label = fit(self.reference_label, self.width, 7)
        half = text_width(label, 7) / 2
        middle = min(max(x, half), self.width - half)
        return [
            Line(x, self.bottom, x, self.top + 2, MUTED, 0.9, (3, 2.5)),
            Text(middle, self.top + 5, label, 7, MUTED, "middle"),
        ]

    def _brand(self, brand: RankedBrand, y: float) -> list[Primitive]:
        colour, stroke = (VERMILLION, 2.0) if brand.own else (MARK_GREY, 1.2)
        low, high = self.axis.place(brand.low), self.axis.place(brand.high)
        x, radius = self.axis.place(brand.estimate), min(3.4, self.row * 0.4)
        shapes: list[Primitive] = [Line(low, y, high, y, colour, min(stroke, self.row * 0.4))]
        own = mark("diamond", colour, x, y, radius * 1.35)
        shapes += own if brand.own else disc(colour, x, y, radius)
        if brand.own or self.row >= _LABELLED_ROW:
            baseline = y - self.size * 0.36
            label = fit(brand.label, self.label_width + 0.1, self.size, brand.own)
            value = self._value(brand)
            shapes.append(Text(4, baseline, label, self.size, INK, bold=brand.own))
            shapes.append(
                Text(self.width - 4, baseline, value, self.size, INK, "end", bold=brand.own)
            )
        return shapes

    def _words(self, place: int, brand: RankedBrand) -> str:
        row = self.words(
            "interval.estimate",
            label=f"{brand.label} ({self.words('rank.own')})" if brand.own else brand.label,
            estimate=self.figures.score(brand.estimate),
            interval=self.figures.span(brand.low, brand.high),
        )
        return self.words("rank.place", place=place, row=row)
