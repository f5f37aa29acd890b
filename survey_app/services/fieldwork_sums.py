"""The sums of fieldwork worked out from the interviews themselves: for answers that come from a
file, for interviews that are taken out, and to set sums right that were never kept."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.interview import Disposition
from survey_app.domain.open_study import OpenStudy, open_study
from survey_app.domain.page import BRAND_MARK, pages
from survey_app.domain.paper_pages import PAPER
from survey_app.domain.questionnaire import Design, default_blocks
from survey_app.domain.route import Answered, route
from survey_app.domain.study import StudyVersion
from survey_app.services.calibration import next_item
from survey_app.services.collect_change import quality_of, quotas_of
from survey_app.services.fieldwork_steps import (
    ASKED,
    NO_PAGE,
    UNKNOWN_DAY,
    WITHDRAWN,
    Told,
    complete_steps,
    day_of,
    end_steps,
    is_walked,
    move_steps,
    start_steps,
    waits_at,
)
from survey_app.storage.tallies import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Row

    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork
    from survey_app.storage.tallies import Sums

AT_ONCE = 2_000
"""How many interviews are read at a time."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An interview as it is kept.

    Parameters
    ----------
    from_file : it was imported, so that nobody knows who was shown which page when.
    brands : codes of the brands that were drawn for it; none where it was started about one.
    pages : submitted pages with their answers, in the order in which they came.
    """

    told: Told
    from_file: bool
    disposition: Disposition
    seconds: float | None
    passed: bool | None
    brands: tuple[str, ...]
    pages: Sequence[tuple[int, Mapping[str, Answer]]]


class Versions:
    """The versions of a study's questionnaire, each read once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._read: dict[int, OpenStudy] = {}

    def __getitem__(self, number: int) -> OpenStudy:
        """The version with a number; 0 for answers of a file that no version was asked for."""
        if number not in self._read:
            study = self._study
            version = (
                study.asked_version(number)
                if number
                else StudyVersion(0, study.content(), study.created_at)
            )
            instruments = read_instruments(version.content["instruments"])
            self._read[number] = open_study(study, version, instruments, in_field=False)
        return self._read[number]


def steps_of(study: OpenStudy, kept: Kept) -> list[Step]:
    """Everything that an interview has moved so far. One whose answers were taken back is in no sum
    but that of such interviews."""
    if kept.disposition is Disposition.WITHDRAWN:
        return [Step(WITHDRAWN, "")]
    steps = [*_on_the_way(study, kept), *(Step(ASKED, brand) for brand in kept.brands)]
    if kept.disposition is Disposition.COMPLETE:
        answered = _answered(study, kept, len(kept.pages))
        steps += complete_steps(
            kept.told,
            seconds=kept.seconds,
            quality=quality_of(study, answered, kept.passed),
            brands=kept.brands,
            quotas=quotas_of(study, answered),
        )
    return steps


def _on_the_way(study: OpenStudy, kept: Kept) -> Iterator[Step]:
    told, ended = kept.told, kept.disposition is not Disposition.PARTIAL
    if kept.from_file or not is_walked(told.channel):
        page = NO_PAGE if ended or not kept.from_file else _last_of_file(study, kept)
        told = replace(told, day=UNKNOWN_DAY, version=0) if kept.from_file else told
        yield from start_steps(told, page)
    else:
        page = _waiting(study, kept, 0)
        yield from start_steps(told, page)
        moves = len(kept.pages) - 1 if ended else len(kept.pages)
        for number in range(1, moves + 1):
            shown = _waiting(study, kept, number)
            yield from move_steps(told, page, shown)
            page = shown
    if ended:
        yield from end_steps(told, page, kept.disposition)


def _last_of_file(study: OpenStudy, kept: Kept) -> int:
    """The page after the last one with an answer, in the order of the instruments."""
    last = max((number for number, _ in kept.pages), default=0)
    laid = pages(study.instruments, Design(default_blocks(study.instruments)))
    return last + 1 if last < len(laid) else NO_PAGE


def _waiting(study: OpenStudy, kept: Kept, submitted: int) -> int:
    answered = _answered(study, kept, submitted)
    return waits_at(route(study.pages, study.design, answered, next_item), answered.pages)


def _answered(study: OpenStudy, kept: Kept, submitted: int) -> Answered:
    """What an interview held after so many submitted pages."""
    held = dict(kept.pages[:submitted])
    brands: tuple[str, ...] = (kept.told.brand,) if kept.told.brand else ()
    if study.design.asks_brands and not kept.from_file:
        brands = kept.brands if _were_drawn(study, kept, submitted) else ()
    return Answered(
        pages=held,
        slots=dict.fromkeys(held, 0) if kept.from_file else study.slots,
        brands=brands,
        facts={"language": kept.told.language, "channel": kept.told.channel},
    )


