"""Signing in and out, sessions, and one's own password."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app import create_app
from survey_app.config import Config
from survey_app.services.user import deactivate
from survey_app.web.auth import own_path
from tests.survey_app.web.conftest import PASSWORD, SECRET_KEY, email_of, text_of

if TYPE_CHECKING:
    from tests.survey_app.web.conftest import Office

START_PAGES = {
    "researcher": "/studies/",
    "manager": "/scorecards/",
    "administrator": "/people/",
}


@pytest.mark.parametrize(("person", "start"), START_PAGES.items())
def test_each_role_is_led_to_its_own_work(office: Office, person: str, start: str) -> None:
    """After signing in everybody lands on the page where their work is."""
    visitor = office.visitor(person)
    response = visitor.get("/")
    assert response.location == start
    assert visitor.get(start).status_code == 200


def test_wrong_password_and_unknown_person_are_told_alike(office: Office) -> None:
    """Nobody can find out by the sign-in page who has a login."""
    wrong = office.visitor().submit(
        "/sign-in", email=email_of("researcher"), password="not the password"
    )
    unknown = office.visitor().submit(
        "/sign-in", email="nobody@example.org", password="not the password"
    )
    assert wrong.status_code == unknown.status_code == 401
    assert "The e-mail address or the password is wrong." in text_of(wrong)
    known, stranger = (text_of(page).replace("nobody", "researcher") for page in (wrong, unknown))
    assert known == stranger


def test_empty_form_says_what_is_missing(office: Office) -> None:
    """Both problems are listed on top and lead to their fields."""
    response = office.visitor().submit("/sign-in", email="", password="")
    assert response.status_code == 422
    assert '<a href="#email">Write your e-mail address.</a>' in response.text
    assert '<a href="#password">Write your password.</a>' in response.text


def test_password_is_never_sent_back(office: Office) -> None:
    """A refused form keeps the address but not the password."""
    page = office.visitor().submit("/sign-in", email="a@example.org", password="my secret words")
    assert "a@example.org" in page.text
    assert "my secret words" not in page.text


def test_guessing_is_stopped_with_a_time_to_wait(office: Office) -> None:
    """After a few wrong passwords even the right one is not looked at for some minutes."""
    visitor = office.visitor()
    for _ in range(5):
        visitor.submit("/sign-in", email=email_of("manager"), password="wrong password")
    response = visitor.submit("/sign-in", email=email_of("manager"), password=PASSWORD)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60
    assert "Try again in" in text_of(response)


def test_signing_in_leads_on_to_the_page_asked_for(office: Office) -> None:
    """A page opened without a session is shown after signing in, with its query."""
    visitor = office.visitor()
    wanted = f"/studies/{office.waves_key}/results?wave=w1"
    to_sign_in = visitor.get(wanted).location
    response = visitor.submit(to_sign_in, email=email_of("researcher"), password=PASSWORD)
    assert response.location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "///evil.example",
        " //evil.example",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(office: Office, wanted: str) -> None:
    """A forged `next` is ignored."""
    visitor = office.visitor()
    response = visitor.post(
        "/sign-in",
        query_string={"next": wanted},
        data={
            "csrf_token": visitor.token("/sign-in"),
            "email": email_of("researcher"),
            "password": PASSWORD,
        },
    )
    assert response.location == "/studies/"


@given(st.text(alphabet="/\\:.@?#[ab \t\n\r\x00%5c", max_size=12))
def test_own_path_stays_on_the_site(wanted: str) -> None:
    """Whatever text is given: what is let through has no host, read as browsers read it."""
    path = own_path(wanted)
    if path is not None:
        as_browsers_read = path.replace("\\", "/")
        for removed in "\t\n\r":
            as_browsers_read = as_browsers_read.replace(removed, "")
        target = urlsplit(urljoin("https://own.example/sign-in", as_browsers_read))
        assert target.netloc == "own.example"


def test_session_that_was_planted_is_thrown_away(office: Office) -> None:
    """Nothing of the session that a browser brings survives signing in."""
    visitor = office.visitor()
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    token_before = visitor.token("/sign-in")
    visitor.sign_in("researcher")
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
    stale = visitor.post("/sign-out", data={"csrf_token": token_before})
    assert stale.status_code == 400


def test_signing_out_makes_a_copied_cookie_worthless(office: Office) -> None:
    """A cookie that was copied before signing out opens nothing afterwards."""
    visitor = office.visitor("researcher")
    copied = visitor.client.get_cookie("session")
    assert copied is not None
    assert visitor.submit("/account", "/sign-out").location == "/sign-in"
    thief = office.visitor()
    thief.client.set_cookie("session", copied.value)
    assert thief.get("/studies/").status_code == 302


def test_signing_out_needs_a_post(office: Office) -> None:
    """A link or a picture cannot sign anybody out."""
    visitor = office.visitor("researcher")
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/studies/").status_code == 200


def test_session_ends_after_its_lifetime(office: Office) -> None:
    """A session begun thirteen hours ago is no longer believed."""
    visitor = office.visitor("researcher")
    with visitor.client.session_transaction() as session:
        session["began"] = (datetime.now(UTC) - timedelta(hours=13)).timestamp()
    assert visitor.get("/studies/").location.startswith("/sign-in")


def test_person_shut_out_loses_the_open_session(office: Office) -> None:
    """Shutting somebody out works at once, not at their next sign-in."""
    visitor = office.visitor("researcher")
    with office.database.writing() as unit:
        user = unit.users.by_id(office.people["researcher"])
        assert user is not None
        deactivate(unit, user)
        unit.commit()
    assert visitor.get("/studies/").status_code == 302
    again = office.visitor().submit("/sign-in", email=email_of("researcher"), password=PASSWORD)
    assert again.status_code == 401


def test_forged_session_is_not_believed(office: Office) -> None:
    """A cookie signed with another key opens nothing."""
    visitor = office.visitor()
    visitor.client.set_cookie(
        "session", "eyJfdXNlcl9pZCI6IjE6MCJ9.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"
    )
    assert visitor.get("/studies/").location.startswith("/sign-in")


def test_new_password_ends_other_sessions_and_is_the_one_that_counts(office: Office) -> None:
    """After a change this browser stays signed in, every other one is out, the old word is void."""
    here, elsewhere = office.visitor("researcher"), office.visitor("researcher")
    new = "quite another set of words"
    response = here.submit("/account", current=PASSWORD, new=new, again=new)
    assert response.location == "/account"
    assert "Your password is changed" in text_of(here.get("/account"))
    assert elsewhere.get("/studies/").status_code == 302
    old = office.visitor().submit("/sign-in", email=email_of("researcher"), password=PASSWORD)
    assert old.status_code == 401
    office.visitor().sign_in("researcher", new)


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        (("wrong words here", "a good new one!", "a good new one!"), "current", "is wrong"),
        ((PASSWORD, "short", "short"), "new", "at least 12 characters"),
        ((PASSWORD, "a good new one!", "another new one"), "again", "not the same"),
    ],
)
def test_bad_password_change_is_refused_at_its_field(
    office: Office, fields: tuple[str, str, str], place: str, message: str
) -> None:
    """Each mistake is told at the field that it is about, and nothing changes."""
    visitor = office.visitor("manager")
    current, new, again = fields
    response = visitor.submit("/account", current=current, new=new, again=again)
    assert response.status_code == 422
    assert f'href="#{place}"' in response.text
    assert message in text_of(response)
    office.visitor().sign_in("manager")


def test_current_password_cannot_be_guessed_from_an_open_session(office: Office) -> None:
    """The account page counts wrong passwords as the sign-in page does."""
    visitor = office.visitor("manager")
    new = "a good new one!"
    for _ in range(5):
        visitor.submit("/account", current="wrong words", new=new, again=new)
    assert visitor.submit("/account", current=PASSWORD, new=new, again=new).status_code == 429


def test_demo_notice_is_shown_in_the_demo_only(office: Office, sqlite_url: str) -> None:
    """The demo says where its logins are; outside it the sign-in page says nothing of the kind."""
    app = create_app(Config(sqlite_url, SECRET_KEY, "http://localhost", demo=True))
    notice = "the logins were printed where the demo was started"
    assert notice in text_of(app.test_client().get("/sign-in", buffered=True))
    assert "demo" not in text_of(office.visitor().get("/sign-in")).lower()
    app.extensions["database"].close()
