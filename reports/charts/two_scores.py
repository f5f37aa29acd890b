"""Where engagement and satisfaction part: every brand by both, the reader's own named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE, Axis, decimals, fitted, vertical_grid
from reports.charts.brand_scores import PARTS, BrandScores, BrandScoresWords, Score
from reports.charts.label_places import Place, around, around_line, place_labels
from reports.charts.legend import Legend
from reports.charts.marks import mark
from reports.charts.palette import BLUE, GRID, INK, MARK_GREY, MUTED
from reports.charts.primitives import Anchor, Chart, Circle, Line, Primitive, Text
from reports.charts.spread import spread
from reports.charts.text_width import fit, widest, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.label_places import Point
    from reports.charts.legend import Key
    from reports.format import Formatter

__all__ = ["BrandScores", "Score", "two_scores"]

_SIZE, _LINE = 8.0, 9.4
_GAP = 2.5
_SMALL, _SMALL_LINE = 7.0, 8.6
_DOT = 1.9
_PLOT = 250.0
_LEAST_SPAN = 30.0
_MARK = 5.0
_SHARE = 0.3
"""Of the width, the most that a name may take beside the plot."""


def two_scores(
    brands: Sequence[BrandScores],
    *,
    title: str,
    means: tuple[float, float] | None = None,
    means_label: str = "",
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw satisfaction to the right and engagement upwards, own brands with crossed intervals.

    `means` are the category's satisfaction and engagement, drawn as dashed lines; the four parts
    between them are named above and below the plot. Own brands are named beside their marks; where
    not all of them find room without touching a dot, in a column at the right.
    """
    drawing = _Drawing(brands, means, means_label, width, language)
    return Chart(
        width,
        drawing.height,
        title,
        drawing.said.alt(),
        tuple(drawing.primitives()),
        figures=drawing.said.table(),
    )


