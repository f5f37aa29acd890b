"""All brands in order of their estimate, the reader's own marked by shape, colour and weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, OWN
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width, widest, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

_SIZE = 8.0
_TALLEST = 600.0
_HALF_PAGE = 285.0
_ROW = 16.0
_CLOSE_ROW = 12.0
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

    Rows grow thinner with many brands, so that two charts share a page while they can be read, and
    one never passes it; under 9 points a row only the reader's own brand keeps its label. A narrow
    chart prints estimates without their intervals.
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
        room = width * 0.36
        self.row = min(_ROW, _TALLEST / max(len(ranked), 1))
        close = _HALF_PAGE / max(len(ranked), 1)
        if close >= _CLOSE_ROW and widest([brand.label for brand in ranked], _SIZE, True) <= room:
            self.row = min(_ROW, close)
        self.size = min(_SIZE, max(self.row - 2, 6.5))
        labelled = [brand for brand in ranked if brand.own or self.row >= _LABELLED_ROW]
        lines = 2 if self.row >= _ROW else 1
        self.labels = {
            id(brand): wrap(brand.label, room, self.size, brand.own, lines) for brand in labelled
        }
        self.label_width = widest(
            [line for label in self.labels.values() for line in label], self.size, bold=True
        )
        self.value_width = widest([self._value(brand) for brand in ranked], self.size, bold=True)
        self.axis = Axis(*axis, self.label_width + 16, width - self.value_width - 16)
        self.heights = [self._row_height(brand) for brand in ranked]
        self.bottom = 14.0
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + (14 if reference is not None else 3)

    def _row_height(self, brand: RankedBrand) -> float:
        lines = len(self.labels.get(id(brand), ("",)))
        return max(self.row, lines * self.size * 1.15 + 6) if lines > 1 else self.row

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        behind: list[Primitive] = []
        brands: list[Primitive] = []
        y = self.top
        for brand, height in zip(self.ranked, self.heights, strict=True):
            y -= height
            if brand.own:
                start, end = self.axis.start - 8, self.axis.end + 8
                behind.append(Rect(start, y, end - start, height, fill=OWN))
            brands += self._brand(brand, y + height / 2)
        grid = vertical_grid(self.axis, self.bottom, self.top, self.figures)
        return [*behind, *grid, *self._reference(), *brands]

    def alt(self) -> str:
        """The chart in words, brands in drawn order."""
        sentences = [self._words(place, brand) for place, brand in enumerate(self.ranked, 1)]
        if self.reference is not None:
            sentences.append(self._reference_name())
        return " ".join(f"{sentence}." for sentence in sentences)

    def _value(self, brand: RankedBrand) -> str:
        if self.width < NARROW:
            return self.figures.score(brand.estimate)
        interval = self.figures.interval(brand.low, brand.high)
        return f"{self.figures.score(brand.estimate)} ({interval})"

    def _reference(self) -> list[Primitive]:
        if self.reference is None:
            return []
        x = self.axis.place(self.reference)
        label = fit(self._reference_name(), self.width, 7)
        half = text_width(label, 7) / 2
        middle = min(max(x, half), self.width - half)
        return [
            Line(x, self.bottom, x, self.top + 2, MUTED, 0.9, (3, 2.5)),
            Text(middle, self.top + 5, label, 7, MUTED, "middle"),
        ]

    def _brand(self, brand: RankedBrand, y: float) -> list[Primitive]:
        colour, stroke = (BLUE, 2.0) if brand.own else (MARK_GREY, 1.2)
        low, high = self.axis.place(brand.low), self.axis.place(brand.high)
        x, radius = self.axis.place(brand.estimate), min(3.4, self.row * 0.4)
        shapes: list[Primitive] = [Line(low, y, high, y, colour, min(stroke, self.row * 0.4))]
        own = mark("diamond", colour, x, y, radius * 1.35)
        shapes += own if brand.own else disc(colour, x, y, radius)
        if id(brand) in self.labels:
            shapes += self._words_beside(brand, y)
        return shapes

    def _words_beside(self, brand: RankedBrand, y: float) -> list[Primitive]:
        size, lines = self.size, self.labels[id(brand)]
        baseline = y - size * 0.36
        first = baseline + (len(lines) - 1) * size * 0.575
        return [
            *(
                Text(0, first - place * size * 1.15, line, size, INK, bold=brand.own)
                for place, line in enumerate(lines)
            ),
            Text(self.width, baseline, self._value(brand), size, INK, "end", bold=brand.own),
        ]

    def _reference_name(self) -> str:
        value = self.figures.score(self.reference)
        return self.words("rank.reference", name=self.reference_label, value=value).strip()

    def _words(self, place: int, brand: RankedBrand) -> str:
        row = self.words(
            "interval.estimate",
            label=f"{brand.label} ({self.words('rank.own')})" if brand.own else brand.label,
            estimate=self.figures.score(brand.estimate),
            interval=self.figures.span(brand.low, brand.high),
        )
        return self.words("rank.place", place=place, row=row)
