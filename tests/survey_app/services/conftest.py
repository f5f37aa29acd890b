"""A researcher with a study that is open, on either kind of database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.study import Brand
from survey_app.domain.user import Role, User
from survey_app.services.collect import Collector
from survey_app.services.study import close_study, create_study, open_study

if TYPE_CHECKING:
    from survey_app.storage.database import Database

CONSENT = {"en": "Do you agree?", "ru": "Вы согласны?"}


def two_brands() -> list[Brand]:
    """Two brands, named in English and Russian."""
    return [
        Brand("north", {"en": "North", "ru": "Север"}),
        Brand("south", {"en": "South", "ru": "Юг"}),
    ]


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """An open study and what takes its answers."""

    database: Database
    collector: Collector
    study_key: str

    def start(self, start_id: str = "first-start", brand: str = "north") -> str:
        """Start an interview in English by an open link; its key."""
        return self.collector.start(
            self.study_key, start_id=start_id, brand_code=brand, language="en", channel="web"
        ).interview_key

    def answer(
        self,
        key: str,
        page: int,
        value: int | None = 5,
        submission: str = "",
        seconds: float = 10.0,
        finish: bool = True,
    ) -> bool:
        """Answer every item of a page with one value; True when it was finished by it."""
        items = self.collector.position(key).item_order(page)
        position = self.collector.save_page(
            key,
            page,
            submission_id=submission or f"page-{page}-value-{value}",
            answers=dict.fromkeys(items, value),
            item_order=items,
            seconds=seconds,
            finish=finish,
        )
        return position.finished

    def close(self) -> None:
        """Close the study."""
        with self.database.writing() as unit:
            study = unit.studies.by_key(self.study_key)
            assert study is not None
            close_study(study)
            unit.commit()


def open_fieldwork(database: Database) -> Fieldwork:
    """An open study of the core questionnaire (three pages) with an instructed-response item."""
    with database.writing() as unit:
        owner = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Engagement",
            instruments=["core_engagement"],
            languages=["en", "ru"],
            brands=two_brands(),
            consent=CONSENT,
            shuffle_items=True,
            instructed_item=True,
        )
        open_study(study)
        unit.commit()
        return Fieldwork(database, Collector(database), study.key)


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    """An open study, on either kind of database."""
    return open_fieldwork(database)


@pytest.fixture
def sqlite_fieldwork(sqlite_database: Database) -> Fieldwork:
    """An open study on SQLite, for what does not depend on the kind."""
    return open_fieldwork(sqlite_database)
