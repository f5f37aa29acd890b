"""How fieldwork stands, from the sums that are kept beside the answers: nothing is counted here."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from psychometrics.screening import SPEED_SHARE
from survey_app.domain.answer_quality import CLEAR, FLAGS, RAISED
from survey_app.domain.duration import binned_median, count_below
from survey_app.domain.fieldwork import (
    Count,
    DayCount,
    FieldworkProgress,
    FlagCount,
    PageCount,
    QuotaCount,
)
from survey_app.domain.interview import Disposition
from survey_app.domain.study import StudyError
from survey_app.services.fieldwork_steps import (
    ASKED,
    BEGUN,
    CAME,
    COMPLETED,
    ENDED,
    FINISHED,
    KINDS,
    MOVED,
    NO_PAGE,
    QUOTA,
    STARTED,
    TIMED,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

SPEED = "speed"

_COMPLETE = Disposition.COMPLETE.value
_LANGUAGE, _CHANNEL = range(2)


def progress(unit: UnitOfWork, study: Study, wave: Wave | None = None) -> FieldworkProgress:
    """How the fieldwork of a study stands, of one wave or of all. Pilots count for nothing.

    Quotas are those of the wave, of the current one for all. Raises StudyError for a study that
    was never saved.
    """
    if study.id is None:
        raise StudyError("The study has not been saved yet.")
    waves = [wave] if wave is not None else study.waves
    sums = _Sums(unit, waves)
    return FieldworkProgress(
        started=sum(sums.all(BEGUN).values()),
        completed=sum(sums.all(FINISHED).values()),
        median_seconds=binned_median(_durations(sums.all(TIMED))),
        by_wave={one.code: sums.count(one) for one in waves if one.id in sums.waves},
        by_brand=_by_brand(sums),
        by_language=_by(sums, _LANGUAGE),
        by_channel=_by(sums, _CHANNEL),
        by_disposition=_dispositions(sums),
        pages=_pages(sums),
        flags=_flags(sums.all(TIMED)),
        flags_by_wave={
            one.code: _flags(timed) for one in waves if (timed := sums.of_wave(one, TIMED))
        },
        days=_days(sums),
        quotas=_quotas(unit, study, wave),
    )


def totals(unit: UnitOfWork, studies: Sequence[Study]) -> dict[int, Count]:
    """How many interviews of some studies were started and completed, by the study's identifier."""
    ids = [study.id for study in studies if study.id is not None]
    started = unit.tallies.totals(ids, BEGUN)
    completed = unit.tallies.totals(ids, ENDED, f"|{_COMPLETE}")
    return {one: Count(started.get(one, 0), completed.get(one, 0)) for one in ids}


class _Sums:
    """The sums of some waves by kind."""

    def __init__(self, unit: UnitOfWork, waves: Sequence[Wave]) -> None:
        self._by_kind: dict[str, Counter[str]] = defaultdict(Counter)
        self._of_waves: dict[int, dict[str, Counter[str]]] = {}
        ids = [wave.id for wave in waves if wave.id is not None]
        for wave_id, kind, code, n in unit.tallies.of_waves(ids, KINDS):
            if n:
                self._by_kind[kind][code] += int(n)
                kinds = self._of_waves.setdefault(wave_id, defaultdict(Counter))
                kinds[kind][code] += int(n)

    @property
    def waves(self) -> frozenset[int]:
        """Identifiers of the waves of which anything is known."""
        return frozenset(self._of_waves)

    def all(self, kind: str) -> Mapping[str, int]:
        """The sums of a kind by code."""
        return self._by_kind[kind]

    def of_wave(self, wave: Wave, kind: str) -> Mapping[str, int]:
        """The sums of a kind in a wave, by code."""
        return self._of_waves.get(wave.id or 0, {}).get(kind, {})

    def count(self, wave: Wave) -> Count:
        """What was started and completed in a wave."""
        begun, finished = self.of_wave(wave, BEGUN), self.of_wave(wave, FINISHED)
        return Count(sum(begun.values()), sum(finished.values()))


