"""Reliability figures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psychometrics._plain import figures_html, plain_fields


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha.

    Parameters
    ----------
    alpha : raw alpha, at most 1, negative when items disagree.
    lower, upper : Feldt's interval at `level`.
    standardised : alpha of the standardised items; for two items the Spearman–Brown figure.
        None where an item is constant.
    average_r : mean correlation between items; None where an item is constant.
    n_used : interviews that answered every item.
    """

    alpha: float
    lower: float
    upper: float
    level: float
    standardised: float | None
    average_r: float | None
    items: tuple[str, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def converged(self) -> bool:
        """Always: alpha is no search."""
        return True

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def _repr_html_(self) -> str:
        return figures_html(self, ("alpha", "lower", "upper", "standardised", "average_r"))


@dataclass(frozen=True, slots=True)
class Omega:
    """McDonald's omega of a one-factor model.

    Parameters
    ----------
    omega : (Σλ)² / ((Σλ)² + Σψ).
    se : its standard error, delta method.
    lower, upper : interval at `level`, delta method on the logit.
    loadings, uniquenesses : λ and ψ on the scale of the items, in the order of `items`.
    n_used : interviews that answered every item.
    """

    omega: float
    se: float
    lower: float
    upper: float
    level: float
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]
    items: tuple[str, ...]
    n_used: int
    converged: bool
    method: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def _repr_html_(self) -> str:
        return figures_html(self, ("omega", "se", "lower", "upper"))
