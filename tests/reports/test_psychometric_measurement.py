"""The researcher's report on models, validity, comparability and precision: the analysis's own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
from page import ValidationProfile, validate_pdf

from psychometrics.analysis import analyse_scores
from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.dimensionality import Rule, TotalVerdict
from psychometrics.measurement import analyse_measurement
from reports.blocks import Bullets, ChartBlock, Document, Facts, Heading, Paragraph, TableBlock
from reports.psychometric_report import psychometric_report, psychometric_report_pdf
from reports.sections.story import PHONE, WIDTH
from tests.reports.surveys import analysed, facts, instruments, shifted, survey
from tests.reports.test_comparability import few_questions_apart, languages, one_question_turned
from tests.tapwater import tap_water

if TYPE_CHECKING:
    from psychometrics.measurement import MeasurementAnalysis

SECTIONS = ("models", "validity", "comparability", "precision")


def report(
    dataset: Dataset,
    measurement: MeasurementAnalysis | None,
    language: str = "en",
    width: float = WIDTH,
) -> Document:
    """The report on a survey of core engagement."""
    return psychometric_report(
        analyse_scores(dataset),
        None,
        instruments(),
        facts(dataset),
        language,
        measurement=measurement,
        width=width,
    )


@cache
def real() -> tuple[Document, MeasurementAnalysis]:
    """The report on the real answers about tap water."""
    dataset, analysis, measurement = analysed(tap_water())
    questionnaires = instruments("zaichkowsky_1994_pii")
    document = psychometric_report(
        analysis, None, questionnaires, facts(dataset), measurement=measurement
    )
    return document, measurement


@cache
def partial(language: str = "en") -> Document:
    """The report on a survey in which one question works differently for one brand."""
    dataset, measurement = one_question_turned()
    return report(dataset, measurement, language)


@cache
def aligned(language: str = "en", width: float = WIDTH) -> Document:
    """The report on a survey whose brands compare by alignment only."""
    dataset, measurement = few_questions_apart()
    return report(dataset, measurement, language, width)


def cells(document: Document, table: str) -> list[list[str]]:
    """The texts of a table, row by row."""
    return [[cell.text for cell in row] for row in document.tables()[table].rows]


def words(document: Document) -> str:
    """All running text, notes, points, terms and alternative texts."""
    found: list[str] = []
    for block in document.blocks():
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case Bullets():
                found += block.items
            case Facts():
                found += [text for row in block.rows for text in row]
            case TableBlock():
                found += block.notes
            case ChartBlock():
                found.append(block.chart.alt)
    return " ".join(found)


def short(value: float, digits: int = 3) -> str:
    """A coefficient as English journals print it."""
    return f"{value:.{digits}f}".replace("0.", ".", 1).replace("-", "−")


def test_headings_leave_no_level_out() -> None:
    """The first heading of a section stands directly below the section's title."""
    document, _ = real()
    for section in document.sections:
        levels = [block.level for block in section.blocks if isinstance(block, Heading)]
        assert not levels or levels[0] == min(levels), section.id


def test_the_models_stand_with_their_own_fit() -> None:
    """chi2, df, robust indices and RMSEA's interval of each model, rounded from the fit."""
    document, measurement = real()
    rows = cells(document, "models")
    assert [row[0] for row in rows] == [
        "One factor",
        "Correlated factors",
        "Second-order factor",
        "Bifactor",
    ]
    for test, row in zip(measurement.dimensionality.tests, rows, strict=True):
        if test.fit is None:
            continue
        measures = test.fit.fit_measures()
        low, high = (measures[f"rmsea.ci.{end}.robust"] for end in ("lower", "upper"))
        assert row[1:3] == [f"{measures['chisq.scaled']:.1f}", str(int(measures["df"]))]
        assert row[4:6] == [short(measures["cfi.robust"]), short(measures["tli.robust"])]
        assert row[6] == f"{short(measures['rmsea.robust'])} ({short(low)}–{short(high)})"
        assert row[7] == short(measures["srmr"])
        assert row[10] == ("yes" if test.acceptable else "no")


def test_a_model_that_cannot_be_had_says_why() -> None:
    """Two scales carry no factor of factors: dashes in the table, the reason below."""
    document, _ = real()
    assert set(cells(document, "models")[2][1:]) == {"–"}
    assert "Second-order factor: not to be had. A factor of factors takes three" in words(document)


def test_a_model_that_says_the_same_is_called_so() -> None:
    """Three scales: the second-order model has the degrees of freedom of correlated factors."""
    rows = cells(aligned(), "models")
    assert rows[1][1:7] == rows[2][1:7]
    assert "the answers cannot tell them apart" in words(aligned())
    assert "the answers cannot tell them apart" not in words(real()[0])


