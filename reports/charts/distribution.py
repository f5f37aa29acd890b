"""How each brand's scores are spread: small histograms on one common scale."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE, Axis
from reports.charts.palette import BLUE, GRID, INK, MARK_GREY, MUTED, WHITE
from reports.charts.primitives import Anchor, Chart, Line, Polygon, Primitive, Rect, Text
from reports.charts.text_width import fit, text_width, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.format import Formatter
    from reports.wording import Catalogue

_PANEL = 50.0
_BARS = 44.0
_GUTTER = 18.0
_HEAD = 26.0
_LABEL, _LABEL_LINE = 8.5, 10.0
_FOOT = 14.0
_LEFT = 24.0


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """One brand's scores: `counts` in equal bins, `n` people, their mean; `own` is the reader's."""

    label: str
    counts: tuple[float, ...]
    n: int
    mean: float | None = None
    own: bool = False


def bin_scores(
    scores: Sequence[float], bins: int = 10, axis: tuple[float, float] = (0, 100)
) -> tuple[int, ...]:
    """Count `scores` in `bins` equal bins from the lowest to the highest value of `axis`.

    The last bin includes the highest value; missing (NaN) scores are left out.
    """
    import numpy as np

    values = np.asarray(scores, dtype=float)
    counts, _ = np.histogram(values[~np.isnan(values)], bins=bins, range=axis)
    return tuple(int(count) for count in counts)


def distribution(
    panels: Sequence[ScoreDistribution],
    *,
    title: str,
    axis: tuple[float, float] = (0, 100),
    columns: int = 3,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw one histogram for each brand, all with the same bins and the same height of a share."""
    drawing = _Drawing(panels, axis, columns, width, language)
    return Chart.of(drawing, width, title, drawing.table())


class _Drawing:
    def __init__(
        self,
        panels: Sequence[ScoreDistribution],
        axis: tuple[float, float],
        columns: int,
        width: float,
        language: str,
    ) -> None:
        self.panels = panels
        self.low, self.high = axis
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        rows = max(1, -(-len(panels) // max(columns, 1)))
        # Rows of like length: five panels stand as three and two, not as four and one.
        self.columns = max(1, -(-len(panels) // rows))
        self.panel_width = (width - _LEFT - _GUTTER * (self.columns - 1)) / self.columns
        self.labels = [
            wrap(panel.label, self.panel_width, _LABEL, panel.own, 2) for panel in panels
        ]
        self.head = _HEAD + _LABEL_LINE * (max(map(len, self.labels), default=1) - 1)
        self.height = rows * (self.head + _PANEL + _FOOT)
        self.tallest = max((share for panel in panels for share in _shares(panel)), default=0) or 1

    def primitives(self) -> list[Primitive]:
        shapes: list[Primitive] = []
        for index, panel in enumerate(self.panels):
            row, column = divmod(index, self.columns)
            left = _LEFT + column * (self.panel_width + _GUTTER)
            top = self.height - row * (self.head + _PANEL + _FOOT)
            shapes += self._grid(left, top - self.head - _PANEL, labelled=column == 0)
            shapes += self._head(panel, self.labels[index], left, top)
            shapes += self._panel(panel, left, top - self.head)
        return shapes

    def alt(self) -> str:
        """The chart in words: mean, n and the share in each bin."""
        return " ".join(f"{self._words(panel)}." for panel in self.panels)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """The share in each bin, panel by panel."""
        bins = len(self.panels[0].counts) if self.panels else 0
        ends = [
            self.figures.number(self.low + place * (self.high - self.low) / max(bins, 1), 0)
            for place in range(bins + 1)
        ]
        head = tuple(self.figures.between(*pair) for pair in pairwise(ends))
        rows = [
            (f"{panel.label} ({self._facts(panel)})", *map(self.figures.percent, _shares(panel)))
            for panel in self.panels
        ]
        return (head, *rows)

    def _panel(self, panel: ScoreDistribution, left: float, top: float) -> list[Primitive]:
        base = top - _PANEL
        axis = Axis(self.low, self.high, left, left + self.panel_width)
        shapes = self._bars(panel, axis, base)
        shapes.append(Line(axis.start, base, axis.end, base, MARK_GREY, 0.8))
        for tick in axis.ticks(2):
            anchor: Anchor = (
                "start" if tick == self.low else "end" if tick == self.high else "middle"
            )
            label = self.figures.number(tick, 0)
            shapes.append(Text(axis.place(tick), base - 9, label, TICK_SIZE, MUTED, anchor))
        if panel.mean is not None:
            x = axis.place(panel.mean)
            # White between the dashes keeps the line visible on a dark bar, in grey print too.
            shapes.append(Line(x, base, x, top, WHITE, 1.0))
            shapes.append(Line(x, base, x, top, INK, 1.0, (2.5, 2)))
            shapes.append(Polygon(((x - 3, top), (x + 3, top), (x, top - 4.5)), INK))
        return shapes

    def _grid(self, left: float, base: float, *, labelled: bool) -> list[Primitive]:
        height = Axis(0, self.tallest, base, base + _BARS)
        shapes: list[Primitive] = []
        for tick in height.ticks(2):
            y = height.place(tick)
            shapes.append(Line(left, y, left + self.panel_width, y, GRID, 0.6))
            if labelled:
                label = self.figures.percent(tick)
                shapes.append(Text(left - 5, y - 2.5, label, TICK_SIZE, MUTED, "end"))
        return shapes

    def _head(
        self, panel: ScoreDistribution, lines: tuple[str, ...], left: float, top: float
    ) -> list[Primitive]:
        # Names end on one line above their facts, however many lines they take.
        last = top - self.head + 17
        names: list[Primitive] = [
            Text(left, last + above * _LABEL_LINE, line, _LABEL, INK, bold=panel.own)
            for above, line in enumerate(reversed(lines))
        ]
        facts = self._facts(panel)
        if panel.mean is not None and text_width(facts, 7) > self.panel_width:
            facts = self.words("distribution.mean", mean=self.figures.score(panel.mean))
        facts = fit(facts, self.panel_width, 7)
        return [*names, Text(left, last - 10, facts, 7, MUTED)]

    def _facts(self, panel: ScoreDistribution) -> str:
        count = self.words("distribution.count", n=self.figures.count(panel.n))
        if panel.mean is None:
            return count
        mean = self.words("distribution.mean", mean=self.figures.score(panel.mean))
        return f"{mean}, {count}"

    def _bars(self, panel: ScoreDistribution, axis: Axis, base: float) -> list[Primitive]:
        colour = BLUE if panel.own else MARK_GREY
        step = (axis.end - axis.start) / max(len(panel.counts), 1)
        scale = _BARS / self.tallest
        return [
            Rect(axis.start + place * step + 0.5, base, step - 1, share * scale, fill=colour)
            for place, share in enumerate(_shares(panel))
            if share > 0
        ]

    def _words(self, panel: ScoreDistribution) -> str:
        step = (self.high - self.low) / max(len(panel.counts), 1)
        bins = ", ".join(
            self.words(
                "distribution.bin",
                low=self.figures.number(self.low + place * step, 0),
                high=self.figures.number(self.low + (place + 1) * step, 0),
                share=self.figures.percent(share),
            )
            for place, share in enumerate(_shares(panel))
        )
        mean = self.figures.score(panel.mean)
        n = self.figures.count(panel.n)
        return self.words("distribution.panel", label=panel.label, mean=mean, n=n, bins=bins)


def _shares(panel: ScoreDistribution) -> list[float]:
    total = sum(panel.counts)
    return [count / total if total else 0.0 for count in panel.counts]
