"""What a model with all its values says about everybody: moments and thresholds to draw from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.fit import ModelFit
from psychometrics.cfa.implied import compile_table
from psychometrics.cfa.partable import Options, parameter_table
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics.cfa.implied import Structure
    from psychometrics.cfa.partable import ParameterTable, Row
    from psychometrics.cfa.syntax import ParsedModel

    Array = NDArray[np.float64]


class SimulationError(ValueError):
    """A population cannot be drawn from. Says what is missing or impossible and how to mend it."""


@dataclass(frozen=True)
class Population:
    """Everybody, by group.

    Parameters
    ----------
    items, groups : names; one empty group name without groups.
    mean : (groups, p). cov : (groups, p, p), of the responses before they are cut.
    cuts : (groups) × (p) ascending thresholds, empty for an item that is not cut.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    mean: Array
    cov: Array
    cuts: tuple[tuple[Array, ...], ...]

    @property
    def ordinal(self) -> bool:
        """Whether all items are cut."""
        return all(len(cut) > 0 for group in self.cuts for cut in group)

    @property
    def cut(self) -> bool:
        """Whether any item is cut."""
        return any(len(cut) > 0 for group in self.cuts for cut in group)

    @property
    def factor(self) -> Array:
        """(groups, p, p) lower triangular roots of the covariances."""
        return np.asarray(np.linalg.cholesky(self.cov), np.float64)

    def with_cuts(self, thresholds: Sequence[float] | Mapping[str, Sequence[float]]) -> Population:
        """Items cut at `thresholds`, of all items alike or by name, in units of the item.

        Raises SimulationError for an unknown item or thresholds that do not ascend.
        """
        by_item = (
            dict(thresholds.items())
            if hasattr(thresholds, "items")
            else dict.fromkeys(self.items, thresholds)
        )
        unknown = [name for name in by_item if name not in self.items]
        if unknown:
            raise SimulationError(f"thresholds name {', '.join(unknown)}, which the model has not.")
        given = {name: _ascending(name, values) for name, values in by_item.items()}
        cuts = tuple(
            tuple(given.get(name, old) for name, old in zip(self.items, group, strict=True))
            for group in self.cuts
        )
        return replace(self, cuts=cuts)


def population_of(
    model: str | ModelFit, groups: Sequence[str] = (), *, standardised: bool = False
) -> Population:
    """The population of a model whose values are all given, or of a fit.

    Factors have variance 1 unless the model says otherwise; means and intercepts are 0 unless
    given. Items with thresholds (``x | -1*t1 + 0.5*t2``) have variance 1 before they are cut.

    Parameters
    ----------
    groups : names of the groups where the model gives values by group, ``c(0.7, 0.5)*x``.
    standardised : every item and factor has variance 1, and residual variances follow from that;
        a covariance of residuals is then their correlation.

    Raises
    ------
    ModelSyntaxError
        the model cannot be read.
    ModelError
        it contradicts itself.
    SimulationError
        a value is missing, or the covariances it implies are not positive definite.
    """
    if isinstance(model, ModelFit):
        found = _of_fit(model)
    else:
        found = _of_text(model, tuple(groups), standardised=standardised)
    _require_definite(found)
    return found


def standardised_matrices(structure: Structure, x: Array) -> Array:
    """x (groups, rows) with variances filled in so that every variable has variance 1.

    Off-diagonal entries are read as correlations of residuals. With E and the residual variances
    d, the variances are (E ∘ E) d plus what the covariances add, which is solved for d until it
    stays as it is. Raises SimulationError where a residual variance would not be positive.
    """
    A, S, _ = structure.matrices(x)
    E = structure.effects(A)
    between = S.copy()
    diagonal = np.arange(S.shape[-1])
    between[..., diagonal, diagonal] = 0
    d = np.ones(S.shape[:-1])
    for _ in range(200):
        root = np.sqrt(np.maximum(d, 0))
        covariances = between * root[..., :, None] * root[..., None, :]
        explained = np.einsum("gij,gjk,gik->gi", E, covariances, E)
        moved = np.linalg.solve(E * E, (1 - explained)[..., None])[..., 0]
        arrived = np.abs(moved - d).max() < 1e-14
        d = moved
        if arrived:
            break
    if d.min() <= 0:
        names = (*structure.observed, *structure.latent)
        blamed = [name for name, low in zip(names, d.min(axis=0), strict=True) if low <= 0]
        raise SimulationError(
            f"More than all of {', '.join(blamed)} is explained: in standardised units its "
            f"loadings are too large. Give smaller ones."
        )
    root = np.sqrt(d)
    filled = x.copy()
    cells = structure.covariances
    filled[:, cells.row] = x[:, cells.row] * root[:, cells.i] * root[:, cells.j]
    same = cells.i == cells.j
    filled[:, cells.row[same]] = d[:, cells.i[same]]
    return filled


