"""Omega hierarchical: how much of a total score is one thing, and how much all things together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._correlation import Correlations, EfaError, Kind, correlations
from psychometrics._extraction import LOWEST_UNIQUENESS, extract
from psychometrics._factor_fit import degrees_of_freedom
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.rotation import RotatedLoadings, RotationSettings, rotated

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Option: TypeAlias = Literal["equal", "first", "second"]
OPTIONS: tuple[Option, ...] = get_args(Option)


@dataclass(frozen=True, repr=False, eq=False)
class HierarchicalOmega:
    """A general factor and m group factors behind p items, by Schmid–Leiman.

    Parameters
    ----------
    omega_h : share of the variance of the total that the general factor explains, 0 to 1.
    omega_total : share that all factors explain. omega_limit : omega_h / omega_total.
    alpha : coefficient alpha of the standardised items. lambda6 : Guttman's λ6.
    ecv : explained common variance, the general factor's share of all squared loadings.
    general : (p,) loadings on the general factor. group : (p, m) on the group factors; both after
        items in `reversed` are turned round.
    communalities : (p,) of the first-order factors. phi : (m, m) their correlations.
    second_order : (m,) loadings of the first-order factors on the general one.
    by_factor : (m, 3) of the items whose group loading is largest on a factor: shares of the
        variance of their sum that general and group factor together, the general, and the group
        factor explain; NaN for a factor without items.
    reversed : items that load negatively on the general factor and are turned round.
    """

    omega_h: float
    omega_total: float
    omega_limit: float
    alpha: float
    lambda6: float
    ecv: float
    general: Array
    group: Array
    communalities: Array
    phi: Array
    second_order: Array
    by_factor: Array
    reversed: tuple[str, ...]
    items: tuple[str, ...]
    correlation: Kind
    n_used: int | None
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def loadings(self) -> pd.DataFrame:
        """Items × g, F1 … Fm; and h2, the communality, p2, the share of it that g explains."""
        import pandas as pd

        values = np.column_stack([self.general, self.group])
        table = pd.DataFrame(values, index=list(self.items), columns=["g", *self._groups])
        return table.assign(h2=self.communalities, p2=self.general**2 / self.communalities)

    @property
    def subscales(self) -> pd.DataFrame:
        """`by_factor`, group factors × total, general, group."""
        import pandas as pd

        return pd.DataFrame(
            self.by_factor, index=list(self._groups), columns=["total", "general", "group"]
        )

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, [self.loadings, self.subscales], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.loadings, self.subscales], self.warnings)

    @property
    def _groups(self) -> tuple[str, ...]:
        return tuple(f"F{k + 1}" for k in range(self.group.shape[1]))

    @property
    def _head(self) -> str:
        return (
            f"HierarchicalOmega: omega_h {self.omega_h:.3f}, omega_total {self.omega_total:.3f}, "
            f"ECV {self.ecv:.3f}, alpha {self.alpha:.3f}, n = {self.n_used}"
        )


def omega_hierarchical(
    data: Any,
    factors: int = 3,
    *,
    method: Literal["minres", "ml"] = "minres",
    option: Option = "equal",
    correlation: Kind = "pearson",
    random_starts: int = 10,
    rng: np.random.Generator | None = None,
    cov: Any = None,
    n: int | None = None,
) -> HierarchicalOmega:
    """Omega hierarchical and total from an exploratory second-order model, listwise.

    Factors are extracted and rotated by oblimin; their correlations are given one factor, with
    loadings γ; then (Schmid & Leiman 1957, 10.1007/BF02289209) item i loads Σ λ_ik γ_k on the
    general and λ_ik √(1 − γ_k²) on the k-th group factor. With R the correlations of the items,

        omega_h = (Σ general)² / ΣR,   omega_total = (ΣR − Σ(1 − h²)) / ΣR

    McDonald 1999; Zinbarg, Revelle, Yovel & Li 2005, 10.1007/s11336-003-0974-7; ECV: Reise 2012,
    10.1080/00273171.2012.715555. Equals ``psych::omega(x, factors)`` to 1e-7 once R's fa and
    oblimin are given tight criteria; its own stop short of them, by 1e-6 to 1e-3 in omega_h.

    Parameters
    ----------
    data : Dataset, DataFrame or array, interviews × items; None when `cov` is given.
    factors : first-order factors, two or more; three are needed to identify γ.
    method : extraction, of both orders.
    option : for two factors, what is taken for γ: "equal", both the root of their correlation;
        "first" or "second": 1 for that one.
    correlation : "pearson" or "polychoric" (``omega(x, poly=TRUE)``); the latter tells of the
        continuous responses behind the categories, not of the total as it is summed.
    random_starts, rng : of the rotation, as `efa` takes them.
    cov, n : covariances or correlations (p, p) and the interviews behind them.

    Raises
    ------
    EfaError
        items that cannot be analysed, one factor, or too many for the items.
    """
    with one_thread():
        found = correlations(data, cov, n, correlation)
        _check(found, factors, option)
        first = extract(found.matrix, factors, method)
        generator = np.random.default_rng(0) if rng is None else rng
        settings = RotationSettings()
        turned = rotated(first.loadings, "oblimin", settings, random_starts, generator)
        gamma, ended, said = _second_order(turned.phi, method, option)
        converged = first.converged and turned.converged and ended
        return _described(found, turned, gamma, converged, said)


def _check(found: Correlations, factors: int, option: Option) -> None:
    if option not in OPTIONS:
        raise EfaError(f"There is no option {option!r}; choose one of {', '.join(OPTIONS)}.")
    if factors < 2:
        raise EfaError(
            "Omega hierarchical needs group factors beside the general one; ask for two or more, "
            "or take omega() for a single factor."
        )
    df = degrees_of_freedom(found.p, factors)
    if factors >= found.p or df < 0:
        raise EfaError(
            f"{factors} factors on {found.p} items are not identified (df = {df}); ask for fewer."
        )


def _second_order(
    phi: Array, method: Literal["minres", "ml"], option: Option
) -> tuple[Array, bool, tuple[str, ...]]:
    """Loadings γ (m,) of the factors on a general one, whether found, and what must be said."""
    if len(phi) == 2:
        r = float(phi[0, 1])
        root = np.sqrt(abs(r))
        gammas = {
            "equal": [root, np.sign(r) * root],
            "first": [1.0, r],
            "second": [r, 1.0],
        }
        return np.array(gammas[option]), True, (_TWO.format(option=option),)
    higher = extract(phi, 1, method)
    at_bound = np.flatnonzero(higher.uniquenesses <= LOWEST_UNIQUENESS)
    said = tuple(
        f"Heywood case: the general factor explains all of group factor F{k + 1}, which vanishes; "
        f"try another number of factors."
        for k in at_bound
    )
    return higher.loadings[:, 0], higher.converged, said


_TWO = (
    "Two factors do not identify their loadings on a general one; they are set by option="
    "{option!r}. Three factors or more would estimate them."
)


def _described(
    found: Correlations,
    turned: RotatedLoadings,
    gamma: Array,
    converged: bool,
    said: tuple[str, ...],
) -> HierarchicalOmega:
    general = turned.pattern @ gamma
    key = np.where(general < 0, -1.0, 1.0)
    general = general * key
    group = turned.pattern * np.sqrt(np.maximum(1 - gamma**2, 0)) * key[:, None]
    matrix = found.matrix * np.outer(key, key)
    shared = np.einsum("ij,jk,ik->i", turned.pattern, turned.phi, turned.pattern)
    variance, p = float(matrix.sum()), found.p
    common = variance - float(np.sum(1 - shared))
    smc = 1 - 1 / np.diag(np.linalg.inv(matrix))
    by_factor = _by_factor(matrix, general, group)
    empty = tuple(
        f"No item loads highest on group factor F{k + 1}; ask for fewer factors."
        for k in np.flatnonzero(np.isnan(by_factor[:, 0]))
    )
    return HierarchicalOmega(
        omega_h=float(general.sum()) ** 2 / variance,
        omega_total=common / variance,
        omega_limit=float(general.sum()) ** 2 / common,
        alpha=(variance - p) / variance * p / (p - 1),
        lambda6=(variance + float(smc.sum()) - p) / variance,
        ecv=float(np.sum(general**2) / (np.sum(general**2) + np.sum(group**2))),
        general=general,
        group=group,
        communalities=shared,
        phi=turned.phi,
        second_order=gamma,
        by_factor=by_factor,
        reversed=tuple(item for item, sign in zip(found.items, key, strict=True) if sign < 0),
        items=found.items,
        correlation=found.kind,
        n_used=found.n_used,
        n_dropped=found.n_dropped,
        converged=converged,
        warnings=(*found.warnings, *turned.warnings, *said, *empty),
    )


def _by_factor(matrix: Array, general: Array, group: Array) -> Array:
    """(m, 3) shares of the variance of a group's sum: total, general, group."""
    top = np.abs(group).argmax(axis=1)
    shares = np.full((group.shape[1], 3), np.nan)
    for k in range(group.shape[1]):
        of = np.flatnonzero(top == k)
        if len(of):
            variance = matrix[np.ix_(of, of)].sum()
            by_general, own = general[of].sum() ** 2, group[of, k].sum() ** 2
            shares[k] = np.array([by_general + own, by_general, own]) / variance
    return shares
