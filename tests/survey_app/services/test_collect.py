"""Answers are taken once, in order, and only while they may be."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.domain.interview import INSTRUCTED_ITEM, Disposition
from survey_app.domain.study import Brand
from survey_app.services.collect import (
    AnswerRefused,
    Collector,
    PageNotReached,
    StudyClosed,
    UnknownInterview,
)
from survey_app.services.dataset import dataset_of
from survey_app.services.study import create_study
from survey_app.storage.database import DatabaseError
from survey_app.storage.tables import interview, page_answers
from tests.survey_app.services.conftest import CONSENT, Fieldwork

if TYPE_CHECKING:
    from collections.abc import Callable

    from psychometrics.dataset import Dataset
    from survey_app.storage.database import Database

T = TypeVar("T")


def _count(database: Database, table: Any) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def _interview(fieldwork: Fieldwork, key: str) -> Any:
    with fieldwork.database.engine.connect() as connection:
        return connection.execute(select(interview).where(interview.c.key == key)).one()


def _dataset(fieldwork: Fieldwork) -> Dataset:
    with fieldwork.database.reading() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        return dataset_of(unit, study)


def test_whole_interview(fieldwork: Fieldwork) -> None:
    """Page by page to the end: each position shows the next page, the last page finishes."""
    key = fieldwork.start()
    shown = []
    for _ in range(3):
        shown.append(fieldwork.collector.position(key).page_number)
        fieldwork.answer(key, shown[-1], value=6)
    position = fieldwork.collector.position(key)
    assert position.finished
    stored = _interview(fieldwork, key)
    assert shown == [1, 2, 3]
    assert (stored.disposition, stored.instructed_passed) == (Disposition.COMPLETE, True)
    assert stored.finished_at >= stored.started_at
    assert set(position.answers.values()) == {6}
    assert len(position.answers) == 11


def test_interview_is_resumed_by_another_process(fieldwork: Fieldwork) -> None:
    """A second collector, as after a restart, knows the answers, brand and language."""
    key = fieldwork.start(brand="south")
    fieldwork.answer(key, 1, value=3)
    position = Collector(fieldwork.database).position(key)
    assert (position.page_number, position.language, position.closed) == (2, "en", False)
    assert position.brand is not None
    assert position.brand.name("ru") == "Юг"
    assert position.answers == {"cog1": 3, "cog2": 3, "cog3": 3}


def test_order_shown_stays_and_is_stored(fieldwork: Fieldwork) -> None:
    """The shuffled order is the same at every reload and is kept with the answers."""
    key = fieldwork.start()
    order = fieldwork.collector.position(key).item_order(1)
    assert fieldwork.collector.position(key).item_order(1) == order
    assert sorted(order) == ["cog1", "cog2", "cog3"]
    fieldwork.answer(key, 1)
    with fieldwork.database.engine.connect() as connection:
        assert connection.scalar(select(page_answers.c.item_order)) == order


def test_item_left_open(fieldwork: Fieldwork) -> None:
    """An item that was shown and left open is stored as such, and the interview goes on."""
    key = fieldwork.start()
    answers = {"cog1": None, "cog2": 4, "cog3": None}
    position = fieldwork.collector.save_page(
        key,
        1,
        submission_id="left-open",
        answers=answers,
        item_order=list(answers),
        seconds=None,
    )
    assert position.page_number == 2
    assert fieldwork.collector.position(key).answers == answers


def test_starting_twice_makes_one_interview(fieldwork: Fieldwork) -> None:
    """The same form sent again leads to the same interview."""
    assert fieldwork.start() == fieldwork.start()
    assert _count(fieldwork.database, interview) == 1


def test_another_brand_is_another_interview(fieldwork: Fieldwork) -> None:
    """Going back to the start page and choosing another brand does not answer about the first."""
    first, second = fieldwork.start(brand="north"), fieldwork.start(brand="south")
    assert first != second
    brand = fieldwork.collector.position(second).brand
    assert brand is not None
    assert brand.code == "south"


def test_eight_starts_at_once_make_one_interview(fieldwork: Fieldwork) -> None:
    """Eight threads send the same start: all get the same key, one interview is stored."""
    keys = _at_once(8, lambda _: fieldwork.start("same-start"))
    assert len(set(keys)) == 1
    assert _count(fieldwork.database, interview) == 1


def test_eight_submissions_at_once_are_kept_once(fieldwork: Fieldwork) -> None:
    """Eight threads send the same last page: one row, finished for all of them."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    fieldwork.answer(key, 2)
    finished = _at_once(8, lambda _: fieldwork.answer(key, 3, submission="same-page"))
    assert finished == [True] * 8
    assert _count(fieldwork.database, page_answers) == 3


