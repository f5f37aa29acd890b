"""Three nested ordinal regressions of an item: on the match, the groups, and their product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from psychometrics.irt._ordinal import OrdinalFit, ordinal_regression

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEGLIGIBLE, LARGE = 0.035, 0.07
"""Changes of Nagelkerke's R²: Jodoin & Gierl 2001."""


@dataclass(frozen=True)
class ItemRegressions:
    """Log-likelihoods with intercepts alone, the match, the groups, the products; and n."""

    logliks: tuple[float, float, float, float]
    log_odds: Array
    n: float
    converged: bool

    def change(self, low: int, high: int, df: int) -> tuple[float, float]:
        """χ² and p of the models `low` and `high` (1 match, 2 groups, 3 products)."""
        chi2 = max(0.0, 2 * (self.logliks[high] - self.logliks[low]))
        return chi2, float(chdtrc(df, chi2))

    def mcfadden(self, model: int) -> float:
        """1 − ln L / ln L₀."""
        return 1 - self.logliks[model] / self.logliks[0]

    def nagelkerke(self, model: int) -> float:
        """Cox and Snell's R² in proportion to its largest value."""
        snell = -np.expm1(2 * (self.logliks[0] - self.logliks[model]) / self.n)
        return float(snell / -np.expm1(2 * self.logliks[0] / self.n))


def item_regressions(
    codes: NDArray[np.int8], match: Array, member: NDArray[np.intp], G: int
) -> ItemRegressions:
    """Models of one item from answers (n,), matching values (n,) and groups (n,) 0 … G − 1."""
    levels, place = np.unique(match, return_inverse=True)
    cells, cell = np.unique(place * G + member, return_inverse=True)
    K = int(codes.max()) + 1
    joint = np.bincount(codes.astype(np.intp) * len(cells) + cell, minlength=K * len(cells))
    counts = joint.reshape(K, len(cells))[np.bincount(codes, minlength=K) > 0].astype(np.float64)
    z = (levels[cells // G] - match.mean()) / match.std()
    dummies = (cells % G)[:, None] == np.arange(1, G)
    columns = np.column_stack([z, dummies, dummies * z[:, None]])
    fits = [ordinal_regression(counts, columns[:, :r]) for r in (1, G, 2 * G - 1)]
    return _together(counts, fits)


def _together(counts: Array, fits: list[OrdinalFit]) -> ItemRegressions:
    share = counts.sum(axis=1)
    alone = float(share @ np.log(share / share.sum()))
    return ItemRegressions(
        logliks=(alone, fits[0].loglik, fits[1].loglik, fits[2].loglik),
        log_odds=fits[1].coefficients[1:],
        n=float(share.sum()),
        converged=all(fit.converged for fit in fits),
    )


def statistics_of(found: list[ItemRegressions], groups: tuple[str, ...]) -> dict[str, Array]:
    """Columns of the table, but for the adjusted p."""
    G = len(groups)
    table: dict[str, list[float]] = {}

    def put(name: str, value: float) -> None:
        table.setdefault(name, []).append(value)

    for one in found:
        kinds = {"": (1, 3, 2 * (G - 1)), "_uniform": (1, 2, G - 1), "_nonuniform": (2, 3, G - 1)}
        for kind, (low, high, df) in kinds.items():
            chi2, p = one.change(low, high, df)
            put(f"chi2{kind}", chi2)
            put(f"df{kind}", df)
            put(f"p{kind}", p)
        put("mcfadden", one.mcfadden(3) - one.mcfadden(1))
        put("nagelkerke", one.nagelkerke(3) - one.nagelkerke(1))
        put("nagelkerke_uniform", one.nagelkerke(2) - one.nagelkerke(1))
        for name, value in zip(groups[1:], one.log_odds, strict=True):
            put(f"log_odds_{name}", float(value))
    return {name: np.array(values) for name, values in table.items()}


def sizes_of(nagelkerke: Array) -> tuple[str, ...]:
    """In words."""
    names = np.array(["negligible", "moderate", "large"])
    return tuple(names[np.searchsorted([NEGLIGIBLE, LARGE], nagelkerke, side="right")].tolist())
