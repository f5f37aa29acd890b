"""Response rates by the Standard Definitions of the American Association for Public Opinion
Research (10th edition, 2023), from how many invitations ended in which way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ResponseRateError(ValueError):
    """Counts that cannot be those of a survey. The message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many sampled cases ended in which way.

    Parameters
    ----------
    complete : I, complete interviews.
    partial : P, partial interviews (begun and broken off).
    refusal : R, refusals and break-offs that count as such, opt-outs among them.
    non_contact : NC, eligible, but the invitation reached nobody.
    other : O, eligible non-interviews for other reasons.
    unknown_household : UH, not known whether the invitation reached anybody who is eligible.
    unknown_other : UO, unknown eligibility for other reasons.
    not_eligible : known not to belong to the population, such as those screened out. They are in no
        rate, and are needed only to estimate `e`.
    """

    complete: int = 0
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    not_eligible: int = 0

    def __post_init__(self) -> None:
        negative = [name for name in self.__slots__ if getattr(self, name) < 0]
        if negative:
            raise ResponseRateError(f"Fewer than none: {', '.join(negative)}. Count them anew.")

    @property
    def interviews(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """I + P + R + NC + O: cases known to be eligible."""
        return self.interviews + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> int:
        """UH + UO: cases of which nobody knows whether they are eligible."""
        return self.unknown_household + self.unknown_other


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """The rates as proportions, None where their denominator is 0.

    ``e`` is the share of cases of unknown eligibility taken to be eligible, `e_stated` whether it
    was given rather than estimated.

    ========  =====================================================================
    rr1       I / ((I+P) + (R+NC+O) + (UH+UO)), the smallest
    rr2       (I+P) / the same
    rr3       I / ((I+P) + (R+NC+O) + e(UH+UO))
    rr4       (I+P) / the same
    rr5       I / ((I+P) + (R+NC+O)), the largest for complete interviews
    rr6       (I+P) / the same
    coop1     I / ((I+P) + R + O), of those who were reached
    coop2     (I+P) / the same
    ref1      R / ((I+P) + (R+NC+O) + (UH+UO))
    con1      ((I+P) + R + O) / ((I+P) + R + O + NC + (UH+UO))
    ========  =====================================================================
    """

    counts: CaseCounts
    e: float | None
    e_stated: bool
    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    ref1: float | None
    con1: float | None


def response_rates(counts: CaseCounts, *, e: float | None = None) -> ResponseRates:
    """Every rate from the counts of cases.

    Parameters
    ----------
    e : the share of cases of unknown eligibility that are eligible, 0 to 1. By default it is
        estimated by proportional allocation (CASRO): eligible by all cases whose eligibility is
        known; without any of those it is unknown, and RR3 and RR4 with it.

    Raises
    ------
    ResponseRateError
        `e` lies outside 0 to 1.
    """
    if e is not None and not 0 <= e <= 1:
        raise ResponseRateError(f"e is {e}; it is a share, from 0 to 1.")
    known = counts.eligible + counts.not_eligible
    share = e if e is not None else _ratio(counts.eligible, known)
    everybody = counts.eligible + counts.unknown
    likely = None if share is None else counts.eligible + share * counts.unknown
    reached = counts.interviews + counts.refusal + counts.other
    return ResponseRates(
        counts=counts,
        e=share,
        e_stated=e is not None,
        rr1=_ratio(counts.complete, everybody),
        rr2=_ratio(counts.interviews, everybody),
        rr3=_ratio(counts.complete, likely),
        rr4=_ratio(counts.interviews, likely),
        rr5=_ratio(counts.complete, counts.eligible),
        rr6=_ratio(counts.interviews, counts.eligible),
        coop1=_ratio(counts.complete, reached),
        coop2=_ratio(counts.interviews, reached),
        ref1=_ratio(counts.refusal, everybody),
        con1=_ratio(reached, everybody),
    )


def case_counts(by_code: Mapping[str, int]) -> CaseCounts:
    """Counts from the codes I, P, R, NC, O, UH, UO and NE (not eligible); others are left out."""
    return CaseCounts(
        complete=by_code.get("I", 0),
        partial=by_code.get("P", 0),
        refusal=by_code.get("R", 0),
        non_contact=by_code.get("NC", 0),
        other=by_code.get("O", 0),
        unknown_household=by_code.get("UH", 0),
        unknown_other=by_code.get("UO", 0),
        not_eligible=by_code.get("NE", 0),
    )


def _ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None
