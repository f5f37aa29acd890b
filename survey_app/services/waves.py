"""Waves of a study: their field periods, and whether they were asked the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from survey_app.domain.differences import differences
from survey_app.domain.field_period import FieldPeriodError, in_order, next_wave, overlaps
from survey_app.domain.study import StudyError, StudyState, Wave, now
from survey_app.domain.text import one_line
from survey_app.services.dataset import saved_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from survey_app.domain.difference import Difference
    from survey_app.domain.field_period import FieldPeriod
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

LONGEST_NAME = 200
MOST_WAVES = 100


@dataclass(frozen=True, slots=True)
class VersionStep:
    """How a version asked in a wave differs from one asked in the wave before."""

    before: int
    after: int
    found: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class WaveDifferences:
    """What differs between two waves that follow each other.

    Parameters
    ----------
    before, after : the waves. steps : each version of the one beside each of the other, so that
        what was left out in between and then asked otherwise is found; none where both were asked
        the same version.
    known : False where a wave was imported, so that nobody knows what it was asked.
    """

    before: Wave
    after: Wave
    steps: tuple[VersionStep, ...]
    known: bool = True

    @property
    def same(self) -> bool:
        """Whether both waves were asked the same wording, scales and order."""
        return self.known and not any(step.found for step in self.steps)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a study opens next, and the IANA name of the time zone of its researcher."""

    moment: datetime
    zone: str


def add_wave(study: Study, name: str, period: FieldPeriod) -> Wave:
    """Add a wave behind those that open before it.

    Raises
    ------
    StudyError
        the study is closed, the name is empty, or two waves would be in the field at once.
    """
    _require_not_closed(study)
    if len(study.waves) >= MOST_WAVES:
        raise StudyError(f"A study has at most {MOST_WAVES} waves.")
    taken = {wave.code for wave in study.waves}
    code = next(str(number) for number in range(1, MOST_WAVES + 2) if str(number) not in taken)
    wave = Wave(code, _checked_name(study, name), position=len(study.waves) + 1)
    study.waves.append(wave)
    _give(study, wave, period)
    return wave


def change_wave(unit: UnitOfWork, study: Study, wave: Wave, name: str, period: FieldPeriod) -> None:
    """Rename a wave and give it a field period.

    Raises
    ------
    StudyError
        as `add_wave`, and where a wave with answers would open later than now.
    """
    _require_not_closed(study)
    late = period.opens_at is not None and period.opens_at > now()
    if late and period.opens_at != wave.opens_at and wave.code in _answered(unit, study):
        raise FieldPeriodError(
            f"{wave.name} has answers already, so that it cannot open later than now. Add a wave "
            "for the later time."
        )
    wave.name = _checked_name(study, name, wave)
    _give(study, wave, period)


def remove_wave(unit: UnitOfWork, study: Study, wave: Wave) -> None:
    """Remove a wave without answers.

    Raises
    ------
    StudyError
        the study is closed, it is its only wave, or interviews belong to it, real ones or those
        of a pilot.
    """
    _require_not_closed(study)
    if study.state is not StudyState.DRAFT and len(study.waves) == 1:
        raise StudyError("A study that was opened has at least one wave.")
    if unit.versions.interviews_of(wave.id or 0):
        raise StudyError(
            f"{wave.name} holds answers, of customers or of a pilot. Keep it; answers of a pilot "
            "can be deleted."
        )
    study.waves.remove(wave)
    _order(study)


def waves_differences(unit: UnitOfWork, study: Study) -> tuple[WaveDifferences, ...]:
    """What differs in wording, scales, order and rules between each wave and the one before it.

    Of a wave the versions count that its interviews were asked; a wave without interviews will be
    asked the one that is asked now.
    """
    asked = unit.versions.by_wave(saved_id(study.id))
    known = {version.number: version for version in study.versions if not version.pilot}
    compared = []
    for before, after in pairwise(sorted(study.waves, key=lambda wave: wave.position)):
        versions = [asked.get(wave.code) or _asked_now(study, known) for wave in (before, after)]
        numbers = {*versions[0], *versions[1]}
        if not all(number in known for number in numbers) or not all(versions):
            compared.append(WaveDifferences(before, after, (), known=False))
            continue
        steps = tuple(
            VersionStep(old, new, differences(known[old].content, known[new].content))
            for old, new in sorted({(min(pair), max(pair)) for pair in product(*versions)})
            if old != new
        )
        compared.append(WaveDifferences(before, after, steps))
    return tuple(compared)


def begun_waves(unit: UnitOfWork, study: Study) -> list[Wave]:
    """The waves that there may be something to report of, in their order; answers of files may come
    before a wave begins."""
    moment = now()
    return [
        wave
        for wave in sorted(study.waves, key=lambda wave: wave.position)
        if wave.opens_at is None
        or wave.opens_at <= moment
        or unit.versions.real_interviews_of(wave.id or 0) > 0
    ]


def next_opening(unit: UnitOfWork, study_key: str) -> Opening | None:
    """When a study that was opened is in the field next; None where it will not be."""
    study = unit.studies.by_key(study_key)
    if study is None or study.state is not StudyState.OPEN:
        return None
    coming = next_wave(study, now())
    owner = unit.users.by_id(study.owner_id or 0)
    if coming is None or coming.opens_at is None:
        return None
    return Opening(coming.opens_at, owner.time_zone if owner else "UTC")


def _asked_now(study: Study, known: Mapping[int, object]) -> Sequence[int]:
    return [study.version] if study.version in known else []


def _answered(unit: UnitOfWork, study: Study) -> set[str]:
    return set(unit.versions.by_wave(saved_id(study.id)))


def _give(study: Study, wave: Wave, period: FieldPeriod) -> None:
    begun = (
        study.state is StudyState.OPEN
        and wave.first_day is not None
        and (wave.opens_at is None or wave.opens_at <= now())
    )
    wave.opens_at, wave.closes_at = period.opens_at, period.closes_at
    clash = next((pair for pair in overlaps(study.waves) if wave in pair), None)
    if clash is not None:
        first, second = clash
        raise FieldPeriodError(
            f"{first.name} and {second.name} would be in the field at once, and answers could "
            f"belong to either. Let {first.name} end before {second.name} begins."
        )
    # The days of reports: on which it really was in the field, as far as that is past.
    wave.first_day = wave.first_day if begun else period.first_day
    wave.last_day = period.last_day
    _order(study)


def _order(study: Study) -> None:
    for position, wave in enumerate(in_order(study.waves), start=1):
        wave.position = position


def _checked_name(study: Study, name: str, own: Wave | None = None) -> str:
    told = one_line(name)
    if not told or len(told) > LONGEST_NAME:
        raise StudyError(f"Give the wave a name of 1 to {LONGEST_NAME} characters.")
    if any(wave.name == told for wave in study.waves if wave is not own):
        raise StudyError(f"There is a wave {told!r} already. Choose another name.")
    return told


def _require_not_closed(study: Study) -> None:
    if study.state is StudyState.CLOSED:
        raise StudyError("The study is closed; its waves stay as they are.")
