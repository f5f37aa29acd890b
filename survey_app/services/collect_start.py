"""What the start of an interview is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.domain.interview import Disposition
from survey_app.domain.position import Position
from survey_app.domain.route import Answered, route
from survey_app.domain.study import Mode, StudyError, new_key, whole_day
from survey_app.services.calibration import next_item
from survey_app.services.collect_checks import digest
from survey_app.services.collect_errors import AnswerRefused
from survey_app.services.fieldwork_steps import Told, start_steps, waits_at

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


def beginning(study: OpenStudy, brand: OpenBrand | None, language: str, channel: str) -> Position:
    """Where a new interview stands as it begins."""
    brands = (brand,) if brand else ()
    facts = {"language": language, "channel": channel}
    answered = Answered({}, study.slots, tuple(one.code for one in brands), facts)
    return Position(
        interview_key=new_key(),
        study=study,
        brands=brands,
        language=language,
        answered=answered,
        route=tuple(route(study.pages, study.design, answered, next_item)),
        disposition=Disposition.PARTIAL,
        finished=False,
        closed=False,
    )


def columns(begun: Position, arrival: Arrival) -> dict[str, Any]:
    """What is stored of an interview as it begins, but for when and by which start."""
    return {
        "key": begun.interview_key,
        "study_id": begun.study.id,
        "brand_id": begun.brand.id if begun.brand else None,
        "language": begun.language,
        "channel": begun.answered.facts["channel"],
        "finished_at": None,
        "disposition": begun.disposition,
        "background": {"place": arrival.place} if arrival.place else {},
        "version": begun.study.version,
        "pilot": begun.study.is_pilot,
        "person_id": arrival.person_id,
        "device": arrival.device,
    }


def starting_steps(begun: Position, day: str) -> list[Step]:
    """The sums that the start of an interview moves on a day."""
    facts = begun.answered.facts
    brand = begun.brand.code if begun.brand else ""
    told = Told(day, begun.study.version, brand, facts["language"], facts["channel"])
    return start_steps(told, waits_at(begun.route, ()))


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
