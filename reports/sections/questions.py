"""Page three: every question of the dimensions, with its wording where it is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Align, Cell, ChartBlock, Column, Paragraph, Section, TableBlock
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.suppression import Visibility
from reports.verdicts import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.findings import ScoreFinding
    from reports.item_findings import ItemFinding
    from reports.sections.story import Story


def questions(story: Story) -> Section:
    """The third page."""
    words = story.words
    opening = [words("items_page.intro", brand=story.brand), words("items_page.chart_note")]
    if any(not item.worded for item in story.findings.items):
        opening.append(words("items_page.topic_only"))
    blocks: list[Block] = [Paragraph(" ".join(opening), "note")]
    # How to read the figures stands where they are first met.
    notes: tuple[str, ...] = (_table_note(story),)
    for row in story.findings.dimensions:
        added = list(_dimension(story, row, notes))
        blocks += added
        if any(isinstance(block, TableBlock) for block in added):
            notes = ()
    return Section("questions", words("items_page.title"), tuple(blocks))


def _table_note(story: Story) -> str:
    compared = any(item.gap is not None for item in story.findings.items)
    notes = [story.words("items_page.table_note")]
    if compared:
        notes.append(story.words("items_page.table_note_gap"))
    if compared and any(item.differs for item in story.findings.items):
        notes.append(story.words("items_page.differs_note"))
    return " ".join(notes)


def _dimension(story: Story, row: ScoreFinding, notes: tuple[str, ...]) -> Iterator[Block]:
    items = [item for item in story.findings.items if item.scale == row.scale]
    if items:
        yield _chart(story, row, items)
        yield _table(story, row, items, notes)
    elif row.visibility is not Visibility.HIDDEN:
        limit = story.findings.rules.hidden_below
        words = story.words("items_page.withheld", dimension=row.name, hidden_below=limit)
        yield Paragraph(words, "caution")


def _chart(story: Story, row: ScoreFinding, items: Sequence[ItemFinding]) -> ChartBlock:
    chart = diverging_bars(
        [ItemAnswers(_label(story, item), item.shares, item.n) for item in items],
        _categories(story, items[0]),
        title=story.words("items_page.chart", dimension=row.name),
        width=story.width,
        language=story.language,
    )
    return ChartBlock(f"items-{row.scale}", chart, row.name)


def _categories(story: Story, item: ItemFinding) -> list[str]:
    values = range(item.minimum, item.maximum + 1)
    labels = [story.figures.count(value) for value in values]
    labels[0] = story.words("items_page.low", value=labels[0])
    labels[-1] = story.words("items_page.high", value=labels[-1])
    return labels


def _label(story: Story, item: ItemFinding) -> str:
    return story.words("items_page.reversed", label=item.label) if item.turned else item.label


def _table(
    story: Story, row: ScoreFinding, items: Sequence[ItemFinding], notes: tuple[str, ...]
) -> TableBlock:
    compared = any(item.gap is not None for item in items)
    names = _OWN_COLUMNS + (_GAP_COLUMNS if compared else ())
    columns = [
        Column(story.words(f"items_page.column.{key}"), align, share) for key, align, share in names
    ]
    return TableBlock(
        name=f"items-{row.scale}",
        caption=story.words("items_page.table", dimension=row.name),
        columns=tuple(columns),
        rows=tuple(_row(story, item)[: len(columns)] for item in items),
        notes=notes,
    )


_Shape = tuple[tuple[str, Align, float], ...]
_OWN_COLUMNS: _Shape = (
    ("item", "start", 5.0),
    ("n", "end", 0.5),
    ("mean", "end", 0.6),
    ("se", "end", 0.5),
    ("top2", "end", 0.92),
    ("bottom2", "end", 1.22),
)
_GAP_COLUMNS: _Shape = (("gap", "end", 0.65), ("verdict", "start", 2.0))


def _row(story: Story, item: ItemFinding) -> tuple[Cell, ...]:
    figures = story.figures
    verdict = mark(item.verdict, story.words)
    label = _label(story, item)
    if item.differs and item.gap is not None:
        label = story.words("items_page.differs_mark", label=label)
    return (
        Cell(label),
        Cell(figures.count(item.n)),
        Cell(figures.mean(item.mean)),
        Cell(figures.mean(item.se)),
        Cell(figures.percent(item.top2)),
        Cell(figures.percent(item.bottom2)),
        Cell(figures.change(item.gap)),
        Cell(story.words(f"verdict_short.{item.verdict}"), verdict),
    )
