"""How precisely each scale measures people who engage little, somewhat and much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reports.blocks import (
    Bullets,
    Cell,
    ChartBlock,
    Column,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from reports.charts.information_curves import scale_information
from reports.charts.item_curves import ItemCurves, item_curves
from reports.charts.item_information import ItemInformation, item_information
from reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from psychometrics.irt.grm import GradedModel
    from psychometrics.measurement import ScalePrecision
    from reports.blocks import Block
    from reports.sections.study import Study

ALONG = tuple(np.round(np.linspace(-4, 4, 81), 10).tolist())
"""Trait values of curves, in standard deviations from the average interview."""
RELIABLE = 0.80
WITH_ERRORS = 6
"""Boundaries of answers up to which each is printed with its standard error."""
CURVES = 12
"""Items whose curves share a page."""


def precision(study: Study) -> Section:
    """A graded response model of every scale."""
    words = study.words
    found = study.measurement.precision if study.measurement else ()
    blocks: list[Block] = [Paragraph(words("psychometric.precision.lead"), "note")]
    for scale in found:
        blocks += _scale(study, scale)
    return Section("precision", words("psychometric.precision.title"), tuple(blocks))


def _scale(study: Study, found: ScalePrecision) -> Iterator[Block]:
    name = study.scale_name(found.scale)
    yield Heading(name)
    model = found.model
    if model is None:
        yield Paragraph(study.words("psychometric.precision.none", scale=name, reason=found.reason))
        return
    if model.warnings:
        yield Bullets(tuple(dict.fromkeys(model.warnings)))
    yield _information(study, found.scale, model)
    yield _items(study, found.scale, model)
    yield from _curves(study, found.scale, model)
    yield _parameters(study, found.scale, model)
    yield _fit(study, found.scale, model)


def _information(study: Study, scale: str, model: GradedModel) -> ChartBlock:
    found = model.information(ALONG)
    name = study.scale_name(scale)
    chart = scale_information(
        ALONG,
        found.test.tolist(),
        found.error.tolist(),
        reliability=RELIABLE,
        scores=model.scores("EAP").values[:, 0].tolist(),
        title=study.words("psychometric.precision.information", scale=name),
        width=study.width,
        language=study.language,
    )
    caption = study.words(
        "psychometric.precision.information_caption",
        reliability=study.figures.coefficient(found.marginal_reliability, 3),
        level=study.figures.coefficient(RELIABLE),
    )
    return ChartBlock(f"information-{scale}", chart, caption)


def _items(study: Study, scale: str, model: GradedModel) -> ChartBlock:
    found = model.information(ALONG)
    title = study.words("psychometric.precision.items", scale=study.scale_name(scale))
    chart = item_information(
        [
            ItemInformation(study.item_label(item), values)
            for item, values in zip(found.items, found.item.T.tolist(), strict=True)
        ],
        ALONG,
        title=title,
        width=study.width,
        language=study.language,
    )
    return ChartBlock(f"item-information-{scale}", chart, title)


def _curves(study: Study, scale: str, model: GradedModel) -> Iterator[Block]:
    curves = model.probabilities(ALONG)
    slopes = dict(zip(model.items, model.slopes[:, 0].tolist(), strict=True))
    answers = sorted({answer for found in model.categories for answer in found})
    categories = [study.figures.count(answer) for answer in answers]
    for start in range(0, len(model.items), CURVES):
        items = [
            ItemCurves(study.item_label(item), _answers(curves, item, answers), slopes[item])
            for item in model.items[start : start + CURVES]
        ]
        caption = study.words("psychometric.precision.curves", scale=study.scale_name(scale))
        chart = item_curves(
            items,
            categories,
            ALONG,
            title=caption,
            width=study.width,
            language=study.language,
        )
        yield ChartBlock(f"curves-{scale}-{start // CURVES + 1}", chart, caption)


def _answers(
    curves: pd.DataFrame, item: str, answers: Sequence[int]
) -> tuple[list[float] | None, ...]:
    """The curve of each answer; None for one that nobody gave to this item."""
    own = curves[curves["item"] == item]
    known = dict(list(own.groupby("category")["probability"]))
    return tuple(known[one].tolist() if one in known else None for one in answers)


def _parameters(study: Study, scale: str, model: GradedModel) -> TableBlock:
    words, figures = study.words, study.figures
    table = model.parameters
    names = [f"b{k + 1}" for k in range(len(table.columns)) if f"b{k + 1}" in table]
    errors = len(names) <= WITH_ERRORS and not study.narrow

    def cell(row: pd.Series, name: str) -> Cell:
        value = figures.number(row[name], 2)
        if not errors or value == NOTHING:
            return Cell(value)
        return Cell(f"{value} ({figures.number(row[f'{name}_se'], 2)})")

    return TableBlock(
        name=f"graded-{scale}",
        caption=words("psychometric.precision.parameters", scale=study.scale_name(scale)),
        columns=(
            Column(words("psychometric.column.item"), "start", 1.9 if errors else 2.6),
            Column("a", share=1.1),
            *(Column(name, share=1.15) for name in names),
        ),
        rows=tuple(
            (
                Cell(study.item_label(str(row["item"]))),
                *(cell(row, name) for name in ("a", *names)),
            )
            for _, row in table.iterrows()
        ),
        notes=(
            words(
                "psychometric.precision.parameters_note",
                n=figures.count(model.n_used),
                loglik=figures.number(model.loglik, 1),
                aic=figures.number(model.aic, 1),
                bic=figures.number(model.bic, 1),
            ),
        ),
    )


def _fit(study: Study, scale: str, model: GradedModel) -> Block:
    from psychometrics.irt.grm import IrtError

    words, figures = study.words, study.figures
    try:
        found = model.item_fit()
    except IrtError as error:
        return Paragraph(words("psychometric.precision.no_fit", reason=str(error)), "note")
    columns = ("statistic", "df", "p", "q", "rmsea")
    return TableBlock(
        name=f"item-fit-{scale}",
        caption=words("psychometric.precision.fit", scale=study.scale_name(scale)),
        columns=(
            Column(words("psychometric.column.item"), "start", 2.6),
            *(Column(words(f"psychometric.column.{name}")) for name in columns),
        ),
        rows=tuple(
            (
                Cell(study.item_label(str(item))),
                Cell(figures.number(row["chi2"], 1)),
                Cell(figures.count(row["df"])),
                Cell(figures.p_value(row["p"])),
                Cell(figures.p_value(row["q"])),
                Cell(figures.coefficient(row["rmsea"], 3)),
            )
            for item, row in found.table.iterrows()
        ),
        notes=(words("psychometric.precision.fit_note", n=figures.count(found.n_used)),),
    )
