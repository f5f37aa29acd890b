"""Where groups differ in an item's intercept or loading, as charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import ChartBlock
from reports.charts.group_parameters import GroupParameters, group_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from psychometrics.alignment import Alignment
    from psychometrics.invariance import Invariance
    from psychometrics.measurement import Comparability
    from reports.charts.group_parameters import Parameter
    from reports.sections.study import Study

KINDS: tuple[Parameter, ...] = ("intercept", "loading")
SEVERAL = 3
"""Groups from which a chart tells more than the table of what was let differ."""


def apart(study: Study, test: Comparability, found: Alignment) -> Iterator[ChartBlock]:
    """The items that some group does not share after alignment: intercepts, then loadings."""
    for kind in KINDS:
        rows = [
            GroupParameters(study.item_label(item), tuple(values), tuple(shared))
            for factor in found.factors
            for item, values, shared in zip(
                factor.items,
                (factor.intercepts if kind == "intercept" else factor.loadings).tolist(),
                (
                    factor.intercept_shared if kind == "intercept" else factor.loading_shared
                ).tolist(),
                strict=True,
            )
            if not all(shared)
        ]
        if rows:
            yield _chart(study, test, f"aligned-{kind}s-{test.across}", kind, rows, found.groups)


def let_differ(study: Study, test: Comparability, ladder: Invariance) -> Iterator[ChartBlock]:
    """What was let differ on the highest level that holds, where several groups have it."""
    holding = [step for step in ladder.steps if step.holds and step.partial]
    if not holding or len(ladder.labels) < SEVERAL:
        return
    step = holding[-1]
    table = ladder.fits[step.name].parameters
    for kind, operator in zip(KINDS, ("~1", "=~"), strict=True):
        rows = []
        for name in step.partial:
            left, found, right = name.partition(operator)
            if found:
                own = table[(table["op"] == operator) & (table["lhs"] == left)]
                own = own if operator == "~1" else own[own["rhs"] == right]
                values = tuple(own.sort_values("group")["est"].tolist())
                label = study.item_label(right or left)
                rows.append(GroupParameters(label, values, (False,) * len(values)))
        if rows:
            name = f"freed-{kind}s-{test.across}"
            yield _chart(study, test, name, kind, rows, ladder.labels)


def _chart(
    study: Study,
    test: Comparability,
    name: str,
    kind: Parameter,
    rows: Sequence[GroupParameters],
    groups: Iterable[str],
) -> ChartBlock:
    title = study.words(f"psychometric.invariance.apart.{kind}")
    chart = group_parameters(
        rows,
        [study.group_name(test.across, group) for group in groups],
        title=title,
        parameter=kind,
        width=study.width,
        language=study.language,
    )
    return ChartBlock(name, chart, title)
