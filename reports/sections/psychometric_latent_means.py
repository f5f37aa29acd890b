"""Means of factors in groups: from models with equal intercepts, or by alignment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, Paragraph, TableBlock
from reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.invariance import Invariance, LatentMean
    from psychometrics.measurement import Comparability
    from reports.blocks import Block
    from reports.sections.study import Study

FACTORS_A_TABLE = 4
"""Factors side by side; more stand in a further table."""


@dataclass(frozen=True)
class ByGroup:
    """Figures of groups × factors, already words; `cells` by group and factor."""

    name: str
    caption: str
    notes: tuple[str, ...]
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def tables(self, study: Study, test: Comparability) -> Iterator[TableBlock]:
        """A row a group, as many tables as the factors need."""
        groups = list(dict.fromkeys(group for group, _ in self.cells))
        factors = list(dict.fromkeys(factor for _, factor in self.cells))
        for start in range(0, len(factors), FACTORS_A_TABLE):
            some = factors[start : start + FACTORS_A_TABLE]
            yield TableBlock(
                name=self.name if not start else f"{self.name}-{start // FACTORS_A_TABLE + 1}",
                caption=self.caption,
                columns=(
                    Column(study.words(f"psychometric.column.{test.across}"), "start", 1.6),
                    *(Column(study.factor_name(factor), share=1.6) for factor in some),
                ),
                rows=tuple(
                    (
                        Cell(study.group_name(test.across, group)),
                        *(Cell(self.cells.get((group, factor), NOTHING)) for factor in some),
                    )
                    for group in groups
                ),
                notes=self.notes,
            )


def latent_means(study: Study, test: Comparability, ladder: Invariance) -> Iterator[Block]:
    """Differences to the first group in standard deviations; else why there are none."""
    found = ladder.latent_means
    if not found.rows:
        yield Paragraph(study.words("psychometric.invariance.no_means"), "note")
        return
    reference = study.group_name(test.across, found.reference)
    table = ByGroup(
        f"latent-means-{test.across}",
        study.words("psychometric.invariance.means", reference=reference),
        (study.words("psychometric.invariance.means_note", reference=reference),),
        {(row.group, row.factor): _effect(study, row) for row in found.rows},
    )
    yield from table.tables(study, test)


def _effect(study: Study, row: LatentMean) -> str:
    figures = study.figures
    return study.words(
        "psychometric.estimate",
        value=figures.effect(row.effect),
        interval=figures.span(row.effect_lower, row.effect_upper, 2),
    )
