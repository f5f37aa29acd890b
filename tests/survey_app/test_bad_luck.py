"""A full disk, a database that goes away, a connection that breaks: nothing kept is lost."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from survey_app.storage.database import Database
from survey_app.storage.tables import interview, page_answers
from survey_app.web.ticket import Tickets
from tests.survey_app.survey_server import HOST, SECRET_KEY, SurveyServer
from tests.survey_app.web.respond_site import add_study, groups_in, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql_server import PostgresqlServer

SEE_OTHER, UNAVAILABLE = 303, 503


@pytest.fixture
def server(database: Database) -> Iterator[SurveyServer]:
    """The server, on either kind of database."""
    made = SurveyServer(database.engine.url.render_as_string(hide_password=False))
    yield made
    made.kill()


def _start(server: SurveyServer, study_key: str) -> str:
    path = f"/s/{study_key}"
    ticket = ticket_in(server.request("GET", path)[2])
    fields = {"brand": "north", "language": "en", "channel": "web", "ticket": ticket}
    status, page, body = server.request("POST", path, fields)
    assert status == SEE_OTHER, body
    return page


def _form(server: SurveyServer, page: str) -> dict[str, str]:
    html = server.request("GET", page)[2]
    return {**dict.fromkeys(groups_in(html), "4"), "ticket": ticket_in(html)}


def _pages(database: Database) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(page_answers)) or 0


def test_a_full_disk_loses_nothing(sqlite_database: Database) -> None:
    """Once the disk is full a page is refused in plain words; with room again the same form is
    taken, and every page that was acknowledged is there."""
    study_key = add_study(sqlite_database)
    assert sqlite_database.file is not None
    log = sqlite_database.file.with_name(sqlite_database.file.name + "-wal")
    room = max(sqlite_database.file.stat().st_size, log.stat().st_size if log.exists() else 0)
    server = SurveyServer(f"sqlite:///{sqlite_database.file}", largest_file=room + 150_000)
    server.start()
    try:
        acknowledged, page, refused = 0, _start(server, study_key), ""
        for _ in range(400):
            form = _form(server, page)
            status, _, refused = server.request("POST", page, form)
            if status != SEE_OTHER:
                break
            acknowledged += 1
        assert status == UNAVAILABLE
        assert "what was saved stays saved" in refused
        assert "Traceback" not in refused
        assert "sqlite" not in refused.lower()
        assert acknowledged > 3
        server.kill()
        server.largest_file = None
        server.start()
        assert _pages(sqlite_database) == acknowledged
        assert server.request("POST", page, form)[0] == SEE_OTHER
        assert server.request("POST", page, form)[0] == SEE_OTHER
        assert _pages(sqlite_database) == acknowledged + 1
    finally:
        server.kill()


def test_a_database_that_is_restarted_is_found_again(
    postgresql_url: str, postgresql: PostgresqlServer
) -> None:
    """While it is away pages are refused in plain words; afterwards the same form is taken once,
    without restarting the server."""
    database = Database(postgresql_url)
    study_key = add_study(database)
    name = database.engine.url.database
    server = SurveyServer(postgresql_url)
    server.start()
    try:
        page = _start(server, study_key)
        form = _form(server, page)
        database.close()
        postgresql.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        postgresql.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )
        status, _, body = server.request("POST", page, form)
        assert status == UNAVAILABLE
        assert "what was saved stays saved" in body
        postgresql.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        assert [server.request("POST", page, form)[0] for _ in range(2)] == [SEE_OTHER] * 2
        assert _pages(database) == 1
    finally:
        server.kill()
        database.close()


def test_a_form_cut_off_on_its_way_is_not_kept(database: Database, server: SurveyServer) -> None:
    """Half a page is none: nothing of it is stored, and the whole page is taken afterwards."""
    study_key = add_study(database)
    server.start()
    page = _start(server, study_key)
    form = _form(server, page)
    body = urlencode(form).encode()
    head = (
        f"POST {page} HTTP/1.1\r\nHost: {HOST}:{server.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    for kept in (0, 10, len(body) // 2, len(body) - 1):
        with socket.create_connection((HOST, server.port), 10) as connection:
            connection.sendall(head.encode() + body[:kept])
            connection.shutdown(socket.SHUT_WR)
            connection.recv(100)
    assert _pages(database) == 0
    assert server.request("POST", page, form)[0] == SEE_OTHER
    assert _pages(database) == 1


def test_an_interview_goes_on_after_the_clock_was_set(
    database: Database, server: SurveyServer
) -> None:
    """Pages shown an hour in the future or two days ago are taken, and no time is negative."""
    study_key = add_study(database)
    server.start()
    page = _start(server, study_key)
    form = _form(server, page)
    _, _, key, number = page.split("/")
    view = form["ticket"].split(".")[2]
    for hours in (1, -48):
        tickets = Tickets(SECRET_KEY, clock=lambda hours=hours: time.time() + hours * 3600)
        ticket = tickets.for_page(key, int(number), view)
        assert server.request("POST", page, {**form, "ticket": ticket})[0] == SEE_OTHER
    with database.engine.connect() as connection:
        seconds = list(connection.scalars(select(page_answers.c.seconds)))
        begun = connection.scalar(select(func.count()).select_from(interview))
    assert begun == 1
    assert sorted(round(value / 3600) for value in seconds) == [0, 48]
    assert min(seconds) >= 0
