"""What stands between paragraphs: charts, headings, boxes and columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from reportlab.platypus.doctemplate import NullActionFlowable
from reportlab.platypus.flowables import Flowable, KeepTogether

from reports.characters import readable
from reports.charts.canvas import draw
from reports.charts.palette import PANEL
from reports.charts.pen import fill_with
from reports.pdf.links import links_in
from reports.pdf.text import Markup, TextBlock, paragraph, pieces
from reports.pdf.theme import (
    ACCENT,
    BODY,
    CAUTION,
    CAUTION_PANEL,
    HEADINGS,
    HIGHEST,
    TextStyle,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.primitives import Chart
    from reports.charts.text_width import Line, Piece
    from reports.pdf.canvas import ReportCanvas

_BULLET_INDENT = 11.0
_ENDLESS, _NOTHING = 1e6, 1e-6
"""Heights in points that no page has, and that nothing has."""
_WHOLE = 500.0
"""Points up to which boxes and columns stay whole."""


class Heading(TextBlock):
    """A heading that stays with what follows and stands in the document's outline."""

    def __init__(self, text: str, level: int = 1) -> None:
        style = HEADINGS[level]
        super().__init__(pieces(text, style), style)
        self.plain = text
        self.level = level
        self.anchor = ""

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Never split a heading."""
        return []

    def draw(self) -> None:
        """Draw the heading and enter it in the outline."""
        canvas = cast("ReportCanvas", self.canv)
        canvas.enter_outline(self.plain, self.level - 1, self.height)
        canvas.anchor(self.anchor, self.height)
        if self.style.colour == ACCENT:
            self.style = replace(self.style, colour=canvas.accent)
        super().draw()


class ChartFlowable(Flowable):
    """A chart drawn straight on the canvas, made smaller only where its page is smaller."""

    def __init__(self, chart: Chart, after: float = 9.0) -> None:
        super().__init__()
        self.chart = chart
        self.scale = 1.0
        self.spaceBefore, self.spaceAfter = 2.0, after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the chart's size within `width` points."""
        self.scale = min(1.0, width / self.chart.width, HIGHEST / self.chart.height)
        self.width = self.chart.width * self.scale
        self.height = self.chart.height * self.scale
        return self.width, self.height

    def draw(self) -> None:
        """Draw the chart's primitives."""
        canvas = cast("ReportCanvas", self.canv)
        left, bottom = canvas.absolutePosition(0, 0)
        box = (left, bottom, left + self.width, bottom + self.height)
        with canvas.content("Figure", alt=readable(self.chart.alt), box=box):
            canvas.saveState()
            canvas.scale(self.scale, self.scale)
            draw(self.chart, canvas, 0, 0)
            canvas.restoreState()


class Bullet(TextBlock):
    """One point of a list, its words hanging beside a small disc."""

    def __init__(
        self,
        text: tuple[Piece, ...],
        style: TextStyle,
        lines: tuple[Line, ...] | None = None,
        *,
        disc: bool = True,
        of: object = None,
    ) -> None:
        super().__init__(text, style, lines)
        self.of = of if of is not None else self
        self.spaceAfter = style.after / 2
        self.disc = disc

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break the words beside the disc."""
        _, taken = super().wrap(width - _BULLET_INDENT, height)
        return width, taken

    def part(self, lines: tuple[Line, ...], *, first: bool) -> Bullet:
        """Return some of the lines; only the first keep the disc."""
        return Bullet(self.text, self.style, lines, disc=first, of=self.of)

    def draw(self) -> None:
        """Draw the disc and the words."""
        canvas = cast("ReportCanvas", self.canv)
        from_right = canvas.right_to_left
        if self.disc:
            with canvas.artifact():
                fill_with(canvas, canvas.accent)
                x = self.width + _BULLET_INDENT - 3 if from_right else 3
                middle = self.height - self.style.leading * 0.52
                canvas.circle(x, middle, 1.6, stroke=0, fill=1)
        canvas.translate(0 if from_right else _BULLET_INDENT, 0)
        with (
            canvas.element("L", key=self.of),
            canvas.element("LI", key=self.origin),
            canvas.content("LBody", key=(self.origin, "body")),
        ):
            self.draw_text()


class Stack(Flowable):
    """Flowables one below the other, drawn as one; the base of boxes and columns."""

    def __init__(self, content: Sequence[Flowable]) -> None:
        super().__init__()
        self.content = list(content)
        self.placed: list[tuple[Flowable, float]] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Wrap the content and place it."""
        self.placed = []
        y = after = 0.0
        for index, flowable in enumerate(self.content):
            _, height = flowable.wrapOn(self.canv, width, 1e6)
            if index:
                y += max(after, flowable.getSpaceBefore())
            y += height
            after = flowable.getSpaceAfter()
            self.placed.append((flowable, y))
        self.width, self.height = width, y
        return width, y

    def draw(self) -> None:
        """Draw the content from the top."""
        for flowable, down in self.placed:
            flowable.drawOn(self.canv, 0, self.height - down)


