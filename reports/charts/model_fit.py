"""Competing models by RMSEA with its interval and by CFI, against named cut-offs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeGuard

from reports.charts.axis import TICK_SIZE, Axis, decimals
from reports.charts.errors import ChartInputError
from reports.charts.legend import Legend
from reports.charts.marks import disc, mark
from reports.charts.palette import BLUE, GRID, INK, MUTED, RULE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Text
from reports.charts.text_width import fit, widest, wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.format import Formatter
    from reports.wording import Catalogue

Index = Literal["rmsea", "cfi"]
_INDICES: tuple[Index, ...] = ("rmsea", "cfi")

_SIZE, _LINE = 8.0, 9.8
_VALUE = 7.5
_GUTTER = 16.0
_INSET = 9.0
"""Points between a plot's edge and the end of its axis, for half a printed figure."""
_DASHES: tuple[tuple[float, ...], ...] = ((4.0, 2.5), (1.2, 2.0), (7.0, 2.0), (7.0, 2.0, 1.2, 2.0))


@dataclass(frozen=True, slots=True)
class FittedModel:
    """One model's fit. Without figures the row prints `note` instead, e.g. that it has none.

    `lower` and `upper` bound the RMSEA; `chosen` marks the model that is kept.
    """

    label: str
    rmsea: float | None = None
    lower: float | None = None
    upper: float | None = None
    cfi: float | None = None
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FitCutoff:
    """A conventional bound of an index and whose it is, e.g. ``Hu & Bentler 1999``."""

    index: Index
    value: float
    source: str


USUAL = (
    FitCutoff("rmsea", 0.06, "Hu & Bentler 1999"),
    FitCutoff("rmsea", 0.08, "Browne & Cudeck 1992"),
    FitCutoff("cfi", 0.95, "Hu & Bentler 1999"),
    FitCutoff("cfi", 0.90, "Bentler & Bonett 1980"),
)


