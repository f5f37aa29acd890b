"""Erasing holds whatever else arrives at the same moment, and whoever presses twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from survey_app.domain.consent_given import ConsentShown
from survey_app.domain.interview import Disposition
from survey_app.domain.study import Mode, new_key
from survey_app.services.fieldwork_sums import recount
from survey_app.services.own_data import NotPossible, erase, own_data, withdraw
from survey_app.storage.consents import consent, consent_text
from survey_app.storage.tables import interview, page_answers, study

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survey_app.storage.database import Database
    from tests.survey_app.services.conftest import Fieldwork

ATTEMPTS = 8


def make_pseudonymous(database: Database) -> None:
    """Let the study keep whose answers are whose."""
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(study.update().values(mode=Mode.PSEUDONYMOUS))


def at_once(*works: Callable[[], object]) -> Sequence[object]:
    """Do several things at the same moment; what each gave."""
    ready = threading.Barrier(len(works))

    def wait_and_work(work: Callable[[], object]) -> object:
        ready.wait(timeout=10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(wait_and_work, works))


def test_no_page_survives_an_erasure(fieldwork: Fieldwork) -> None:
    """The last page arrives while the interview is erased twice: whichever comes first, nothing of
    the answers is left, one erasure counts, and the sums are those that counting gives."""
    database = fieldwork.database
    make_pseudonymous(database)
    for attempt in range(ATTEMPTS):
        key = fieldwork.start(f"attempt-{attempt}")
        fieldwork.answer(key, 1)
        fieldwork.answer(key, 2)
        position = fieldwork.collector.position(key)
        items = position.item_order(3)

        def finish(key: str = key, items: list[str] = items) -> object:
            return fieldwork.collector.save_page(
                key,
                3,
                submission_id=new_key(),
                answers=dict.fromkeys(items, 4),
                item_order=items,
                seconds=1.0,
            )

        def go(key: str = key) -> object:
            return erase(database, key)

        _, *erased = at_once(finish, go, go)
        assert sorted(erased) == [0, 1]  # type: ignore[type-var]
    with database.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(page_answers)) == 0
        ends = connection.scalars(select(interview.c.disposition)).all()
        number = connection.scalar(select(study.c.id))
    assert ends == [Disposition.WITHDRAWN] * ATTEMPTS
    assert recount(database, number or 0) == 0


def test_erased_after_taking_back(fieldwork: Fieldwork) -> None:
    """Answers taken back stay stored until they are erased; the first moment of taking back is the
    one that is kept."""
    database = fieldwork.database
    make_pseudonymous(database)
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    assert (withdraw(database, key), withdraw(database, key)) == (1, 0)
    with database.reading() as unit:
        own = own_data(unit, fieldwork.collector, key)
    assert own is not None
    assert (own.first.withdrawn, own.first.erased, len(own.first.submissions)) == (True, False, 1)
    assert (erase(database, key), erase(database, key), withdraw(database, key)) == (1, 0, 0)
    with database.reading() as unit:
        own = own_data(unit, fieldwork.collector, key)
    assert own is not None
    assert own.first.erased
    assert (own.first.answers, own.first.submissions) == ((), ())
    assert own.first.facts["background"] == {}


def test_anonymous_answers_are_nobodys(fieldwork: Fieldwork) -> None:
    """The address of an interview opens no way to its answers in an anonymous study."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    for deed in (withdraw, erase):
        with pytest.raises(NotPossible):
            deed(fieldwork.database, key)
    assert erase(fieldwork.database, "nobody") == 0
    with fieldwork.database.reading() as unit:
        own = own_data(unit, fieldwork.collector, key)
        assert own_data(unit, fieldwork.collector, "no body\0") is None
    assert own is not None
    assert own.interviews == ()


def test_consent_and_interview_are_kept_together(fieldwork: Fieldwork) -> None:
    """The same start sent at once by several tabs gives one interview with one consent, and the
    text is kept once."""
    shown = ConsentShown(1, "en", "Do you agree?")
    make_pseudonymous(fieldwork.database)

    def start() -> object:
        return fieldwork.collector.start(
            fieldwork.study_key,
            start_id="same-start",
            brand_code="north",
            language="en",
            consent=shown,
        ).interview_key

    assert len(set(at_once(*[start] * 6))) == 1
    with fieldwork.database.engine.connect() as connection:
        (row,) = connection.execute(select(consent)).all()
        (kept,) = connection.execute(select(consent_text)).all()
        (own,) = connection.execute(select(interview)).all()
    assert (row.interview_id, row.digest, row.given_at) == (own.id, shown.digest, own.started_at)
    assert kept.text == shown.text
