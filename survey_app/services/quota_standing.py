"""How full the quotas of a study are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.study import StudyState
from survey_app.services.fieldwork_steps import QUOTA
from survey_app.storage.answer_store import AnswerStore

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database


def filled_quotas(database: Database, study: Study) -> dict[str, int]:
    """Complete interviews by quota in the wave that is asked now, of the pilot while a study is
    being piloted; empty where there is no wave yet."""
    if not study.waves:
        return {}
    pilot = study.state is StudyState.PILOT
    return AnswerStore(database).sums(study.current_wave.id or 0, QUOTA, pilot=pilot)
