"""Too few people are never shown, and cannot be worked out from what is."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.dataset import Dataset
from reports.blocks import (
    Bullets,
    ChartBlock,
    Facts,
    FinePrint,
    Heading,
    Paragraph,
    SideBySide,
    TableBlock,
)
from reports.scorecard import scorecard
from reports.suppression import ReportingRules, RulesError, Visibility, hidden_groups
from tests.reports.surveys import facts, findings, four_brands, instruments, invited, survey
from tests.reports.test_comparability import terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.analysis import ScoreAnalysis
    from reports.blocks import Block, Document
    from reports.findings import Findings
    from reports.response import NoRate

HIDDEN = "delta"
WITHHELD = "ithheld: it would give a hidden brand away"
SHOWN = ("alpha", "beta", "gamma")


@pytest.mark.parametrize(
    ("n", "visibility"),
    [
        (0, Visibility.HIDDEN),
        (29, Visibility.HIDDEN),
        (30, Visibility.CAUTION),
        (99, Visibility.CAUTION),
        (100, Visibility.FULL),
    ],
)
def test_visibility_changes_at_30_and_100(n: int, visibility: Visibility) -> None:
    """Hidden below 30, with caution below 100, in full from 100."""
    assert ReportingRules().visibility(n) is visibility


@pytest.mark.parametrize(
    "looser",
    [
        {"hidden_below": 29},
        {"verdict_from": 99},
        {"hidden_below": 150, "verdict_from": 120},
        {"smallest_effect": 0.05},
        {"smallest_effect": float("nan")},
        {"false_discovery_rate": 0.1},
        {"false_discovery_rate": 0.0},
    ],
)
def test_rules_may_not_be_loosened(looser: dict[str, float]) -> None:
    """A threshold on the loose side of its default is refused."""
    with pytest.raises(RulesError, match="may only be"):
        ReportingRules(**looser)


def test_rules_may_be_made_stricter() -> None:
    """Raised thresholds are taken over."""
    rules = ReportingRules(hidden_below=50, verdict_from=200)
    assert rules.visibility(49) is Visibility.HIDDEN
    assert rules.visibility(199) is Visibility.CAUTION


def test_hidden_groups_are_those_below_the_limit() -> None:
    """Only groups below the limit are hidden."""
    assert hidden_groups({"a": 29, "b": 30, "c": 500}, ReportingRules()) == {"a"}


@pytest.mark.parametrize(
    ("n", "verdict", "shown"),
    [(29, "hidden", False), (30, "too_few", True), (99, "too_few", True), (100, "above", True)],
)
def test_a_brand_at_the_edges(n: int, verdict: str, shown: bool) -> None:
    """29 interviews show nothing, 30 and 99 a score without verdict, 100 a verdict."""
    dataset = survey({"alpha": n, "beta": 200}, shift={"alpha": 1.5}, missing=0, seed=3)
    analysis = analyse_scores(dataset, flags_to_exclude=4)
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    assert {row.verdict for row in found.dimensions} == {verdict}
    assert all((row.mean is not None) is shown for row in found.dimensions)
    assert (found.counts.brand_n == n) is shown


def test_a_verdict_needs_enough_interviews_of_the_others_too() -> None:
    """99 interviews of the only other brand carry no verdict for a brand with 500."""
    dataset = survey({"alpha": 500, "beta": 99}, shift={"alpha": 1.5}, missing=0)
    analysis = analyse_scores(dataset, flags_to_exclude=4)
    found = findings(analysis, instruments(), facts(dataset), "alpha")
    assert {row.verdict for row in found.dimensions} == {"too_few"}


def test_no_total_is_kept_that_contains_a_hidden_brand() -> None:
    """With one brand hidden, every count of the whole survey is gone."""
    dataset, analysis = four_brands()
    stated = facts(dataset, response=invited(900, dataset.n))
    found = findings(analysis, instruments(), stated, "alpha")
    counts = found.counts
    assert counts.totals_withheld
    assert counts.hidden_brands == 1
    totals = (
        counts.n_interviews,
        counts.n_usable,
        counts.n_kept,
        counts.n_complete,
        counts.response,
        counts.completion_share,
    )
    assert totals == (None,) * 6
    told = terms(scorecard(found))
    assert told["Response"] == told["Response rate"] == f"W{WITHHELD}"
    assert all(row.reliability is not None for row in found.dimensions)
    assert all(row.reliability.n is None for row in found.dimensions if row.reliability)


def test_totals_are_printed_when_nothing_is_hidden() -> None:
    """Without a hidden brand the study's counts and the response rate are given."""
    dataset = survey({"alpha": 120, "beta": 110})
    analysis = analyse_scores(dataset)
    response = invited(500, 230)
    found = findings(analysis, instruments(), facts(dataset, response=response), "alpha")
    assert (found.counts.n_interviews, found.counts.response) == (230, response)
    told = terms(scorecard(found))
    rate = "46.0% (AAPOR RR1; complete interviews 230, people invited 500)"
    assert told["Response"] == rate
    assert told["Response rate"].startswith(f"{rate}: of all invited but")
    assert "the share e = 1.00 of those (CASRO), is 46.0%." in told["Response rate"]


