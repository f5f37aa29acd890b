"""How alike the loadings of two waves are: the lowest of their factors' Tucker congruences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.evidence_figures import Figures

Rows = dict[str, dict[str, float]]
"""Loadings by factor, then by item."""


def likeness(first: Figures, second: Figures) -> float | None:
    """The lowest congruence over the factors of two waves' confirmatory models, 0 to 1.

    None where either has no such loadings, or they are of other items or factors.
    """
    return _lowest(_confirmed(first), _confirmed(second))


def likeness_explored(first: Figures, second: Figures) -> float | None:
    """The same for exploratory solutions, whose loadings on foreign factors count too.

    Of a few hundred interviews each it falls below .95 by chance alone, so that it decides
    nothing.
    """
    return _lowest(_explored(first), _explored(second))


def likeness_to_published(figures: Figures, published: Mapping[str, float]) -> float | None:
    """The lowest congruence with published loadings, each item on the factor of its own scale.
    None where the wave has no confirmatory loadings of the same items."""
    mine = _confirmed(figures)
    loaded = {item for row in mine.values() for item in row}
    if loaded != set(published):
        return None
    theirs = {factor: {item: published[item] for item in row} for factor, row in mine.items()}
    return _lowest(mine, theirs)


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


def _lowest(first: Rows, second: Rows) -> float | None:
    if not first or _places(first) != _places(second):
        return None
    from psychometrics.congruence import congruence

    items = sorted({item for row in first.values() for item in row})
    mine, others = (
        [[rows[factor].get(item, 0.0) for factor in sorted(rows)] for item in items]
        for rows in (first, second)
    )
    return congruence(mine, others).lowest


def _places(rows: Rows) -> dict[str, set[str]]:
    return {factor: set(row) for factor, row in rows.items()}
