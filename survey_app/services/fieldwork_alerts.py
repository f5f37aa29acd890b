"""Noticing that a quota is full or that more respondents stop at a page, from the sums of
fieldwork, so that its researcher gets a mail."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from survey_app.domain.alert import Alert, AlertKind
from survey_app.domain.break_off import FEWEST, Stops, has_jumped, level, look_at
from survey_app.domain.fieldwork import PageCount
from survey_app.domain.study import StudyState
from survey_app.services.fieldwork_pages import page_names
from survey_app.services.fieldwork_steps import BEGUN, ENDED, MOVED, NO_PAGE, QUOTA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

SETTLED = timedelta(hours=1)
"""Whoever has not gone on after so long has stopped."""
BETWEEN_SNAPSHOTS = timedelta(minutes=5)
SILENCE = timedelta(days=7)
"""How long no second mail is sent about the same page."""

Place = tuple[str, int, int]
"""Day, version and page."""


@dataclass(slots=True)
class _Seen:
    """What was seen of a wave: who had been shown which page at some moments of the last hour and a
    bit, kept in memory only, and the looks that were taken."""

    snapshots: deque[tuple[datetime, Mapping[Place, int]]] = field(default_factory=deque)
    looks: set[tuple[Place, int | None]] = field(default_factory=set)

    def settled(self, moment: datetime) -> Mapping[Place, int]:
        """Who had been shown which page an hour ago."""
        while len(self.snapshots) > 1 and self.snapshots[1][0] <= moment - SETTLED:
            self.snapshots.popleft()
        if self.snapshots and self.snapshots[0][0] <= moment - SETTLED:
            return self.snapshots[0][1]
        return {}

    def remember(self, moment: datetime, shown: Mapping[Place, int]) -> None:
        """Keep how things stand, now and then."""
        if not self.snapshots or moment - self.snapshots[-1][0] >= BETWEEN_SNAPSHOTS:
            self.snapshots.append((moment, dict(shown)))


class FieldworkWatch:
    """Looks at the fieldwork of every open study. One for each process that looks."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def new_alerts(self, unit: UnitOfWork, moment: datetime) -> list[Alert]:
        """Events of which no mail tells yet, not kept yet. Studies that want none have none."""
        return [
            alert
            for study in unit.studies.all()
            if study.state is StudyState.OPEN and not unit.alerts.are_off(study.id or 0)
            for wave in study.waves
            if wave.in_field(moment)
            for alert in self._of_wave(unit, study, wave, moment)
        ]

    def _of_wave(
        self, unit: UnitOfWork, study: Study, wave: Wave, moment: datetime
    ) -> Iterator[Alert]:
        told = unit.alerts.events(wave.id or 0)
        for event, what in [
            *_full_quotas(unit, study, wave),
            *self._jumps(unit, study, wave, moment),
        ]:
            if not _is_told(event, told, moment):
                yield Alert(
                    study_id=study.id or 0,
                    wave_id=wave.id or 0,
                    reader_id=study.owner_id or 0,
                    event=event,
                    told={"wave": wave.name, **what},
                    noticed_at=moment,
                )

    def _jumps(
        self, unit: UnitOfWork, study: Study, wave: Wave, moment: datetime
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = self._seen.setdefault(wave.id or 0, _Seen())
        shown, left = _shown_and_left(unit, wave)
        seen.remember(moment, shown)
        settled = seen.settled(moment)
        for day in _days_to_judge(moment):
            over = _is_over(day, moment)
            reached = shown if over else settled
            places = _judged(day, reached, shown)
            for place in places:
                look = None if over else look_at(reached[place])
                if (place, look) in seen.looks:
                    continue
                seen.looks.add((place, look))
                stopped = max(0, reached[place] - left[place])
                stops = Stops(reached[place], stopped)
                before = _before(place, shown, left)
                if has_jumped(before, stops, level(look, len(places))):
                    yield _event(study, place, before, stops)


def _full_quotas(
    unit: UnitOfWork, study: Study, wave: Wave
) -> Iterator[tuple[str, dict[str, Any]]]:
    quotas = study.design.get("quotas", ())
    if not quotas:
        return
    rows = unit.tallies.of_waves([wave.id or 0], [QUOTA])
    filled = {code: int(n) for _, _, code, n in rows}
    for each in quotas:
        if 0 < each["limit"] <= filled.get(each["id"], 0):
            event = f"{AlertKind.QUOTA_FILLED}:{each['id']}:{each['limit']}"
            yield event, {"name": each["name"] or each["id"], "limit": each["limit"]}


def _shown_and_left(unit: UnitOfWork, wave: Wave) -> tuple[Counter[Place], Counter[Place]]:
    shown: Counter[Place] = Counter()
    left: Counter[Place] = Counter()
    for _, kind, code, n in unit.tallies.of_waves([wave.id or 0], [BEGUN, MOVED, ENDED]):
        day, version, rest = code.split("|", 2)
        page, _, then = rest.partition(">")
        if kind == BEGUN:
            shown[day, int(version), int(page)] += int(n)
        elif kind == MOVED:
            left[day, int(version), int(page)] += int(n)
            shown[day, int(version), int(then)] += int(n)
        else:
            left[day, int(version), int(page.partition("|")[0])] += int(n)
    return shown, left


def _days_to_judge(moment: datetime) -> tuple[str, str]:
    today = moment.date()
    return (today - timedelta(days=1)).isoformat(), today.isoformat()


def _is_over(day: str, moment: datetime) -> bool:
    return (moment - SETTLED).date() > date.fromisoformat(day)


def _judged(day: str, reached: Mapping[Place, int], shown: Mapping[Place, int]) -> list[Place]:
    history: Counter[tuple[int, int]] = Counter()
    for (other, version, page), n in shown.items():
        if other and other < day:
            history[version, page] += n
    return sorted(
        place
        for place, n in reached.items()
        if place[0] == day
        and place[2] != NO_PAGE
        and n >= FEWEST
        and history[place[1], place[2]] >= FEWEST
    )


def _before(place: Place, shown: Mapping[Place, int], left: Mapping[Place, int]) -> Stops:
    day, *page = place
    days = [one for one in shown if one[0] and one[0] < day and list(one[1:]) == page]
    n = sum(shown[one] for one in days)
    return Stops(n, n - sum(left.get(one, 0) for one in days))


def _event(study: Study, place: Place, before: Stops, day: Stops) -> tuple[str, dict[str, Any]]:
    on, version, page = place
    names = page_names(study, [PageCount(version, page, day.shown, day.stopped)])
    return f"{AlertKind.BREAK_OFF}:{version}:{page}:{on}", {
        "day": on,
        # One version needs no number; a pilot's is never asked in the field.
        "version": version if sum(not one.pilot for one in study.versions) > 1 else 0,
        "page": page,
        "name": names.get((version, page), f"Page {page}"),
        "shown": day.shown,
        "stopped": day.stopped,
        "before": before.share,
    }


def _is_told(event: str, told: Iterable[str], moment: datetime) -> bool:
    """Whether a mail tells of an event already, or told of the same page in the last days."""
    if event.startswith(AlertKind.QUOTA_FILLED):
        return event in told
    about, _, _ = event.rpartition(":")
    since = (moment - SILENCE).date().isoformat()
    return any(one.rpartition(":")[0] == about and one.rpartition(":")[2] > since for one in told)
