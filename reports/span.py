"""What follows from figures that are known: their linear span, and the lightest sets within it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

_ZERO = 1e-6
"""Squared distance of a set of people from a span under which it lies in it. The sets hold noughts
and ones, so that distances that are not zero are far larger."""


@dataclass(frozen=True)
class Span:
    """The span of some rows; `basis` are the first rows that are independent of those before."""

    rows: NDArray[np.float64]
    basis: tuple[int, ...]
    orthonormal: NDArray[np.float64]

    @classmethod
    def of(cls, rows: NDArray[np.float64]) -> Span:
        """Cholesky's decomposition of the rows' products, leaving out rows that depend on those
        before. The rows come largest first, so that what a basis needs is as large as can be."""
        products = rows @ rows.T
        basis: list[int] = []
        factor = np.zeros_like(products)
        for row in range(len(rows)):
            rank = len(basis)
            column = products[:, row] - factor[:, :rank] @ factor[row, :rank]
            if column[row] > _ZERO:
                factor[:, rank] = column / np.sqrt(column[row])
                basis.append(row)
        left = factor[basis, : len(basis)]
        orthonormal = np.linalg.solve(left, rows[basis]) if basis else rows[:0]
        return cls(rows, tuple(basis), np.asarray(orthonormal, np.float64))

    def holds(
        self, vectors: NDArray[np.float64], n: Counts, least: int
    ) -> NDArray[np.float64] | None:
        """A combination of disjoint sets of n people that lies in the span and rests on fewer than
        `least` people; None where there is none."""
        rest = vectors - (vectors @ self.orthonormal.T) @ self.orthonormal
        values, weights = np.linalg.eigh(rest @ rest.T)
        lightest = _lightest(weights[:, values < _ZERO].T, n, least)
        return None if lightest is None else np.asarray(lightest @ vectors, np.float64)

    def needed(self, vector: NDArray[np.float64]) -> NDArray[np.intp]:
        """The rows of the basis from which a vector of the span is put together."""
        basis = self.rows[list(self.basis)]
        share = np.linalg.lstsq(basis.T, vector, rcond=None)[0]
        found: NDArray[np.intp] = np.array(self.basis, np.intp)[np.abs(share) > _ZERO]
        return found


def _lightest(
    combinations: NDArray[np.float64], n: Counts, least: int
) -> NDArray[np.float64] | None:
    """Of all that some combinations (rows) of sets of n people give, one that rests on fewer than
    `least` people; None where none is found.

    Looked at is what remains when the largest sets are eliminated, as many as can be, then the same
    with each of those that were left in the end in the place of the largest that can stand for it.
    """
    order = np.argsort(-n, kind="stable")
    rows, leading = _eliminated(combinations, order)
    found = _light(rows, n, least)
    for place in range(len(leading)) if found is None else ():
        others = [one for one in order if one not in leading and abs(rows[place, one]) > _ZERO]
        if others:
            found = _light(_pivoted(rows, place, others[0]), n, least)
        if found is not None:
            break
    return found


def _light(rows: NDArray[np.float64], n: Counts, least: int) -> NDArray[np.float64] | None:
    people = (np.abs(rows) > _ZERO) @ n
    light: NDArray[np.float64] = rows[people < least]
    return light[0] if len(light) else None


def _eliminated(
    rows: NDArray[np.float64], order: NDArray[np.intp]
) -> tuple[NDArray[np.float64], list[int]]:
    """The rows after Gauss and Jordan, columns taken in an order; the leading column of each."""
    rows = rows.copy()
    leading: list[int] = []
    for column in order:
        done = len(leading)
        if done == len(rows):
            break
        best = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[best, column]) > _ZERO:
            rows[[done, best]] = rows[[best, done]]
            rows = _pivoted(rows, done, column)
            leading.append(int(column))
    return rows, leading


def _pivoted(rows: NDArray[np.float64], place: int, column: int) -> NDArray[np.float64]:
    """The rows with a column eliminated from all of them but one."""
    chosen = rows[place] / rows[place, column]
    rest = rows - np.outer(rows[:, column], chosen)
    rest[place] = chosen
    return rest
