"""Scores in figures: by themselves, and beside all that they may be set beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, TableBlock
from reports.format import NOTHING
from reports.verdicts import Verdict, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.findings import ScoreFinding
    from reports.references import Reference
    from reports.sections.story import Story

_COLUMNS = (
    ("n", 0.6),
    ("score", 0.7),
    ("se", 0.5),
    ("gap", 0.7),
    ("gap_interval", 1.5),
    ("g", 0.9),
)


def score_table(
    story: Story, name: str, caption: str, rows: Sequence[ScoreFinding], first: str = "dimension"
) -> TableBlock:
    """Each score in a row of its own, what it is set beside in the rows below it."""
    compared = any(one.contrast for row in rows for one in row.references)
    shown = _COLUMNS if compared else (*_COLUMNS[:3], ("interval", 1.5))
    columns = [Column(story.words(f"standing.column.{first}"), "start", 3.4)]
    columns += [
        Column(story.words(f"standing.column.{key}", level=story.level), share=share)
        for key, share in shown
    ]
    if compared:
        columns.append(Column(story.words("standing.column.verdict"), "start", 2.1))
    lines: list[tuple[Cell, ...]] = []
    own = set()
    for row in rows:
        own.add(len(lines))
        lines.append(_own(story, row, compared))
        lines += (_beside(story, one) for one in row.references)
    return TableBlock(
        name=name,
        caption=caption,
        columns=tuple(columns),
        rows=tuple(lines),
        notes=_notes(story, rows) if compared else (),
        marked=frozenset(own) if compared else frozenset(),
    )


def _own(story: Story, row: ScoreFinding, compared: bool) -> tuple[Cell, ...]:
    figures = story.figures
    cells = (
        Cell(row.name),
        Cell(figures.count(row.n)),
        Cell(figures.score(row.mean)),
        Cell(figures.score(row.se)),
    )
    if not compared:
        return (*cells, Cell(figures.interval(row.lower, row.upper)))
    if row.references:
        return (*cells, *[Cell(NOTHING)] * 4)
    verdict = mark(row.verdict, story.words)
    word = Cell(story.words(f"verdict_short.{row.verdict}"), verdict)
    return (*cells, *[Cell(NOTHING)] * 3, word)


def _beside(story: Story, one: Reference) -> tuple[Cell, ...]:
    figures, contrast = story.figures, one.contrast
    name = story.counted(f"beside.{one.kind}", one.brands, wave=one.wave)
    if contrast is None:
        word = Cell(story.words(f"verdict_short.{one.verdict}"), mark(one.verdict, story.words))
        return (Cell(name), *[Cell(NOTHING)] * 6, word)
    words = "changed" if one.kind == "previous" else "verdict_short"
    return (
        Cell(name),
        Cell(figures.count(one.n_others)),
        Cell(figures.score(contrast.others)),
        Cell(NOTHING),
        Cell(figures.change(contrast.gap)),
        Cell(figures.interval(contrast.lower, contrast.upper)),
        Cell(figures.effect(contrast.g)),
        Cell(story.words(f"{words}.{one.verdict}"), mark(one.verdict, story.words)),
    )


def _notes(story: Story, rows: Sequence[ScoreFinding]) -> tuple[str, ...]:
    return (" ".join(_remarks(story, rows)),)


def _remarks(story: Story, rows: Sequence[ScoreFinding]) -> Iterator[str]:
    words, rules = story.words, story.findings.rules
    references = [one for row in rows for one in row.references]
    yield words("standing.gap_note")
    if any(one.kind == "best" for one in references):
        yield words("beside.best_note")
    same = [one.contrast for one in references if one.verdict is Verdict.SAME and one.contrast]
    if same:
        effect = story.figures.coefficient(rules.smallest_effect, 1)
        yield words("standing.same_note", smallest_effect=effect)
    clear = [
        contrast.q is None or contrast.q >= rules.false_discovery_rate
        for contrast in same
        if contrast.lower > 0 or contrast.upper < 0
    ]
    if any(clear):
        yield words("standing.same_by_number")
    if not all(clear):
        yield words("standing.same_by_size")
