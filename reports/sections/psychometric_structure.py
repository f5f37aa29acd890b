"""Which items go together: adequacy, number of factors, loadings, what loads elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import (
    Bullets,
    Cell,
    ChartBlock,
    Column,
    Facts,
    Heading,
    Paragraph,
    Section,
    TableBlock,
)
from reports.charts.loadings import ItemLoadings, loadings
from reports.charts.scree import scree
from reports.format import NOTHING
from reports.sections.psychometric_absent import why_no_structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.efa import FactorSolution
    from psychometrics.structure import StructureAnalysis
    from reports.blocks import Block
    from reports.sections.study import Study


def structure(study: Study) -> Section:
    """The factor side of the report; without an analysis, that there is none."""
    title = study.words("psychometric.structure.title")
    found = study.structure
    if found is None:
        return Section("structure", title, (Paragraph(why_no_structure(study)),))
    blocks: list[Block] = [
        Paragraph(_lead(study, found), "lead"),
        *([Bullets(found.warnings)] if found.warnings else []),
        Heading(study.words("psychometric.structure.adequacy")),
        Facts(tuple(_adequacy(study, found))),
        Paragraph(study.words("psychometric.structure.adequacy_note"), "note"),
        Heading(study.words("psychometric.structure.number")),
        _scree(study, found),
        _number_table(study, found),
        *_solution(study, found, found.solution, "main"),
    ]
    if found.alternative is not None:
        blocks += _solution(study, found, found.alternative, "alternative")
    return Section("structure", title, tuple(blocks))


def _lead(study: Study, found: StructureAnalysis) -> str:
    rules = found.suggestion
    return study.words(
        "psychometric.structure.lead",
        n=study.figures.count(found.n_used),
        items=study.figures.count(len(found.items)),
        dropped=study.counted("interviews", found.n_dropped),
        parallel=rules.parallel.suggested,
        map=rules.minimum_average_partial.suggested,
        scales=len(set(found.scales)),
        misplaced=study.listed([study.item_label(item) for item in found.misplaced])
        or study.words("psychometric.structure.nothing"),
    )


def _adequacy(study: Study, found: StructureAnalysis) -> Iterator[tuple[str, str]]:
    words, figures, test = study.words, study.figures, found.sphericity
    lowest = min(range(len(found.items)), key=lambda place: found.adequacy.by_item[place])
    yield (
        words("psychometric.structure.kmo"),
        words(
            "psychometric.structure.kmo_text",
            overall=figures.coefficient(found.adequacy.overall, 3),
            lowest=figures.coefficient(float(found.adequacy.by_item[lowest]), 3),
            item=study.item_label(found.items[lowest]),
        ),
    )
    yield (
        words("psychometric.structure.bartlett"),
        words(
            "psychometric.structure.bartlett_text",
            chi2=figures.number(test.chi2, 1),
            df=test.df,
            p=study.p_value(test.p),
        ),
    )


def _scree(study: Study, found: StructureAnalysis) -> ChartBlock:
    roots, title = found.suggestion.parallel.components, study.words("psychometric.structure.scree")
    chart = scree(
        [float(value) for value in roots.observed],
        [float(value) for value in roots.quantile],
        retained=roots.suggested,
        title=title,
        width=study.width,
        language=study.language,
    )
    return ChartBlock("scree", chart, title)


def _number_table(study: Study, found: StructureAnalysis) -> TableBlock:
    words, figures = study.words, study.figures
    roots = found.suggestion.parallel.components
    partial = found.suggestion.minimum_average_partial
    names = ("observed", "random_mean", "random_quantile", "partial", "partial_fourth")
    averages = dict(enumerate(partial.squared)), dict(enumerate(partial.fourth))
    return TableBlock(
        name="number-of-factors",
        caption=words("psychometric.structure.number_table"),
        columns=(
            Column(words("psychometric.column.factor"), "start", 0.8),
            *(Column(words(f"psychometric.column.{name}")) for name in names),
        ),
        rows=tuple(
            (
                Cell(figures.count(place + 1)),
                Cell(figures.number(float(roots.observed[place]), 3)),
                Cell(figures.number(float(roots.mean[place]), 3)),
                Cell(figures.number(float(roots.quantile[place]), 3)),
                *(Cell(figures.coefficient(column.get(place + 1), 4)) for column in averages),
            )
            for place in range(len(roots.observed))
        ),
        notes=(
            words("psychometric.structure.verdicts", **_verdicts(found)),
            words(
                "psychometric.structure.number_note",
                replicates=figures.count(found.suggestion.parallel.replicates),
                level=figures.percent(found.suggestion.parallel.level),
            ),
        ),
    )


def _verdicts(found: StructureAnalysis) -> dict[str, object]:
    rules = found.suggestion
    return {
        "components": rules.parallel.components.suggested,
        "factors": rules.parallel.factors.suggested,
        "map": rules.minimum_average_partial.suggested,
        "map_fourth": rules.minimum_average_partial.suggested_fourth,
        "kaiser": rules.kaiser,
    }


def _solution(
    study: Study, found: StructureAnalysis, solution: FactorSolution, name: str
) -> Iterator[Block]:
    words = study.words
    how = words(
        "psychometric.structure.solution",
        count=len(solution.factor_names),
        method=solution.method,
        rotation=solution.rotation or words("psychometric.structure.unrotated"),
    )
    heads = _heads(study, found, solution)
    yield Heading(words(f"psychometric.structure.{name}", solution=how))
    communality = [float(value) for value in solution.communalities]
    rows = [
        ItemLoadings(study.item_label(item), tuple(float(v) for v in values), shared)
        for item, values, shared in zip(solution.items, solution.pattern, communality, strict=True)
    ]
    # On a phone there is room for the factors' numbers only; the table below names them.
    named = _heads(study, found, solution, "psychometric.structure.factor_short")
    short = list(solution.factor_names) if study.narrow else named
    chart = loadings(rows, short, title=how, width=study.width, language=study.language)
    yield ChartBlock(f"loadings-{name}", chart, words("psychometric.structure.loadings_chart"))
    yield _loadings_table(study, solution, heads, communality, name)
    if len(heads) > 1:
        yield _factor_table(study, solution, heads, name)
    yield Facts(tuple(_fit(study, solution)))
    yield Paragraph(words("psychometric.structure.fit_note"), "note")


def _heads(
    study: Study,
    found: StructureAnalysis,
    solution: FactorSolution,
    key: str = "psychometric.structure.factor_of",
) -> list[str]:
    if solution is not found.solution:
        return list(solution.factor_names)
    return [
        name if scale is None else study.words(key, factor=name, scale=study.scale_name(scale))
        for name, scale in zip(solution.factor_names, found.factor_scales, strict=True)
    ]


def _loadings_table(
    study: Study,
    solution: FactorSolution,
    heads: list[str],
    communality: list[float],
    name: str,
) -> TableBlock:
    words, figures = study.words, study.figures
    return TableBlock(
        name=f"loadings-{name}",
        caption=words("psychometric.structure.loadings_table"),
        columns=(
            Column(words("psychometric.column.item"), "start", 2.6),
            *(Column(head, share=1.2) for head in heads),
            Column(words("psychometric.column.communality"), share=1.2),
            Column(words("psychometric.column.uniqueness"), share=1.2),
        ),
        rows=tuple(
            (
                Cell(study.item_label(item)),
                *(Cell(figures.coefficient(float(value), 3)) for value in values),
                Cell(figures.coefficient(shared, 3)),
                Cell(figures.coefficient(1 - shared, 3)),
            )
            for item, values, shared in zip(
                solution.items, solution.pattern, communality, strict=True
            )
        ),
        notes=(
            words(
                "psychometric.structure.loadings_note",
                count=len(solution.factor_names),
                method=solution.method,
                rotation=solution.rotation or "none",
            ),
        ),
    )


def _factor_table(
    study: Study, solution: FactorSolution, heads: list[str], name: str
) -> TableBlock:
    words, figures = study.words, study.figures
    share = solution.variance.loc["Proportion Var"].to_numpy()
    return TableBlock(
        name=f"factors-{name}",
        caption=words("psychometric.structure.phi"),
        columns=(
            Column(words("psychometric.column.factor"), "start", 2.6),
            *(Column(head, share=1.2) for head in heads),
            Column(words("psychometric.column.variance"), share=1.4),
        ),
        rows=tuple(
            (
                Cell(head),
                *(
                    Cell(figures.coefficient(float(value), 3) if other <= place else NOTHING)
                    for other, value in enumerate(solution.phi[place])
                ),
                Cell(figures.percent(float(share[place]), 1)),
            )
            for place, head in enumerate(heads)
        ),
        notes=(words("psychometric.structure.phi_note"),),
    )


def _fit(study: Study, solution: FactorSolution) -> Iterator[tuple[str, str]]:
    words, figures, fit = study.words, study.figures, solution.fit
    low, high = (figures.coefficient(end, 3) for end in fit.rmsea_interval)
    yield (
        words("psychometric.structure.fit"),
        words(
            "psychometric.structure.fit_text",
            chi2=figures.number(fit.chi2, 1),
            df=fit.df,
            p=study.p_value(fit.p),
            rmsea=figures.coefficient(fit.rmsea, 3),
            interval=f"{low}–{high}",
            tli=figures.coefficient(fit.tli, 3),
            rmsr=figures.coefficient(fit.rmsr, 3),
        ),
    )
    converged = "converged" if solution.converged else "not_converged"
    yield words("psychometric.structure.run"), words(f"psychometric.structure.{converged}")
    said = study.structure.warnings if study.structure else ()
    for warning in solution.warnings:
        if warning in said:
            continue
        yield words("psychometric.structure.warning"), warning
