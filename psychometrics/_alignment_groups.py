"""The configural model of every group, fitted group by group from its moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._refit import one_group
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.estimators import estimator_of
from psychometrics.cfa.model import Settings, fit_sample
from psychometrics.cfa.partable import variables_of
from psychometrics.cfa.sample import Request, sample_of
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.syntax import ParsedModel

    Array = NDArray[np.float64]


class AlignmentError(ValueError):
    """The groups cannot be aligned. The message says why and how to mend it."""


@dataclass(frozen=True)
class Configural:
    """One factor's items in every group under a factor of mean 0 and variance 1.

    `loadings`, `intercepts` (items, groups); `covariance` (groups, 2 items, 2 items) of loadings,
    then intercepts, of each group.
    """

    factor: str
    items: tuple[str, ...]
    loadings: Array
    intercepts: Array
    covariance: Array


def group_fits(
    model: str,
    data: Any,
    group: Any,
    *,
    estimator: str,
    fiml: bool,
    weights: Any,
    cluster: Any,
) -> tuple[dict[str, ModelFit], int]:
    """A fit of the model in each group, factors with variance 1, in order of first appearance, and
    how many interviews were left out.

    Raises AlignmentError naming every group whose model cannot be fitted.
    """
    parsed = parse_model(model)
    robust = weights is not None or cluster is not None
    chosen = estimator_of(estimator, ordered=False, fiml=fiml, clustered=robust)
    request = Request(variables_of(parsed).observed, (), fiml, chosen.needs_fourth)
    sample = sample_of(data, request, group=group, weights=weights, cluster=cluster)
    settings = Settings(estimator=estimator, std_lv=True, means=True, fiml=fiml, robust=robust)
    found: dict[str, ModelFit] = {}
    failed: dict[str, str] = {}
    for k, name in enumerate(sample.groups):
        try:
            fit = fit_sample(parsed, one_group(sample, k), settings, text=model)
        except ModelError as error:
            failed[name] = str(error)
            continue
        if fit.converged:
            found[name] = fit
        else:
            failed[name] = "The search for a minimum did not end."
    if failed:
        said = " ".join(f"{name}: {why}" for name, why in list(failed.items())[:3])
        raise AlignmentError(
            f"The model cannot be fitted in {len(failed)} of {len(sample.groups)} groups "
            f"({', '.join(failed)}). {said} Leave them out, or give them more interviews."
        )
    return found, sample.n_dropped


def simple_structure(parsed: ParsedModel) -> dict[str, tuple[str, ...]]:
    """The items of each factor. Raises AlignmentError where an item has two factors, or a factor
    too few items or parts that are not items."""
    items: dict[str, list[str]] = {}
    for statement in parsed.statements:
        if statement.op == "=~":
            items.setdefault(statement.lhs, []).append(statement.rhs)
        elif statement.op == "~":
            raise AlignmentError("Alignment is for factor models; take the regressions out.")
    if not items:
        raise AlignmentError("The model has no factor; write one as f =~ x1 + x2 + x3.")
    of_item: dict[str, str] = {}
    for factor, names in items.items():
        _check_factor(factor, names, items.keys(), of_item)
        of_item.update(dict.fromkeys(names, factor))
    return {factor: tuple(names) for factor, names in items.items()}


def _check_factor(
    factor: str, names: list[str], factors: Collection[str], of_item: dict[str, str]
) -> None:
    if len(names) < 2:
        raise AlignmentError(f"{factor} has one item; alignment needs two or more.")
    for item in names:
        if item in factors:
            raise AlignmentError(f"{factor} is a factor of factors; align the lower ones.")
        if item in of_item:
            raise AlignmentError(
                f"{item} belongs to {of_item[item]} and {factor}; alignment needs items of one "
                f"factor each."
            )


def configural_of(fits: dict[str, ModelFit], factor: str, items: tuple[str, ...]) -> Configural:
    """The factor's part of all fits, its direction the same in every group."""
    first = next(iter(fits.values()))
    names = [row.name for row in first.table.rows]
    places = [names.index(f"{factor}=~{item}") for item in items]
    places += [names.index(f"{item}~1") for item in items]
    index = first.parameter_map.index[0, places]
    if (index < 0).any():
        fixed = names[places[int(np.flatnonzero(index < 0)[0])]]
        raise AlignmentError(f"{fixed} is fixed in the model; alignment needs it estimated.")
    values = np.stack([fit.x[0, places] for fit in fits.values()])
    covariance = np.stack(
        [fit.uncertainty.covariance[np.ix_(index, index)] for fit in fits.values()]
    )
    p = len(items)
    loadings = values[:, :p].T
    turn = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    along = np.concatenate([np.repeat(turn[None], p, axis=0), np.ones((p, len(turn)))]).T
    covariance = covariance * along[:, :, None] * along[:, None, :]
    return Configural(factor, items, loadings * turn, values[:, p:].T, covariance)
