"""What people do beside what they answer: figures, index, outcomes, and what must not be told."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from instruments.metrics import standard_metrics
from psychometrics.analysis import analyse_scores
from psychometrics.metric_values import MetricValues
from reports.blocks import ChartBlock, Document, Heading, Paragraph, Section, TableBlock
from reports.charts.primitives import Text
from reports.measured import MeasuredWave
from reports.metrics import metric_findings
from reports.sections.metrics import measured
from reports.sections.story import Story
from reports.suppression import ReportingRules, Visibility
from tests.reports.surveys import facts, findings, four_brands, instruments, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from instruments.metrics import WeightProfile
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.dataset import Dataset
    from reports.blocks import Block
    from reports.metrics import MetricFindings

Row = tuple[str, str, str, str, str, float]

LABELS = {"alpha": "Alpha Café", "beta": "Other brand A", "gamma": "Other brand B"}
LISTED = standard_metrics()
STANDARD = LISTED.profile("standard")


def cells(metric: str, wave: str = "w2", **figures: float) -> list[Row]:
    """A figure of each brand as a whole."""
    return [("cell", "", brand, wave, metric, value) for brand, value in figures.items()]


def people(
    metric: str, brand: str, values: Iterable[float], wave: str = "w2", names: str = "p{}"
) -> list[Row]:
    """A value of each of some people."""
    return [
        ("person", names.format(n), brand, wave, metric, float(value))
        for n, value in enumerate(values)
    ]


def of(rows: Iterable[Row]) -> MetricValues:
    """The rows as values."""
    unit, subject, brand, wave, metric, value = zip(*rows, strict=True)
    return MetricValues.build(
        unit=unit, subject=subject, brand=brand, wave=wave, metric=metric, value=value
    )


VISITS = cells("visit_frequency", alpha=6.0, beta=3.0, gamma=3.0)
RECENCY = cells("recency", alpha=2.0, beta=4.0, gamma=9.0)


def found(
    rows: Iterable[Row],
    brand: str = "alpha",
    *,
    labels: Mapping[str, str] = LABELS,
    profile: WeightProfile = STANDARD,
    scores: ScoreAnalysis | None = None,
    **options: object,
) -> MetricFindings | None:
    """What may be said of a brand in the wave w2, w1 being the wave before."""
    wave = MeasuredWave(of(rows), LISTED, profile, "w2", "w1")
    return metric_findings(
        wave,
        scores or four_brands()[1],
        brand,
        compared=labels,
        language="en",
        **options,  # type: ignore[arg-type]
    )


def sure(result: MetricFindings | None) -> MetricFindings:
    """Findings that are there."""
    assert result is not None
    return result


def test_a_figure_stands_beside_the_others_that_may_be_shown() -> None:
    """The others' mean holds every brand that is shown, the hidden one not, whatever its value."""
    rows = cells("visit_frequency", alpha=6, beta=3, gamma=4, delta=1e6)
    (row,) = sure(found(rows)).rows
    assert (row.value, row.others, row.n_others) == (6.0, 3.5, 2)
    assert (row.name, row.unit, row.days) == ("Visit frequency", "visits per customer", 30)
    assert row.lower is None


def test_a_hidden_brand_changes_nothing() -> None:
    """With and without the values of a brand that is not shown, everything is the same."""
    rows = VISITS + RECENCY + people("likes", "alpha", range(40))
    hidden = cells("visit_frequency", delta=99) + people("likes", "delta", range(200), names="d{}")
    assert found(rows) == found(rows + hidden)


def test_people_under_the_limit_are_hidden() -> None:
    """Figures of 29 people are gone, of 30 to 99 carry a caution, of 100 are whole; a brand with
    too few people is missing from the others' mean."""
    for n, visibility in ((29, "hidden"), (30, "caution"), (99, "caution"), (100, "full")):
        rows = people("likes", "alpha", range(n)) + people("likes", "beta", [7.0] * 50)
        rows += people("likes", "gamma", [1000.0] * 29)
        (row,) = sure(found(rows)).positive
        assert row.visibility == visibility
        if n == 29:
            assert (row.n, row.value, row.lower, row.others) == (None, None, None, None)
        else:
            assert (row.n, row.value, row.others) == (n, (n - 1) / 2, 7.0)


