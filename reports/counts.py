"""How many interviews a report may print without giving a hidden brand away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.raters import RaterCounts, rater_counts
from reports.response import ResponseRates
from reports.suppression import hidden_groups

if TYPE_CHECKING:
    from psychometrics.analysis import ScoreAnalysis
    from reports.facts import SurveyFacts
    from reports.response import Response
    from reports.suppression import ReportingRules

USABLE = ("complete", "partial")


@dataclass(frozen=True, slots=True)
class SurveyCounts:
    """Counts of the whole survey.

    Any count that contains a hidden brand's interviews is None as soon as there is a hidden brand:
    less the counts of the brands that are shown, it would tell how many the hidden one has.

    Parameters
    ----------
    brand_n : interviews kept of the reader's brand; None when hidden.
    hidden_brands : how many other brands have too few interviews, or too few scores on every
        scale, to be shown.
    shown_brands : how many brands are shown, the reader's included unless it is hidden.
    totals_withheld : True when totals are None to protect a brand that is not shown.
    n_interviews, n_usable, n_kept, n_complete : started, usable, kept after screening, complete.
    n_unanswered : complete and partial interviews that are not usable: no answer to the items, or
        no brand that is reported on.
    response : response rates, or why there are none; None also where they are withheld.
    completion_share : complete interviews per interview started.
    screened_out : disposition → interviews, those that fieldwork itself ended or set aside.
    flags : screening flag → usable interviews flagged.
    flags_to_exclude, flagged_out : how many flags exclude, and how many interviews they excluded.
    raters : people and ratings kept where people rated several brands; other counts of the whole
        survey are then of people, those of flags of ratings.
    """

    brand_n: int | None
    hidden_brands: int
    shown_brands: int
    totals_withheld: bool
    n_interviews: int | None
    n_usable: int | None
    n_kept: int | None
    n_complete: int | None
    n_unanswered: int | None
    completion_share: float | None
    screened_out: tuple[tuple[str, int], ...]
    flags: tuple[tuple[str, int], ...]
    flags_to_exclude: int
    flagged_out: int
    raters: RaterCounts | None = None
    response: Response = None


def survey_counts(
    analysis: ScoreAnalysis, facts: SurveyFacts, brand: str, rules: ReportingRules
) -> SurveyCounts:
    """The counts that a brand's report may print."""
    hidden = hidden_groups(analysis.brand_counts, rules) | _without_score(analysis, rules)
    unseen = hidden | _left_out(analysis, brand)
    withheld = bool(unseen)
    screening = analysis.screening
    shared = analysis.shared_raters
    counted = analysis.disposition_counts if shared is None else shared.dispositions
    found = analysis.n_interviews if shared is None else shared.started
    usable = analysis.n_usable if shared is None else shared.usable
    started = found if facts.n_interviews is None else facts.n_interviews
    complete = counted.get("complete", 0)
    answered = sum(counted.get(name, 0) for name in USABLE)

    def unless_withheld(value: int | None) -> int | None:
        return None if withheld else value

    return SurveyCounts(
        brand_n=None if brand in hidden else analysis.brand_counts.get(brand),
        hidden_brands=len(hidden - {brand}),
        shown_brands=len(set(analysis.brands) - unseen),
        totals_withheld=withheld,
        n_interviews=unless_withheld(started),
        n_usable=unless_withheld(usable),
        n_kept=unless_withheld(analysis.n_kept if shared is None else shared.people),
        n_complete=unless_withheld(complete),
        n_unanswered=unless_withheld(answered - usable),
        completion_share=None if withheld else _share(complete, started),
        screened_out=tuple(
            (name, count) for name, count in sorted(counted.items()) if name not in USABLE and count
        ),
        flags=tuple((name, screening.counts[name]) for name in screening.available),
        flags_to_exclude=screening.flags_to_exclude,
        flagged_out=int(screening.excluded.sum()),
        raters=rater_counts(analysis, withheld=withheld),
        response=None if withheld and isinstance(facts.response, ResponseRates) else facts.response,
    )


def _without_score(analysis: ScoreAnalysis, rules: ReportingRules) -> frozenset[str]:
    """Brands with too few scores on every scale, however many interviews were kept."""
    hidden_everywhere = [
        hidden_groups({row.group: row.people for row in scale.brand_means.means}, rules)
        for scale in analysis.scales
        if scale.brand_means
    ]
    return frozenset.intersection(*hidden_everywhere) if hidden_everywhere else frozenset()


def _left_out(analysis: ScoreAnalysis, brand: str) -> frozenset[str]:
    """Other brands that take no part in any comparison, and so are not shown."""
    compared = {code for scale in analysis.scales for code in scale.compared}
    return frozenset(analysis.brands) - compared - {brand}


def _share(part: int, whole: int | None) -> float | None:
    return part / whole if whole else None
