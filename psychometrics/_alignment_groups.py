"""The configural model of every group, fitted group by group from its moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from psychometrics._model_sample import ModelSample
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


def group_fits(prepared: ModelSample) -> dict[str, ModelFit]:
    """A fit of the model in each group, in order of first appearance.

    Raises AlignmentError naming every group whose model cannot be fitted.
    """
    found: dict[str, ModelFit] = {}
    failed: dict[str, str] = {}
    for k, name in enumerate(prepared.sample.groups):
        try:
            found[name] = prepared.fit_group(k)
        except ModelError as error:
            failed[name] = str(error)
            continue
        if not found[name].converged:
            failed[name] = "The search for a minimum did not end."
    if failed:
        said = " ".join(f"{name}: {why}" for name, why in list(failed.items())[:3])
        raise AlignmentError(
            f"The model cannot be fitted in {len(failed)} of {len(prepared.sample.groups)} groups "
            f"({', '.join(failed)}). {said} Leave them out, or give them more interviews."
        )
    return found


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
