"""Brands in a narrow chart: the name of each above its line, which has the whole width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.estimates import expected, expected_key
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, OWN
from reports.charts.primitives import Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import text_width, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.ranked import RankedBrand, Ranking

_SIZE, _LINE, _HEAD = 7.6, 9.0, 7.0
_FEW = 8
_BAND, _CLOSE_BAND = 9.5, 7.0
"""Points that a line takes below its name; less where there are more than 8 brands."""
_INSET = 6.0
_GAP = 8.0


def narrow_caterpillar(
    ranking: Ranking, *, title: str, axis: tuple[float, float], legend: bool
) -> Chart:
    """Draw the brands from the highest estimate to the lowest, each in two storeys."""
    drawing = _Drawing(ranking, axis, legend)
    return Chart.of(drawing, ranking.width, title, ranking.table())


class _Drawing:
    def __init__(self, ranking: Ranking, axis: tuple[float, float], legend: bool) -> None:
        self.ranking = ranking
        self.width = ranking.width
        brands = ranking.brands
        self.band = _BAND if len(brands) <= _FEW else _CLOSE_BAND
        self.values = widest([ranking.value(brand) for brand in brands], _SIZE, bold=True)
        self.labels = [
            wrap(brand.label, self._name_room(brand), _SIZE, brand.own, 3) for brand in brands
        ]
        self.axis = Axis(*axis, _INSET, self.width - _INSET)
        self.heights = [len(label) * _LINE + self.band + 1.0 for label in self.labels]
        known = any(brand.band_low is not None for brand in brands)
        entries = [(ranking.words("interval.expected"), expected_key)] if known and legend else []
        self.legend = Legend(entries, self.width)
        self.bottom = 14.0 + (self.legend.height + 4 if entries else 0)
        self.top = self.bottom + sum(self.heights)
        headed = ranking.reference is not None or ranking.has_places
        self.height = self.top + (14 if headed else 3)

    def _name_room(self, brand: RankedBrand) -> float:
        places = text_width(self.ranking.places(brand), _SIZE, bold=True)
        return self.width - self.values - _GAP - (places + _GAP if places else 0.0)

    def primitives(self) -> Iterator[Primitive]:
        """Everything drawn, from back to front."""
        yield from self._head()
        grid = vertical_grid(self.axis, self.bottom, self.top, self.ranking.figures)
        yield from (shape for shape in grid if isinstance(shape, Text))
        lines = [shape for shape in grid if isinstance(shape, Line)]
        top = self.top
        rows = zip(self.ranking.brands, self.labels, self.heights, strict=True)
        for brand, label, height in rows:
            top -= height
            if brand.own:
                yield Rect(0, top, self.width, height, fill=OWN)
            middle = top + self.band / 2 + 0.5
            yield from expected(self.axis, middle, brand.band_low, brand.band_high, self.band - 1.0)
            # Lines of the grid stop below the names, so that no letter is crossed.
            for line in lines:
                yield Line(line.x1, top, line.x1, top + self.band, line.stroke, line.width)
            yield from self._reference(top)
            yield from self._brand(brand, middle)
            yield from self._words(brand, label, top + height)
        yield from self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words, brands in drawn order."""
        said = self.ranking.sentences(list(enumerate(self.ranking.brands, 1)))
        return " ".join(f"{sentence}." for sentence in said)

    def _head(self) -> Iterator[Primitive]:
        right = self.width
        if self.ranking.has_places:
            head = self.ranking.places_head
            end = self.width - self.values - _GAP
            yield Text(end, self.top + 5, head, _HEAD, MUTED, "end")
            right = end - widest([head], _HEAD) - _GAP
        shapes = self.ranking.reference_line(self.axis, self.bottom, self.top, right)
        yield from (shape for shape in shapes if isinstance(shape, Text))

    def _reference(self, bottom: float) -> Iterator[Primitive]:
        if self.ranking.reference is not None:
            x = self.axis.place(self.ranking.reference.value)
            yield Line(x, bottom, x, bottom + self.band, INK, 1.0)

    def _brand(self, brand: RankedBrand, y: float) -> Iterator[Primitive]:
        colour, stroke = (BLUE, 2.0) if brand.own else (MARK_GREY, 1.2)
        low, high = self.axis.place(brand.low), self.axis.place(brand.high)
        yield Line(low, y, high, y, colour, stroke)
        x = self.axis.place(brand.estimate)
        yield from mark("diamond", colour, x, y, 4.0) if brand.own else disc(colour, x, y, 2.9)

    def _words(self, brand: RankedBrand, label: tuple[str, ...], top: float) -> Iterator[Primitive]:
        first = top - _SIZE
        for place, line in enumerate(label):
            yield Text(0, first - place * _LINE, line, _SIZE, INK, bold=brand.own)
        places = self.ranking.places(brand)
        if places:
            end = self.width - self.values - _GAP
            yield Text(end, first, places, _SIZE, INK, "end", bold=brand.own)
        value = self.ranking.value(brand)
        yield Text(self.width, first, value, _SIZE, INK, "end", bold=brand.own)
