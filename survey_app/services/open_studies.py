"""The launched versions of studies that a process has read, as respondents meet them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.open_study import open_study
from survey_app.domain.study import StudyVersion
from survey_app.services.collect_errors import StudyClosed

if TYPE_CHECKING:
    from survey_app.domain.open_study import OpenStudy
    from survey_app.storage.answer_records import Standing
    from survey_app.storage.database import Database


class OpenStudies:
    """Reads a version once; whether it is open is said anew each time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._studies: dict[tuple[str, int], OpenStudy] = {}

    def at(self, study_key: str, standing: Standing) -> OpenStudy:
        """A version of a study, standing so. Raises StudyClosed where there is no such study."""
        name = (study_key, standing.version)
        known = self._studies.get(name)
        if known is None:
            known = self._studies[name] = self._read(study_key, standing)
        if known.state is standing.state and known.in_field is standing.in_field:
            return known
        return replace(known, state=standing.state, in_field=standing.in_field)

    def _read(self, study_key: str, standing: Standing) -> OpenStudy:
        with self._database.reading() as unit:
            study = unit.studies.by_key(study_key)
            if study is None:
                raise StudyClosed("This survey is not open.")
            # Imported answers answer no version.
            version = (
                study.asked_version(standing.version)
                if standing.version
                else StudyVersion(0, study.content(), study.created_at)
            )
            instruments = read_instruments(version.content["instruments"])
            return open_study(study, version, instruments, in_field=standing.in_field)
