"""The study of an address, for its researcher only; anybody else is told that there is none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from survey_app.services.study import study_for
from survey_app.web.audited import follow_changes
from survey_app.web.current import database, signed_in_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


@contextmanager
def reading(key: str) -> Iterator[tuple[UnitOfWork, Study]]:
    """The study of this researcher, to be read; error 404 for any other."""
    with database().reading() as unit:
        yield unit, _own(unit, key)


@contextmanager
def writing(key: str) -> Iterator[tuple[UnitOfWork, Study]]:
    """The study of this researcher, to be changed; kept only when the unit is committed, and then
    in the audit trail too."""
    with database().writing() as unit:
        study = _own(unit, key)
        follow_changes(unit, study)
        yield unit, study


def wave_of(study: Study, code: str | None) -> Wave | None:
    """The wave with a code, the latest for none; None while there is no wave at all.

    Error 404 for a code that the study does not have.
    """
    if not study.waves:
        return None
    if code is None:
        return study.current_wave
    for wave in study.waves:
        if wave.code == code:
            return wave
    raise NotFound


def _own(unit: UnitOfWork, key: str) -> Study:
    study = study_for(unit, signed_in_user(), key)
    if study is None:
        raise NotFound
    return study
