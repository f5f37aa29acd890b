"""How far groups measure alike: the steps from configural to strict, and which of them hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reports.charts.errors import ChartInputError
from reports.charts.marks import mark
from reports.charts.palette import BLUE, INK, MARK_GREY, MUTED, OWN, PANEL, RULE, VERMILLION, WHITE
from reports.charts.primitives import NARROW, Chart, Line, Primitive, Rect, Text
from reports.charts.text_width import wrap
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import MarkShape
    from reports.format import Formatter
    from reports.wording import Catalogue

Level = Literal["configural", "thresholds", "metric", "scalar", "strict"]
Outcome = Literal["passed", "partial", "failed", "untested"]

_NAME, _NARROW_NAME, _NAME_LINE = 8.5, 7.2, 10.0
_NARROW_BLOCK = 110.0
_SIZE, _LINE = 7.5, 9.8
_SMALL, _SMALL_LINE = 7.0, 8.8
_GAP = 8.0
_RISE = 15.0
_MARK = 11.0
_INSIDE = 7.0
_DASH = (3.0, 2.0)


@dataclass(frozen=True, slots=True)
class InvarianceStep:
    """One level: whether it holds, its fit, and what its equalities cost.

    `delta_cfi` and `delta_rmsea` are this level's less the one before; the first has none. `freed`
    names what is not equal where it holds in part.
    """

    level: Level
    outcome: Outcome
    cfi: float | None = None
    rmsea: float | None = None
    delta_cfi: float | None = None
    delta_rmsea: float | None = None
    freed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    shape: MarkShape
    colour: str
    fill: str
    dash: tuple[float, ...]


_LOOKS: dict[Outcome, _Look] = {
    "passed": _Look("up", BLUE, OWN, ()),
    "partial": _Look("diamond", BLUE, PANEL, _DASH),
    "failed": _Look("cross", VERMILLION, WHITE, ()),
    "untested": _Look("ring", MARK_GREY, WHITE, _DASH),
}


def invariance_ladder(
    steps: Sequence[InvarianceStep],
    *,
    title: str,
    cutoffs: tuple[float, float] = (-0.010, 0.015),
    source: str = "Chen 2007",
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw `steps` as stairs from left to right, each with its outcome, figures and meaning.

    Outcomes differ by mark, word and edge, not by colour alone. A change beyond its cut-off
    (`cutoffs`: the lowest change of CFI and the highest of RMSEA, named by `source`) is bold and
    said to be beyond. On a narrow chart the steps stand one below the other. Raises
    ChartInputError without steps or when a level stands twice.
    """
    levels = [step.level for step in steps]
    if not steps or len(set(levels)) < len(levels):
        raise ChartInputError("A ladder needs one step or more, each level once.")
    drawing = _Drawing(steps, cutoffs, source, width, language)
    return Chart.of(drawing, width, title)


@dataclass(frozen=True, slots=True)
class _Words:
    """A step's printed lines."""

    name: tuple[str, ...]
    outcome: tuple[str, ...]
    figures: tuple[tuple[str, bool], ...]
    freed: tuple[str, ...]
    meaning: tuple[str, ...]

    @property
    def height(self) -> float:
        """Points that the lines within the step take."""
        lines = len(self.name) * _NAME_LINE + (len(self.outcome) + len(self.figures)) * _LINE
        return lines + len(self.freed) * _SMALL_LINE + 12


