"""Whatever is sent at the same moment counts once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select

from survey_app.storage.tables import interview, page_answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.storage.database import Database
    from tests.survey_app.services.conftest import Fieldwork

T = TypeVar("T")


def _count(database: Database, table: Any) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


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


def _at_once(count: int, work: Callable[[int], T]) -> list[T]:
    ready = threading.Barrier(count)

    def wait_and_work(number: int) -> T:
        ready.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_work, range(count)))
