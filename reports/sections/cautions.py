"""What a reader must know before believing page one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Paragraph
from reports.suppression import Visibility
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

LIMITED = ("partial", "aligned", "doubtful")
"""What a test may find that allows comparing and yet asks for care."""


def cautions(story: Story) -> Iterator[Paragraph]:
    """Warnings first, remarks last."""
    rules = story.findings.rules
    rows = story.findings.dimensions
    few = [row.n for row in rows if row.n is not None and row.visibility is Visibility.CAUTION]
    if few:
        yield Paragraph(
            story.counted(
                "standing.caution", min(few), brand=story.brand, verdict_from=rules.verdict_from
            ),
            "caution",
        )
    elif any(row.verdict is Verdict.TOO_FEW for row in rows):
        words = story.words("standing.caution_others", verdict_from=rules.verdict_from)
        yield Paragraph(words, "caution")
    loose = [_loose(story, row) for row in rows if row.reliability and row.reliability.loose]
    if loose:
        yield Paragraph(story.words("standing.loose", list=story.listed(loose)), "caution")
    yield from _incomparable(story)
    yield from _mixed(story)
    remarks = list(_remarks(story))
    if remarks:
        yield Paragraph(" ".join(remarks), "note")


def _mixed(story: Story) -> Iterator[Paragraph]:
    """Warnings of figures that mix answers of languages, channels or waves that do not compare."""
    compared = _compared(story)
    for mixture in story.findings.comparisons.mixtures:
        if mixture.within or compared:
            key = f"{mixture.across}_{'within' if mixture.within else 'between'}"
            yield Paragraph(story.words(f"mixed.{key}", brand=story.brand), "caution")


def _remarks(story: Story) -> Iterator[str]:
    found, words = story.findings, story.words
    if story.facts.simulated:
        yield words("standing.simulated")
    if len(found.dimensions) > 1:
        yield words(f"standing.total.{found.comparisons.total}")
    brands = found.comparisons.brands
    if brands is not None and brands.standing not in LIMITED and _compared(story):
        yield words(f"standing.alike.{brands.standing}", brand=story.brand, least=brands.least)


def _incomparable(story: Story) -> Iterator[Paragraph]:
    """That brands, or some dimensions of theirs, are not compared, or only roughly."""
    words, found = story.words, story.findings
    apart = [row for row in found.dimensions if row.verdict is Verdict.NOT_COMPARABLE]
    brands = found.comparisons.brands
    if apart and found.comparisons.withheld:
        yield Paragraph(words("standing.not_comparable"), "caution")
    elif apart:
        yield Paragraph(contradicted(story), "caution")
    if brands is not None and brands.standing in LIMITED and _compared(story):
        yield Paragraph(words(f"standing.alike.{brands.standing}"), "caution")


def contradicted(story: Story) -> str:
    """Why a dimension is not compared although others are."""
    rows = story.findings.dimensions
    names = [story.lowered(row.name) for row in rows if row.verdict is Verdict.NOT_COMPARABLE]
    return story.words("standing.contradicted", list=story.listed(names))


def _compared(story: Story) -> bool:
    return any(row.contrast for row in story.findings.dimensions)


def _loose(story: Story, row: ScoreFinding) -> str:
    value = row.reliability.alpha[0] if row.reliability and row.reliability.alpha else None
    alpha = story.figures.coefficient(value)
    return story.words("standing.loose_item", name=story.lowered(row.name), alpha=alpha)
