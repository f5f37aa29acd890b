"""A measurement model as researchers draw it: factors, items, loadings and correlations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.charts.curves import arrow_head, bend, bow, ellipse
from reports.charts.legend import Legend
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, OWN, PANEL, VERMILLION, WHITE
from reports.charts.path_layout import HEAD, LINE, NAME, NOTE, VALUE, PathLayout
from reports.charts.path_model import PathLoading, PathModel
from reports.charts.path_words import DASH, PathWords
from reports.charts.primitives import Chart, Line, Polyline, Primitive, Rect, Text
from reports.charts.text_width import text_width, wrap
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.charts.path_layout import Box, Oval
    from reports.format import Formatter

__all__ = ["PathLoading", "path_diagram"]

_NOTE_LINE = 9.5
_HEAVIEST, _FAN = 2.2, 12
"""Points that a loading of 1 adds to a line, and loadings of one factor above which it is finer."""


def path_diagram(
    factors: Sequence[str],
    loadings: Sequence[PathLoading],
    correlations: Sequence[tuple[str, str, float]] = (),
    *,
    title: str,
    general: str | None = None,
    names: Mapping[str, str] | None = None,
    level: float = 0.95,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw `factors` as ellipses and their items as boxes, with every standardised loading printed.

    Lines are as heavy as |loading|; negative ones are dashed. An item stands with the factor that
    it loads highest on. `general` names a factor with its own `loadings`: of the other factors
    (second-order) or of items (bifactor). `names` are what is printed for factors and items given
    by their ids; names may be alike, ids not. Intervals of `level` are printed where names leave
    room for them, and are always in the alternative text. A loading beyond 1 says that it is a
    Heywood case. Raises ChartInputError when a path leads from or to an unknown name, stands
    twice, or is no number, and when a factor has no loading.
    """
    model = PathModel(tuple(factors), tuple(loadings), tuple(correlations), general, names or {})
    drawing = _Drawing(model, level, width, language)
    return Chart(width, drawing.height, title, drawing.words.alt(), tuple(drawing.primitives()))


