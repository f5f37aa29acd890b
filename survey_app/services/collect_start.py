"""What the start of an interview is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.route import Answered
from survey_app.domain.study import Mode, StudyError, whole_day
from survey_app.services.collect_change import starting_steps
from survey_app.services.collect_checks import digest
from survey_app.services.collect_errors import AnswerRefused
from survey_app.services.fieldwork_steps import Told, day_of

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.open_study import OpenBrand, OpenStudy
    from survey_app.storage.answer_records import Standing
    from survey_app.storage.tallies import Step


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a respondent came: `channel` is the way, `place` where a code hung, `device` the class of
    device, each empty where unknown; `person_id` the panel member in a pseudonymous study."""

    channel: str
    place: str = ""
    device: str = ""
    person_id: int | None = None


def begun(
    study: OpenStudy, brand: str, language: str, channel: str, moment: datetime
) -> list[Step]:
    """The sums that the start of an interview moves."""
    day = day_of(stamp(study, moment))
    facts = {"language": language, "channel": channel}
    answered = Answered({}, study.slots, (brand,) if brand else (), facts)
    return starting_steps(study, Told(day, study.version, brand, language, channel), answered)


def brand_asked(study: OpenStudy, code: str) -> OpenBrand | None:
    """The brand of a link or form, None where the respondent is asked for those they know. Raises
    AnswerRefused for a brand that is not asked about."""
    if study.design.asks_brands:
        return None
    try:
        return study.brand(code)
    except StudyError:
        raise AnswerRefused("This survey does not ask about that brand.") from None


def stamp(study: OpenStudy, moment: datetime) -> datetime:
    """A moment as it is stored: the day alone in an anonymous study."""
    # A fine time beside an answer would tell whose it is to anyone who knows when they answered.
    return whole_day(moment) if study.mode is Mode.ANONYMOUS else moment


def start_identity(
    standing: Standing, study: OpenStudy, code: str, language: str, identifier: str
) -> str:
    """What makes two starts the same: browser, brand, language, and the wave or pilot."""
    # A browser that tried a pilot, or answered in an earlier wave, begins anew.
    apart = ("pilot", study.version) if study.is_pilot else ("wave", standing.wave_id)
    return digest(study.key, code, language, identifier, *map(str, apart))