def test_two_endings_at_once(fieldwork: Fieldwork) -> None:
    """Eight tabs send different last pages at once: exactly one of them counts."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    fieldwork.answer(key, 2)
    finished = _at_once(
        8, lambda n: fieldwork.answer(key, 3, value=1 + n % 7, submission=f"tab-{n:05}")
    )
    assert finished == [True] * 8
    assert _count(fieldwork.database, page_answers) == 3


def test_no_page_slips_in_behind_the_end(fieldwork: Fieldwork) -> None:
    """While one tab finishes, others change page 1: after the end not a single row is added."""

    def submit(number: int) -> None:
        fieldwork.answer(key, 3 if number == 3 else 1, submission=f"tab-{number:05}")

    for attempt in range(5):
        key = fieldwork.start(f"attempt-{attempt}")
        fieldwork.answer(key, 1)
        fieldwork.answer(key, 2)
        _at_once(8, submit)
        with fieldwork.database.engine.connect() as connection:
            pages = connection.execute(select(page_answers.c.page).order_by(page_answers.c.id))
            assert list(pages.scalars())[-1] == 3


def test_replay_changes_nothing(fieldwork: Fieldwork) -> None:
    """A submission that comes again after newer answers does not bring the old ones back."""
    key = fieldwork.start()
    fieldwork.answer(key, 1, value=2, submission="old-answers")
    fieldwork.answer(key, 1, value=7, submission="new-answers")
    replay = fieldwork.collector.save_page(
        key,
        1,
        submission_id="old-answers",
        answers={"cog1": 2, "cog2": 2, "cog3": 2},
        item_order=["cog1", "cog2", "cog3"],
        seconds=1.0,
    )
    assert (replay.replayed, replay.answers["cog1"], replay.page_number) == (True, 7, 2)
    assert _count(fieldwork.database, page_answers) == 2


def test_going_back_before_the_end(fieldwork: Fieldwork) -> None:
    """Answers may be changed until the last page is sent; the latest count."""
    key = fieldwork.start()
    fieldwork.answer(key, 1, value=2)
    fieldwork.answer(key, 2, value=2)
    assert fieldwork.collector.position(key).may_show(1)
    fieldwork.answer(key, 1, value=6)
    assert fieldwork.collector.position(key).page_number == 3
    fieldwork.answer(key, 3, value=2)
    assert fieldwork.collector.position(key).answers["cog1"] == 6


def test_nothing_changes_after_the_end(fieldwork: Fieldwork) -> None:
    """What is sent after the end is answered with the end and not stored."""
    key = fieldwork.start()
    for page in (1, 2, 3):
        fieldwork.answer(key, page, value=5)
    before = _dataset(fieldwork).fingerprint
    assert fieldwork.answer(key, 1, value=1)
    assert _dataset(fieldwork).fingerprint == before


@pytest.mark.parametrize(("value", "passed"), [(6, True), (5, False), (None, None)])
def test_instructed_item(fieldwork: Fieldwork, value: int | None, passed: bool | None) -> None:
    """Failing the instructed-response item is noted; the interview stays complete."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    items = fieldwork.collector.position(key).item_order(2)
    assert items[-1] == INSTRUCTED_ITEM
    fieldwork.collector.save_page(
        key,
        2,
        submission_id="instructed",
        answers={**dict.fromkeys(items, 4), INSTRUCTED_ITEM: value},
        item_order=items,
        seconds=5.0,
    )
    fieldwork.answer(key, 3)
    stored = _interview(fieldwork, key)
    assert (stored.instructed_passed, stored.disposition) == (passed, Disposition.COMPLETE)


