"""All brands in order of their estimate, the reader's own marked by shape, colour and weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.crowded_caterpillar import crowded_caterpillar
from reports.charts.estimates import expected, expected_key
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.narrow_caterpillar import narrow_caterpillar
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, OWN
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.ranked import RankedBrand, Ranking, Reference
from reports.charts.text_width import widest, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.legend import Key

__all__ = ["MOST_NAMED", "NAMES", "RankedBrand", "caterpillar"]

NAMES = 0.36
"""Share of the width that names may take."""

MOST_NAMED = 40
"""With more brands only the reader's own are named."""

MOST_STACKED = 20
"""Brands up to which names stand above their lines in a narrow chart, so that it fits a page."""

_SIZE = 8.0
_HEAD = 7.0
_TALLEST = 600.0
_HALF_PAGE = 285.0
_ROW = 16.0
_CLOSE_ROW = 12.0
_TWO_LINES = 2 * _SIZE * 1.15 + 6


def caterpillar(
    brands: Sequence[RankedBrand],
    *,
    title: str,
    reference: float | None = None,
    reference_label: str = "",
    axis: tuple[float, float] = (0, 100),
    width: float = 500,
    most_named: int = MOST_NAMED,
    legend: bool = True,
    language: str = "en",
) -> Chart:
    """Draw the brands from the highest estimate to the lowest, with `reference` as a dashed line.

    Rows grow thinner with many brands, so that two charts share a page while they can be read, and
    one never passes it; above `most_named` brands only the reader's own keep their names. A narrow
    chart prints estimates without their intervals, and names above their lines; without `legend` it
    leaves to the words beside it what its shapes are.
    """
    line = None if reference is None else Reference(reference, reference_label)
    ranking = Ranking(brands, line, width, language)
    if len(ranking.brands) > most_named:
        return crowded_caterpillar(ranking, title=title, axis=axis, legend=legend)
    if width < NARROW and len(ranking.brands) <= MOST_STACKED:
        return narrow_caterpillar(ranking, title=title, axis=axis, legend=legend)
    drawing = _Drawing(ranking, axis)
    return Chart.of(drawing, width, title, ranking.table())


class _Drawing:
    def __init__(self, ranking: Ranking, axis: tuple[float, float]) -> None:
        self.ranking = ranking
        self.brands = ranking.brands
        self.width = ranking.width
        room = self.width * NAMES
        count = max(len(self.brands), 1)
        self.row = min(_ROW, _TALLEST / count)
        close = _HALF_PAGE / count
        names = [brand.label for brand in self.brands]
        if close >= _CLOSE_ROW and widest(names, _SIZE, True) <= room:
            self.row = min(_ROW, close)
        self.size = min(_SIZE, self.row - 2)
        lines = 2 if self.row >= _ROW and count * _TWO_LINES <= _TALLEST else 1
        self.labels = [
            wrap(brand.label, room, self.size, brand.own, lines) for brand in self.brands
        ]
        left = widest([line for label in self.labels for line in label], self.size, bold=True)
        self.values = widest([ranking.value(brand) for brand in self.brands], self.size, bold=True)
        right = self.width - self.values - self._places_width() - 16
        self.axis = Axis(*axis, left + 16, right)
        self.heights = [self._row_height(label) for label in self.labels]
        self.legend = Legend(self._legend_entries(), self.width)
        self.bottom = 14.0 + (self.legend.height + 4 if self.legend.lines else 0)
        self.top = self.bottom + sum(self.heights)
        headed = ranking.reference is not None or ranking.has_places
        self.height = self.top + (14 if headed else 3)

    def _places_width(self) -> float:
        if not self.ranking.has_places:
            return 0.0
        cells = widest([self.ranking.places(brand) for brand in self.brands], self.size, True)
        return cells + 12

    def _row_height(self, label: tuple[str, ...]) -> float:
        lines = len(label)
        return max(self.row, lines * self.size * 1.15 + 6) if lines > 1 else self.row

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        behind: list[Primitive] = []
        brands: list[Primitive] = []
        y = self.top
        for brand, label, height in zip(self.brands, self.labels, self.heights, strict=True):
            y -= height
            middle = y + height / 2
            if brand.own:
                start, end = self.axis.start - 8, self.axis.end + 8
                behind.append(Rect(start, y, end - start, height, fill=OWN))
            ends = brand.band_low, brand.band_high
            behind += expected(self.axis, middle, *ends, self.row * 0.7)
            brands += [*self._brand(brand, middle), *self._words_beside(brand, label, middle)]
        grid = vertical_grid(self.axis, self.bottom, self.top, self.ranking.figures)
        return [*behind, *grid, *self._head(), *brands, *self.legend.shapes(self.axis.start)]

    def alt(self) -> str:
        """The chart in words, brands in drawn order."""
        said = self.ranking.sentences(list(enumerate(self.brands, 1)))
        return " ".join(f"{sentence}." for sentence in said)

    def _head(self) -> list[Primitive]:
        right = self.width
        shapes: list[Primitive] = []
        if self.ranking.has_places:
            head = self.ranking.places_head
            end = self.width - self.values - 8
            shapes.append(Text(end, self.top + 5, head, _HEAD, MUTED, "end"))
            right = end - widest([head], _HEAD) - 8
        return [*self.ranking.reference_line(self.axis, self.bottom, self.top, right), *shapes]

    def _brand(self, brand: RankedBrand, y: float) -> list[Primitive]:
        colour, stroke = (BLUE, 2.0) if brand.own else (MARK_GREY, 1.2)
        low, high = self.axis.place(brand.low), self.axis.place(brand.high)
        x = self.axis.place(brand.estimate)
        dot = mark("diamond", colour, x, y, 4.6) if brand.own else disc(colour, x, y, 3.4)
        return [Line(low, y, high, y, colour, stroke), *dot]

    def _words_beside(
        self, brand: RankedBrand, label: tuple[str, ...], y: float
    ) -> list[Primitive]:
        size = self.size
        baseline = y - size * 0.36
        first = baseline + (len(label) - 1) * size * 0.575
        shapes: list[Primitive] = [
            Text(0, first - place * size * 1.15, line, size, INK, bold=brand.own)
            for place, line in enumerate(label)
        ]
        places = self.ranking.places(brand)
        if places:
            end = self.width - self.values - 8
            shapes.append(Text(end, baseline, places, size, INK, "end", bold=brand.own))
        value = self.ranking.value(brand)
        return [*shapes, Text(self.width, baseline, value, size, INK, "end", bold=brand.own)]

    def _legend_entries(self) -> list[tuple[str, Key]]:
        if all(brand.band_low is None for brand in self.brands):
            return []
        return [(self.ranking.words("interval.expected"), expected_key)]
