"""Databases from before fieldwork had versions are brought over with everything in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from sqlalchemy import MetaData

from instruments.load import shipped
from instruments.plain import to_plain
from survey_app.services.collect import Collector
from survey_app.services.dataset import answers_of
from survey_app.storage.migrations import configuration

if TYPE_CHECKING:
    from survey_app.storage.database import Database

MOMENT = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
KEY = "a-study-opened-before."


@pytest.fixture
def older(empty_database: Database) -> Database:
    """A database of the revision before, with an open study, a draft, and two interviews."""
    with empty_database.writes.connect() as connection, connection.begin():
        command.upgrade(configuration(connection), "0005")
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in _rows().items():
            connection.execute(tables.tables[name].insert(), rows)
    return empty_database


def _rows() -> dict[str, list[dict[str, Any]]]:
    study = {
        "title": "Before",
        "instruments": [to_plain(shipped("core_engagement"))],
        "languages": ["en"],
        "consent": {"en": "Do you agree?"},
        "shuffle_items": True,
        "instructed_item": True,
        "competitors_named": False,
        "simulated": False,
        "population": "",
        "sponsor": "",
        "source": "",
        "target": {},
        "metrics": {},
        "created_at": MOMENT,
        "owner_id": 1,
    }
    interview = {
        "study_id": 1,
        "wave_id": 1,
        "brand_id": 1,
        "language": "en",
        "channel": "web",
        "started_at": MOMENT,
        "disposition": "partial",
        "background": {},
    }
    page = {"page": 1, "answers": {"cog1": 4, "cog2": None, "cog3": 6}, "saved_at": MOMENT}
    order = ["cog1", "cog2", "cog3"]
    return {
        "user_account": [
            {
                "id": 1,
                "email": "ada@example.org",
                "name": "Ada",
                "role": "researcher",
                "password_hash": "none",
                "active": True,
                "session_number": 0,
                "time_zone": "UTC",
                "created_at": MOMENT,
            }
        ],
        "study": [
            {"id": 1, "key": KEY[:21], "state": "open", **study},
            {"id": 2, "key": "a-draft-of-before", "state": "draft", **study},
        ],
        "brand": [
            {
                "id": 1,
                "study_id": 1,
                "code": "north",
                "names": {"en": "North"},
                "position": 1,
                "colour": "",
                "logo_type": "",
            }
        ],
        "wave": [{"id": 1, "study_id": 1, "code": "1", "name": "Wave 1", "position": 1}],
        "interview": [
            {"id": 1, "key": "begun-before", "start_id": "s1", **interview},
            {"id": 2, "key": "other-before", "start_id": "s2", **interview},
        ],
        "page_answers": [
            {"interview_id": 1, "submission_id": "first-page", "item_order": order, **page}
        ],
    }


def test_an_interview_begun_before_is_finished_after(older: Database) -> None:
    """The questionnaire of an open study becomes its first version, which its interviews keep."""
    older.upgrade()
    with older.reading() as unit:
        opened, draft = unit.studies.by_key(KEY[:21]), unit.studies.by_key("a-draft-of-before")
        assert opened is not None
        assert draft is not None
        assert (opened.version, [one.number for one in opened.versions]) == (1, [1])
        assert opened.asked_content() == opened.content()
        assert (draft.version, draft.versions) == (0, [])
    collector = Collector(older)
    position = collector.position("begun-before")
    assert (position.page_number, position.answers["cog3"]) == (2, 6)
    for number in (2, 3):
        page = collector.position("begun-before").study.page(number)
        collector.save_page(
            "begun-before",
            number,
            submission_id=f"page-number-{number}",
            answers=dict.fromkeys(page.questions, 6),
            item_order=page.questions,
            seconds=None,
        )
    assert collector.position("begun-before").finished
    with older.reading() as unit:
        study = unit.studies.by_key(KEY[:21])
        assert study is not None
        found = answers_of(unit, study)
    assert (found.dataset.n, list(found.version)) == (2, [1, 1])
    assert sorted(found.dataset.disposition.tolist()) == ["complete", "partial"]
