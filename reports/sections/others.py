"""Page two: the brand among the others, and what that comparison takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock, ChartGrid, Heading, Paragraph, Section
from reports.charts.axis import fitted
from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.distribution import ScoreDistribution, distribution
from reports.sections.beside import score_table
from reports.sections.cautions import contradicted
from reports.suppression import Visibility
from reports.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.peers import Peer
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story

MOST_NAMED = 12
"""Brands up to which each has its name; of more the places are drawn and the own is named."""

LEAST_SPAN = 30.0
"""Points of the score that a chart of brands spans at least, so that a small gap looks small."""

UNEVEN_ITEMS = 2
"""So few questions make so few possible scores that equal bins hold different numbers of them."""

_A_ROW = 3
_GUTTER = 20.0


def others(story: Story) -> Section:
    """The second page; without other brands, the scores alone."""
    words = story.words
    shown = [row for row in story.findings.dimensions if row.peers]
    brands = max((len(row.peers) for row in shown), default=0)
    title = "others_page.title" if brands > 1 else "others_page.title_alone"
    blocks: list[Block] = [*_opening(story, brands > 1)]
    if brands > 1:
        blocks += _ranks(story, [row for row in shown if row.contrast])
    blocks.append(score_table(story, "scores", words("beside.table"), story.findings.dimensions))
    blocks += _spreads(story, shown)
    return Section("others", words(title), tuple(blocks))


def _ranks(story: Story, shown: Sequence[ScoreFinding]) -> Iterator[Block]:
    if not shown:
        return
    yield Heading(story.words("others_page.ranks_heading"))
    yield ChartGrid(tuple(_caterpillar(story, row) for row in shown), _A_ROW, "")
    reading = [story.words(f"others_page.{_drawn(shown)}", level=story.level)]
    if any(row.expected for row in shown):
        reading.append(story.words("others_page.expected"))
    if any(peer.visibility is Visibility.CAUTION for row in shown for peer in row.peers):
        limit = story.findings.rules.verdict_from
        reading.append(story.words("others_page.caution_note", verdict_from=limit))
    yield Paragraph(" ".join(reading), "note")


def _spreads(story: Story, shown: Sequence[ScoreFinding]) -> Iterator[Block]:
    yield Heading(story.words("others_page.spread_heading"))
    yield ChartGrid(tuple(_spread(story, row) for row in shown), _A_ROW, "")
    caption = [story.words("others_page.spread_caption")]
    if any(row.items <= UNEVEN_ITEMS for row in shown):
        caption.append(story.words("others_page.spread_few"))
    yield Paragraph(" ".join(caption), "note")


def _third(story: Story) -> float:
    return story.width if story.narrow else (story.width - 2 * _GUTTER) / _A_ROW


def _opening(story: Story, compared: bool) -> Iterator[Paragraph]:
    if not compared:
        yield from _alone(story)
        return
    yield from _alike(story)
    if any(row.verdict is Verdict.NOT_COMPARABLE for row in story.findings.dimensions):
        yield Paragraph(contradicted(story), "caution")
    notes = list(_left_out(story))
    if notes:
        yield Paragraph(" ".join(notes), "note")


def _alone(story: Story) -> Iterator[Paragraph]:
    """Why this brand is shown by itself."""
    words, found = story.words, story.findings
    brands = found.comparisons.brands
    if any(row.verdict is Verdict.NOT_COMPARABLE for row in found.dimensions):
        if brands is not None and brands.withheld:
            yield Paragraph(words(f"others_page.not_comparable.{brands.stopped_at}"), "caution")
        else:
            yield Paragraph(contradicted(story), "caution")
        yield Paragraph(words("others_page.not_comparable_means", brand=story.brand))
        return
    key = "alone" if found.counts.shown_brands < 2 else "alone_left_out"
    limit = found.rules.hidden_below
    yield Paragraph(words(f"others_page.{key}", brand=story.brand, hidden_below=limit))


def _alike(story: Story) -> Iterator[Paragraph]:
    """Whether the questions work alike for all brands, which every comparison supposes."""
    brands = story.findings.comparisons.brands
    if brands is None:
        return
    share = story.figures.percent(brands.share)
    values = {"brand": story.brand, "least": brands.least, "share": share}
    parts = [story.words(f"others_page.alike.{brands.standing}", **values)]
    if brands.some_left_out:
        parts.append(story.words("others_page.alike_left_out", **values))
    yield Paragraph(" ".join(parts), "note" if brands.standing == "comparable" else "caution")


def _left_out(story: Story) -> Iterator[str]:
    words, hidden = story.words, story.findings.counts.hidden_brands
    limit = story.findings.rules.hidden_below
    if hidden:
        yield story.counted("others_page.left_out", hidden, hidden_below=limit)
    shown = [row for row in story.findings.dimensions if row.verdict is not Verdict.NOT_COMPARABLE]
    if len({len(row.peers) for row in shown if row.peers}) > 1:
        yield words("others_page.left_out_here", hidden_below=limit)
    if not story.findings.competitors_named:
        yield words("others_page.unnamed")


def _drawn(shown: Sequence[ScoreFinding]) -> str:
    """How the brands are drawn: each by itself, or the many as one."""
    return "order" if max(len(row.peers) for row in shown) <= MOST_NAMED else "order_many"


def _caterpillar(story: Story, row: ScoreFinding) -> ChartBlock:
    chart = caterpillar(
        [_ranked(story, row, peer) for peer in row.peers],
        title=story.words("others_page.caterpillar", dimension=row.name),
        reference=row.contrast.others if row.contrast else None,
        reference_label=story.words("others.mean"),
        axis=fitted((end for peer in row.peers for end in (peer.lower, peer.upper)), LEAST_SPAN),
        width=_third(story),
        most_named=MOST_NAMED,
        legend=story.narrow,
        language=story.language,
    )
    return ChartBlock(f"rank-{row.scale}", chart, row.name)


def _ranked(story: Story, row: ScoreFinding, peer: Peer) -> RankedBrand:
    label, own = peer.label, peer.own
    if peer.visibility is Visibility.CAUTION:
        label = story.words("others_page.caution_mark", label=label)
    return RankedBrand(
        label=label,
        estimate=peer.mean,
        low=peer.mean if peer.lower is None else peer.lower,
        high=peer.mean if peer.upper is None else peer.upper,
        own=own,
        rank_low=row.place.lower if own and row.place else None,
        rank_high=row.place.upper if own and row.place else None,
        band_low=row.expected.lower if own and row.expected else None,
        band_high=row.expected.upper if own and row.expected else None,
    )


def _spread(story: Story, row: ScoreFinding) -> ChartBlock:
    panels = [
        ScoreDistribution(story.words("facts.brand_n"), peer.shares, peer.n, peer.mean, own=True)
        for peer in row.peers
        if peer.own
    ]
    rest = [peer for peer in row.peers if not peer.own]
    if rest:
        panels.append(_together(story, rest))
    chart = distribution(
        panels,
        title=story.words("others_page.spread", dimension=row.name),
        columns=len(panels),
        width=_third(story),
        language=story.language,
    )
    return ChartBlock(f"spread-{row.scale}", chart, row.name)


def _together(story: Story, peers: Sequence[Peer]) -> ScoreDistribution:
    """The other brands as one, each counting alike, as in the mean they are compared by."""
    shares = tuple(
        sum(column) / len(peers) for column in zip(*(peer.shares for peer in peers), strict=True)
    )
    mean = sum(peer.mean for peer in peers) / len(peers)
    n = sum(peer.n for peer in peers)
    return ScoreDistribution(story.words("others.rest"), shares, n, mean)
