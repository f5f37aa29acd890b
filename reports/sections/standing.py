"""Page one: the sentence to remember, the scores, what stands out, and what the survey was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import (
    Bullets,
    ChartBlock,
    Facts,
    FinePrint,
    Heading,
    Paragraph,
    Section,
    SideBySide,
)
from reports.charts.interval_dots import IntervalLegend, IntervalRow, interval_dots
from reports.format import NOTHING
from reports.sections.cautions import cautions
from reports.sections.in_brief import in_brief
from reports.sections.method import provenance
from reports.sections.story import unbroken
from reports.sections.survey import survey_facts
from reports.sections.waves import waves
from reports.suppression import Visibility
from reports.verdicts import WORDS, Verdict, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.item_findings import ItemFinding
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

_GROUPS = (Verdict.ABOVE, Verdict.BELOW, Verdict.SAME)


def standing(story: Story) -> Section:
    """The first page; for a hidden brand, why nothing is shown."""
    if story.findings.visibility is Visibility.HIDDEN:
        return _hidden(story)
    words = story.words
    blocks: list[Block] = [Paragraph(headline(story), "lead"), *cautions(story)]
    blocks += [
        _chart(story),
        Paragraph(words("standing.chart_note", level=story.level), "note"),
        *waves(story),
        *_standouts(story),
        *in_brief(story),
        Heading(words("standing.facts")),
        _facts(story),
    ]
    return Section("standing", words("standing.title"), tuple(blocks))


def headline(story: Story) -> str:
    """The sentence of page one, from the rule that the findings name."""
    rows = story.findings.dimensions
    others = max((len(row.peers) - 1 for row in rows if row.contrast), default=1)
    gaps = {str(verdict): _gaps(story, verdict) for verdict in _GROUPS}
    sentence = story.words(
        f"headline.{story.findings.headline}",
        brand=story.brand,
        others=story.words("headline_others", count=max(others, 1)),
        scores=story.listed([_score(story, row) for row in rows if row.mean is not None]),
        hidden_below=story.findings.rules.hidden_below,
        **gaps,
    )
    rest = [story.lowered(row.name) for row in rows if row.verdict not in _GROUPS]
    if rest and len(rest) < len(rows):
        sentence += story.words("headline_rest", rest=story.listed(rest))
    return sentence


def _hidden(story: Story) -> Section:
    rules, words = story.findings.rules, story.words
    limits = {"hidden_below": rules.hidden_below, "verdict_from": rules.verdict_from}
    blocks = (
        Paragraph(headline(story), "lead"),
        Paragraph(words("standing.hidden_why", **limits)),
        Paragraph(words("standing.hidden_next", brand=story.brand, **limits)),
        Heading(words("standing.facts")),
        _facts(story),
        Facts(tuple(provenance(story))),
    )
    return Section("standing", words("standing.hidden_title"), blocks)


def _chart(story: Story) -> ChartBlock:
    words = story.words
    compared = any(row.contrast for row in story.findings.dimensions)
    columns = _columns(story, compared)
    rows = [
        IntervalRow(
            label=row.name,
            estimate=row.mean,
            low=row.lower,
            high=row.upper,
            comparison=row.contrast.others if row.contrast else None,
            band_low=row.expected.lower if row.expected else None,
            band_high=row.expected.upper if row.expected else None,
            mark=mark(row.verdict, words) if compared else None,
            cells=tuple(_cell(story, row, column) for column in columns),
            note=words("standing.hidden_row", hidden_below=story.findings.rules.hidden_below),
            bold=True,
        )
        for row in story.findings.dimensions
    ]
    chart = interval_dots(
        rows,
        title=words("standing.chart", brand=story.brand),
        columns=tuple(words(f"standing.column.{key}", level=story.level) for key in columns),
        legend=IntervalLegend(comparison=words("others.mean"), band=words("standing.expected")),
        width=story.width,
        language=story.language,
    )
    return ChartBlock("standing", chart, "")


def _columns(story: Story, compared: bool) -> tuple[str, ...]:
    if story.narrow:
        return ("score",)
    return ("score", "interval", "gap", "g", "verdict") if compared else ("score", "interval")


def _cell(story: Story, row: ScoreFinding, column: str) -> str:
    figures, contrast = story.figures, row.contrast
    match column:
        case "score":
            return figures.score(row.mean)
        case "interval":
            return figures.interval(row.lower, row.upper)
        case "gap":
            return figures.change(contrast.gap) if contrast else NOTHING
        case "g":
            return figures.effect(contrast.g) if contrast else NOTHING
        case _:
            return story.words(f"verdict_short.{row.verdict}")


def _standouts(story: Story) -> Iterator[Block]:
    found = story.findings
    if not found.items or not any(row.contrast for row in found.dimensions):
        return
    if all(item.verdict not in _GROUPS for item in found.items):
        limit = found.rules.verdict_from
        yield Paragraph(story.words("standing.no_standouts", verdict_from=limit), "note")
        return
    yield SideBySide(
        _ranked(story, "strengths", found.strengths, "standing.none_above"),
        _ranked(story, "opportunities", found.opportunities, "standing.none_below"),
    )
    if any(item.differs and item.verdict in WORDS for item in found.items):
        yield Paragraph(story.words("standing.standouts_differ"), "note")


def _ranked(
    story: Story, key: str, items: Sequence[ItemFinding], nothing: str
) -> tuple[Block, ...]:
    heading = Heading(story.words(f"standing.{key}"))
    if not items:
        return heading, Paragraph(story.words(nothing))
    figures = story.figures
    return heading, Bullets(
        tuple(
            story.words(
                "standing.strength_line",
                label=item.label,
                gap=figures.change(item.gap),
                interval=figures.span(item.lower, item.upper),
            )
            for item in items
        )
    )


def _facts(story: Story) -> FinePrint:
    return FinePrint(survey_facts(story))


def _gaps(story: Story, verdict: Verdict) -> str:
    """The dimensions with one verdict, each with its gap; empty when there is none."""
    rows = [row for row in story.findings.dimensions if row.verdict is verdict]
    listed = story.listed([_gap(story, row) for row in rows])
    return story.words("headline_scales", count=len(rows), list=listed) if rows else ""


def _gap(story: Story, row: ScoreFinding) -> str:
    contrast = row.contrast
    if contrast is None:
        return story.lowered(row.name)
    return story.words(
        "headline_gap",
        name=story.lowered(row.name),
        gap=story.figures.change(contrast.gap),
        level=story.level,
        interval=unbroken(story.figures.span(contrast.lower, contrast.upper)),
    )


def _score(story: Story, row: ScoreFinding) -> str:
    return story.words(
        "headline_score",
        name=story.lowered(row.name),
        score=story.figures.score(row.mean),
        level=story.level,
        interval=unbroken(story.figures.span(row.lower, row.upper)),
    )
