"""Score tests of equality constraints: what would freeing a parameter bring, without a new fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.cfa.discrepancy import (
    ContinuousMoments,
    LeastSquares,
    MaximumLikelihood,
    normal_weight,
)
from psychometrics.cfa.full_information import FullInformation
from psychometrics.cfa.information import covariance_of, first_order, first_order_incomplete
from psychometrics.cfa.uncertainty import gammas

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]
    Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """What freeing a parameter would bring.

    Parameters
    ----------
    parameter : as written in a model, ``f=~x2``. group : the group whose value is let go, or
        None where all groups are.
    chi2, df, p : the score test; NaN where the parameter could not be estimated if it were free.
    robust_chi2, robust_p : for answers that are not normal, None with plain estimators.
    epc : expected parameter change: how far the group's value would come to lie from that of the
        others; None for all groups at once.
    """

    parameter: str
    group: str | None
    chi2: float
    df: int
    p: float
    robust_chi2: float | None = None
    robust_p: float | None = None
    epc: float | None = None

    @property
    def best_chi2(self) -> float:
        """The robust chi2 where there is one, else the plain one."""
        return self.chi2 if self.robust_chi2 is None else self.robust_chi2

    @property
    def best_p(self) -> float:
        """The p value of `best_chi2`."""
        return self.p if self.robust_p is None else self.robust_p


@dataclass(frozen=True, repr=False)
class EqualityTests:
    """Score tests of all parameters that a fit holds equal.

    `by_group`: each group's value let go in turn, one degree of freedom; `by_parameter`: the
    values of all groups let go together.
    """

    by_group: tuple[ScoreTest, ...]
    by_parameter: tuple[ScoreTest, ...]
    n_used: int
    converged: bool
    warnings: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a parameter and group; columns as `ScoreTest`."""
        return _frame(self.by_group)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """A row a parameter, all its groups freed together; columns as `ScoreTest`."""
        return _frame(self.by_parameter).drop(columns=["group", "epc"])

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return f"<EqualityTests: n = {self.n_used}>\n{self.parameters}"

    def _repr_html_(self) -> str:
        return str(self.parameters.to_html(float_format="{:.3f}".format, index=False))


def equality_score_tests(fit: ModelFit) -> EqualityTests:
    """Score (Lagrange multiplier) tests of the parameters that a fit holds equal.

    With s the slope of the log-likelihood of one interview by the parameters let go, and V what
    the information leaves to them after all other parameters, chi2 = n sᵀ V⁻¹ s. With robust
    estimators the same s is also set against its own variance, from the answers' fourth moments
    (the generalised score test), as the plain figure is then too large or too small. With least
    squares estimators (DWLS, WLSMV) the plain figure has no chi2 distribution and only sorts.

    Source: Sörbom 1989, 10.1007/BF02294623; Satorra 1989, 10.1007/BF02294453; Boos 1992,
    10.1080/00031305.1992.10475921.
    R: ``lavTestScore(fit)$uni`` for `by_group` (lavaan names group 2, 3, … against group 1, which
    is that group's value let go), ``lavTestScore(fit, release = k)$test`` for `by_parameter` with k
    all constraints of one parameter, ``epc = TRUE`` for `epc` (the change of that group's value
    less that of group 1's); expected information, as lavaan's default. With least squares lavaan
    gives that change the wrong sign.

    Raises
    ------
    ModelError
        nothing is held equal.
    """
    from psychometrics.cfa.errors import ModelError

    shared = tied_cells(fit)
    if not shared:
        raise ModelError(
            "The model holds no parameters equal; fit it with group_equal, or give parameters the "
            "same label."
        )
    with one_thread():
        space = ScoreSpace(fit)
        singles = [(cell,) for cells in shared for cell in cells]
        by_group = space.tests(singles, single=True)
        by_parameter = space.tests([tuple(cells[1:]) for cells in shared], single=False)
    said = () if fit.converged else ("The model did not converge; do not trust its score tests.",)
    return EqualityTests(tuple(by_group), tuple(by_parameter), fit.n_used, fit.converged, said)


def tied_cells(fit: ModelFit) -> list[list[Cell]]:
    """The (group, row) places of each parameter that stands in more than one."""
    index = fit.parameter_map.index
    found: dict[int, list[Cell]] = {}
    for g, row in zip(*np.nonzero(index >= 0), strict=True):
        found.setdefault(int(index[g, row]), []).append((int(g), int(row)))
    return [cells for _, cells in sorted(found.items()) if len(cells) > 1]


