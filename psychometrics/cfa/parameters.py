"""Which rows of the table are estimated, which are one and the same, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.implied import COMPLEX_STEP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from psychometrics.cfa.partable import ParameterTable, Row
    from psychometrics.cfa.syntax import Constraint, Definition

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """The free parameters θ (q,) of a table, shared where labels or constraints say so.

    Parameters
    ----------
    index : (groups, rows) position of each row in θ, −1 where it is fixed.
    fixed : (groups, rows) values of the fixed rows, 0 where estimated.
    places : (q,) the first row of the whole table that each of θ stands for.
    labels : position in θ of each label, or its fixed value.
    equalities, inequalities : constraints beyond plain equality of two parameters.
    definitions : what is worked out from the parameters (``:=``).
    """

    index: NDArray[np.intp]
    fixed: Array
    places: NDArray[np.intp]
    labels: Mapping[str, int | float]
    equalities: tuple[Constraint, ...]
    inequalities: tuple[Constraint, ...]
    definitions: tuple[Definition, ...]

    @property
    def q(self) -> int:
        """Number of different free parameters."""
        return len(self.places)

    @cached_property
    def spread(self) -> Array:
        """(groups, rows, q) which of θ each row is."""
        groups, rows = self.index.shape
        spread = np.zeros((groups, rows, self.q))
        g, k = np.nonzero(self.index >= 0)
        spread[g, k, self.index[g, k]] = 1
        return spread

    def rows(self, theta: NDArray[Any]) -> NDArray[Any]:
        """Values (…, groups, rows) of all rows for θ (…, q)."""
        padded = np.concatenate([theta, np.zeros((*theta.shape[:-1], 1), theta.dtype)], axis=-1)
        found: NDArray[Any] = self.fixed + padded[..., self.index]
        return found

    def gathered(self, slope: Array) -> Array:
        """(q,) derivatives by θ from those by row (groups, rows)."""
        keep = self.index >= 0
        return np.bincount(self.index[keep], slope[keep], minlength=self.q).astype(np.float64)

    def gathered_square(self, curvature: Array) -> Array:
        """(q, q) from second derivatives by row (groups, rows, rows)."""
        total = np.zeros((self.q, self.q))
        for (rows, at, single), part in zip(self._squares, curvature, strict=True):
            if single:
                total[at] += part[rows]
            else:
                np.add.at(total, at, part[rows])
        return total

    @cached_property
    def _squares(self) -> list[tuple[Any, Any, bool]]:
        """For each group which rows are estimated, where in θ, and whether each place once."""
        found = []
        for index in self.index:
            rows = np.flatnonzero(index >= 0)
            at = index[rows]
            found.append((np.ix_(rows, rows), np.ix_(at, at), len(np.unique(at)) == len(at)))
        return found

    def named(self, theta: NDArray[Any]) -> dict[str, Any]:
        """Every label and definition with its value (…,) at θ (…, q)."""
        values: dict[str, Any] = {
            name: theta[..., place] if isinstance(place, int) else place
            for name, place in self.labels.items()
        }
        for definition in self.definitions:
            values[definition.name] = definition.expression.evaluate(values)
        return values

    def residuals(self, theta: NDArray[Any], constraints: tuple[Constraint, ...]) -> NDArray[Any]:
        """(…, c) left minus right side of constraints; turned so that ``>`` means positive."""
        values = self.named(theta)
        shape = theta.shape[:-1]
        found = [
            np.broadcast_to(
                (c.lhs.evaluate(values) - c.rhs.evaluate(values)) * (-1 if c.op == "<" else 1),
                shape,
            )
            for c in constraints
        ]
        return np.stack(found, axis=-1) if found else np.zeros((*shape, 0), theta.dtype)

    def jacobian(self, theta: Array, constraints: tuple[Constraint, ...]) -> Array:
        """(c, q) derivatives of `residuals`, by complex step."""
        if not constraints:
            return np.zeros((0, self.q))
        found: Array = self.residuals(imaginary_steps(theta), constraints).imag.T / COMPLEX_STEP
        return found


def imaginary_steps(theta: Array) -> NDArray[np.complex128]:
    """(q, q): θ with a tiny imaginary step along each parameter in turn."""
    return theta[None, :] + 1j * COMPLEX_STEP * np.eye(len(theta))


def parameters_of(table: ParameterTable, exogenous: Array | None = None) -> Parameters:
    """Free parameters of a table.

    `exogenous`: (groups, rows) sample values of the rows that are taken from the sample.

    Raises ModelError for a constraint on a label that does not exist, or one that cannot hold.
    """
    rows = table.rows
    groups, size = table.options.groups, table.per_group
    root = _Roots(rows)
    root.tie_labels()
    simple = [c for c in table.constraints if c.op == "==" and root.ties(c)]
    fixed_labels = root.fixed_labels
    index = np.full(len(rows), -1, np.intp)
    places: list[int] = []
    of_root: dict[int, int] = {}
    for k, row in enumerate(rows):
        top = root.find(k)
        if row.exogenous or not np.isnan(root.value(top)):
            continue
        if top not in of_root:
            of_root[top] = len(places)
            places.append(k)
        index[k] = of_root[top]
    fixed = np.array([root.value(root.find(k)) for k in range(len(rows))])
    fixed[index >= 0] = 0.0
    fixed = fixed.reshape(groups, size)
    if exogenous is not None:
        given = np.array([row.exogenous for row in rows]).reshape(groups, size)
        fixed = np.where(given, exogenous, fixed)
    labels = {
        label: int(index[k]) if index[k] >= 0 else float(root.value(root.find(k)))
        for label, k in root.labels.items()
    } | fixed_labels
    rest = tuple(c for c in table.constraints if c not in simple)
    _check_labels(table, labels)
    return Parameters(
        index=index.reshape(groups, size),
        fixed=fixed,
        places=np.array(places, np.intp),
        labels=labels,
        equalities=tuple(c for c in rest if c.op == "=="),
        inequalities=tuple(c for c in rest if c.op != "=="),
        definitions=table.definitions,
    )


class _Roots:
    """Rows that are one parameter, found by joining them."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.parent = list(range(len(rows)))
        self.fixed = [nan if row.exogenous else row.fixed for row in rows]
        self.labels: dict[str, int] = {}
        self.fixed_labels: dict[str, float] = {}

    def find(self, k: int) -> int:
        while self.parent[k] != k:
            self.parent[k] = self.parent[self.parent[k]]
            k = self.parent[k]
        return k

    def value(self, k: int) -> float:
        return self.fixed[k]

    def join(self, a: int, b: int, why: str) -> None:
        first, second = sorted((self.find(a), self.find(b)))
        if first == second:
            return
        one, two = self.fixed[first], self.fixed[second]
        if not np.isnan(one) and not np.isnan(two) and one != two:
            raise ModelError(
                f"{why} makes {self.rows[a].name} and {self.rows[b].name} equal, but they are "
                f"fixed at {one:g} and {two:g}."
            )
        self.fixed[first] = two if np.isnan(one) else one
        self.parent[second] = first

    def tie_labels(self) -> None:
        named = {(row.group, name): k for k, row in enumerate(self.rows) for name in _ways(row)}
        for k, row in enumerate(self.rows):
            if row.tied is not None:
                self.join(row.tied, k, "group_equal")
            if row.equal:
                other = named.get((row.group, row.equal.replace(" ", "")))
                if other is None:
                    raise ModelError(
                        f'equal("{row.equal}") at {row.name} names no parameter of the model.'
                    )
                self.join(other, k, "equal()")
            if row.label and row.label in self.labels:
                self.join(self.labels[row.label], k, f"The label {row.label}")
            elif row.label:
                self.labels[row.label] = k

    def ties(self, constraint: Constraint) -> bool:
        """Whether a constraint sets two labels, or a label and a number, equal; then it is done."""
        left, right = constraint.lhs.text, constraint.rhs.text
        if left in self.labels and right in self.labels:
            self.join(self.labels[left], self.labels[right], constraint.text)
            return True
        return False


def _ways(row: Row) -> tuple[str, ...]:
    return (row.name, f"{row.rhs}{row.op}{row.lhs}") if row.op == "~~" else (row.name,)


def _check_labels(table: ParameterTable, labels: Mapping[str, object]) -> None:
    known = set(labels)
    for definition in table.definitions:
        _require(definition.expression.names, known, definition)
        known.add(definition.name)
    for constraint in table.constraints:
        _require((*constraint.lhs.names, *constraint.rhs.names), known, constraint)


def _require(names: tuple[str, ...], known: set[str], where: Constraint | Definition) -> None:
    missing = [name for name in names if name not in known]
    if missing:
        raise ModelError(
            f"Line {where.line}: {where.text} uses {', '.join(missing)}, a label of no parameter; "
            f"put the label before a term, as in f =~ {missing[0]}*x1."
        )
