"""Whether brands, languages, channels and waves may be compared by their means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._clusters import clusters_if_any
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.variables import variables_of
from psychometrics.dataset import DatasetError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from psychometrics.alignment import Alignment
    from psychometrics.dataset import Dataset
    from psychometrics.invariance import Invariance

Across = Literal["brand", "language", "channel", "wave"]
Verdict = Literal["comparable", "aligned", "doubtful", "not_comparable", "untested"]
ACROSS: tuple[Across, ...] = ("brand", "language", "channel", "wave")
SMALLEST_GROUP = 50
"""Below so many interviews a group is left out of tests of invariance. A convention: what such a
test can see depends on loadings and number of items (Meade & Bauer 2007,
10.1080/10705510701575461)."""
ROUGH_CFI, ROUGH_SRMR = 0.85, 0.10
"""A model that misses the usual limits but not these is rough, not wrong: where equal loadings and
intercepts cost it nothing, means are compared with a caution. A convention of this software."""


@dataclass(frozen=True)
class Comparability:
    """Whether means may be compared across brands, languages, channels or waves.

    `verdict` "comparable": equal loadings and intercepts hold, at least in part. "aligned": they
    do not, but the model fits every group and alignment finds at most a quarter of any factor's
    loadings, and of its intercepts, to differ.
    "doubtful": equal loadings and intercepts cost hardly any fit, but the model itself fits only
    roughly. "not_comparable": none of these. "untested": `reason` says why; a level that could not
    be fitted is no finding. `left_out`: groups with fewer than `least` interviews. `by_brand`:
    the languages, channels or waves in which each brand was asked about, those left out included.
    """

    across: Across
    groups: tuple[str, ...]
    left_out: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    invariance: Invariance | None = None
    alignment: Alignment | None = None
    by_brand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    least: int = SMALLEST_GROUP

    @property
    def allowed(self) -> bool | None:
        """Whether means may be compared; None where it was not tested."""
        return None if self.verdict == "untested" else self.verdict != "not_comparable"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "across": self.across,
            "groups": list(self.groups),
            "left_out": list(self.left_out),
            "least": self.least,
            "verdict": self.verdict,
            "reason": self.reason,
            "invariance": None if self.invariance is None else self.invariance.to_dict(),
            "alignment": None if self.alignment is None else self.alignment.to_dict(),
            "by_brand": {brand: list(found) for brand, found in self.by_brand.items()},
        }


def comparability(
    dataset: Dataset,
    model: str,
    across: Across,
    *,
    missing: Literal["listwise", "fiml"] = "listwise",
) -> Comparability | None:
    """Test one kind of group; None where the data hold no two of them.

    Where people gave several interviews, errors and tests are cluster-robust within the groups.
    """
    member = getattr(dataset, across)
    names, counts = np.unique(member[member != ""], return_counts=True)
    if len(names) < 2:
        return None
    test = _tested(dataset, model, across, names, counts, missing)
    return test if across == "brand" else replace(test, by_brand=_by_brand(dataset.brand, member))


def _tested(
    dataset: Dataset,
    model: str,
    across: Across,
    names: NDArray[np.str_],
    counts: NDArray[np.intp],
    missing: Literal["listwise", "fiml"],
) -> Comparability:
    from psychometrics._group_ladder import InvarianceError
    from psychometrics.invariance import invariance

    member, least = getattr(dataset, across), least_interviews(model)
    large = tuple(str(name) for name in names[counts >= least])
    small = tuple(str(name) for name in names[counts < least])
    found = Comparability(across, large, small, "untested", least=least)
    if len(large) < 2:
        return replace(found, reason=f"Fewer than two groups have {least} interviews.")
    kept = dataset.select(np.isin(member, large))
    try:
        ladder = invariance(
            model, kept, across, estimator="MLR", missing=missing, cluster=clusters_if_any(kept)
        )
    except (ModelError, DatasetError, InvarianceError) as error:
        return replace(found, reason=str(error))
    if ladder.verdict.means_comparable != "no":
        return replace(found, verdict="comparable", invariance=ladder)
    # Alignment loosens equal loadings and intercepts, never the model itself.
    described = ladder.verdict.highest is not None
    aligned = _aligned(model, kept, across, missing) if described else None
    verdict = _verdict(ladder, aligned)
    reason = ladder.verdict.reason or "" if verdict == "untested" else ""
    return replace(found, verdict=verdict, reason=reason, invariance=ladder, alignment=aligned)


def least_interviews(model: str) -> int:
    """From how many interviews a group takes part: `SMALLEST_GROUP`, or as many as parameters.

    With fewer interviews than loadings, intercepts, residual variances, variances and correlations
    of factors, chi2 is too large and CFI too low even for the true model, and the groups would be
    called different for being small. Bentler & Chou 1987, 10.1177/0049124187016001004, ask for
    five times as many.
    """
    found = variables_of(parse_model(model))
    items, factors = len(found.observed), len(found.latent)
    return max(SMALLEST_GROUP, 3 * items + factors * (factors - 1) // 2)


def _verdict(ladder: Invariance, aligned: Alignment | None) -> Verdict:
    """Where equal loadings and intercepts do not hold, not even in part."""
    if _rough_but_equal(ladder):
        return "doubtful"
    if aligned is not None:
        few = largest_noninvariant_share(aligned) <= aligned.rule_of_thumb
        return "aligned" if few else "not_comparable"
    reached = ladder.verdict.stopped_at in [step.level for step in ladder.steps]
    return "not_comparable" if reached else "untested"


def largest_noninvariant_share(aligned: Alignment) -> float:
    """Largest share of one factor's loadings, or of its intercepts, that differ between groups.

    The share of all parameters together would let half the intercepts differ where all loadings
    are alike, and means rest on the intercepts.
    """
    shared = [part for f in aligned.factors for part in (f.loading_shared, f.intercept_shared)]
    return max(float(1 - np.mean(part)) for part in shared)


def _by_brand(brand: NDArray[np.str_], member: NDArray[np.str_]) -> dict[str, tuple[str, ...]]:
    return {
        str(code): tuple(np.unique(member[(brand == code) & (member != "")]).tolist())
        for code in np.unique(brand[brand != ""])
    }


def _rough_but_equal(ladder: Invariance) -> bool:
    """Whether the model fits only roughly, and equal loadings and intercepts cost it nothing."""
    steps = {step.level: step for step in ladder.steps}
    if ladder.verdict.stopped_at != "configural" or not {"metric", "scalar"} <= set(steps):
        return False
    base = steps["configural"].indices
    rough = base.cfi >= ROUGH_CFI and base.srmr <= ROUGH_SRMR
    return rough and steps["metric"].holds and steps["scalar"].holds


def _aligned(
    model: str, dataset: Dataset, across: Across, missing: Literal["listwise", "fiml"]
) -> Alignment | None:
    from psychometrics.alignment import AlignmentError, alignment

    try:
        who = clusters_if_any(dataset)
        return alignment(model, dataset, across, missing=missing, cluster=who)
    except (ModelError, DatasetError, AlignmentError):
        return None
