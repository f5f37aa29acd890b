"""Reliability of a scale's score: alpha and omega, each with an interval."""

from __future__ import annotations

from dataclasses import dataclass


class ReliabilityError(ValueError):
    """Reliability cannot be worked out from these answers. The message says why."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha.

    Parameters
    ----------
    alpha : raw alpha, at most 1, negative when items disagree.
    lower, upper : Feldt's interval at `level`.
    standardised : alpha of the standardised items; for two items the Spearman–Brown figure.
    average_r : mean correlation between items.
    n_used : interviews that answered every item.
    """

    alpha: float
    lower: float
    upper: float
    level: float
    standardised: float
    average_r: float
    items: tuple[str, ...]
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()


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
