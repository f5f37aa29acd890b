"""What every answer carries, what every form must bring, and what errors give away."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from reports.pdf.font_files import CHINESE_PACKAGE, missing
from survey_app import create_app
from survey_app.config import Config
from survey_app.web.security import HEADERS
from tests.people import add_person
from tests.survey_app.web.conftest import (
    PASSWORD,
    PUBLIC_URL,
    SECRET_KEY,
    Visitor,
    email_of,
    text_of,
)

if TYPE_CHECKING:
    from survey_app.storage.database import Database
    from tests.survey_app.web.conftest import Office

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def researcher_pages(office: Office) -> list[str]:
    """Every kind of page that a researcher sees."""
    study = f"/studies/{office.open_key}"
    return [
        "/studies/",
        "/studies/new",
        f"{study}/",
        f"{study}/results",
        f"{study}/measurement",
        f"{study}/downloads/",
        f"{study}/close",
        f"/studies/{office.draft_key}/",
        f"/studies/{office.draft_key}/design/about",
        f"/studies/{office.draft_key}/design/questions/own",
        f"/scorecards/{office.open_key}/north",
        f"/scorecards/{office.open_key}/tiny",
        "/account",
    ]


def test_every_answer_carries_the_headers(office: Office) -> None:
    """Pages, redirects, errors and static files all carry the strict policy."""
    visitor = office.visitor()
    for path in ("/sign-in", "/studies/", "/nowhere", "/static/app.css"):
        response = visitor.get(path)
        for name, value in HEADERS.items():
            assert response.headers[name] == value, (path, name)
        assert response.headers["Content-Security-Policy"] == POLICY


def test_no_page_breaks_its_own_policy(office: Office) -> None:
    """No page holds an inline script, a style or a handler, or asks another host for anything."""
    visitor = office.visitor("researcher")
    for path in researcher_pages(office):
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), path
        assert not re.search(r"<style|\sstyle=|\son\w+=", page.text), path
        loaded = re.findall(
            r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"([^\"]+)", page.text
        )
        assert all(address.startswith(("/", "data:,")) for address in loaded), (path, loaded)


def test_pages_of_those_signed_in_are_not_kept(office: Office) -> None:
    """Neither a browser nor a proxy keeps a page that needed a session, nor a file."""
    visitor = office.visitor("researcher")
    paths = [*researcher_pages(office), f"/studies/{office.open_key}/downloads/answers.csv"]
    for path in paths:
        assert visitor.get(path).headers["Cache-Control"] == "no-store", path


def test_cookie_is_for_this_site_and_not_for_scripts(office: Office) -> None:
    """The session cookie is HttpOnly, SameSite=Lax and bound to no domain."""
    response = office.visitor().submit("/sign-in", email=email_of("researcher"), password=PASSWORD)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_tls_the_cookie_is_secure_and_tls_is_demanded(sqlite_url: str) -> None:
    """With an https address the cookie carries the __Host- prefix and browsers are told to stay."""
    app = create_app(Config(sqlite_url, SECRET_KEY, PUBLIC_URL))
    response = app.test_client().get("/sign-in", base_url=PUBLIC_URL)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    app.extensions["database"].close()


def test_guesses_are_counted_for_the_visitor_not_for_the_proxy(
    sqlite_database: Database,
) -> None:
    """Behind the TLS proxy one visitor's wrong passwords do not shut out another; without TLS the
    header is not believed."""
    with sqlite_database.writing() as unit:
        for number in range(3, 30):
            add_person(unit, f"{number}@example.org")
        unit.commit()
    for address, ends_in in ((PUBLIC_URL, 401), ("http://localhost", 429)):
        app = create_app(Config(sqlite_database.url, SECRET_KEY, address))
        visitor = Visitor(app.test_client())
        token = visitor.token("/sign-in")

        def guess(number: int, origin: str, send: Visitor = visitor, made: str = token) -> int:
            fields = {"csrf_token": made, "email": f"{number}@example.org", "password": "wrong"}
            headers = {"X-Forwarded-For": origin}
            return send.post("/sign-in", data=fields, headers=headers).status_code

        assert [guess(number, "192.0.2.1") for number in range(30)] == [401] * 30
        assert guess(30, "192.0.2.1") == 429
        assert guess(31, "192.0.2.2") == ends_in
        app.extensions["database"].close()


def test_without_tls_none_is_demanded(office: Office) -> None:
    """On plain http the header would lock browsers out, so it is not sent."""
    assert "Strict-Transport-Security" not in office.visitor().get("/sign-in").headers


def test_every_post_needs_the_token_of_its_session(office: Office) -> None:
    """Each address that changes something refuses a post without a token, before anything else.

    Respondents' pages are left out: they have no session, and carry a signed ticket instead; so is
    the page to unsubscribe, whose address carries a signed token.
    """
    visitor = office.visitor("researcher")
    values = {"key": office.open_key, "brand_code": "north", "person_format": "csv"}
    refused = 0
    without_session = ("respond.", "unsubscribe.")
    adapter = office.app.url_map.bind("localhost")
    for rule in office.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith(without_session):
            asked = {name: values.get(name, 1) for name in rule.arguments}
            path = adapter.build(rule.endpoint, asked, append_unknown=False, method="POST")
            response = visitor.post(path, data={"csrf_token": "guessed"})
            assert response.status_code == 400, path
            assert "This form has expired" in text_of(response)
            refused += 1
    assert refused >= 12


def test_token_of_another_session_is_refused(office: Office) -> None:
    """A token that was made for one session does not serve another."""
    theirs = office.visitor("manager").token("/account")
    mine = office.visitor("researcher")
    assert mine.post("/sign-out", data={"csrf_token": theirs}).status_code == 400


def test_host_header_is_never_repeated(office: Office) -> None:
    """Links for customers come from PUBLIC_URL, redirects name no host, whatever Host claims."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.open_key}/"
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    session = visitor.client.get_cookie("session")
    assert session is not None
    visitor.client.set_cookie("session", session.value, domain="evil.example")
    page = visitor.get(path, headers=headers)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert f'href="http://localhost/s/{office.open_key}?b=north"' in page.text
    redirect = office.visitor().get("/studies/", headers=headers)
    assert redirect.location.startswith("/sign-in")
    for sloppy in ("/people?a=b", "/people//?a=b"):
        redirect = office.visitor().get(sloppy, base_url="http://evil.example")
        assert redirect.location == "/people/?a=b"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/sign-in", 405), ("POST", "/sign-out", 400)],
)
def test_errors_have_a_page_that_says_what_to_do(
    office: Office, method: str, path: str, status: int
) -> None:
    """An error page carries a heading, advice and nothing of the program."""
    response = office.visitor().client.open(path, method=method)
    assert response.status_code == status
    assert f"Error {status}" in text_of(response)
    assert response.text.count("<h1>") == 1
    assert not re.search(r"(?i)werkzeug|flask|traceback|python", response.text)


