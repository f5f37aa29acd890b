"""Page two: the brand among the others, and what that comparison takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import (
    Cell,
    ChartBlock,
    ChartGrid,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.distribution import ScoreDistribution, distribution
from reports.format import NOTHING
from reports.sections.cautions import contradicted
from reports.sections.standing import score_table
from reports.suppression import Visibility
from reports.verdicts import Verdict, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.findings import ScoreFinding
    from reports.peers import Peer
    from reports.sections.story import Story

PANELS = 8
"""Brands drawn as small multiples; beyond it the others are drawn together."""

ROWS = 12
"""Brands up to which each also gets a row in a table; more are drawn, with their figures, only."""

UNEVEN_ITEMS = 2
"""So few questions make so few possible scores that equal bins hold different numbers of them."""

_PANELS_A_ROW = 4
_PANEL_WIDTH = 230.0


def others(story: Story) -> Section:
    """The second page; without other brands, the scores alone."""
    shown = [row for row in story.findings.dimensions if row.peers]
    brands = max((len(row.peers) for row in shown), default=0)
    ranks, rest = list(_ranks(story, shown, brands)), list(_rest(story, shown))
    # Charts of many brands fill a page each, so what is short comes before them.
    body = ranks + rest if brands <= ROWS else rest + ranks
    title = "others_page.title" if brands > 1 else "others_page.title_alone"
    return Section("others", story.words(title), (*_opening(story, brands > 1), *body))


def _ranks(story: Story, shown: Sequence[ScoreFinding], brands: int) -> Iterator[Block]:
    if brands < 2:
        return
    order = story.words("others_page.order", level=story.level)
    if brands > ROWS:
        yield Heading(story.words("others_page.ranks_heading"))
        yield Paragraph(order, "note")
    # How to read the figures stands where they are first met.
    reading = [order, story.words("others_page.table_note", brand=story.brand)]
    if any(peer.visibility is Visibility.CAUTION for row in shown for peer in row.peers):
        limit = story.findings.rules.verdict_from
        reading.append(story.words("others_page.caution_note", verdict_from=limit))
    notes: tuple[str, ...] = (" ".join(reading),)
    for row in shown:
        if row.verdict is Verdict.NOT_COMPARABLE:
            continue
        yield _caterpillar(story, row)
        if brands <= ROWS:
            yield _table(story, row, notes)
            notes = ()


def _rest(story: Story, shown: Sequence[ScoreFinding]) -> Iterator[Block]:
    yield from _outcomes(story)
    yield Heading(story.words("others_page.spread_heading"))
    caption = [story.words("others_page.spread_caption")]
    if any(row.items <= UNEVEN_ITEMS for row in shown):
        caption.append(story.words("others_page.spread_few"))
    yield Paragraph(" ".join(caption), "note")
    panels = {row.scale: _panels(story, row.peers) for row in shown}
    if max(map(len, panels.values()), default=0) <= 2:
        width = story.width if story.narrow else story.width / 2 - 10
        yield ChartGrid(tuple(_spread(story, row, panels, width) for row in shown), 2, "")
    else:
        for row in shown:
            yield _spread(story, row, panels, story.width)


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


def _caterpillar(story: Story, row: ScoreFinding) -> ChartBlock:
    chart = caterpillar(
        [
            RankedBrand(
                label=peer.label,
                estimate=peer.mean,
                low=peer.mean if peer.lower is None else peer.lower,
                high=peer.mean if peer.upper is None else peer.upper,
                own=peer.own,
            )
            for peer in row.peers
        ],
        title=story.words("others_page.caterpillar", dimension=row.name),
        reference=row.contrast.others if row.contrast else None,
        reference_label=story.words("others.mean"),
        width=story.width,
        language=story.language,
    )
    return ChartBlock(f"rank-{row.scale}", chart, row.name)


def _spread(
    story: Story,
    row: ScoreFinding,
    panels: dict[str, list[ScoreDistribution]],
    width: float,
) -> ChartBlock:
    chart = distribution(
        panels[row.scale],
        title=story.words("others_page.spread", dimension=row.name),
        columns=_PANELS_A_ROW // 2 if story.narrow else _PANELS_A_ROW,
        width=min(width, _PANEL_WIDTH * len(panels[row.scale])),
        language=story.language,
    )
    return ChartBlock(f"spread-{row.scale}", chart, row.name)


def _panels(story: Story, peers: Sequence[Peer]) -> list[ScoreDistribution]:
    own = [peer for peer in peers if peer.own]
    rest = [peer for peer in peers if not peer.own]
    panels = [
        ScoreDistribution(peer.label, peer.shares, peer.n, peer.mean, peer.own)
        for peer in (own + rest if len(peers) <= PANELS else own)
    ]
    if len(peers) > PANELS:
        panels.append(_together(story, rest))
    return panels


def _together(story: Story, peers: Sequence[Peer]) -> ScoreDistribution:
    """The other brands as one, each counting alike, as in the mean they are compared by."""
    shares = tuple(
        sum(column) / len(peers) for column in zip(*(peer.shares for peer in peers), strict=True)
    )
    mean = sum(peer.mean for peer in peers) / len(peers)
    n = sum(peer.n for peer in peers)
    return ScoreDistribution(story.words("others.together"), shares, n, mean)


def _table(story: Story, row: ScoreFinding, notes: tuple[str, ...]) -> TableBlock:
    words = story.words
    label = {key: words(f"others_page.column.{key}", level=story.level) for key in _COLUMNS}
    return TableBlock(
        name=f"others-{row.scale}",
        caption=words("others_page.table", dimension=row.name),
        columns=(
            Column(label["brand"], "start", 3.6),
            Column(label["n"], share=0.5),
            Column(label["mean"], share=0.6),
            Column(label["se"], share=0.45),
            Column(label["difference"], share=0.85),
            Column(label["interval"], share=1.5),
            Column(label["g"], share=0.9),
            Column(label["verdict"], "start", 2.0),
        ),
        rows=tuple(_line(story, peer) for peer in row.peers),
        notes=notes,
        marked=frozenset(place for place, peer in enumerate(row.peers) if peer.own),
    )


_COLUMNS = ("brand", "n", "mean", "se", "difference", "interval", "g", "verdict")


def _line(story: Story, peer: Peer) -> tuple[Cell, ...]:
    figures, pair = story.figures, peer.pair
    label = peer.label
    if peer.visibility is Visibility.CAUTION:
        label = story.words("others_page.caution_mark", label=label)
    known = (Cell(label), *map(Cell, _own_figures(story, peer)))
    if pair is None:
        return (*known, *[Cell(NOTHING)] * 4)
    verdict = mark(pair.verdict, story.words)
    return (
        *known,
        Cell(figures.change(pair.difference)),
        Cell(figures.interval(pair.lower, pair.upper)),
        Cell(figures.effect(pair.g)),
        Cell(story.words(f"pair.{pair.verdict}"), verdict),
    )


def _own_figures(story: Story, peer: Peer) -> tuple[str, str, str]:
    figures = story.figures
    return figures.count(peer.n), figures.score(peer.mean), figures.score(peer.se)


def _outcomes(story: Story) -> Iterator[Block]:
    rows = [row for row in story.findings.outcomes if row.visibility is not Visibility.HIDDEN]
    if rows:
        caption = story.words("others_page.outcomes", brand=story.brand)
        yield Heading(story.words("others_page.outcomes_heading"))
        yield score_table(story, "outcomes", caption, rows, first="outcome")
        notes = [story.words("others_page.outcomes_note")]
        notes += [
            story.words("others_page.switching_note", name=row.name)
            for row in rows
            if row.favourable == "low"
        ]
        yield Paragraph(" ".join(notes), "note")
