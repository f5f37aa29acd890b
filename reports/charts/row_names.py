"""Names of rows with their facts in small print below, in as many lines as they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.palette import INK, MUTED
from reports.charts.primitives import Text
from reports.charts.text_width import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME, FACTS = 8.5, 7.0
NAME_LINE, FACTS_LINE = 10.5, 8.6


class RowNames:
    """`names` and `facts`, ``""`` for none, in a column of `room` points.

    What takes more than three lines of a name or two of facts ends in an ellipsis.
    """

    def __init__(self, names: Sequence[str], facts: Sequence[str], room: float) -> None:
        self._names = [wrap(name, room, NAME, max_lines=3) for name in names]
        self._facts = [wrap(fact, room, FACTS, max_lines=2) if fact else () for fact in facts]

    def height(self, row: int) -> float:
        """Points that the words of a row take."""
        return len(self._names[row]) * NAME_LINE + len(self._facts[row]) * FACTS_LINE

    def shapes(self, row: int, top: float) -> Iterator[Text]:
        """Return the words of a row from `top` downwards."""
        y = top
        for line in self._names[row]:
            y -= NAME_LINE
            yield Text(0, y + 2.4, line, NAME, INK)
        for line in self._facts[row]:
            y -= FACTS_LINE
            yield Text(0, y + 2.0, line, FACTS, MUTED)
