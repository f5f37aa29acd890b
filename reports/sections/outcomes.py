"""Outcomes beside engagement, and how the two go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, ChartBlock, Column, TableBlock
from reports.charts.interval_dots import IntervalLegend, IntervalRow, interval_dots
from reports.format import NOTHING
from reports.sections.shares import shares
from reports.sections.story import unbroken
from reports.suppression import Visibility
from reports.verdicts import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.links import LinkFinding
    from reports.references import Reference
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

Links = dict[tuple[str, str], "LinkFinding"]


def outcomes(story: Story, width: float) -> Iterator[Block]:
    """Outcomes drawn, and shares of customers in sentences."""
    rows = _shown(story)
    if rows:
        yield _chart(story, rows, width)
    yield from shares(story)


def outcome_figures(story: Story) -> Iterator[Block]:
    """Outcomes in figures, and how they go together with engagement."""
    rows = _shown(story)
    if rows:
        yield _table(story, rows)


def _shown(story: Story) -> list[ScoreFinding]:
    return [row for row in story.findings.outcomes if row.visibility is not Visibility.HIDDEN]


def _chart(story: Story, rows: Sequence[ScoreFinding], width: float) -> ChartBlock:
    words, figures = story.words, story.figures
    compared = any(row.contrast for row in rows)
    drawn = []
    for row in rows:
        drawn.append(
            IntervalRow(
                label=_name(story, row),
                estimate=row.mean,
                low=row.lower,
                high=row.upper,
                comparison=row.contrast.others if row.contrast else None,
                band_low=row.expected.lower if row.expected else None,
                band_high=row.expected.upper if row.expected else None,
                mark=mark(row.verdict, words) if compared else None,
                cells=(figures.score(row.mean),),
            )
        )
    chart = interval_dots(
        drawn,
        title=words("others_page.outcomes", brand=story.brand),
        columns=(words("standing.column.score"),),
        legend=IntervalLegend(comparison=words("others.mean"), band=words("standing.expected")),
        width=width,
        language=story.language,
    )
    return ChartBlock("outcomes", chart, words("others_page.outcomes_heading"))


def _name(story: Story, row: ScoreFinding) -> str:
    low = row.favourable == "low"
    return story.words("people.low_is_good", name=row.name) if low else row.name


def _table(story: Story, rows: Sequence[ScoreFinding]) -> TableBlock:
    words = story.words
    links = {(one.outcome, one.dimension): one for one in story.findings.links if one.r is not None}
    compared = any(row.contrast for row in rows)
    before = any(one.kind == "previous" for row in rows for one in row.references)
    dimensions = story.findings.dimensions if links else ()
    columns = [
        Column(words("standing.column.outcome"), "start", 2.0),
        Column(words("standing.column.n"), share=0.4),
        Column(words("standing.column.interval", level=story.level), share=0.9),
        *([Column(words("standing.column.gap"), share=0.7)] if compared else []),
        *([Column(words("standing.column.verdict"), "start", 0.9)] if compared else []),
        *([Column(words("items_page.column.change"), share=0.8)] if before else []),
        *(Column(words("people.with", dimension=row.name), share=1.4) for row in dimensions),
    ]
    notes = [words("others_page.outcomes_note")]
    if before:
        wave = story.findings.wave_before
        notes.append(words("items_page.change_note", wave=wave))
    if any(one.asked == "caution" for row in rows for one in row.references):
        notes.append(words("asked.row", wave=story.findings.wave_before))
    if links:
        notes.append(words("people.links_note", level=story.level))
    return TableBlock(
        name="outcomes",
        caption=words("people.outcomes_table"),
        columns=tuple(columns),
        rows=tuple(_row(story, row, links, compared, before) for row in rows),
        notes=(" ".join(notes),),
    )


def _row(
    story: Story, row: ScoreFinding, links: Links, compared: bool, before: bool
) -> tuple[Cell, ...]:
    figures = story.figures
    cells = [
        Cell(_name(story, row)),
        Cell(figures.count(row.n)),
        Cell(figures.interval(row.lower, row.upper)),
    ]
    if compared:
        cells.append(Cell(figures.change(row.contrast.gap) if row.contrast else NOTHING))
        word = unbroken(story.words(f"verdict_word.{row.verdict}"))
        cells.append(Cell(word, mark(row.verdict, story.words)))
    if before:
        change = next((one for one in row.references if one.kind == "previous"), None)
        cells.append(Cell(_change(story, change)))
    if links:
        found = [links.get((row.scale, one.scale)) for one in story.findings.dimensions]
        cells += [Cell(_r(story, one)) for one in found]
    return tuple(cells)


def _change(story: Story, one: Reference | None) -> str:
    if one is None or one.contrast is None:
        return NOTHING
    change = story.figures.change(one.contrast.gap)
    if one.is_clear:
        change = story.words("items_page.clear_change", change=change)
    return story.words("asked.mark", text=change) if one.asked == "caution" else change


def _r(story: Story, link: LinkFinding | None) -> str:
    if link is None:
        return NOTHING
    return unbroken(story.figures.estimate(link.r, link.lower, link.upper))
