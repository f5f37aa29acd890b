"""Answers between the database and the Dataset of an analysis, in bulk, both ways."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.frozen_instruments import instruments_of
from survey_app.domain.interview import (
    INSTRUCTED_ITEM,
    Disposition,
    Page,
    instructed_value,
    pages,
)
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.domain.study import StudyError, StudyState, Wave, new_key, now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork


def dataset_of(unit: UnitOfWork, study: Study, *, wave: str | None = None) -> Dataset:
    """The answers of a study, or of one wave by its code; one query for each table.

    Rows stand in the order in which the interviews were begun, so that the same answers always
    give the same fingerprint. `seconds` is the duration that a file brought, else the sum over all
    submitted pages. `instructed` is known for an interview that broke off after the item, too.
    Interviews without a single answer are there, as partial.
    """
    instruments = instruments_of(study)
    keys, items = scoring_keys(instruments), items_asked(instruments)
    rows = unit.interviews.rows(_known(study.id), wave)
    row_of = {row.id: number for number, row in enumerate(rows)}
    columns = _Columns(len(rows), items)
    for page in unit.interviews.page_rows(_known(study.id), wave):
        columns.take(row_of[page.interview_id], page.answers, page.seconds)
    return Dataset.build(
        columns.answers,
        items,
        keys,
        respondent=[row.source_id or f"interview-{row.id}" for row in rows],
        brand=[row.brand for row in rows],
        wave=[row.wave for row in rows],
        language=[row.language for row in rows],
        channel=[row.channel for row in rows],
        disposition=[row.disposition.value for row in rows],
        seconds=_seconds([row.seconds for row in rows], columns.seconds),
        instructed=_instructed([row.instructed_passed for row in rows], columns, study),
        simulated=study.simulated,
        background=_background([row.background for row in rows]),
    )


def _background(rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """What is known of the people, by variable in order of appearance; "" where unknown."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name, "") for row in rows] for name in names}


class _Columns:
    """Answers as they are gathered from the pages; a later page overwrites an earlier one."""

    def __init__(self, n: int, items: Sequence[str]) -> None:
        self.answers: NDArray[np.int16] = np.full((n, len(items)), MISSING, np.int16)
        self.seconds: NDArray[np.float64] = np.full(n, np.nan)
        self.instructed_answer: dict[int, int | None] = {}
        self._column = {item: number for number, item in enumerate(items)}

    def take(self, row: int, answers: dict[str, int | None], seconds: float | None) -> None:
        for item, answer in answers.items():
            if item == INSTRUCTED_ITEM:
                self.instructed_answer[row] = answer
            else:
                self.answers[row, self._column[item]] = MISSING if answer is None else answer
        if seconds is not None:
            self.seconds[row] = np.nansum([self.seconds[row], seconds])


