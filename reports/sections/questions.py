"""Page three: every question of the dimensions, with its wording where it is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Align, Cell, ChartBlock, Column, Paragraph, Section, TableBlock
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.sections.outcomes import outcome_figures
from reports.sections.story import unbroken
from reports.suppression import Visibility
from reports.verdicts import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.item_findings import ItemFinding
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story


def questions(story: Story) -> Section:
    """The third page."""
    words = story.words
    opening = [words("items_page.intro", brand=story.brand), words("items_page.chart_note")]
    if any(not item.worded for item in story.findings.items):
        opening.append(words("items_page.topic_only"))
    blocks: list[Block] = [Paragraph(" ".join(opening), "note")]
    told: set[tuple[str, ...]] = set()
    for row in story.findings.dimensions:
        blocks += _dimension(story, row, told)
    if story.findings.items:
        blocks.append(_table(story, story.findings.items))
    blocks += outcome_figures(story)
    return Section("questions", words("items_page.title"), tuple(blocks))


def _table_note(story: Story) -> str:
    compared = any(item.gap is not None for item in story.findings.items)
    notes = [story.words("items_page.table_note")]
    if compared:
        notes.append(story.words("items_page.table_note_gap"))
    if any(item.change is not None for item in story.findings.items):
        notes.append(story.words("items_page.change_note", wave=story.findings.wave_before))
    if any(item.change_asked == "caution" for item in story.findings.items):
        notes.append(story.words("asked.row", wave=story.findings.wave_before))
    if compared and any(item.differs for item in story.findings.items):
        notes.append(story.words("items_page.differs_note"))
    return " ".join(notes)


def _dimension(story: Story, row: ScoreFinding, told: set[tuple[str, ...]]) -> Iterator[Block]:
    """The chart of one dimension; its legend where `told` does not hold its categories yet."""
    items = [item for item in story.findings.items if item.scale == row.scale]
    if items:
        categories = tuple(_categories(story, items[0]))
        yield _chart(story, row, items, legend=categories not in told or story.narrow)
        told.add(categories)
    elif row.visibility is not Visibility.HIDDEN:
        limit = story.findings.rules.hidden_below
        words = story.words("items_page.withheld", dimension=row.name, hidden_below=limit)
        yield Paragraph(words, "caution")


def _chart(
    story: Story, row: ScoreFinding, items: Sequence[ItemFinding], *, legend: bool
) -> ChartBlock:
    chart = diverging_bars(
        [ItemAnswers(_label(story, item), item.shares, item.n) for item in items],
        _categories(story, items[0]),
        title=story.words("items_page.chart", dimension=row.name),
        width=story.width,
        language=story.language,
        legend=legend,
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


def _table(story: Story, items: Sequence[ItemFinding]) -> TableBlock:
    names = _columns(items)
    columns = [
        Column(story.words(f"items_page.column.{key}"), align, share) for key, align, share in names
    ]
    return TableBlock(
        name="items",
        caption=story.words("items_page.table"),
        columns=tuple(columns),
        rows=tuple(_row(story, item, [key for key, _, _ in names]) for item in items),
        notes=(_table_note(story),),
    )


def _columns(items: Sequence[ItemFinding]) -> _Shape:
    columns = _OWN_COLUMNS
    if any(item.change is not None for item in items):
        columns += _CHANGE_COLUMNS
    return columns + _GAP_COLUMNS if any(item.gap is not None for item in items) else columns


_Shape = tuple[tuple[str, Align, float], ...]
_OWN_COLUMNS: _Shape = (
    ("item", "start", 6.6),
    ("n", "end", 0.5),
    ("mean", "end", 0.6),
    ("se", "end", 0.5),
    ("top2", "end", 0.6),
    ("bottom2", "end", 0.7),
)
_CHANGE_COLUMNS: _Shape = (("change", "end", 0.85),)
_GAP_COLUMNS: _Shape = (("gap", "end", 0.65), ("verdict", "start", 1.1))


def _row(story: Story, item: ItemFinding, columns: Sequence[str]) -> tuple[Cell, ...]:
    figures = story.figures
    label = _label(story, item)
    if item.differs and item.gap is not None:
        label = story.words("items_page.differs_mark", label=label)
    change = figures.change(item.change)
    if item.change_is_clear:
        change = story.words("items_page.clear_change", change=change)
    if item.change is not None and item.change_asked == "caution":
        change = story.words("asked.mark", text=change)
    cells = {
        "item": Cell(label),
        "n": Cell(figures.count(item.n)),
        "mean": Cell(figures.mean(item.mean)),
        "se": Cell(figures.mean(item.se)),
        "top2": Cell(figures.percent(item.top2)),
        "bottom2": Cell(figures.percent(item.bottom2)),
        "change": Cell(change),
        "gap": Cell(figures.change(item.gap)),
        "verdict": Cell(
            unbroken(story.words(f"verdict_word.{item.verdict}")), mark(item.verdict, story.words)
        ),
    }
    return tuple(cells[column] for column in columns)
