"""Brands are compared only where a test of the answers themselves allows it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.measurement import SMALLEST_GROUP, MeasurementAnalysis, analyse_measurement
from reports.blocks import Bullets, Document, Facts, FinePrint, Paragraph, TableBlock
from reports.comparability import Comparisons
from reports.psychometric_report import psychometric_report
from reports.scorecard import scorecard, scorecard_pdf
from reports.sections.standing import headline
from reports.sections.story import Story
from reports.verdicts import Verdict
from tests.reports.surveys import (
    NAMES,
    THREE,
    alike_brands,
    analysed,
    facts,
    findings,
    instruments,
    shifted,
    survey,
    unlike_brands,
)
from tests.tapwater import tap_water

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset
    from reports.findings import Findings


def read(
    dataset: Dataset,
    measurement: MeasurementAnalysis | None,
    brand: str = "alpha",
    language: str = "en",
    *,
    name_others: bool = False,
) -> Findings:
    """Findings on a brand of a survey, with the tests of its measurement."""
    return findings(
        analyse_scores(dataset),
        instruments(),
        facts(dataset),
        brand,
        language=language,
        name_others=name_others,
        measurement=measurement,
    )


@cache
def one_question_turned() -> tuple[Dataset, MeasurementAnalysis]:
    """One question answered far higher about beta, which engages less than the others."""
    dataset = survey(THREE, shift={"alpha": 0.4}, missing=0)
    dataset, _, measurement = analysed(shifted(dataset, {("beta", "emo2"): 3}))
    return dataset, measurement


@cache
def few_questions_apart() -> tuple[Dataset, MeasurementAnalysis]:
    """One question in each dimension works differently for one of the brands."""
    dataset = survey(THREE, shift={"alpha": 0.4}, missing=0)
    moves = {("beta", "emo2"): 1, ("gamma", "cog1"): 1, ("alpha", "beh2"): -1}
    dataset, _, measurement = analysed(shifted(dataset, moves))
    return dataset, measurement


@cache
def languages(offset: int) -> tuple[Dataset, MeasurementAnalysis]:
    """Two brands in two languages, in one of which many questions are answered higher."""
    dataset = survey({"alpha": 300, "beta": 300}, shift={"alpha": 0.4}, missing=0)
    spoken = np.where(np.arange(dataset.n) % 2 == 0, "en", "ru")
    dataset = replace(dataset, language=spoken)
    items = ("cog1", "emo1", "emo3", "beh1", "beh3")
    moves = {("ru", item): offset if place % 2 else -offset for place, item in enumerate(items)}
    dataset, _, measurement = analysed(shifted(dataset, moves, "language"))
    return dataset, measurement


def texts(document: Document) -> str:
    """All running text, notes, points and terms."""
    found: list[str] = []
    for block in document.blocks():
        match block:
            case Paragraph():
                found.append(block.text)
            case Bullets():
                found += block.items
            case TableBlock():
                found += block.notes
            case Facts() | FinePrint():
                found += [text for row in block.rows for text in row]
    return " ".join(found)


def terms(document: Document) -> dict[str, str]:
    """The rows of terms and texts."""
    return {
        term: text
        for block in document.blocks()
        if isinstance(block, Facts | FinePrint)
        for term, text in block.rows
    }


@pytest.mark.parametrize("brand", list(THREE))
def test_brands_whose_questions_work_differently_are_not_compared(brand: str) -> None:
    """No gap, no peer, no word of difference, no strength and no outcome beside others."""
    dataset, _, measurement = unlike_brands()
    across = measurement.across("brand")
    assert across is not None
    assert across.verdict == "not_comparable"
    found = read(dataset, measurement, brand)
    assert found.headline == "not_comparable"
    assert {row.verdict for row in found.dimensions} == {Verdict.NOT_COMPARABLE}
    for row in found.dimensions + found.outcomes:
        assert (row.contrast, row.n_others) == (None, None)
        assert [peer.own for peer in row.peers] == [True]
        assert row.mean is not None
    assert found.items
    assert all((item.gap, item.g, item.lower) == (None, None, None) for item in found.items)
    assert found.strengths == found.opportunities == ()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_page_one_says_why_nothing_is_compared(language: str) -> None:
    """The sentence, a caution and the second page say so; no column or chart of others is left."""
    dataset, _, measurement = unlike_brands()
    found = read(dataset, measurement, language=language)
    said = {
        "en": ("the questions do not work alike", "beside those on the scorecard of another brand"),
        "ru": ("вопросы работают для них по-разному", "не сопоставляйте эти баллы с картой"),
    }[language]
    document = scorecard(found)
    assert said[0] in headline(Story(language, found))
    assert said[1] in texts(document)
    assert not [name for name in document.charts() if name.startswith("rank-")]
    for name, table in document.tables().items():
        heads = [column.label for column in table.columns]
        if name != "reliability":
            assert not {"Gap", "Разрыв", "Verdict", "Вывод"} & set(heads), name


def test_the_reason_is_given_by_the_level_that_fails() -> None:
    """Unequal intercepts are put as people who engage alike and answer unlike."""
    dataset, _, measurement = unlike_brands()
    document = scorecard(read(dataset, measurement))
    assert "people who are equally engaged, but with different brands" in texts(document)
    assert "intercepts differ" in terms(document)["Comparability of brands"]


def test_other_brands_names_are_nowhere_when_nothing_is_compared() -> None:
    """Also where naming was agreed, a brand that is not compared is not printed."""
    dataset, _, measurement = unlike_brands()
    text = texts(scorecard(read(dataset, measurement, name_others=True)))
    assert NAMES["beta"] not in text
    assert NAMES["gamma"] not in text


def test_brands_whose_questions_work_alike_are_compared_as_before() -> None:
    """The same figures as without the test, and page one says that it was tested."""
    dataset, _, measurement = alike_brands()
    with_test, without = read(dataset, measurement), read(dataset, None)
    assert with_test.headline == without.headline == "above"
    assert with_test.dimensions == without.dimensions
    assert with_test.items == without.items
    text = texts(scorecard(with_test))
    assert "Nothing was found against it" in text
    assert "has not been tested" not in text.replace("whether the two go together", "")
    assert "holds up to equal loadings" in terms(scorecard(with_test))["Comparability of brands"]


def test_without_a_test_the_reader_is_told_that_nobody_tested() -> None:
    """Compared as ever, with today's words."""
    dataset, _, _ = alike_brands()
    found = read(dataset, None)
    assert found.comparisons == Comparisons(found.comparisons.brands)
    assert found.comparisons.brands is not None
    assert found.comparisons.brands.standing == "not_run"
    text = texts(scorecard(found))
    assert "understood the questions alike. This has not been tested." in text
    assert "(measurement invariance). This has not been tested here." in text


