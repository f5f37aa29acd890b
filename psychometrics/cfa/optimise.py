"""The search for the minimum of a discrepancy, by scoring with equality constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.errors import ConvergenceError, ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.discrepancy import Discrepancy, Point
    from psychometrics.cfa.parameters import Parameters
    from psychometrics.cfa.syntax import Constraint

    Array = NDArray[np.float64]

STEPS = 400
PRECISION = 1e-19
"""The search ends when the squared length of a step, in units of the information, is below this:
the parameters are then within 3e-10 √N standard errors of the minimum."""


KEPT = 1e-6
"""How far off a constraint may be at the end."""
NEAR = 0.02
"""Below this squared length the exact curvature takes the place of the expected one."""
ARRIVED = 1e-8
"""After an exact step this short, the expected curvature suffices to see that it was the last."""


@dataclass(frozen=True)
class Minimum:
    """Where the search ended.

    `theta` (q,), `value`, `slope` (q,) and `curvature` (q, q) there; `jacobian` (c, q) of the
    constraints that hold with equality; `decrement` the squared step still to go.
    """

    theta: Array
    value: float
    slope: Array
    curvature: Array
    jacobian: Array
    decrement: float
    steps: int
    converged: bool


def minimise(
    discrepancy: Discrepancy, parameters: Parameters, start: Array, *, steps: int = STEPS
) -> Minimum:
    """The minimum over θ from `start` (q,), under the constraints of `parameters`.

    Scoring steps solve [H Jᵀ; J 0] (d, λ) = (−slope, −residual) and are halved until the merit,
    value + penalty · |residual|, does not rise. Inequalities that are crossed are then held as
    equalities, the one crossed furthest first, and let go again where that lowers the value. The
    search gives up after so many `steps`. Raises ModelError where a constraint does not hold in
    the end.
    """
    held: tuple[Constraint, ...] = ()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = _scored(discrepancy, parameters, start, parameters.equalities, steps)
        for _ in range(3 * len(parameters.inequalities)):
            changed = _changed(parameters, found, held)
            if changed == held:
                break
            held = changed
            active = (*parameters.equalities, *held)
            found = _scored(discrepancy, parameters, found.theta, active, steps)
    _require_kept(parameters, found.theta)
    return found


def _changed(
    parameters: Parameters, found: Minimum, held: tuple[Constraint, ...]
) -> tuple[Constraint, ...]:
    """The inequalities to hold as equalities: one more where one is crossed, else one less where
    the discrepancy falls on the side that is allowed."""
    free = tuple(c for c in parameters.inequalities if c not in held)
    values = parameters.residuals(found.theta, free)
    if len(free) and values.min() < -1e-9:
        return (*held, free[int(values.argmin())])
    if not held:
        return held
    forces = np.linalg.lstsq(found.jacobian.T, found.slope, rcond=None)[0][-len(held) :]
    weakest = int(forces.argmin())
    return held[:weakest] + held[weakest + 1 :] if forces[weakest] < -1e-7 else held


def _require_kept(parameters: Parameters, theta: Array) -> None:
    """Raises ModelError where constraints do not hold where the search ended."""
    equal = np.abs(parameters.residuals(theta, parameters.equalities))
    above = -parameters.residuals(theta, parameters.inequalities)
    pairs = zip((*parameters.equalities, *parameters.inequalities), (*equal, *above), strict=True)
    broken = [constraint.text for constraint, off in pairs if not off < KEPT]
    if broken:
        raise ModelError(
            f"No values were found for which {'; '.join(broken)} holds: constraints contradict "
            f"each other or the rest of the model. Drop one of them."
        )


def _scored(
    discrepancy: Discrepancy,
    parameters: Parameters,
    start: Array,
    active: tuple[Constraint, ...],
    most: int,
) -> Minimum:
    theta, penalty, steps, decrement = start.copy(), 0.0, 0, np.inf
    unit = discrepancy.unit
    point = discrepancy.point(parameters.rows(theta))
    if not np.isfinite(point.value):
        raise ConvergenceError(
            "The model implies no positive definite covariances at the starting values; give "
            "other ones with start()."
        )
    while True:
        slope = parameters.gathered(point.slope)
        expected = curvature = parameters.gathered_square(point.curvature)
        if ARRIVED < decrement < NEAR:
            curvature = _exact(discrepancy, parameters, theta, expected)
        jacobian = parameters.jacobian(theta, active)
        residual = parameters.residuals(theta, active)
        step, forces = _step(curvature, slope, jacobian, residual)
        decrement = float(step @ curvature @ step) / unit
        held = not residual.size or float(np.abs(residual).max()) < 1e-9
        converged = decrement < PRECISION and held
        if converged or steps >= most or not np.isfinite(decrement):
            break
        penalty = max(penalty, 2 * float(np.abs(forces).max(initial=0)))
        moved = _halved(discrepancy, parameters, theta, step, active, penalty, point.value)
        if moved is None:
            converged = decrement < 1e-9 and held
            break
        theta, point = moved
        steps += 1
    return Minimum(theta, point.value, slope, expected, jacobian, decrement, steps, converged)


def _exact(
    discrepancy: Discrepancy, parameters: Parameters, theta: Array, expected: Array
) -> Array:
    """The observed curvature where it is positive definite: the search then ends in few steps."""
    found = parameters.gathered_square(discrepancy.observed(parameters.rows(theta)))
    try:
        np.linalg.cholesky(found)
    except np.linalg.LinAlgError:
        return expected
    return found


def _step(curvature: Array, slope: Array, jacobian: Array, residual: Array) -> tuple[Array, Array]:
    """Scoring step and the multipliers of the constraints, scaled so that units do not matter."""
    q, c = len(slope), len(residual)
    size = np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    system = np.zeros((q + c, q + c))
    system[:q, :q] = curvature / np.outer(size, size)
    scaled = jacobian / size
    system[q:, :q] = scaled
    system[:q, q:] = scaled.T
    right = np.concatenate([-slope / size, -residual])
    try:
        found = np.linalg.solve(system, right)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, right, rcond=1e-12)[0]
    if not np.isfinite(found).all() or np.abs(found).max(initial=0) > 1e8:
        found = np.linalg.lstsq(system, right, rcond=1e-10)[0]
    return found[:q] / size, found[q:]


def _halved(
    discrepancy: Discrepancy,
    parameters: Parameters,
    theta: Array,
    step: Array,
    active: tuple[Constraint, ...],
    penalty: float,
    here: float,
) -> tuple[Array, Point] | None:
    """θ and the point there after the longest halving of the step that does not raise the merit."""

    def broken(at: Array) -> float:
        return penalty * float(np.abs(parameters.residuals(at, active)).sum()) if active else 0.0

    merit = here + broken(theta)
    size = 1.0
    while size > 1e-8:
        there = theta + size * step
        point = discrepancy.point(parameters.rows(there))
        if point.value + broken(there) <= merit + 1e-14 * max(discrepancy.unit, abs(merit)):
            return there, point
        size /= 2
    return None


def _well_determined(minimum: Minimum) -> bool:
    """Whether the information is far from singular, by an estimate of its condition.

    It costs an eighth of the eigenvalues, by which `require_identified` decides in doubt.
    """
    from scipy.linalg.lapack import dpocon, dpotrf

    if minimum.jacobian.size:
        return False
    size = np.sqrt(np.maximum(np.diag(minimum.curvature), 1e-300))
    scaled = minimum.curvature / np.outer(size, size)
    root, failed = dpotrf(scaled)
    return not failed and bool(dpocon(root, np.abs(scaled).sum(axis=0).max())[0] > 1e-6)


def require_identified(minimum: Minimum, names: list[str]) -> None:
    """Raises ModelError where the data leave a parameter undetermined at the solution."""
    if _well_determined(minimum):
        return
    size = np.sqrt(np.maximum(np.diag(minimum.curvature), 1e-300))
    information = minimum.curvature / np.outer(size, size)
    q, c = len(size), len(minimum.jacobian)
    bordered = np.zeros((q + c, q + c))
    bordered[:q, :q] = information
    scaled = minimum.jacobian / size
    bordered[q:, :q], bordered[:q, q:] = scaled, scaled.T
    values, vectors = np.linalg.eigh(bordered)
    weakest = int(np.abs(values).argmin())
    if q and abs(values[weakest]) < 1e-9:
        weight = np.abs(vectors[:q, weakest])
        blamed = [names[k] for k in np.argsort(-weight)[:3] if weight[k] > 0.1]
        if not blamed:
            raise ModelError(
                "A constraint says again what others say already; drop it, so that errors and "
                "degrees of freedom can be worked out."
            )
        raise ModelError(
            f"The model is not identified: the answers leave {', '.join(blamed)} undetermined. "
            f"Fix one of them, give the factor more items, or drop a parameter."
        )