class _Drawing:
    def __init__(
        self,
        brands: Sequence[BrandScores],
        means: tuple[float, float] | None,
        means_label: str,
        width: float,
        language: str,
    ) -> None:
        self.said = BrandScoresWords(brands, means, means_label, language)
        self.own, self.others = self.said.own, self.said.others
        self.means = means
        self.width = width
        self.words, self.figures = self.said.words, self.said.figures
        self.legend = Legend(list(self._legend_entries()), width)
        self.size = max(min(_PLOT, width * 0.8), len(self.own) * (_LINE + _GAP))
        lines = 2 if len(self.own) * (2 * _LINE + _GAP) <= self.size else 1
        self.names = [wrap(brand.label, width * _SHARE, _SIZE, True, lines) for brand in self.own]
        self.widths = [widest(name, _SIZE, bold=True) for name in self.names]
        drawn = [v for b in brands for v in _drawn(b, b.satisfaction)]
        self.across = fitted([*drawn, *(means or ())[:1]], _LEAST_SPAN)
        drawn = [v for b in brands for v in _drawn(b, b.engagement)]
        self.upwards = fitted([*drawn, *(means or ())[1:]], _LEAST_SPAN)
        ticks = [text for _, text in _labels(self.upwards, self.figures)]
        self.left = widest(ticks, TICK_SIZE) + 9
        self._lay_out(width - 8)
        places = self._places()
        if places is None:
            self._lay_out(width - max(self.widths) - 24)
            places = self._column()
        self.places = places

    def _lay_out(self, right: float) -> None:
        """Put the plot between the words around it, its right edge at `right`."""
        self.x = Axis(*self.across, self.left, right)
        self.beside = right < self.width - 8
        self.corners = self._corners()
        above, below = (max(map(len, self.corners[side : side + 2])) for side in (0, 2))
        bottom = self.legend.height + 27 + _SMALL_LINE * below
        self.y = Axis(*self.upwards, bottom, bottom + self.size)
        self.height = self.y.end + 9 + _SMALL_LINE * (above + 1)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes = [*self._grid(), *self._words_around()]
        for brand in self.others:
            x, y = self._point(brand)
            shapes.append(Circle(x, y, _DOT, fill=MARK_GREY))
        for brand, name, width, place in zip(
            self.own, self.names, self.widths, self.places, strict=True
        ):
            if place.apart:
                shapes.append(_leader(self._point(brand), place, width, len(name) * _LINE))
            first = place.y + (len(name) - 1) * _LINE / 2 - _SIZE * 0.36
            for number, line in enumerate(name):
                shapes.append(Text(place.x, first - number * _LINE, line, _SIZE, INK, bold=True))
        for brand in self.own:
            shapes += self._own(brand)
        return shapes + self.legend.shapes(0)

    def _point(self, brand: BrandScores) -> Point:
        return self.x.place(brand.satisfaction.value), self.y.place(brand.engagement.value)

    def _places(self) -> list[Place] | None:
        points = [self._point(brand) for brand in self.own]
        room = self.x.start, self.y.start, self.x.end, self.y.end
        heights = (len(name) * _LINE for name in self.names)
        sizes = list(zip(self.widths, heights, strict=True))
        dots = [around(*self._point(brand), _DOT) for brand in self.others]
        marks = [around(*point, _MARK) for point in points]
        crosses = [around_line(line) for brand in self.own for line in self._cross(brand)]
        means = [around_line(line) for line in self._mean_lines()]
        return place_labels(points, sizes, [*dots, *marks, *crosses, *means], room)

    def _column(self) -> list[Place]:
        """Names right of the plot in the order of engagement, each with a line to its mark."""
        wanted = [self._point(brand)[1] for brand in self.own]
        heights = [len(name) * _LINE + _GAP for name in self.names]
        middles = spread(wanted, heights, self.y.start, self.y.end)
        return [Place(self.x.end + 16, middle, apart=True) for middle in middles]

    def _grid(self) -> Iterator[Primitive]:
        yield from vertical_grid(self.x, self.y.start, self.y.end, self.figures)
        for tick, text in _labels((self.y.low, self.y.high), self.figures):
            y = self.y.place(tick)
            yield Line(self.x.start, y, self.x.end, y, GRID, 0.6)
            yield Text(self.x.start - 5, y - 2.5, text, TICK_SIZE, MUTED, "end")
        yield from self._mean_lines()

    def _mean_lines(self) -> list[Line]:
        if self.means is None:
            return []
        x, y = self.x.place(self.means[0]), self.y.place(self.means[1])
        return [
            Line(x, self.y.start, x, self.y.end, MUTED, 0.9, (3, 2.5)),
            Line(self.x.start, y, self.x.end, y, MUTED, 0.9, (3, 2.5)),
        ]

    def _corners(self) -> list[tuple[str, ...]]:
        """The lines that name the four parts, at the left and the right above, then below."""
        if self.means is None:
            return [()] * 4
        names = [self.words(f"standing.{part}") for part in PARTS]
        middle = (self.x.start + self.x.end) / 2
        rooms = (middle, self.width - middle) if self.beside else (middle - self.x.start,) * 2
        return [wrap(name, rooms[place % 2] - 6, _SMALL) for place, name in enumerate(names)]

    def _sides(self) -> tuple[tuple[float, Anchor], tuple[float, Anchor]]:
        """Where the names of parts begin or end; they may stand above names beside the plot."""
        if self.beside:
            return (0.0, "start"), ((self.x.start + self.x.end) / 2 + 6, "start")
        return (self.x.start, "start"), (self.x.end, "end")

    def _words_around(self) -> Iterator[Primitive]:
        for place, lines in enumerate(self.corners):
            x, anchor = self._sides()[place % 2]
            for number, line in enumerate(lines):
                above = self.y.end + 7 + (len(lines) - 1 - number) * _SMALL_LINE
                below = self.y.start - 20 - number * _SMALL_LINE
                yield Text(x, above if place < 2 else below, line, _SMALL, INK, anchor)
        title = fit(self.words("standing.engagement"), self.width, _SMALL)
        yield Text(0, self.height - _SMALL, title, _SMALL, MUTED)
        middle = (self.x.start + self.x.end) / 2
        title = fit(self.words("standing.satisfaction"), self.x.end - self.x.start, _SMALL)
        yield Text(middle, self.legend.height + 6, title, _SMALL, MUTED, "middle")

    def _cross(self, brand: BrandScores) -> Iterator[Line]:
        x, y = self._point(brand)
        level, upright = brand.satisfaction, brand.engagement
        if level.low is not None and level.high is not None:
            yield Line(self.x.place(level.low), y, self.x.place(level.high), y, BLUE, 1.4)
        if upright.low is not None and upright.high is not None:
            yield Line(x, self.y.place(upright.low), x, self.y.place(upright.high), BLUE, 1.4)

    def _own(self, brand: BrandScores) -> list[Primitive]:
        return [*self._cross(brand), *mark("diamond", BLUE, *self._point(brand), 4.2)]

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        if self.own:
            yield self.words("standing.own"), _own_key
        if self.others:
            yield self.words("standing.dots"), _dots_key
        if self.means is not None:
            yield self.said.means_name, _means_key


def _drawn(brand: BrandScores, score: Score) -> tuple[float | None, ...]:
    return (score.value, score.low, score.high) if brand.own else (score.value,)


def _labels(ends: tuple[float, float], figures: Formatter) -> list[tuple[float, str]]:
    ticks = Axis(*ends, 0, 1).ticks(5)
    return [(tick, figures.number(tick, decimals(ticks))) for tick in ticks]


def _leader(point: Point, place: Place, width: float, height: float) -> Line:
    """A thin line from a mark to the nearest side of its name."""
    x = min(max(point[0], place.x - 3), place.x + width + 3)
    beside = x < place.x or x > place.x + width
    away = 0.0 if beside else height / 2 * (1 if point[1] > place.y else -1)
    return Line(*point, x, place.y + away, BLUE, 0.5)


def _own_key(x: float, y: float) -> list[Primitive]:
    cross = [Line(x, y, x + 18, y, BLUE, 1.4), Line(x + 9, y - 5, x + 9, y + 5, BLUE, 1.4)]
    return [*cross, *mark("diamond", BLUE, x + 9, y, 4.2)]


def _dots_key(x: float, y: float) -> list[Primitive]:
    return [Circle(x + 14, y, _DOT, fill=MARK_GREY)]


def _means_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 18, y, MUTED, 0.9, (3, 2.5))]
