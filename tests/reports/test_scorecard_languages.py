"""A scorecard in every language in which scorecards are written, on either paper."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from reports.blocks import Facts, Heading, Paragraph, TableBlock
from reports.characters import MISSING_MARK, readable
from reports.pdf.theme import PAGE_SIZES
from reports.scorecard import scorecard, scorecard_pdf
from reports.sections.standing import headline
from reports.sections.story import Story
from survey_app.services.report import CHANNEL_WORDS, REPORT_LANGUAGES
from tests.reports.surveys import (
    INSTRUMENTS,
    alike_brands,
    facts,
    findings,
    instruments,
    unlike_brands,
)
from tests.reports.test_pdf_conformance import failures

if TYPE_CHECKING:
    from pathlib import Path

    from reports.findings import Findings

ADDED = ("de", "ar", "zh")
"""Languages whose conformance no other test judges."""
NAMES = {
    "de": "Donaudampfschifffahrtsgesellschaftskaffeehausbetriebsgesellschaft",
    "ar": "مقهى (الصباح) No 1",
    "zh": "晨光咖啡烘焙有限责任公司",
}
SURVEYS = {"alike": alike_brands, "unlike": unlike_brands}


@cache
def found(kind: str, language: str) -> Findings:
    """What may be said about a brand whose name is hard to set."""
    dataset, analysis, measurement = SURVEYS[kind]()
    brands = {"alpha": NAMES[language], "beta": "Beta & Co.", "gamma": "Γάμμα Бета"}
    return findings(
        analysis,
        instruments(*INSTRUMENTS),
        facts(dataset, brands=brands),
        "alpha",
        language=language,
        measurement=measurement,
        name_others=True,
    )


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ADDED)
@pytest.mark.parametrize("kind", SURVEYS)
def test_scorecards_conform(kind: str, language: str, size: Any, tmp_path: Path) -> None:
    """In letters of every direction the file stays PDF/A and PDF/UA, and says its language."""
    content = scorecard_pdf(found(kind, language), page_size=size)
    assert failures(content, tmp_path) == []
    reader = PdfReader(io.BytesIO(content))
    assert reader.root_object["/Lang"] == language
    width, height = PAGE_SIZES[size]
    box = reader.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((width, height), abs=0.01)


@pytest.mark.parametrize("language", ADDED)
def test_every_letter_is_drawn(language: str) -> None:
    """No sentence and no name has a letter that no font knows, and the same findings make the same
    bytes."""
    content = scorecard_pdf(found("alike", language))
    pages = PdfReader(io.BytesIO(content)).pages
    assert not any(MISSING_MARK in page.extract_text() for page in pages)
    assert content == scorecard_pdf(found("alike", language))


@pytest.mark.parametrize("language", ADDED)
@pytest.mark.parametrize("kind", SURVEYS)
def test_sentences_are_in_the_language(kind: str, language: str) -> None:
    """Headings, paragraphs and heads of tables are those of the language, not of English."""
    english = _sentences(scorecard(found_in_english(kind)))
    own = _sentences(scorecard(found(kind, language)))
    assert own
    assert not own & english


@cache
def found_in_english(kind: str) -> Findings:
    """The same in English."""
    dataset, analysis, measurement = SURVEYS[kind]()
    stated = facts(dataset, brands={"alpha": "Alpha", "beta": "Beta", "gamma": "Gamma"})
    return findings(
        analysis,
        instruments(*INSTRUMENTS),
        stated,
        "alpha",
        measurement=measurement,
        name_others=True,
    )


def _sentences(document: Any) -> set[str]:
    """Sentences of more than two words; names of dimensions and items are not translated."""
    texts: set[str] = set()
    for block in document.blocks():
        match block:
            case Heading(text=text) | Paragraph(text=text):
                texts.add(text)
            case TableBlock(columns=columns, notes=notes):
                texts |= {column.label for column in columns} | set(notes)
            case Facts(rows=rows):
                texts |= {term for term, _ in rows}
    return {readable(text) for text in texts if len(text) > 30}


def test_every_language_names_channels() -> None:
    """Whatever language a scorecard is written in, it has words for the channels of answers."""
    assert set(CHANNEL_WORDS) == set(REPORT_LANGUAGES) == {"en", "ru", *ADDED}
    assert {frozenset(words) for words in CHANNEL_WORDS.values()} == {
        frozenset(CHANNEL_WORDS["en"])
    }


@pytest.mark.parametrize(
    ("language", "said", "never"),
    [
        ("de", "bei Gedanken", "gedanken"),
        ("ar", "الأفكار", "engagement"),
        ("zh", "认知", "engagement"),
    ],
)
def test_scales_are_named_in_the_language_of_the_report(
    language: str, said: str, never: str
) -> None:
    """The first sentence names them as the questionnaire does; German nouns keep their capitals."""
    sentence = headline(Story(language, found("alike", language)))
    assert said in sentence
    assert never not in sentence
