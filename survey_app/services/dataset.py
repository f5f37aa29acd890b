"""The answers of a study as the Dataset of an analysis, and what was written in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.frozen_instruments import instruments_of, read_instruments
from survey_app.domain.page import INSTRUCTED_ITEM, instructed_value, pages
from survey_app.domain.questionnaire import read_design
from survey_app.domain.scoring_keys import background_items, items_asked, open_items, scoring_keys
from survey_app.domain.study import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Row

    from instruments.model import Instrument
    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class StudyAnswers:
    """The answers of a study.

    Parameters
    ----------
    dataset : one row for each brand of each interview. texts : what was written, by open item, one
        text for each row, "" where none. version : (n,) of the questionnaire that was asked.
    device : (n,) class of device, "" where unknown. person : (n,) random key of the panel member
        in a pseudonymous study, "" elsewhere. interview : (n,) name of the interview, the same in
        all its rows.
    """

    dataset: Dataset
    texts: Mapping[str, Sequence[str]]
    version: Sequence[int]
    device: Sequence[str]
    person: Sequence[str] = ()
    interview: Sequence[str] = ()

    def people(self, rows: NDArray[np.bool_]) -> tuple[NDArray[np.str_], ...]:
        """By what the people behind some rows, a mask (n,), are called besides `respondent`."""
        every = self.interview, self.person
        return tuple(np.array(names, np.str_)[rows] for names in every if names)


def dataset_of(
    unit: UnitOfWork, study: Study, *, wave: str | None = None, pilot: bool = False
) -> Dataset:
    """The answers of a study by points, or of one wave by its code; see `answers_of`."""
    return answers_of(unit, study, wave=wave, pilot=pilot).dataset


def answers_of(
    unit: UnitOfWork, study: Study, *, wave: str | None = None, pilot: bool = False
) -> StudyAnswers:
    """All answers of a study, or of one wave by its code; one query for each table.

    Rows stand in the order of the identifiers of interviews, so that the same answers always give
    the same fingerprint; an interview about several brands has a row for each, which share a
    `cluster`. `seconds` is the duration that a file brought, else the sum over all submitted pages;
    pages about the person are divided among the brands. `instructed` is known for an interview
    that broke off after the item, too. Interviews without a single answer are there, as partial.
    """
    study_id = saved_id(study.id)
    instruments = instruments_of(study)
    rows = _Rows(study, instruments)
    interviews = unit.interviews.rows(study_id, wave, pilot=pilot)
    rows.place(interviews, unit.interviews.brand_rows(study_id, wave, pilot=pilot))
    for page in unit.interviews.page_rows(study_id, wave, pilot=pilot):
        rows.take(page)
    return rows.answers()


class _Rows:
    """Answers as they are gathered from the pages; a later page overwrites an earlier one."""

    def __init__(self, study: Study, instruments: Sequence[Instrument]) -> None:
        self._study = study
        self._instruments = instruments
        self._items = items_asked(instruments)
        self._column = {item: number for number, item in enumerate(self._items)}
        self._slots = {version.number: _slots(version.content) for version in study.versions}
        self._instructed = {
            value for version in study.versions for value in _instructed_values(version.content)
        }

    def place(self, interviews: Sequence[Row[Any]], brands: Sequence[Row[Any]]) -> None:
        """Give every brand of every interview its row."""
        several: dict[int, list[str]] = {}
        for each in brands:
            several.setdefault(each.interview_id, []).append(each.brand)
        self._of_row: list[Row[Any]] = []
        self._brand: list[str] = []
        self._row: dict[int, range] = {}
        for one in interviews:
            asked = several.get(one.id, [one.brand])
            self._row[one.id] = range(len(self._brand), len(self._brand) + len(asked))
            self._brand += asked
            self._of_row += [one] * len(asked)
        n = len(self._brand)
        self._version = {one.id: one.version for one in interviews}
        self._matrix: NDArray[np.int16] = np.full((n, len(self._items)), MISSING, np.int16)
        self._seconds: NDArray[np.float64] = np.full(n, np.nan)
        self._texts = {item: [""] * n for item in open_items(self._instruments)}
        self._passed: list[float | None] = [
            None if one.instructed_passed is None else float(one.instructed_passed)
            for one in self._of_row
        ]

    def take(self, page: Row[Any]) -> None:
        """Take in one submitted page."""
        rows = self._row[page.interview_id]
        slots = self._slots.get(self._version[page.interview_id], {})
        slot = slots.get(page.page, 0) if len(rows) > 1 else 0
        at = rows[slot - 1 : slot] if slot else rows
        for item, answer in page.answers.items():
            self._take_answer(at, rows, item, answer)
        if page.seconds is not None:
            for row in at:
                self._seconds[row] = np.nansum([self._seconds[row], page.seconds / len(at)])

    def _take_answer(self, at: range, rows: range, item: str, answer: Answer) -> None:
        if item in self._column and not isinstance(answer, str):
            self._matrix[at.start : at.stop, self._column[item]] = (
                MISSING if answer is None else answer
            )
        elif item in self._texts:
            for row in at:
                self._texts[item][row] = str(answer or "")
        elif item == INSTRUCTED_ITEM and answer is not None:
            for row in rows:
                self._passed[row] = float(answer in self._instructed)

    def answers(self) -> StudyAnswers:
        """What was gathered."""
        rows = self._of_row
        imported = np.array([np.nan if r.seconds is None else r.seconds for r in rows], np.float64)
        clustered = len(rows) != len({_cluster(row) for row in rows})
        dataset = Dataset.build(
            self._matrix,
            self._items,
            scoring_keys(self._instruments),
            respondent=self._respondents(),
            brand=self._brand,
            wave=[row.wave for row in rows],
            language=[row.language for row in rows],
            channel=[row.channel for row in rows],
            disposition=[row.disposition.value for row in rows],
            seconds=np.where(np.isnan(imported), self._seconds, imported),
            instructed=[math.nan if value is None else value for value in self._passed],
            simulated=self._study.simulated,
            background=self._background(),
            cluster=[_cluster(row) for row in rows] if clustered else None,
        )
        return StudyAnswers(
            dataset,
            self._texts,
            version=[row.version for row in rows],
            device=[row.device for row in rows],
            person=[row.person for row in rows],
            interview=[_name(row) for row in rows],
        )

    def _respondents(self) -> list[str]:
        names = []
        for row, one in enumerate(self._of_row):
            own = self._row[one.id]
            names.append(f"{_name(one)}-{row - own.start + 1}" if len(own) > 1 else _name(one))
        return names

    def _background(self) -> dict[str, list[str]]:
        """What is known of the people, by variable in order of appearance; "" where unknown."""
        known = [row.background for row in self._of_row]
        names = dict.fromkeys(name for row in known for name in row)
        told = {name: [row.get(name, "") for row in known] for name in names}
        for item, form in background_items(self._instruments).items():
            column = self._matrix[:, self._column[item]]
            if (column != MISSING).any():
                told[item] = [_label(form.wording_of(value), value) for value in column.tolist()]
        return told


def _label(wording: Mapping[str, str], value: int) -> str:
    return "" if value == MISSING else wording.get("en", str(value))


def _name(row: Row[Any]) -> str:
    return str(row.source_id or f"interview-{row.id}")


def _cluster(row: Row[Any]) -> str:
    return f"interview-{row.id}" if row.person_id is None else f"person-{row.person_id}"


def _slots(content: Mapping[str, Any]) -> dict[int, int]:
    return {page.number: page.slot for page in _pages(content)}


def _instructed_values(content: Mapping[str, Any]) -> set[int]:
    return {instructed_value(page) for page in _pages(content) if page.instructed}


def _pages(content: Mapping[str, Any]) -> Sequence[Any]:
    instruments = read_instruments(content["instruments"])
    return pages(
        instruments,
        read_design(content["design"], instruments),
        brands=[brand["code"] for brand in content["brands"]],
        instructed_item=content["instructed_item"],
    )


def saved_id(study_id: int | None) -> int:
    """The identifier of a stored study. Raises StudyError for one that was never saved."""
    if study_id is None:
        raise StudyError("The study has not been saved yet.")
    return study_id