def test_too_small_brands_are_compared_and_called_untested() -> None:
    """Where only one brand is large enough for the test, the reason is that."""
    dataset = survey({"alpha": 160, "beta": 40}, missing=0)
    found = read(dataset, analyse_measurement(dataset))
    assert found.comparisons.brands is not None
    assert found.comparisons.brands.standing == "few_groups"
    assert found.dimensions[0].contrast is not None
    assert f"that takes {SMALLEST_GROUP} interviews about each of two" in texts(scorecard(found))


def test_a_brand_too_small_for_the_test_is_told_so() -> None:
    """What holds for the large brands is not said of a small one; the large ones hear of it."""
    dataset = survey({"alpha": 150, "beta": 150, "gamma": 40}, missing=0)
    measurement = analyse_measurement(dataset)
    small, large = read(dataset, measurement, "gamma"), read(dataset, measurement)
    assert small.comparisons.brands is not None
    assert small.comparisons.brands.standing == "left_out"
    assert f"not for {NAMES['gamma']}, which has fewer than 50" in texts(scorecard(small))
    assert "fewer than 50 interviews took no part in that test" in texts(scorecard(large))


def test_a_hidden_brand_is_not_given_away_by_the_test() -> None:
    """A brand that is shown nowhere is not mentioned as left out of the test either."""
    dataset = survey({"alpha": 150, "beta": 150, "delta": 12}, missing=0)
    found = read(dataset, analyse_measurement(dataset))
    assert "took no part in that test" not in texts(scorecard(found))


def test_a_word_needs_means_that_allow_for_what_differs() -> None:
    """A brand ahead by one question alone gets no verdict where corrected means turn round."""
    dataset, measurement = one_question_turned()
    blind, seeing = read(dataset, None, "beta"), read(dataset, measurement, "beta")
    assert blind.dimensions[1].verdict is Verdict.ABOVE
    row = seeing.dimensions[1]
    assert row.verdict is Verdict.NOT_COMPARABLE
    assert row.contrast is None
    assert [peer.own for peer in row.peers] == [True]
    assert seeing.comparisons.corrected["emotional"] < 0
    assert not [item for item in seeing.strengths if item.scale == "emotional"]
    assert seeing.dimensions[0].contrast == blind.dimensions[0].contrast
    sentence = headline(Story("en", seeing))
    assert sentence.endswith("There is no verdict on emotional engagement.")
    text = texts(scorecard(seeing))
    assert "Not compared with other brands: emotional engagement." in text
    assert "scores on a dimension is left out of that dimension" not in text