def test_the_verdict_on_the_total_names_its_grounds() -> None:
    """Hierarchical omega and the explained common variance stand in the sentence."""
    document, measurement = real()
    total = measurement.dimensionality.total
    assert total.rule == "scales_apart"
    assert total.omega_hierarchical is not None
    lead = next(b for b in document.sections[4].blocks if isinstance(b, Paragraph))
    assert lead.text.startswith("No total should be reported")
    assert f"accounts for {short(total.omega_hierarchical, 2)} of the variance" in lead.text


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_verdict_on_the_total_has_its_sentence(rule: Rule, language: str) -> None:
    """Each rule reads as a whole sentence in both languages."""
    dataset, measurement = few_questions_apart()
    allowed = rule in {"one_dimension", "general_factor"}
    total = TotalVerdict(allowed, rule, 0.75, 0.62)
    found = replace(measurement.dimensionality, total=total)
    document = report(dataset, replace(measurement, dimensionality=found), language)
    lead = next(b for b in document.sections[4].blocks if isinstance(b, Paragraph))
    assert lead.tone == "lead"
    assert lead.text.endswith(".")
    assert not {"{", "None", "–."} & set(lead.text.split())
    positive = {"en": "A total may be reported", "ru": "Общий балл возможен"}[language]
    assert lead.text.startswith(positive) is allowed


def test_one_scale_is_its_own_total() -> None:
    """With a single scale there is one model and nothing to add up."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0, names=("satisfaction",))
    key = replace(dataset.keys[0], outcome=False)
    dataset, _, measurement = analysed(replace(dataset, keys=(key,)))
    document = report(dataset, measurement)
    assert "There is one scale" in words(document)
    assert "htmt" not in document.tables()


def test_standardised_loadings_stand_with_intervals() -> None:
    """In the table as in the diagram's words, from the model of the scales."""
    document, measurement = real()
    fit = measurement.dimensionality.measurement.fit
    assert fit is not None
    rows = fit.parameters.query("op == '=~'")
    value, error = (float(rows[name].iloc[0]) for name in ("std_all", "std_all_se"))
    ends = [short(value + sign * 1.959964 * error, 2) for sign in (-1, 1)]
    printed = f"{short(value, 2)} ({ends[0]}–{ends[1]})"
    row = cells(document, "model-loadings")[0]
    assert (row[0].split()[0], row[1], row[2]) == ("p01", "Cognitive involvement", printed)
    alt = document.charts()["path-diagram"].alt
    assert f"{short(value, 2)}, 95% interval {ends[0]} to {ends[1]}" in alt
    assert len(cells(document, "factor-correlations")) == 1


def test_what_the_model_misses_is_shown() -> None:
    """Residual correlations as a chart, and the three largest modification indices in words."""
    document, measurement = real()
    fit = measurement.dimensionality.measurement.fit
    assert fit is not None
    largest = fit.modification_indices().head(3)
    rows = cells(document, "modification-indices")
    assert [row[1] for row in rows] == [f"{value:.1f}" for value in largest["mi"]]
    first = largest.iloc[0]
    assert f"({first['lhs']} {first['op']} {first['rhs']})" in rows[0][0]
    assert "residuals" in document.charts()


def test_validity_prints_reliability_variance_and_ratios() -> None:
    """Composite reliability, variance extracted, HTMT with its interval, Fornell–Larcker."""
    document, measurement = real()
    found = measurement.validity
    assert found is not None
    assert found.htmt is not None
    assert cells(document, "convergent-validity") == [
        [name, short(reliability), short(extracted)]
        for name, reliability, extracted in zip(
            ("Cognitive involvement", "Affective involvement"),
            found.reliability,
            found.extracted,
            strict=True,
        )
    ]
    ratio = [found.htmt.values, found.htmt.lower, found.htmt.upper]
    value, low, high = (float(matrix[0, 1]) for matrix in ratio)
    printed = f"{short(value)} ({short(low, 2)}–{short(high, 2)})"
    assert cells(document, "htmt")[0][2:] == [printed, "yes"]
    assert cells(document, "fornell-larcker")[0][1] == short(found.extracted[0] ** 0.5)
    assert "The scales stand apart" in words(document)


def test_scales_that_are_one_are_called_so() -> None:
    """Halves of one scale have a ratio near 1 and cannot be told apart."""
    dataset = survey({"alpha": 300}, missing=0)
    halves = [
        ScoringKey("first", ("emo1", "emo2"), 1, 7),
        ScoringKey("other", ("emo3", "emo4"), 1, 7),
    ]
    columns = dataset.columns(("emo1", "emo2", "emo3", "emo4"))
    same = Dataset.build(dataset.answers[:, columns], ("emo1", "emo2", "emo3", "emo4"), halves)
    document = report(same, analyse_measurement(same))
    assert "can hardly be told apart" in words(document)
    assert cells(document, "htmt")[0][3] == "no"


