"""How alike the loadings of two waves are: the lowest of their factors' Tucker congruences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.evidence_figures import Figures

Rows = dict[str, dict[str, float]]
"""Loadings by factor, then by item."""


def likeness(first: Figures, second: Figures) -> float | None:
    """The lowest congruence over the factors of two waves, -1 to 1.

    All loadings of an exploratory solution are compared where both waves have one with the same
    factors, else those of the confirmatory model. None where neither can be compared: other
    items, other factors, or no loadings at all.
    """
    for rows in (_explored, _confirmed):
        mine, others = rows(first), rows(second)
        if mine and _places(mine) == _places(others):
            return min(_tucker(mine[factor], others[factor]) for factor in mine)
    return None


def likeness_to_published(figures: Figures, published: Mapping[str, float]) -> float | None:
    """The lowest congruence with published loadings, each item on the factor of its own scale.
    None where the wave has no confirmatory loadings of the same items."""
    mine = _confirmed(figures)
    loaded = {item for row in mine.values() for item in row}
    if not mine or loaded != set(published):
        return None
    return min(_tucker(row, {item: published[item] for item in row}) for row in mine.values())


def _explored(figures: Figures) -> Rows:
    found = figures.exploration
    if found is None or None in found.scales:
        return {}
    return {
        str(scale): {item: row[place] for item, row in found.pattern.items()}
        for place, scale in enumerate(found.scales)
    }


def _confirmed(figures: Figures) -> Rows:
    rows: Rows = {}
    for item, loading in figures.loadings.items():
        rows.setdefault(loading.factor, {})[item] = loading.standardised
    return rows


def _places(rows: Rows) -> dict[str, set[str]]:
    return {factor: set(row) for factor, row in rows.items()}


def _tucker(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Σab / √(Σa² Σb²) over the same items; 0 where a factor has no loading but zeros."""
    items: Sequence[str] = sorted(first)
    product = sum(first[item] * second[item] for item in items)
    squares = sum(first[i] ** 2 for i in items) * sum(second[i] ** 2 for i in items)
    return product / squares**0.5 if squares > 0 else 0.0
