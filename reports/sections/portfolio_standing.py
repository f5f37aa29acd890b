"""The opening of a portfolio report: how many brands stand where, and all of them by score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock, ChartGrid, Facts, Heading, Paragraph, Section
from reports.charts.axis import fitted
from reports.charts.caterpillar import NAMES, RankedBrand, caterpillar
from reports.charts.text_width import wrap
from reports.sections.cautions import LIMITED
from reports.sections.method import provenance
from reports.sections.others import LEAST_SPAN, MOST_NAMED
from reports.sections.portfolio_story import COLUMNS
from reports.sections.story import Story
from reports.suppression import Visibility
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.peers import Peer
    from reports.portfolio_findings import SideBySideScores
    from reports.sections.portfolio_story import PortfolioStory

_WITH_WORD = (Verdict.ABOVE, Verdict.BELOW, Verdict.SAME)
SPEAKS_FOR_ALL = ("not_comparable", "too_few", "no_comparison", "hidden")


def standing(story: PortfolioStory) -> Section:
    """The first page."""
    blocks: list[Block] = [*_opening(story), *_cautions(story), *_ranks(story)]
    blocks.append(Facts(tuple(provenance(Story(story.language, story.found.any_brand)))))
    return Section("standing", story.words("portfolio.standing"), tuple(blocks))


def _opening(story: PortfolioStory) -> Iterator[Paragraph]:
    """A sentence for each dimension; one for all where nothing is said of any."""
    dimensions = story.found.dimensions
    rules = {one.rule for one in dimensions}
    if len(rules) == 1 and rules <= set(SPEAKS_FOR_ALL):
        limit = story.rules.hidden_below
        yield Paragraph(
            story.words(f"portfolio.opening_all.{rules.pop()}", hidden_below=limit), "lead"
        )
        return
    for one in dimensions:
        yield Paragraph(opening(story, one), "lead")


def opening(story: PortfolioStory, one: SideBySideScores) -> str:
    """How many of the reader's brands stand above, below and about the same on a dimension."""
    said = {str(verdict): one.with_verdict(verdict) for verdict in _WITH_WORD}
    sentence = story.words(
        f"portfolio.opening.{one.rule}",
        dimension=one.name,
        brands=len(one.rows),
        hidden_below=story.rules.hidden_below,
        **{name: len(brands) for name, brands in said.items()},
        **{f"{name}_names": story.names(brands) for name, brands in said.items()},
    )
    silent = [row.brand.brand_name for row in one.rows if row.score.verdict not in _WITH_WORD]
    if silent and len(silent) < len(one.rows):
        sentence += story.words("portfolio.opening_rest", names=story.names(silent))
    return sentence


def _cautions(story: PortfolioStory) -> Iterator[Paragraph]:
    words, found, rules = story.words, story.found, story.rules
    if found.hidden:
        names = story.names([one.brand_name for one in found.hidden])
        yield Paragraph(
            words("portfolio.hidden", names=names, hidden_below=rules.hidden_below), "caution"
        )
    few = [
        one.brand_name
        for one in found.brands
        if any(row.visibility is Visibility.CAUTION for row in one.dimensions)
    ]
    if few:
        names = story.names(few)
        yield Paragraph(
            words("portfolio.few", names=names, verdict_from=rules.verdict_from), "caution"
        )
    yield from _comparability(story)
    mixed = [one.brand_name for one in found.brands if one.comparisons.mixtures]
    if mixed:
        yield Paragraph(words("portfolio.mixed", names=story.names(mixed)), "caution")
    if story.facts.simulated:
        yield Paragraph(words("standing.simulated"), "note")


def _comparability(story: PortfolioStory) -> Iterator[Paragraph]:
    """Whether brands may be set beside each other, and which dimensions of which may not."""
    words, found = story.words, story.found
    if found.withheld:
        yield Paragraph(words("portfolio.not_comparable"), "caution")
        return
    for one in found.dimensions:
        apart = one.with_verdict(Verdict.NOT_COMPARABLE)
        if apart:
            names = story.names(apart)
            yield Paragraph(
                words("portfolio.contradicted", dimension=story.lowered(one.name), names=names),
                "caution",
            )
    if not any(one.peers for one in found.dimensions):
        return
    tests = [one.comparisons.brands for one in found.brands if one.comparisons.brands]
    untested = [
        one.brand_name
        for one in found.brands
        if one.comparisons.brands and one.comparisons.brands.standing == "left_out"
    ]
    told = next((one for one in tests if one.standing != "left_out"), None)
    if told is not None:
        sentence = words(f"standing.alike.{told.standing}", brand="", least=told.least)
        yield Paragraph(sentence, "caution" if told.standing in LIMITED else "note")
    if untested:
        least = max(one.least for one in tests)
        names = story.names(untested)
        yield Paragraph(words("portfolio.untested", names=names, least=least), "caution")


def _ranks(story: PortfolioStory) -> Iterator[Block]:
    shown = [one for one in story.found.dimensions if len(one.peers) > 1]
    if not shown:
        return
    words = story.words
    yield Heading(words("portfolio.ranks"))
    in_columns = not story.narrow and _names_fit(story, shown)
    width = story.column if in_columns else story.width
    charts = tuple(_caterpillar(story, one, width) for one in shown)
    yield ChartGrid(charts, COLUMNS if in_columns else 1, "")
    note = [words("others_page.order", level=story.level), words("portfolio.places")]
    if any(peer.visibility is Visibility.CAUTION for one in shown for peer in one.peers):
        note.append(words("others_page.caution_note", verdict_from=story.rules.verdict_from))
    others = any(not peer.own for one in shown for peer in one.peers)
    if others and not story.found.competitors_named:
        note.append(words("portfolio.unnamed"))
    yield Paragraph(" ".join(note), "note")


def _names_fit(story: PortfolioStory, shown: list[SideBySideScores]) -> bool:
    peers = {peer.label: peer for one in shown for peer in one.peers}.values()
    printed = [peer for peer in peers if peer.own or len(peers) <= MOST_NAMED]
    room = story.column * NAMES
    return all(len(wrap(_label(story, peer), room, 8.0)) <= 2 for peer in printed)


def _caterpillar(story: PortfolioStory, one: SideBySideScores, width: float) -> ChartBlock:
    # A column has no room for places beside intervals; the tables tell them.
    in_columns = width < story.width
    places = {row.brand.brand_name: row.score.place for row in one.rows}
    rows = []
    for peer in one.peers:
        place = places.get(peer.label) if peer.own and not in_columns else None
        low = peer.mean if peer.lower is None else peer.lower
        high = peer.mean if peer.upper is None else peer.upper
        rows.append(
            RankedBrand(
                _label(story, peer),
                peer.mean,
                low,
                high,
                own=peer.own,
                rank_low=place.lower if place else None,
                rank_high=place.upper if place else None,
            )
        )
    ends = [end for row in rows for end in (row.low, row.high)]
    chart = caterpillar(
        rows,
        title=story.words("others_page.caterpillar", dimension=one.name),
        axis=fitted(ends, LEAST_SPAN),
        width=width,
        most_named=MOST_NAMED,
        language=story.language,
    )
    return ChartBlock(f"ranks-{one.scale.replace('_', '-')}", chart, one.name)


def _label(story: PortfolioStory, peer: Peer) -> str:
    if peer.visibility is Visibility.CAUTION:
        return story.words("others_page.caution_mark", label=peer.label)
    return peer.label