@pytest.mark.parametrize(
    ("response", "short", "why"),
    [
        ("open", "No response rate, since anybody who met the link", "None. People came by"),
        ("mixed", "No response rate, since some were invited", "None. Only some were invited"),
        (None, "Not stated by the researcher; 100% of those", "Not stated: the answers do not"),
    ],
)
def test_without_a_list_of_people_asked_there_is_no_rate(
    response: NoRate | None, short: str, why: str
) -> None:
    """A sample that chose itself is called one; what nobody knows is not guessed."""
    dataset = survey({"alpha": 120, "beta": 110})
    stated = facts(dataset, response=response)
    told = terms(scorecard(findings(analyse_scores(dataset), instruments(), stated, "alpha")))
    assert told["Response"].startswith(short)
    assert told["Response rate"].startswith(why)
    assert ("non-probability sample" in told["Response rate"]) == (response is not None)


def test_a_brand_left_out_of_the_comparison_is_not_given_away_either() -> None:
    """A brand that is described but never compared withholds the totals as a hidden one does."""
    dataset = survey({"alpha": 120, "beta": 110, "gamma": 130})
    analysis = analyse_scores(dataset, exclude_brands=("gamma",))
    found = findings(analysis, instruments(), facts(dataset), "alpha", name_others=True)
    assert found.counts.totals_withheld
    assert found.counts.hidden_brands == 0
    assert [peer.label for peer in found.dimensions[0].peers if not peer.own] == ["Бета Кофе"]
    assert "gamma" not in found.facts.brands


def test_a_brand_with_too_few_scores_is_counted_as_hidden() -> None:
    """Forty interviews of which no scale has thirty scores: hidden, counted, totals withheld."""
    dataset = survey({"alpha": 150, "beta": 150, "gamma": 40}, missing=0)
    answers = dataset.answers.copy()
    answers[300:312] = -32768
    answers[300:312, -1] = 5
    keys = tuple(key for key in dataset.keys if key.scale != "likelihood_to_recommend")
    gaps = replace(dataset, answers=answers, keys=keys)
    analysis = analyse_scores(gaps, flags_to_exclude=4)
    assert analysis.brand_counts["gamma"] == 40
    for brand, others in (("alpha", 1), ("gamma", 0)):
        counts = findings(analysis, instruments(), facts(gaps), brand).counts
        assert counts.hidden_brands == others
        assert counts.totals_withheld
        assert counts.n_kept is None
        assert counts.n_unanswered is None


def test_interviews_without_an_answer_are_counted_apart() -> None:
    """Complete interviews that answered none of the items are neither usable nor lost."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    answers = dataset.answers.copy()
    answers[:7] = -32768
    analysis = analyse_scores(replace(dataset, answers=answers), flags_to_exclude=4)
    counts = findings(analysis, instruments(), facts(dataset), "beta").counts
    assert (counts.n_interviews, counts.n_unanswered, counts.n_usable) == (300, 7, 293)


def test_one_withheld_item_withholds_its_dimension() -> None:
    """An item with 29 answers takes the other items of its dimension with it, no other one's."""
    dataset = survey({"alpha": 60, "beta": 150}, missing=0)
    answers = dataset.answers.copy()
    column = dataset.item_ids.index("emo1")
    answers[:31, column] = -32768
    thinner = type(dataset)(
        **{name: getattr(dataset, name) for name in dataset.__dataclass_fields__ if name[0] != "_"}
        | {"answers": answers}
    )
    analysis = analyse_scores(thinner, flags_to_exclude=4, answered_share=0.7)
    found = findings(analysis, instruments(), facts(thinner), "alpha")
    assert found.dimensions[1].mean is not None
    assert {item.scale for item in found.items} == {"cognitive", "behavioural"}
    words = " ".join(_texts(scorecard(found)))
    assert "Emotional engagement: answers to single questions are not shown" in words


@pytest.mark.parametrize("brand", SHOWN)
def test_other_scorecards_do_not_depend_on_a_hidden_brand(brand: str) -> None:
    """Whoever the hidden brand's people are, how many, and what they answered: every figure of
    another brand's scorecard stays the same, so none can be worked out from it. Reliability and
    signs of carelessness are taken over all interviews; they carry no count of the brand."""
    versions = [
        _printed_about(brand, hidden_n=12, hidden_shift=2.0, seed=5),
        _printed_about(brand, hidden_n=29, hidden_shift=-2.0, seed=6),
        _printed_about(brand, hidden_n=1, hidden_shift=0.0, seed=7),
    ]
    assert versions[0]
    assert versions[0] == versions[1] == versions[2]