class _Drawing:
    def __init__(
        self,
        steps: Sequence[InvarianceStep],
        cutoffs: tuple[float, float],
        source: str,
        width: float,
        language: str,
    ) -> None:
        self.steps = steps
        self.cutoffs = cutoffs
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.stairs = width >= NARROW
        self.block = (width - _GAP * (len(steps) - 1)) / len(steps) if self.stairs else width
        self.name = _NAME if self.block >= _NARROW_BLOCK else _NARROW_NAME
        self.printed = [self._step_words(step) for step in steps]
        self.note = self.words(
            "invariance.cutoffs",
            cfi=self.figures.coefficient(cutoffs[0], 3),
            rmsea=self.figures.coefficient(cutoffs[1], 3),
            source=source,
        )
        self.note_lines = wrap(self.note, width, _SMALL)
        self.foot = len(self.note_lines) * _SMALL_LINE + 4
        self.meanings = max(len(words.meaning) for words in self.printed) * _SMALL_LINE + 6
        if self.stairs:
            tallest = max(words.height for words in self.printed)
            self.base = self.foot + self.meanings
            self.heights = [tallest + place * _RISE for place in range(len(steps))]
            self.height = self.base + self.heights[-1] + 4
        else:
            self.heights = [
                words.height + len(words.meaning) * _SMALL_LINE for words in self.printed
            ]
            self.height = self.foot + sum(self.heights) + _GAP * len(steps)

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = []
        left, top = 0.0, self.height - 4
        for place, words in enumerate(self.printed):
            height = self.heights[place]
            if self.stairs:
                shapes += self._block(place, left, self.base + height, height)
                shapes += _column(words.meaning, left, self.base - 9, _SMALL, MUTED)
                left += self.block + _GAP
            else:
                shapes += self._block(place, 0.0, top, height)
                lowest = top - height + len(words.meaning) * _SMALL_LINE - 4
                shapes += _column(words.meaning, _INSIDE, lowest, _SMALL, MUTED)
                top -= height + _GAP
        return [*shapes, *_column(self.note_lines, 0, self.foot - 9, _SMALL, MUTED)]

    def alt(self) -> str:
        """The ladder in words: outcome and figures of every level, then the cut-offs."""
        return " ".join(f"{said}." for said in (*map(self._said, self.steps), self.note))

    def _block(self, place: int, left: float, top: float, height: float) -> Iterator[Primitive]:
        step, words = self.steps[place], self.printed[place]
        look = _LOOKS[step.outcome]
        yield Rect(left, top - height, self.block, height, look.fill, RULE)
        yield Line(left, top, left + self.block, top, look.colour, 2.4, look.dash)
        x, y = left + _INSIDE, top - 13
        yield from _column(words.name, x, y, self.name, INK, _NAME_LINE, bold=True)
        y -= len(words.name) * _NAME_LINE
        yield from mark(look.shape, look.colour, x + 3.5, y + 2.6, 3.4)
        yield from _column(words.outcome, x + _MARK, y, _SIZE, INK, _LINE, bold=True)
        y -= (len(words.outcome) - 1) * _LINE
        for line, beyond in words.figures:
            y -= _LINE
            yield Text(x, y, line, _SIZE, INK, bold=beyond)
        yield from _column(words.freed, x, y - _SMALL_LINE - 0.6, _SMALL, MUTED)

    def _step_words(self, step: InvarianceStep) -> _Words:
        room = self.block - 2 * _INSIDE
        freed = self._freed(step)
        return _Words(
            wrap(self.words(f"invariance.level.{step.level}"), room, self.name, bold=True),
            wrap(self._outcome(step), room - _MARK, _SIZE, bold=True),
            tuple(
                (line, beyond)
                for said, beyond in self._figures(step)
                for line in wrap(said, room, _SIZE, bold=beyond)
            ),
            wrap(freed, room, _SMALL, max_lines=4) if freed else (),
            wrap(self.words(f"invariance.means.{step.level}"), room, _SMALL),
        )

    def _outcome(self, step: InvarianceStep) -> str:
        return self.words(f"invariance.outcome.{step.outcome}")

    def _freed(self, step: InvarianceStep) -> str:
        if not step.freed:
            return ""
        return self.words("invariance.freed", names=", ".join(step.freed), count=len(step.freed))

    def _figures(self, step: InvarianceStep) -> Iterator[tuple[str, bool]]:
        """Yield what is printed of fit and change, and whether it is beyond its cut-off."""
        words, coefficient = self.words, self.figures.coefficient
        if step.delta_cfi is None and step.cfi is not None:
            yield words("invariance.cfi", value=coefficient(step.cfi, 3)), False
        if step.delta_rmsea is None and step.rmsea is not None:
            yield words("invariance.rmsea", value=coefficient(step.rmsea, 3)), False
        if step.delta_cfi is not None:
            beyond = step.delta_cfi <= self.cutoffs[0]
            yield self._change("delta_cfi", step.delta_cfi, beyond=beyond), beyond
        if step.delta_rmsea is not None:
            beyond = step.delta_rmsea >= self.cutoffs[1]
            yield self._change("delta_rmsea", step.delta_rmsea, beyond=beyond), beyond

    def _change(self, key: str, value: float, *, beyond: bool) -> str:
        said = self.words(f"invariance.{key}", value=self.figures.coefficient(value, 3))
        return self.words("invariance.beyond", change=said) if beyond else said

    def _said(self, step: InvarianceStep) -> str:
        parts = [self._outcome(step), *(said for said, _ in self._figures(step)), self._freed(step)]
        return self.words(
            "invariance.step",
            level=self.words(f"invariance.level.{step.level}"),
            said="; ".join(part for part in parts if part),
        )


def _column(
    lines: Sequence[str],
    x: float,
    y: float,
    size: float,
    ink: str,
    leading: float = _SMALL_LINE,
    *,
    bold: bool = False,
) -> Iterator[Primitive]:
    for place, line in enumerate(lines):
        yield Text(x, y - place * leading, line, size, ink, bold=bold)
