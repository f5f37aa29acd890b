"""The server is killed under load: every acknowledged answer is there, and none twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from survey_app.domain.interview import Disposition
from survey_app.storage.tables import interview, page_answers
from tests.survey_app.survey_server import SurveyServer
from tests.survey_app.web.respond_site import add_study, groups_in, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

RESPONDENTS = 6
FORMS_UNTIL_KILLED = (60, 90, 40)
SEE_OTHER = 303


@dataclass(slots=True)
class Sent:
    """A form that was sent; `acknowledged` once the server said that it took it."""

    path: str
    fields: dict[str, str]
    acknowledged: bool = False

    @property
    def is_page(self) -> bool:
        """True for a page of answers, False for a start."""
        return self.path.startswith("/i/")

    @property
    def identity(self) -> tuple[str, int, str]:
        """Interview, page and submission id of a page of answers."""
        _, _, key, page = self.path.split("/")
        return key, int(page), self.fields["ticket"].split(".")[0]

    @property
    def answers(self) -> dict[str, int]:
        """The answers of a page by item."""
        return {
            name.removeprefix("q-"): int(value)
            for name, value in self.fields.items()
            if name.startswith("q-")
        }


@dataclass(slots=True)
class Respondent:
    """Answers one interview after the other until the server dies."""

    server: SurveyServer
    study_key: str
    random: random.Random
    sent: list[Sent] = field(default_factory=list)

    def answer_until_the_server_dies(self) -> None:
        """Interview after interview; a broken connection is the end."""
        try:
            while True:
                page = self._start()
                while not page.endswith("/finish"):
                    page = self._answer(page)
        except OSError:
            return

    def send(self, form: Sent) -> str:
        """Send a form and note that it was taken; the address of what follows."""
        status, location, body = self.server.request("POST", form.path, form.fields)
        assert status == SEE_OTHER, body
        form.acknowledged = True
        return location

    def _start(self) -> str:
        path = f"/s/{self.study_key}"
        _, _, html = self.server.request("GET", path)
        brand = self.random.choice(["north", "south"])
        fields = {"brand": brand, "language": "en", "channel": "web", "ticket": ticket_in(html)}
        return self._send_first(Sent(path, fields))

    def _answer(self, page: str) -> str:
        _, _, html = self.server.request("GET", page)
        fields = {name: str(self.random.randint(1, 7)) for name in groups_in(html)}
        return self._send_first(Sent(page, {**fields, "ticket": ticket_in(html)}))

    def _send_first(self, form: Sent) -> str:
        self.sent.append(form)
        return self.send(form)


@pytest.fixture
def server(database: Database) -> Iterator[SurveyServer]:
    """The server, on either kind of database."""
    made = SurveyServer(database.engine.url.render_as_string(hide_password=False))
    yield made
    made.kill()


def test_killed_under_load(database: Database, server: SurveyServer) -> None:
    """Killed three times while six respondents answer; what was sent but not acknowledged is sent
    again, and some of what was acknowledged as well. Every page is there exactly once, with the
    answers sent; every interview of three pages is finished, and no other."""
    study_key = add_study(database)
    chance = random.Random(20260101)
    respondents = [
        Respondent(server, study_key, random.Random(number)) for number in range(RESPONDENTS)
    ]
    cut_off = 0
    for forms in FORMS_UNTIL_KILLED:
        server.start()
        cut_off += _send_again(respondents, chance)
        _answer_and_kill(server, respondents, forms)
    server.start()
    cut_off += _send_again(respondents, chance)
    _check_all_there_once(database, [form for person in respondents for form in person.sent])
    assert cut_off > 0


def _send_again(respondents: list[Respondent], chance: random.Random) -> int:
    """Send every form that was cut off, and one in ten of the others; how many were cut off."""
    cut_off = 0
    for person in respondents:
        for form in person.sent:
            cut_off += not form.acknowledged
            if not form.acknowledged or chance.random() < 0.1:
                person.send(form)
    return cut_off


def _answer_and_kill(server: SurveyServer, respondents: list[Respondent], forms: int) -> None:
    taken = _acknowledged(respondents)
    threads = [
        threading.Thread(target=person.answer_until_the_server_dies) for person in respondents
    ]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    while _acknowledged(respondents) < taken + forms and time.monotonic() < begun + 30:
        time.sleep(0.01)
    server.kill()
    for thread in threads:
        thread.join(timeout=15)
    assert _acknowledged(respondents) >= taken + forms


def _acknowledged(respondents: list[Respondent]) -> int:
    return sum(form.acknowledged for person in respondents for form in person.sent)


def _check_all_there_once(database: Database, sent: list[Sent]) -> None:
    with database.engine.connect() as connection:
        interviews = connection.execute(select(interview)).all()
        stored = connection.execute(
            select(interview.c.key, page_answers).join_from(interview, page_answers)
        ).all()
    assert len(interviews) == sum(not form.is_page for form in sent)
    rows = {(row.key, row.page, row.submission_id): row.answers for row in stored}
    assert len(rows) == len(stored)
    assert rows == {form.identity: form.answers for form in sent if form.is_page}
    pages = Counter(row.key for row in stored)
    finished = {row.key for row in interviews if row.disposition is Disposition.COMPLETE}
    assert finished == {key for key, count in pages.items() if count == 3}