def test_method_not_allowed_names_the_allowed_ones(office: Office) -> None:
    """The page for 405 keeps the header that the standard demands."""
    allowed = office.visitor("researcher").get("/sign-out").headers["Allow"]
    assert set(allowed.split(", ")) == {"POST", "OPTIONS"}


def test_too_large_a_form_is_refused_early(office: Office) -> None:
    """Three megabytes of title end in a page that says so."""
    visitor = office.visitor("researcher")
    response = visitor.submit("/studies/new", title="x" * 3_000_000)
    assert response.status_code == 413
    assert "too large" in text_of(response)


def test_a_form_of_very_many_fields_is_refused(office: Office) -> None:
    """Ten thousand fields are not taken apart."""
    visitor = office.visitor("researcher")
    part = '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nvalue\r\n'
    response = visitor.post(
        "/studies/new",
        data=(part * 10_000 + "--b--\r\n").encode(),
        content_type="multipart/form-data; boundary=b",
    )
    assert response.status_code == 413


def test_unexpected_error_shows_no_traceback(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Nonsense in the database ends in a designed page; the traceback goes to the log alone."""
    visitor = office.visitor("researcher")
    file = office.database.url.removeprefix("sqlite:///")
    office.database.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE study SET instruments = '[{}]'")
    connection.close()
    response = visitor.get(f"/studies/{office.open_key}/results")
    assert response.status_code == 500
    assert "Something went wrong here" in text_of(response)
    assert not re.search(r"(?i)traceback|sqlite|is missing|sqlalchemy", response.text)
    assert "InstrumentError" in caplog.text


def test_respondents_and_files_have_no_session(office: Office) -> None:
    """Who is signed in is nobody on a respondent's page; no cookie is read or written there."""
    visitor = office.visitor("researcher")
    for address in (f"/s/{office.open_key}", "/static/app.css"):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert "session=" not in answer.headers.get("Set-Cookie", "")
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Cookie" in visitor.get("/studies/").headers["Vary"]


@pytest.mark.parametrize("body", ['{"email": 1, "password": {"a": 1}}', "[1, 2]", '"x"'])
def test_json_is_no_form(office: Office, body: str) -> None:
    """A sign-in sent as JSON is an empty form, whatever is in it."""
    visitor = office.visitor()
    headers = {"X-CSRFToken": visitor.token("/sign-in"), "Content-Type": "application/json"}
    response = visitor.post("/sign-in", data=body, headers=headers)
    assert response.status_code == 422
    assert "Write your e-mail address." in text_of(response)


@pytest.mark.parametrize("referrer", [{}, {"Referer": "https://survey.example.org/sign-in"}])
def test_forms_work_behind_a_proxy_that_names_itself(
    office: Office, referrer: dict[str, str]
) -> None:
    """A TLS proxy may pass on its own host, and a browser may keep the referrer to itself."""
    visitor, inside = office.visitor(), "https://127.0.0.1:8000"
    found = re.search(
        r'csrf_token"[^>]*value="([^"]+)', visitor.get("/sign-in", base_url=inside).text
    )
    assert found is not None
    fields = {"csrf_token": found[1], "email": email_of("researcher"), "password": PASSWORD}
    response = visitor.post("/sign-in", base_url=inside, data=fields, headers=referrer)
    assert response.status_code == 302, text_of(response)


@pytest.mark.parametrize("person", ["researcher", "administrator"])
def test_database_that_fails_has_a_page_for_those_signed_in(office: Office, person: str) -> None:
    """Not even who is signed in can be read: the page says so in plain words, with its headers."""
    visitor = office.visitor(person)
    with sqlite3.connect(str(office.database.engine.url.database)) as connection:
        connection.execute("ALTER TABLE user_account RENAME TO gone")
    for path in ("/studies/", "/people/", "/account"):
        page = visitor.get(path)
        assert page.status_code == 503
        assert "This did not work just now" in text_of(page)
        assert page.headers["Content-Security-Policy"] == POLICY
        assert not re.search(r"(?i)sqlite|select|user_account|traceback", page.text)


def test_database_that_cannot_be_written_is_told(office: Office) -> None:
    """While another program holds the write lock, a form is answered with what to do."""
    visitor = office.visitor("researcher")
    engine = office.database.engine
    event.listen(
        engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50")
    )
    engine.dispose()
    with sqlite3.connect(str(engine.url.database), isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        page = visitor.submit("/studies/", f"/studies/{office.draft_key}/open")
        connection.execute("ROLLBACK")
    assert page.status_code == 503
    assert "What was saved before is safe" in text_of(page)


def test_a_font_that_is_missing_is_told(office: Office) -> None:
    """A report that cannot be drawn on this machine is answered with whom to tell; what to install
    stands in the log, not on the page."""
    with office.app.test_request_context("/scorecard.pdf"):
        page = office.app.make_response(office.app.handle_user_exception(missing("zh")))
    assert page.status_code == 503
    told = page.get_data(as_text=True)
    assert "no font for the report" in told
    assert CHINESE_PACKAGE not in told