def test_stricter_rules_hide_more() -> None:
    """The limit is that of the rules."""
    rules = ReportingRules(hidden_below=60, verdict_from=200)
    wave = MeasuredWave(
        of(people("likes", "alpha", range(50))), LISTED, STANDARD, "w2", rules=rules
    )
    row = sure(
        metric_findings(wave, four_brands()[1], "alpha", compared=LABELS, language="en")
    ).positive[0]
    assert row.visibility is Visibility.HIDDEN


def test_nothing_measured_is_nothing_said() -> None:
    """Without a value of the brand in the wave, or for a brand that is hidden, there is nothing."""
    assert found(cells("likes", beta=3)) is None
    assert found(cells("likes", "w1", alpha=3)) is None
    assert found(cells("likes", delta=3, alpha=3), "delta") is None


def test_people_are_compared_with_people_and_cells_with_cells() -> None:
    """What more brands have decides; a figure of the other kind stands alone."""
    rows = cells("likes", alpha=5, beta=6) + people("likes", "gamma", [9.0] * 40)
    (row,) = sure(found(rows)).positive
    assert (row.measured_on, row.others, row.n_others) == ("cell", 6.0, 1)
    (alone,) = sure(found(rows, "gamma")).positive
    assert (alone.measured_on, alone.value, alone.others) == ("person", 9.0, None)


def test_the_change_of_people_is_tested_that_of_cells_only_told() -> None:
    """Who was measured twice is known, so that the interval is that of the paired test."""
    rng = np.random.default_rng(2)
    before = rng.normal(5, 2, 60)
    after = before + rng.normal(0.4, 0.5, 60)
    rows = people("likes", "alpha", after) + people("likes", "alpha", before, "w1")
    (row,) = sure(found(rows)).positive
    interval = stats.ttest_rel(after, before).confidence_interval(0.95)
    assert row.change == pytest.approx(after.mean() - before.mean())
    assert (row.change_lower, row.change_upper) == pytest.approx((interval.low, interval.high))
    rows = cells("sales", alpha=120) + cells("sales", "w1", alpha=100, beta=900)
    (outcome,) = sure(found(rows)).outcomes
    assert (outcome.previous, outcome.change, outcome.change_lower) == (100.0, 20.0, None)


def test_the_change_from_too_few_people_is_not_told() -> None:
    """A wave before with 29 people does not come through as a difference."""
    rows = people("likes", "alpha", range(50)) + people("likes", "alpha", range(29), "w1")
    (row,) = sure(found(rows)).positive
    assert (row.previous, row.change) == (None, None)


def test_positive_and_negative_engagement_stand_apart() -> None:
    """Reshares and likes on one side, replies on the other; neither moves the other's row."""
    rows = cells("likes", alpha=5) + cells("replies", alpha=2) + cells("reshares", alpha=1)
    result = sure(found(rows))
    assert [row.metric for row in result.positive] == ["reshares", "likes"]
    assert [row.metric for row in result.negative] == ["replies"]
    assert result.rows == ()


def test_the_index_is_the_weighted_mean_of_standard_scores() -> None:
    """By hand: z over the brands, lower recency being better, weights 8 and 6."""
    index = sure(found(VISITS + RECENCY)).index
    assert index is not None
    z = stats.zscore([6.0, 3.0, 3.0], ddof=1), -stats.zscore([2.0, 4.0, 9.0], ddof=1)
    expected = (8 * z[0] + 6 * z[1]) / 14
    known = {brand.code: brand.index for brand in index.brands}
    assert [known[code] for code in LABELS] == pytest.approx(list(expected))
    assert index.own.ranks == (1, 1)
    assert [(part.name, round(part.weight, 6)) for part in index.parts] == [
        ("Visit frequency", round(8 / 14, 6)),
        ("Recency", round(6 / 14, 6)),
    ]
    assert sum(part.contribution or 0 for part in index.parts) == pytest.approx(index.own.index)
    assert index.profiles == ("standard weights", "equal weights")
    assert "Reviews" in index.missing


