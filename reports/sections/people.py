"""Page four: whose scores these are, what goes with them, and how all of it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock, Paragraph, Section, SideBySide
from reports.charts.group_scores import GroupRow, group_scores
from reports.sections.behaviour import behaviour
from reports.sections.metrics import metrics
from reports.sections.outcomes import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story
    from reports.segments import Segment, SegmentFinding

_GUTTER = 20.0
MOST_ROWS = 12
"""Segments drawn; more would push what follows to another page."""


def people(story: Story) -> Section:
    """Segments beside outcomes: nothing of it for what was not asked."""
    title = story.words("people.title")
    width = story.width if story.narrow else (story.width - _GUTTER) / 2
    left, right = tuple(_segments(story, width)), tuple(outcomes(story, width))
    if left and right:
        return Section("people", title, (SideBySide(left, right),))
    blocks: tuple[Block, ...] = (*_segments(story, story.width), *outcomes(story, story.width))
    return Section("people", title, blocks)


def deeds(story: Story) -> Section:
    """What people do, as they say and as it was measured: an annex of studies that ask for it."""
    blocks: tuple[Block, ...] = (*behaviour(story), *metrics(story))
    return Section("deeds", story.words("people.deeds"), blocks)


def _segments(story: Story, width: float) -> Iterator[Block]:
    found = story.findings.segments
    if not found:
        return
    words = story.words
    shown = [row for row in story.findings.dimensions if row.mean is not None]
    rows = [_row(story, one, segment, shown) for one in found for segment in one.segments]
    chart = group_scores(
        rows[:MOST_ROWS],
        [row.name for row in shown],
        title=words("people.segments_chart", brand=story.brand),
        width=width,
        stacked=story.narrow,
        language=story.language,
    )
    yield ChartBlock("segments", chart, words("people.segments"))
    yield Paragraph(" ".join(_notes(story)), "note")
    apart = [story.variable(one.variable) for one in found if one.comparable is False]
    if apart:
        yield Paragraph(words("people.segments_apart", list=story.listed(apart)), "caution")


def _row(
    story: Story, one: SegmentFinding, segment: Segment, shown: Sequence[ScoreFinding]
) -> GroupRow:
    scores = {score.scale: (score.mean, score.lower, score.upper) for score in segment.scores}
    label = story.words(
        "people.segment",
        segment=story.segment(one.variable, segment.code),
        n=story.figures.count(segment.n),
    )
    return GroupRow(
        story.variable(one.variable), label, tuple(scores.get(row.scale) for row in shown)
    )


def _notes(story: Story) -> Iterator[str]:
    found, words = story.findings, story.words
    yield words("people.segments_note", level=story.level)
    hidden = sum(one.hidden for one in found.segments)
    if hidden:
        yield story.counted("people.segments_hidden", hidden, limit=found.rules.hidden_below)
    drawn = sum(len(one.segments) for one in found.segments)
    if drawn > MOST_ROWS:
        yield story.counted("people.segments_more", drawn - MOST_ROWS)
    if any(one.comparable is None for one in found.segments):
        yield words("people.segments_untested")
