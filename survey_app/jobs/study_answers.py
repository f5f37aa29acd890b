"""The study, the wave and the answers that a job is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.job import JobError
from survey_app.services.analyse import Analysed, AnalysisCache, analyse_study
from survey_app.services.fieldwork_told import FieldworkTold, fieldwork_told

if TYPE_CHECKING:
    from survey_app.domain.study import Study, Wave
    from survey_app.jobs.kinds import Arguments, Units
    from survey_app.storage.database import UnitOfWork


def read_fieldwork(units: Units, arguments: Arguments, analysed: Analysed) -> FieldworkTold:
    """What a report is told of the fieldwork. Raises JobError when the study is gone."""
    with units() as unit:
        study = _study(unit, arguments)
        return fieldwork_told(unit, study, wave_of(study, arguments["wave"]), analysed.dataset)


def read(units: Units, arguments: Arguments) -> tuple[Study, Wave | None, Analysed]:
    """The study, the wave and the answers that a job is about. Raises JobError when they are
    gone."""
    with units() as unit:
        study = _study(unit, arguments)
        wave = wave_of(study, arguments["wave"])
        minimum_n = arguments["minimum_n"]
        return (
            study,
            wave,
            analyse_study(unit, study, wave, cache=AnalysisCache(), minimum_n=minimum_n),
        )


def _study(unit: UnitOfWork, arguments: Arguments) -> Study:
    study = unit.studies.by_id(arguments["study_id"])
    if study is None:
        raise JobError("The study is no longer there.")
    return study


def wave_of(study: Study, code: str | None) -> Wave | None:
    """The wave with a code, None for all waves. Raises JobError for a code that the study lacks."""
    if code is None:
        return None
    for wave in study.waves:
        if wave.code == code:
            return wave
    raise JobError(f"The study has no wave {code!r}.")