class ScoreSpace:
    """Slopes and information by row of the table, and what of them freeing some rows would use.

    θ moves all rows that share a parameter; letting the places D go adds directions of their own.
    """

    def __init__(self, fit: ModelFit) -> None:
        self.fit = fit
        point = fit.discrepancy.point(fit.x)
        self.slope, self.curvature = point.slope, point.curvature
        if not fit.estimator.likelihood:
            n, groups = fit.n_used, len(fit.sample.n)
            self.slope = self.slope * (n - groups) / n
            by_group = fit.sample.share / fit.sample.free_share
            self.curvature = self.curvature * by_group[:, None, None]
        self.spread = fit.parameter_map.spread
        whole = fit.parameter_map.gathered_square(self.curvature)
        self.bread = covariance_of(whole, fit.minimum.jacobian)
        self.pull = self.bread @ -fit.parameter_map.gathered(self.slope)

    @cached_property
    def meat(self) -> Array | None:
        """(groups, rows, rows) variance of the slopes of single interviews, None if not robust."""
        return slope_products_by_row(self.fit) if self.fit.estimator.errors != "standard" else None

    def tests(self, released: Sequence[tuple[Cell, ...]], *, single: bool) -> list[ScoreTest]:
        """One test for each set of (group, row) places; with `single` of one place each."""
        cells = sorted({cell for places in released for cell in places})
        place = {cell: k for k, cell in enumerate(cells)}
        g = np.array([cell[0] for cell in cells], np.intp)
        row = np.array([cell[1] for cell in cells], np.intp)
        crossed = np.einsum("cr,crq->cq", self.curvature[g, row], self.spread[g])
        own = np.where(g[:, None] == g, self.curvature[g[:, None], row[:, None], row], 0.0)
        moved = crossed @ self.bread
        left = own - moved @ crossed.T
        slope = -self.slope[g, row] - crossed @ self.pull
        variance = self._variance(g, row, moved)
        found = []
        for places in released:
            at = np.array([place[cell] for cell in places], np.intp)
            block = np.ix_(at, at)
            square = None if variance is None else variance[block]
            found.append(self._test(places, slope[at], left[block], own[block], square, single))
        return found

    def _variance(self, g: NDArray[np.intp], row: NDArray[np.intp], moved: Array) -> Array | None:
        """Variance of the slopes after θ has made the best of them."""
        if self.meat is None:
            return None
        total = np.zeros((len(g), len(g)))
        for k, part in enumerate(self.meat):
            direction = -moved @ self.spread[k].T
            here = np.flatnonzero(g == k)
            direction[here, row[here]] += 1
            total += direction @ part @ direction.T
        return total

    def _test(
        self,
        places: tuple[Cell, ...],
        slope: Array,
        left: Array,
        own: Array,
        variance: Array | None,
        single: bool,
    ) -> ScoreTest:
        g, row = places[0]
        name = self.fit.table.rows[row].name
        group = self.fit.groups[g] if single else None
        n, df = self.fit.n_used, len(places)
        if not _solvable(left, np.diag(own)):
            robust = None if variance is None else float("nan")
            return ScoreTest(name, group, np.nan, df, np.nan, robust, robust, None)
        change = np.linalg.solve(left, slope)
        chi2 = float(n * slope @ change)
        robust = robust_p = None
        if variance is not None:
            robust = float(n * slope @ np.linalg.solve(variance, slope))
            robust_p = _tail(robust, df)
        epc = float(change[0]) if single else None
        return ScoreTest(name, group, chi2, df, _tail(chi2, df), robust, robust_p, epc)


def slope_products_by_row(fit: ModelFit) -> Array:
    """(groups, rows, rows) the middle of the sandwich before it is summed up to θ."""
    discrepancy = fit.discrepancy
    if fit.estimator.errors == "huber_white":
        if isinstance(discrepancy, FullInformation):
            return first_order_incomplete(discrepancy, fit.x, fit.sample)
        assert isinstance(discrepancy, MaximumLikelihood)  # noqa: S101
        return first_order(discrepancy, fit.x, fit.sample.fourth)
    if isinstance(discrepancy, LeastSquares):
        _, jacobian = discrepancy.vector.jacobian(fit.x)
        weight = discrepancy.weight
        weighted = weight[:, :, None] * jacobian if weight.ndim == 2 else weight @ jacobian
    else:
        means = fit.table.options.means
        _, jacobian = ContinuousMoments(fit.structure, means).jacobian(fit.x)
        skip = 0 if means else fit.structure.p
        weighted = normal_weight(np.linalg.inv(fit.implied.cov))[:, skip:, skip:] @ jacobian
    found: Array = np.swapaxes(weighted, -1, -2) @ gammas(fit) @ weighted
    return found * fit.sample.share[:, None, None]


def _solvable(left: Array, before: Array) -> bool:
    """Whether the answers can tell the freed parameters from all others."""
    size = np.sqrt(np.maximum(before, 1e-300))
    return bool(np.linalg.eigvalsh(left / np.outer(size, size))[0] > 1e-8)


def _tail(chi2: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, max(chi2, 0.0)))


def _frame(tests: tuple[ScoreTest, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([plain_fields(test) for test in tests])
