"""Who answered what: in an anonymous study nobody can tell from the database and the logs."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from survey_app.domain.invitation import MailingKind
from survey_app.domain.study import Mode
from survey_app.jobs.queue import open_queue
from survey_app.jobs.start_invitations import start_invitations
from tests.smtp_server import running_smtp_server
from tests.survey_app.attacker import Attacker, take_dump
from tests.survey_app.jobs.inviting import InvitingOffice, furnish_inviting
from tests.survey_app.jobs.mailing import study_of
from tests.survey_app.jobs.test_deliver_scorecards import wait_for
from tests.survey_app.survey_server import HOST, SECRET_KEY, free_port
from tests.survey_app.web.respond_site import groups_in, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey_app.storage.database import Database

INVITED, ANSWERING, BETWEEN = 60, 35, 12
"""Contacts, those who finish, and after how many of those a reminder goes out."""

MOST_BY_CHANCE = 10
"""A random pairing of 35 in two groups hits 2 on average, and more than 10 once in 100,000."""

_LINK = re.compile(r"http://\S+?(/t/[A-Za-z0-9_-]{22})")


class Browser:
    """Somebody's browser, with cookies."""

    def __init__(self, address: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._address = address

    def get(self, path: str) -> tuple[str, str]:
        """The path that a page is shown at in the end, and the page."""
        return self._open(path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[str, str]:
        """The same after a form was sent."""
        return self._open(path, urllib.parse.urlencode(fields).encode())

    def _open(self, path: str, data: bytes | None) -> tuple[str, str]:
        with self._opener.open(self._address + path, data, timeout=20) as response:
            return urllib.parse.urlsplit(response.url).path, response.read().decode()


def answer(address: str, link: str, number: int, brand: str, *, pages: int = 9) -> None:
    """Open a link and answer some pages so that the answers name the person: the first ones are the
    digits of their number."""
    who = Browser(address)
    _, html = who.get(link)
    language = re.search(r'name="language" value="(\w+)"', html)
    assert language is not None
    fields = {"ticket": ticket_in(html), "language": language[1], "brand": brand}
    place, html = who.post(link, fields)
    digits = [str(number // 7 % 7 + 1), str(number % 7 + 1)]
    while not place.endswith("/finish") and pages:
        groups = groups_in(html)
        given = dict.fromkeys(groups, "4")
        given.update(zip(sorted(groups)[:2], digits, strict=False))
        place, html = who.post(place, {**given, "ticket": ticket_in(html)})
        pages -= 1


@contextmanager
def serving(database: Database, smtp_url: str, port: int, log: Path) -> Iterator[None]:
    """The product as it is run, with its worker; everything that it says goes into a file."""
    environment = {
        **os.environ,
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "JOBS_FILE": str(log.with_name("queue.sqlite")),
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "SMTP_URL": smtp_url,
        "MAIL_FROM": "Surveys <surveys@example.org>",
    }
    command = [sys.executable, "-m", "survey_app.cli", "serve", "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            wait_for(lambda: _answers(port))
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def _answers(port: int) -> bool:
    try:
        Browser(f"http://{HOST}:{port}").get("/sign-in")
    except OSError:
        return False
    return True


def field_a_study(database: Database, folder: Path, mode: Mode) -> tuple[dict[int, str], str]:
    """Invite, answer in the order in which the mails came, remind twice in between; the addresses
    by the number that their answers tell, and the logs."""
    study_id, owner_id = furnish_inviting(database, mode)
    log, port = folder / "server.log", free_port()
    with (
        running_smtp_server(folder / "mails") as mailbox,
        serving(database, mailbox.url, port, log),
    ):
        office = InvitingOffice(database, mailbox, study_id, owner_id)
        half = INVITED // 2
        office.add((f"person{n}@example.org" for n in range(half)), "en", "north")
        office.add((f"person{n}@example.org" for n in range(half, INVITED)), "de", "south")
        send_all(office, MailingKind.INVITATION, folder)
        links = {}
        for mail in office.mailbox.mails():
            body = mail.get_body(("plain",))
            assert body is not None
            found = _LINK.search(body.get_content())
            assert found is not None
            links[str(mail["To"].addresses[0].addr_spec)] = found[1]
        address, names = f"http://{HOST}:{port}", {}
        for number, (email, link) in enumerate(list(links.items())[:ANSWERING]):
            if number and number % BETWEEN == 0:
                send_all(office, MailingKind.REMINDER, folder)
            answer(address, link, number, "north" if int(email[6:-12]) < half else "south")
            names[number] = email
        for email in list(links)[ANSWERING : ANSWERING + 5]:
            answer(address, links[email], 0, "north", pages=1)
        assert office.mailbox.count() == INVITED + (INVITED - 12) + (INVITED - 24)
    return names, log.read_text()


def send_all(office: InvitingOffice, kind: MailingKind, folder: Path) -> None:
    """Let the worker send a mailing to its end."""
    made = office.plan(kind)
    with office.database.writing() as unit:
        job = start_invitations(unit, study_of(unit, office.study_id), office.owner_id)
        unit.commit()
    open_queue(office.database, file=str(folder / "queue.sqlite")).put(job.id or 0)
    wait_for(lambda: not office.mailing(made).unfinished)


def best_attack(attacker: Attacker, names: dict[int, str]) -> tuple[int, str]:
    """How many interviews the best attack gives to the right person, and its name."""
    truth = {one: attacker.contact(names[n]) for one, n in _numbers(attacker).items()}
    assert sorted(truth.values()) == sorted(attacker.finished)
    assert len(truth) == ANSWERING
    hits = [
        (sum(truth[one] == contact for one, contact in guess.items()), name)
        for name, guess in attacker.guesses()
    ]
    assert len(hits) > 100
    return max(hits)


def _numbers(attacker: Attacker) -> dict[int, int]:
    """What the answers of each interview tell, which only we can read."""
    numbers = {}
    for interview in attacker.interviews:
        first = min(attacker.answers_of(interview), key=lambda row: row["page"])
        given = first["answers"]
        given = json.loads(given) if isinstance(given, str) else given
        digits = [given[item] for item in sorted(given)[:2]]
        numbers[interview["id"]] = (digits[0] - 1) * 7 + digits[1] - 1
    return numbers


def test_nobody_can_tell_who_answered_anonymously(database: Database, tmp_path: Path) -> None:
    """With the whole database as it lies on disk, the logs and the secret key, no attack finds more
    people than guessing does."""
    names, logs = field_a_study(database, tmp_path, Mode.ANONYMOUS)
    dump = take_dump(database)
    attacker = Attacker(dump, logs, SECRET_KEY)
    hits, name = best_attack(attacker, names)
    assert hits <= MOST_BY_CHANCE, (hits, name)
    assert dump.tables["mail_task"] == []
    assert not any(row["person_id"] for row in dump.tables["interview"])
    days = {str(row["finished_at"])[11:19] for row in attacker.interviews}
    assert days == {"00:00:00"}
    for secret in attacker.secrets():
        assert secret not in logs
    assert HOST not in logs
    assert best_attack(attacker.if_order_were_kept(names), names)[0] == ANSWERING
    if database.file is not None:
        whole = b"".join(file.read_bytes() for file in tmp_path.glob("engage.sqlite*"))
        assert not any(token.encode() in whole for token in attacker.tokens())


def test_the_same_attacks_name_everybody_where_a_key_is_kept(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """In a pseudonymous study the attacks find everybody, so that they could find anybody."""
    names, logs = field_a_study(sqlite_database, tmp_path, Mode.PSEUDONYMOUS)
    dump = take_dump(sqlite_database)
    hits, name = best_attack(Attacker(dump, logs, SECRET_KEY), names)
    assert (hits, name) == (ANSWERING, "shared values")
