"""How far an index of metrics, and the places of those it measures, are a matter of its weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._formative import FormativeIndexError, weighted
from psychometrics._plain import plain_fields
from psychometrics._ranks import mean_ranks, places
from psychometrics.formative_index import formative_index
from psychometrics.means import check_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics._formative import Direction
    from psychometrics._named_columns import Columns
    from psychometrics.formative_index import FormativeIndex

    Array = NDArray[np.float64]

__all__ = ["FormativeIndexError", "WeightSensitivity", "weight_sensitivity"]


@dataclass(frozen=True)
class WeightSensitivity:
    """How an index and the places of u units turn out under other weights.

    Parameters
    ----------
    groups : the units that have an index under every profile; those left out are in `warnings`.
    profiles : names of the p profiles. weights : (p, m) theirs, adding up to 1.
    index, ranks : (p, u) index and place under each profile, 1 being the highest index.
    rank_lower, rank_upper : (u,) range of places under random weights, from the (1 − level)/2 to
        the (1 + level)/2 quantile.
    spearman : (p, p) correlation of the places under each two profiles; NaN without two units.
    kendall_w : agreement of all profiles, 0–1; None without two profiles and two units.
    replicates : sets of random weights.
    """

    groups: tuple[str, ...]
    metrics: tuple[str, ...]
    profiles: tuple[str, ...]
    weights: Array
    index: Array
    ranks: NDArray[np.intp]
    rank_lower: NDArray[np.intp]
    rank_upper: NDArray[np.intp]
    spearman: Array
    kendall_w: float | None
    level: float
    replicates: int
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values; NaN becomes None."""
        return plain_fields(self)


def weight_sensitivity(
    values: Columns,
    profiles: Mapping[str, Mapping[str, float]],
    *,
    directions: Mapping[str, Direction],
    groups: Sequence[str],
    metrics: Sequence[str] | None = None,
    known_share: float = 0.8,
    replicates: int = 1000,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> WeightSensitivity:
    """The index and the places of units under each profile of weights, and under random ones.

    Random weights are drawn evenly from all that are possible (Dirichlet with ones), over the
    metrics that weigh anything in any profile. A range of places is wide where the place of a unit
    is a matter of taste; it says nothing of chance in the values. Agreement of the profiles is
    Kendall's W = 12 Σ(R − mean R)² / (p²(u³ − u) − p Σ(t³ − t)), with R the sum of a unit's ranks
    and t the sizes of ties.

    Source: Saisana, Saltelli & Tarantola 2005, 10.1111/j.1467-985X.2005.00350.x; Kendall &
    Babington Smith 1939, 10.1214/aoms/1177732186.
    R: ``cor(index, method = "spearman")``; ``friedman.test(t(ranks))$statistic / (p * (u - 1))``.

    Parameters
    ----------
    profiles : name → metric → weight, such as equal, standard and expert.
    replicates : sets of random weights, at least 1.
    rng : source of chance; without it a fixed one, so that results can be repeated.

    All others are as in `formative_index`. Units that lack an index under a profile are left out of
    all; under random weights a unit is judged by what is known of it, whatever its share.

    Raises
    ------
    FormativeIndexError
        as `formative_index`; no profile, or no unit that has an index under all of them.
    ComparisonError
        `level` is not between 0 and 1.
    """
    check_level(level)
    if not profiles or replicates < 1:
        raise FormativeIndexError("Give at least one profile of weights and one replicate.")
    found = [
        formative_index(
            values,
            weights,
            directions=directions,
            groups=groups,
            metrics=metrics,
            known_share=known_share,
        )
        for weights in profiles.values()
    ]
    kept = np.isfinite(np.array([row.index for row in found])).all(axis=0)
    if not kept.any():
        raise FormativeIndexError("No unit has an index under every profile; see what is missing.")
    draws = _random_weights(found, replicates, np.random.default_rng(0) if rng is None else rng)
    random = weighted(found[0].standardised[kept], draws)[0]
    return _result(tuple(map(str, profiles)), found, kept, random, level)


def _result(
    profiles: tuple[str, ...],
    found: list[FormativeIndex],
    kept: NDArray[np.bool_],
    random: Array,
    level: float,
) -> WeightSensitivity:
    index = np.array([row.index[kept] for row in found])
    best, worst = places(_without_noise(random))
    ranks = np.array([mean_ranks(-row) for row in _without_noise(index)])
    names = zip(found[0].groups, kept.tolist(), strict=True)
    return WeightSensitivity(
        groups=tuple(name for name, known in names if known),
        metrics=found[0].metrics,
        profiles=profiles,
        weights=np.array([row.weights for row in found]),
        index=index,
        ranks=places(_without_noise(index))[0],
        rank_lower=_quantile(best, (1 - level) / 2),
        rank_upper=_quantile(worst, (1 + level) / 2),
        spearman=_correlations(ranks),
        kendall_w=_kendall_w(ranks),
        level=level,
        replicates=len(random),
        n_used=int(kept.sum()),
        method="places under each profile of weights, and under weights drawn from Dirichlet(1)",
        warnings=tuple(dict.fromkeys(text for row in found for text in row.warnings)),
    )


def _random_weights(
    found: list[FormativeIndex], replicates: int, rng: np.random.Generator
) -> Array:
    """(replicates, m) weights, 0 for metrics that weigh nothing in any profile."""
    used = np.array([row.weights for row in found]).sum(axis=0) > 0
    weights = np.zeros((replicates, len(used)))
    weights[:, used] = rng.dirichlet(np.ones(int(used.sum())), replicates)
    return weights


def _without_noise(index: Array) -> Array:
    """Rounded: the same index summed in another order differs in its last digits."""
    return np.round(index, 12)


def _quantile(ranks: NDArray[np.intp], share: float) -> NDArray[np.intp]:
    return np.quantile(ranks, share, axis=0, method="inverted_cdf").astype(np.intp)


def _correlations(ranks: Array) -> Array:
    """(p, p) correlations of the rows; NaN where all units have one rank."""
    apart = ranks - ranks.mean(axis=1, keepdims=True)
    products = apart @ apart.T
    size = np.sqrt(np.diag(products))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.clip(products / np.outer(size, size), -1.0, 1.0)
    return found


def _kendall_w(ranks: Array) -> float | None:
    p, u = ranks.shape
    ties = sum(
        float((size**3 - size).sum())
        for size in (np.unique(row, return_counts=True)[1].astype(float) for row in ranks)
    )
    most = p**2 * (u**3 - u) - p * ties
    if p < 2 or most <= 0:
        return None
    total = ranks.sum(axis=0)
    return float(12 * ((total - total.mean()) ** 2).sum() / most)
