"""How likely each answer is along the trait: the category curves of a graded model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.errors import ChartInputError
from reports.charts.legend import Legend
from reports.charts.palette import INK, MUTED
from reports.charts.panels import Panels
from reports.charts.primitives import NARROW, Chart, Line, Polyline, Primitive, Text
from reports.charts.text_width import text_width
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.charts.legend import Key
    from reports.charts.panels import Frame
    from reports.format import Formatter
    from reports.wording import Catalogue

_PANEL = 78.0
_MARK = 6.5
_TOP = 1.12
"""Where the upright axis ends, so that a number has room above a curve that comes to 1."""
_POINTS = 45
"""Points of a curve that are drawn; more cannot be told apart."""
_LOW, _HIGH, _MIDDLE = ("#6b2a00", "#d55e00"), ("#003a60", "#2487c4"), "#52606d"
_SHORT = 2
"""Letters up to which the names of answers stand in the panels themselves."""
_DASH = (3.0, 1.8)


@dataclass(frozen=True, slots=True)
class ItemCurves:
    """One item: for each answer, from the lowest, its probability at every trait value.

    An answer that nobody chose, and that the model therefore lacks, is None.
    """

    label: str
    curves: tuple[Sequence[float] | None, ...]
    discrimination: float | None = None


def item_curves(
    items: Sequence[ItemCurves],
    categories: Sequence[str],
    theta: Sequence[float],
    *,
    title: str,
    columns: int = 3,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a panel for each item with one curve for each of `categories` over `theta`.

    Where an answer is the most probable its number stands above its curve, and neighbours differ by
    dashes, so that they can be told apart in grey. `theta` rises; twelve items take a page. Raises
    ChartInputError when curves, answers and trait values do not match.
    """
    _check(items, categories, theta)
    columns = columns if width >= NARROW else 1
    drawing = _Drawing(items, categories, theta, columns, width, language)
    return Chart.of(drawing, width, title)


def _check(items: Sequence[ItemCurves], categories: Sequence[str], theta: Sequence[float]) -> None:
    if not items or len(theta) < 2 or any(b <= a for a, b in pairwise(theta)):
        raise ChartInputError("Curves need an item and two or more trait values that rise.")
    for item in items:
        if len(item.curves) != len(categories):
            raise ChartInputError(
                f"Item {item.label!r} has {len(item.curves)} curves for {len(categories)} answer "
                f"categories; give None for a category that nobody chose."
            )
        drawn = [curve for curve in item.curves if curve is not None]
        if not drawn or any(len(curve) != len(theta) for curve in drawn):
            raise ChartInputError(
                f"Item {item.label!r} needs a probability for each of the {len(theta)} trait "
                f"values in every curve."
            )