@pytest.mark.parametrize("name_others", [True, False])
@pytest.mark.parametrize("brand", SHOWN)
def test_subtraction_gives_no_hidden_count(brand: str, name_others: bool) -> None:
    """No printed count is a sum of brand counts that holds the hidden brand's, but for counts
    that are those of shown brands by coincidence."""
    dataset = _with_hidden(hidden_n=26, hidden_shift=1.0, seed=8)
    analysis = analyse_scores(dataset)
    found = findings(analysis, instruments(), facts(dataset), brand, name_others=name_others)
    tables = list(_count_tables(analysis))
    shown = [group for size in (1, 2, 3) for group in combinations(SHOWN, size)]
    own = {sum(counts[code] for code in group) for counts in tables for group in shown}
    printed = set(_counts(scorecard(found))) - own
    for counts in tables:
        secret = {sum(counts[code] for code in group) for group in _groups_with_hidden()}
        assert printed & secret == set()


def test_findings_hold_no_figure_of_the_hidden_brand() -> None:
    """The hidden brand's mean and size are in no field of another brand's findings."""
    _, analysis = four_brands()
    everything = repr(_findings(analysis, "alpha"))
    for scale in analysis.scales:
        assert scale.brand_means is not None
        assert repr(scale.brand_means.mean_of(HIDDEN).mean) not in everything


def test_a_hidden_brand_reads_nothing_but_the_reason() -> None:
    """Its findings hold no score, item, peer or comparison; its page says why."""
    _, analysis = four_brands()
    found = _findings(analysis, HIDDEN)
    assert found.visibility is Visibility.HIDDEN
    assert found.items == found.outcomes == found.strengths == ()
    assert all(row.n is row.mean is row.contrast is None for row in found.dimensions)
    assert all(row.peers == () for row in found.dimensions)
    document = scorecard(found)
    assert len(document.sections) == 1
    assert document.charts() == document.tables() == {}
    assert "fewer than 30 people gave usable answers" in " ".join(_texts(document))


def _findings(analysis: ScoreAnalysis, brand: str, *, name_others: bool = False) -> Findings:
    dataset, _ = four_brands()
    return findings(
        analysis, instruments(), facts(dataset), brand, name_others=name_others, language="en"
    )


def _groups_with_hidden() -> list[tuple[str, ...]]:
    subsets = chain.from_iterable(combinations(SHOWN, size) for size in range(len(SHOWN) + 1))
    return [(*subset, HIDDEN) for subset in subsets]


def _count_tables(analysis: ScoreAnalysis) -> Iterator[dict[str, int]]:
    yield dict(analysis.brand_counts)
    for scale in analysis.scales:
        assert scale.brand_means is not None
        yield {row.group: row.n for row in scale.brand_means.means}
    for item in analysis.items.items:
        yield {code: analysis.items_by_brand[code].item(item.item).n for code in (*SHOWN, HIDDEN)}


def _counts(document: Document) -> Iterator[int]:
    """Whole numbers that stand alone: no decimals, percentages, dates or bounds of an axis."""
    for text in _texts(document):
        for number in re.findall(r"(?<![\w.,–−+])\d+(?![\w%–]|[.,]\d)", text):
            yield int(number)


def _with_hidden(*, hidden_n: int, hidden_shift: float, seed: int) -> Dataset:
    """Three brands that are always the same, and a small one that is not."""
    shown = survey({"alpha": 160, "beta": 150, "gamma": 140}, shift={"alpha": 0.6})
    small = survey({HIDDEN: hidden_n}, shift={HIDDEN: hidden_shift}, seed=seed)
    return Dataset.build(
        np.vstack([shown.answers, small.answers]),
        shown.item_ids,
        shown.keys,
        brand=[*shown.brand, *small.brand],
        simulated=True,
    )


def _printed_about(brand: str, *, hidden_n: int, hidden_shift: float, seed: int) -> list[str]:
    dataset = _with_hidden(hidden_n=hidden_n, hidden_shift=hidden_shift, seed=seed)
    analysis = analyse_scores(dataset, flags_to_exclude=4)
    response = invited(700, dataset.n)
    stated = facts(dataset, response=response, fingerprint="always the same")
    document = scorecard(findings(analysis, instruments(), stated, brand))
    about_everybody = ("An interview with 4 of these signs", "McDonald's omega")
    return [
        text
        for section in document.sections
        for block in _flat(section.blocks)
        for text in _words(block)
        if not any(start in text for start in about_everybody)
    ]


def _flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, SideBySide):
            yield from _flat(block.left + block.right)
        else:
            yield block


def _texts(document: Document) -> Iterator[str]:
    yield document.title
    for block in document.blocks():
        yield from _words(block)


def _words(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case Facts() | FinePrint():
            yield from (words for row in block.rows for words in row)
        case ChartBlock():
            yield from (block.chart.title, block.chart.alt, block.caption)
        case TableBlock():
            yield from (cell.text for row in block.rows for cell in row)
            yield from block.notes
