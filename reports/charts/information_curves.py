"""How precisely a test measures along the trait: information, standard error, reliability."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE, Axis, decimals
from reports.charts.distribution import bin_scores
from reports.charts.legend import Legend
from reports.charts.palette import BAND, BLUE, GRID, INK, MARK_GREY, MUTED, OWN
from reports.charts.precision import Precision
from reports.charts.primitives import Chart, Line, Polygon, Polyline, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

_UPPER, _LOWER, _PEOPLE = 96.0, 76.0, 40.0
_HEAD = 16.0
_LEFT = 28.0
_BINS = 32
_POINTS = 90
_DASH = (4.0, 2.5)


def scale_information(
    theta: Sequence[float],
    information: Sequence[float],
    error: Sequence[float],
    *,
    title: str,
    reliability: float | None = 0.80,
    scores: Sequence[float] = (),
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw test information above its standard error of measurement, both over `theta`.

    Where information I brings the reliability I / (I + 1) to at least `reliability` the ground is
    shaded. `scores`, trait values of people, stand below as a histogram, so that one sees whether
    the test is precise where the people are. Errors above 1, which is the standard deviation of
    the trait, are not drawn. Raises ChartInputError when the lengths differ, `theta` does not rise
    or `reliability` does not lie between 0 and 1.
    """
    found = Precision(theta, information, error, reliability, scores)
    drawing = _Drawing(found, width, language)
    return Chart.of(drawing, width, title)


