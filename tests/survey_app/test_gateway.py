"""What the web server does with requests that are slow, broken, or many at once."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from survey_app.gateway import SECONDS_OF_SILENCE
from tests.survey_app.survey_server import HOST, SurveyServer
from tests.survey_app.web.respond_site import add_study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

FORM = "Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SILENT = 40
"""More senders than the server has processes and threads."""


@pytest.fixture
def server(sqlite_database: Database) -> Iterator[SurveyServer]:
    """A running server with an open study."""
    running = SurveyServer(sqlite_database.url)
    running.start()
    yield running
    running.kill()


def connect(server: SurveyServer) -> socket.socket:
    """A connection to a server."""
    return socket.create_connection((HOST, server.port), timeout=15)


def send(server: SurveyServer, request: str) -> str:
    """The answer to a request written out; the server may close the connection at any moment."""
    with connect(server) as connection:
        connection.sendall(request.encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode()


def test_senders_that_fall_silent_hold_up_nobody(
    server: SurveyServer, sqlite_database: Database
) -> None:
    """Phones that lose their network in the middle of a page, or of its address, stop neither
    respondents nor those who sign in."""
    study = add_study(sqlite_database)
    half = (
        f"POST /s/{study} HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 500\r\n\r\nlanguage=",
        f"POST /sign-in HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 500\r\n\r\nemail=",
        f"GET /s/{study} HT",
    )
    with ExitStack() as stack:
        for number in range(SILENT):
            silent = stack.enter_context(connect(server))
            silent.sendall(half[number % len(half)].encode())
        for path in (f"/s/{study}", "/sign-in") * 4:
            assert server.request("GET", path)[0] == 200


def test_a_sender_that_stays_silent_is_given_up(
    server: SurveyServer,
) -> None:
    """After some seconds the rest of a request is no longer waited for."""
    assert 5 <= SECONDS_OF_SILENCE <= 60
    with connect(server) as silent:
        silent.settimeout(SECONDS_OF_SILENCE + 10)
        part = f"POST /s/x HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 9\r\n\r\na"
        silent.sendall(part.encode())
        assert silent.recv(100).startswith(b"HTTP/1.1 408")


def test_large_bodies_are_refused_in_words(server: SurveyServer, sqlite_database: Database) -> None:
    """One that says how long it is, and one that comes in pieces without saying so."""
    path = f"/s/{add_study(sqlite_database)}"
    long = 3_000_000
    said = f"POST {path} HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: {long}\r\n\r\n{'a' * long}"
    pieces = "8000\r\n" + "a" * 0x8000 + "\r\n"
    unsaid = f"POST {path} HTTP/1.1\r\nHost: x\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n"
    for request in (said, unsaid + pieces * 80 + "0\r\n\r\n"):
        answer = send(server, request)
        assert answer.startswith("HTTP/1.1 413")
        assert "far too large" in answer
    small = send(server, f"{unsaid}3\r\na=b\r\n0\r\n\r\n")
    assert small.startswith("HTTP/1.1 422")


def test_what_is_no_request_is_refused(server: SurveyServer) -> None:
    """The server answers and goes on."""
    for broken in ("GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nA\x00: b\r\n\r\n"):
        assert re.match(r"HTTP/1.1 400|$", send(server, broken))
    chunk = f"POST /s/x HTTP/1.1\r\nHost: x\r\n{FORM}Transfer-Encoding: chunked\r\n\r\nZZ\r\n"
    assert re.match(r"HTTP/1.1 4|$", send(server, chunk))
    assert server.request("GET", "/sign-in")[0] == 200


def test_no_header_passes_for_another(server: SurveyServer, sqlite_database: Database) -> None:
    """A header with an underscore is no header with a hyphen; several cookies are one list; text
    in an address comes out as it was meant."""
    study = add_study(sqlite_database)
    page = f"GET /s/{study} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    assert 'lang="ru"' in send(server, f"{page}Accept-Language: ru\r\n\r\n")
    assert 'lang="en"' in send(server, f"{page}Accept_Language: ru\r\n\r\n")
    first = send(server, f"{page}\r\n")
    name, ticket = re.search(r"(?i)set-cookie: ([^=]+)=([^;]+)", first).groups()  # type: ignore[union-attr]
    again = send(server, f"{page}Cookie: a=b\r\nCookie: {name}={ticket}\r\n\r\n")
    assert ticket.split(".")[0] in again
    head = send(server, page.replace("GET", "HEAD") + "\r\n")
    assert head.startswith("HTTP/1.1 200")
    assert "<html" not in head
    assert server.request("GET", "/s/%D1%8F")[0] == 404


def test_answers_at_once_do_not_mix(server: SurveyServer, sqlite_database: Database) -> None:
    """Pages in two languages, asked for side by side, come to whoever asked for them."""
    study = add_study(sqlite_database)

    def ask(number: int) -> bool:
        language = ("en", "ru")[number % 2]
        page = server.request("GET", f"/s/{study}?lang={language}")[2]
        sign_in = server.request("GET", "/sign-in")[2]
        return f'lang="{language}"' in page and "password" in sign_in

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(160)))
