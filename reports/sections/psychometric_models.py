"""Competing models of what the questions measure, and whether a total makes sense."""

from __future__ import annotations

from math import isfinite
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
from reports.charts.model_fit import FittedModel, model_fit
from reports.format import NOTHING
from reports.sections.psychometric_absent import why_no_measurement
from reports.sections.psychometric_factor_model import diagram, factor_model
from reports.sections.psychometric_misfit import misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.dimensionality import Dimensionality, ModelTest
    from psychometrics.measurement import MeasurementAnalysis
    from reports.blocks import Block
    from reports.sections.study import Study


def models(study: Study) -> Section:
    """The models, the verdict on a total, and the model of the scales in detail."""
    words, measured = study.words, study.measurement
    if measured is None:
        title = words("psychometric.models.title_none")
        return Section("models", title, (Paragraph(why_no_measurement(study)),))
    found = measured.dimensionality
    blocks: list[Block] = [Paragraph(verdict(study, found), "lead")]
    warnings = tuple(dict.fromkeys((*measured.warnings, *found.warnings)))
    blocks += [Bullets(warnings)] if warnings else []
    blocks += [_chart(study, found), _table(study, measured), *_reasons(study, found)]
    blocks += [*_general(study, found), Heading(words("psychometric.models.syntax"))]
    blocks += [Facts(tuple(_syntax(study, found))), *_deciding(study, found)]
    fit = found.measurement.fit
    if fit is not None and fit.converged:
        blocks += _detail(study, measured, fit)
    return Section("models", words("psychometric.models.title"), tuple(blocks))


def verdict(study: Study, found: Dimensionality) -> str:
    """Whether a total may be reported, in plain words."""
    total, figures = found.total, study.figures
    rule = "one_scale" if len(found.tests) == 1 else total.rule
    return study.words(
        f"psychometric.models.verdict.{rule}",
        omega=figures.coefficient(total.omega_hierarchical),
        share=figures.percent(total.explained_common_variance),
        **_limits(study),
    )


def estimation(study: Study, measured: MeasurementAnalysis) -> str:
    """The R arguments that name estimator and treatment of missing answers."""
    return study.words(
        f"psychometric.models.estimation.{measured.missing}",
        n=study.figures.count(measured.n_used),
        estimator=measured.estimator,
    )


def _limits(study: Study) -> dict[str, str]:
    from psychometrics.dimensionality import (
        GENERAL_OMEGA,
        GENERAL_SHARE,
        GOOD_CFI,
        GOOD_RMSEA,
        GOOD_SRMR,
    )

    figures = study.figures
    return {
        "cfi": figures.coefficient(GOOD_CFI),
        "rmsea": figures.coefficient(GOOD_RMSEA),
        "srmr": figures.coefficient(GOOD_SRMR),
        "least_omega": figures.coefficient(GENERAL_OMEGA),
        "least_share": figures.percent(GENERAL_SHARE),
    }


def _chart(study: Study, found: Dimensionality) -> ChartBlock:
    title = study.words("psychometric.models.chart")
    chart = model_fit(
        [_fitted(study, test) for test in found.tests],
        title=title,
        width=study.width,
        language=study.language,
    )
    return ChartBlock("model-fit", chart, title)


def _fitted(study: Study, test: ModelTest) -> FittedModel:
    label = study.words(f"psychometric.models.name.{test.name}")
    value = test.measure
    if test.fit is None or not test.fit.converged or not isfinite(value("rmsea")):
        return FittedModel(label, note=study.words("psychometric.models.no_fit"))
    return FittedModel(
        label,
        value("rmsea"),
        value("rmsea.ci.lower"),
        value("rmsea.ci.upper"),
        value("cfi"),
    )


_SHARES = {"rmsea_interval": 1.9, "df": 0.45, "aic": 0.95, "bic": 0.95}
_SHARES |= {"chi2": 0.85, "p": 0.9}
DECIDED = ("general_factor", "scales_apart")
"""Verdicts that rest on the bifactor model, which is then drawn."""
INTERVAL = 0.90
"""Of RMSEA, by convention; a test at 5 % asks whether its lower end lies above a limit."""
_MEASURES = ("chi2", "df", "p", "cfi", "tli", "rmsea_interval", "srmr", "aic", "bic", "acceptable")


