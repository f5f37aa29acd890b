"""Parameters that a model leaves out and might have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psychometrics.cfa.partable import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psychometrics.cfa.partable import ParameterTable

    Name = tuple[str, str, str]


def candidate_rows(table: ParameterTable) -> tuple[Row, ...]:
    """Rows of group 1, fixed at 0, that the table does not have yet.

    Loadings of items on other factors, covariances of items' residuals and of factors, and, where
    the model has regressions, those among the variables that stand in one.
    R: ``modificationIndices(fit)``, which also lets observed predictors be explained.
    """
    known: set[Name] = set()
    for row in table.rows[: table.per_group]:
        known.add((row.lhs, row.op, row.rhs))
        if row.op == "~~":
            known.add((row.rhs, row.op, row.lhs))
    return tuple(
        Row(lhs, op, rhs, 1, fixed=0.0)
        for lhs, op, rhs in _thinkable(table)
        if (lhs, op, rhs) not in known
    )


def _thinkable(table: ParameterTable) -> Iterator[Name]:
    variables = table.variables
    regressed = list(dict.fromkeys((*variables.dependent, *variables.predictors)))
    items = variables.indicators
    observed = [name for name in variables.observed if name not in variables.exogenous]
    for factor in variables.latent:
        for item in observed:
            if item not in regressed:
                yield factor, "=~", item
    yield from _pairs(items)
    yield from _pairs(variables.latent)
    for outcome in regressed:
        if outcome in variables.exogenous:
            continue
        for predictor in regressed:
            measured = outcome in items and predictor in variables.latent
            if outcome != predictor and not measured:
                yield outcome, "~", predictor


def _pairs(names: Sequence[str]) -> Iterator[Name]:
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            yield a, "~~", b
