"""Groups compared without exact invariance: aligned means, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psychometrics.comparability import largest_noninvariant_share
from reports.blocks import Bullets, Cell, Column, Heading, Paragraph, TableBlock
from reports.sections.psychometric_group_parameters import apart
from reports.sections.psychometric_latent_means import ByGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from psychometrics.alignment import Alignment
    from psychometrics.measurement import Comparability
    from reports.blocks import Block
    from reports.sections.study import Study


def aligned(study: Study, test: Comparability, found: Alignment) -> Iterator[Block]:
    """Share of what differs, means of the factors, and how far each item is shared."""
    words, figures = study.words, study.figures
    largest = largest_noninvariant_share(found)
    key = "within" if largest <= found.rule_of_thumb else "beyond"
    yield Heading(words("psychometric.alignment.title"), 3)
    yield Paragraph(
        words(
            f"psychometric.alignment.{key}",
            share=figures.percent(found.noninvariant_share, 1),
            largest=figures.percent(largest, 1),
            limit=figures.percent(found.rule_of_thumb),
        )
    )
    if found.warnings:
        yield Bullets(found.warnings)
    reference = study.group_name(test.across, found.reference)
    means = found.means
    cells = {
        (str(group), str(factor)): _mean(study, row, fixed=str(group) == found.reference)
        for (factor, group), (_, row) in zip(means.index, means.iterrows(), strict=True)
    }
    table = ByGroup(
        f"aligned-means-{test.across}",
        words("psychometric.alignment.means"),
        (words("psychometric.alignment.means_note", reference=reference),),
        cells,
    )
    yield from table.tables(study, test)
    yield from apart(study, test, found)
    yield _items(study, test, found)


def _mean(study: Study, row: pd.Series, *, fixed: bool) -> str:
    figures = study.figures
    value = figures.effect(row["mean"])
    if fixed:
        return value
    interval = figures.span(row["ci_lower"], row["ci_upper"], 2)
    return study.words("psychometric.estimate", value=value, interval=interval)


def _items(study: Study, test: Comparability, found: Alignment) -> TableBlock:
    words, figures = study.words, study.figures
    names = ("loading_shared", "intercept_shared", "loading_r2", "intercept_r2")
    return TableBlock(
        name=f"aligned-items-{test.across}",
        caption=words("psychometric.alignment.items"),
        columns=(
            Column(words("psychometric.column.item"), "start", 2.6),
            *(Column(words(f"psychometric.column.{name}"), share=1.3) for name in names),
        ),
        rows=tuple(
            (
                Cell(study.item_label(str(item))),
                Cell(figures.percent(row["loading_shared"])),
                Cell(figures.percent(row["intercept_shared"])),
                Cell(figures.coefficient(row["loading"])),
                Cell(figures.coefficient(row["intercept"])),
            )
            for (_, item), (_, row) in zip(found.r2.index, found.r2.iterrows(), strict=True)
        ),
        notes=(words("psychometric.alignment.items_note"),),
    )