class _Drawing:
    def __init__(self, model: PathModel, level: float, width: float, language: str) -> None:
        self.model = model
        self.width = width
        self.figures: Formatter = formatter(language)
        self.words = PathWords(model, level, language)
        self.layout = PathLayout(model, self.words.note, self.figures.coefficient, width)
        self.heaviest = _HEAVIEST * min(1.0, _FAN / max(self._fans()))
        self.legend = Legend(self.words.legend(), width)
        self.notes = [line for note in self._all_notes() for line in wrap(note, width, 7)]
        self.bottom = 8.0 + self.legend.height + _NOTE_LINE * len(self.notes)
        self.height = self.bottom + self.layout.height + 2
        self.ovals = self.layout.ovals(self.bottom)
        self.boxes = self.layout.boxes(self.bottom)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = []
        for one, other, value in self.model.correlations:
            shapes += self._arc(one, other, value)
        for one, other, value in self.model.correlations:
            shapes += self._arc_figure(one, other, value)
        for path in self.model.loadings:
            shapes += self._path(path)
        for name, oval in self.ovals.items():
            shapes += self._oval(oval, general=name == self.model.general)
        for box in self.boxes.values():
            shapes += self._box(box)
        return [*shapes, *self.legend.shapes(0), *self._notes_shapes()]

    def _oval(self, oval: Oval, *, general: bool) -> list[Primitive]:
        fill = PANEL if general else OWN
        shapes: list[Primitive] = [
            ellipse(oval.x, oval.y, oval.across, oval.along, fill, MARK_GREY)
        ]
        return shapes + _lines(oval.lines, oval.x, oval.y, bold=True)

    def _box(self, box: Box) -> list[Primitive]:
        shape = Rect(
            box.left, box.y - box.height / 2, box.right - box.left, box.height, WHITE, MARK_GREY
        )
        return [shape, *_lines(box.lines, box.left + 4.5, box.y)]

    def _path(self, path: PathLoading) -> list[Primitive]:
        """Draw one loading: a curve from its factor, its figure, the arrow's last piece."""
        rightwards = not self.layout.mirrored or path.factor == self.model.general
        sign = 1.0 if rightwards else -1.0
        tip = self._tip(path, rightwards=rightwards)
        room = self._room(path)
        start = self._start(path, rightwards=rightwards)
        figures_end = tip[0] - sign * HEAD
        curve_end = (figures_end - sign * room, tip[1])
        colour, dash = _look(path.value)
        weight = 0.5 + self.heaviest * min(abs(path.value), 1.2)
        neck = tip[0] - sign * 5
        return [
            Polyline(bend(start, curve_end), colour, weight, dash),
            Line(figures_end + sign * 1.5, tip[1], neck, tip[1], colour, weight),
            arrow_head(tip, colour, rightwards=rightwards),
            *self._figure(path, min(curve_end[0], figures_end) + 3, tip[1]),
        ]

    def _figure(self, path: PathLoading, left: float, y: float) -> list[Primitive]:
        """Print a loading, its figures ending under those of its neighbours, and its note."""
        value, note = self.figures.coefficient(path.value), self.layout.note(path)
        x = left + self.layout.figure_room(general=path.factor == self.model.general)
        shapes: list[Primitive] = [Text(x, y - VALUE * 0.36, value, VALUE, INK, "end", bold=True)]
        if note:
            shapes.append(Text(x + 3, y - NOTE * 0.36, note, NOTE, MUTED))
        return shapes

    def _arc(self, one: str, other: str, value: float) -> list[Primitive]:
        (upper, lower), depth = self._arc_ends(one, other)
        colour, dash = (MARK_GREY, ()) if value >= 0 else (VERMILLION, DASH)
        weight = 0.5 + 1.4 * min(abs(value), 1.2)
        rightwards = not self.layout.mirrored
        return [
            Polyline(bow(upper, lower, depth), colour, weight, dash),
            arrow_head(upper, colour, rightwards=rightwards, length=4.5),
            arrow_head(lower, colour, rightwards=rightwards, length=4.5),
        ]

    def _arc_figure(self, one: str, other: str, value: float) -> list[Primitive]:
        (upper, lower), depth = self._arc_ends(one, other)
        text = self.figures.coefficient(value)
        x, y = (upper[0] + lower[0]) / 2 - depth, (upper[1] + lower[1]) / 2
        half = text_width(text, VALUE, True) / 2
        return [
            Rect(x - half - 1, y - 4.5, 2 * half + 2, 9, fill=WHITE),
            Text(x, y - VALUE * 0.36, text, VALUE, INK, "middle", bold=True),
        ]

    def _tip(self, path: PathLoading, *, rightwards: bool) -> tuple[float, float]:
        if path.item in self.ovals:
            oval = self.ovals[path.item]
            return oval.x - oval.across, oval.y
        box = self.boxes[path.item]
        if path.factor == self.model.general:
            y = box.y
        else:
            paths = self.model.by_item[path.item]
            y = box.port(paths.index(path), len(paths))
        return (box.left if rightwards else box.right), y

    def _start(self, path: PathLoading, *, rightwards: bool) -> tuple[float, float]:
        paths = [other for other in self.model.loadings if other.factor == path.factor]
        heights = {name: box.y for name, box in self.boxes.items()}
        heights |= {name: oval.y for name, oval in self.ovals.items()}
        paths.sort(key=lambda other: -heights[other.item])
        return self.ovals[path.factor].edge(paths.index(path), len(paths), right=rightwards)

    def _fans(self) -> list[int]:
        """How many loadings each factor has."""
        return list(Counter(path.factor for path in self.model.loadings).values())

    def _room(self, path: PathLoading) -> float:
        columns = self.layout.columns
        general = path.factor == self.model.general
        return columns.general_figures if general else columns.figures

    def _arc_ends(
        self, one: str, other: str
    ) -> tuple[tuple[tuple[float, float], tuple[float, float]], float]:
        """Return the upper and the lower end of an arc and how far it bulges."""
        upper, lower = sorted((one, other), key=self.model.factors.index)
        depth = self.layout.unit * self.layout.distance(one, other)
        ends = self._arc_end(upper, lower), self._arc_end(lower, upper)
        return ends, -depth if self.layout.mirrored else depth

    def _arc_end(self, at: str, towards: str) -> tuple[float, float]:
        """Near partners are joined outside, far ones within, so that arcs do not cross here."""
        index = self.model.factors.index
        partners = {name for pair in self.model.correlations if at in pair[:2] for name in pair[:2]}
        above = sorted(
            (p for p in partners - {at} if index(p) < index(at)), key=index, reverse=True
        )
        below = sorted(
            (p for p in partners - {at} if index(p) > index(at)), key=index, reverse=True
        )
        order = [*above, *below]
        return self.ovals[at].edge(order.index(towards), len(order), right=self.layout.mirrored)

    def _all_notes(self) -> list[str]:
        key = [
            f"{place} {self.model.name(item)}" for place, item in enumerate(self.layout.items, 1)
        ]
        return [*(key if self.layout.numbered else []), *self.words.notes()]

    def _notes_shapes(self) -> list[Primitive]:
        top = self.legend.height + _NOTE_LINE * len(self.notes) - 5
        return [
            Text(0, top - _NOTE_LINE * place, line, 7, MUTED)
            for place, line in enumerate(self.notes)
        ]


def _look(value: float) -> tuple[str, tuple[float, ...]]:
    return (BLUE, ()) if value >= 0 else (VERMILLION, DASH)


def _lines(lines: Sequence[str], x: float, y: float, *, bold: bool = False) -> list[Primitive]:
    first = y + (len(lines) - 1) * LINE / 2 - NAME * 0.36
    return [
        Text(x, first - place * LINE, line, NAME, INK, "middle" if bold else "start", bold=bold)
        for place, line in enumerate(lines)
    ]