def test_nothing_of_survey_outcomes_or_negative_engagement_enters_the_index() -> None:
    """The index is the same whatever is answered, sold or replied."""
    plain = sure(found(VISITS + RECENCY)).index
    more = cells("sales", alpha=1, beta=9, gamma=5) + cells("replies", alpha=9, beta=1, gamma=1)
    assert sure(found(VISITS + RECENCY + more)).index == plain
    turned = analyse_scores(survey({"alpha": 150, "beta": 140}, shift={"alpha": -2.0}))
    assert sure(found(VISITS + RECENCY, scores=turned)).index == plain


def test_own_weights_decide_and_are_shown_beside_the_others() -> None:
    """A profile of a user's own gives another order, and all three places are told."""
    own = LISTED.own_profile({"recency": 1})
    rows = cells("visit_frequency", alpha=6, beta=3, gamma=4) + cells(
        "recency", alpha=9.0, beta=4.0, gamma=2.0
    )
    index = sure(found(rows, profile=own)).index
    assert index is not None
    assert index.profiles == ("own weights", "standard weights", "equal weights")
    assert index.own.ranks == (3, 2, 2)
    assert [part.name for part in index.parts] == ["Recency"]
    assert (index.own.rank_lower, index.own.rank_upper) == (1, 3)


@pytest.mark.parametrize(
    ("rows", "labels", "profile", "why"),
    [
        (cells("sales", alpha=1, beta=2, gamma=3), LABELS, STANDARD, "not_measured"),
        (cells("likes", alpha=1), LABELS, STANDARD, "not_measured"),
        (VISITS, LABELS, LISTED.own_profile({"tags": 1}), "not_measured"),
        (VISITS, {"alpha": "A", "beta": "B"}, STANDARD, "few_brands"),
        (VISITS[1:] + RECENCY, LABELS, STANDARD, "little_known"),
    ],
)
def test_without_enough_there_is_no_index_and_a_reason(
    rows: list[Row], labels: Mapping[str, str], profile: WeightProfile, why: str
) -> None:
    """Nothing weighted, two brands only, or too little known of the reader's own."""
    result = sure(found(rows, labels=labels, profile=profile))
    assert (result.index, result.no_index) == (None, why)


def test_what_all_brands_share_is_worked_out_once() -> None:
    """The scorecards of all brands of a wave take the index from one calculation."""
    wave = MeasuredWave(of(VISITS + RECENCY), LISTED, STANDARD, "w2")
    assert wave.among(LABELS) is wave.among(list(LABELS)[::-1])
    assert wave.among(LABELS).places is wave.among(LABELS).places


@cache
def measured_people() -> tuple[Dataset, ScoreAnalysis, list[Row]]:
    """The survey of four brands with a metric of 80 people of alpha that goes with emotion."""
    dataset, scores = four_brands()
    emotional = scores.scores.column("emotional")
    rows = np.flatnonzero((dataset.brand == "alpha") & scores.kept & np.isfinite(emotional))[:80]
    rng = np.random.default_rng(4)
    likes = emotional[rows] + rng.normal(0, 15, len(rows))
    return (
        dataset,
        scores,
        [
            ("person", str(dataset.respondent[row]), "alpha", "w2", "likes", float(value))
            for row, value in zip(rows, likes, strict=True)
        ],
    )


def test_people_measured_both_ways_are_correlated() -> None:
    """r of each dimension is Spearman's, n the people with both; people without answers, and
    answers without a person, stay out."""
    dataset, scores, rows = measured_people()
    strangers = people("likes", "alpha", range(20), names="stranger-{}")
    result = sure(found(rows + strangers, scores=scores, called=(dataset.respondent,)))
    place = {str(name): n for n, name in enumerate(dataset.respondent)}
    told = {row.dimension: row for row in result.associations}
    assert set(told) == {"cognitive", "emotional", "behavioural"}
    for scale, row in told.items():
        answers = [scores.scores.column(scale)[place[one[1]]] for one in rows]
        pairs = np.array([(one[5], y) for one, y in zip(rows, answers, strict=True)])
        pairs = pairs[np.isfinite(pairs).all(axis=1)]
        known = stats.spearmanr(pairs[:, 0], pairs[:, 1])
        assert row.r == pytest.approx(known.statistic)
        assert row.n == len(pairs)
        assert row.q >= known.pvalue - 1e-12
    assert told["emotional"].q < 0.05


