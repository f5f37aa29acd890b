"""Questionnaires as paper: of a study, or of an instrument before there is a study."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from instruments.model import Item
from instruments.texts import in_language
from reports.paper.questionnaire import PaperError, PaperQuestionnaire, questionnaire_pdf
from reports.paper.questions import (
    AskedScale,
    OnlyAfter,
    paper_words,
    question_blocks,
)
from reports.paper.terms import paper_terms
from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.domain.consent_given import ConsentShown
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.open_study import open_study
from survey_app.domain.page import INSTRUCTED_ITEM, instructed_value
from survey_app.domain.paper_pages import paper_pages
from survey_app.domain.study import StudyVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Instrument
    from reports.paper.questions import QuestionBlock
    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.page import Page
    from survey_app.domain.paper_pages import PaperPage
    from survey_app.domain.study import Study

__all__ = [
    "PaperError",
    "asked_study",
    "consent_on_paper",
    "instrument_paper",
    "paper_blocks",
    "questionnaire_pdf",
    "study_paper",
]

_SHORT_KEY = 6


def asked_study(study: Study, version: int | None = None) -> OpenStudy:
    """A version of a study's questionnaire, read; the one that is asked now for none, and the
    draft before the first. Raises StudyError when there is no such version."""
    number = study.version if version is None else version
    found = (
        study.asked_version(number)
        if number
        else StudyVersion(0, study.content(), study.created_at)
    )
    instruments = read_instruments(found.content["instruments"])
    return open_study(study, found, instruments, in_field=True)


def paper_code(asked: OpenStudy, brand_code: str) -> str:
    """What tells study, version and brand to the person who types a paper in."""
    return f"{asked.key[:_SHORT_KEY]}-{asked.version}-{brand_code}"


def study_paper(
    asked: OpenStudy, *, language: str, brand_code: str, link: str = "", hand_in: str = ""
) -> PaperQuestionnaire:
    """A version of a study as paper about one brand, without a code to scan where `link` is empty.

    Raises
    ------
    StudyError
        the study has no such brand.
    PaperError
        it is not asked in that language, or not worded in it.
    """
    brand = asked.brand(brand_code).name(language)
    if language not in asked.languages:
        raise PaperError(
            f"The study is not asked in {language!r}. Choose one of {', '.join(asked.languages)}."
        )
    for instrument in asked.instruments:
        _require_worded(instrument, language)
    return PaperQuestionnaire(
        title=asked.title,
        brand=brand,
        language=language,
        code=paper_code(asked, brand_code),
        blocks=paper_blocks(asked, brand_code, language),
        consent=_paragraphs(asked.consent.get(language, "")),
        mode=asked.mode.value,
        link=link,
        hand_in=hand_in,
    )


def consent_on_paper(asked: OpenStudy, language: str) -> ConsentShown:
    """The text that the paper of a version bears and that is agreed to by handing it in."""
    consent = _paragraphs(asked.consent.get(language, ""))
    terms = paper_terms(consent, asked.mode.value, language)
    return ConsentShown(asked.version, language, terms.text)


def paper_blocks(asked: OpenStudy, brand_code: str, language: str) -> tuple[QuestionBlock, ...]:
    """The questions of a paper, numbered as the page has them on which answers are typed in."""
    pages = paper_pages(asked.pages, brand_code, language)
    brand = asked.brand(brand_code).name(language)
    return question_blocks([_asked(one, language, brand) for one in pages], language)


def instrument_paper(
    instruments: Sequence[Instrument], *, language: str, brand: str, link: str = ""
) -> PaperQuestionnaire:
    """Instruments as paper before there is a study, with the consent text to begin with.

    Raises
    ------
    PaperError
        an instrument has no wording in the language.
    """
    for instrument in instruments:
        _require_worded(instrument, language)
    scales = [scale for instrument in instruments for scale in instrument.scales]
    first = instruments[0]
    return PaperQuestionnaire(
        title=in_language(first.name, language, first.id),
        brand=brand,
        language=language,
        code=f"{first.id}-{first.version}",
        blocks=question_blocks([AskedScale(s, s.items, brand=brand) for s in scales], language),
        consent=_paragraphs(DEFAULT_CONSENT.get(language, DEFAULT_CONSENT["en"])),
        link=link,
    )


def _require_worded(instrument: Instrument, language: str) -> None:
    if not instrument.is_worded(language):
        raise PaperError(
            f"The instrument {instrument.id!r} has no wording in {language!r}. Choose another "
            "language, or lay the wording over it."
        )


def _asked(one: PaperPage, language: str, brand: str) -> AskedScale:
    page = one.page
    if page.scale is None:
        raise ValueError("Paper does not ask which brands are known.")
    after = tuple(
        OnlyAfter(condition.item, tuple(sorted(v for v in condition.values if isinstance(v, int))))
        for condition in one.conditions
    )
    return AskedScale(
        scale=page.scale,
        items=page.items,
        attention=_attention(page, language) if page.instructed else None,
        only_after=after,
        any_will_do=one.any_will_do,
        brand=brand,
    )


def _attention(page: Page, language: str) -> Item:
    value = instructed_value(page)
    labels = page.scale.format.labels.get(language, {}) if page.scale else {}
    words = paper_words(language)("attention", label=labels.get(value, str(value)))
    return Item(INSTRUCTED_ITEM, "attention", {language: words})


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())
