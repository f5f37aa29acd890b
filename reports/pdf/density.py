"""Less blank between what stands on a page, for a document that would take too many pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reports.pdf.flowables import Callout, Columns, Stack
from reports.pdf.table import DataTable
from reports.pdf.text import TextBlock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportlab.platypus.flowables import Flowable

    from reports.pdf.theme import TextStyle

_LEFT = 0.55
"""Share of the blank above and below that is left."""
_LESS, _SMALLEST = 0.94, 7.0
"""Share of the size of running text that is left, and the points below which it never falls."""
_HIGH = 1.7
"""Points above and below the words of a table's row."""
_WHOLE = 110.0
"""Points up to which a table is not split."""


def close(story: Iterable[Flowable]) -> list[Flowable]:
    """Return the story with everything nearer together and words a little smaller."""
    flowables = list(story)
    for flowable in flowables:
        flowable.spaceBefore = flowable.getSpaceBefore() * _LEFT
        flowable.spaceAfter = flowable.getSpaceAfter() * _LEFT
        if isinstance(flowable, TextBlock):
            flowable.style = _smaller(flowable.style)
        if isinstance(flowable, DataTable):
            flowable.high, flowable.whole = _HIGH, _WHOLE
        for inner in _inside(flowable):
            close(inner)
    return flowables


def _smaller(style: TextStyle) -> TextStyle:
    size = max(style.size * _LESS, min(style.size, _SMALLEST))
    return replace(style, size=size, leading=style.leading * _LESS)


def _inside(flowable: Flowable) -> list[list[Flowable]]:
    if isinstance(flowable, Callout):
        flowable.padding *= _LEFT
        return [flowable.stack.content]
    if isinstance(flowable, DataTable):
        return [flowable.notes.content]
    if isinstance(flowable, Columns):
        return [stack.content for stack in flowable.stacks]
    return [flowable.content] if isinstance(flowable, Stack) else []