def test_pages_in_front_come_first(fieldwork: Fieldwork) -> None:
    """A page that has not been reached is refused, so that no interview ends with a hole."""
    key = fieldwork.start()
    with pytest.raises(PageNotReached):
        fieldwork.answer(key, 3)
    assert not fieldwork.collector.position(key).may_show(2)
    assert _count(fieldwork.database, page_answers) == 0


def test_closed_study_takes_nothing(fieldwork: Fieldwork) -> None:
    """Once closed, every process refuses starts and pages at once, but still knows what it has."""
    done, begun = fieldwork.start("done-start"), fieldwork.start("begun-start")
    for page in (1, 2, 3):
        fieldwork.answer(done, page)
    fieldwork.answer(begun, 1, submission="before-closing")
    fieldwork.close()
    with pytest.raises(StudyClosed):
        fieldwork.start("late-start")
    with pytest.raises(StudyClosed):
        fieldwork.answer(begun, 2)
    assert fieldwork.answer(begun, 1, submission="before-closing") is False
    assert fieldwork.collector.position(begun).closed
    assert fieldwork.answer(done, 3) is True
    study = fieldwork.collector.study(fieldwork.study_key)
    assert study is not None
    assert not study.is_open


def test_draft_is_unknown_to_respondents(database: Database, fieldwork: Fieldwork) -> None:
    """A study that was never opened cannot be seen or started."""
    with database.writing() as unit:
        owner = unit.users.by_email("ada@example.org")
        assert owner is not None
        draft = create_study(
            unit,
            owner=owner,
            title="Draft",
            instruments=["satisfaction"],
            languages=["en"],
            brands=[Brand("a", {"en": "A"})],
            consent=CONSENT,
        )
        unit.commit()
    assert fieldwork.collector.study(draft.key) is None
    assert fieldwork.collector.study("no-such-study") is None
    with pytest.raises(StudyClosed):
        fieldwork.collector.start(
            draft.key, start_id="some-start", brand_code="a", language="en", channel="web"
        )


def test_unknown_interview(fieldwork: Fieldwork) -> None:
    """A key that nobody was given leads nowhere, whatever is in it."""
    for key in ("", "no-such-key", "' OR 1=1 --", "\u0000", "ключ" * 500):
        with pytest.raises(UnknownInterview):
            fieldwork.collector.position(key)


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        ({"cog1": 8, "cog2": 1, "cog3": 1}, None),
        ({"cog1": 0, "cog2": 1, "cog3": 1}, None),
        ({"cog1": True, "cog2": 1, "cog3": 1}, None),
        ({"cog1": 1.0, "cog2": 1, "cog3": 1}, None),
        ({"cog1": "1", "cog2": 1, "cog3": 1}, None),
        ({"cog1": 1, "cog2": 1}, None),
        ({"cog1": 1, "cog2": 1, "cog3": 1, "emo1": 1}, None),
        ({"cog1": 1, "cog2": 1, "cog3": 1, INSTRUCTED_ITEM: 1}, None),
        ({"cog1": 1, "cog2": 1, "cog3": 1}, ["cog1", "cog2"]),
        ({"cog1": 1, "cog2": 1, "cog3": 1}, ["cog1", "cog2", "cog2"]),
        ({}, []),
    ],
)
def test_answers_outside_the_page_are_refused(
    sqlite_fieldwork: Fieldwork, answers: dict[str, Any], order: list[str] | None
) -> None:
    """No value outside the format, no foreign and no missing item gets into the database."""
    key = sqlite_fieldwork.start()
    with pytest.raises(AnswerRefused):
        sqlite_fieldwork.collector.save_page(
            key,
            1,
            submission_id="refused-page",
            answers=answers,
            item_order=list(answers) if order is None else order,
            seconds=1.0,
        )
    assert _count(sqlite_fieldwork.database, page_answers) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"start_id": "short"},
        {"start_id": "x" * 65},
        {"start_id": "with\nnew line"},
        {"brand_code": "west"},
        {"language": "de"},
        {"channel": ""},
        {"channel": "x" * 41},
        {"channel": "канал"},
    ],
)
def test_damaged_start_is_refused(sqlite_fieldwork: Fieldwork, changed: dict[str, str]) -> None:
    """A start with a brand, language or identifier that is none of ours makes no interview."""
    start = {"start_id": "good-start", "brand_code": "north", "language": "en", "channel": "web"}
    with pytest.raises(AnswerRefused):
        sqlite_fieldwork.collector.start(sqlite_fieldwork.study_key, **{**start, **changed})
    assert _count(sqlite_fieldwork.database, interview) == 0


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, None])
def test_impossible_durations_are_unknown(
    sqlite_fieldwork: Fieldwork, seconds: float | None
) -> None:
    """A duration that cannot be is kept as unknown, and the answers all the same."""
    key = sqlite_fieldwork.start()
    items = ["cog1", "cog2", "cog3"]
    sqlite_fieldwork.collector.save_page(
        key,
        1,
        submission_id="odd-seconds",
        answers=dict.fromkeys(items, 4),
        item_order=items,
        seconds=seconds,
    )
    with sqlite_fieldwork.database.engine.connect() as connection:
        assert connection.execute(select(page_answers.c.seconds)).one() == (None,)


