"""Typing paper questionnaires in: twice, compared, and then one interview for each paper."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Literal

from survey_app.domain.interview import new_interview_id
from survey_app.domain.paper_entry import (
    PAPER,
    PaperEntryError,
    PaperOutcome,
    PaperSheet,
    faults,
    paper_outcome,
    read_serial,
)
from survey_app.domain.study import Mode, StudyState, new_key, now, whole_day
from survey_app.services.fieldwork_sums import kept_of, steps_of
from survey_app.services.paper_questionnaire import consent_on_paper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork
    from survey_app.storage.tallies import Step

__all__ = [
    "PaperEntryError",
    "PaperSheet",
    "accepted_papers",
    "enter_first",
    "enter_second",
    "papers_of",
    "remove_second",
    "remove_sheet",
    "resolve",
    "takes_papers",
]

Choice = Literal["first", "second"]


def takes_papers(study: Study) -> bool:
    """Whether papers of a study can be typed in: while it is open or piloted, also after the field
    period in which they were filled in."""
    return study.state in {StudyState.OPEN, StudyState.PILOT} and bool(study.waves)


def papers_of(unit: UnitOfWork, study: Study) -> Sequence[PaperSheet]:
    """The papers of a study as it stands now, real ones or those of its pilot, in the order in
    which they were first typed in."""
    pilot = study.state is StudyState.PILOT
    return [one for one in unit.paper_sheets.of_study(study.id or 0) if one.pilot is pilot]


def accepted_papers(unit: UnitOfWork, study: Study) -> int:
    """How many papers of a study became interviews, real ones or those of its pilot."""
    pilot = study.state is StudyState.PILOT
    return len(unit.paper_sheets.taken(study.id or 0, pilot=pilot))


def enter_first(
    unit: UnitOfWork,
    study: Study,
    asked: OpenStudy,
    *,
    serial: str,
    wave: Wave,
    brand: OpenBrand,
    language: str,
    answers: Mapping[str, Answer],
    form_id: str,
    user_id: int,
    place: str = "",
) -> PaperSheet:
    """Keep the first entry of a paper. The same form sent again changes nothing.

    Raises
    ------
    PaperEntryError
        the study takes no papers, the serial number is none or was typed in before, an answer
        cannot be one, or there is none.
    """
    again = unit.paper_sheets.by_form(asked.id, form_id)
    if again is not None:
        return again
    _require_taking(study)
    kept = read_serial(serial)
    pilot = study.state is StudyState.PILOT
    waits = unit.paper_sheets.by_serial(asked.id, kept, pilot=pilot) is not None
    if waits or kept in unit.paper_sheets.taken(asked.id, pilot=pilot):
        raise PaperEntryError(
            f"Paper {kept} was typed in before. Check the number; if it is right, choose it among "
            "the papers that wait for their second entry."
        )
    _require_sound(asked, answers, brand.code, language)
    sheet = PaperSheet(
        study_id=asked.id,
        wave_id=wave.id or 0,
        brand_id=brand.id,
        serial=kept,
        language=language,
        version=asked.version,
        pilot=pilot,
        place=place,
        first=dict(answers),
        first_id=form_id,
        first_by=user_id,
    )
    unit.paper_sheets.add(sheet)
    return sheet


def enter_second(
    unit: UnitOfWork,
    study: Study,
    asked: OpenStudy,
    sheet: PaperSheet,
    *,
    answers: Mapping[str, Answer],
    form_id: str,
    user_id: int,
) -> bool:
    """Keep the second entry of a paper; True where both agree, so that it became an interview. The
    same form sent again changes nothing.

    Raises
    ------
    PaperEntryError
        the study takes no papers, the paper has its second entry, or an answer cannot be one.
    """
    if form_id == sheet.second_id:
        return False
    _require_taking(study)
    if sheet.second is not None:
        raise PaperEntryError(f"Paper {sheet.serial} has been typed in twice already.")
    _require_sound(asked, answers, _brand(asked, sheet).code, sheet.language)
    sheet.second = {question: answers.get(question) for question in sheet.first}
    sheet.second_id = form_id
    sheet.second_by = user_id
    if sheet.differences:
        return False
    _accept(unit, asked, sheet, sheet.first, user_id)
    return True


def resolve(
    unit: UnitOfWork,
    study: Study,
    asked: OpenStudy,
    sheet: PaperSheet,
    choices: Mapping[str, Choice],
    *,
    user_id: int,
) -> None:
    """Choose, for every difference, the entry that is as the paper has it, and make the interview.

    Raises
    ------
    PaperEntryError
        the study takes no papers, or a difference is left.
    """
    _require_taking(study)
    left = [question for question in sheet.differences if question not in choices]
    if left or sheet.second is None:
        raise PaperEntryError("Choose one of both entries wherever they differ.")
    second = sheet.second
    answers = {
        question: second[question] if choices.get(question) == "second" else answer
        for question, answer in sheet.first.items()
    }
    _accept(unit, asked, sheet, answers, user_id)


def remove_second(sheet: PaperSheet) -> None:
    """Forget the second entry, so that the paper waits for another one."""
    sheet.second = sheet.second_id = sheet.second_by = None


def remove_sheet(unit: UnitOfWork, sheet: PaperSheet) -> None:
    """Forget a paper that has become no interview, so that its number is free again."""
    unit.paper_sheets.remove(sheet)


def _require_taking(study: Study) -> None:
    if not takes_papers(study):
        raise PaperEntryError(
            "Papers are typed in while the study is open or piloted. Open it first."
        )


def _require_sound(
    asked: OpenStudy, answers: Mapping[str, Answer], brand_code: str, language: str
) -> None:
    wrong = [f"{name} {fault}" for name, fault in faults(asked, answers, brand_code, language)]
    if wrong:
        raise PaperEntryError(f"An answer cannot be one: {'; '.join(wrong)}.")
    paper_outcome(asked, answers, brand_code, language)


def _brand(asked: OpenStudy, sheet: PaperSheet) -> OpenBrand:
    return next(brand for brand in asked.brands if brand.id == sheet.brand_id)


def _accept(
    unit: UnitOfWork,
    asked: OpenStudy,
    sheet: PaperSheet,
    answers: Mapping[str, Answer],
    user_id: int,
) -> None:
    """Make the interview and forget the answers of the paper, in one transaction."""
    brand = _brand(asked, sheet)
    outcome = paper_outcome(asked, answers, brand.code, sheet.language)
    moment = whole_day(now()) if asked.mode is Mode.ANONYMOUS else now()
    row = _interview(asked, sheet, outcome, moment)
    unit.paper_sheets.make_interview(
        row,
        _pages(row["id"], outcome, moment),
        brand_ids=(brand.id,) if asked.design.asks_brands else (),
        steps=_steps(asked, row, brand, outcome),
        consent=consent_on_paper(asked, sheet.language),
    )
    unit.paper_sheets.take(sheet, user_id)


def _interview(
    asked: OpenStudy, sheet: PaperSheet, outcome: PaperOutcome, moment: datetime
) -> dict[str, Any]:
    anonymous = asked.mode is Mode.ANONYMOUS
    return {
        "id": new_interview_id(),
        "key": new_key(),
        "start_id": hashlib.sha256(new_key().encode()).hexdigest(),
        "study_id": sheet.study_id,
        "wave_id": sheet.wave_id,
        "brand_id": sheet.brand_id,
        "language": sheet.language,
        "channel": PAPER,
        "started_at": moment,
        "finished_at": moment,
        "disposition": outcome.disposition,
        "instructed_passed": outcome.passed,
        # The paper tells its respondent by which number the answers can be found, or that none can.
        "source_id": None if anonymous else f"{PAPER}-{sheet.serial}",
        "background": {"place": sheet.place} if sheet.place else {},
        "version": sheet.version,
        "pilot": sheet.pilot,
        "device": "",
    }


def _pages(interview_id: int, outcome: PaperOutcome, moment: datetime) -> list[dict[str, Any]]:
    return [
        {
            "interview_id": interview_id,
            "page": page.number,
            "submission_id": new_key(),
            "answers": answers,
            "item_order": page.questions,
            "seconds": None,
            "saved_at": moment,
        }
        for page, answers in outcome.pages
    ]


def _steps(
    asked: OpenStudy, row: Mapping[str, Any], brand: OpenBrand, outcome: PaperOutcome
) -> list[Step]:
    drawn = [brand.code] if asked.design.asks_brands else []
    pages = [(page.number, answers, None) for page, answers in outcome.pages]
    whole = {**row, "seconds": None}
    kept = kept_of(whole, brand.code, drawn, pages, asks_brands=asked.design.asks_brands)
    return steps_of(asked, kept)
