"""What a manager reads of what customers do: small charts, their words, and what is doubted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from page import ValidationProfile, validate_pdf

from instruments.load import shipped
from psychometrics.analysis import ScoreAnalysis, analyse_scores
from psychometrics.dataset import MISSING
from reports.blocks import ChartBlock, ChartGrid, Document, Heading, Paragraph, Section, SideBySide
from reports.charts.primitives import Text
from reports.facts import SurveyFacts
from reports.findings import findings
from reports.pdf.layout import render_document
from reports.sections.behaviour import behaviour
from reports.sections.story import PHONE, WIDTH, Story
from reports.survey import Survey
from survey_app.demo import coffee

if TYPE_CHECKING:
    from pathlib import Path

    from psychometrics.dataset import Dataset
    from reports.blocks import Block
    from reports.charts.primitives import Chart

FACTS = SurveyFacts("Tracker", brands={each.code: each.name("en") for each in coffee.brands()})
LANGUAGES = ("en", "ru", "de", "ar")


@cache
def tracker() -> tuple[Dataset, ScoreAnalysis]:
    """The last wave of the simulated study of coffee houses."""
    dataset = coffee.answers([shipped(name) for name in coffee.INSTRUMENTS])
    wave = dataset.select(dataset.wave == "2026-3")
    return wave, analyse_scores(wave)


@cache
def blocks(
    brand: str,
    language: str = "en",
    *,
    width: float = WIDTH,
    names: tuple[str, ...] = coffee.INSTRUMENTS,
) -> tuple[Block, ...]:
    """The part of the scorecard of a coffee house about what its customers do."""
    dataset, analysis = tracker()
    asked = [shipped(name) for name in names]
    survey = Survey(analysis, asked, FACTS, dataset=dataset)
    return tuple(
        behaviour(Story(language, findings(survey, brand, language=language), width=width))
    )


def document(*found: Block, language: str = "en") -> Document:
    """Blocks as a document of their own."""
    section = Section("actions", "What customers do", found)
    return Document("Coffee", "Autumn", language, (section,), "")


def charts(found: tuple[Block, ...]) -> dict[str, Chart]:
    """Every chart by its name."""
    return document(*found).charts()


def letters(chart: Chart) -> str:
    """Everything that is written in a chart."""
    return " ".join(shape.text for shape in chart.primitives if isinstance(shape, Text))


def notes(found: tuple[Block, ...]) -> str:
    """All paragraphs."""
    said = document(*found).blocks()
    return " ".join(block.text for block in said if isinstance(block, Paragraph))


def test_one_chart_for_each_typology_and_one_for_feeling() -> None:
    """Three in a row; the fourth stands beside what the charts mean."""
    heading, opening, grid, beside = blocks("aurora")
    assert isinstance(heading, Heading)
    assert isinstance(opening, Paragraph)
    assert isinstance(grid, ChartGrid)
    assert isinstance(beside, SideBySide)
    assert [chart.name for chart in grid.charts] == [
        "behaviour-degrees",
        "behaviour-ladder",
        "behaviour-levels",
    ]
    assert isinstance(beside.left[0], ChartBlock)
    assert beside.left[0].name == "behaviour-valence"
    assert beside.left[0].caption.startswith("Positive and negative engagement, n = 1")


def test_a_chart_is_told_in_words_too() -> None:
    """The alternative text has each class with its share, interval and the mean of the others."""
    dataset, analysis = tracker()
    rows = analysis.kept & (dataset.brand == "aurora")
    read = dataset.numeric(["act_read"])[rows, 0]
    known = read[read == read]
    share = f"{(known >= 3).mean():.0%}"
    alt = charts(blocks("aurora"))["behaviour-ladder"].alt
    assert f"Spectators: {share}" in alt
    assert "Mean of the others" in alt
    assert "read or watch" in alt


def test_steps_say_how_many_go_on_and_groups_do_not() -> None:
    """Only a funnel is numbered, and tells who is left of those before."""
    drawn = charts(blocks("aurora"))
    assert "go on" in letters(drawn["behaviour-levels"])
    assert "go on" not in letters(drawn["behaviour-ladder"])


def test_the_doubt_is_stated() -> None:
    """That understanding and applying can be measured by asking is doubted on the same page."""
    said = notes(blocks("aurora"))
    assert "†\xa0Whether understanding can be measured this way is doubted" in said
    assert "†\xa0Whether applying can be measured this way is doubted" in said
    assert charts(blocks("aurora"))["behaviour-levels"].alt.count("with doubt") >= 2


def test_definitions_and_sources_are_given() -> None:
    """From which answer something counts, who thought of it, and the highest degrees."""
    said = notes(blocks("aurora"))
    assert "counts from the answer “Every month”. Source: Li, C., & Bernoff, J. (2008)" in said
    assert "Highest degree reached: Adoption " in said
    assert "never set off against each other" in said


def test_few_answers_are_told_with_caution() -> None:
    """68 interviews are shown with a caution, 190 without."""
    assert "rest on fewer than 100 people" in notes(blocks("copper"))
    assert "fewer than 100 people" not in notes(blocks("aurora"))
    assert blocks("dune") == ()


def test_what_too_few_answered_is_named_but_not_shown() -> None:
    """Where 25 answered the checklist it is named as not shown, beside what enough answered."""
    dataset, analysis = tracker()
    asked = [shipped(name) for name in coffee.INSTRUMENTS]
    answers = dataset.answers.copy()
    late = np.flatnonzero(dataset.brand == "aurora")[25:]
    activities = [item.id for item in asked[-2].items()]
    answers[np.ix_(late, dataset.columns(activities))] = MISSING
    survey = Survey(analysis, asked, FACTS, dataset=replace(dataset, answers=answers))
    found = tuple(behaviour(Story("en", findings(survey, "aurora"))))
    assert sorted(charts(found)) == ["behaviour-levels", "behaviour-valence"]
    assert (
        "Not shown, since fewer than 30 people answered: Degrees of engagement and Ladder of "
        "participation."
    ) in notes(found)


def test_nothing_is_printed_where_nothing_was_asked() -> None:
    """A study without checklists has no such part."""
    assert blocks("aurora", names=("core_engagement", "satisfaction")) == ()


@pytest.mark.parametrize(
    ("names", "grids"),
    [
        (("core_engagement", "engagement_levels"), [1]),
        (("core_engagement", "behaviour_checklist"), [2]),
        (("core_engagement", "behaviour_checklist", "engagement_levels"), [3]),
    ],
)
def test_no_chart_stands_alone_in_a_row_of_three(names: tuple[str, ...], grids: list[int]) -> None:
    """One chart shares its row with the notes, two or three stand together."""
    found = blocks("aurora", names=names)
    if grids == [1]:
        assert any(isinstance(block, SideBySide) for block in found)
        assert len(charts(found)) == 1
    else:
        assert [len(block.charts) for block in found if isinstance(block, ChartGrid)] == grids
        assert not any(isinstance(block, SideBySide) for block in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_laid_out_for_everybody(tmp_path: Path, language: str) -> None:
    """The part makes an accessible PDF on one page, on paper, in each language."""
    path = tmp_path / "part.pdf"
    made = document(*blocks("aurora", language), language=language)
    path.write_bytes(render_document(made))
    checked = validate_pdf(path, profile=ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in checked.failures] == []


def test_charts_for_a_phone_have_its_width() -> None:
    """On a phone charts stand below each other, each as wide as the screen."""
    assert {chart.width for chart in charts(blocks("aurora", width=PHONE)).values()} == {PHONE}