class _Drawing:
    def __init__(self, found: Precision, width: float, language: str) -> None:
        self.found = found
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.legend = Legend(list(self._legend_entries()), width)
        self.x = Axis(found.theta[0], found.theta[-1], _LEFT, width)
        base = self.legend.height + 26
        people = _PEOPLE + _HEAD + 6 if found.scores else 0.0
        self.people = Axis(0, 1, base, base + _PEOPLE)
        self.lower = Axis(0, 1, base + people, base + people + _LOWER)
        bottom = self.lower.end + _HEAD + 8
        highest = max(*found.information, 0.1)
        self.upper = Axis(0, highest * 1.08, bottom, bottom + _UPPER)
        self.height = self.upper.end + _HEAD

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        return [
            *self._ground(),
            *self._grid(self.upper, self.words("information.upper")),
            *self._grid(self.lower, self.words("information.lower")),
            *self._area(),
            *self._needed(),
            *self._information(),
            *self._error(),
            *self._people(),
            *self._trait(),
            *self.legend.shapes(_LEFT),
        ]

    def alt(self) -> str:
        """The chart in words: the peak, where the test is precise, figures at whole values."""
        found, figures = self.found, self.figures
        peak = found.peak
        parts = [
            self.words(
                "information.peak",
                value=figures.number(found.information[peak], 1),
                at=figures.number(found.theta[peak], 1),
                error=figures.number(found.error[peak], 2),
            ),
            *self._precise_words(),
        ]
        parts += [
            self.words(
                "information.point",
                at=figures.number(found.theta[place], 0),
                value=figures.number(found.information[place], 1),
                error=figures.number(found.error[place], 2),
            )
            for place in found.whole()
        ]
        return " ".join(f"{part}." for part in parts)

    def _precise_words(self) -> Iterator[str]:
        found, figures = self.found, self.figures
        if found.reliability is None:
            return
        asked = figures.coefficient(found.reliability)
        spans = ", ".join(figures.span(low, high) for low, high in found.spans())
        key = "information.precise" if spans else "information.imprecise"
        yield self.words(key, reliability=asked, spans=spans)
        if found.scores:
            share = figures.percent(found.covered())
            yield self.words("information.covered", share=share)

    def _ground(self) -> Iterator[Primitive]:
        top, bottom = self.upper.end, self.people.start
        for low, high in self.found.spans():
            left, right = self.x.place(low), self.x.place(high)
            yield Rect(left, bottom, max(right - left, 0.8), top - bottom, fill=OWN)

    def _grid(self, axis: Axis, name: str) -> Iterator[Primitive]:
        ticks = axis.ticks(3)
        for tick in ticks:
            y = axis.place(tick)
            text = self.figures.number(tick, decimals(ticks))
            yield Line(_LEFT, y, self.width, y, GRID, 0.6)
            yield Text(_LEFT - 5, y - 2.5, text, TICK_SIZE, MUTED, "end")
        yield Text(0, axis.end + 7, fit(name, self.width, 7.5), 7.5, MUTED)

    def _needed(self) -> Iterator[Primitive]:
        needed = self.found.needed
        if needed <= self.upper.high:
            yield self._level(self.upper.place(needed))
        if math.isfinite(needed) and needed >= 1:
            yield self._level(self.lower.place(needed**-0.5))

    def _level(self, y: float) -> Line:
        return Line(_LEFT, y, self.width, y, INK, 0.8, _DASH)

    def _area(self) -> Iterator[Primitive]:
        points, base = self._points(self.found.information, self.upper), self.upper.start
        yield Polygon(((points[0][0], base), *points, (points[-1][0], base)), fill=BAND)

    def _information(self) -> Iterator[Primitive]:
        yield Polyline(self._points(self.found.information, self.upper), BLUE, 1.6)
        peak = self.found.peak
        x, y = self.x.place(self.found.theta[peak]), self.upper.place(self.found.information[peak])
        text = self.figures.number(self.found.information[peak], 1)
        half = text_width(text, 7, True) / 2
        middle = min(max(x, _LEFT + half + 2), self.width - half - 2)
        # The line of the reliability asked, just above the peak, would strike its figure out.
        crossed = 0 < self.upper.place(self.found.needed) - y < 9
        yield Text(middle, y - 9 if crossed else y + 2.5, text, 7, INK, "middle", bold=True)

    def _error(self) -> Iterator[Primitive]:
        """The error's curve, broken where it leaves the axis."""
        run: list[tuple[float, float]] = []
        for theta, error in zip(self.found.theta, self.found.error, strict=True):
            if math.isfinite(error) and error <= self.lower.high:
                run.append((self.x.place(theta), self.lower.place(error)))
            else:
                yield from _stroke(run)
                run = []
        yield from _stroke(run)

    def _people(self) -> Iterator[Primitive]:
        if not self.found.scores:
            return
        low, high = self.found.theta[0], self.found.theta[-1]
        held = [min(max(score, low), high) for score in self.found.scores]
        counts = bin_scores(held, _BINS, (low, high))
        step, tallest = (self.x.end - self.x.start) / _BINS, max(counts)
        name = fit(self.words("information.people"), self.width, 7.5)
        yield Text(0, self.people.end + 7, name, 7.5, MUTED)
        for place, count in enumerate(counts):
            if count:
                x = self.x.start + place * step + 0.4
                yield Rect(x, self.people.start, step - 0.8, _PEOPLE * count / tallest, MARK_GREY)

    def _trait(self) -> Iterator[Primitive]:
        base = self.people.start if self.found.scores else self.lower.start
        ticks = self.x.ticks(8 if self.width > 300 else 4)
        for tick in ticks:
            x, text = self.x.place(tick), self.figures.number(tick, decimals(ticks))
            half = text_width(text, TICK_SIZE) / 2
            yield Line(x, base, x, base - 2.5, MARK_GREY, 0.6)
            yield Text(min(x, self.width - half), base - 10, text, TICK_SIZE, MUTED, "middle")
        yield Line(_LEFT, base, self.width, base, MARK_GREY, 0.8)
        name = fit(self.words("trait.x_axis"), self.width - _LEFT, 7)
        yield Text(self.width, base - 20, name, 7, MUTED, "end")

    def _points(self, values: Sequence[float], axis: Axis) -> tuple[tuple[float, float], ...]:
        every = max(1, len(values) // _POINTS)
        pairs = [*zip(self.found.theta, values, strict=True)]
        kept = [*pairs[:-1:every], pairs[-1]]
        return tuple((self.x.place(x), axis.place(y)) for x, y in kept)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        if self.found.reliability is None:
            return
        value = self.figures.coefficient(self.found.reliability)
        yield self.words("information.level", reliability=value), _level_key
        if self.found.spans():
            yield self.words("information.ground", reliability=value), _ground_key


def _stroke(points: Sequence[tuple[float, float]]) -> Iterator[Primitive]:
    if len(points) > 1:
        yield Polyline(tuple(points), BLUE, 1.6)


def _level_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 17, y, INK, 0.8, _DASH)]


def _ground_key(x: float, y: float) -> list[Primitive]:
    return [Rect(x + 4, y - 4, 13, 8, fill=OWN)]