def test_questions_that_work_differently_are_marked() -> None:
    """Under partial invariance the item carries a sign in its table, explained below it."""
    dataset, measurement = one_question_turned()
    found = read(dataset, measurement)
    assert found.comparisons.differing == ("emo2",)
    assert [item.item for item in found.items if item.differs] == ["emo2"]
    document = scorecard(found)
    rows = document.tables()["items"].rows
    assert [row[0].text.endswith("†") for row in rows] == [False] * 4 + [True] + [False] * 5
    assert "† This question does not work alike" in texts(document)
    assert "but for those of 1 question" in terms(document)["Comparability of brands"]


def test_alignment_is_named_where_it_bridges() -> None:
    """A few unequal intercepts that partial invariance refuses are bridged, with a caution."""
    dataset, measurement = few_questions_apart()
    across = measurement.across("brand")
    assert across is not None
    assert across.verdict == "aligned"
    found = read(dataset, measurement)
    assert found.dimensions[0].contrast is not None
    assert found.comparisons.differing == ("beh2",)
    document = scorecard(found)
    cautions = [
        block.text
        for block in document.blocks()
        if isinstance(block, Paragraph) and block.tone == "caution"
    ]
    assert any("near enough for a rough comparison" in text for text in cautions)
    assert "By alignment (Asparouhov" in terms(document)["Comparability of brands"]


def test_a_question_that_works_differently_is_no_strength() -> None:
    """Its gap stays in its table, but page one does not single it out, and says so."""
    dataset, measurement = few_questions_apart()
    blind, seeing = read(dataset, None, "beta"), read(dataset, measurement, "beta")
    assert [item.item for item in blind.strengths] == ["emo2"]
    assert seeing.strengths == ()
    assert [item.verdict for item in seeing.items if item.differs] == [Verdict.ABOVE]
    assert "not work alike for all brands are not singled out" in texts(scorecard(seeing))
    assert "are not singled out" not in texts(scorecard(blind))


def test_a_rough_model_brings_a_caution() -> None:
    """The real answers fit two dimensions only roughly: compared, with a warning on page one."""
    dataset, analysis, measurement = analysed(tap_water())
    across = measurement.across("brand")
    assert across is not None
    assert across.verdict == "doubtful"
    found = findings(
        analysis, instruments("zaichkowsky_1994_pii"), facts(dataset), "1", measurement=measurement
    )
    text = texts(scorecard(found))
    assert "the dimensions describe the answers only roughly" in text
    assert "No overall score is printed: a test found that the dimensions do not add up" in text


@pytest.mark.parametrize(
    ("mix", "said"),
    [
        ("within", "came in several languages, and a test showed"),
        ("between", "not asked in the same languages about all brands"),
    ],
)
def test_languages_that_do_not_compare_bring_a_caution(mix: str, said: str) -> None:
    """Where one score, or one comparison, mixes languages that work differently."""
    dataset, measurement = languages(1)
    across = measurement.across("language")
    assert across is not None
    assert across.verdict == "not_comparable"
    if mix == "between":
        apart = {"alpha": ("en",), "beta": ("ru",)}
        tests = tuple(
            replace(test, by_brand=apart) if test.across == "language" else test
            for test in measurement.comparability
        )
        measurement = replace(measurement, comparability=tests)
    found = read(dataset, measurement)
    assert [(one.across, one.within) for one in found.comparisons.mixtures] == [
        ("language", mix == "within")
    ]
    assert said in texts(scorecard(found))
    assert "does not hold" in terms(scorecard(found))["Comparability of languages"]


def test_languages_that_compare_bring_none() -> None:
    """Several languages that work alike are no reason for a caution."""
    dataset, measurement = languages(0)
    found = read(dataset, measurement)
    assert found.comparisons.mixtures == ()
    assert "several languages" not in texts(scorecard(found))


def test_no_total_is_printed_whatever_the_verdict() -> None:
    """With leave to report one, the scorecard says so and prints none all the same."""
    dataset, _, measurement = alike_brands()
    assert measurement.dimensionality.total.allowed
    document = scorecard(read(dataset, measurement))
    assert "No overall score is printed here, although a test found" in texts(document)
    assert "a total could be formed" in terms(document)["Overall score"]
    assert len(document.tables()["scores"].marked) == 3


def test_the_researcher_is_warned_where_brand_means_stand() -> None:
    """The table of differences between brands carries the caution, and only where it is due."""
    for made, due in ((unlike_brands, True), (alike_brands, False)):
        dataset, analysis, measurement = made()
        report = psychometric_report(
            analysis, None, instruments(), facts(dataset), measurement=measurement
        )
        assert ("these differences are not differences in engagement alone" in texts(report)) is due


def test_a_withheld_scorecard_repeats_itself() -> None:
    """The same findings give the same bytes."""
    dataset, _, measurement = unlike_brands()
    found = read(dataset, measurement)
    assert scorecard_pdf(found) == scorecard_pdf(found)
