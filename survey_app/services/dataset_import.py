"""Answers of a file as interviews of a study, in bulk."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING
from survey_app.domain.frozen_instruments import instruments_of
from survey_app.domain.interview import Disposition, new_interview_id
from survey_app.domain.page import Page, pages
from survey_app.domain.questionnaire import Design, default_blocks
from survey_app.domain.study import StudyError, StudyState, Wave, new_key, now
from survey_app.services.dataset import saved_id
from survey_app.services.fieldwork_sums import sums_of_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork


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
    pages_of: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    rows = []
    for page, interview in _page_rows(study, dataset, interviews):
        rows.append({"interview_id": ids[interview["start_id"]], **page})
        pages_of.setdefault(interview["start_id"], []).append((page["page"], page["answers"]))
    unit.interviews.add_pages(rows)
    unit.tallies.move(
        sums_of_file(
            study,
            (
                (row, str(brand), pages_of.get(row["start_id"], ()))
                for row, brand in zip(interviews, dataset.brand.tolist(), strict=True)
            ),
        )
    )
    if study.state is StudyState.DRAFT:
        study.state = StudyState.CLOSED
    unit.flush()
    return len(interviews)


def _interview_rows(study: Study, dataset: Dataset) -> list[dict[str, Any]]:
    moment = now()
    # Identifiers in the order of the file, so that the answers are read back in it.
    ids = sorted({new_interview_id() for _ in range(dataset.n)})
    brand_ids = {brand.code: brand.id for brand in study.brands}
    wave_ids = {wave.code: wave.id for wave in study.waves}
    wave_ids[""] = study.current_wave.id
    return [
        {
            "id": ids[row],
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
            "version": study.version,
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
        unit.interviews.source_ids(saved_id(study.id)) & set(respondents),
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
    """A file knows no order: every item once, as the instruments have them."""
    instruments = instruments_of(study)
    return pages(instruments, Design(default_blocks(instruments)))


def _start_id(study: Study, respondent: str) -> str:
    # Made from the file's own identifier, so that two imports at once cannot add it twice.
    digest = hashlib.sha256(respondent.encode()).hexdigest()[:32]
    return f"import:{study.id}:{digest}"


def _number(value: np.float64) -> float | None:
    return None if math.isnan(value) else float(value)


def _flag(value: np.float64) -> bool | None:
    return None if math.isnan(value) else bool(value)
