"""Where a search begins when the same model was just fitted under other equalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.parameters import Parameters

    Array = NDArray[np.float64]


def warm_start(before: ModelFit, parameters: Parameters) -> Array:
    """(q,) starting values: the means over groups of what was found in each.

    Where variances and means of factors are free that were fixed before, each group's values are
    first brought to the unit and origin of group 1, so that they can be averaged.
    """
    x = before.x.copy()
    freed = (parameters.index >= 0) & (before.parameter_map.index < 0)
    structure = before.structure
    _to_common_units(structure, x, freed)
    _to_common_origins(structure, x, freed)
    _rescaled(structure, x, freed)
    index = parameters.index
    weight = np.repeat(before.sample.share[:, None], index.shape[1], axis=1)
    keep = index >= 0
    total = np.bincount(index[keep], (weight * x)[keep], minlength=parameters.q)
    found: Array = total / np.bincount(index[keep], weight[keep], minlength=parameters.q)
    return found


def _to_common_units(s: Structure, x: Array, freed: NDArray[np.bool_]) -> None:
    """Factors whose variance becomes free take the unit in which their loadings are group 1's."""
    cells = s.covariances
    unit = np.ones((len(x), s.p + len(s.latent)))
    for row, factor, other in zip(cells.row, cells.i, cells.j, strict=True):
        groups = np.flatnonzero(freed[:, row])
        if factor != other or factor < s.p or not groups.size:
            continue
        loadings = s.paths.row[s.paths.j == factor]
        first = x[0, loadings]
        unit[groups, factor] = x[np.ix_(groups, loadings)] @ first / (first @ first)
    unit = np.where(unit > 0.05, unit, 1.0)
    x[:, s.paths.row] *= unit[:, s.paths.i] / unit[:, s.paths.j]
    x[:, cells.row] *= unit[:, cells.i] * unit[:, cells.j]
    x[:, s.means.row] *= unit[:, s.means.i]


def _to_common_origins(s: Structure, x: Array, freed: NDArray[np.bool_]) -> None:
    """Factors whose mean becomes free take the one that brings the intercepts near group 1's."""
    of_item = {int(i): int(row) for row, i in zip(s.means.row, s.means.i, strict=True)}
    for row, factor in zip(s.means.row, s.means.i, strict=True):
        groups = np.flatnonzero(freed[:, row])
        if factor < s.p or not groups.size:
            continue
        at = (s.paths.j == factor) & (s.paths.i < s.p)
        loadings = s.paths.row[at]
        intercepts = np.array([of_item[int(i)] for i in s.paths.i[at]], np.intp)
        load = x[np.ix_(groups, loadings)]
        apart = x[np.ix_(groups, intercepts)] - x[0, intercepts]
        mean = (load * apart).sum(axis=1) / np.maximum((load**2).sum(axis=1), 1e-12)
        x[groups, row] += mean
        x[np.ix_(groups, intercepts)] -= load * mean[:, None]


def _rescaled(s: Structure, x: Array, freed: NDArray[np.bool_]) -> None:
    """Ordered items whose scale becomes free take the line that brings their thresholds to group
    1's: τ_g = δ (τ_1 − ν)."""
    of_item = {int(i): int(row) for row, i in zip(s.means.row, s.means.i, strict=True)}
    for row, item in zip(s.scales.row, s.scales.i, strict=True):
        cuts = s.thresholds.row[s.thresholds.i == item]
        for g in np.flatnonzero(freed[:, row]):
            if len(cuts) < 2 or not freed[g, of_item[int(item)]]:
                continue
            scale, shift = np.polyfit(x[0, cuts], x[g, cuts], 1)
            if not scale > 0.05:
                continue
            x[g, row], x[g, of_item[int(item)]] = scale, -shift / scale
            x[g, cuts] = x[0, cuts]
            x[g, s.paths.row[s.paths.i == item]] /= scale
