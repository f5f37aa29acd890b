"""Scores in figures: by themselves, and beside all that they may be set beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, TableBlock
from reports.format import NOTHING
from reports.sections.story import unbroken
from reports.verdicts import Verdict, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.references import Reference
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

_COLUMNS = (
    ("n", 0.6),
    ("score", 0.7),
    ("se", 0.5),
    ("gap", 0.7),
    ("interval", 1.5),
    ("g", 0.9),
)

_EMPTY = Cell("")
"""What a row has not, because it stands beside the row above it."""


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
    interval = Cell(figures.interval(row.lower, row.upper))
    if row.references:
        return (*cells, _EMPTY, interval, _EMPTY, _EMPTY)
    return (*cells, _EMPTY, interval, _EMPTY, _verdict(story, "verdict_short", row.verdict))


def _beside(story: Story, one: Reference) -> tuple[Cell, ...]:
    figures, contrast = story.figures, one.contrast
    name = story.counted(f"beside.{one.kind}", one.brands, wave=one.wave)
    if one.asked == "caution":
        name = story.words("asked.mark", text=name)
    if contrast is None:
        word = _verdict(story, "verdict_short", one.verdict)
        return (Cell(name), *[Cell(NOTHING)] * 6, word)
    words = "changed" if one.kind == "previous" else "verdict_short"
    return (
        Cell(name),
        Cell(figures.count(one.n_others)),
        Cell(figures.score(contrast.others)),
        _EMPTY,
        Cell(figures.change(contrast.gap)),
        Cell(unbroken(figures.interval(contrast.lower, contrast.upper))),
        Cell(figures.effect(contrast.g)),
        _verdict(story, words, one.verdict),
    )


def _verdict(story: Story, words: str, verdict: Verdict) -> Cell:
    return Cell(unbroken(story.words(f"{words}.{verdict}")), mark(verdict, story.words))


def _notes(story: Story, rows: Sequence[ScoreFinding]) -> tuple[str, ...]:
    return (" ".join(_remarks(story, rows)),)


def _remarks(story: Story, rows: Sequence[ScoreFinding]) -> Iterator[str]:
    words, rules = story.words, story.findings.rules
    references = [one for row in rows for one in row.references]
    yield words("standing.gap_note")
    if any(one.kind == "best" for one in references):
        yield words("beside.best_note")
    for wave in dict.fromkeys(one.wave for one in references if one.asked == "caution"):
        yield words("asked.row", wave=wave)
    same = [one.contrast for one in references if one.verdict is Verdict.SAME and one.contrast]
    if same:
        yield words("standing.same_note")
    clear = [
        contrast.q is None or contrast.q >= rules.false_discovery_rate
        for contrast in same
        if contrast.lower > 0 or contrast.upper < 0
    ]
    if any(clear):
        yield words("standing.same_by_number")
    if not all(clear):
        yield words("standing.same_by_size")
