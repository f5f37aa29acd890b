"""Where engagement and satisfaction part, and who is satisfied and yet about to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, ChartBlock, Column, Paragraph, Section, TableBlock
from reports.charts.two_scores import BrandScores, Score, two_scores
from reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.findings import Findings
    from reports.peers import Peer
    from reports.sections.portfolio_story import PortfolioStory


MOST_CROSSES = 8
"""Brands up to which each is drawn with its intervals."""


def parting(story: PortfolioStory) -> Section:
    """Empty where satisfaction was not asked."""
    title = story.words("portfolio.parting")
    return Section("parting", title, (*_both(story), *_at_risk(story)))


def _both(story: PortfolioStory) -> Iterator[Block]:
    """The sentence and the chart, where brands may be set beside each other on both."""
    found, words = story.found, story.words
    satisfaction = found.satisfaction
    if satisfaction is None:
        return
    brands = list(_pairs(story))
    if len(brands) < 2:
        key = "not_comparable_parting" if found.withheld else "no_parting"
        yield Paragraph(words(f"portfolio.{key}"), "note")
        return
    name = story.lowered(found.feeling.name)
    engaged, satisfied = found.parted()
    for key, names in (("engaged", engaged), ("satisfied", satisfied)):
        if names:
            said = words(f"portfolio.parted.{key}", dimension=name, names=story.names(names))
            yield Paragraph(said)
    if not engaged and not satisfied:
        yield Paragraph(words("portfolio.parted.none", dimension=name))
    means = (_mean([one.satisfaction.value for one in brands]),)
    chart = two_scores(
        brands,
        title=words("portfolio.parting_chart", dimension=found.feeling.name),
        means=(*means, _mean([one.engagement.value for one in brands])),
        width=story.width,
        language=story.language,
    )
    yield ChartBlock("parting", chart, "")
    key = "parting_note_many" if _many(story) else "parting_note"
    yield Paragraph(words(f"portfolio.{key}", dimension=name, level=story.level), "note")


def _pairs(story: PortfolioStory) -> Iterator[BrandScores]:
    found = story.found
    satisfaction = (
        {peer.label: peer for peer in found.satisfaction.peers} if (found.satisfaction) else {}
    )
    for peer in found.feeling.peers:
        other = satisfaction.get(peer.label)
        if other is not None and other.own == peer.own:
            bare = _many(story)
            yield BrandScores(
                peer.label, _score(other, bare=bare), _score(peer, bare=bare), own=peer.own
            )


def _many(story: PortfolioStory) -> bool:
    """Whether the intervals of the reader's brands would hide each other."""
    return len(story.found.feeling.rows) > MOST_CROSSES


def _score(peer: Peer, *, bare: bool) -> Score:
    return Score(peer.mean) if bare else Score(peer.mean, peer.lower, peer.upper)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _at_risk(story: PortfolioStory) -> Iterator[Block]:
    words = story.words
    brands = [one for one in story.found.brands if one.at_risk is not None]
    limit = story.rules.hidden_below
    if not any(one.at_risk and one.at_risk.share is not None for one in brands):
        if brands:
            yield Paragraph(words("people.share_hidden.risk", hidden_below=limit), "note")
        return
    columns = (
        Column(words("portfolio.column.brand"), "start", 2.6),
        Column(words("portfolio.column.satisfied")),
        Column(words("portfolio.column.risk")),
        Column(words("standing.column.interval", level=story.level), share=1.4),
    )
    yield TableBlock(
        name="at-risk",
        caption=words("portfolio.risk"),
        columns=columns,
        rows=tuple(_risk_row(story, one) for one in brands),
        notes=(words("portfolio.risk_note", hidden_below=limit),),
    )


def _risk_row(story: PortfolioStory, one: Findings) -> tuple[Cell, ...]:
    share, figures = one.at_risk, story.figures
    if share is None or share.share is None:
        return (Cell(one.brand_name), *[Cell(NOTHING)] * 3)
    interval = figures.between(figures.percent(share.lower), figures.percent(share.upper))
    return (
        Cell(one.brand_name),
        Cell(figures.count(share.n)),
        Cell(figures.percent(share.share)),
        Cell(interval),
    )
