"""When a difference earns a word, and which sentence page one opens with.

`python -m reports.verdicts docs/reference/verdicts.md` writes the rules as a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from reports.blocks import Mark
from reports.suppression import ReportingRules, Visibility

if TYPE_CHECKING:
    from collections.abc import Collection

    from reports.blocks import MarkShape
    from reports.wording import Catalogue

WORDING = Path(__file__).parent / "wording"


class Verdict(StrEnum):
    """What may be said about one score of a brand beside the other brands."""

    ABOVE = "above"
    BELOW = "below"
    SAME = "same"
    TOO_FEW = "too_few"
    NOT_COMPARABLE = "not_comparable"
    NO_COMPARISON = "no_comparison"
    HIDDEN = "hidden"


WORDS = (Verdict.ABOVE, Verdict.BELOW)
"""The verdicts that say a difference."""

BLUE, VERMILLION, GREY = "#0072B2", "#D55E00", "#52606d"
"""Okabe–Ito blue and vermillion and a grey: each at least 3:1 on white."""

_LOOKS: dict[Verdict, tuple[MarkShape, str]] = {
    Verdict.ABOVE: ("up", BLUE),
    Verdict.BELOW: ("down", VERMILLION),
    Verdict.SAME: ("bar", GREY),
    Verdict.TOO_FEW: ("ring", GREY),
    Verdict.NOT_COMPARABLE: ("square", GREY),
    Verdict.NO_COMPARISON: ("diamond", GREY),
    Verdict.HIDDEN: ("cross", GREY),
}


def mark(verdict: Verdict, words: Catalogue) -> Mark:
    """The shape, colour and word of a verdict in a language."""
    shape, colour = _LOOKS[verdict]
    return Mark(shape, colour, words(f"verdict.{verdict}"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on.

    Parameters
    ----------
    n, n_others : interviews behind the brand's score, and behind the others' mean (None where
        there is nothing to compare with).
    g : Hedges g, positive where the brand scores higher; None or NaN where it cannot be computed.
    q : Benjamini–Hochberg adjusted p; None or NaN where it cannot be computed.
    comparable : False where a test showed that the questions do not work alike for all brands.
    """

    n: int
    n_others: int | None = None
    g: float | None = None
    q: float | None = None
    comparable: bool = True


def judge(evidence: Evidence, rules: ReportingRules) -> Verdict:
    """The verdict that the evidence carries, the strictest reason first.

    A word of difference needs q below the false discovery rate *and* \\|g\\| of at least the
    smallest effect, with enough interviews on both sides, of brands that may be compared at all.
    """
    if rules.visibility(evidence.n) is Visibility.HIDDEN:
        return Verdict.HIDDEN
    if not _compared(evidence):
        return Verdict.NO_COMPARISON
    if not evidence.comparable:
        return Verdict.NOT_COMPARABLE
    if rules.visibility(min(evidence.n, evidence.n_others or 0)) is not Visibility.FULL:
        return Verdict.TOO_FEW
    g, q = evidence.g or 0.0, evidence.q if evidence.q is not None else 1.0
    if q < rules.false_discovery_rate and abs(g) >= rules.smallest_effect:
        return Verdict.ABOVE if g > 0 else Verdict.BELOW
    return Verdict.SAME


def _compared(evidence: Evidence) -> bool:
    if evidence.n_others is None or evidence.g is None or evidence.q is None:
        return False
    return evidence.g == evidence.g and evidence.q == evidence.q


@dataclass(frozen=True, slots=True)
class HeadlineRule:
    """Holds when the verdicts present include all of `required` and none outside `allowed`."""

    id: str
    required: frozenset[Verdict]
    allowed: frozenset[Verdict]

    def holds(self, present: Collection[Verdict]) -> bool:
        """True when this rule speaks for the verdicts of all dimensions."""
        return self.required <= frozenset(present) <= self.allowed


_WITHOUT_WORD = frozenset(
    {Verdict.TOO_FEW, Verdict.NOT_COMPARABLE, Verdict.NO_COMPARISON, Verdict.HIDDEN}
)


def _said(rule_id: str, *verdicts: Verdict) -> HeadlineRule:
    return HeadlineRule(rule_id, frozenset(verdicts), frozenset(verdicts) | _WITHOUT_WORD)


HEADLINE_RULES: tuple[HeadlineRule, ...] = (
    _said("above", Verdict.ABOVE),
    _said("below", Verdict.BELOW),
    _said("same", Verdict.SAME),
    _said("above_same", Verdict.ABOVE, Verdict.SAME),
    _said("below_same", Verdict.BELOW, Verdict.SAME),
    _said("above_below", Verdict.ABOVE, Verdict.BELOW),
    _said("above_below_same", Verdict.ABOVE, Verdict.BELOW, Verdict.SAME),
    HeadlineRule("not_comparable", frozenset({Verdict.NOT_COMPARABLE}), _WITHOUT_WORD),
    HeadlineRule("too_few", frozenset({Verdict.TOO_FEW}), _WITHOUT_WORD - {Verdict.NOT_COMPARABLE}),
    HeadlineRule(
        "no_comparison",
        frozenset({Verdict.NO_COMPARISON}),
        frozenset({Verdict.NO_COMPARISON, Verdict.HIDDEN}),
    ),
    HeadlineRule("hidden", frozenset({Verdict.HIDDEN}), frozenset({Verdict.HIDDEN})),
)
"""Page one's rules. For every non-empty set of verdicts exactly one holds."""


def headline_rule(verdicts: Collection[Verdict]) -> HeadlineRule:
    """The one rule that speaks for these verdicts; raises ValueError when there are none."""
    for rule in HEADLINE_RULES:
        if rule.holds(verdicts):
            return rule
    raise ValueError("A headline needs the verdict of at least one dimension.")


def main(path: Path) -> None:
    """Write the page of rules, each with figures that lead to it, to a file."""
    from reports.verdict_page import write

    write(path)


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]))
