"""Which item belongs to which factor: one dot for each loading, its value printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.marks import disc
from reports.charts.palette import BLUE, INK, MUTED, RULE, VERMILLION
from reports.charts.primitives import Chart, Circle, Line, Primitive, Text
from reports.charts.text_width import fit, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

_SIZE = 8.0
_LINE = 9.8
_ROW, _CLOSE_ROW = 21.0, 13.5
_TALLEST = 580.0
"""Points that rows take together before they move closer."""
_HEAD = 18.0
_HEAD_LINE = 9.0
_FOOT = 16.0
_RADIUS = 8.5
_FULL_COLUMN, _DOT_COLUMN = 50.0, 30.0
"""Points of a column beside whose figures a dot has its full size, and any room at all."""
_PALE = "#c5ced8"


@dataclass(frozen=True, slots=True)
class ItemLoadings:
    """One item's loading on each factor, in the order of the factors."""

    label: str
    values: tuple[float, ...]
    communality: float | None = None


def loadings(
    items: Sequence[ItemLoadings],
    factors: Sequence[str],
    *,
    title: str,
    threshold: float = 0.30,
    communality_label: str = "h²",
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a dot for each loading, its area as |loading|, blue above zero and vermillion below.

    Loadings under `threshold` in absolute value are pale. A negative one also carries its minus
    and a hollow dot. Raises ValueError when an item has not one value for each factor.
    """
    for item in items:
        if len(item.values) != len(factors):
            raise ValueError(
                f"Item {item.label!r} has {len(item.values)} loadings for {len(factors)} factors."
            )
    drawing = _Drawing(items, factors, threshold, communality_label, width, language)
    return Chart.of(drawing, width, title)


class _Drawing:
    def __init__(
        self,
        items: Sequence[ItemLoadings],
        factors: Sequence[str],
        threshold: float,
        communality_label: str,
        width: float,
        language: str,
    ) -> None:
        self.items = items
        self.factors = factors
        self.threshold = threshold
        self.communality_label = communality_label
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.last = 42.0 if any(item.communality is not None for item in items) else 0.0
        self.column = min(92.0, (width * 0.6 - self.last) / max(len(factors), 1))
        self.spread = self.scale = min(1.0, self.column / _FULL_COLUMN)
        self.heads = [wrap(name, self.column - 6, 7.5, bold=True, max_lines=2) for name in factors]
        self.head = _HEAD + _HEAD_LINE * (max(map(len, self.heads), default=1) - 1)
        self.label_width = width - self.last - self.column * len(factors) - 12
        self.labels = [wrap(item.label, self.label_width, _SIZE) for item in items]
        row = min(_ROW, max(_TALLEST / max(len(items), 1), _CLOSE_ROW))
        self.scale *= row / _ROW
        self.heights = [max(row, len(lines) * _LINE + 3.7) for lines in self.labels]
        self.height = _FOOT + sum(self.heights) + self.head

    def primitives(self) -> list[Primitive]:
        shapes = self._head()
        y = self.height - self.head
        for item, lines, height in zip(self.items, self.labels, self.heights, strict=True):
            shapes += self._item(item, lines, y - height / 2)
            y -= height
            shapes.append(Line(0, y, self.width, y, RULE, 0.4))
        note = self.words("loadings.threshold", threshold=self.figures.coefficient(self.threshold))
        shapes.append(Text(0, 3, fit(note, self.width, 7), 7, MUTED))
        return shapes

    def alt(self) -> str:
        """The chart in words: every loading of every item."""
        return " ".join(f"{self._words(item)}." for item in self.items)

    def _left(self, place: int) -> float:
        return self.label_width + 12 + place * self.column

    def _head(self) -> list[Primitive]:
        y = self.height - self.head
        shapes: list[Primitive] = [Line(0, y, self.width, y, INK, 0.8)]
        for place, lines in enumerate(self.heads):
            middle = self._left(place) + self.column / 2
            for above, line in enumerate(reversed(lines)):
                height = y + 6 + above * _HEAD_LINE
                shapes.append(Text(middle, height, line, 7.5, INK, "middle", bold=True))
        if self.last:
            name = fit(self.communality_label, self.last, 7.5)
            shapes.append(Text(self.width, y + 6, name, 7.5, MUTED, "end"))
        return shapes

    def _item(self, item: ItemLoadings, lines: tuple[str, ...], y: float) -> list[Primitive]:
        first = y + (len(lines) - 1) * _LINE / 2 - _SIZE * 0.36
        shapes: list[Primitive] = [
            Text(0, first - place * _LINE, line, _SIZE, INK) for place, line in enumerate(lines)
        ]
        for place, value in enumerate(item.values):
            shapes += self._loading(value, self._left(place) + self.column / 2, y)
        if item.communality is not None:
            text = self.figures.coefficient(item.communality)
            shapes.append(Text(self.width, y - _SIZE * 0.36, text, _SIZE, MUTED, "end"))
        return shapes

    def _loading(self, value: float, middle: float, y: float) -> list[Primitive]:
        strong = abs(value) >= self.threshold
        text, ink = self.figures.coefficient(value), INK if strong else MUTED
        end = middle + min(24.0, self.column / 2 - 1)
        printed = Text(end, y - _SIZE * 0.36, text, _SIZE, ink, "end", bold=strong)
        if self.column < _DOT_COLUMN:
            return [printed]
        return [*self._dot(value, end - 36 * self.spread, y, strong=strong), printed]

    def _dot(self, value: float, x: float, y: float, *, strong: bool) -> list[Primitive]:
        radius = max(_RADIUS * self.scale * min(abs(value), 1.2) ** 0.5, 0.8)
        colour = (BLUE if value >= 0 else VERMILLION) if strong else _PALE
        if value < 0:
            return [Circle(x, y, radius, fill="#ffffff", stroke=colour)]
        return list(disc(colour, x, y, radius))

    def _words(self, item: ItemLoadings) -> str:
        values = [
            self.words("loadings.value", factor=factor, loading=self.figures.coefficient(value))
            for factor, value in zip(self.factors, item.values, strict=True)
        ]
        if item.communality is not None:
            value = self.figures.coefficient(item.communality)
            values.append(self.words("loadings.communality", value=value))
        return self.words("loadings.item", label=item.label, values=", ".join(values))
