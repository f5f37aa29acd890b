"""Do the items go together as the questionnaire says? All of the structure side of an analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import EfaError, correlations
from psychometrics._plain import plain
from psychometrics._threads import one_thread
from psychometrics.adequacy import SamplingAdequacy, Sphericity, adequacy_of, sphericity_of
from psychometrics.efa import SALIENT, FactorSolution, most_factors, solve
from psychometrics.retention import FactorSuggestion, suggestion_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._correlation import Correlations
    from psychometrics.dataset import Dataset
    from psychometrics.factor_solution import Method
    from psychometrics.rotation import Rotation

_LEVEL = 0.95

FEW_INTERVIEWS, FEW_PER_ITEM = 100, 5
"""Below either a warning is given. A convention: how many are enough depends above all on the
communalities (MacCallum, Widaman, Zhang & Hong 1999, 10.1037/1082-989X.4.1.84)."""


@dataclass(frozen=True)
class ItemPlacement:
    """Where an item loads beside where theory puts it.

    `scale`: by theory. `factor`, `loading`: its largest absolute loading. `expected`: the factor
    that stands for its scale, None when none does: there are fewer factors than scales, or the
    scale has a single item. `nowhere`: `loading` is below .30 in absolute value, so the item
    belongs to no factor. `elsewhere`: it does belong to one, `expected` is known, and the two
    differ. `cross_loadings`: other factors on which it loads .30 or more in absolute value, with
    the loading.
    """

    item: str
    scale: str
    factor: str
    loading: float
    expected: str | None
    nowhere: bool
    elsewhere: bool
    cross_loadings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class StructureAnalysis:
    """Everything about which items go together.

    Parameters
    ----------
    items : names; scales : the scale of each item by theory.
    adequacy, sphericity : KMO and Bartlett. suggestion : numbers of factors, with the eigenvalues.
    solution : with the number of factors asked for, by default one for each scale of two or more
        items.
    alternative : with the number that parallel analysis suggests; None when that is the same,
        zero, or not identified.
    factor_scales : the scale each factor stands for, None for a factor that is left over; factors
        and scales are paired so that the mean absolute loading of a scale's items is largest.
    congruence : (m,) Tucker's coefficient of a factor's loadings with 1 for the items of its scale
        and 0 for the others; NaN for a factor without a scale.
    placements : one for each item.
    n_used, n_dropped : interviews analysed, and left out because an answer was missing.
    """

    items: tuple[str, ...]
    scales: tuple[str, ...]
    adequacy: SamplingAdequacy
    sphericity: Sphericity
    suggestion: FactorSuggestion
    solution: FactorSolution
    alternative: FactorSolution | None
    factor_scales: tuple[str | None, ...]
    congruence: NDArray[np.float64]
    placements: tuple[ItemPlacement, ...]
    n_used: int
    n_dropped: int
    warnings: tuple[str, ...]

    @property
    def converged(self) -> bool:
        """Every factor solution converged."""
        other = self.alternative
        return self.solution.converged and (other is None or other.converged)

    @property
    def misplaced(self) -> tuple[str, ...]:
        """Items that belong to a factor of another scale."""
        return tuple(entry.item for entry in self.placements if entry.elsewhere)

    @property
    def unplaced(self) -> tuple[str, ...]:
        """Items without a loading of .30 on any factor."""
        return tuple(entry.item for entry in self.placements if entry.nowhere)

    @property
    def cross_loading(self) -> tuple[str, ...]:
        """Items with a loading of .30 or more on a further factor."""
        return tuple(entry.item for entry in self.placements if entry.cross_loadings)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        other = self.alternative
        return {
            "items": list(self.items),
            "scales": list(self.scales),
            "adequacy": self.adequacy.to_dict(),
            "sphericity": self.sphericity.to_dict(),
            "suggestion": self.suggestion.to_dict(),
            "solution": self.solution.to_dict(),
            "alternative": None if other is None else other.to_dict(),
            "factor_scales": list(self.factor_scales),
            "congruence": plain(self.congruence),
            "placements": plain(self.placements),
            "misplaced": list(self.misplaced),
            "unplaced": list(self.unplaced),
            "cross_loading": list(self.cross_loading),
            "n_used": self.n_used,
            "n_dropped": self.n_dropped,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }

    def _repr_html_(self) -> str:
        found = (self.adequacy, self.sphericity, self.suggestion, self.solution, self.alternative)
        return "".join(part._repr_html_() for part in found if part is not None)


def analyse_structure(
    dataset: Dataset,
    *,
    rows: NDArray[Any] | None = None,
    factors: int | None = None,
    method: Method = "minres",
    rotation: Rotation | None = "oblimin",
    rng: np.random.Generator | None = None,
) -> StructureAnalysis:
    """KMO, Bartlett, numbers of factors and factor solutions of all items that are no outcomes.

    Answers are reversed by their keys; interviews with a missing answer are left out and counted.
    R: ``psych::KMO``, ``cortest.bartlett``, ``fa.parallel``, ``vss`` and ``fa`` on the same items.

    Parameters
    ----------
    dataset : answers with their keys.
    rows : (n,) mask or row numbers of the interviews kept; default: the usable ones.
    factors : number of factors; default: the number of scales that are no outcomes and have two
        items or more, since what a single item shares with no other is no factor.
    method, rotation : as `psychometrics.efa.efa`.
    rng : source of chance; without it a fixed one, so that results can be repeated.

    Raises
    ------
    EfaError
        items that cannot be analysed, too many factors asked for, a mask of another length.
    """
    kept = _kept(dataset, rows)
    with one_thread():
        found = correlations(kept)
        generator = np.random.default_rng(0) if rng is None else rng
        scales = _scales_of(dataset, found.items)
        asked, said = _number(found, scales, factors)
        solution = solve(found, asked, method, rotation, 10, generator)
        suggestion = suggestion_of(found, None, _LEVEL, generator)
        number = suggestion.parallel.suggested
        other = None
        if number != asked and 1 <= number <= most_factors(found.p):
            other = solve(found, number, method, rotation, 10, generator)
    factor_scales = _pair(solution, scales)
    unweighted = () if dataset.weight is None else ("Weights are not used for the structure.",)
    return StructureAnalysis(
        items=found.items,
        scales=scales,
        adequacy=adequacy_of(found),
        sphericity=sphericity_of(found),
        suggestion=suggestion,
        solution=solution,
        alternative=other,
        factor_scales=factor_scales,
        congruence=_congruence(solution, scales, factor_scales),
        placements=_placements(solution, scales, factor_scales),
        n_used=found.require_n("The analysis"),
        n_dropped=found.n_dropped,
        warnings=(*unweighted, *said, *_few(found), *solution.warnings),
    )


def _kept(dataset: Dataset, rows: NDArray[Any] | None) -> Dataset:
    chosen = dataset.usable if rows is None else np.asarray(rows)
    if chosen.dtype == bool and len(chosen) != dataset.n:
        raise EfaError(f"rows has {len(chosen)} values for {dataset.n} interviews.")
    return dataset.select(chosen)


def _scales_of(dataset: Dataset, items: tuple[str, ...]) -> tuple[str, ...]:
    """The first scale that names the item, as the answers of the item were taken."""
    first: dict[str, str] = {}
    for key in dataset.keys:
        if not key.outcome:
            for item in key.items:
                first.setdefault(item, key.scale)
    return tuple(first[item] for item in items)


def _number(
    found: Correlations, scales: tuple[str, ...], factors: int | None
) -> tuple[int, tuple[str, ...]]:
    """Number of factors asked for, or one for each scale as far as the items identify them."""
    if factors is not None:
        return factors, ()
    single = [scale for scale in dict.fromkeys(scales) if scales.count(scale) == 1]
    said = tuple(
        f"Scale {scale} has a single item here, which is no factor of its own." for scale in single
    )
    theory, most = max(len(_of_several(scales)), 1), most_factors(found.p)
    if theory <= most:
        return theory, said
    if most == 0:
        raise EfaError(f"{found.p} items do not identify a factor; at least three are needed.")
    return most, (
        *said,
        f"{found.p} items identify {most} factor(s), fewer than the {theory} scales.",
    )


def _of_several(scales: tuple[str, ...]) -> tuple[str, ...]:
    """The scales of two items or more, in order."""
    return tuple(scale for scale in dict.fromkeys(scales) if scales.count(scale) > 1)


def _few(found: Correlations) -> tuple[str, ...]:
    n = found.require_n("The analysis")
    if n >= max(FEW_INTERVIEWS, FEW_PER_ITEM * found.p):
        return ()
    return (
        f"{n} complete interviews are few for {found.p} items: the loadings of another sample may "
        f"differ much.",
    )


def _pair(solution: FactorSolution, scales: tuple[str, ...]) -> tuple[str | None, ...]:
    from scipy.optimize import linear_sum_assignment

    names = _of_several(scales) or tuple(dict.fromkeys(scales))
    membership = np.array([[scale == name for scale in scales] for name in names], float)
    strength = membership @ np.abs(solution.pattern) / membership.sum(axis=1, keepdims=True)
    of_scale, of_factor = linear_sum_assignment(strength, maximize=True)
    paired: dict[int, str] = {
        int(k): names[int(s)] for s, k in zip(of_scale, of_factor, strict=True)
    }
    return tuple(paired.get(k) for k in range(solution.pattern.shape[1]))


def _congruence(
    solution: FactorSolution, scales: tuple[str, ...], factor_scales: tuple[str | None, ...]
) -> NDArray[np.float64]:
    members = np.array([[scale == own for own in factor_scales] for scale in scales], float)
    lengths = np.sqrt((solution.pattern**2).sum(axis=0) * members.sum(axis=0))
    products = (solution.pattern * members).sum(axis=0)
    absent = np.full(len(lengths), np.nan)
    found: NDArray[np.float64] = np.divide(products, lengths, out=absent, where=lengths > 0)
    return found


def _placements(
    solution: FactorSolution, scales: tuple[str, ...], factor_scales: tuple[str | None, ...]
) -> tuple[ItemPlacement, ...]:
    names = solution.factor_names
    expected = {scale: names[k] for k, scale in enumerate(factor_scales) if scale is not None}
    placed = []
    for item, scale, loadings in zip(solution.items, scales, solution.pattern, strict=True):
        top = int(np.abs(loadings).argmax())
        others = np.flatnonzero(np.abs(loadings) >= SALIENT)
        own = expected.get(scale)
        nowhere = bool(abs(loadings[top]) < SALIENT)
        placed.append(
            ItemPlacement(
                item=item,
                scale=scale,
                factor=names[top],
                loading=float(loadings[top]),
                expected=own,
                nowhere=nowhere,
                elsewhere=not nowhere and own is not None and own != names[top],
                cross_loadings=tuple((names[k], float(loadings[k])) for k in others if k != top),
            )
        )
    return tuple(placed)
