"""Every item by itself and within its scale; items that a researcher should look at come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psychometrics.efa import SALIENT
from psychometrics.items import LOW_ITEM_REST
from reports.blocks import Bullets, Cell, Column, Heading, Paragraph, Section, TableBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.analysis import ScaleResult
    from psychometrics.items import ItemResult
    from reports.blocks import Block
    from reports.sections.study import Study

BETTER_WITHOUT = 0.005
"""Alpha must rise by more than this without an item before the item is pointed at."""


def items(study: Study) -> Section:
    """Item analysis of all scales."""
    words = study.words
    pointed = tuple(_pointed(study))
    blocks: list[Block] = [Heading(words("psychometric.items.look"))]
    blocks.append(Bullets(pointed) if pointed else Paragraph(words("psychometric.items.look_none")))
    blocks += [_table(study, scale) for scale in study.scores.scales]
    blocks.append(Paragraph(words("psychometric.items.note"), "note"))
    return Section("items", words("psychometric.items.title"), tuple(blocks))


def _pointed(study: Study) -> Iterator[str]:
    for scale in study.scores.scales:
        for row in study.scores.items.of_scale(scale.scale):
            reasons = list(_reasons(study, scale, row))
            if reasons:
                yield study.words(
                    "psychometric.items.pointed",
                    item=study.item_label(row.item),
                    scale=study.scale_name(scale.scale),
                    reasons="; ".join(reasons),
                )


def _reasons(study: Study, scale: ScaleResult, row: ItemResult) -> Iterator[str]:
    words, figures = study.words, study.figures
    if row.n == 0:
        yield words("psychometric.items.unanswered")
    elif row.sd == 0:
        yield words("psychometric.items.constant")
    if row.r_drop is not None and row.r_drop < LOW_ITEM_REST:
        key = "against" if row.r_drop < 0 else "apart"
        yield words(
            f"psychometric.items.{key}",
            r=figures.coefficient(row.r_drop),
            limit=figures.coefficient(LOW_ITEM_REST),
        )
    alpha = scale.alpha.alpha if scale.alpha else None
    dropped = row.alpha_if_dropped
    if alpha is not None and dropped is not None and dropped > alpha + BETTER_WITHOUT:
        yield words(
            "psychometric.items.better_without",
            alpha=figures.coefficient(alpha, 3),
            dropped=figures.coefficient(dropped, 3),
        )
    yield from _structure_reasons(study, row)


def _structure_reasons(study: Study, row: ItemResult) -> Iterator[str]:
    if study.structure is None:
        return
    for place in study.structure.placements:
        if place.item != row.item:
            continue
        loading = study.figures.coefficient(place.loading)
        if place.nowhere:
            limit = study.figures.coefficient(SALIENT)
            yield study.words(
                "psychometric.items.nowhere", limit=limit, loading=loading, factor=place.factor
            )
        if place.elsewhere:
            yield study.words(
                "psychometric.items.elsewhere",
                factor=place.factor,
                loading=loading,
                expected=place.expected,
            )
        for factor, cross in place.cross_loadings:
            yield study.words(
                "psychometric.items.cross", factor=factor, loading=study.figures.coefficient(cross)
            )


def _table(study: Study, scale: ScaleResult) -> TableBlock:
    words = study.words
    names = ("n", "missing", "mean", "sd", "skew", "kurtosis", "r_drop", "alpha_dropped")
    wide = {"missing": 1.15, "kurtosis": 1.15, "alpha_dropped": 1.3}
    return TableBlock(
        name=f"items-{scale.scale}",
        caption=words("psychometric.items.caption", scale=study.scale_name(scale.scale)),
        columns=(
            Column(words("psychometric.column.item"), "start", 3.4),
            *(
                Column(words(f"psychometric.column.{name}"), share=wide.get(name, 0.9))
                for name in names
            ),
        ),
        rows=tuple(_row(study, row) for row in study.scores.items.of_scale(scale.scale)),
    )


def _row(study: Study, row: ItemResult) -> tuple[Cell, ...]:
    figures = study.figures
    label = study.item_label(row.item)
    if row.reversed:
        label = study.words("psychometric.items.reversed", label=label)
    return (
        Cell(label),
        Cell(figures.count(row.n)),
        Cell(figures.count(row.missing)),
        Cell(figures.mean(row.mean)),
        Cell(figures.mean(row.sd)),
        Cell(figures.mean(row.skew)),
        Cell(figures.mean(row.kurtosis)),
        Cell(figures.coefficient(row.r_drop)),
        Cell(figures.coefficient(row.alpha_if_dropped)),
    )
