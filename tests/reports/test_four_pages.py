"""A scorecard of the usual study takes four pages, whatever its language, brands and waves."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from psychometrics.analysis import ScoreAnalysis, analyse_scores
from reports.blocks import FinePrint
from reports.findings import findings as findings_of
from reports.pdf.fine_print import FinePrintColumns
from reports.pdf.text import paragraph
from reports.pdf.theme import FINE_PRINT, PageSize
from reports.scorecard import MOST_PAGES, scorecard, scorecard_pdf
from reports.survey import EarlierWave, Survey
from tests.reports.surveys import LONG_NAME, facts, instruments, survey

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset

LANGUAGES = ("en", "ru", "de", "ar", "zh")
GROUPS = {"age": ["18–29", "30–49", "50–64"], "gender": ["woman", "man"]}


@cache
def wave(brands: int, number: int) -> tuple[Dataset, ScoreAnalysis]:
    """One wave about some brands; the first of them is ahead."""
    each = 260 if brands < 100 else 40
    rng = np.random.default_rng(number)
    sizes = {f"b{place:04d}": each for place in range(brands)}
    shift = {code: float(rng.normal(0.3 if code == "b0000" else 0, 0.2)) for code in sizes}
    dataset = survey(sizes, shift=shift, seed=number + 1)
    background = {name: rng.choice(codes, dataset.n) for name, codes in GROUPS.items()}
    dataset = replace(dataset, background=background)
    return dataset, analyse_scores(dataset)


@cache
def study(brands: int, waves: int, name: str = "Alpha & Söhnlein") -> Survey:
    """The core questionnaire with three outcomes, two background variables and a target market."""
    dataset, analysis = wave(brands, 0)
    names = {f"b{place:04d}": f"Brand {place}" for place in range(brands)} | {"b0000": name}
    return Survey(
        analysis,
        instruments(),
        facts(dataset, brands=names),
        dataset=dataset,
        earlier=tuple(
            EarlierWave(f"Spring {2025 - back}", wave(brands, back)[1])
            for back in range(waves - 1, 0, -1)
        ),
        target={"age": ["18–29"]},
    )


def text_of(told: Survey, language: str, size: PageSize = "A4") -> list[str]:
    """The text of every page of the first brand's scorecard."""
    pdf = scorecard_pdf(findings_of(told, "b0000", language=language), page_size=size)
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("waves", [1, 3, 9])
@pytest.mark.parametrize("brands", [1, 4, 20])
def test_any_number_of_brands_and_waves_takes_four_pages(
    brands: int, waves: int, language: str, size: PageSize
) -> None:
    """All that is told fits, in every language and on both sizes of paper."""
    pages = text_of(study(brands, waves), language, size)
    assert len(pages) <= MOST_PAGES
    assert study(brands, waves).facts.fingerprint[:40] in "".join(pages).replace("\n", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thousand_brands_take_four_pages(language: str) -> None:
    """However many brands there are, they are drawn together and the page count stays."""
    assert len(text_of(study(1000, 1), language)) == MOST_PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_with_all_brands_named_takes_four_pages(language: str) -> None:
    """A name of sixty letters stands in every chart and question and costs no page."""
    told = replace(study(4, 3, LONG_NAME), name_others=True)
    assert len(text_of(told, language)) == MOST_PAGES


def test_only_a_study_without_deeds_is_held_to_four_pages() -> None:
    """The usual scorecard wishes for four pages and has no annex."""
    document = scorecard(findings_of(study(4, 3), "b0000", language="en"))
    assert document.most_pages == MOST_PAGES
    assert not [section for section in document.sections if section.id == "deeds"]


def test_fine_print_goes_on_over_pages_and_loses_nothing() -> None:
    """Entries are split between pages in their order, at least two in each column."""
    entries = [paragraph(f"entry {place} " + "word " * 30, FINE_PRINT) for place in range(20)]
    whole = FinePrintColumns(entries)
    canvas = Canvas(io.BytesIO())
    _, height = whole.wrapOn(canvas, 500, 1000)
    _, first, second = whole.split(500, height / 2)
    assert isinstance(first, FinePrintColumns)
    assert isinstance(second, FinePrintColumns)
    assert [*first.entries, *second.entries] == entries
    assert first.wrapOn(canvas, 500, 1000)[1] <= height / 2
    assert len(second.entries) >= 4
    assert whole.split(500, 20) == []


def test_the_method_box_is_told_in_fine_print() -> None:
    """The last section of every scorecard is made of nothing else but its headings."""
    document = scorecard(findings_of(study(4, 3), "b0000", language="en"))
    assert document.sections[-1].id == "method"
    assert sum(isinstance(block, FinePrint) for block in document.sections[-1].blocks) == 2
