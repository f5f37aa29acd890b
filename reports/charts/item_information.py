"""How much each item tells along the trait: one small curve for each on one common scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.errors import ChartInputError
from reports.charts.palette import BAND, BLUE, MUTED
from reports.charts.panels import Panels
from reports.charts.primitives import NARROW, Chart, Line, Polygon, Polyline, Primitive, Text
from reports.charts.text_width import fit
from reports.charts.words import chart_words
from reports.format import formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.panels import Frame
    from reports.format import Formatter
    from reports.wording import Catalogue

_PANEL = 44.0
_CLOSE_PANEL = 24.0
_MANY = 24
"""Items above which panels are lower."""
_POINTS = 45


@dataclass(frozen=True, slots=True)
class ItemInformation:
    """One item's information at every trait value."""

    label: str
    values: Sequence[float]


def item_information(
    items: Sequence[ItemInformation],
    theta: Sequence[float],
    *,
    title: str,
    columns: int = 4,
    width: float = 500,
    language: str = "en",
) -> Chart:
    """Draw a panel for each item, all with the same height of a unit, the largest value printed.

    Raises ChartInputError when an item has not one finite value of 0 or more for each of the
    rising values of `theta`.
    """
    if not items or len(theta) < 2 or any(b <= a for a, b in pairwise(theta)):
        raise ChartInputError("Curves need an item and two or more trait values that rise.")
    for item in items:
        known = all(math.isfinite(value) and value >= 0 for value in item.values)
        if len(item.values) != len(theta) or not known:
            raise ChartInputError(
                f"Item {item.label!r} needs information of 0 or more for each of the "
                f"{len(theta)} trait values."
            )
    columns = columns if width >= NARROW else 2
    drawing = _Drawing(items, theta, columns, width, language)
    return Chart.of(drawing, width, title)


class _Drawing:
    def __init__(
        self,
        items: Sequence[ItemInformation],
        theta: Sequence[float],
        columns: int,
        width: float,
        language: str,
    ) -> None:
        self.items = items
        self.theta = theta
        self.width = width
        self.words: Catalogue = chart_words(language)
        self.figures: Formatter = formatter(language)
        highest = max(0.1, *(max(item.values) for item in items))
        many = len(items) > _MANY
        self.panels = Panels(
            [item.label for item in items],
            [self._facts(item) for item in items],
            columns=columns,
            width=width,
            panel=_CLOSE_PANEL if many else _PANEL,
            along=(theta[0], theta[-1]),
            upwards=(0.0, highest * 1.05),
            bottom=14.0,
            figures=self.figures,
            lines=1 if many and width >= NARROW else 3,
        )
        self.height = self.panels.top + 13

    def primitives(self) -> list[Primitive]:
        """Everything drawn, from back to front."""
        trait = fit(self.words("trait.x_axis"), self.width, 7)
        shapes: list[Primitive] = [
            Text(0, self.height - 8, self.words("information.item_axis"), 7, MUTED),
            Text(self.width, 4, trait, 7, MUTED, "end"),
        ]
        for index, frame in enumerate(self.panels.frames()):
            shapes += self.panels.shapes(index, frame)
            shapes += self._curve(self.items[index], frame)
        return shapes

    def alt(self) -> str:
        """The chart in words: each item's largest information and where it lies."""
        return " ".join(f"{item.label}: {self._facts(item)}." for item in self.items)

    def _curve(self, item: ItemInformation, frame: Frame) -> list[Primitive]:
        every = max(1, len(self.theta) // _POINTS)
        pairs = [*zip(self.theta, item.values, strict=True)]
        kept = [*pairs[:-1:every], pairs[-1]]
        points = tuple((frame.x.place(x), frame.y.place(y)) for x, y in kept)
        base, peak = frame.y.start, frame.x.place(self.theta[self._peak(item)])
        return [
            Polygon(((points[0][0], base), *points, (points[-1][0], base)), fill=BAND),
            Polyline(points, BLUE, 1.3),
            Line(peak, base, peak, frame.y.place(max(item.values)), BLUE, 0.8, (2, 1.5)),
        ]

    def _peak(self, item: ItemInformation) -> int:
        return max(range(len(item.values)), key=item.values.__getitem__)

    def _facts(self, item: ItemInformation) -> str:
        return self.words(
            "information.item",
            value=self.figures.number(max(item.values), 2),
            at=self.figures.number(self.theta[self._peak(item)], 1),
        )
