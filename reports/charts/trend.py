"""How scores moved from wave to wave: a small panel for each, with its interval as a ribbon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reports.charts.axis import TICK_SIZE, Axis, fitted
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, RIBBON
from reports.charts.panels import Panels
from reports.charts.primitives import NARROW, Chart, Line, Polygon, Polyline, Primitive, Text
from reports.charts.text_width import text_width
from reports.charts.trend_table import trend_table
from reports.charts.wave_names import wave_names
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.charts.legend import Key
    from reports.charts.panels import Frame
    from reports.format import Formatter
    from reports.wording import Catalogue

Place: TypeAlias = "Callable[[int, float | None], tuple[float, float]]"
"""The place of a value at the wave with a number."""

_PANEL, _LOW_PANEL = 84.0, 64.0
_VALUE = 8.0
_INSET = 7.0
_LEAST_SPAN = 20.0
_DASH = (3.5, 2.5)
_BESIDE = 6.0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One wave: the mean with its interval, the mean of the others, the number of people.

    Without an `estimate` the wave has no result. One that is not `comparable` with the other waves
    is not joined to them.
    """

    wave: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    others: float | None = None
    n: int | None = None
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Trend:
    """One score over its waves, the earliest first."""

    label: str
    points: tuple[TrendPoint, ...]