def _table(study: Study, measured: MeasurementAnalysis) -> TableBlock:
    words, level = study.words, study.figures.percent(INTERVAL)
    return TableBlock(
        name="models",
        caption=words("psychometric.models.table"),
        columns=(
            Column(words("psychometric.column.model"), "start", 1.7),
            *(
                Column(
                    words(f"psychometric.column.{name}", level=level), share=_SHARES.get(name, 0.7)
                )
                for name in _MEASURES
            ),
        ),
        rows=tuple(_row(study, test) for test in measured.dimensionality.tests),
        notes=(
            words("psychometric.models.table_note", **_limits(study)),
            estimation(study, measured),
        ),
    )


def _row(study: Study, test: ModelTest) -> tuple[Cell, ...]:
    figures, value = study.figures, test.measure
    name = Cell(study.words(f"psychometric.models.name.{test.name}"))
    if test.fit is None or not test.fit.converged:
        return (name, *[Cell(NOTHING)] * len(_MEASURES))
    interval = figures.estimate(
        value("rmsea"), value("rmsea.ci.lower"), value("rmsea.ci.upper"), 3, 3
    )
    return (
        name,
        Cell(figures.number(value("chisq"), 1)),
        Cell(figures.count(value("df"))),
        Cell(figures.p_value(value("pvalue"))),
        Cell(figures.coefficient(value("cfi"), 3)),
        Cell(figures.coefficient(value("tli"), 3)),
        Cell(interval),
        Cell(figures.coefficient(value("srmr"), 3)),
        Cell(figures.count(value("aic"))),
        Cell(figures.count(value("bic"))),
        Cell(study.yes_no(test.acceptable)),
    )


def _reasons(study: Study, found: Dimensionality) -> Iterator[Block]:
    """Why a model could not be had, cannot be believed, or adds nothing."""
    said = []
    for test in found.tests:
        name = study.words(f"psychometric.models.name.{test.name}")
        if test.fit is None:
            said.append(study.words("psychometric.models.missing", model=name, reason=test.reason))
        elif not test.proper:
            said.append(study.words("psychometric.models.improper", model=name))
    higher, flat = found.test("second_order"), found.test("correlated")
    if higher and flat and higher.fit and flat.fit and higher.fit.df == flat.fit.df:
        said.append(study.words("psychometric.models.equivalent"))
    if said:
        yield Bullets(tuple(said))


def _general(study: Study, found: Dimensionality) -> Iterator[Block]:
    total, figures, words = found.total, study.figures, study.words
    if total.omega_hierarchical is None:
        return
    yield Facts(
        (
            (
                words("psychometric.models.omega"),
                figures.coefficient(total.omega_hierarchical, 3),
            ),
            (
                words("psychometric.models.shared"),
                figures.percent(total.explained_common_variance, 1),
            ),
        )
    )
    yield Paragraph(words("psychometric.models.general_note", **_limits(study)), "note")


def _deciding(study: Study, found: Dimensionality) -> Iterator[Block]:
    bifactor = found.test("bifactor")
    if found.total.rule in DECIDED and bifactor and bifactor.fit:
        title = study.words("psychometric.models.diagram_bifactor")
        yield diagram(study, bifactor.fit, "path-diagram-bifactor", title)


def _syntax(study: Study, found: Dimensionality) -> Iterator[tuple[str, str]]:
    """Each model as lavaan reads it, on one line."""
    for test in found.tests:
        if test.fit is not None:
            name = study.words(f"psychometric.models.name.{test.name}")
            yield name, "; ".join(test.model.splitlines())


def _detail(study: Study, measured: MeasurementAnalysis, fit: ModelFit) -> Iterator[Block]:
    name = study.words(f"psychometric.models.name.{measured.dimensionality.measurement.name}")
    yield Heading(study.words("psychometric.models.detail", model=name))
    yield from factor_model(study, fit)
    yield from misfit(study, fit)