def model_fit(
    models: Sequence[FittedModel],
    *,
    title: str,
    cutoffs: Sequence[FitCutoff] = USUAL,
    level: float = 0.90,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw RMSEA with its interval of `level` at the left and CFI at the right, one row a model.

    The `chosen` model has a bold name and a diamond. Cut-offs are dashed lines told apart by their
    dashes and named below; up to four for an index. A narrow chart has names above their rows.
    Raises ChartInputError without models, or for a fifth cut-off of an index.
    """
    counts = [sum(cutoff.index == index for cutoff in cutoffs) for index in _INDICES]
    if not models or max(counts) > len(_DASHES):
        raise ChartInputError(
            f"A chart of fit needs a model or more and at most {len(_DASHES)} cut-offs of an index."
        )
    drawing = _Drawing(models, cutoffs, level, width, language)
    return Chart.of(drawing, width, title)


class _Drawing:
    def __init__(
        self,
        models: Sequence[FittedModel],
        cutoffs: Sequence[FitCutoff],
        level: float,
        width: float,
        language: str,
    ) -> None:
        self.models = models
        self.cutoffs = cutoffs
        self.level = level
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.above = width < NARROW
        self.legend = Legend(list(self._legend_entries()), width)
        self._fit_columns()
        self.bottom = self.legend.height + 18
        self.heights = [self._row_height(lines) for lines in self.labels]
        self.top = self.bottom + sum(self.heights)
        self.height = self.top + 16

    def _fit_columns(self) -> None:
        """Share the width among names, plots and printed figures."""
        room = self.width if self.above else self.width * 0.28
        self.labels = [
            wrap(model.label, room, _SIZE, model.chosen, max_lines=3) for model in self.models
        ]
        names = widest([line for lines in self.labels for line in lines], _SIZE, bold=True)
        left = 0.0 if self.above else min(names, room) + 12
        rmsea = 0.0 if self.above else widest([self._rmsea(m) for m in self.models], _VALUE) + 7
        cfi = 0.0 if self.above else widest([self._cfi(m) for m in self.models], _VALUE) + 7
        plot = (self.width - left - rmsea - cfi - _GUTTER) / 2
        self.rmsea = Axis(*self._rmsea_ends(), left + _INSET, left + plot - _INSET)
        start = left + plot + rmsea + _GUTTER
        self.cfi = Axis(*self._cfi_ends(), start + _INSET, start + plot - _INSET)

    def _row_height(self, lines: tuple[str, ...]) -> float:
        return len(lines) * _LINE + 28 if self.above else max(20.0, len(lines) * _LINE + 7)

    def _rmsea_ends(self) -> tuple[float, float]:
        found = [value for m in self.models for value in (m.rmsea, m.upper)]
        highest = max((value for value in found if _known(value)), default=0.0)
        return 0.0, max(0.1, *(c.value for c in self._of("rmsea")), highest) * 1.05

    def _cfi_ends(self) -> tuple[float, float]:
        found = [model.cfi for model in self.models]
        lowest = min((value for value in found if _known(value)), default=1.0)
        lowest = min(0.9, lowest, *(c.value for c in self._of("cfi")))
        return max(0.0, lowest - 0.1 * (1 - lowest)), 1.0

    def _of(self, index: Index) -> list[FitCutoff]:
        return [cutoff for cutoff in self.cutoffs if cutoff.index == index]

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes = [*self._head(), *self._ticks(self.rmsea), *self._ticks(self.cfi)]
        y = self.top
        for model, lines, height in zip(self.models, self.labels, self.heights, strict=True):
            if _known(model.rmsea) or _known(model.cfi):
                shapes += self._ground(y - height, y - height + 17 if self.above else y)
            shapes += self._row(model, lines, y, height)
            y -= height
            shapes.append(Line(0, y, self.width, y, RULE, 0.4))
        return shapes + self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words: both indices of every model, then the cut-offs."""
        said = [self._model_words(model) for model in self.models]
        said += [self._cutoff_words(cutoff) for cutoff in self.cutoffs]
        return " ".join(f"{each}." for each in said)

    def _head(self) -> Iterator[Primitive]:
        yield Line(0, self.top, self.width, self.top, RULE, 0.8)
        ends = (self.cfi.start - _INSET - 4, self.width)
        for axis, key, end in zip((self.rmsea, self.cfi), ("rmsea", "cfi"), ends, strict=True):
            name = fit(self.words(f"fit.{key}_axis"), end - axis.start + _INSET, 7)
            yield Text(axis.start - _INSET, self.top + 5, name, 7, MUTED)

    def _ticks(self, axis: Axis) -> Iterator[Primitive]:
        ticks = axis.ticks(3)
        for tick in ticks:
            text = self.figures.coefficient(tick, decimals(ticks))
            x = axis.place(tick)
            yield Text(x, self.bottom - TICK_SIZE - 3, text, TICK_SIZE, MUTED, "middle")

    def _ground(self, bottom: float, top: float) -> Iterator[Primitive]:
        """Draw grid lines and cut-offs behind one row, where no words stand."""
        for axis, index in ((self.rmsea, _INDICES[0]), (self.cfi, _INDICES[1])):
            for tick in axis.ticks(3):
                x = axis.place(tick)
                yield Line(x, bottom, x, top, GRID, 0.6)
            for cutoff, dash in zip(self._of(index), _DASHES, strict=False):
                x = axis.place(cutoff.value)
                yield Line(x, bottom, x, top, INK, 0.9, dash)

    def _row(
        self, model: FittedModel, lines: tuple[str, ...], top: float, height: float
    ) -> Iterator[Primitive]:
        y = top - height / 2
        first = y + (len(lines) - 1) * _LINE / 2 - _SIZE * 0.36
        if self.above:
            first, y = top - 10, top - height + 8
        for place, line in enumerate(lines):
            yield Text(0, first - place * _LINE, line, _SIZE, INK, bold=model.chosen)
        if not _known(model.rmsea) and not _known(model.cfi):
            left = 0.0 if self.above else self.rmsea.start - _INSET
            note = fit(model.note, self.width - left, _VALUE)
            yield Text(left, y - 2.7, note, _VALUE, MUTED)
            return
        yield from self._figures(model, first - len(lines) * _LINE if self.above else y - 2.7)
        yield from self._marks(model, y)

    def _figures(self, model: FittedModel, baseline: float) -> Iterator[Primitive]:
        places = (self.rmsea, self._rmsea(model)), (self.cfi, self._cfi(model))
        for axis, text in places:
            x = axis.start - _INSET if self.above else axis.end + _INSET + 7
            yield Text(x, baseline, text, _VALUE, INK, bold=model.chosen)

    def _marks(self, model: FittedModel, y: float) -> Iterator[Primitive]:
        if _known(model.lower) and _known(model.upper):
            low, high = self.rmsea.place(model.lower), self.rmsea.place(model.upper)
            yield Line(low, y, high, y, BLUE, 1.8)
        for axis, value in ((self.rmsea, model.rmsea), (self.cfi, model.cfi)):
            if _known(value):
                x = axis.place(value)
                yield from (
                    mark("diamond", BLUE, x, y, 3.4) if model.chosen else disc(BLUE, x, y, 2.7)
                )

    def _rmsea(self, model: FittedModel) -> str:
        if not _known(model.rmsea):
            return ""
        value = self.figures.coefficient(model.rmsea, 3)
        if not (_known(model.lower) and _known(model.upper)):
            return value
        ends = (self.figures.coefficient(end, 3) for end in (model.lower, model.upper))
        return f"{value} ({'–'.join(ends)})"

    def _cfi(self, model: FittedModel) -> str:
        return self.figures.coefficient(model.cfi, 3) if _known(model.cfi) else ""

    def _model_words(self, model: FittedModel) -> str:
        parts = []
        if model.chosen:
            parts.append(self.words("fit.chosen"))
        if _known(model.rmsea):
            key = "fit.rmsea"
            ends = [self.figures.coefficient(end, 3) for end in (model.lower, model.upper)]
            if _known(model.lower) and _known(model.upper):
                key = "fit.rmsea_interval"
            parts.append(
                self.words(
                    key,
                    value=self.figures.coefficient(model.rmsea, 3),
                    level=self.figures.number(self.level * 100, 0),
                    interval=self.figures.between(*ends),
                )
            )
        if _known(model.cfi):
            parts.append(self.words("fit.cfi", value=self._cfi(model)))
        said = "; ".join(parts) if parts else model.note
        return self.words("fit.model", label=model.label, said=said)

    def _cutoff_words(self, cutoff: FitCutoff) -> str:
        value = self.figures.coefficient(cutoff.value)
        return self.words(f"fit.{cutoff.index}_cutoff", value=value, source=cutoff.source)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        if any(model.chosen for model in self.models):
            yield self.words("fit.chosen"), _chosen_key
        if any(_known(model.lower) for model in self.models):
            level = self.figures.number(self.level * 100, 0)
            yield self.words("fit.interval", level=level), _interval_key
        for index in _INDICES:
            for cutoff, dash in zip(self._of(index), _DASHES, strict=False):
                yield self._cutoff_words(cutoff), _cutoff_key(dash)


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _chosen_key(x: float, y: float) -> list[Primitive]:
    return list(mark("diamond", BLUE, x + 13, y, 4.2))


def _interval_key(x: float, y: float) -> list[Primitive]:
    return [Line(x, y, x + 17, y, BLUE, 2.2), *disc(BLUE, x + 8.5, y, 3.3)]


def _cutoff_key(dash: tuple[float, ...]) -> Key:
    return lambda x, y: [Line(x, y, x + 17, y, INK, 0.9, dash)]
