"""How the brands of a portfolio moved since the wave before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock, ChartGrid, Mark, Paragraph, Section
from reports.charts.movement import Movement, movement
from reports.sections.portfolio_story import COLUMNS
from reports.verdicts import Verdict, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.portfolio_findings import BrandScore, SideBySideScores
    from reports.references import Reference
    from reports.sections.portfolio_story import PortfolioStory


_MOST_IN_COLUMNS = 12
"""Brands up to which the dimensions stand side by side."""

_TESTS = {
    "limited": frozenset({"partial", "aligned", "doubtful"}),
    "untested": frozenset({"not_run", "few_groups", "failed", "left_out"}),
    "tested": frozenset({"comparable"}),
}
"""What the note under the movement says, for what tests across waves found."""


def moving(story: PortfolioStory) -> Section:
    """Empty for a first wave."""
    words, before = story.words, story.found.wave_before
    if not before:
        return Section("moving", "", ())
    title = words("portfolio.moving", before=before)
    return Section("moving", title, tuple(_blocks(story, before)))


def _blocks(story: PortfolioStory, before: str) -> Iterator[Block]:
    changes = [
        row.change for one in story.found.dimensions for row in one.rows if row.change is not None
    ]
    standings = {one.standing for one in changes if one.asked != "breaks"}
    if all(one.contrast is None for one in changes):
        yield Paragraph(story.words(_why_none(changes)), "caution")
        return
    shown = [one for one in story.found.dimensions if one.rows]
    in_columns = not story.narrow and max(len(one.rows) for one in shown) <= _MOST_IN_COLUMNS
    width = story.column if in_columns else story.width
    charts = tuple(_movement(story, one, before, width) for one in shown)
    yield ChartGrid(charts, COLUMNS if in_columns else 1, "")
    kind = next((kind for kind, holds in _TESTS.items() if standings & holds), "untested")
    yield Paragraph(story.words(f"portfolio.waves.{kind}"), "note")
    if any(one.asked == "caution" for one in changes):
        yield Paragraph(story.words("asked.row", wave=before), "note")


def _why_none(changes: Sequence[Reference]) -> str:
    """The sentence that says why no change is told."""
    if not changes:
        return "portfolio.no_changes"
    broken = all(one.asked == "breaks" for one in changes)
    return "portfolio.not_asked_alike" if broken else "waves.not_comparable"


def _movement(
    story: PortfolioStory, one: SideBySideScores, before: str, width: float
) -> ChartBlock:
    now = story.facts.wave or ""
    chart = movement(
        [_row(story, row) for row in one.rows],
        (before, now),
        title=story.words("portfolio.movement", dimension=one.name, before=before, now=now),
        width=width,
        language=story.language,
    )
    return ChartBlock(f"moving-{one.scale.replace('_', '-')}", chart, one.name)


def _row(story: PortfolioStory, row: BrandScore) -> Movement:
    change = row.change
    if change is None or change.contrast is None:
        broken = change is not None and change.asked == "breaks"
        note = story.words("portfolio.asked_otherwise" if broken else "portfolio.no_change")
        return Movement(row.brand.brand_name, None, row.score.mean, own=True, note=note)
    name = row.brand.brand_name
    return Movement(
        label=story.words("asked.mark", text=name) if change.asked == "caution" else name,
        earlier=change.contrast.others,
        later=row.score.mean,
        change=change.contrast.gap,
        low=change.contrast.lower,
        high=change.contrast.upper,
        mark=changed(story, change.verdict),
        own=True,
    )


def changed(story: PortfolioStory, verdict: Verdict) -> Mark:
    """The verdict on a change: its own word, the shape and colour of all verdicts."""
    usual = mark(verdict, story.words)
    return Mark(usual.shape, usual.colour, story.words(f"changed.{verdict}"))
