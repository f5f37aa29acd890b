"""Where the search for a minimum begins: close enough that a few steps suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.parameters import Parameters
    from psychometrics.cfa.partable import ParameterTable, Row
    from psychometrics.cfa.sample import Sample

    Array = NDArray[np.float64]

_WEAK = 0.15


def start_values(table: ParameterTable, parameters: Parameters, sample: Sample) -> Array:
    """(q,) starting values: the model's own where it gives them, else from the sample."""
    size = table.per_group
    values = np.zeros(len(table.rows))
    for group in range(table.options.groups):
        rows = table.rows[group * size : (group + 1) * size]
        values[group * size : (group + 1) * size] = _group_start(table, rows, sample, group)
    given = np.array([row.start for row in table.rows])
    values = np.where(np.isnan(given), values, given)
    index = parameters.index.ravel()
    count = np.bincount(index[index >= 0], minlength=parameters.q)
    total = np.bincount(index[index >= 0], values[index >= 0], minlength=parameters.q)
    said = np.isin(np.arange(parameters.q), index[(index >= 0) & ~np.isnan(given)])
    first: Array = values[parameters.places]
    return np.where(said, first, total / np.maximum(count, 1))


def _group_start(table: ParameterTable, rows: tuple[Row, ...], sample: Sample, group: int) -> Array:
    place = {name: k for k, name in enumerate(sample.items)}
    cov, mean = sample.cov[group], sample.mean[group]
    strength, spread = _loadings(table, rows, cov, place)
    kept = {row.rhs: abs(strength[k]) for k, row in enumerate(rows) if row.op == "=~"}
    found = np.zeros(len(rows))
    for k, row in enumerate(rows):
        if row.op == "=~":
            found[k] = strength[k]
        elif row.op == "~~":
            found[k] = _covariance(row, cov, place, spread, kept)
        elif row.op == "~1" and row.lhs in place:
            found[k] = mean[place[row.lhs]]
        elif row.op == "|":
            cuts = sample.ordinal[group].thresholds[place[row.lhs]]
            found[k] = cuts[int(row.rhs[1:]) - 1]
        elif row.op == "~*~":
            found[k] = 1.0
    return found


def _loadings(
    table: ParameterTable, rows: tuple[Row, ...], cov: Array, place: dict[str, int]
) -> tuple[dict[int, float], dict[str, float]]:
    """Loading of each row ``=~`` and the standard deviation of every factor."""
    strength: dict[int, float] = {}
    spread: dict[str, float] = {}
    taken: set[str] = set()
    of_factor: dict[str, list[tuple[int, Row]]] = {}
    for k, row in enumerate(rows):
        if row.op == "=~":
            of_factor.setdefault(row.lhs, []).append((k, row))
    for factor in sorted(of_factor, key=lambda f: any(r.rhs in of_factor for _, r in of_factor[f])):
        members = of_factor[factor]
        items = [row.rhs for _, row in members]
        scale = np.array(
            [np.sqrt(cov[place[i], place[i]]) if i in place else spread.get(i, 1.0) for i in items]
        )
        shared = _shared([place.get(i, -1) for i in items], cov)
        repeat = np.array([0.5 if i in taken else 1.0 for i in items])
        raw = shared * scale * repeat
        unit = _unit(members, raw)
        raw, unit = (-raw, -unit) if unit < 0 else (raw, unit)
        spread[factor] = unit
        for (k, _), value in zip(members, raw, strict=True):
            strength[k] = float(value / unit)
        taken.update(items)
    for latent in table.variables.latent:
        spread.setdefault(latent, 1.0)
    return strength, spread


def _unit(members: list[tuple[int, Row]], raw: Array) -> float:
    """Standard deviation of a factor whose loading is fixed somewhere, 1 where none is.

    Negative where the fixed loading has the factor run the other way.
    """
    for (_, row), value in zip(members, raw, strict=True):
        if not np.isnan(row.fixed) and row.fixed != 0:
            unit = float(value) / row.fixed
            return float(np.copysign(max(abs(unit), 1e-3), unit))
    return 1.0


def _shared(columns: list[int], cov: Array) -> Array:
    """Correlations of items with what they have in common, from their centroid, or their
    first principal axis where some run the other way."""
    if len(columns) < 2 or min(columns) < 0:
        return np.full(len(columns), 0.7)
    block = cov[np.ix_(columns, columns)]
    sd = np.sqrt(np.diag(block))
    R = block / np.outer(sd, sd)
    np.fill_diagonal(R, 0.0)
    with_others = R.sum(axis=1)
    if with_others.min() > 0:
        found = with_others / np.sqrt(with_others.sum())
    else:
        values, vectors = np.linalg.eigh(R + 0.5 * np.eye(len(columns)))
        found = vectors[:, -1] * np.sqrt(max(values[-1], 0.1))
        found = -found if found.sum() < 0 else found
    weak = np.abs(found) < _WEAK
    found = np.where(weak, np.where(found < 0, -_WEAK, _WEAK), found)
    limited: Array = np.clip(found, -0.95, 0.95)
    return limited


def _covariance(
    row: Row,
    cov: Array,
    place: dict[str, int],
    spread: dict[str, float],
    kept: dict[str, float],
) -> float:
    if row.lhs in place:
        if row.lhs == row.rhs:
            return 0.5 * float(cov[place[row.lhs], place[row.lhs]])
        return 0.0
    if row.lhs == row.rhs:
        explained = 0.5 if row.lhs in kept else 1.0
        return explained * spread[row.lhs] ** 2
    return 0.3 * spread.get(row.lhs, 1.0) * spread.get(row.rhs, 1.0)
