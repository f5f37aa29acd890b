"""The same model on the same answers under other equalities, begun where the last fit ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psychometrics._warm_start import warm_start
from psychometrics.cfa.errors import ConvergenceError, ModelError
from psychometrics.cfa.optimise import minimise, require_identified
from psychometrics.cfa.parameters import parameters_of
from psychometrics.cfa.partable import parameter_table
from psychometrics.cfa.start import start_values

if TYPE_CHECKING:
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.optimise import Minimum
    from psychometrics.cfa.parameters import Parameters
    from psychometrics.cfa.partable import ParameterTable
    from psychometrics.cfa.syntax import ParsedModel

_SHARED = ("unrestricted", "baseline")
"""What `ModelFit` works out once and that is the same for all models of the same answers."""


def refit(
    before: ModelFit,
    parsed: ParsedModel,
    text: str,
    *,
    group_equal: tuple[str, ...] = (),
    group_partial: tuple[str, ...] = (),
) -> ModelFit:
    """A fit of `parsed`, whose rows are those of `before` in the same order.

    What depends on the answers and the matrix cells alone is taken over, above all the passes over
    answers with gaps.

    Raises
    ------
    ModelError
        as `psychometrics.cfa`.
    """
    options = replace(before.table.options, group_equal=group_equal, group_partial=group_partial)
    table = parameter_table(parsed, options)
    if parsed is not before.parsed and not _same_rows(table, before.table):
        raise ModelError("The rows of the two models differ; only their equalities may.")
    parameters = parameters_of(table, before.parameter_map.fixed)
    minimum = _minimum(before, table, parameters)
    require_identified(minimum, [table.rows[k].name for k in parameters.places])
    fit = replace(
        before,
        model=text,
        parsed=parsed,
        table=table,
        parameter_map=parameters,
        settings=replace(before.settings, group_equal=group_equal, group_partial=group_partial),
        minimum=minimum,
    )
    vars(fit).update({name: vars(before)[name] for name in _SHARED if name in vars(before)})
    return fit


def _same_rows(table: ParameterTable, other: ParameterTable) -> bool:
    return [row.name for row in table.rows] == [row.name for row in other.rows]


def _minimum(before: ModelFit, table: ParameterTable, parameters: Parameters) -> Minimum:
    """From the values of the fit before, or from the usual start where that leads nowhere."""
    try:
        found = minimise(before.discrepancy, parameters, warm_start(before, parameters))
    except ConvergenceError:
        found = None
    if found is not None and found.converged:
        return found
    usual = start_values(table, parameters, before.sample)
    return minimise(before.discrepancy, parameters, usual)
