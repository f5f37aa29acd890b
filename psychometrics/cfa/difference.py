"""Whether a model with more restrictions fits worse than one with fewer: chi2 differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.nested import PERFECT, expressed
from psychometrics.cfa.test_statistic import test_statistic, upper_tail

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

Method = Literal[
    "default", "standard", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"
]


@dataclass(frozen=True, slots=True)
class Difference:
    """A chi2 difference test.

    `plain`: the difference of the plain chi2; `chi2` = `plain` / `scaling` + `shift`, with `df` and
    `p`. NaN where a correction is negative, which a warning says.
    """

    chi2: float
    df: int
    p: float
    plain: float
    method: str
    scaling: float = 1.0
    shift: float = 0.0


def difference_test(restricted: ModelFit, free: ModelFit, method: Method = "default") -> Difference:
    """The test of the restrictions that `restricted` has beyond `free`.

    Both were fitted to the same answers by the same estimator, and `restricted` is a special case
    of `free`; `psychometrics.cfa.compare.compare_models` checks that. The default is the plain
    difference, Satorra & Bentler 2001 (10.1007/BF02296192) for MLR and MLM, and the scaled and
    shifted one of Satorra 2000 for MLMV, WLSMV and ULSMV; "satorra.bentler.2010"
    (10.1007/s11336-009-9135-y) is never negative. R: ``lavTestLRT(free, restricted, method = )``,
    which for the 2010 version takes over estimates by their names and is off where the unit or the
    origin of factors changes between the models, as from free to equal intercepts; here the free
    model is brought to the very moments that the restricted one implies.

    Raises ModelError for a method that the estimator does not have, and for equal df.
    """
    chosen = _method(free, method)
    df = restricted.df - free.df
    if df <= 0:
        raise ModelError(
            f"The two models have {restricted.df} and {free.df} degrees of freedom; the restricted "
            f"one must have more. Models with equal ones are compared by AIC or BIC."
        )
    plain = restricted.chi2 - free.chi2
    scaling, shift = 1.0, 0.0
    with one_thread():
        if chosen == "satorra.bentler.2001":
            scaling = _scale(restricted, free, free.test.scaling)
        elif chosen == "satorra.bentler.2010":
            scaling = _scale(restricted, free, _scaling_at(restricted, free))
        elif chosen == "satorra.2000":
            scaling, shift = _scaled_shifted(restricted, free, df)
    if not scaling > 0:
        return Difference(nan, df, nan, plain, chosen, scaling)
    chi2 = plain / scaling + shift
    uls = free.estimator.discrepancy == "uls" and chosen == "standard"
    p = nan if uls else upper_tail(max(chi2, 0.0), df)
    return Difference(chi2, df, p, plain, chosen, scaling, shift)


def _method(fit: ModelFit, wanted: Method) -> str:
    shifted = fit.estimator.test == "scaled_shifted"
    if wanted == "default":
        if not fit.estimator.robust:
            return "standard"
        return "satorra.2000" if shifted else "satorra.bentler.2001"
    if wanted == "standard":
        return wanted
    known = ("satorra.2000",) if shifted else ("satorra.bentler.2001", "satorra.bentler.2010")
    if fit.estimator.test == "satorra_bentler":
        known = (*known, "satorra.2000")
    if not fit.estimator.robust or wanted not in known:
        offered = ", ".join(known) if fit.estimator.robust else "standard"
        raise ModelError(f"{fit.estimator.name} has no difference test {wanted!r}; use {offered}.")
    return wanted


def _scale(restricted: ModelFit, free: ModelFit, of_free: float | None) -> float:
    """(df₀ c₀ − df₁ c₁) / (df₀ − df₁)."""
    c0 = restricted.test.scaling or 1.0
    c1 = 1.0 if free.df == 0 or of_free is None else of_free
    return (restricted.df * c0 - free.df * c1) / (restricted.df - free.df)


def _scaling_at(restricted: ModelFit, free: ModelFit) -> float:
    """The scaling factor of the free model where it implies what the restricted one does."""
    found = expressed(restricted, free)
    if found is None or found.value >= PERFECT:
        raise ModelError(
            "The restricted model is not a special case of the other one, so there is no corrected "
            "difference between them. Compare the models by AIC or BIC."
        )
    parameters, theta = free.parameter_map, found.theta
    point = free.discrepancy.point(parameters.rows(theta))
    minimum = replace(
        found,
        value=point.value,
        slope=parameters.gathered(point.slope),
        curvature=parameters.gathered_square(point.curvature),
    )
    return test_statistic(replace(free, minimum=minimum)).scaling or 1.0


def _scaled_shifted(restricted: ModelFit, free: ModelFit, df: int) -> tuple[float, float]:
    """Scaling and shift by tr(UΓ) and tr(UΓUΓ) of the restrictions alone (Satorra 2000)."""
    from psychometrics.cfa.uncertainty import gammas, weights_and_jacobian

    V, delta = weights_and_jacobian(free)
    gamma, share = gammas(free), free.sample.share
    A = restrictions(restricted, free)
    bread = free.uncertainty.bread
    across = A @ bread
    middle = across.T @ np.linalg.pinv(across @ A.T) @ across
    lifted = V @ delta
    by_group = np.swapaxes(lifted, 1, 2) @ gamma @ lifted
    products = share[:, None, None] * by_group
    trace = float((products.sum(axis=0) * middle.T).sum())
    whole = products.sum(axis=0) @ middle
    square = float((whole * whole.T).sum())
    scaling = float(np.sqrt(square / df))
    return scaling, df - trace / scaling


def restrictions(restricted: ModelFit, free: ModelFit) -> Array:
    """(r, q) directions in the free model's parameters that the restricted one does not have.

    By the Jacobians of the moments at either solution: the complement of what of the free model's
    moments the restricted one can move.
    """
    wide, basis = _moment_jacobian(free)
    narrow, _ = _moment_jacobian(restricted)
    reach = np.linalg.pinv(wide) @ narrow
    vectors, sizes, _ = np.linalg.svd(reach, full_matrices=True)
    rank = int((sizes > 1e-8 * sizes.max(initial=1.0)).sum())
    found: Array = vectors[:, rank:].T @ basis.T
    return found


def _moment_jacobian(fit: ModelFit) -> tuple[Array, Array]:
    """(groups m, q − c) derivatives along what c constraints allow, and (q, q − c) that basis."""
    from psychometrics.cfa.uncertainty import weights_and_jacobian

    _, delta = weights_and_jacobian(fit)
    held = fit.minimum.jacobian[: len(fit.parameter_map.equalities)]
    q = fit.parameter_map.q
    basis = np.eye(q)
    if held.size:
        _, sizes, right = np.linalg.svd(held)
        basis = right[int((sizes > 1e-10 * sizes.max()).sum()) :].T
    return delta.reshape(-1, q) @ basis, basis
