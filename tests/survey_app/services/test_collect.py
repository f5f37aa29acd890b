"""Answers are taken page by page, and the latest count."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.domain.interview import Disposition
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.services.collect import (
    Collector,
    PageNotReached,
)
from survey_app.services.dataset import dataset_of
from survey_app.storage.tables import interview, page_answers

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset
    from survey_app.storage.database import Database
    from tests.survey_app.services.conftest import Fieldwork

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


def test_the_last_page_can_be_kept_without_ending(fieldwork: Fieldwork) -> None:
    """With `finish=False` the last page is stored and the interview goes on; then it ends."""
    key = fieldwork.start()
    for number in (1, 2):
        fieldwork.answer(key, number)
    assert not fieldwork.answer(key, 3, finish=False)
    assert fieldwork.collector.position(key).submitted == {1, 2, 3}
    assert fieldwork.answer(key, 3, value=6)