def test_a_correlation_of_few_people_earns_no_star() -> None:
    """With 80 people no correlation carries a star, however clear; over brands it does."""
    text = words_of(blocks(rich()))
    assert "carry no star" in text
    assert ")*" not in text
    scores, labels, rows = twelve_brands()
    result = sure(found(rows, "b03", labels=labels, scores=scores))
    assert ")*" in words_of(blocks(result))


def test_too_few_people_are_not_correlated() -> None:
    """29 people with both give no correlation."""
    dataset, scores, rows = measured_people()
    result = sure(found(rows[:29], scores=scores, called=(dataset.respondent,)))
    assert result.associations == ()
    assert sure(found(rows, scores=scores)).associations == ()


def test_a_name_of_two_people_finds_neither_and_two_names_of_one_count_once() -> None:
    """People are found by any name that is theirs alone; who stands twice in a file counts once."""
    dataset, scores, rows = measured_people()
    place = {str(name): n for n, name in enumerate(dataset.respondent)}
    also = np.array([f"person-{row}" for row in range(dataset.n)])
    renamed = [(one[0], str(also[place[one[1]]]), *one[2:]) for one in rows]
    plain = sure(found(rows, scores=scores, called=(dataset.respondent,))).associations
    called = dataset.respondent, also
    assert sure(found([*rows, *renamed], scores=scores, called=called)).associations == plain
    assert sure(found(renamed, scores=scores, called=called)).associations == plain
    shared = also.copy()
    shared[place[rows[1][1]]] = shared[place[rows[0][1]]]
    told = sure(found(renamed, scores=scores, called=(dataset.respondent, shared)))
    (emotional,) = (row for row in told.associations if row.dimension == "emotional")
    assert emotional.n == len(rows) - 2


@cache
def twelve_brands() -> tuple[ScoreAnalysis, dict[str, str], list[Row]]:
    """Twelve brands, the more engaged the more visited."""
    codes = [f"b{n:02}" for n in range(12)]
    shifts = {code: 0.2 * n for n, code in enumerate(codes)}
    scores = analyse_scores(survey(dict.fromkeys(codes, 60), shift=shifts))
    rows = cells("visit_frequency", **{code: 2.0 + n for n, code in enumerate(codes)})
    return scores, {code: f"Brand {code}" for code in codes}, rows


def test_the_index_of_many_brands_is_set_beside_their_scores() -> None:
    """Over twelve brands it is correlated with each dimension; where a test forbids to set scores
    of brands side by side, it is not."""
    scores, labels, rows = twelve_brands()
    result = sure(found(rows, "b03", labels=labels, scores=scores))
    assert {(row.across, row.metric, row.n) for row in result.associations} == {("brands", "", 12)}
    assert all(row.r > 0.7 for row in result.associations)
    withheld = found(rows, "b03", labels=labels, scores=scores, scores_compared=False)
    assert sure(withheld).associations == ()


def blocks(result: MetricFindings, language: str = "en") -> tuple[Block, ...]:
    """The section of page four."""
    dataset, scores = four_brands()
    told = findings(scores, instruments("core_engagement"), facts(dataset), "alpha")
    return tuple(measured(Story(language, told), result))


