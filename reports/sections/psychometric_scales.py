"""How reliable each scale is, and how much of it lies between brands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Bullets, Cell, Column, Paragraph, Section, TableBlock
from reports.format import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.analysis import ScaleResult
    from psychometrics.reliability import Alpha, Omega
    from reports.blocks import Block
    from reports.sections.study import Study


def scales(study: Study) -> Section:
    """Alpha, omega, and the share of variance between brands."""
    blocks: list[Block] = [_reliability(study)]
    warnings = tuple(_warnings(study))
    if len(study.scores.brands) > 1:
        blocks += [*_incomparable(study), _brands(study)]
    if warnings:
        blocks.append(Bullets(warnings))
    return Section("scales", study.words("psychometric.scales.title"), tuple(blocks))


def _incomparable(study: Study) -> Iterator[Block]:
    """A caution where a test shows that means of brands do not compare."""
    test = study.measurement.across("brand") if study.measurement else None
    if test is not None and test.allowed is False:
        yield Paragraph(study.words("psychometric.scales.not_comparable"), "caution")


def _warnings(study: Study) -> Iterator[str]:
    """Each warning once, with all the scales that it holds for."""
    scales: dict[str, list[str]] = {}
    for scale in study.scores.scales:
        for text in dict.fromkeys(scale.warnings):
            scales.setdefault(text, []).append(study.scale_name(scale.scale))
    for text, names in scales.items():
        yield study.words("psychometric.scales.warning", scale=study.listed(names), text=text)


def _reliability(study: Study) -> TableBlock:
    words = study.words
    return TableBlock(
        name="reliability",
        caption=words("psychometric.scales.reliability"),
        columns=(
            Column(words("psychometric.column.scale"), "start", 2.6),
            Column(words("psychometric.column.items")),
            Column(words("psychometric.column.n")),
            Column(words("psychometric.column.alpha", level=study.level), share=2.2),
            Column(words("psychometric.column.standardised"), share=1.4),
            Column(words("psychometric.column.average_r"), share=1.1),
            Column(words("psychometric.column.omega", level=study.level), share=2.2),
        ),
        rows=tuple(_reliability_row(study, scale) for scale in study.scores.scales),
        notes=(words("psychometric.scales.reliability_note"),),
    )


def _reliability_row(study: Study, scale: ScaleResult) -> tuple[Cell, ...]:
    figures, alpha, omega = study.figures, scale.alpha, scale.omega
    return (
        Cell(study.scale_name(scale.scale)),
        Cell(figures.count(len(scale.items))),
        Cell(figures.count(alpha.n_used if alpha else None)),
        Cell(_with_interval(study, alpha, alpha.alpha) if alpha else NOTHING),
        Cell(figures.coefficient(alpha.standardised, 3) if alpha else NOTHING),
        Cell(figures.coefficient(alpha.average_r) if alpha else NOTHING),
        Cell(_with_interval(study, omega, omega.omega) if omega else NOTHING),
    )


def _with_interval(study: Study, result: Alpha | Omega, value: float) -> str:
    return study.figures.estimate(value, result.lower, result.upper, 3)


def _brands(study: Study) -> TableBlock:
    words = study.words
    names = ("brands", "welch", "p", "icc1", "n_for_70")
    return TableBlock(
        name="brands",
        caption=words("psychometric.scales.brands"),
        columns=(
            Column(words("psychometric.column.scale"), "start", 2.2),
            *(
                Column(words(f"psychometric.column.{name}"), share=2 if name == "welch" else 1)
                for name in names
            ),
        ),
        rows=tuple(_brands_row(study, scale) for scale in study.scores.scales),
        notes=(words("psychometric.scales.brands_note", least=study.scores.minimum_n),),
    )


def _brands_row(study: Study, scale: ScaleResult) -> tuple[Cell, ...]:
    figures, welch, means = study.figures, scale.welch, scale.brand_means
    statistic = NOTHING
    if welch is not None:
        df = f"{figures.count(welch.df_between)}, {figures.number(welch.df_within)}"
        statistic = f"F({df}) = {figures.number(welch.statistic, 2)}"
    return (
        Cell(study.scale_name(scale.scale)),
        Cell(figures.count(len(scale.compared))),
        Cell(statistic),
        Cell(figures.p_value(welch.p if welch else None)),
        Cell(figures.coefficient(means.icc1 if means else None, 3)),
        Cell(figures.count(means.n_for_70 if means else None)),
    )
