"""The index of what people do, how far its weights decide, and what it goes together with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, Heading, Paragraph, TableBlock
from reports.format import NOTHING
from reports.metric_associations import FEWEST_BRANDS as MANY_BRANDS
from reports.metric_index import FEWEST_BRANDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.blocks import Block
    from reports.metric_associations import MetricAssociation
    from reports.metric_index import IndexedBrand, IndexPart, MetricIndex
    from reports.metrics import MetricFinding, MetricFindings
    from reports.sections.story import Story

ROWS = 12
"""Brands up to which each has a row; of more, the reader's own alone."""

MOST_PARTS = 3
"""Metrics named as what adds most, and as what takes most."""


def index_of(story: Story, found: MetricFindings) -> Iterator[Block]:
    """The place of the brand, the sentence on its weights, and a table; or why there is none."""
    words, index = story.words, found.index
    if index is None:
        if found.rows or found.positive:
            values = {"brand": story.brand, "least": FEWEST_BRANDS}
            yield Paragraph(words(f"metrics.no_index.{found.no_index}", **values), "note")
        return
    own, level = index.own, story.figures.percent(index.level)
    stays = own.rank_lower == own.rank_upper
    yield Heading(words("metrics.index_heading"))
    yield Paragraph(
        words(
            f"metrics.index_{'stays' if stays else 'moves'}",
            profile=index.profiles[0],
            brand=story.brand,
            rank=own.ranks[0],
            brands=len(index.brands),
            low=own.rank_lower,
            high=own.rank_upper,
            level=level,
        )
    )
    yield _table(story, index, level)


def _table(story: Story, index: MetricIndex, level: str) -> TableBlock:
    words = story.words
    rows = index.brands if len(index.brands) <= ROWS else (index.own,)
    places = [words("metrics.index_column.place", profile=name) for name in index.profiles]
    return TableBlock(
        name="measured-index",
        caption=words("metrics.index_table"),
        columns=(
            Column(words("metrics.index_column.brand"), "start", 2.5),
            Column(words("metrics.index_column.index")),
            *map(Column, places),
            Column(words("metrics.index_column.random"), share=1.2),
        ),
        rows=tuple(_row(story, brand) for brand in rows),
        notes=(" ".join(_notes(story, index, level)),),
        marked=frozenset(place for place, brand in enumerate(rows) if brand.own),
    )


def _row(story: Story, brand: IndexedBrand) -> tuple[Cell, ...]:
    low, high = brand.rank_lower, brand.rank_upper
    places = str(low) if low == high else story.words("metrics.index_range", low=low, high=high)
    ranks = (Cell(str(rank)) for rank in brand.ranks)
    return (Cell(brand.label), Cell(story.figures.effect(brand.index)), *ranks, Cell(places))


def _notes(story: Story, index: MetricIndex, level: str) -> Iterator[str]:
    words = story.words
    yield words("metrics.index_note", level=level)
    if len(index.brands) < MANY_BRANDS:
        yield words("metrics.index_few")
    parts = sorted(index.parts, key=lambda part: -(part.contribution or 0.0))
    raises = [part for part in parts if (part.contribution or 0.0) > 0][:MOST_PARTS]
    lowers = [part for part in parts[::-1] if (part.contribution or 0.0) < 0][:MOST_PARTS]
    for key, named in (("raises", raises), ("lowers", lowers)):
        if named:
            listed = story.listed([_part(story, part) for part in named])
            yield words(f"metrics.{key}", list=listed)
    if index.missing:
        yield words("metrics.index_missing", list=story.listed(list(index.missing)))


def _part(story: Story, part: IndexPart) -> str:
    contribution = story.figures.effect(part.contribution)
    return story.words("metrics.part", name=part.name, contribution=contribution)


def associated(story: Story, found: MetricFindings) -> Iterator[Block]:
    """A row for each metric of people, and for the index, with a correlation for each dimension."""
    if not found.associations:
        return
    words = story.words
    dimensions = tuple(dict.fromkeys(row.dimension for row in found.associations))
    names = {row.metric: row.name for row in _all(found)} | {"": words("metrics.association_index")}
    rows = {
        metric: [row for row in found.associations if row.metric == metric]
        for metric in dict.fromkeys(row.metric for row in found.associations)
    }
    yield TableBlock(
        name="measured-associations",
        caption=words("metrics.association_table"),
        columns=(
            Column(words("metrics.association_column.metric"), "start", 2.0),
            Column(words("metrics.association_column.people"), share=0.6),
            *(Column(name, share=1.5) for name in dimensions),
        ),
        rows=tuple(
            (
                Cell(names[metric]),
                Cell(_counts(story, own)),
                *(Cell(_correlation(story, own, name)) for name in dimensions),
            )
            for metric, own in rows.items()
        ),
        notes=(" ".join(_association_notes(story, found)),),
    )


def _all(found: MetricFindings) -> Iterator[MetricFinding]:
    yield from (*found.rows, *found.positive, *found.negative, *found.outcomes)


def _counts(story: Story, rows: Sequence[MetricAssociation]) -> str:
    """How many the correlations rest on; the fewest where they differ."""
    return story.figures.count(min(row.n for row in rows))


def _correlation(story: Story, rows: Sequence[MetricAssociation], dimension: str) -> str:
    row = next((row for row in rows if row.dimension == dimension), None)
    if row is None:
        return NOTHING
    told = story.figures.estimate(row.r, row.lower, row.upper)
    return story.words("metrics.association_clear", estimate=told) if _clear(story, row) else told


def _clear(story: Story, row: MetricAssociation) -> bool:
    """Whether a correlation earns its star: as any verdict, not from few people."""
    return row.q < story.findings.rules.false_discovery_rate and not _few(story, row)


def _few(story: Story, row: MetricAssociation) -> bool:
    return row.across == "people" and row.n < story.findings.rules.verdict_from


def _association_notes(story: Story, found: MetricFindings) -> Iterator[str]:
    brands = any(row.across == "brands" for row in found.associations)
    key = "association_note_brands" if brands else "association_note"
    yield story.words(f"metrics.{key}", level=story.level, brand=story.brand)
    rules = story.findings.rules
    if any(_clear(story, row) for row in found.associations):
        rate = story.figures.coefficient(rules.false_discovery_rate)
        yield story.words("metrics.association_star", rate=rate)
    if any(_few(story, row) for row in found.associations):
        yield story.words("metrics.association_caution", verdict_from=rules.verdict_from)