def _seconds(imported: Sequence[float | None], summed: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.array([np.nan if value is None else value for value in imported], np.float64)
    return np.where(np.isnan(known), summed, known)


def _instructed(
    stored: Sequence[bool | None], columns: _Columns, study: Study
) -> list[float | None]:
    expected = {instructed_value(page) for page in _pages(study) if page.instructed}
    passed: list[float | None] = [None if value is None else float(value) for value in stored]
    for row, answer in columns.instructed_answer.items():
        if answer is not None:
            passed[row] = float(answer in expected)
    return [math.nan if value is None else value for value in passed]


def import_dataset(unit: UnitOfWork, study: Study, dataset: Dataset) -> int:
    """Keep the answers of a Dataset as interviews of a study; the number of interviews added.

    Dispositions, durations and the identifiers of the file are kept. The study takes them at any
    time; a draft is closed by it, since its questionnaire is frozen from now on. A study without
    waves gets those of the data, in order of appearance.

    Raises
    ------
    StudyError
        an item, brand, wave or disposition is unknown to the study, an interview is there twice or
        was imported before, or the data are weighted.
    """
    _require_importable(study, dataset)
    _require_new(unit, study, dataset)
    _add_waves(study, dataset)
    unit.flush()
    interviews = _interview_rows(study, dataset)
    ids = unit.interviews.add_all(interviews)
    unit.interviews.add_pages(
        [
            {"interview_id": ids[interview["start_id"]], **page}
            for page, interview in _page_rows(study, dataset, interviews)
        ]
    )
    if study.state is StudyState.DRAFT:
        study.state = StudyState.CLOSED
    unit.flush()
    return len(interviews)


def _interview_rows(study: Study, dataset: Dataset) -> list[dict[str, Any]]:
    moment = now()
    brand_ids = {brand.code: brand.id for brand in study.brands}
    wave_ids = {wave.code: wave.id for wave in study.waves}
    wave_ids[""] = study.current_wave.id
    return [
        {
            "key": new_key(),
            "start_id": _start_id(study, str(dataset.respondent[row])),
            "study_id": study.id,
            "wave_id": wave_ids[str(dataset.wave[row])],
            "brand_id": brand_ids.get(str(dataset.brand[row])),
            "language": str(dataset.language[row]),
            "channel": str(dataset.channel[row]),
            "started_at": moment,
            "finished_at": moment,
            "disposition": Disposition(str(dataset.disposition[row])),
            "seconds": _number(dataset.seconds[row]),
            "instructed_passed": _flag(dataset.instructed[row]),
            "source_id": str(dataset.respondent[row]),
            "background": {
                name: str(codes[row]) for name, codes in dataset.background.items() if codes[row]
            },
        }
        for row in range(dataset.n)
    ]


def _page_rows(
    study: Study, dataset: Dataset, interviews: Sequence[dict[str, Any]]
) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Each page with at least one answer, beside its interview; pages in questionnaire order."""
    for page in _pages(study):
        items = [item.id for item in page.items if item.id in dataset.item_ids]
        values = dataset.answers[:, dataset.columns(items)]
        for row in np.flatnonzero((values != MISSING).any(axis=1)).tolist():
            answers = [None if value == MISSING else int(value) for value in values[row]]
            yield (
                {
                    "page": page.number,
                    "submission_id": f"import:{page.number}",
                    "answers": dict(zip(items, answers, strict=True)),
                    "item_order": items,
                    "seconds": None,
                    "saved_at": interviews[row]["started_at"],
                },
                interviews[row],
            )


def _require_importable(study: Study, dataset: Dataset) -> None:
    asked = {item.id for page in _pages(study) for item in page.items}
    known_waves = {wave.code for wave in study.waves}
    _refuse("item", set(dataset.item_ids) - asked, "Choose the study's own instrument.")
    _refuse(
        "brand",
        set(dataset.brand.tolist()) - {"", *(brand.code for brand in study.brands)},
        "Add the brand to the study first.",
    )
    if known_waves:
        _refuse(
            "wave",
            set(dataset.wave.tolist()) - {"", *known_waves},
            "Use the codes of the study's waves.",
        )
    _refuse(
        "disposition",
        set(dataset.disposition.tolist()) - set(Disposition),
        f"The dispositions are {', '.join(Disposition)}.",
    )
    _refuse("language", _unfit(dataset.language, 35), "Use tags such as 'en'.")
    _refuse("channel", _unfit(dataset.channel, 40), "Use words of at most 40 letters.")
    for name, codes in dataset.background.items():
        unfit = _unfit(codes, 200) | _unfit(np.array([name]), 200)
        _refuse("background", unfit, "Use printable names and codes of at most 200 letters.")
    if dataset.weight is not None:
        raise StudyError(
            "The data are weighted, but a study keeps no weights. Analyse the file itself instead."
        )


def _require_new(unit: UnitOfWork, study: Study, dataset: Dataset) -> None:
    respondents = Counter(dataset.respondent.tolist())
    _refuse(
        "identifier",
        {name for name, count in respondents.items() if count > 1 or not name}
        | _unfit(dataset.respondent, 200),
        "Give every interview its own identifier of 1 to 200 characters.",
    )
    _refuse(
        "identifier",
        unit.interviews.source_ids(_known(study.id)) & set(respondents),
        "Interviews with these identifiers were imported before; nothing was added.",
    )


def _unfit(column: NDArray[np.str_], length: int) -> set[str]:
    values = set(column.tolist())
    return {value for value in values if len(value) > length or not value.isprintable()}


def _refuse(noun: str, codes: set[str], mend: str) -> None:
    if codes:
        shown = ", ".join(repr(code[:60]) for code in sorted(codes)[:5])
        more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
        raise StudyError(f"The study cannot take the {noun} {shown}{more}. {mend}")


def _add_waves(study: Study, dataset: Dataset) -> None:
    if study.waves:
        return
    codes = [code for code in dict.fromkeys(dataset.wave.tolist()) if code] or ["1"]
    study.waves = [
        Wave(code=code, name=f"Wave {code}", position=position)
        for position, code in enumerate(codes, start=1)
    ]


def _pages(study: Study) -> tuple[Page, ...]:
    instruments = instruments_of(study)
    return pages(instruments, instructed_item=study.instructed_item)


def _start_id(study: Study, respondent: str) -> str:
    # Made from the file's own identifier, so that two imports at once cannot add it twice.
    digest = hashlib.sha256(respondent.encode()).hexdigest()[:32]
    return f"import:{study.id}:{digest}"


def _number(value: np.float64) -> float | None:
    return None if math.isnan(value) else float(value)


def _flag(value: np.float64) -> bool | None:
    return None if math.isnan(value) else bool(value)


def _known(study_id: int | None) -> int:
    if study_id is None:
        raise StudyError("The study has not been saved yet.")
    return study_id