def test_the_ladder_prints_every_step() -> None:
    """Fit and change of each level, the partial one included, and which of them hold."""
    _, measurement = one_question_turned()
    test = measurement.across("brand")
    assert test is not None
    assert test.invariance is not None
    rows = cells(partial(), "invariance-brand")
    steps = test.invariance.steps
    assert [row[0] for row in rows] == [
        "Configural",
        "Metric",
        "Scalar",
        "Scalar, partial",
        "Strict",
    ]
    for step, row in zip(steps, rows, strict=True):
        assert row[3] == short(step.indices.cfi)
        assert row[11] == ("yes" if step.holds else "no")
    change = steps[2].change
    assert change is not None
    assert rows[2][6] == short(change.cfi)
    assert rows[2][9] == f"{change.chi2:.1f} ({change.df})"


def test_what_was_let_differ_is_named_in_words() -> None:
    """The intercept, the brand that stands apart, and how far."""
    row = cells(partial(), "freed-brand")[0]
    assert row[0] == "Intercept of emo2 warmth"
    assert row[2] == "Бета Кофе"
    assert row[3].startswith("+")
    assert "after these items were let differ: emo2 warmth" in words(partial())


def test_means_of_factors_stand_against_the_first_brand() -> None:
    """Effect sizes with intervals by brand and factor, as the invariance test has them."""
    _, measurement = one_question_turned()
    test = measurement.across("brand")
    assert test is not None
    assert test.invariance is not None
    first = test.invariance.latent_means.rows[0]
    row = cells(partial(), "latent-means-brand")[0]
    ends = [f"{end:.2f}".replace("-", "−") for end in (first.effect_lower, first.effect_upper)]
    assert row[1] == f"{first.effect:+.2f} ({ends[0]} to {ends[1]})".replace("-", "−")
    assert "levels that they need do not hold" in words(aligned())


def test_alignment_prints_means_and_what_is_shared() -> None:
    """The reference without an interval, the others with one, and each item's shares."""
    rows = cells(aligned(), "aligned-means-brand")
    assert rows[0][1:] == ["0.00"] * 3
    assert all("to" in text for text in rows[1][1:])
    shared = {row[0].split()[0]: row[1:3] for row in cells(aligned(), "aligned-items-brand")}
    assert shared["emo2"] == ["100%", "67%"]
    assert shared["emo3"] == ["100%", "100%"]
    assert "at most 11.1% of those of one kind" in words(aligned())


def test_the_climb_ends_where_it_fails() -> None:
    """Levels above a failed one are not called passed in the picture."""
    alt = aligned().charts()["climb-brand"].alt
    assert "Same intercepts (scalar): fails" in alt
    assert "Same residuals (strict): not tested." in alt
    assert "Same residuals (strict): holds in part" in partial().charts()["climb-brand"].alt


def test_groups_that_could_not_be_tested_say_why() -> None:
    """Too few interviews, with those left out by name."""
    dataset = survey({"alpha": 160, "beta": 40}, missing=0)
    document = report(dataset, analyse_measurement(dataset))
    text = words(document)
    assert "Not tested: fewer than two groups have 50 interviews." in text
    assert "Left out of the test, with fewer than 50 interviews each: Бета Кофе." in text
    assert "invariance-brand" not in document.tables()


def test_languages_are_tested_beside_brands() -> None:
    """Each kind of group of which there are several has its own ladder."""
    dataset, measurement = languages(0)
    document = report(dataset, measurement)
    assert {"invariance-brand", "invariance-language"} <= set(document.tables())
    assert "Means may be compared across English and Russian" in words(document)


def test_one_brand_leaves_nothing_to_compare() -> None:
    """The section says so."""
    dataset = survey({"alpha": 200}, missing=0)
    document = report(dataset, analyse_measurement(dataset))
    assert "so there is nothing to compare" in words(document)


def test_precision_prints_item_parameters_and_curves() -> None:
    """a and b with errors as the graded model has them; information, curves and fit beside."""
    document, measurement = real()
    model = measurement.precision[0].model
    assert model is not None
    first = model.parameters.iloc[0]
    row = cells(document, "graded-cognitive")[0]
    assert row[1] == f"{first['a']:.2f} ({first['a_se']:.2f})"
    assert row[2] == f"{first['b1']:.2f} ({first['b1_se']:.2f})".replace("-", "−")
    charts = document.charts()
    assert {"information-cognitive", "curves-cognitive-1", "information-affective"} <= set(charts)
    reliability = short(model.information().marginal_reliability)
    captions = [b.caption for b in document.blocks() if isinstance(b, ChartBlock)]
    assert any(f"marginal reliability {reliability}" in caption for caption in captions)
    fit = model.item_fit().table
    assert cells(document, "item-fit-cognitive")[0][1] == f"{fit['chi2'].iloc[0]:.1f}"


