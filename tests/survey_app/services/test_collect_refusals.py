"""What does not belong is refused, and nothing of it stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from sqlalchemy import func, select

from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.study import Brand
from survey_app.services.collect import (
    AnswerRefused,
    PageNotReached,
    StudyClosed,
    UnknownInterview,
)
from survey_app.services.study import create_study
from survey_app.storage.database import DatabaseError
from survey_app.storage.tables import interview, page_answers
from tests.survey_app.services.conftest import CONSENT, Fieldwork

if TYPE_CHECKING:
    from survey_app.storage.database import Database

T = TypeVar("T")


def _count(database: Database, table: Any) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


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


def test_full_disk_is_no_silent_loss(sqlite_fieldwork: Fieldwork) -> None:
    """When the disk is full the page is not acknowledged; earlier pages are still there."""
    key = sqlite_fieldwork.start()
    sqlite_fieldwork.answer(key, 1)
    with sqlite_fieldwork.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with sqlite_fieldwork.database.driver.writing() as transaction:
        transaction.run(f"PRAGMA max_page_count = {pages}", ())

    def answer_for_ever() -> None:
        for number in range(1000):
            sqlite_fieldwork.answer(key, 2, submission=f"submission-{number}")

    with pytest.raises(DatabaseError, match="disk is full"):
        answer_for_ever()
    assert sqlite_fieldwork.collector.position(key).answers["cog1"] == 5
