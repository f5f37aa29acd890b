"""A paper questionnaire typed in twice: what differs, and the interview that it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.domain.interview import Disposition
from survey_app.domain.page import INSTRUCTED_ITEM, instructed_value
from survey_app.domain.paper_pages import PAPER, paper_design, paper_facts, paper_pages
from survey_app.domain.questionnaire import BRAND
from survey_app.domain.route import Answered, route
from survey_app.domain.study import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer

_SERIAL = re.compile(r"[A-Z0-9]([A-Z0-9-]{0,18}[A-Z0-9])?")


class PaperEntryError(ValueError):
    """A paper cannot be taken. The message says why and how to mend it."""


@dataclass(eq=False)
class PaperSheet:
    """One paper by its serial number, unique in a study, while it waits to become an interview.

    `first` and `second` are the answers as they were typed in one time and the next, `first_id` and
    `second_id` the identifiers of the forms that brought them, so that a form sent twice counts
    once. Once it is an interview the sheet is gone: kept is who typed in which numbers, and nothing
    leads from a number to an interview.
    """

    study_id: int
    wave_id: int
    brand_id: int
    serial: str
    language: str
    version: int
    pilot: bool
    place: str
    first: dict[str, Answer]
    first_id: str
    first_by: int
    second: dict[str, Answer] | None = None
    second_id: str | None = None
    second_by: int | None = None
    key: str = field(default_factory=new_key)
    id: int | None = None

    @property
    def differences(self) -> tuple[str, ...]:
        """Questions whose answers differ between both entries; none before the second."""
        if self.second is None:
            return ()
        return tuple(
            question for question, answer in self.first.items() if answer != self.second[question]
        )


@dataclass(frozen=True, slots=True)
class PaperOutcome:
    """What a paper becomes: the pages with an answer, by number and in order; how it ended;
    whether the instructed item was passed, None where it was not answered; and all answers that
    count, with the facts that quotas may ask for."""

    pages: tuple[tuple[Page, dict[str, Answer]], ...]
    disposition: Disposition
    passed: bool | None
    known: dict[str, Answer]


def read_serial(text: str) -> str:
    """A serial number as it is kept: capitals, and without the zeros that fill up the cells.

    Raises
    ------
    PaperEntryError
        it is none.
    """
    serial = text.strip().upper()
    serial = serial.lstrip("0") or "0" if serial.isdigit() else serial
    if not serial.isascii() or not _SERIAL.fullmatch(serial):
        raise PaperEntryError(
            "Write the serial number as it stands on the paper: digits, letters and hyphens, at "
            "most 20."
        )
    return serial


def paper_outcome(
    study: OpenStudy, answers: Mapping[str, Answer], brand_code: str, language: str
) -> PaperOutcome:
    """The interview that typed answers make.

    Answers to questions that the respondent should have skipped do not count. It is complete when
    every page on the way that has boxes has an answer; otherwise partial, ending with the last page
    that has one.

    Raises
    ------
    PaperEntryError
        nothing at all is answered.
    """
    way = _way(study, answers, brand_code, language)
    filled = [place for place, page in enumerate(way) if _has_answer(page, answers)]
    if not filled:
        raise PaperEntryError("Nothing is answered on this paper. Leave it out.")
    complete = all(
        place in filled or (page.scale is not None and page.scale.format.in_words)
        for place, page in enumerate(way)
    )
    kept = way if complete else way[: filled[-1] + 1]
    pages = tuple((page, {name: answers.get(name) for name in page.questions}) for page in kept)
    merged = {name: answer for _, page in pages for name, answer in page.items()}
    return PaperOutcome(
        pages=pages,
        disposition=Disposition.COMPLETE if complete else Disposition.PARTIAL,
        passed=_passed(way, merged.get(INSTRUCTED_ITEM)),
        known={**merged, **paper_facts(brand_code, language)},
    )


def _way(
    study: OpenStudy, answers: Mapping[str, Answer], brand_code: str, language: str
) -> list[Page]:
    """The pages that these answers lead through."""
    pages = [one.page for one in paper_pages(study.pages, brand_code, language)]
    facts = paper_facts(brand_code, language)
    given: dict[int, Mapping[str, Answer]] = {}
    way: list[Page] = []
    # An answer on a page that was to be skipped must not open another one.
    for place, page in enumerate(pages, start=1):
        answered = Answered(
            pages=given,
            slots={one.number: one.slot for one in pages},
            brands=(brand_code,),
            facts={name: str(fact) for name, fact in facts.items() if name != BRAND},
        )
        shown = route(pages[:place], paper_design(study.design), answered, lambda _, __: None)
        if shown and shown[-1] is page:
            given[page.number] = {name: answers.get(name) for name in page.questions}
            way.append(page)
    return way


def _has_answer(page: Page, answers: Mapping[str, Answer]) -> bool:
    return any(answers.get(name) is not None for name in page.questions)


def _passed(way: list[Page], answer: Answer) -> bool | None:
    if answer is None:
        return None
    return any(page.instructed and answer == instructed_value(page) for page in way)


def faults(
    study: OpenStudy, answers: Mapping[str, Answer], brand_code: str, language: str
) -> Iterator[tuple[str, str]]:
    """Questions whose typed answer cannot be one, each with why."""
    for one in paper_pages(study.pages, brand_code, language):
        for name in one.page.questions:
            fault = one.page.fault(answers.get(name))
            if fault:
                yield name, fault


__all__ = [
    "PAPER",
    "PaperEntryError",
    "PaperOutcome",
    "PaperSheet",
    "faults",
    "paper_outcome",
    "read_serial",
]
