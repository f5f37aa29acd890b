"""More brands than can be named: all of them in order, only the reader's own with their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.axis import Axis, vertical_grid
from reports.charts.estimates import expected, expected_key
from reports.charts.legend import Legend
from reports.charts.marks import mark
from reports.charts.palette import BLUE, GRID, INK, MARK_GREY, MUTED
from reports.charts.primitives import NARROW, Chart, Line, Polygon, Polyline, Primitive, Text
from reports.charts.spread import spread
from reports.charts.text_width import fit, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.legend import Key
    from reports.charts.ranked import RankedBrand, Ranking

_PLOT, _LOW_PLOT = 150.0, 116.0
_TALLEST = 600.0
_LEAST_ROW = 1.2
_SIZE, _LINE = 8.0, 9.2
_HEAD = 7.0
_GAP = 2.0
_BESIDE = 8.0


def crowded_caterpillar(
    ranking: Ranking, *, title: str, axis: tuple[float, float], legend: bool = True
) -> Chart:
    """Draw a thin line for each brand, at most 150 points high unless the own names need more.

    Where lines would stand closer than 1.2 points, the intervals of the others become one shape
    between the lowest and the highest bound of neighbouring brands, the line in it their mean. A
    narrow chart of one own brand names it above the plot.
    """
    own = sum(brand.own for brand in ranking.brands)
    compact = ranking.width < NARROW and own == 1
    drawing = _Compact(ranking, axis, legend) if compact else _Drawing(ranking, axis)
    return Chart.of(drawing, ranking.width, title, ranking.table())


class _Drawing:
    def __init__(self, ranking: Ranking, axis: tuple[float, float]) -> None:
        self.ranking = ranking
        self.width = ranking.width
        placed = enumerate(ranking.brands, 1)
        self.own = [(place, brand) for place, brand in placed if brand.own]
        lines = 2 if len(self.own) * 2 * _LINE <= _PLOT else 1
        self.named = self.own[: int(_TALLEST / (_LINE + _GAP))]
        room = self.width * 0.34
        self.labels = [wrap(b.label, room, _SIZE, True, lines) for _, b in self.named]
        self.heights = [len(label) * _LINE + _GAP for label in self.labels]
        left = widest([line for label in self.labels for line in label], _SIZE, bold=True)
        own = [brand for _, brand in self.named]
        self.values = widest([ranking.value(brand) for brand in own], _SIZE, bold=True)
        self.place_room = widest([self._place(*each) for each in self.named], _SIZE, bold=True)
        right = self.width - self.values - self.place_room - (36 if own else 6)
        self.axis = Axis(*axis, left + 24 if own else 8.0, right)
        plot = max(_PLOT, sum(self.heights))
        self.row = plot / len(ranking.brands)
        self.legend = Legend(list(self._legend_entries()), self.width)
        self.bottom = 18.0 + self.legend.height
        self.rows = Axis(0, len(ranking.brands), self.bottom + plot, self.bottom)
        self.height = self.bottom + plot + 14

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        top = self.rows.start
        grid = vertical_grid(self.axis, self.bottom, top, self.ranking.figures)
        others = self._lines() if self.row >= _LEAST_ROW else self._envelope()
        marked = [*self._head(), *self._own(), *self._names()]
        return [*grid, *others, *marked, *self.legend.shapes(0)]

    def alt(self) -> str:
        """All brands in a sentence, then the reader's own and the reference."""
        figures, brands = self.ranking.figures, self.ranking.brands
        summary = self.ranking.words(
            "rank.crowd",
            count=len(brands),
            n=figures.count(len(brands)),
            low=figures.score(brands[-1].estimate),
            high=figures.score(brands[0].estimate),
        )
        said = [summary, *self.ranking.sentences(self.own)]
        return " ".join(f"{sentence}." for sentence in said)

    def _row(self, place: int) -> float:
        return self.rows.place(place - 0.5)

    def _lines(self) -> Iterator[Primitive]:
        for place, brand in enumerate(self.ranking.brands, 1):
            if not brand.own:
                y = self._row(place)
                low, high = self.axis.place(brand.low), self.axis.place(brand.high)
                yield Line(low, y, high, y, MARK_GREY, min(0.9, self.row * 0.5))
        yield self._estimates(1)

    def _envelope(self) -> Iterator[Primitive]:
        most = int((self.rows.start - self.bottom) / (2 * _LEAST_ROW))
        step = -(-len(self.ranking.brands) // most)
        left: list[tuple[float, float]] = []
        right: list[tuple[float, float]] = []
        for start, brands in self._binned(step):
            y = self.rows.place(start + len(brands) / 2)
            left.append((self.axis.place(min(brand.low for brand in brands)), y))
            right.append((self.axis.place(max(brand.high for brand in brands)), y))
        yield Polygon((*left, *reversed(right)), GRID)
        yield self._estimates(step)

    def _estimates(self, step: int) -> Polyline:
        points = []
        for start, brands in self._binned(step):
            mean = sum(brand.estimate for brand in brands) / len(brands)
            points.append((self.axis.place(mean), self.rows.place(start + len(brands) / 2)))
        return Polyline(tuple(points), MUTED, 1.2)

    def _binned(self, step: int) -> Iterator[tuple[int, list[RankedBrand]]]:
        for start in range(0, len(self.ranking.brands), step):
            yield start, self.ranking.brands[start : start + step]

    def _head(self) -> list[Primitive]:
        top, right = self.rows.start, self.width
        shapes: list[Primitive] = []
        if self.named:
            end = self.width - self.values - 8
            head = fit(self.ranking.places_head, self.width / 2, _HEAD)
            shapes.append(Text(end, top + 5, head, _HEAD, MUTED, "end"))
            right = end - widest([head], _HEAD) - 8
        return [*self.ranking.reference_line(self.axis, self.bottom, top, right), *shapes]

    def _own(self) -> Iterator[Primitive]:
        for place, brand in self.own:
            ends = brand.band_low, brand.band_high
            yield from expected(self.axis, self._row(place), *ends, 7)
        for place, brand in self.own:
            y, x = self._row(place), self.axis.place(brand.estimate)
            low, high = self.axis.place(brand.low), self.axis.place(brand.high)
            yield Line(low, y, high, y, BLUE, 2.0)
            yield from mark("diamond", BLUE, x, y, 4.2)

    def _names(self) -> Iterator[Primitive]:
        """Names and figures beside their rows, moved apart where rows are closer than words."""
        wanted = [self._row(place) for place, _ in self.named]
        middles = spread(wanted, self.heights, self.bottom, self.rows.start)
        for (place, brand), label, row, y in zip(
            self.named, self.labels, wanted, middles, strict=True
        ):
            first = y + (len(label) - 1) * _LINE / 2 - _SIZE * 0.36
            for above, line in enumerate(label):
                yield Text(0, first - above * _LINE, line, _SIZE, INK, bold=True)
            start, end, right = self.axis.start, self.axis.end, self.width - self.values - 8
            low, high = self.axis.place(brand.low), self.axis.place(brand.high)
            yield Polyline(((start - 16, y), (start - 4, row), (low, row)), MARK_GREY, 0.5)
            yield Polyline(((high, row), (end + 4, row), (end + 14, y)), MARK_GREY, 0.5)
            baseline = y - _SIZE * 0.36
            yield Text(right, baseline, self._place(place, brand), _SIZE, INK, "end", bold=True)
            value = self.ranking.value(brand)
            yield Text(self.width, baseline, value, _SIZE, INK, "end", bold=True)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        if self.row >= _LEAST_ROW:
            yield self.ranking.words("rank.lines"), _lines_key
        else:
            yield self.ranking.words("rank.envelope"), _envelope_key
        if any(brand.band_low is not None for _, brand in self.own):
            yield self.ranking.words("interval.expected"), expected_key

    def _place(self, place: int, brand: RankedBrand) -> str:
        return self.ranking.places(brand) or self.ranking.figures.count(place)


class _Compact(_Drawing):
    """The only own brand with its words above a plot as wide as the chart."""

    def __init__(self, ranking: Ranking, axis: tuple[float, float], legend: bool) -> None:
        super().__init__(ranking, axis)
        if not legend:
            self.legend = Legend([], self.width)
            self.bottom = 14.0
        room = self.width - self.values - _BESIDE
        self.labels = [wrap(brand.label, room, _SIZE, True, 3) for _, brand in self.named]
        self.axis = Axis(*axis, 6.0, self.width - 6.0)
        self.row = _LOW_PLOT / len(ranking.brands)
        top = self.bottom + _LOW_PLOT
        self.rows = Axis(0, len(ranking.brands), top, self.bottom)
        self.height = top + 16 + (len(self.labels[0]) + 1) * _LINE

    def _head(self) -> list[Primitive]:
        top = self.rows.start
        ((place, _),) = self.own
        y = self._row(place)
        start, end = self.axis.start, self.axis.end
        return [
            Line(start, y, end, y, BLUE, 0.4),
            *self.ranking.reference_line(self.axis, self.bottom, top, self.width),
        ]

    def _names(self) -> Iterator[Primitive]:
        ((place, brand),), (label,) = self.named, self.labels
        first = self.height - _SIZE
        for below, line in enumerate(label):
            yield Text(0, first - below * _LINE, line, _SIZE, INK, bold=True)
        places = fit(self.ranking.place_words(place, brand), self.width, _HEAD)
        yield Text(0, first - len(label) * _LINE, places, _HEAD, MUTED)
        value = self.ranking.value(brand)
        yield Text(self.width, first, value, _SIZE, INK, "end", bold=True)


def _lines_key(x: float, y: float) -> list[Primitive]:
    rows = [(x + 3 + 2 * place, y + 2.5 * place) for place in (-1, 0, 1)]
    lines = [Line(left, row, left + 12, row, MARK_GREY, 0.9) for left, row in rows]
    return [*lines, Polyline(((x + 7, y - 3.5), (x + 11, y + 3.5)), MUTED, 1.2)]


def _envelope_key(x: float, y: float) -> list[Primitive]:
    corners = ((x + 4, y + 4), (x, y - 4), (x + 14, y - 4), (x + 18, y + 4))
    return [Polygon(corners, GRID), Polyline(((x + 7, y - 4), (x + 11, y + 4)), MUTED, 1.2)]
