"""What a reader must know before trusting polychoric correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics._polychoric_fit import BOUND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._count_tables import CountTables
    from psychometrics._polychoric_fit import PairEstimates

NEARLY_ONE = 0.99
"""Beyond this, lavaan calls two items the same."""
FEW_INTERVIEWS = 100
NAMED = 5
"""Pairs named in one warning; the rest are counted."""


def moment_warnings(
    tables: CountTables, correlations: NDArray[np.float64], found: PairEstimates
) -> tuple[str, ...]:
    """One sentence each on what is amiss; none when all is well."""
    said = [
        *_few(tables),
        *_named(tables, found.adjusted, "An empty cell of a 2×2 table was given ½ for"),
        *_thin(tables),
        *_extreme(tables, found),
        *_named(tables, ~found.converged, "The correlation did not converge for"),
        *_indefinite(tables, correlations),
    ]
    return tuple(said)


def _few(tables: CountTables) -> list[str]:
    if tables.n >= FEW_INTERVIEWS:
        return []
    return [
        f"{tables.n} interviews: thresholds and polychoric correlations of fewer than "
        f"{FEW_INTERVIEWS} are unstable, and their standard errors too small."
    ]


def _thin(tables: CountTables) -> list[str]:
    sizes = np.array([len(values) for values in tables.categories])
    first, second = np.triu_indices(len(sizes), 1)
    cells = sizes[first] * sizes[second]
    filled = (tables.pairs > 0).sum(axis=(1, 2))
    sentence = "More than half of the combinations of answers were given by nobody for"
    return _named(tables, 2 * filled < cells, sentence)


def _extreme(tables: CountTables, found: PairEstimates) -> list[str]:
    size = np.abs(found.rho)
    at_bound = size >= BOUND
    nearly = (size > NEARLY_ONE) & ~at_bound
    return [
        *_named(
            tables,
            at_bound,
            f"The correlation is at its bound (±{BOUND} or ±1), so that its standard error means "
            f"nothing; leave one item out of",
        ),
        *_named(tables, nearly, "The correlation is nearly ±1; one item may do for"),
    ]


def _indefinite(tables: CountTables, correlations: NDArray[np.float64]) -> list[str]:
    values, vectors = np.linalg.eigh(correlations)
    if values[0] > 0:
        return []
    weights = np.abs(vectors[:, 0])
    involved = ", ".join(tables.items[j] for j in np.flatnonzero(weights > 0.1 * weights.max()))
    return [
        f"The polychoric correlations are not positive definite (smallest eigenvalue "
        f"{values[0]:.3g}), through items {involved}; collect more, or leave one of them out."
    ]


def _named(tables: CountTables, which: NDArray[np.bool_], sentence: str) -> list[str]:
    places = np.flatnonzero(which)
    if not len(places):
        return []
    first, second = np.triu_indices(len(tables.items), 1)
    names = [f"{tables.items[first[q]]} × {tables.items[second[q]]}" for q in places[:NAMED]]
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return [f"{sentence}: {', '.join(names)}{more}."]
