"""The moments that a model implies, and how they move with its parameters.

In the reticular action model (McArdle & McDonald 1984, 10.1111/j.2044-8317.1984.tb00802.x) all
variables, observed first, stand in one vector v = A v + u, with cov(u) = S and mean(u) = M. With
E = (I − A)⁻¹ and T its rows of the observed variables, Σ = T S Tᵀ and μ = T M. An ordered item is
a cut-up normal response y*; its threshold is δ(τ − μ) and correlations are δ_i δ_j Σ_ij (the delta
parameterisation).

Everything takes parameter values with leading axes (groups, directions of a derivative) and works
on complex values, so that a step of 1e-20 along the imaginary axis gives derivatives exact to the
last digit (Squire & Trapp 1998, 10.1137/S003614459631241X).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.partable import ParameterTable, Row

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]

COMPLEX_STEP = 1e-20


@dataclass(frozen=True)
class Cells:
    """Where some rows of the table stand: `row` in the table, `at` (i, j) in their matrix."""

    row: Index
    i: Index
    j: Index


@dataclass(frozen=True)
class Implied:
    """Model moments, with leading axes (…): `effects` E, `path` T, `total` E S Eᵀ, `mean` E M.

    `cov` (…, p, p) and `mu` (…, p) of the observed variables (of y* where ordered).
    """

    cov: NDArray[Any]
    mu: NDArray[Any]
    effects: NDArray[Any]
    path: NDArray[Any]
    total: NDArray[Any]
    mean: NDArray[Any]


@dataclass(frozen=True)
class Structure:
    """A parameter table compiled to matrix cells; the rows of one group stand for every group."""

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    paths: Cells
    covariances: Cells
    means: Cells
    thresholds: Cells
    scales: Cells
    size: int
    ordered: NDArray[np.bool_]

    @property
    def p(self) -> int:
        """Number of observed variables."""
        return len(self.observed)

    @cached_property
    def depth(self) -> int | None:
        """The longest chain of paths, None where paths lead in a circle."""
        v = self.p + len(self.latent)
        step = np.zeros((v, v), bool)
        step[self.paths.i, self.paths.j] = True
        reach = step
        for length in range(1, v + 1):
            if not reach.any():
                return length - 1
            reach = reach @ step
        return None

    def effects(self, A: NDArray[Any]) -> NDArray[Any]:
        """(I − A)⁻¹, as the sum of the powers of A where paths lead in no circle."""
        identity = np.eye(A.shape[-1])
        if self.depth is None:
            inverse: NDArray[Any] = np.linalg.inv(identity - A)
            return inverse
        found: NDArray[Any] = identity + A
        power = A
        for _ in range(self.depth - 1):
            power = power @ A
            found = found + power
        return found

    def matrices(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """A (…, v, v), S (…, v, v), M (…, v) for parameter values x (…, rows)."""
        v = self.p + len(self.latent)
        shape = x.shape[:-1]
        A = np.zeros((*shape, v, v), x.dtype)
        S = np.zeros((*shape, v, v), x.dtype)
        M = np.zeros((*shape, v), x.dtype)
        A[..., self.paths.i, self.paths.j] = x[..., self.paths.row]
        values = x[..., self.covariances.row]
        S[..., self.covariances.i, self.covariances.j] = values
        S[..., self.covariances.j, self.covariances.i] = values
        M[..., self.means.i] = x[..., self.means.row]
        return A, S, M

    def implied(self, x: NDArray[Any]) -> Implied:
        """The moments at parameter values x (…, rows)."""
        A, S, M = self.matrices(x)
        E = self.effects(A)
        total = E @ S @ np.swapaxes(E, -1, -2)
        path = E[..., : self.p, :]
        mean = (E @ M[..., None])[..., 0]
        return Implied(total[..., : self.p, : self.p], mean[..., : self.p], E, path, total, mean)

    def completed(self, x: NDArray[Any]) -> NDArray[Any]:
        """Parameter values with the residual variances of ordered items, 1/δ² less what is
        explained, filled in."""
        if not self.ordered.any():
            return x
        own = (self.covariances.i == self.covariances.j) & (self.covariances.i < self.p)
        row, item = self.covariances.row[own], self.covariances.i[own]
        scale = np.ones((*x.shape[:-1], self.p), x.dtype)
        scale[..., self.scales.i] = x[..., self.scales.row]
        filled = x.copy()
        filled[..., row] = 0
        explained = np.diagonal(self.implied(filled).cov, axis1=-2, axis2=-1)
        filled[..., row] = 1 / scale[..., item] ** 2 - explained[..., item]
        return filled

    def derivatives(self, implied: Implied) -> tuple[Array, Array]:
        """How cov and mu move with each row: (…, rows, p, p) and (…, rows, p).

        Rows that are thresholds or scales have none here.
        """
        T, C = implied.path, implied.total[..., : self.p]
        shape = implied.cov.shape[:-2]
        cov = np.zeros((*shape, self.size, self.p, self.p), implied.cov.dtype)
        mu = np.zeros((*shape, self.size, self.p), implied.cov.dtype)
        Tt = np.swapaxes(T, -1, -2)
        left, right = Tt[..., self.paths.i, :], C[..., self.paths.j, :]
        outer = left[..., :, None] * right[..., None, :]
        cov[..., self.paths.row, :, :] = outer + np.swapaxes(outer, -1, -2)
        mu[..., self.paths.row, :] = left * implied.mean[..., self.paths.j, None]
        left, right = Tt[..., self.covariances.i, :], Tt[..., self.covariances.j, :]
        outer = left[..., :, None] * right[..., None, :]
        twice = (self.covariances.i != self.covariances.j)[:, None, None]
        cov[..., self.covariances.row, :, :] = outer + twice * np.swapaxes(outer, -1, -2)
        mu[..., self.means.row, :] = Tt[..., self.means.i, :]
        return cov, mu

    def slope(self, implied: Implied, G: Array, g: Array) -> Array:
        """(…, rows) derivatives of tr(G Σ) + gᵀμ by row, G symmetric and g fixed."""
        T = implied.path
        Tt = np.swapaxes(T, -1, -2)
        GT = G @ T
        slope = np.zeros((*implied.mu.shape[:-1], self.size))
        across = implied.total[..., : self.p] @ GT
        down = (Tt @ g[..., None])[..., 0]
        i, j = self.paths.i, self.paths.j
        slope[..., self.paths.row] = 2 * across[..., j, i] + down[..., i] * implied.mean[..., j]
        cells = self.covariances
        between = (Tt @ GT)[..., cells.i, cells.j]
        slope[..., cells.row] = between * np.where(cells.i == cells.j, 1, 2)
        slope[..., self.means.row] = down[..., self.means.i]
        return slope

    def curvature(self, implied: Implied, G: Array, g: Array) -> Array:
        """(…, rows, rows) second derivatives of tr(G Σ) + gᵀμ by row, G symmetric and g fixed.

        With P = TᵀGT, R = C FᵀG T and u = Tᵀg, where C is the covariance and m the mean of all
        variables: for paths (i, j) and (k, l) they are
        2 (E_li R_jk + E_jk R_li + C_jl P_ik) + u_k E_li m_j + u_i E_jk m_l, for a path and a
        covariance (k, l) 2 (E_jk P_li + E_jl P_ki), half of that where k = l, for a path and a
        mean k u_i E_jk; all others vanish.
        """
        found = np.zeros((*implied.mu.shape[:-1], self.size, self.size))
        E, C, m, T = implied.effects, implied.total, implied.mean, implied.path
        GT = G @ T
        P = np.swapaxes(T, -1, -2) @ GT
        R = C[..., : self.p] @ GT
        u = (np.swapaxes(T, -1, -2) @ g[..., None])[..., 0]
        row, i, j = self.paths.row, self.paths.i, self.paths.j
        above, left = i[:, None], j[:, None]
        half = 2 * E[..., j, above] * np.swapaxes(R, -1, -2)[..., i, left]
        half += u[..., None, i] * E[..., j, above] * m[..., left]
        found[..., row[:, None], row] = half + np.swapaxes(half, -1, -2)
        found[..., row[:, None], row] += 2 * C[..., left, j] * P[..., above, i]
        cells = self.covariances
        cross = 2 * E[..., left, cells.i] * P[..., above, cells.j]
        other = 2 * E[..., left, cells.j] * P[..., above, cells.i]
        cross = cross + np.where(cells.i == cells.j, 0, other)
        found[..., row[:, None], cells.row] = cross
        found[..., cells.row[:, None], row] = np.swapaxes(cross, -1, -2)
        lifted = u[..., above] * E[..., left, self.means.i]
        found[..., row[:, None], self.means.row] = lifted
        found[..., self.means.row[:, None], row] = np.swapaxes(lifted, -1, -2)
        return found


def compile_table(table: ParameterTable) -> Structure:
    """The cells of a table. Raises ModelError for a row that fits no matrix."""
    variables = table.variables
    names = (*variables.observed, *variables.latent)
    place = {name: k for k, name in enumerate(names)}
    found: dict[str, list[tuple[int, int, int]]] = {op: [] for op in ("A", "S", "M", "|", "~*~")}
    for k, row in enumerate(table.rows[: table.per_group]):
        matrix, i, j = _cell(row, place)
        found[matrix].append((k, i, int(row.rhs[1:]) if matrix == "|" else j))
    if len(variables.observed) != len(set(variables.observed)):
        raise ModelError("A variable is named twice among the items.")
    return Structure(
        observed=variables.observed,
        latent=variables.latent,
        paths=_cells(found["A"]),
        covariances=_cells(found["S"]),
        means=_cells(found["M"]),
        thresholds=_cells(sorted(found["|"], key=lambda cell: cell[1:])),
        scales=_cells(found["~*~"]),
        size=table.per_group,
        ordered=np.array([name in table.options.ordered for name in variables.observed]),
    )


def _cell(row: Row, place: dict[str, int]) -> tuple[str, int, int]:
    lhs = place[row.lhs]
    if row.op == "=~":
        return "A", place[row.rhs], lhs
    if row.op == "~":
        return "A", lhs, place[row.rhs]
    if row.op == "~~":
        return "S", lhs, place[row.rhs]
    if row.op == "~1":
        return "M", lhs, 0
    return row.op, lhs, 0


def _cells(found: list[tuple[int, int, int]]) -> Cells:
    at = np.array(found, np.intp).reshape(-1, 3)
    return Cells(at[:, 0], at[:, 1], at[:, 2])
