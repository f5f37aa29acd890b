"""Rotation of factor loadings: the same model, turned so that each item tells of few factors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics import _criteria
from psychometrics._correlation import EfaError
from psychometrics._gradient_projection import Search, random_turns
from psychometrics._matrix import as_matrix
from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._criteria import Criterion

    Array = NDArray[np.float64]

Rotation: TypeAlias = Literal[
    "oblimin",
    "quartimin",
    "geomin",
    "promax",
    "bifactor_oblique",
    "target",
    "varimax",
    "quartimax",
    "equamax",
    "geomin_orthogonal",
    "bifactor",
]
ROTATIONS: tuple[Rotation, ...] = get_args(Rotation)

_OBLIQUE = {"oblimin", "quartimin", "geomin", "promax", "bifactor_oblique", "target"}
_BIFACTOR = {"bifactor", "bifactor_oblique"}
_NORMALISED = {"varimax", "promax"}

_STATIONARY = 1e-6
_SAME = 1e-7


@dataclass(frozen=True)
class RotationSettings:
    """What a rotation can be told beside its name; the conventions of GPArotation by default.

    `gamma` of oblimin: 0 (quartimin) or below for less correlated factors, above for more, up to
    about .5; `delta` of geomin, above 0 (Mplus takes .0001 for two factors, .001 for three, .01
    from four on); `power` of promax, above 1; `target` of target rotation, (p, m), NaN where it
    leaves a loading free; `normalise` rows to length one before the rotation (Kaiser): by default
    for varimax and promax alone.
    """

    gamma: float = 0.0
    delta: float = 0.01
    power: float = 4.0
    target: Any = None
    normalise: bool | None = None


@dataclass(frozen=True)
class RotatedLoadings:
    """Loadings after rotation.

    Parameters
    ----------
    pattern : (p, m) Λ. phi : (m, m) Φ; Λ_unrotated Λ_unrotated' = ΛΦΛ'.
    rotation_matrix : (m, m); Λ = Λ_unrotated × rotation_matrix, Φ = (M'M)⁻¹.
    criterion : its value at the end that was kept, NaN for one factor.
    ends : its value at the end of every start, the unrotated one first. A promax has those of the
        varimax it begins with.
    converged : the gradient of the criterion vanishes at the end that was kept.
    """

    pattern: Array
    phi: Array
    rotation_matrix: Array
    rotation: Rotation | None
    criterion: float
    ends: Array
    converged: bool
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def rotate(
    loadings: Any,
    rotation: Rotation = "oblimin",
    *,
    random_starts: int = 10,
    rng: np.random.Generator | None = None,
    gamma: float = 0.0,
    delta: float = 0.01,
    power: float = 4.0,
    target: Any = None,
    normalise: bool | None = None,
) -> RotatedLoadings:
    """The best rotation over the unrotated start and `random_starts` others.

    Factors come in order of the variance they explain, each with a positive sum of loadings; a
    bifactor's general factor stays first, and factors of a target rotation stay as the target has
    them. Equals GPArotation's function at a tight ``eps``, from its best start:

    ===================  =========================================================
    oblimin, quartimin   ``oblimin(L, gam=gamma)``, ``quartimin(L)``; oblique
    geomin               ``geominQ(L, delta=delta)``; oblique
    promax               ``psych::kaiser(L, rotate="Promax", pro.m=power)``; oblique
    bifactor_oblique     ``bifactorQ(L)`` (Jennrich & Bentler 2012,
                         10.1007/s11336-012-9269-1)
    target               ``targetQ(L, Target=target)``; oblique
    varimax              ``stats::varimax(L, eps=1e-14)``
    quartimax            ``quartimax(L)``
    equamax              ``cfT(L, kappa=m/(2p))``
    geomin_orthogonal    ``geominT(L, delta=delta)``
    bifactor             ``bifactorT(L)`` (Jennrich & Bentler 2011,
                         10.1007/s11336-011-9218-4)
    ===================  =========================================================

    Parameters
    ----------
    loadings : (p, m) unrotated or orthogonally rotated, array or DataFrame.
    random_starts : random orthogonal starts beside the first. Criteria have several minima; a
        warning says when a single start found the best.
    rng : source of the starts; without it a fixed one, so that results can be repeated.
    gamma, delta, power, target, normalise : see `RotationSettings`.

    Raises
    ------
    EfaError
        unknown rotation, a missing or ill-shaped target, a setting out of range, a bifactor with
        fewer than three factors.
    """
    matrix, _ = as_matrix(loadings)
    if not np.isfinite(matrix).all():
        raise EfaError("A loading is missing; give a complete matrix of loadings.")
    settings = RotationSettings(gamma, delta, power, target, normalise)
    generator = np.random.default_rng(0) if rng is None else rng
    with one_thread():
        return rotated(matrix, rotation, settings, random_starts, generator)


def rotated(
    loadings: Array,
    rotation: Rotation | None,
    settings: RotationSettings,
    random_starts: int,
    rng: np.random.Generator,
) -> RotatedLoadings:
    """`rotate` on a matrix that is already there; None leaves the loadings as they are."""
    factors = loadings.shape[1]
    if rotation is not None and rotation not in ROTATIONS:
        raise EfaError(f"There is no rotation {rotation!r}; choose one of {', '.join(ROTATIONS)}.")
    if random_starts < 0:
        raise EfaError(f"random_starts is {random_starts}; give 0 or more.")
    if rotation is None or factors == 1:
        return _arranged(loadings, np.eye(factors), None, np.empty(0), True)
    oblique = rotation in _OBLIQUE and rotation != "promax"
    lengths = _row_lengths(loadings, rotation, settings)
    search = Search(loadings / lengths, _criterion(rotation, settings, loadings.shape), oblique)
    ends = search.run(random_turns(factors, random_starts, rng))
    best = int(np.argmin(np.where(ends.slopes < _STATIONARY, ends.values, np.inf)))
    turn, stationary = ends.turns[best], bool(ends.slopes[best] < _STATIONARY)
    if rotation == "promax":
        turn = turn @ _promax(search.loadings @ turn, settings.power)
    elif oblique:
        turn = np.asarray(np.linalg.inv(turn).T, np.float64)
    # The end that was kept comes first, so that the value reported is its own.
    values = np.concatenate([ends.values[best : best + 1], ends.values])
    return _arranged(loadings @ turn, turn, rotation, values, stationary)


def _criterion(rotation: Rotation, settings: RotationSettings, shape: tuple[int, ...]) -> Criterion:
    """The criterion of a rotation, its settings checked and filled in."""
    items, factors = shape
    if rotation in _BIFACTOR:
        if factors < 3:
            raise EfaError(
                f"A bifactor rotation of {factors} factors has a single group factor and nothing "
                f"to minimise; ask for three factors or more."
            )
        return _criteria.bifactor
    if rotation in {"geomin", "geomin_orthogonal"}:
        if not settings.delta > 0:
            raise EfaError(f"delta of geomin is {settings.delta}; give a number above 0.")
        return partial(_criteria.geomin, delta=settings.delta)
    if rotation == "target":
        return partial(_criteria.target, wanted=_target(settings.target, items, factors))
    if rotation == "equamax":
        return partial(_criteria.crawford_ferguson, kappa=factors / (2 * items))
    if rotation in {"oblimin", "quartimin"}:
        gamma = settings.gamma if rotation == "oblimin" else 0.0
        return partial(_criteria.oblimin, gamma=gamma)
    return _criteria.quartimax if rotation == "quartimax" else _criteria.varimax


def _target(given: Any, items: int, factors: int) -> Array:
    if given is None:
        raise EfaError("Target rotation needs target=, loadings with NaN where they are free.")
    wanted, _ = as_matrix(given)
    if wanted.shape != (items, factors):
        raise EfaError(
            f"The target has shape {wanted.shape}, the loadings {(items, factors)}; give one value "
            f"or NaN for each loading."
        )
    if (np.isfinite(wanted).sum(axis=0) < factors - 1).any():
        raise EfaError(
            f"Each factor of the target needs {factors - 1} known loadings or more, or the "
            f"rotation is not identified; fill in more of the target."
        )
    return wanted


def _row_lengths(loadings: Array, rotation: Rotation, settings: RotationSettings) -> Array:
    """(p, 1) lengths of the rows for Kaiser's normalisation, else ones."""
    wanted = rotation in _NORMALISED if settings.normalise is None else settings.normalise
    if not wanted:
        return np.ones((len(loadings), 1))
    lengths = np.linalg.norm(loadings, axis=1, keepdims=True)
    return np.where(lengths > 0, lengths, 1.0)


def _promax(loadings: Array, power: float) -> Array:
    """Oblique turn of varimax loadings towards their powers (Hendrickson & White 1964)."""
    if not power > 1:
        raise EfaError(f"power of promax is {power}; give a number above 1, commonly 4.")
    wanted = loadings * np.abs(loadings) ** (power - 1)
    turn = np.linalg.lstsq(loadings, wanted, rcond=None)[0]
    lengths = np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    return np.asarray(turn * lengths, np.float64)


def _arranged(
    pattern: Array, turn: Array, rotation: Rotation | None, values: Array, stationary: bool
) -> RotatedLoadings:
    """Factors by variance explained, diag(ΦΛ'Λ) as ``psych::fa`` sorts, sums of loadings positive.

    Loadings, Φ and rotation matrix move together.
    """
    phi: Array = np.eye(pattern.shape[1])
    if rotation in _OBLIQUE:
        phi = np.asarray(np.linalg.inv(turn.T @ turn), np.float64)
        np.fill_diagonal(phi, 1.0)
    if rotation == "target":
        order, signs = np.arange(len(phi)), np.ones(len(phi))
    else:
        signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
        explained = np.diag(phi @ pattern.T @ pattern).copy()
        if rotation in _BIFACTOR:
            explained[0] = np.inf
        order = np.argsort(-explained, kind="stable")
    phi = (phi * np.outer(signs, signs))[np.ix_(order, order)]
    return RotatedLoadings(
        pattern=(pattern * signs)[:, order],
        phi=(phi + phi.T) / 2,
        rotation_matrix=(turn * signs)[:, order],
        rotation=rotation,
        criterion=float(values[0]) if len(values) else float("nan"),
        ends=values[1:],
        converged=stationary,
        warnings=_said(values, stationary),
    )


def _said(values: Array, stationary: bool) -> tuple[str, ...]:
    if not stationary:
        return ("The rotation did not converge; try another rotation or more starts.",)
    found = int(np.sum(np.abs(values[1:] - values[:1]) < _SAME))
    if found == 1 and len(values) > 2:
        return (
            f"The best rotation was found from one of {len(values) - 1} starts; ask for more "
            f"random_starts to see whether there is a better one.",
        )
    return ()