def freed(text: str) -> str:
    """A population's model with its numbers let free, so that it can be fitted; zeros stay.

    Variances, means and thresholds are left to the defaults.
    """
    parsed = parse_model(text)
    lines = []
    for statement in parsed.statements:
        own = statement.op == "~~" and statement.lhs == statement.rhs
        if own or statement.op not in ("=~", "~", "~~"):
            continue
        zero = bool(statement.modifier.fixed) and not any(statement.modifier.fixed)
        lines.append(f"{statement.lhs} {statement.op} {'0*' if zero else ''}{statement.rhs}")
    return "\n".join(lines)


def _of_fit(fit: ModelFit) -> Population:
    x, implied = fit.x, fit.implied
    means = implied.mu if fit.table.options.means else fit.sample.mean
    return Population(
        fit.items, fit.groups, means, implied.cov, _cuts_of(fit.structure, x, len(fit.groups))
    )


def _of_text(text: str, groups: tuple[str, ...], *, standardised: bool) -> Population:
    parsed = parse_model(text)
    names = groups or _numbered(parsed)
    cut = {s.lhs: 0 for s in parsed.statements if s.op == "|"}
    for statement in parsed.statements:
        if statement.op == "|":
            cut[statement.lhs] = max(cut[statement.lhs], int(statement.rhs[1:]) + 1)
    options = Options(groups=len(names), std_lv=True, means=True, ordered=cut, conditional=False)
    table = parameter_table(parsed, options)
    structure = compile_table(table)
    x = _values(table, standardised=standardised).reshape(len(names), -1)
    x = standardised_matrices(structure, x) if standardised else structure.completed(x)
    implied = structure.implied(x)
    cuts = _cuts_of(structure, x, len(names))
    for group in cuts:
        for name, values in zip(structure.observed, group, strict=True):
            _ascending(name, values)
    return Population(structure.observed, names, implied.mu, implied.cov, cuts)


def _numbered(parsed: ParsedModel) -> tuple[str, ...]:
    """Names of the groups that the modifiers speak of."""
    sizes = [len(statement.modifier.fixed) for statement in parsed.statements]
    most = max(sizes, default=1)
    return tuple(str(k + 1) for k in range(most)) if most > 1 else ("",)


def _values(table: ParameterTable, *, standardised: bool) -> Array:
    """(groups · rows) value of every row; SimulationError names those that are not given."""
    values, absent = [], []
    for row in table.rows:
        value = row.fixed if not np.isnan(row.fixed) else row.start
        own = row.op == "~~" and row.lhs == row.rhs
        if standardised and own:
            if row.user:
                raise SimulationError(
                    f"{row.name} is given, but with standardised values every variance follows "
                    f"from the rest; leave it out."
                )
            value = 1.0
        if np.isnan(value) and row.op == "~1" and not row.user:
            value = 0.0
        if np.isnan(value):
            absent.append(row)
        values.append(value)
    if absent:
        raise SimulationError(_missing_values(absent))
    return np.array(values)


def _missing_values(absent: list[Row]) -> str:
    names = list(dict.fromkeys(row.name for row in absent))
    example = f"{absent[0].lhs} {absent[0].op} 0.5*{absent[0].rhs}".rstrip("*")
    return (
        f"The model gives no value for {', '.join(names[:8])}{' …' if len(names) > 8 else ''}; "
        f"write one before '*', as in '{example}', or take standardised=True for residual "
        f"variances that follow from the loadings."
    )


def _cuts_of(structure: Structure, x: Array, groups: int) -> tuple[tuple[Array, ...], ...]:
    cells = structure.thresholds
    return tuple(
        tuple(x[g, cells.row[cells.i == item]] for item in range(structure.p))
        for g in range(groups)
    )


def _ascending(name: str, values: Sequence[float] | Array) -> Array:
    found = np.asarray(values, np.float64)
    if found.ndim != 1 or not np.isfinite(found).all() or (np.diff(found) <= 0).any():
        raise SimulationError(
            f"The thresholds of {name} are {[float(v) for v in found.ravel()]}; give numbers that "
            f"ascend."
        )
    return found


def _require_definite(found: Population) -> None:
    for name, cov in zip(found.groups, found.cov, strict=True):
        if not np.isfinite(cov).all() or np.linalg.eigvalsh(cov)[0] <= 0:
            where = f" in group {name}" if name else ""
            raise SimulationError(
                f"The covariances that the model implies{where} are not positive definite; its "
                f"correlations or loadings contradict each other, or a variance is not positive."
            )
