"""The result of one scale, put together from scores, reliability and comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from psychometrics.compare import contrast_to_others, games_howell, welch
from psychometrics.means import ComparisonError, brand_means, group_mean
from psychometrics.reliability import ReliabilityError, alpha, omega

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from psychometrics.compare import Contrast, Contrasts, PairComparisons, WelchTest
    from psychometrics.dataset import Dataset, ScoringKey
    from psychometrics.means import BrandMeans, GroupMean
    from psychometrics.reliability import Alpha, Omega

Reliability = TypeVar("Reliability", "Alpha", "Omega")
Number = TypeVar("Number", np.float64, np.intp)

MOST_BRANDS_IN_PAIRS = 40
"""Brands of which all pairs are compared: 780 pairs. Nobody reads more, and those of 1,000 brands,
half a million, would take longer than all the rest of an analysis."""


@dataclass(frozen=True, slots=True)
class RawSum:
    """Mean of the plain sum of a scale's items after reversal, among complete answers."""

    brand: str
    n: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class UnscreenedScale:
    """One scale over all usable interviews, nothing excluded by flags: the "without" figures."""

    n_scored: int
    overall: GroupMean
    brand_means: BrandMeans | None
    alpha: Alpha | None
    raw_sums: tuple[RawSum, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """One scale over the interviews kept. Scores are POMP, 0–100.

    Parameters
    ----------
    scale, items, minimum, maximum, outcome : from the scoring key.
    n_scored : interviews kept that have a score.
    overall : mean over all of them, whatever the brand.
    brand_means : every brand; None when no brand is known.
    compared : brands that take part in welch, pairs and contrasts: at least `minimum_n` scores
        and not left out by the caller.
    welch, pairs, contrasts : None when fewer than two brands are compared; `pairs` also when more
        than `MOST_BRANDS_IN_PAIRS` are, see `warnings`.
    alpha, omega : None for a single item, or where a warning says why.
    raw_sums : per brand, as published studies print them.
    """

    scale: str
    items: tuple[str, ...]
    minimum: int
    maximum: int
    outcome: bool
    n_scored: int
    overall: GroupMean
    brand_means: BrandMeans | None
    compared: tuple[str, ...]
    welch: WelchTest | None
    pairs: PairComparisons | None
    contrasts: Contrasts | None
    alpha: Alpha | None
    omega: Omega | None
    raw_sums: tuple[RawSum, ...]
    unscreened: UnscreenedScale
    warnings: tuple[str, ...] = ()

    def contrast_of(self, brand: str) -> Contrast | None:
        """The brand against the others; None when it takes no part in the comparison."""
        return self.contrasts.contrast_of(brand) if self.contrasts else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What `scale_result` is to do with every scale.

    Parameters
    ----------
    kept, usable : (n,) interviews with and without screening.
    brands : (k,) codes to report; left_out : those that are never compared.
    minimum_n : people that a brand needs to be compared.
    person : (n,) who gave each interview; None where each is of another person.
    """

    kept: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    brands: tuple[str, ...]
    left_out: frozenset[str]
    minimum_n: int
    level: float
    person: NDArray[np.intp] | None = None


def scale_result(
    dataset: Dataset, key: ScoringKey, scores: NDArray[np.float64], plan: Plan
) -> ScaleResult:
    """Everything about one scale; `scores` (n,) are its POMP scores."""
    warnings: list[str] = []
    kept_scores, kept = scores[plan.kept], dataset.select(plan.kept)
    groups = _by_brand(kept_scores, kept.brand, plan.brands)
    who = None if plan.person is None else plan.person[plan.kept]
    raters = None if who is None else _split(~np.isnan(kept_scores), who, kept.brand, plan.brands)
    people = {brand: _people(brand, values, raters) for brand, values in groups.items()}
    compared = {
        brand: values
        for brand, values in groups.items()
        if people[brand] >= plan.minimum_n and brand not in plan.left_out
    }
    warnings += _left_out(people, compared, plan)
    tests = _comparisons(compared, raters, plan.level, warnings)
    return ScaleResult(
        scale=key.scale,
        items=key.items,
        minimum=key.minimum,
        maximum=key.maximum,
        outcome=key.outcome,
        n_scored=int((~np.isnan(kept_scores)).sum()),
        overall=group_mean(kept_scores, level=plan.level, clusters=who),
        brand_means=brand_means(groups, level=plan.level, clusters=raters) if groups else None,
        compared=tests[0].groups if tests[0] else (),
        welch=tests[0],
        pairs=tests[1],
        contrasts=tests[2],
        alpha=_reliability(alpha, kept, key, plan.level, warnings),
        omega=_reliability(omega, kept, key, plan.level, warnings),
        raw_sums=_raw_sums(kept, key, plan.brands),
        unscreened=_unscreened(dataset, key, scores, plan),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _unscreened(
    dataset: Dataset, key: ScoringKey, scores: NDArray[np.float64], plan: Plan
) -> UnscreenedScale:
    everybody, values = dataset.select(plan.usable), scores[plan.usable]
    groups = _by_brand(values, everybody.brand, plan.brands)
    who = None if plan.person is None else plan.person[plan.usable]
    raters = None if who is None else _split(~np.isnan(values), who, everybody.brand, plan.brands)
    return UnscreenedScale(
        n_scored=int((~np.isnan(values)).sum()),
        overall=group_mean(values, level=plan.level, clusters=who),
        brand_means=brand_means(groups, level=plan.level, clusters=raters) if groups else None,
        alpha=_reliability(alpha, everybody, key, plan.level, []),
        raw_sums=_raw_sums(everybody, key, plan.brands),
    )


def _by_brand(
    scores: NDArray[np.float64], brand: NDArray[np.str_], brands: tuple[str, ...]
) -> dict[str, NDArray[np.float64]]:
    return _split(~np.isnan(scores), scores, brand, brands)


def _split(
    present: NDArray[np.bool_],
    values: NDArray[Number],
    brand: NDArray[np.str_],
    brands: tuple[str, ...],
) -> dict[str, NDArray[Number]]:
    """The values of each brand where `present`, in the order of the interviews."""
    known, place = np.unique(brand[present], return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=len(known)))[:-1]
    parts = dict(zip(known.tolist(), np.split(values[present][order], ends), strict=False))
    return {code: parts.get(code, values[:0]) for code in brands}


def _people(
    brand: str, values: NDArray[np.float64], raters: Mapping[str, NDArray[np.intp]] | None
) -> int:
    """How many people gave the brand's values."""
    return len(values) if raters is None else len(np.unique(raters[brand]))


def _left_out(
    people: Mapping[str, int], compared: Mapping[str, NDArray[np.float64]], plan: Plan
) -> list[str]:
    left_out = [
        f"Brand {brand} has {count} scores, fewer than {plan.minimum_n}, "
        f"and takes no part in comparisons."
        for brand, count in people.items()
        if brand not in compared and brand not in plan.left_out
    ]
    if len(people) >= 2 > len(compared):
        left_out.append("Fewer than two brands can be compared on this scale.")
    return left_out


def _comparisons(
    groups: Mapping[str, NDArray[np.float64]],
    raters: Mapping[str, NDArray[np.intp]] | None,
    level: float,
    warnings: list[str],
) -> tuple[WelchTest, PairComparisons | None, Contrasts] | tuple[None, None, None]:
    if len(groups) < 2:
        return None, None, None
    try:
        test = welch(groups, clusters=raters)
    except ComparisonError as error:
        warnings.append(str(error))
        return None, None, None
    warnings += test.warnings
    contrasts = contrast_to_others(groups, level=level, clusters=raters)
    if len(test.groups) > MOST_BRANDS_IN_PAIRS:
        warnings.append(
            f"{len(test.groups)} brands are compared, more than {MOST_BRANDS_IN_PAIRS}, so that "
            f"pairs of brands are not: each is set against the mean of the others."
        )
        return test, None, contrasts
    return test, games_howell(groups, level=level, clusters=raters), contrasts


def _reliability(
    function: Callable[..., Reliability],
    dataset: Dataset,
    key: ScoringKey,
    level: float,
    warnings: list[str],
) -> Reliability | None:
    if len(key.items) < 2:
        return None
    try:
        result = function(dataset, scale=key.scale, level=level)
    except ReliabilityError as error:
        warnings.append(str(error))
        return None
    warnings += result.warnings
    return result


def _raw_sums(dataset: Dataset, key: ScoringKey, brands: tuple[str, ...]) -> tuple[RawSum, ...]:
    sums = dataset.keyed(key.scale).sum(axis=1)
    return tuple(
        RawSum(code, len(values), float(values.mean()) if len(values) else None)
        for code, values in _by_brand(sums, dataset.brand, brands).items()
    )
