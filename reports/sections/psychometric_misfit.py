"""What a factor model leaves unexplained, and what would explain more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.blocks import Cell, ChartBlock, Column, Paragraph, TableBlock
from reports.charts.residual_heat_map import residual_heat_map
from reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psychometrics.cfa.fit import ModelFit
    from reports.blocks import Block
    from reports.sections.study import Study

LARGEST = 3
"""How many modification indices are printed."""


def misfit(study: Study, fit: ModelFit) -> Iterator[Block]:
    """Residual correlations, and the parameters whose freeing would help most."""
    yield _residuals(study, fit)
    yield Paragraph(study.words("psychometric.models.residuals_note"), "note")
    yield _changes(study, fit)


def _residuals(study: Study, fit: ModelFit) -> ChartBlock:
    import pandas as pd

    title = study.words("psychometric.models.residuals")
    table = fit.residuals()
    frame = table if isinstance(table, pd.DataFrame) else next(iter(table.values()))
    chart = residual_heat_map(
        [study.item_label(str(item)) for item in frame.index],
        frame.to_numpy().tolist(),
        title=title,
        width=study.width,
        language=study.language,
    )
    return ChartBlock("residuals", chart, title)


def _changes(study: Study, fit: ModelFit) -> Block:
    words, figures = study.words, study.figures
    rows = _largest(fit)
    if not rows:
        return Paragraph(words("psychometric.models.no_changes"))
    return TableBlock(
        name="modification-indices",
        caption=words("psychometric.models.changes"),
        columns=(
            Column(words("psychometric.column.parameter"), "start", 4),
            Column(words("psychometric.column.mi")),
            Column(words("psychometric.column.mi_robust")),
            Column(words("psychometric.column.epc"), share=1.2),
        ),
        rows=tuple(
            (
                Cell(_parameter(study, row, fit.factors)),
                Cell(figures.number(row["mi"], 1)),
                Cell(figures.number(row.get("mi_robust"), 1) if "mi_robust" in row else NOTHING),
                Cell(figures.signed(row["sepc_all"], 2)),
            )
            for row in rows
        ),
        notes=(words("psychometric.models.changes_note"),),
    )


def _largest(fit: ModelFit) -> list[dict[str, Any]]:
    table = fit.modification_indices().head(LARGEST)
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _parameter(study: Study, row: dict[str, Any], factors: Sequence[str]) -> str:
    """What would be freed, in words, and as lavaan writes it."""
    text = f"{row['lhs']} {row['op']} {row['rhs']}"
    if row["op"] == "=~":
        return study.words(
            "psychometric.models.also_loads",
            item=study.item_label(row["rhs"]),
            factor=study.factor_name(row["lhs"]),
            syntax=text,
        )
    one, other = (
        study.factor_name(row[side]) if row[side] in factors else study.item_label(row[side])
        for side in ("lhs", "rhs")
    )
    return study.words("psychometric.models.go_together", one=one, other=other, syntax=text)
