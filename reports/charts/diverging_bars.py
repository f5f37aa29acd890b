"""Answers to each item as one bar that diverges from its middle, percentages printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.palette import INK, MARK_GREY, MUTED, ramp, text_on
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

_SIZE = 8.0
_LINE = 9.4
_FIGURE = 7.0
_BAR = 12.0
_GAP = 0.9
"""White points between two parts of a bar."""


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """One item. `shares` are parts of one from the lowest to the highest answer category."""

    label: str
    shares: tuple[float, ...]
    n: int | None = None


def diverging_bars(
    items: Sequence[ItemAnswers],
    categories: Sequence[str],
    *,
    title: str,
    width: float = 500,
    language: str = "en",
    label_share: float = 0.38,
    legend: bool = True,
) -> Chart:
    """Draw each item's answers around a common middle; an odd number has a neutral category.

    The neutral part straddles the middle. The sums of both sides stand at the bar's ends, the
    parts' own percentages where they fit; the alternative text carries them all. A narrow chart
    has the wording above its bar. Without a `legend` a chart above must tell the categories. Raises
    ValueError when an item has another number of shares than there are categories.
    """
    for item in items:
        if len(item.shares) != len(categories):
            raise ValueError(
                f"Item {item.label!r} has {len(item.shares)} shares for "
                f"{len(categories)} answer categories; give one share for each."
            )
    drawing = _Drawing(items, categories, width, language, label_share, legend)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self,
        items: Sequence[ItemAnswers],
        categories: Sequence[str],
        width: float,
        language: str,
        label_share: float,
        legend: bool,
    ) -> None:
        self.items = items
        self.categories = categories
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.fills = ramp(len(categories))
        self.above = width < NARROW
        self.label_width = width if self.above else width * label_share
        self.labels = [wrap(item.label, self.label_width, _SIZE) for item in items]
        self.heights = [self._item_height(len(lines)) for lines in self.labels]
        self.legend_rows = self._legend_rows() if legend else []
        self.legend_height = 13.0 * len(self.legend_rows) + 3 if legend else 0.0
        self.height = sum(self.heights) + self.legend_height
        self._fit_plot()

    def _item_height(self, lines: int) -> float:
        if self.above:
            return lines * _LINE + _BAR + 15
        return max(lines * _LINE + 3, _BAR + 6)

    def _middles(self, lines: int, height: float) -> tuple[float, float]:
        """How far below an item's top the middles of its label and of its bar lie."""
        if not self.above:
            return height / 2, height / 2
        return 5 + lines * _LINE / 2, height - _BAR / 2 - 4

    def _fit_plot(self) -> None:
        """Find the middle and the points for a share of one, with room for the sums."""
        sums = [self._sides(item) for item in self.items]
        lowest = max((low + middle / 2 for low, middle, _ in sums), default=0.5)
        highest = max((high + middle / 2 for _, middle, high in sums), default=0.5)
        room = text_width(self.figures.percent(1), _FIGURE, bold=True) + 7
        beside = 0.0 if self.above else self.label_width + 14
        left, right = beside + room, self.width - room
        self.unit = (right - left) / max(lowest + highest, 0.01)
        self.middle = left + lowest * self.unit

    def primitives(self) -> list[Primitive]:
        top = self.height - self.legend_height
        shapes = [*self._middle_line(top), *self._legend()]
        for item, lines, height in zip(self.items, self.labels, self.heights, strict=True):
            label, bar = self._middles(len(lines), height)
            shapes += self._label(lines, top - label)
            shapes += self._bar(item, top - bar)
            top -= height
        return shapes

    def _middle_line(self, top: float) -> list[Primitive]:
        # Above the bars it would cross the wording.
        if self.above:
            return []
        return [Line(self.middle, 0, self.middle, top, MARK_GREY, 0.6)]

    def alt(self) -> str:
        """The chart in words: every share of every item."""
        return " ".join(f"{self._words(item)}." for item in self.items)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """The share of every answer, item by item."""
        rows = [(item.label, *map(self.figures.percent, item.shares)) for item in self.items]
        return (tuple(self.categories), *rows)

    def _sides(self, item: ItemAnswers) -> tuple[float, float, float]:
        side = len(item.shares) // 2
        middle = item.shares[side] if len(item.shares) % 2 else 0.0
        return sum(item.shares[:side]), middle, sum(item.shares[len(item.shares) - side :])

    def _label(self, lines: tuple[str, ...], y: float) -> list[Primitive]:
        first = y + (len(lines) - 1) * _LINE / 2 - _SIZE * 0.36
        return [
            Text(0, first - place * _LINE, line, _SIZE, INK) for place, line in enumerate(lines)
        ]

    def _bar(self, item: ItemAnswers, y: float) -> list[Primitive]:
        low, middle, high = self._sides(item)
        x = self.middle - (low + middle / 2) * self.unit
        baseline = y - _FIGURE * 0.36
        shapes: list[Primitive] = [
            Text(x - 4, baseline, self.figures.percent(low), _FIGURE, MUTED, "end", bold=True)
        ]
        for share, fill in zip(item.shares, self.fills, strict=True):
            shapes += self._part(x, share, fill, y)
            x += share * self.unit
        text = self.figures.percent(high)
        return [*shapes, Text(x + 4, baseline, text, _FIGURE, MUTED, bold=True)]

    def _part(self, x: float, share: float, fill: str, y: float) -> list[Primitive]:
        drawn = share * self.unit - _GAP
        if drawn <= 0:
            return []
        left = x + _GAP / 2
        shapes: list[Primitive] = [Rect(left, y - _BAR / 2, drawn, _BAR, fill=fill)]
        figure = self.figures.number(share * 100, 0)
        if text_width(figure, _FIGURE) + 3 <= drawn:
            baseline = y - _FIGURE * 0.36
            middle = left + drawn / 2
            shapes.append(Text(middle, baseline, figure, _FIGURE, text_on(fill), "middle"))
        return shapes

    def _legend_rows(self) -> list[list[tuple[str, str]]]:
        """Arrange swatches in rows no wider than the chart."""
        rows: list[list[tuple[str, str]]] = [[]]
        x = 0.0
        for category, fill in zip(self.categories, self.fills, strict=True):
            label = fit(category, self.width - 14, _FIGURE)
            needed = 12 + text_width(label, _FIGURE) + 10
            if rows[-1] and x + needed - 10 > self.width:
                rows.append([])
                x = 0.0
            rows[-1].append((label, fill))
            x += needed
        return rows

    def _legend(self) -> list[Primitive]:
        shapes: list[Primitive] = []
        y = self.height - 9
        for row in self.legend_rows:
            total = sum(22 + text_width(label, _FIGURE) for label, _ in row) - 10
            x = self.width - total
            for label, fill in row:
                shapes.append(Rect(x, y - 1.2, 8, 8, fill=fill))
                shapes.append(Text(x + 12, y, label, _FIGURE, MUTED))
                x += 22 + text_width(label, _FIGURE)
            y -= 13
        return shapes

    def _words(self, item: ItemAnswers) -> str:
        shares = ", ".join(
            self.words("bars.share", category=category, share=self.figures.percent(share))
            for category, share in zip(self.categories, item.shares, strict=True)
        )
        sentence = self.words("bars.item", label=item.label, shares=shares)
        if item.n is None:
            return sentence
        return f"{sentence}; {self.words('bars.count', n=self.figures.count(item.n))}"