def trend(
    panels: Sequence[Trend],
    *,
    title: str,
    others_label: str = "",
    axis: tuple[float, float] | None = None,
    columns: int = 2,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a panel for each of `panels`, all on one axis upwards, `columns` in a row.

    Without an `axis` it spans what is drawn, at least 20 points of the score, so that a small
    movement looks small. A wave without result leaves a gap; one that must not be compared stands
    alone as a hollow square. As many waves are named as have room. A narrow chart has one column.
    """
    drawing = _Drawing(panels, others_label, axis, columns, width, language)
    figures = trend_table(panels, drawing.words("interval.own"), drawing.others, drawing.figures)
    return Chart.of(drawing, width, title, figures)


class _Drawing:
    def __init__(
        self,
        panels: Sequence[Trend],
        others_label: str,
        axis: tuple[float, float] | None,
        columns: int,
        width: float,
        language: str,
    ) -> None:
        self.panels = panels
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.others = others_label or self.words("interval.others")
        self.points = [point for panel in panels for point in panel.points]
        self.legend = Legend(list(self._legend_entries()), width)
        drawn = [v for p in self.points for v in (p.estimate, p.low, p.high, p.others)]
        self.grid = Panels(
            [panel.label for panel in panels],
            [self._people(panel) for panel in panels],
            columns=1 if width < NARROW else columns,
            width=width,
            panel=_LOW_PANEL if width < NARROW else _PANEL,
            upwards=axis or fitted(drawn, _LEAST_SPAN),
            bottom=self.legend.height + 3,
            figures=self.figures,
        )
        self.room = 6 + max(
            (text_width(self.figures.score(p.estimate), _VALUE, True) for p in self.points),
            default=0.0,
        )
        self.height = self.grid.top + 1

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = []
        for index, frame in enumerate(self.grid.frames()):
            shapes += self.grid.shapes(index, frame)
            points = self.panels[index].points
            along = _along(frame, len(points), self.room)
            shapes += self._waves(points, along, frame)
            shapes += self._lines(points, along, frame.y)
            shapes += self._value(points, along, frame.y)
        return shapes + self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words, wave by wave."""
        sentences = [
            self.words(
                "trend.panel",
                label=panel.label,
                points="; ".join(self._words(point) for point in panel.points),
            )
            for panel in self.panels
        ]
        return " ".join(f"{sentence}." for sentence in sentences)

    def _lines(
        self, points: Sequence[TrendPoint], along: Axis, upwards: Axis
    ) -> Iterator[Primitive]:
        def place(index: int, value: float | None) -> tuple[float, float]:
            return along.place(index), upwards.place(value or 0.0)

        joined = list(_runs(points, lambda point: point.estimate is not None and point.comparable))
        for run in joined:
            yield from _ribbon(run, points, place)
        for run in _runs(points, lambda point: point.others is not None):
            line = [place(index, points[index].others) for index in run]
            yield from _line(line, MARK_GREY, 1.0, _DASH) or mark("bar", MARK_GREY, *line[0], 3)
        for run in joined:
            yield from _line([place(i, points[i].estimate) for i in run], BLUE, 1.6, ())
        for index, point in enumerate(points):
            if point.estimate is not None:
                x, y = place(index, point.estimate)
                if point.comparable:
                    yield from disc(BLUE, x, y, 2.9)
                else:
                    yield from _interval(index, point, place)
                    yield from mark("square", BLUE, x, y, 4)

    def _value(
        self, points: Sequence[TrendPoint], along: Axis, upwards: Axis
    ) -> Iterator[Primitive]:
        """Print the last estimate beside its point, or above all lines where waves follow it."""
        known = [index for index, point in enumerate(points) if point.estimate is not None]
        if not known:
            return
        last = known[-1]
        text = self.figures.score(points[last].estimate)
        x, y = along.place(last), upwards.place(points[last].estimate or 0.0)
        if last == len(points) - 1:
            yield Text(x + _BESIDE, y - _VALUE * 0.36, text, _VALUE, INK, bold=True)
            return
        near = points[max(0, last - 1) : last + 2]
        heights = [upwards.place(v) for p in near for v in (p.high, p.estimate, p.others) if v]
        y = max(heights) + 5
        if y + _VALUE > upwards.end + 4:
            heights = [upwards.place(v) for p in near for v in (p.low, p.estimate, p.others) if v]
            y = min(heights) - 5 - _VALUE * 0.74
        half = text_width(text, _VALUE, True) / 2
        x = max(x, along.start - _INSET + half)
        yield Text(x, y, text, _VALUE, INK, "middle", bold=True)

    def _waves(
        self, points: Sequence[TrendPoint], along: Axis, frame: Frame
    ) -> Iterator[Primitive]:
        y = frame.y.start
        for index in range(len(points)):
            x = along.place(index)
            yield Line(x, y, x, y - 2.5, MARK_GREY, 0.6)
        for middle, name in wave_names([point.wave for point in points], along, frame.x):
            yield Text(middle, y - 10, name, TICK_SIZE, MUTED, "middle")

    def _people(self, panel: Trend) -> str:
        counts = [point.n for point in panel.points if point.n is not None]
        if not counts:
            return ""
        low, high = min(counts), max(counts)
        n = self.figures.count(low) if low == high else self.figures.interval(low, high, 0)
        return self.words("bars.count", n=n)

    def _words(self, point: TrendPoint) -> str:
        figures = self.figures
        key = "estimate" if point.low is not None and point.high is not None else "bare"
        parts = [
            self.words(
                "interval.hidden" if point.estimate is None else f"interval.{key}",
                label=point.wave,
                estimate=figures.score(point.estimate),
                interval=figures.span(point.low, point.high),
            )
        ]
        if point.estimate is not None and not point.comparable:
            parts.append(self.words("trend.apart"))
        if point.others is not None:
            value = figures.score(point.others)
            parts.append(self.words("interval.comparison", name=self.others, value=value))
        if point.n is not None:
            parts.append(self.words("bars.count", n=figures.count(point.n)))
        return ", ".join(parts)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        yield self.words("interval.own"), _own_key
        if any(point.others is not None for point in self.points):
            yield self.others, _others_key
        if any(point.estimate is not None and not point.comparable for point in self.points):
            yield self.words("trend.apart_key"), _apart_key


def _along(frame: Frame, count: int, room: float) -> Axis:
    """The places of waves: the last one leaves room for its printed value; one stands amid it."""
    start, end = frame.x.start + _INSET, frame.x.end - room
    if count < 2:
        start = end = (start + end) / 2
    return Axis(0, max(count - 1, 1), start, end)


def _runs(
    points: Sequence[TrendPoint], belongs: Callable[[TrendPoint], bool]
) -> Iterator[list[int]]:
    """Places of neighbouring points that belong to one line."""
    run: list[int] = []
    for index, point in enumerate(points):
        if belongs(point):
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _ribbon(
    run: list[int],
    points: Sequence[TrendPoint],
    place: Place,
) -> Iterator[Primitive]:
    spans = list(_runs(points, lambda point: point.low is not None and point.high is not None))
    for span in ([index for index in run if index in known] for known in spans):
        if len(span) == 1:
            yield from _interval(span[0], points[span[0]], place)
        elif span:
            low = [place(index, points[index].low) for index in span]
            high = [place(index, points[index].high) for index in span]
            yield Polygon((*low, *reversed(high)), RIBBON)
            yield Polyline(tuple(low), BLUE, 0.4)
            yield Polyline(tuple(high), BLUE, 0.4)


def _interval(index: int, point: TrendPoint, place: Place) -> Iterator[Primitive]:
    if point.low is not None and point.high is not None:
        yield Line(*place(index, point.low), *place(index, point.high), BLUE, 1.6)


def _line(
    points: list[tuple[float, float]], colour: str, width: float, dash: tuple[float, ...]
) -> tuple[Primitive, ...]:
    return (Polyline(tuple(points), colour, width, dash),) if len(points) > 1 else ()


def _own_key(x: float, y: float) -> list[Primitive]:
    corners = ((x, y - 4.0), (x + 18, y - 4.0), (x + 18, y + 4.0), (x, y + 4.0))
    return [Polygon(corners, RIBBON), Line(x, y, x + 18, y, BLUE, 1.6), *disc(BLUE, x + 9, y, 2.9)]


def _others_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 18, y, MARK_GREY, 1.0, _DASH)]


def _apart_key(x: float, y: float) -> list[Primitive]:
    return [*mark("square", BLUE, x + 13, y, 4)]