class _Drawing:
    def __init__(
        self,
        items: Sequence[ItemCurves],
        categories: Sequence[str],
        theta: Sequence[float],
        columns: int,
        width: float,
        language: str,
    ) -> None:
        self.items = items
        self.categories = categories
        self.theta = theta
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        self.pens = _pens(len(categories))
        short = all(len(name) <= _SHORT for name in categories)
        self.marks = [name if short else str(number) for number, name in enumerate(categories, 1)]
        self.legend = Legend(list(self._legend_entries()), width)
        self.panels = Panels(
            [item.label for item in items],
            [self._facts(item) for item in items],
            columns=columns,
            width=width,
            panel=_PANEL,
            along=(theta[0], theta[-1]),
            upwards=(0.0, _TOP),
            bottom=self.legend.height + 14,
            figures=self.figures,
        )
        self.height = self.panels.top + 13

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        shapes: list[Primitive] = [
            Text(0, self.height - 8, self.words("curves.y_axis"), 7, MUTED),
            Text(self.width, self.legend.height + 5, self.words("trait.x_axis"), 7, MUTED, "end"),
        ]
        for index, frame in enumerate(self.panels.frames()):
            shapes += self.panels.shapes(index, frame)
            shapes += self._curves(self.items[index], frame)
        return shapes + self.legend.shapes(0)

    def alt(self) -> str:
        """The chart in words: each item's most probable answer along the trait."""
        return " ".join(f"{self._item_words(item)}." for item in self.items)

    def _curves(self, item: ItemCurves, frame: Frame) -> list[Primitive]:
        shapes: list[Primitive] = []
        every = max(1, len(self.theta) // _POINTS)
        for curve, (colour, dash) in zip(item.curves, self.pens, strict=True):
            if curve is not None:
                pairs = [*zip(self.theta, curve, strict=True)]
                kept = [*pairs[:-1:every], pairs[-1]]
                points = tuple((frame.x.place(x), frame.y.place(y)) for x, y in kept)
                shapes.append(Polyline(points, colour, 1.3, dash))
        return [*shapes, *self._numbers(item, frame)]

    def _numbers(self, item: ItemCurves, frame: Frame) -> Iterator[Primitive]:
        """Mark the curves that are the highest anywhere, where they are most so."""
        placed: list[tuple[float, float, float]] = []
        for place, at, height in sorted(_leads(item.curves), key=lambda lead: -lead[2]):
            mark = self.marks[place]
            half = text_width(mark, _MARK, bold=True) / 2
            x = min(max(frame.x.place(self.theta[at]), frame.x.start + half), frame.x.end - half)
            y = _free(placed, x, frame.y.place(height) + 2, half)
            if y is not None:
                placed.append((x, y, half))
                yield Text(x, y, mark, _MARK, INK, "middle", bold=True)

    def _facts(self, item: ItemCurves) -> str:
        if item.discrimination is None:
            return ""
        value = self.figures.number(item.discrimination, 2)
        return self.words("curves.discrimination", value=value)

    def _legend_entries(self) -> Iterator[tuple[str, Key]]:
        for mark, name, pen in zip(self.marks, self.categories, self.pens, strict=True):
            yield name if name == mark else f"{mark} {name}", _key(*pen)

    def _item_words(self, item: ItemCurves) -> str:
        spans = list(most_probable(item.curves, self.theta))
        said = [self._span_words(*span) for span in spans]
        parts = [self._facts(item)] if item.discrimination is not None else []
        parts.append(self.words("curves.highest", answers=", ".join(said)))
        shown = {category for category, _, _ in spans}
        drawn = {place for place, curve in enumerate(item.curves) if curve is not None}
        never = [self.categories[place] for place in sorted(drawn - shown)]
        absent = [name for place, name in enumerate(self.categories) if place not in drawn]
        if never:
            parts.append(self.words("curves.never", answers=", ".join(never)))
        if absent:
            parts.append(self.words("curves.absent", answers=", ".join(absent)))
        return self.words("curves.item", label=item.label, said="; ".join(parts))

    def _span_words(self, category: int, low: float | None, high: float | None) -> str:
        name = self.categories[category]
        if low is None and high is None:
            return self.words("curves.everywhere", answer=name)
        if low is None or high is None:
            key = "curves.below" if low is None else "curves.above"
            return self.words(
                key, answer=name, value=self.figures.number(high if low is None else low, 1)
            )
        return self.words("curves.between", answer=name, span=self.figures.span(low, high))


def most_probable(
    curves: Sequence[Sequence[float] | None], theta: Sequence[float]
) -> Iterator[tuple[int, float | None, float | None]]:
    """Yield, along `theta`, each answer that is the most probable and between which values.

    A bound is None at the ends of `theta`; between, it is where two curves cross.
    """
    drawn = [place for place, curve in enumerate(curves) if curve is not None]
    best = [max(drawn, key=lambda place: (curves[place] or ())[at]) for at in range(len(theta))]
    low: float | None = None
    for at, (one, other) in enumerate(pairwise(best)):
        if one == other:
            continue
        before, after = (
            (curves[one] or ())[step] - (curves[other] or ())[step] for step in (at, at + 1)
        )
        share = before / (before - after) if before != after else 0.5
        high = theta[at] + share * (theta[at + 1] - theta[at])
        yield one, low, high
        low = high
    yield best[-1], low, None


def _leads(
    curves: Sequence[Sequence[float] | None],
) -> Iterator[tuple[int, int, float]]:
    """Yield each answer that somewhere is the most probable: where it leads most, how high."""
    drawn = {place: curve for place, curve in enumerate(curves) if curve is not None}
    for place, curve in drawn.items():
        others = [other for at, other in drawn.items() if at != place]
        leads = [
            value - max((other[at] for other in others), default=0.0)
            for at, value in enumerate(curve)
        ]
        best = max(range(len(leads)), key=leads.__getitem__)
        if leads[best] > 0:
            yield place, best, curve[best]


def _free(
    placed: Sequence[tuple[float, float, float]], x: float, y: float, half: float
) -> float | None:
    """Return the lowest place from `y` upwards where a number touches no other; None for none."""
    near = sorted(height for other, height, wide in placed if abs(other - x) < half + wide + 0.6)
    lowest = y
    for height in near:
        if abs(height - lowest) < _MARK:
            lowest = height + _MARK
    return lowest if lowest - y <= 2 * _MARK else None


def _pens(count: int) -> list[tuple[str, tuple[float, ...]]]:
    """Return a colour and dashes for each answer: from brown to grey and on to dark blue."""
    side = count // 2
    low = [_mixed(*_LOW, place / max(side - 1, 1)) for place in range(side)]
    high = [_mixed(*_HIGH, place / max(side - 1, 1)) for place in range(side)]
    colours = [*low, *([_MIDDLE] if count % 2 else []), *reversed(high)]
    return [(colour, _DASH if place % 2 else ()) for place, colour in enumerate(colours)]


def _mixed(dark: str, light: str, share: float) -> str:
    parts = (
        round(int(dark[at : at + 2], 16) * (1 - share) + int(light[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _key(colour: str, dash: tuple[float, ...]) -> Key:
    return lambda x, y: [Line(x, y, x + 17, y, colour, 1.6, dash)]