def _by(sums: _Sums, part: int) -> dict[str, Count]:
    started, completed = _parts(sums.all(CAME), part), _parts(sums.all(FINISHED), part)
    return {code: Count(started[code], completed[code]) for code in sorted(started)}


def _parts(groups: Mapping[str, int], part: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for code, n in groups.items():
        # A channel comes from an address and may hold anything; it stands last.
        found[code.split("|", 1)[part]] += n
    return found


def _by_brand(sums: _Sums) -> dict[str, Count]:
    started, completed = Counter(sums.all(STARTED)), Counter(sums.all(COMPLETED))
    drawn = sums.all(ASKED)
    if drawn:
        # They are started without a brand, which is drawn later.
        started.pop("", None)
    started.update(drawn)
    return {code: Count(started[code], completed[code]) for code in sorted(started)}


def _dispositions(sums: _Sums) -> dict[str, int]:
    ended: Counter[str] = Counter()
    for code, n in sums.all(ENDED).items():
        ended[code.rpartition("|")[2]] += n
    partial = sum(sums.all(BEGUN).values()) - sum(ended.values())
    ended[Disposition.PARTIAL.value] += partial
    ended[Disposition.WITHDRAWN.value] += sum(sums.all(WITHDRAWN).values())
    order = [disposition.value for disposition in Disposition]
    return {code: ended[code] for code in order if ended[code]}


def _pages(sums: _Sums) -> tuple[PageCount, ...]:
    shown: Counter[tuple[int, int]] = Counter()
    left: Counter[tuple[int, int]] = Counter()
    for code, n in sums.all(BEGUN).items():
        _, version, page = code.split("|")
        shown[int(version), int(page)] += n
    for code, n in sums.all(MOVED).items():
        _, version, pages = code.split("|")
        before, after = pages.split(">")
        left[int(version), int(before)] += n
        shown[int(version), int(after)] += n
    for code, n in sums.all(ENDED).items():
        _, version, page, _ = code.split("|")
        left[int(version), int(page)] += n
    found = [
        PageCount(version, number, n, n - left[version, number])
        for (version, number), n in shown.items()
    ]
    return tuple(sorted(found, key=_order))


def _order(page: PageCount) -> tuple[int, bool, int]:
    return -page.version, page.number == NO_PAGE, page.number


def _durations(timed: Mapping[str, int]) -> dict[int, int]:
    bins: Counter[int] = Counter()
    for code, n in timed.items():
        number = code.partition("|")[0]
        if number:
            bins[int(number)] += n
    return bins


def _flags(timed: Mapping[str, int]) -> tuple[FlagCount, ...]:
    raised: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for code, n in timed.items():
        for flag, letter in zip(FLAGS, code.partition("|")[2], strict=True):
            raised[flag] += n if letter == RAISED else 0
            judged[flag] += n if letter in (RAISED, CLEAR) else 0
    durations = _durations(timed)
    median = binned_median(durations)
    if median is not None:
        judged[SPEED] = sum(durations.values())
        raised[SPEED] = count_below(durations, SPEED_SHARE * median)
    return tuple(FlagCount(flag, judged[flag], raised[flag]) for flag in (*FLAGS, SPEED))


def _days(sums: _Sums) -> tuple[DayCount, ...]:
    started: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    for code, n in sums.all(BEGUN).items():
        started[code.partition("|")[0]] += n
    for code, n in sums.all(ENDED).items():
        if code.endswith(f"|{_COMPLETE}"):
            completed[code.partition("|")[0]] += n
    return tuple(
        DayCount(date.fromisoformat(day), n, completed[day])
        for day, n in sorted(started.items())
        if day
    )


def _quotas(unit: UnitOfWork, study: Study, wave: Wave | None) -> tuple[QuotaCount, ...]:
    asked = study.design.get("quotas", ())
    if not asked or not study.waves:
        return ()
    of = wave or study.current_wave
    filled = {code: int(n) for _, _, code, n in unit.tallies.of_waves([of.id or 0], [QUOTA])}
    return tuple(
        QuotaCount(each["id"], each["name"], filled.get(each["id"], 0), each["limit"])
        for each in asked
    )
