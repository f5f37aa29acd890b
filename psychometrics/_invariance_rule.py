"""When a level of equality counts as held: the cut-offs and how they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

CHEN = (
    "Chen 2007 (10.1080/10705510701301834): a level fails when CFI falls by the cut-off and RMSEA "
    "or SRMR rises by its own"
)
DISPUTED = (
    "The cut-offs come from simulations of one- and two-factor models of normal answers; they are "
    "disputed for other models, for many groups and for ordered answers. The chi2 difference test "
    "stands beside them."
)
SMALL_SAMPLE = 300
SIMILAR = 1.5
CONFIGURAL_CFI = 0.90
CONFIGURAL_ERROR = 0.08
CONFIGURAL = (
    "CFI of at least .90 with RMSEA or SRMR of at most .08 (conventional, after Browne & Cudeck "
    "1992, 10.1177/0049124192021002005, and Hu & Bentler 1999, 10.1080/10705519909540118)"
)


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """How far fit may change before a level counts as failed.

    `cfi` is negative, the others positive; `srmr_loadings` for metric, `srmr_other` for all other
    levels. `reason`: why these and not the other set.
    """

    cfi: float
    rmsea: float
    srmr_loadings: float
    srmr_other: float
    reason: str

    def srmr(self, level: str) -> float:
        """The cut-off of SRMR at a level."""
        return self.srmr_loadings if level == "metric" else self.srmr_other


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a level holds, and which indices are beyond their cut-offs; `note` where the
    indices disagree."""

    holds: bool
    beyond: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of the groups (or waves), as plain facts.

    Parameters
    ----------
    highest : the highest level that holds with all its equalities, None when none does.
    highest_partial : the highest that holds when the parameters in `Invariance.partial` are let
        go; equal to `highest` when none had to be.
    means_comparable : "full", "partial" or "no": whether means of the factors may be compared.
    stopped_at, reason : the level that fails and why nothing higher holds; None when all hold.
    rule, cutoffs, configural_rule, disputed : by what it was judged, and what is said against it.
    test_disagrees : levels that hold by the rule while the chi2 difference has p < .05.
    """

    highest: str | None
    highest_partial: str | None
    means_comparable: str
    stopped_at: str | None
    reason: str | None
    cutoffs: Cutoffs
    test_disagrees: tuple[str, ...] = ()
    rule: str = field(default=CHEN, repr=False)
    configural_rule: str = field(default=CONFIGURAL, repr=False)
    disputed: str = field(default=DISPUTED, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def cutoffs_for(n: Sequence[int]) -> Cutoffs:
    """The cut-offs for groups of these sizes, or for one number of people at all waves.

    More than 300 interviews and groups of equal size (the largest at most 1.5 times the smallest):
    ΔCFI −.010, ΔRMSEA .015, ΔSRMR .030 for loadings and .010 beyond; else −.005, .010, .025, .005.
    """
    total, ratio = sum(n), max(n) / min(n)
    said = f"{total} interviews, the largest group {ratio:.2f} times the smallest"
    said = f"{total} people at every wave" if len(n) == 1 else said
    if total > SMALL_SAMPLE and ratio <= SIMILAR:
        return Cutoffs(-0.010, 0.015, 0.030, 0.010, f"{said}: large and equal enough")
    why = "few interviews" if total <= SMALL_SAMPLE else "groups of unequal size"
    return Cutoffs(-0.005, 0.010, 0.025, 0.005, f"{said}: {why}")


def judge_change(
    level: str, cutoffs: Cutoffs, d_cfi: float, d_rmsea: float, d_srmr: float
) -> Judgement:
    """Chen's rule for the change of fit from one level to the next."""
    beyond = []
    if not d_cfi > cutoffs.cfi:
        beyond.append("cfi")
    if not d_rmsea < cutoffs.rmsea:
        beyond.append("rmsea")
    if not d_srmr < cutoffs.srmr(level):
        beyond.append("srmr")
    fails = "cfi" in beyond and len(beyond) > 1
    note = ""
    if beyond == ["cfi"]:
        note = (
            f"{level}: CFI changes by {d_cfi:.3f}, beyond the cut-off, while RMSEA and SRMR do not "
            f"bear it out; by Chen's rule the level holds, by that of Cheung & Rensvold 2002 "
            f"(10.1207/S15328007SEM0902_5), CFI alone, it does not."
        )
    return Judgement(not fails, tuple(beyond), note)


def judge_configural(cfi: float, rmsea: float, srmr: float) -> Judgement:
    """Whether the model without equalities describes the groups at all."""
    beyond = []
    if not cfi >= CONFIGURAL_CFI:
        beyond.append("cfi")
    if not rmsea <= CONFIGURAL_ERROR:
        beyond.append("rmsea")
    if not srmr <= CONFIGURAL_ERROR:
        beyond.append("srmr")
    holds = "cfi" not in beyond and len(beyond) < 2
    return Judgement(holds, tuple(beyond))
