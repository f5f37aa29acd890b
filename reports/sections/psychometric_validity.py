"""Whether the questions of a scale go together, and whether scales stand apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from reports.blocks import Bullets, Cell, Column, Paragraph, Section, TableBlock

if TYPE_CHECKING:
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.htmt import Htmt
    from psychometrics.measurement import Validity
    from reports.blocks import Block
    from reports.sections.study import Study

DISTINCT = 0.85
"""Ratio below which scales are called distinct (Henseler, Ringle & Sarstedt 2015); a convention."""


def validity(study: Study) -> Section:
    """Convergent and discriminant validity of the scales."""
    words, measured = study.words, study.measurement
    found = measured.validity if measured else None
    fit = measured.dimensionality.measurement.fit if measured else None
    title = words("psychometric.validity.title")
    if found is None or fit is None:
        return Section("validity", title, (Paragraph(words("psychometric.validity.none")),))
    blocks: list[Block] = []
    if found.htmt is not None:
        blocks.append(Paragraph(_lead(study, found.htmt), "lead"))
    if measured and not measured.dimensionality.measurement.proper:
        blocks.append(Bullets((words("psychometric.validity.improper"),)))
    blocks.append(_convergent(study, found))
    if found.htmt is not None:
        blocks += [_ratios(study, found.htmt), _correlations(study, fit)]
        blocks += [Bullets(found.htmt.warnings)] if found.htmt.warnings else []
    return Section("validity", title, tuple(blocks))


def _lead(study: Study, found: Htmt) -> str:
    near = [
        study.words(
            "psychometric.validity.pair", one=study.factor_name(one), other=study.factor_name(other)
        )
        for (i, one), (j, other) in combinations(enumerate(found.factors), 2)
        if not found.upper[i, j] < DISTINCT
    ]
    limit = study.figures.coefficient(DISTINCT)
    if not near:
        return study.words("psychometric.validity.distinct", limit=limit)
    return study.words("psychometric.validity.near", pairs=study.listed(near), limit=limit)


def _convergent(study: Study, found: Validity) -> TableBlock:
    words, figures = study.words, study.figures
    return TableBlock(
        name="convergent-validity",
        caption=words("psychometric.validity.convergent"),
        columns=(
            Column(words("psychometric.column.scale"), "start", 3),
            Column(words("psychometric.column.composite"), share=1.5),
            Column(words("psychometric.column.extracted"), share=1.5),
        ),
        rows=tuple(
            (
                Cell(study.factor_name(scale)),
                Cell(figures.coefficient(reliability, 3)),
                Cell(figures.coefficient(extracted, 3)),
            )
            for scale, reliability, extracted in zip(
                found.scales, found.reliability, found.extracted, strict=True
            )
        ),
        notes=(words("psychometric.validity.convergent_note"),),
    )


def _ratios(study: Study, found: Htmt) -> TableBlock:
    words, figures = study.words, study.figures
    return TableBlock(
        name="htmt",
        caption=words("psychometric.validity.ratios"),
        columns=(
            Column(words("psychometric.column.scale"), "start", 2),
            Column(words("psychometric.column.with"), "start", 2),
            Column(words("psychometric.column.ratio", level=figures.percent(found.level)), share=2),
            Column(words("psychometric.column.distinct")),
        ),
        rows=tuple(
            (
                Cell(study.factor_name(one)),
                Cell(study.factor_name(other)),
                Cell(
                    figures.estimate(
                        float(found.values[i, j]),
                        float(found.lower[i, j]),
                        float(found.upper[i, j]),
                        3,
                    )
                ),
                Cell(study.yes_no(bool(found.upper[i, j] < DISTINCT))),
            )
            for (i, one), (j, other) in combinations(enumerate(found.factors), 2)
        ),
        notes=(
            words(
                "psychometric.validity.ratios_note",
                n=figures.count(found.n_used),
                limit=figures.coefficient(DISTINCT),
            ),
        ),
    )


def _correlations(study: Study, fit: ModelFit) -> TableBlock:
    from psychometrics.validity import fornell_larcker

    words, figures = study.words, study.figures
    found = fornell_larcker(fit)[0]
    distinct = set(found.distinct)
    return TableBlock(
        name="fornell-larcker",
        caption=words("psychometric.validity.fornell_larcker"),
        columns=(
            Column(words("psychometric.column.scale"), "start", 2.4),
            *(Column(study.factor_name(factor), share=1.4) for factor in found.factors),
            Column(words("psychometric.column.distinct")),
        ),
        rows=tuple(
            (
                Cell(study.factor_name(factor)),
                *(
                    Cell(figures.coefficient(float(value), 3) if other <= place else "")
                    for other, value in enumerate(found.values[place])
                ),
                Cell(study.yes_no(factor in distinct)),
            )
            for place, factor in enumerate(found.factors)
        ),
        notes=(words("psychometric.validity.fornell_larcker_note"),),
    )
