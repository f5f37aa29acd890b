"""Figures that lead to each word and each sentence, and what the rules make of them.

The figures are given here; words and sentences are not: they come from the rules and sections that
every report uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from instruments.load import shipped
from instruments.texts import in_language
from psychometrics.contrasts import Contrast
from reports.comparability import Alike, Comparisons, Mixture, Standing
from reports.counts import SurveyCounts
from reports.facts import SurveyFacts
from reports.findings import Findings
from reports.peers import Peer
from reports.references import Reference
from reports.reliability import ReliabilityNote
from reports.score_findings import ScoreFinding
from reports.suppression import ReportingRules, Visibility
from reports.verdicts import HEADLINE_RULES, Evidence, Verdict, headline_rule, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.verdicts import HeadlineRule

BRAND = "Aurora"
RULES = ReportingRules()
LEVEL = 0.95
ALPHA = 0.55

_SD, _MIDDLE, _Z = 20.0, 55.0, 1.959963984540054


def evidence(n: int, n_others: int, g: float, *, comparable: bool = True) -> Evidence:
    """Evidence whose q is that of a single comparison with these sizes and this g."""
    z = abs(g) / math.sqrt(1 / n + 1 / n_others)
    return Evidence(n, n_others, g, math.erfc(z / math.sqrt(2)), comparable)


WORD_EXAMPLES: tuple[Evidence, ...] = (
    evidence(150, 600, 0.40),
    evidence(100, 100, 0.40),
    evidence(150, 600, -0.40),
    evidence(150, 600, 0.12),
    evidence(2000, 8000, 0.08),
    evidence(62, 600, 0.40),
    evidence(99, 600, 0.40),
    evidence(150, 90, 0.40),
    evidence(150, 600, 0.40, comparable=False),
    Evidence(150),
    Evidence(29, 600, 0.40, 0.001),
)
"""At and beside the edges of the rules."""

BY_VERDICT: dict[Verdict, Evidence] = {judge(one, RULES): one for one in reversed(WORD_EXAMPLES)}
"""For each verdict the first example that earns it."""


@dataclass(frozen=True, slots=True)
class Example:
    """What was found, in the terms of the code, and the findings that say it."""

    found: str
    findings: Findings


def headline_examples(language: str) -> Iterator[tuple[HeadlineRule, Findings]]:
    """Each rule of page one with findings for which it holds.

    Three dimensions have the verdicts that it needs, the last of them as often as is left over.
    """
    for rule in HEADLINE_RULES:
        needed = [verdict for verdict in Verdict if verdict in rule.required]
        verdicts = (needed + 3 * needed[-1:])[:3]
        yield rule, example(BRAND, [BY_VERDICT[one] for one in verdicts], language)


def rest_example(language: str) -> Findings:
    """Findings in which one dimension has no word while others have."""
    verdicts = (Verdict.ABOVE, Verdict.SAME, Verdict.TOO_FEW)
    return example(BRAND, [BY_VERDICT[one] for one in verdicts], language)


def plain_example(language: str) -> Findings:
    """Findings about which page one warns of nothing but what nobody tested."""
    return example(BRAND, [BY_VERDICT[Verdict.ABOVE]] * 3, language)


def caution_examples(language: str) -> Iterator[Example]:
    """Each reason for a caution by itself."""
    plain = plain_example(language)
    few = [evidence(62, 600, 0.40)] * 3
    yield Example("n = 62", example(BRAND, few, language))
    fewer = [evidence(150, 90, 0.40)] * 3
    yield Example("n_others = 90", example(BRAND, fewer, language))
    first, *rest = plain.dimensions
    note = ReliabilityNote((ALPHA, ALPHA - 0.06, ALPHA + 0.05), None, 750)
    loose = (replace(first, reliability=note), *rest)
    yield Example(f"alpha = {ALPHA}", replace(plain, dimensions=loose))
    yield from _tested(plain, language)
    for across in ("language", "channel", "wave"):
        for within in (True, False):
            mixture = Mixture(across, within)
            mixed = replace(plain.comparisons, mixtures=(mixture,))
            place = "within" if within else "between"
            yield Example(f"across {across}, {place}", replace(plain, comparisons=mixed))
    yield Example("simulated", replace(plain, facts=replace(plain.facts, simulated=True)))


def _tested(plain: Findings, language: str) -> Iterator[Example]:
    """What tests of the measurement may find."""
    from psychometrics.dimensionality import Rule

    for standing in get_args(Standing):
        found = replace(plain.comparisons, brands=Alike(standing, least=50))
        if standing == "not_comparable":
            apart = [BY_VERDICT[Verdict.NOT_COMPARABLE]] * 3
            told = example(BRAND, apart, language)
            yield Example(f"brands: {standing}", replace(told, comparisons=found))
        else:
            yield Example(f"brands: {standing}", replace(plain, comparisons=found))
    words = [Verdict.NOT_COMPARABLE, Verdict.SAME, Verdict.SAME]
    one_apart = example(BRAND, [BY_VERDICT[one] for one in words], language)
    yield Example("brands: partial, corrected mean contradicts", one_apart)
    for total in ("not_run", *get_args(Rule)):
        yield Example(
            f"total: {total}", replace(plain, comparisons=replace(plain.comparisons, total=total))
        )


def opening_examples() -> Iterator[tuple[HeadlineRule, tuple[tuple[str, Evidence], ...]]]:
    """Each rule with the brands of a portfolio for which it holds; words twice, so that brands are
    listed."""
    names = ("Aurora", "Borealis", "Cirrus", "Delta", "Epsilon", "Fjord")
    for rule in HEADLINE_RULES:
        needed = [verdict for verdict in Verdict if verdict in rule.required]
        brands = zip(names, sorted(needed * 2, key=list(Verdict).index), strict=False)
        yield rule, tuple((name, BY_VERDICT[verdict]) for name, verdict in brands)


def example(brand: str, rows: Sequence[Evidence], language: str) -> Findings:
    """Findings about a brand with this evidence on the dimensions of the core questionnaire."""
    scales = [scale for scale in shipped("core_engagement").scales if not scale.outcome]
    dimensions = tuple(
        score(one, scale.id, in_language(scale.name, language))
        for one, scale in zip(rows, scales, strict=False)
    )
    shown = {row.visibility for row in dimensions}
    return Findings(
        brand=brand,
        brand_name=brand,
        facts=SurveyFacts("", {brand: brand}),
        language=language,
        rules=RULES,
        level=LEVEL,
        answered_share=0.5,
        instruments=(),
        visibility=shown.pop() if len(shown) == 1 else Visibility.CAUTION,
        headline=headline_rule([row.verdict for row in dimensions]).id,
        dimensions=dimensions,
        outcomes=(),
        items=(),
        strengths=(),
        opportunities=(),
        counts=_NOTHING_COUNTED,
        competitors_named=False,
        comparisons=Comparisons(Alike("comparable", least=50), total="scales_apart"),
    )


def score(one: Evidence, scale: str, name: str) -> ScoreFinding:
    """A score as findings have it, from evidence alone: a standard deviation of 20 points, the
    others at 55."""
    verdict = judge(one, RULES)
    finding = ScoreFinding(
        scale=scale,
        name=name,
        items=3,
        minimum=1,
        maximum=7,
        visibility=RULES.visibility(one.n),
        verdict=verdict,
    )
    if verdict is Verdict.HIDDEN:
        return finding
    mean, se = _MIDDLE + _SD * (one.g or 0.0), _SD / math.sqrt(one.n)
    finding = replace(
        finding, n=one.n, mean=mean, se=se, lower=mean - _Z * se, upper=mean + _Z * se
    )
    if one.n_others is None or verdict is Verdict.NOT_COMPARABLE:
        return finding
    contrast = _contrast(one, one.n_others, mean)
    return replace(
        finding,
        contrast=contrast,
        n_others=one.n_others,
        references=(Reference("others", verdict, contrast, one.n_others, 3),),
        peers=tuple(_peer(place) for place in range(4)),
    )


def _contrast(one: Evidence, n_others: int, mean: float) -> Contrast:
    g, q = one.g or 0.0, one.q if one.q is not None else 1.0
    gap, se = _SD * g, _SD * math.sqrt(1 / one.n + 1 / n_others)
    reach = _Z * se
    return Contrast(
        group=BRAND,
        n=one.n,
        mean=mean,
        others=_MIDDLE,
        gap=gap,
        se=se,
        df=float(one.n + n_others - 2),
        lower=gap - reach,
        upper=gap + reach,
        p=q,
        g=g,
        g_lower=g - reach / _SD,
        g_upper=g + reach / _SD,
        q=q,
    )


def _peer(place: int) -> Peer:
    return Peer(str(place), place == 0, Visibility.FULL, 200, _MIDDLE, None, None, None, shares=())


_NOTHING_COUNTED = SurveyCounts(
    brand_n=None,
    hidden_brands=0,
    shown_brands=4,
    totals_withheld=False,
    n_interviews=None,
    n_usable=None,
    n_kept=None,
    n_complete=None,
    n_unanswered=None,
    completion_share=None,
    screened_out=(),
    flags=(),
    flags_to_exclude=2,
    flagged_out=0,
)
