"""One factor model in detail: its diagram, loadings and correlations of factors."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from reports.blocks import Cell, ChartBlock, Column, Paragraph, TableBlock
from reports.charts.path_diagram import PathLoading, path_diagram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psychometrics.cfa.fit import ModelFit
    from reports.blocks import Block
    from reports.sections.study import Study

LEVEL, NORMAL_95 = 0.95, 1.959963984540054


@dataclass(frozen=True, slots=True)
class Path:
    """A loading (`target` an item) or a correlation of factors, standardised, and unstandardised.

    `low`, `high`: 95 % interval of `value`.
    """

    source: str
    target: str
    value: float
    se: float
    estimate: float
    estimate_se: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.value - NORMAL_95 * self.se

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.value + NORMAL_95 * self.se


def loadings_of(fit: ModelFit) -> list[Path]:
    """The loadings of a model of one group, in the order of the model."""
    return _paths(fit, "=~", lambda path: path.target in fit.items)


def correlations_of(fit: ModelFit) -> list[Path]:
    """The correlations of its factors that are not fixed."""
    factors = set(fit.factors)

    def of_factors(path: Path) -> bool:
        return path.source != path.target and {path.source, path.target} <= factors

    return [path for path in _paths(fit, "~~", of_factors) if path.se > 0]


def factor_model(study: Study, fit: ModelFit) -> Iterator[Block]:
    """The model of the scales as a diagram and in figures."""
    yield diagram(study, fit, "path-diagram", study.words("psychometric.models.diagram"))
    yield _loadings(study, fit)
    if len(fit.factors) > 1:
        yield _correlations(study, fit)


def _paths(fit: ModelFit, op: str, wanted: Callable[[Path], bool]) -> list[Path]:
    rows = fit.parameters
    names = ["lhs", "rhs", "std_all", "std_all_se", "est", "se"]
    found = [Path(*row) for row in rows[rows["op"] == op][names].itertuples(index=False)]
    return [path for path in found if wanted(path)]


def diagram(study: Study, fit: ModelFit, name: str, title: str) -> Block:
    """A model as a path diagram; in words why there is none."""
    from psychometrics.dimensionality import GENERAL

    paths = _paths(fit, "=~", lambda _path: True)
    if not all(isfinite(path.value) for path in paths):
        return Paragraph(study.words("psychometric.models.no_diagram"))
    ids = {factor: _oval(factor) for factor in fit.factors}
    general = GENERAL if len(ids) > 1 and GENERAL in ids else None
    chart = path_diagram(
        [oval for factor, oval in ids.items() if factor != general],
        [
            PathLoading(
                path.target if path.target in fit.items else ids[path.target],
                ids[path.source],
                path.value,
                _known(path.low),
                _known(path.high),
            )
            for path in paths
        ],
        [(ids[path.source], ids[path.target], path.value) for path in correlations_of(fit)],
        general=None if general is None else ids[general],
        names={item: study.item_label(item) for item in fit.items}
        | {oval: study.factor_name(factor) for factor, oval in ids.items()},
        title=title,
        width=study.width,
        language=study.language,
    )
    return ChartBlock(name, chart, title)


def _oval(factor: str) -> str:
    """What the diagram knows a factor by: no item has a blank in its identifier."""
    return f"factor {factor}"


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _loadings(study: Study, fit: ModelFit) -> TableBlock:
    words, figures = study.words, study.figures
    level = figures.percent(LEVEL)
    explained = fit.r2()["r2"]
    return TableBlock(
        name="model-loadings",
        caption=words("psychometric.models.loadings"),
        columns=(
            Column(words("psychometric.column.item"), "start", 2.4),
            Column(words("psychometric.column.factor"), "start", 1.8),
            Column(words("psychometric.column.loading", level=level), share=1.7),
            Column(words("psychometric.column.se"), share=0.7),
            Column(words("psychometric.column.estimate"), share=1.2),
            Column(words("psychometric.column.estimate_se"), share=0.7),
            Column(words("psychometric.column.r2"), share=0.7),
        ),
        rows=tuple(
            (
                Cell(study.item_label(path.target)),
                Cell(study.factor_name(path.source)),
                Cell(figures.estimate(path.value, path.low, path.high)),
                Cell(figures.coefficient(path.se, 3)),
                Cell(figures.number(path.estimate, 3)),
                Cell(figures.number(path.estimate_se or None, 3)),
                Cell(figures.coefficient(float(explained[path.target]))),
            )
            for path in loadings_of(fit)
        ),
        notes=(words("psychometric.models.loadings_note"),),
    )


def _correlations(study: Study, fit: ModelFit) -> TableBlock:
    words, figures = study.words, study.figures
    level = figures.percent(LEVEL)
    return TableBlock(
        name="factor-correlations",
        caption=words("psychometric.models.correlations"),
        columns=(
            Column(words("psychometric.column.factor"), "start", 2.2),
            Column(words("psychometric.column.with"), "start", 2.2),
            Column(words("psychometric.column.correlation", level=level), share=1.7),
            Column(words("psychometric.column.se"), share=0.7),
        ),
        rows=tuple(
            (
                Cell(study.factor_name(path.source)),
                Cell(study.factor_name(path.target)),
                Cell(figures.estimate(path.value, path.low, path.high)),
                Cell(figures.coefficient(path.se, 3)),
            )
            for path in correlations_of(fit)
        ),
        notes=(words("psychometric.models.correlations_note"),),
    )