def test_a_scale_too_short_for_a_graded_model_says_so() -> None:
    """Two items do not identify the model; the reason stands in its place."""
    dataset = survey({"alpha": 200, "beta": 200}, missing=0)
    keys = tuple(
        replace(key, items=key.items[:2]) if key.scale == "emotional" else key
        for key in dataset.keys
    )
    dataset = replace(dataset, keys=keys)
    document = report(dataset, analyse_measurement(dataset))
    assert "Emotional engagement: no graded response model." in words(document)
    assert "graded-emotional" not in document.tables()
    assert "graded-cognitive" in document.tables()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_part_names_the_r_calls(language: str) -> None:
    """Each of the four sections carries R beside its tables, and no sentence has a gap."""
    document = aligned(language)
    ids = [section.id for section in document.sections]
    assert ids[4:8] == list(SECTIONS)
    for section in document.sections[4:8]:
        for block in section.blocks:
            if isinstance(block, TableBlock) and not block.name.startswith("aligned-items"):
                assert "R: " in " ".join(block.notes), block.name
    text = words(document)
    assert "{" not in text.replace("$lambda", "")
    assert "None" not in text


def test_names_are_unique_and_blocks_fit_together() -> None:
    """Tables and charts carry names of their own; every row has a cell for each column."""
    document = aligned()
    tables = [b.name for b in document.blocks() if isinstance(b, TableBlock)]
    charts = [b.name for b in document.blocks() if isinstance(b, ChartBlock)]
    assert len(tables) == len(set(tables))
    assert len(charts) == len(set(charts))
    for table in document.tables().values():
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.name


def test_charts_are_drawn_for_a_phone() -> None:
    """The same blocks at a phone's width, every chart as wide as asked."""
    document = aligned(width=PHONE)
    assert document.charts().keys() == aligned().charts().keys()
    assert {chart.width for chart in document.charts().values()} == {PHONE}


def test_without_tests_one_section_says_why() -> None:
    """No tables of tests, a sentence in their place, and the method says what is missing."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    document = report(dataset, None)
    assert [section.id for section in document.sections][4:] == ["models", "method"]
    assert "either nobody ran the tests, or these answers do not allow" in words(document)
    assert "confirmatory models have not been tested" in words(document)
    assert "confirmatory models have not been tested" not in words(aligned())


def test_without_a_scale_of_two_items_nothing_can_be_tested() -> None:
    """Single questions have no model; the report says that and not that nobody tried."""
    dataset = survey({"alpha": 150}, missing=0, names=("likelihood_to_recommend",))
    dataset = replace(dataset, keys=(replace(dataset.keys[0], outcome=False),))
    assert "no dimension with two items or more" in words(report(dataset, None))


def test_why_there_is_no_factor_analysis() -> None:
    """Too few items, an item that everybody answered alike, too few answers."""
    dataset = survey({"alpha": 150}, missing=0, names=("core_engagement",))
    two = replace(dataset, keys=(replace(dataset.keys[0], items=("cog1", "cog2")),))
    assert "a factor takes at least 3 items" in words(report(two, None))
    flat = shifted(dataset, {("alpha", "emo2"): 7})
    assert "answered some of them alike, or nobody did: emo2 warmth" in words(report(flat, None))
    few = dataset.select(np.arange(9))
    assert "more complete interviews than the 10 items" in words(report(few, None))


def test_the_same_answers_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Analyses with chance in them and the PDF repeat themselves; a checker finds no failure."""
    dataset, analysis, measurement = analysed(tap_water())
    questionnaires = instruments("zaichkowsky_1994_pii")
    pdf = psychometric_report_pdf(
        analysis, None, questionnaires, facts(dataset), "ru", measurement=measurement
    )
    program = (
        "import hashlib\n"
        "from tests.reports.surveys import analysed, facts, instruments\n"
        "from tests.tapwater import tap_water\n"
        "from reports.psychometric_report import psychometric_report_pdf\n"
        "d, a, m = analysed(tap_water())\n"
        "given = (a, None, instruments('zaichkowsky_1994_pii'), facts(d), 'ru')\n"
        "print(hashlib.sha256(psychometric_report_pdf(*given, measurement=m)).hexdigest())\n"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
    )
    assert other.stdout.strip() == hashlib.sha256(pdf).hexdigest()
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    for profile in (ValidationProfile.PDF_UA_1, ValidationProfile.PDF_A_2A):
        assert validate_pdf(path, profile=profile).failures == []
