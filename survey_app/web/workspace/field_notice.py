"""Why a study that is open takes no answers at the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.field_period import next_wave
from survey_app.domain.study import StudyState, now
from survey_app.web.local_time import local_words

if TYPE_CHECKING:
    from survey_app.domain.study import Study


def field_notice(study: Study) -> str:
    """Why an open study takes no answers now; empty where it takes some, or is not open."""
    moment = now()
    if study.state is not StudyState.OPEN or study.wave_in_field(moment) is not None:
        return ""
    coming = next_wave(study, moment)
    if coming is None:
        return "All waves are over: customers read that the survey is closed."
    return (
        f"No wave is in the field. {coming.name} opens on {local_words(coming.opens_at)}; until "
        "then customers read when it opens."
    )


def opening_notice(study: Study) -> str:
    """What the waves of a study mean for opening it now; empty where answers are taken at once."""
    moment = now()
    if not study.waves or study.wave_in_field(moment) is not None:
        return ""
    coming = next_wave(study, moment)
    if coming is None:
        return "All its waves are over, so that nobody could answer. Change its waves first."
    return (
        f"No wave is in the field now. {coming.name} opens by itself on "
        f"{local_words(coming.opens_at)}; until then customers read when it opens."
    )
