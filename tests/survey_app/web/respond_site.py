"""An application with a study that takes answers, and respondents with browsers of their own."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from survey_app.config import Config
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.study import Brand
from survey_app.services.study import close_study, create_study, open_study
from survey_app.storage.tables import interview, page_answers
from tests.people import add_person
from tests.survey_app.web.making_apps import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Row
    from werkzeug.test import TestResponse

    from survey_app.domain.study import Study
    from survey_app.storage.database import Database

SECRET_KEY = "0123456789abcdef0123456789abcdef"
CONSENT = {
    "en": "We ask how you see brands.\n\nThank you.",
    "ru": "Мы спрашиваем о брендах.\n\nСпасибо.",
}
PAGES = {1: 3, 2: 4, 3: 3}
"""Items of each page of the core questionnaire, the instructed-response item left out."""

_TICKET = re.compile(r'name="ticket" value="([^"]+)"')
_GROUP = re.compile(r'type="radio" name="([^"]+)"')
_CHECKED = re.compile(r'name="([^"]+)" value="(\d+)"[^>]* checked')


def brands() -> list[Brand]:
    """Two brands, named in English and Russian."""
    return [
        Brand("north", {"en": "North", "ru": "Север"}),
        Brand("south", {"en": "South", "ru": "Юг"}),
    ]


@dataclass(frozen=True, slots=True)
class Site:
    """A running application and the study in it."""

    app: Flask
    database: Database
    study_key: str

    @property
    def address(self) -> str:
        """The open link of the study."""
        return f"/s/{self.study_key}"

    def respondent(self) -> Respondent:
        """Somebody with a browser without cookies."""
        return Respondent(self, self.app.test_client())

    def interviews(self) -> list[Row[Any]]:
        """All interviews, in no order that means anything."""
        with self.database.engine.connect() as connection:
            return list(connection.execute(select(interview).order_by(interview.c.id)))

    def submissions(self) -> list[Row[Any]]:
        """All submitted pages, the earliest first."""
        with self.database.engine.connect() as connection:
            return list(connection.execute(select(page_answers).order_by(page_answers.c.id)))

    def counts(self) -> tuple[int, int]:
        """How many interviews and submitted pages there are."""
        with self.database.engine.connect() as connection:
            counts = (
                select(func.count()).select_from(table) for table in (interview, page_answers)
            )
            found = [connection.scalar(count) or 0 for count in counts]
        return found[0], found[1]

    def close(self) -> None:
        """Close the study."""
        with self.database.writing() as unit:
            study = unit.studies.by_key(self.study_key)
            assert study is not None
            close_study(study)
            unit.commit()


@dataclass(slots=True)
class Respondent:
    """Somebody with a browser of their own."""

    site: Site
    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def start(self, *, brand: str = "north", language: str = "en", page: str = "") -> str:
        """Open the start page, start, and return the address of the page that follows."""
        response = self.start_with(self.start_form(page), brand=brand, language=language)
        assert response.status_code == 303, response.text
        return response.location

    def start_form(self, page: str = "") -> str:
        """Open a start page; the ticket in its form."""
        return ticket_in(self.get(page or self.site.address).text)

    def start_with(self, ticket: str, **fields: str) -> TestResponse:
        """Send the form of a start page."""
        data = {"brand": "north", "language": "en", "channel": "web", **fields, "ticket": ticket}
        return self.client.post(self.site.address, data=data)

    def submit(
        self, page: str, value: int | None = 5, *, ticket: str = "", **fields: str
    ) -> TestResponse:
        """Open a page and send it with one answer to every item; `fields` overrule, and None
        answers nothing."""
        html = self.get(page).text
        groups = groups_in(html) if value is not None else []
        data = {**dict.fromkeys(groups, str(value)), "ticket": ticket or ticket_in(html), **fields}
        return self.client.post(page, data=data)

    def finish(self, page: str, value: int = 5) -> str:
        """Answer every page from this one on; the address of the last."""
        while not page.endswith("/finish"):
            response = self.submit(page, value)
            assert response.status_code == 303, response.text
            page = response.location
        return page


@contextmanager
def running_site(
    database: Database, *, secure: bool = False, demo: bool = False, **changes: Any
) -> Iterator[Site]:
    """An application on a database with an open study of the core questionnaire: three pages in
    shuffled order with an instructed-response item, in English and Russian."""
    study_key = add_study(database, **changes)
    public_url = "https://survey.example.org" if secure else "http://127.0.0.1"
    app = make_app(Config(database.url, SECRET_KEY, public_url, demo=demo))
    yield Site(app, database, study_key)
    app.extensions["database"].close()


def add_study(database: Database, *, opened: bool = True, **changes: Any) -> str:
    """Add a study; its key."""
    described: dict[str, Any] = {
        "title": "Engagement",
        "instruments": ["core_engagement"],
        "languages": ["en", "ru"],
        "brands": brands(),
        "consent": CONSENT,
        "shuffle_items": True,
        "instructed_item": True,
        **changes,
    }
    with database.writing() as unit:
        owner = add_person(unit, f"ada{len(unit.studies.all())}@example.org")
        study: Study = create_study(unit, owner=owner, **described)
        if opened:
            open_study(study)
        unit.commit()
        return study.key


def ticket_in(html: str) -> str:
    """The ticket in a page's form."""
    found = _TICKET.search(html)
    assert found is not None, html
    return unescape(found.group(1))


def groups_in(html: str) -> list[str]:
    """The names of the radio groups of a page, in the order shown."""
    return list(dict.fromkeys(_GROUP.findall(html)))


def checked_in(html: str) -> dict[str, int]:
    """The marked answers of a page by item."""
    return {name.removeprefix("q-"): int(value) for name, value in _CHECKED.findall(html)}


def items_in(html: str) -> list[str]:
    """The items of a page in the order shown, the instructed-response item left out."""
    items = [name.removeprefix("q-") for name in groups_in(html)]
    return [item for item in items if item != INSTRUCTED_ITEM]