def _were_drawn(study: OpenStudy, kept: Kept, submitted: int) -> bool:
    """Whether the brands were drawn by then: with the first page that marks all of them."""
    if not is_walked(kept.told.channel):
        return True
    marks = [BRAND_MARK + code for code in kept.brands]
    return any(
        all(answers.get(mark) == 1 for mark in marks)
        for number, answers in kept.pages[:submitted]
        if study.page(number).brands
    )


def kept_of(
    row: Mapping[str, Any],
    brand: str,
    brands: Sequence[str],
    pages: Sequence[tuple[int, Mapping[str, Answer], float | None]],
    *,
    asks_brands: bool,
) -> Kept:
    """An interview from its row and those of its brands and pages."""
    from_file = row["source_id"] is not None and row["channel"] != PAPER
    told = Told(
        day=day_of(row["started_at"]),
        version=row["version"],
        brand="" if asks_brands and not from_file else brand,
        language=row["language"],
        channel=row["channel"],
    )
    timed = [seconds for _, _, seconds in pages if seconds is not None]
    return Kept(
        told,
        from_file,
        row["disposition"],
        row["seconds"] if row["seconds"] is not None else (sum(timed) if timed else None),
        row["instructed_passed"],
        tuple(brands),
        [(number, answers) for number, answers, _ in pages],
    )


def sums_of(unit: UnitOfWork, study: Study, ids: Sequence[int] | None = None) -> Sums:
    """The sums of all interviews of a study, or of some by their identifiers, real ones and those
    of pilots, counted from the answers."""
    versions = Versions(study)
    found: Counter[tuple[int, bool, str, str]] = Counter()
    for row, kept in _all_kept(unit, study, versions, ids):
        for step in steps_of(versions[kept.told.version], kept):
            found[row.wave_id, bool(row.pilot), step.kind, step.code] += step.by
    return found


def sums_of_file(
    study: Study,
    interviews: Iterable[tuple[Mapping[str, Any], str, Sequence[tuple[int, Mapping[str, Answer]]]]],
) -> Sums:
    """The sums of interviews that come from a file: each as its row, the code of its brand, and its
    pages with their answers."""
    versions = Versions(study)
    found: Counter[tuple[int, bool, str, str]] = Counter()
    for row, brand, pages_of_it in interviews:
        version = versions[row["version"]]
        timed = [(number, answers, None) for number, answers in pages_of_it]
        kept = kept_of(row, brand, (), timed, asks_brands=version.design.asks_brands)
        for step in steps_of(version, kept):
            found[row["wave_id"], False, step.kind, step.code] += step.by
    return found


def recount(database: Database, study_id: int) -> int:
    """Set the sums of a study right, also while answers arrive; how many sums were wrong.

    What the interviews of one moment say is compared with the sums of the same moment, and the
    difference is added to the sums as they are by then.
    """
    while True:
        with database.reading() as unit:
            study = unit.studies.by_id(study_id)
            if study is None:
                return 0
            turn = unit.tallies.recounts(study_id)
            wrong = _difference(sums_of(unit, study), unit.tallies.all_of(study_id))
        with database.writing() as unit:
            if unit.tallies.recounts(study_id) == turn:
                unit.tallies.move(wrong)
                unit.tallies.recounted(study_id)
                unit.commit()
                return len(wrong)


def recount_all_due(database: Database) -> int:
    """Count the studies whose sums were never kept, as after an upgrade; how many those were."""
    with database.reading() as unit:
        due = unit.tallies.to_be_counted()
    for study_id in due:
        recount(database, study_id)
    return len(due)


@contextmanager
def sums_following(unit: UnitOfWork, study: Study, ids: Sequence[int]) -> Iterator[None]:
    """Lets the sums follow what is done to some interviews inside: answers taken out, an end
    changed, whole interviews deleted. To be used in a unit of work that writes."""
    before = sums_of(unit, study, ids)
    yield
    unit.flush()
    unit.tallies.move(_difference(sums_of(unit, study, ids), before))


def _difference(wanted: Mapping[Any, int], found: Mapping[Any, int]) -> Sums:
    moved = {key: wanted.get(key, 0) - found.get(key, 0) for key in {*wanted, *found}}
    return {key: by for key, by in moved.items() if by}


def _all_kept(
    unit: UnitOfWork, study: Study, versions: Versions, ids: Sequence[int] | None
) -> Iterator[tuple[Row[Any], Kept]]:
    stretches: Iterable[tuple[int, int]] = (
        unit.interviews.stretches(study.id or 0, AT_ONCE)
        if ids is None
        else ((one, one) for one in ids)
    )
    codes = {brand.id: brand.code for brand in study.brands}
    for first, last in stretches:
        rows, pages, brands = unit.interviews.stretch(study.id or 0, first, last)
        for row in rows:
            yield (
                row,
                kept_of(
                    row._mapping,
                    codes.get(row.brand_id, ""),
                    [codes.get(brand_id, "") for brand_id in brands.get(row.id, ())],
                    pages.get(row.id, ()),
                    asks_brands=versions[row.version].design.asks_brands,
                ),
            )
