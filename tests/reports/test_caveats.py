"""What the sentences of a scorecard must not leave unsaid, and must not say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.analysis import analyse_scores
from psychometrics.dataset import MISSING, Dataset
from reports.blocks import Block, Document, Facts, FinePrint, Paragraph, TableBlock
from reports.reliability import LOW_ALPHA
from reports.scorecard import scorecard
from reports.sections.standing import headline
from reports.sections.story import Story
from reports.verdicts import Verdict
from tests.reports.surveys import facts, findings, four_brands, instruments, survey

if TYPE_CHECKING:
    from reports.findings import Findings


def read(dataset: Dataset, brand: str = "alpha", language: str = "en") -> Findings:
    """Findings about one brand of a survey."""
    given = analyse_scores(dataset), instruments(), facts(dataset), brand
    return findings(*given, language=language)


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [
        ("en", "above the other brand on", "above the average of the other brands on"),
        ("ru", "выше другого бренда по", "выше среднего по остальным брендам по"),
    ],
)
def test_the_sentence_says_what_the_brand_is_compared_with(
    language: str, two: str, three: str
) -> None:
    """One other brand is "the other brand"; of several it is their average, not each of them."""
    ahead = {"alpha": 1.2}
    for sizes, words in (
        ({"alpha": 150, "beta": 150}, two),
        ({"alpha": 150, "beta": 150, "gamma": 150}, three),
    ):
        found = read(survey(sizes, shift=ahead), language=language)
        assert words in headline(Story(language, found))


def test_a_scale_alone_is_named_in_the_singular_in_russian() -> None:
    """«По шкале» for one dimension, «по шкалам» for several."""
    dataset = survey({"alpha": 150, "beta": 150}, shift={"alpha": 1.2})
    assert " по шкалам «" in headline(Story("ru", read(dataset, language="ru")))
    one = replace(dataset, keys=dataset.keys[:1])
    assert " по шкале «" in headline(Story("ru", read(one, language="ru")))


def test_page_one_warns_of_questions_that_do_not_go_together() -> None:
    """A dimension of noise carries a warning with its alpha; sound ones carry none."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    assert "hardly go together" not in words_of(read(dataset))
    answers = dataset.answers.copy()
    columns = dataset.columns(dataset.key("emotional").items)
    answers[:, columns] = np.random.default_rng(5).integers(1, 8, (dataset.n, len(columns)))
    found = read(replace(dataset, answers=answers))
    alpha = found.dimensions[1].reliability.alpha  # type: ignore[union-attr]
    assert alpha is not None
    assert alpha[0] < LOW_ALPHA
    assert "the questions behind emotional engagement (alpha " in words_of(found)


@pytest.mark.parametrize(
    ("q", "g", "said", "unsaid"),
    [
        (0.2, 0.3, "did not hold once all comparisons", "too small to count although"),
        (0.001, 0.05, "too small to count although", "did not hold once all comparisons"),
    ],
)
def test_why_an_interval_without_zero_is_about_the_same(
    q: float, g: float, said: str, unsaid: str
) -> None:
    """The number of comparisons is blamed only where it is the reason; else the size is."""
    found = read(four_brands()[0])
    row = found.dimensions[0]
    assert row.contrast is not None
    contrast = replace(row.contrast, q=q, g=g, lower=0.4, upper=4.0)
    beside = (replace(row.references[0], contrast=contrast, verdict=Verdict.SAME),)
    same = replace(row, contrast=contrast, verdict=Verdict.SAME, references=beside)
    told = words_of(replace(found, dimensions=(same,), headline="same"))
    assert said in told
    assert unsaid not in told


def test_outcomes_claim_no_association_and_name_what_is_bad_news() -> None:
    """Nothing is said to cause another; only of switching intention low is good, where asked."""
    dataset = four_brands()[0]
    text = words_of(read(dataset))
    assert "Nothing shows that one causes the other." in text
    assert "Switching intention (low is good)" in text
    others = tuple(key for key in dataset.keys if key.scale != "switching_intention")
    assert "low is good" not in words_of(read(replace(dataset, keys=others)))


def test_every_interview_is_accounted_for() -> None:
    """Interviews without any answer are counted beside those set aside and those flagged."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    answers = dataset.answers.copy()
    answers[:7] = MISSING
    text = words_of(read(replace(dataset, answers=answers)))
    assert "7 more complete or partial interviews had no answer" in text
    assert "no answer to these questions" not in words_of(read(dataset))


def test_an_interval_is_no_promise_about_another_survey() -> None:
    """Page one says what the line holds and how often, not where another survey would fall."""
    text = words_of(read(four_brands()[0]))
    assert "In about 95% of surveys an interval made in this way holds what asking everyone" in text
    assert "had other people" not in text


def test_a_brand_of_one_answer_gets_no_interval() -> None:
    """Everybody alike is no proof of certainty: the score is printed without an interval."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    answers = dataset.answers.copy()
    answers[dataset.brand == "alpha"] = 5
    row = read(replace(dataset, answers=answers)).dimensions[0]
    assert row.mean == pytest.approx(200 / 3)
    assert (row.lower, row.upper, row.contrast) == (None, None, None)


def test_uneven_bars_of_few_questions_are_said() -> None:
    """One question has eleven possible scores for five bars; ten questions have no such trouble."""
    dataset = survey({"alpha": 150, "beta": 150}, missing=0)
    single = replace(dataset.keys[-1], outcome=False)
    assert "for that reason alone" in words_of(read(replace(dataset, keys=(single,))))
    assert "for that reason alone" not in words_of(read(dataset))


def words_of(found: Findings) -> str:
    """All running text, notes, terms and names of rows of a scorecard."""
    return " ".join(text for block in _blocks(scorecard(found)) for text in _texts(block))


def _blocks(document: Document) -> tuple[Block, ...]:
    return tuple(document.blocks())


def _texts(block: Block) -> tuple[str, ...]:
    match block:
        case Paragraph():
            return (block.text,)
        case TableBlock():
            return (*block.notes, *(row[0].text for row in block.rows))
        case Facts() | FinePrint():
            return tuple(text for row in block.rows for text in row)
    return ()