def opened(content: Sequence[Flowable]) -> list[Flowable]:
    """Return `content` so that ReportLab takes it in place of the flowable that held it."""
    # It would otherwise insist that the first of them fits where the holder did not.
    return [NullActionFlowable(), *content]


class Callout(Flowable):
    """A box beside whose words stands a coloured bar."""

    def __init__(self, content: Sequence[Flowable], *, caution: bool = False) -> None:
        super().__init__()
        self.stack = Stack(content)
        self.bar, self.ground = (CAUTION, CAUTION_PANEL) if caution else ("", PANEL)
        self.padding = 7.5
        self.spaceBefore, self.spaceAfter = 4.0, 9.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size of the box around its content."""
        _, height = self.stack.wrapOn(self.canv, width - 24, height)
        self.width, self.height = width, height + 2 * self.padding
        return self.width, self.height

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Open the box only when it is too tall for any page."""
        return opened(self.stack.content) if self.height > _WHOLE else []

    def draw(self) -> None:
        """Draw ground, bar and content."""
        canvas = cast("ReportCanvas", self.canv)
        with canvas.artifact("Background"):
            fill_with(canvas, self.ground)
            canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
            fill_with(canvas, self.bar or canvas.accent)
            bar = self.width - 2.6 if canvas.right_to_left else 0
            canvas.rect(bar, 0, 2.6, self.height, stroke=0, fill=1)
        self.stack.drawOn(self.canv, 11 if canvas.right_to_left else 13, self.padding)


class Columns(Flowable):
    """Stacks side by side, of equal width, their tops level."""

    def __init__(self, stacks: Sequence[Sequence[Flowable]], gap: float = 20.0) -> None:
        super().__init__()
        self.stacks = [Stack(content) for content in stacks]
        self.gap = gap
        self.spaceBefore, self.spaceAfter = 2.0, 9.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size of the tallest stack across the whole width."""
        self.column = (width - self.gap * (len(self.stacks) - 1)) / len(self.stacks)
        heights = [stack.wrapOn(self.canv, self.column, height)[1] for stack in self.stacks]
        self.width, self.height = width, max(heights)
        return self.width, self.height

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Put the stacks one below the other only when they are too tall for any page."""
        if self.height <= _WHOLE:
            return []
        return opened([flowable for stack in self.stacks for flowable in stack.content])

    def draw(self) -> None:
        """Draw the stacks in the order in which they are read."""
        for place, stack in enumerate(self.stacks):
            x = place * (self.column + self.gap)
            if cast("ReportCanvas", self.canv).right_to_left:
                x = self.width - x - self.column
            stack.drawOn(self.canv, x, self.height - stack.height)


class Together(KeepTogether):
    """Keeps a heading with the beginning of what follows, not with all of a long table."""

    _content: list[Flowable]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Measure the content one below the other; taller than any page, so that it is split.

        ReportLab copies the frame for it, in case the content adds to it, which ours never does.
        """
        heights: list[float] = []
        self._H = below = 0.0
        for flowable in self._content:
            _, taken = flowable.wrapOn(self.canv, width, _ENDLESS)
            heights.append(taken)
            if taken > _NOTHING:
                above = flowable.getSpaceBefore() if self._H else 0.0
                self._H += taken + max(above, below)
                below = flowable.getSpaceAfter()
        self._H0, self._wrapInfo = heights[0], (width, height)
        return width, _ENDLESS

    def split(self, width: float, height: float) -> list[Flowable]:
        """Break before the content unless its heads and the least of its last part fit."""
        *heads, last = self._content
        least = getattr(last, "least_height", None)
        if least is not None:
            above = sum(
                flowable.wrapOn(self.canv, width, height)[1]
                + flowable.getSpaceBefore()
                + flowable.getSpaceAfter()
                for flowable in heads
            )
            if above + least(width) <= height:
                return list(self._content)
        return super().split(width, height)


def heading(text: str, level: int = 1) -> Heading:
    """Return a heading of level 1 (a part of the document) to 3."""
    return Heading(text, level)


def callout(*texts: Markup | TextBlock, caution: bool = False) -> Callout:
    """Return a box with one paragraph for each text."""
    paragraphs = [text if isinstance(text, TextBlock) else paragraph(text) for text in texts]
    return Callout(paragraphs, caution=caution)


def bullets(texts: Sequence[Markup], style: TextStyle = BODY) -> list[Flowable]:
    """Return a list, one point for each text."""
    of = object()
    points = [Bullet(pieces(text, style), style, of=of) for text in texts]
    for point in points:
        point.links = links_in("".join(piece.text for piece in point.text))
    return list(points)