def words_of(parts: Iterable[Block]) -> str:
    """Every word of some blocks."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, TableBlock):
            words += [part.caption, *(column.label for column in part.columns), *part.notes]
            words += [cell.text for row in part.rows for cell in row]
        else:
            words.append(getattr(part, "text", ""))
    return " ".join(words).replace("\u00a0", " ")


def rich() -> MetricFindings:
    """Findings with something of everything."""
    dataset, scores, rows = measured_people()
    rows = rows + people("likes", "alpha", range(40), "w1") + VISITS + RECENCY
    rows += cells("visit_frequency", "w1", alpha=5.5) + cells("replies", alpha=0.5, beta=1)
    rows += cells("conversion", alpha=0.071, beta=0.05) + cells("conversion", "w1", alpha=0.06)
    rows += people("tags", "alpha", [1.0] * 12)
    return sure(found(rows, scores=scores, called=(dataset.respondent,)))


def test_the_section_tells_everything_in_words() -> None:
    """Figures with unit, window, change and weight; index, sensitivity, outcomes, correlations."""
    text = words_of(blocks(rich()))
    for sentence in (
        "Visit frequency, visits per customer, 30 days brand 6.00 +0.50 3.00 57%",
        "Recency, days since the last visit (lower is better) brand 2.00",
        "Tags, tags per customer, 30 days fewer than 30 people –",
        "Positive: Likes, likes per customer, 30 days* 80 people",
        "* Under 100 people: read with caution.",
        "Negative: Replies, replies per customer, 30 days (lower is better)",
        "Segev 2023, 10.1177/20563051231183430",
        "takes place 1 of 3.",
        "Adds most to this index: Visit frequency",
        "Weighted, but not measured: Visit duration",
        "Conversion, share of visitors, 90 days brand 7.1% 6.0% +1.1 5.0%",
        "To go together is not to cause.",
        "never added to them",
    ):
        assert sentence in text, sentence
    assert "drive" not in text


def test_the_reader_s_brand_is_marked_and_others_carry_their_labels() -> None:
    """The table of the index names brands as agreed, in the order of the index."""
    table = next(
        part
        for part in blocks(rich())
        if isinstance(part, TableBlock) and part.name == "measured-index"
    )
    assert [row[0].text for row in table.rows] == ["Alpha Café", "Other brand A", "Other brand B"]
    assert table.marked == frozenset({0})


def test_of_many_brands_only_the_reader_s_own_has_a_row() -> None:
    """More than twelve rows would fill the page; the place among all is told all the same."""
    codes = [f"b{n:02}" for n in range(13)]
    figures = {code: 20.0 - n for n, code in enumerate(codes)}
    result = sure(
        found(cells("visit_frequency", **figures), "b04", labels={code: code for code in codes})
    )
    parts = blocks(result)
    table = next(part for part in parts if isinstance(part, TableBlock) and "index" in part.name)
    assert [row[0].text for row in table.rows] == ["b04"]
    assert "takes place 5 of 13. Under random weights it takes place 5" in words_of(parts)


@pytest.mark.parametrize("why", ["not_measured", "few_brands", "little_known"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_why_there_is_no_index_is_said(language: str, why: str) -> None:
    """Each reason has its sentence."""
    from dataclasses import replace

    without = replace(rich(), index=None, no_index=why)
    notes = [part.text for part in blocks(without, language) if isinstance(part, Paragraph)]
    assert len(notes) == 2
    assert "measured-index" not in {getattr(part, "name", "") for part in blocks(without, language)}


def test_outcomes_alone_need_no_index() -> None:
    """Where only outcomes were imported, nothing is said of an index."""
    parts = blocks(sure(found(cells("sales", alpha=100, beta=50))))
    assert [type(part) for part in parts] == [Heading, ChartBlock, TableBlock]


def test_outcomes_are_drawn_against_the_others() -> None:
    """Value and the others' mean in their own units, shares in percent; alone, nothing is drawn."""
    chart = next(part for part in blocks(rich()) if isinstance(part, ChartBlock)).chart
    for words in ("Conversion", "7.1", "5.0", "share of visitors, %"):
        assert words in chart.alt
    alone = blocks(sure(found(cells("sales", alpha=100))))
    assert [type(part) for part in alone] == [Heading, TableBlock]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_section_goes_to_paper(language: str) -> None:
    """As a PDF, in both languages, with its tables."""
    from reports.pdf.layout import render_document

    section = Section("metrics", "Metrics", blocks(rich(), language))
    assert render_document(Document("Alpha", "", language, (section,), "")).startswith(b"%PDF")


def test_outcomes_are_drawn_from_zero() -> None:
    """Figures that hardly differ lie hardly apart, also below zero, and zero itself is drawn."""
    for ours, theirs in ((7.18, 7.19), (-7.18, 7.19), (0.0, 0.0)):
        rows = cells("return_on_investment", alpha=ours, beta=theirs)
        chart = next(p for p in blocks(sure(found(rows))) if isinstance(p, ChartBlock)).chart
        texts = [shape.text for shape in chart.primitives if isinstance(shape, Text)]
        assert "0" in texts or "0.0" in texts, texts
