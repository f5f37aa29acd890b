"""Scores from wave to wave, and why two waves may not be set beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock, Paragraph
from reports.charts.trend import Trend, TrendPoint, trend
from reports.sections.asked import broken_trends, marked, trend_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.comparability import Standing
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

_PANELS_A_ROW = 3


def waves(story: Story) -> Iterator[Block]:
    """The trend of every dimension; nothing for a first wave, and why where the questionnaire
    changed."""
    yield from broken_trends(story)
    rows = [row for row in story.findings.dimensions if row.waves]
    if not rows:
        return
    words, standing = story.words, wave_standing(story)
    chart = trend(
        [_panel(story, row, comparable=standing != "not_comparable") for row in rows],
        title=words("waves.chart", brand=story.brand),
        others_label=words("others.mean"),
        columns=_PANELS_A_ROW,
        width=story.width,
        language=story.language,
    )
    if standing == "not_comparable":
        yield Paragraph(words("waves.not_comparable"), "caution")
    yield ChartBlock("trend", chart, words("waves.title"))
    if standing != "not_comparable":
        yield Paragraph(words(f"waves.alike.{standing}", level=story.level), "note")
    yield from trend_note(story, rows)


def wave_standing(story: Story) -> Standing:
    """What the test across waves found."""
    found = {
        one.standing
        for row in story.findings.dimensions
        for one in row.references
        if one.kind == "previous" and one.asked != "breaks"
    }
    return found.pop() if found else "not_run"


def _panel(story: Story, row: ScoreFinding, *, comparable: bool) -> Trend:
    return Trend(
        marked(story, row),
        tuple(
            TrendPoint(
                point.wave,
                point.mean,
                point.lower,
                point.upper,
                point.others if comparable else None,
                point.n,
                comparable,
            )
            for point in row.waves
        ),
    )
