"""What reaches a respondent's pages from outside: forged, damaged and hostile input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from instruments.model import Citation, Instrument, Item, ResponseFormat, Scale
from survey_app.domain.study import Brand
from survey_app.web.ticket import LIFETIME_SECONDS, Tickets
from tests.survey_app.web.respond_site import (
    SECRET_KEY,
    Respondent,
    Site,
    checked_in,
    running_site,
    ticket_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database

HOSTILE = "\"'><script>alert(1)</script>"
FIRST_LOAD_BYTES = 60 * 1024


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[Site]:
    """A study that takes answers."""
    with running_site(sqlite_database) as site:
        yield site


def test_a_page_without_its_own_ticket_is_shown_again_and_not_recorded(site: Site) -> None:
    """Missing, forged, of another interview, of another page, signed by another key, or too old:
    the answers stay marked and the fresh ticket is good."""
    respondent, other = site.respondent(), site.respondent()
    page = respondent.start()
    key = page.split("/")[2]
    strangers_page = other.start()
    good = ticket_in(respondent.get(page).text)
    flipped = ("A" if good[0] != "A" else "B") + good[1:]
    long_ago = Tickets(SECRET_KEY, clock=lambda: 1e9)
    tickets = {
        "missing": "",
        "forged": "x.1.y",
        "damaged": flipped,
        "of another interview": ticket_in(other.get(strangers_page).text),
        "of another page": Tickets(SECRET_KEY).for_page(key, 2),
        "of another key": Tickets("another secret key " * 2).for_page(key, 1),
        "of a start": respondent.start_form(),
        "too old": long_ago.for_page(key, 1),
    }
    for name, ticket in tickets.items():
        data = {"q-cog1": "4", "q-cog2": "6", "ticket": ticket}
        answer = respondent.client.post(page, data=data)
        assert answer.status_code == 422, name
        assert "Please send this page again" in answer.text, name
        assert checked_in(answer.text) == {"cog1": 4, "cog2": 6}, name
        assert site.counts() == (2, 0), name
    fresh = {"q-cog1": "4", "q-cog2": "6", "q-cog3": "1", "ticket": ticket_in(answer.text)}
    assert respondent.client.post(page, data=fresh).location.endswith("/2")


def test_a_ticket_lasts_for_weeks() -> None:
    """A page left open overnight is taken; the time shown is the time that passed."""
    shown = Tickets(SECRET_KEY, clock=lambda: 1e9).for_page("interview", 1)
    later = 1e9 + LIFETIME_SECONDS - 1
    ticket = Tickets(SECRET_KEY, clock=lambda: later).read_page(shown, "interview", 1)
    assert ticket.seconds_until(later) == pytest.approx(LIFETIME_SECONDS - 1)
    assert ticket.seconds_until(0) == 0


def test_starting_needs_a_ticket_of_this_study(site: Site, sqlite_database: Database) -> None:
    """A form made elsewhere starts nothing: the start page comes back, brand and language kept."""
    respondent = site.respondent()
    page_ticket = Tickets(SECRET_KEY).for_page("some-interview", 1)
    for ticket in ("", "x.y", Tickets(SECRET_KEY).for_start("another-study"), page_ticket):
        answer = respondent.start_with(ticket, brand="south", language="ru")
        assert answer.status_code == 422
        assert 'value="south" checked' in answer.text
        assert "Не хватает" not in answer.text
    assert site.counts() == (0, 0)
    assert respondent.start_with(ticket_in(answer.text)).status_code == 303


def test_a_cookie_made_up_by_somebody_else_is_ignored(site: Site) -> None:
    """Only a start id that was signed here can choose the interview."""
    respondent = site.respondent()
    respondent.client.set_cookie("start", "chosen-by-somebody-else.x", path=site.address)
    page = respondent.start()
    respondent.client.set_cookie("start", "chosen-by-somebody-else.x", path=site.address)
    assert respondent.start() != page


@pytest.mark.parametrize(
    "value", ["0", "8", "-1", "4.0", "", "x", "١", "9" * 5000, "\x00", "4 OR 1"]
)
def test_impossible_answers_count_as_open(site: Site, value: str) -> None:
    """A value outside the scale is never recorded; the other answers of the page are."""
    respondent = site.respondent()
    page = respondent.start()
    answer = respondent.submit(page, 4, **{"q-cog2": value})
    kept = site.submissions()[0].answers
    if value == "١":  # an Arabic one is a one
        assert kept["cog2"] == 1
    else:
        assert answer.location == f"{page}?open=1"
        assert kept == {"cog1": 4, "cog2": None, "cog3": 4}


def test_fields_that_the_page_does_not_have_are_ignored(site: Site) -> None:
    """Neither items of other pages nor invented ones are recorded."""
    respondent = site.respondent()
    extra = {"q-emo1": "7", "cog1": "1", "finished_at": "now", "q-": "1", "brand": "south"}
    respondent.submit(respondent.start(), 3, **extra)
    assert site.submissions()[0].answers == {"cog1": 3, "cog2": 3, "cog3": 3}


def hostile_instrument() -> Instrument:
    """One page whose introduction, items and points try to be markup."""
    labels = dict.fromkeys(range(1, 8), f"point {HOSTILE}")
    item = Item("i1", "topic", {"en": f"item on {{brand}} {HOSTILE}"})
    scale = Scale(
        id="hostile",
        name={"en": "Hostile"},
        format=ResponseFormat("agreement", "agreement", 1, 7, {"en": labels}),
        items=(item,),
        intro={"en": f"intro {HOSTILE}"},
    )
    made_here = Citation("made here")
    return Instrument(
        "hostile", "1.0", {"en": "Hostile"}, ("en",), (scale,), made_here, "MIT", "project"
    )


def test_text_of_authors_is_never_markup(sqlite_database: Database) -> None:
    """Brand names, consent, introductions, items and points of the scale are shown as written."""
    changes: dict[str, Any] = {
        "instruments": [hostile_instrument()],
        "languages": ["en"],
        "consent": {"en": f"consent {HOSTILE}"},
        "brands": [
            Brand("north", {"en": f"{HOSTILE} {{brand}} {{{{7*7}}}}"}),
            Brand("south", {"en": "South"}),
        ],
    }
    with running_site(sqlite_database, **changes) as site:
        respondent = site.respondent()
        page = respondent.start()
        texts = [
            respondent.get(path).text for path in (site.address, f"{site.address}?b=north", page)
        ]
        texts.append(respondent.get(respondent.submit(page, None).location).text)
        texts.append(respondent.client.post(page, data={}).text)
        for html in texts:
            assert "<script>alert" not in html
            assert "&lt;script&gt;alert(1)&lt;/script&gt; {brand} {{7*7}}" in html


def test_what_the_address_says_is_never_markup(site: Site) -> None:
    """Query and path come back escaped or not at all."""
    respondent = site.respondent()
    for query in ("lang", "b", "c", "brand", "new", "open"):
        answer = respondent.get(site.address, query_string={query: HOSTILE})
        assert "<script>alert" not in answer.text
    assert "<script>alert" not in respondent.get(f"/i/{HOSTILE}/1").text


def test_every_answer_keeps_to_itself(site: Site) -> None:
    """Not stored by browsers or proxies, no referrer, not indexed, nothing from elsewhere, and no
    script or style inside the page."""
    respondent = site.respondent()
    page = respondent.start()
    paths = [site.address, page, page[:-2], "/i/unknown-interview", respondent.finish(page)]
    for path in paths:
        answer = respondent.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text or answer.location
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style| style=| on\w+=|<script(?! src=)", answer.text)
        for address in re.findall(r'(?:src|href|action)="([^"]+)"', answer.text):
            assert urlsplit(address).netloc in ("", "127.0.0.1"), address


def test_only_the_start_page_sets_a_cookie(site: Site) -> None:
    """It is for that page alone, unreadable for scripts, and bound to TLS where there is any."""
    respondent = site.respondent()
    cookies = respondent.get(site.address).headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert f"Path={site.address}" in cookies[0]
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]
    page = respondent.start()
    for path in (page, page[:-2], respondent.finish(page)):
        assert "Set-Cookie" not in respondent.get(path).headers


def test_the_cookie_travels_over_tls_only(sqlite_database: Database) -> None:
    """Where the application is reached by https, and still makes one interview of two starts."""
    with running_site(sqlite_database, secure=True) as site:
        respondent = site.respondent()
        start = respondent.get(site.address, base_url="https://survey.example.org")
        cookie = start.headers["Set-Cookie"]
        assert cookie.startswith("__Secure-start=")
        assert "; Secure;" in cookie


def test_a_page_that_is_far_too_large_is_refused(site: Site) -> None:
    """A form that cannot come from the page gets a page that says so."""
    respondent = site.respondent()
    page = respondent.start()
    answer = respondent.client.post(page, data={"q-cog1": "4" * 100_000})
    assert (answer.status_code, "could not be read" in answer.text) == (413, True)


def test_a_database_that_is_away_is_told_in_plain_words(site: Site) -> None:
    """No traceback and no statement; the answers are to be sent again."""
    respondent = site.respondent()
    page = respondent.start()
    ticket = ticket_in(respondent.get(page).text)
    with site.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE page_answers"))
    answer = respondent.client.post(page, data={"ticket": ticket, "q-cog1": "4"})
    assert answer.status_code == 503
    assert "This did not work just now" in answer.text
    assert "page_answers" not in answer.text
    assert "Traceback" not in answer.text


def test_the_first_load_is_small(site: Site) -> None:
    """Page, style sheet, script and icon as they are sent, together at most 60 KB; the files may
    be kept for a year, because their address changes with their content."""
    respondent = site.respondent()
    page = respondent.start()
    for path in (site.address, page):
        html = respondent.get(path, headers={"Accept-Encoding": "gzip"})
        sent = len(html.data)
        files = re.findall(r'<(?:link|script)[^>]*?(?:href|src)="([^"]+)"', html.text)
        assert len(files) == 3
        for file in files:
            with respondent.get(file) as answer:
                assert answer.status_code == 200
                assert "max-age=31536000" in answer.headers["Cache-Control"]
                sent += len(answer.data)
        assert sent <= FIRST_LOAD_BYTES


NAMES = st.sampled_from(
    ["ticket", "q-cog1", "q-cog2", "anyway", "brand", "language", "channel", "q-data", "csrf_token"]
) | st.text(max_size=20)
VALUES = st.sampled_from(["4", "1", "north", "en", "1e9", "-0", "٣"]) | st.text(max_size=40)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def _any_page(respondent: Respondent, number: int) -> str:
    page = respondent.start()
    return f"{page.rpartition('/')[0]}/{number}"


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(
    fields=st.dictionaries(NAMES, VALUES, max_size=8),
    number=st.integers(-1, 5),
    ticketed=st.booleans(),
)
def test_no_form_makes_the_application_fail(
    site: Site, fields: dict[str, str], number: int, ticketed: bool
) -> None:
    """Whatever is sent to a page or a start page is answered by a page or a redirect."""
    respondent = site.respondent()
    page = _any_page(respondent, number)
    if ticketed:
        key = page.split("/")[2]
        fields["ticket"] = Tickets(SECRET_KEY).for_page(key, number)
    for path in (page, site.address):
        assert respondent.client.post(path, data=fields).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-16",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/json",
            "",
        ]
    ),
    path=st.text(max_size=30),
)
def test_no_bytes_make_the_application_fail(site: Site, body: bytes, kind: str, path: str) -> None:
    """Bodies that are no form, and addresses that are no key, are answered in plain words."""
    respondent = site.respondent()
    page = _any_page(respondent, 1)
    for address in (page, site.address):
        answer = respondent.client.post(address, data=body, content_type=kind)
        assert answer.status_code < 500
    for address in (f"/s/{path}", f"/i/{path}", f"/i/{path}/1"):
        assert respondent.get(address.replace("?", "%3F")).status_code < 500
