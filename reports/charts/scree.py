"""Eigenvalues of the answers beside those of random answers: how many factors there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE, Axis, decimals
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, GRID, MARK_GREY, MUTED, OWN, WHITE
from reports.charts.primitives import Chart, Circle, Line, Polyline, Primitive, Rect, Text
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue


def scree(
    observed: Sequence[float],
    quantile: Sequence[float],
    *,
    retained: int,
    title: str,
    width: float = 500,
    height: float = 220,
    language: str = "en",
) -> Chart:
    """Draw observed eigenvalues and their parallel-analysis quantile; `retained` dots are filled.

    Raises ValueError when the two have different lengths or are empty.
    """
    if not observed or len(observed) != len(quantile):
        raise ValueError(
            f"A scree plot needs one quantile for each eigenvalue, "
            f"not {len(quantile)} for {len(observed)}."
        )
    drawing = _Drawing(observed, quantile, retained, width, height, language)
    return Chart(width, height, title, drawing.alt(), tuple(drawing.primitives()))


class _Drawing:
    def __init__(
        self,
        observed: Sequence[float],
        quantile: Sequence[float],
        retained: int,
        width: float,
        height: float,
        language: str,
    ) -> None:
        self.observed = observed
        self.quantile = quantile
        self.retained = retained
        self.width = width
        self.height = height
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.legend = Legend(self._legend_entries(), width)
        self.bottom, self.left = 30.0 + self.legend.height, 30.0
        low, high = min(0.0, *observed, *quantile), max(*observed, *quantile)
        self.y = Axis(low, high * 1.06, self.bottom, height - 16)
        self.x = Axis(0.5, len(observed) + 0.5, self.left, width)

    def primitives(self) -> list[Primitive]:
        legend = self.legend.shapes(self.left)
        return [*self._frame(), *self._lines(), *self._dots(), *legend]

    def alt(self) -> str:
        """The chart in words: both eigenvalues of every factor."""
        sentences = [
            self.words(
                "scree.factor",
                number=number,
                observed=self.figures.number(one, 2),
                quantile=self.figures.number(other, 2),
            )
            for number, (one, other) in enumerate(zip(self.observed, self.quantile, strict=True), 1)
        ]
        kept = self.words("scree.retained", count=self.retained)
        return f"{_capital(kept)}. {_capital('; '.join(sentences))}."

    def _frame(self) -> list[Primitive]:
        shapes: list[Primitive] = []
        if self.retained:
            right = self.x.place(self.retained + 0.5)
            top = self.height - 16
            shapes.append(Rect(self.left, self.bottom, right - self.left, top - self.bottom, OWN))
        ticks = self.y.ticks(5)
        for tick in ticks:
            y = self.y.place(tick)
            label = self.figures.number(tick, decimals(ticks))
            shapes.append(Line(self.left, y, self.width, y, GRID, 0.6))
            shapes.append(Text(self.left - 6, y - 2.5, label, TICK_SIZE, MUTED, "end"))
        every = -(-len(self.observed) // 25)
        for number in range(1, len(self.observed) + 1, every):
            x = self.x.place(number)
            shapes.append(Text(x, self.bottom - 11, str(number), TICK_SIZE, MUTED, "middle"))
        middle = (self.left + self.width) / 2
        shapes.append(Text(0, self.height - 8, self.words("scree.y_axis"), 7.5, MUTED))
        below = self.legend.height + 7
        shapes.append(Text(middle, below, self.words("scree.x_axis"), 7.5, MUTED, "middle"))
        return shapes

    def _points(self, values: Sequence[float]) -> tuple[tuple[float, float], ...]:
        return tuple(
            (self.x.place(number), self.y.place(value)) for number, value in enumerate(values, 1)
        )

    def _lines(self) -> list[Primitive]:
        if len(self.observed) == 1:
            return []
        return [
            Polyline(self._points(self.quantile), MARK_GREY, 1.2, (4, 2.5)),
            Polyline(self._points(self.observed), BLUE, 1.4),
        ]

    def _dots(self) -> list[Primitive]:
        shapes: list[Primitive] = []
        for x, y in self._points(self.quantile):
            shapes += mark("bar", MARK_GREY, x, y, 2.4)
        for number, (x, y) in enumerate(self._points(self.observed), 1):
            hollow = Circle(x, y, 3.2, fill=WHITE, stroke=BLUE)
            shapes += disc(BLUE, x, y, 3.8) if number <= self.retained else (hollow,)
        return shapes

    def _legend_entries(self) -> list[tuple[str, Key]]:
        entries: list[tuple[str, Key]] = [
            (self.words("scree.observed"), _observed_key),
            (self.words("scree.quantile"), _quantile_key),
        ]
        if self.retained:
            entries.append((self.words("scree.suggested"), _suggested_key))
        return entries


def _observed_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 17, y, BLUE, 1.4), *disc(BLUE, x + 8.5, y, 3)]


def _quantile_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 17, y, MARK_GREY, 1.2, (4, 2.5))]


def _suggested_key(x: float, y: float) -> list[Primitive]:
    return [Rect(x + 4, y - 4, 13, 8, OWN)]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