def test_showing_a_page_does_not_wait_for_a_writer(fieldwork: Fieldwork) -> None:
    """While another transaction holds the write lock, a page can be shown at once."""
    key = fieldwork.start()
    shown: list[int] = []
    with fieldwork.database.writing() as unit:
        unit.sign_in_attempts.forget("nobody")
        reader = threading.Thread(
            target=lambda: shown.append(fieldwork.collector.position(key).page_number)
        )
        reader.start()
        reader.join(timeout=5)
        assert shown == [1]


def test_full_disk_is_no_silent_loss(sqlite_fieldwork: Fieldwork) -> None:
    """When the disk is full the page is not acknowledged; earlier pages are still there."""
    key = sqlite_fieldwork.start()
    sqlite_fieldwork.answer(key, 1)
    with sqlite_fieldwork.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def answer_for_ever() -> None:
        for number in range(1000):
            sqlite_fieldwork.answer(key, 2, submission=f"submission-{number}")

    with pytest.raises(DatabaseError, match="disk is full"):
        answer_for_ever()
    assert sqlite_fieldwork.collector.position(key).answers["cog1"] == 5


_SUBMISSIONS = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=3),
        st.integers(min_value=1, max_value=7),
        st.sampled_from(["submission-a", "submission-b", "submission-c", "submission-d"]),
    ),
    max_size=8,
)


@given(submissions=_SUBMISSIONS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_sequence_of_submissions(
    sqlite_fieldwork: Fieldwork, submissions: list[tuple[int, int, str]]
) -> None:
    """Whatever is sent in whatever order, the state is that of a plain model: known submissions
    and all after the end ignored, pages not reached refused, the latest answers counting."""
    key = sqlite_fieldwork.start(uuid.uuid4().hex)
    taken: set[str] = set()
    pages: dict[int, int] = {}
    finished = False
    for page, value, submission in submissions:
        ignored = finished or submission in taken
        if not ignored and page > len(pages) + 1:
            with pytest.raises(PageNotReached):
                sqlite_fieldwork.answer(key, page, value, submission)
            continue
        if not ignored:
            taken.add(submission)
            pages[page] = value
            finished = page == 3
        assert sqlite_fieldwork.answer(key, page, value, submission) is finished
    position = sqlite_fieldwork.collector.position(key)
    first_items = {1: "cog1", 2: "emo1", 3: "beh1"}
    assert position.submitted == set(pages)
    assert {page: position.answers[first_items[page]] for page in pages} == pages


def _at_once(count: int, work: Callable[[int], T]) -> list[T]:
    ready = threading.Barrier(count)

    def wait_and_work(number: int) -> T:
        ready.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_work, range(count)))
