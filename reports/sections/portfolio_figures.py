"""All figures of a portfolio report, and how it is to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, Paragraph, Section, TableBlock
from reports.format import NOTHING
from reports.sections.portfolio_moving import changed
from reports.verdicts import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.portfolio_findings import BrandScore, SideBySideScores
    from reports.score_findings import ScoreFinding
    from reports.sections.portfolio_story import PortfolioStory


def figures(story: PortfolioStory) -> Section:
    """How to read them, and a table for each dimension."""
    blocks = (*_method(story), *_tables(story))
    return Section("figures", story.words("portfolio.figures"), blocks)


def _tables(story: PortfolioStory) -> Iterator[Block]:
    scores = [*story.found.dimensions]
    if story.found.satisfaction is not None:
        scores.append(story.found.satisfaction)
    for one in scores:
        if one.rows:
            yield _table(story, one)


def _table(story: PortfolioStory, one: SideBySideScores) -> TableBlock:
    words, level = story.words, story.level
    compared = any(row.score.contrast for row in one.rows)
    moved = any(row.change for row in one.rows)
    columns = [
        Column(words("portfolio.column.brand"), "start", 2.1),
        Column(words("standing.column.n"), share=0.6),
        Column(words("standing.column.score"), share=0.7),
        Column(words("standing.column.interval", level=level), share=1.2),
    ]
    if compared:
        columns += [
            Column(words("standing.column.gap"), share=0.7),
            Column(words("standing.column.verdict"), "start", 1.5),
            Column(words("portfolio.column.place", brands=len(one.peers)), share=0.8),
        ]
    if moved:
        before = story.found.wave_before
        columns.append(Column(words("portfolio.column.changed"), share=0.8))
        columns.append(Column(words("portfolio.column.change", before=before), "start", 2.2))
    return TableBlock(
        name=f"figures-{one.scale.replace('_', '-')}",
        caption=one.name,
        columns=tuple(columns),
        rows=tuple(_row(story, row, compared, moved) for row in one.rows),
    )


def _row(story: PortfolioStory, row: BrandScore, compared: bool, moved: bool) -> tuple[Cell, ...]:
    printed, score = story.figures, row.score
    cells = [
        Cell(row.brand.brand_name),
        Cell(printed.count(score.n)),
        Cell(printed.score(score.mean)),
        Cell(printed.interval(score.lower, score.upper)),
    ]
    if compared:
        contrast = score.contrast
        word = story.words(f"verdict_word.{score.verdict}")
        cells += [
            Cell(printed.change(contrast.gap) if contrast else NOTHING),
            Cell(word, mark(score.verdict, story.words)),
            Cell(_place(story, score)),
        ]
    if moved:
        cells += _changes(story, row)
    return tuple(cells)


def _place(story: PortfolioStory, score: ScoreFinding) -> str:
    if score.place is None:
        return NOTHING
    best, worst = score.place.lower, score.place.upper
    return story.figures.count(best) if best == worst else story.figures.interval(best, worst, 0)


def _changes(story: PortfolioStory, row: BrandScore) -> list[Cell]:
    change = row.change
    if change is None:
        return [Cell(NOTHING), Cell(NOTHING)]
    sign = changed(story, change.verdict)
    gap = story.figures.change(change.contrast.gap) if change.contrast else NOTHING
    if change.asked == "caution" and change.contrast:
        gap = story.words("asked.mark", text=gap)
    return [Cell(gap), Cell(sign.word, sign)]


def _method(story: PortfolioStory) -> Iterator[Block]:
    words, rules = story.words, story.rules
    limits = {"hidden_below": rules.hidden_below, "verdict_from": rules.verdict_from}
    yield Paragraph(words("portfolio.method", **limits), "note")
