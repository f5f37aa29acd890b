"""Scorecards by mail on the web: the reader's page, sending to all, the log, and the way out."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from survey_app import create_app
from survey_app.config import Config
from survey_app.domain.delivery import Claim, Delivery, DeliveryState
from survey_app.domain.study import new_key, now
from survey_app.services.delivery_mail import (
    Letter,
    Unsubscription,
    scorecard_address,
    unsubscribe_token,
)
from survey_app.services.user import deactivate
from tests.survey_app.web.conftest import (
    PEOPLE,
    SECRET_KEY,
    Office,
    Visitor,
    email_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from survey_app.domain.schedule import Schedule
    from survey_app.domain.study import Study

OVERVIEW = "/by-mail/"
MONTHLY = {
    "brand": "0",
    "occasion": "monthly",
    "day": "31",
    "hour": "9",
    "time_zone": "Europe/Berlin",
    "what": "link",
    "language": "ru",
    "paper": "Letter",
}
TO_ALL = {"wave": "1", "what": "pdf", "language": "en", "paper": "A4"}


@pytest.fixture
def mailing(office_file: Path, tmp_path: Path) -> Iterator[Office]:
    """The application with a mail server named in its settings."""
    file = tmp_path / "mailing.sqlite"
    shutil.copyfile(office_file, file)
    config = Config(
        f"sqlite:///{file}",
        SECRET_KEY,
        "http://localhost",
        smtp_url="smtp://u:secret-word@mail.example.org",
        mail_from="Scorecards <scorecards@example.org>",
    )
    app = create_app(config)
    database = app.extensions["database"]
    with database.reading() as unit:
        people = {person: unit.users.by_email(email_of(person)) for person in PEOPLE}
        keys = {study.title: study.key for study in unit.studies.all()}
    ids = {person: user.id for person, user in people.items()}
    yield Office(app, database, ids, keys["Shops"], keys["Draft"], keys["Tracker"], "")
    database.close()


def study_of(office: Office) -> Study:
    """The open study."""
    with office.database.reading() as unit:
        found = unit.studies.by_key(office.open_key)
    assert found is not None
    return found


def schedules(office: Office) -> list[Schedule]:
    """The manager's schedules."""
    with office.database.reading() as unit:
        return unit.schedules.of_reader(office.people["manager"])


def deliveries(office: Office) -> list[Delivery]:
    """The log of the open study, the oldest first."""
    with office.database.reading() as unit:
        return [row.delivery for row in unit.deliveries.log(study_id=study_of(office).id)][::-1]


def set_up(office: Office, visitor: Visitor, **changes: str) -> TestResponse:
    """Set up mails about the open study."""
    page = f"{OVERVIEW}studies/{office.open_key}/new"
    return visitor.submit(page, **{**MONTHLY, **changes})


def sending_page(office: Office) -> str:
    """The page on which scorecards are sent."""
    return f"/studies/{office.open_key}/deliveries/"


def confirmed(office: Office, visitor: Visitor) -> dict[str, str]:
    """Go as far as the confirmation; the fields of its form."""
    page = sending_page(office)
    response = visitor.submit(page, f"{page}confirm", **TO_ALL)
    assert response.status_code == 200, text_of(response)
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', response.text)
    return dict(pair for pair in found if pair[0] in {*TO_ALL, "sending"})


def test_a_reader_sets_up_changes_and_ends(mailing: Office) -> None:
    """From the list of scorecards to a monthly mail, paused, resumed and deleted."""
    visitor = mailing.visitor("manager")
    assert f'href="{OVERVIEW}"' in visitor.get("/scorecards/").text
    assert set_up(mailing, visitor).location == OVERVIEW
    page = text_of(visitor.get(OVERVIEW))
    assert "Every month on day 31 (or the last day of the month) at 09:00, Europe/Berlin" in page
    assert "Link only, Russian" in page
    (made,) = schedules(mailing)
    assert made.next_due_at is not None
    for step, said in (("pause", "Paused"), ("resume", "Pause"), ("delete", "Nothing is set up")):
        visitor.submit(OVERVIEW, f"{OVERVIEW}schedules/{made.key}/{step}")
        assert said in text_of(visitor.get(OVERVIEW))
    assert schedules(mailing) == []


def test_the_time_zone_of_new_schedules_is_ones_own(mailing: Office) -> None:
    """What a reader chose once is chosen when the next schedule is made."""
    visitor = mailing.visitor("manager")
    zone = f"/account/time-zone?next={OVERVIEW}"
    assert f'href="/account?next={OVERVIEW}#time-zone"' in visitor.get(OVERVIEW).text
    saved = visitor.submit("/account", zone, time_zone="Asia/Tokyo")
    assert saved.location == OVERVIEW
    assert "Your time zone is Asia/Tokyo." in text_of(visitor.get(OVERVIEW))
    foreign = visitor.submit("/account", f"{zone.partition('=')[0]}=//example.org", time_zone="UTC")
    assert foreign.location == "/account"
    visitor.submit("/account", zone, time_zone="Asia/Tokyo")
    page = visitor.get(f"{OVERVIEW}studies/{mailing.open_key}/new").text
    assert '<option selected value="Asia/Tokyo">' in page
    refused = visitor.submit("/account", zone, time_zone="Mars/Phobos")
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"occasion": "daily"},
        {"day": "32"},
        {"hour": "24"},
        {"time_zone": "Mars/Phobos"},
        {"language": "de"},
        {"paper": "A0"},
        {"brand": "999"},
        {"what": "all"},
    ],
)
def test_what_was_not_offered_is_refused(mailing: Office, wrong: dict[str, str]) -> None:
    """A form that asks for what is not there gets a page that says so; nothing is kept."""
    assert set_up(mailing, mailing.visitor("manager"), **wrong).status_code == 422
    assert schedules(mailing) == []


def test_only_ones_own(mailing: Office) -> None:
    """Somebody else's schedule does not exist, nor a study of which one reads nothing."""
    set_up(mailing, mailing.visitor("manager"))
    (made,) = schedules(mailing)
    idle = mailing.visitor("idle_manager")
    for step in ("pause", "resume", "delete"):
        refused = idle.submit(OVERVIEW, f"{OVERVIEW}schedules/{made.key}/{step}")
        assert refused.status_code == 404
    assert idle.get(f"{OVERVIEW}studies/{mailing.open_key}/new").status_code == 404
    assert "No scorecard is yours" in text_of(idle.get(OVERVIEW))
    assert not schedules(mailing)[0].paused


def test_stopped_and_received_again(mailing: Office) -> None:
    """A reader who stops all mails about a study is told so, and can take it back."""
    visitor = mailing.visitor("manager")
    set_up(mailing, visitor)
    place = f"{OVERVIEW}studies/{mailing.open_key}"
    visitor.submit(OVERVIEW, f"{place}/stop")
    assert "You are unsubscribed" in text_of(visitor.get(OVERVIEW))
    visitor.submit(OVERVIEW, f"{place}/receive")
    assert "You are unsubscribed" not in text_of(visitor.get(OVERVIEW))
    assert schedules(mailing)[0].paused


def test_confirmation_says_how_many_and_sends_nothing(mailing: Office) -> None:
    """Two brands of one reader are two mails; looking at the confirmation adds none."""
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    said = text_of(visitor.submit(page, f"{page}confirm", **TO_ALL))
    assert "2 mails to 1 person, one for each of their brands." in said
    assert "North & Co 1 reader" in said
    assert "Send 2 mails" in said
    assert deliveries(mailing) == []


def test_nobody_to_send_to(mailing: Office) -> None:
    """Without an active manager the page says so and offers no button."""
    with mailing.database.writing() as unit:
        manager = unit.users.by_id(mailing.people["manager"])
        assert manager is not None
        deactivate(unit, manager)
        unit.commit()
    page = sending_page(mailing)
    response = mailing.visitor("researcher").submit(page, f"{page}confirm", **TO_ALL)
    assert "Nobody would receive anything." in text_of(response)
    assert f'action="{page}send"' not in response.text


def test_confirmed_twice_sends_once(mailing: Office) -> None:
    """A double click adds nothing; a job waits that sends."""
    visitor = mailing.visitor("researcher")
    fields = confirmed(mailing, visitor)
    page = sending_page(mailing)
    for _ in range(2):
        assert visitor.submit(page, f"{page}send", **fields).location == page
    assert [one.state for one in deliveries(mailing)] == [DeliveryState.WAITING] * 2
    with mailing.database.reading() as unit:
        jobs = unit.jobs.unfinished()
    assert [job.kind for job in jobs] == ["deliver_scorecards"]
    shown = visitor.get(page)
    assert "Being sent" in text_of(shown)
    assert f'data-ask="{page}progress"' in shown.text
    assert visitor.get(f"{page}progress").json["unfinished"] is True
    # It has a page of its own and is no analysis.
    assert "Scorecards by mail" not in visitor.get(f"/studies/{mailing.open_key}/analyses/").text


def test_taken_back(mailing: Office) -> None:
    """What was not sent yet is taken back, and the job ends."""
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    visitor.submit(page, f"{page}send", **confirmed(mailing, visitor))
    visitor.submit(page, f"{page}cancel")
    assert [one.state for one in deliveries(mailing)] == [DeliveryState.CANCELLED] * 2
    assert visitor.get(f"{page}progress").json["state"] == "cancelled"
    assert "Taken back" in text_of(visitor.get(page))


def log_some(office: Office) -> None:
    """One that was sent, one that failed, one in doubt."""
    study = study_of(office)
    made = [
        Delivery(
            f"sent {new_key()}",
            study.id or 0,
            office.people["manager"],
            study.brand("north").id or 0,
            study.current_wave.id or 0,
            "en",
            due_at=now(),
        )
        for _ in range(3)
    ]
    for number, one in enumerate(made):
        one.start(Claim(1, 1), f"<{number}@example.org>", "f" * 64)
    made[0].succeed(now())
    made[1].fail("550 There is <nobody>")
    made[2].lose()
    with office.database.writing() as unit:
        for one in made:
            unit.deliveries.add_new([one])
            unit.flush()
        unit.commit()


def test_the_log_tells_who_what_when_and_why_not(mailing: Office) -> None:
    """The researcher sees each mail with its reader, state, error, Message-ID and fingerprint, and
    can look at one state alone."""
    log_some(mailing)
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    whole = visitor.get(page)
    said = text_of(whole)
    for words in (
        "manager@example.org",
        "North & Co",
        "Sent (1)",
        "Failed (1)",
        "In doubt (1)",
        "550 There is <nobody>",
        "<0@example.org>",
        "f" * 64,
        "Sent to all managers",
    ):
        assert words in said
    assert "<nobody>" not in whole.text
    failed = visitor.get(f"{page}?state=failed").text
    assert "1@example.org" in failed
    assert "0@example.org" not in failed
    assert visitor.get(f"{page}?state=nonsense").status_code == 404


def test_sent_again_by_a_person(mailing: Office) -> None:
    """What failed or is in doubt can be sent again, what was sent cannot."""
    log_some(mailing)
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    sent, failed, doubtful = deliveries(mailing)
    for one in (sent, failed, doubtful):
        assert visitor.submit(page, f"{page}{one.key}/again").location == page
    states = [one.state for one in deliveries(mailing)]
    assert states == [DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.WAITING]


def test_all_that_failed_again(mailing: Office) -> None:
    """One button for all that failed; those in doubt are not among them."""
    log_some(mailing)
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    visitor.submit(page, f"{page}again")
    states = [one.state for one in deliveries(mailing)]
    assert states == [DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.UNCERTAIN]


def test_older_ones_are_on_the_next_page(mailing: Office) -> None:
    """A long log is shown a hundred at a time, none left out, none twice."""
    for _ in range(35):
        log_some(mailing)
    visitor = mailing.visitor("researcher")
    page = sending_page(mailing)
    first = visitor.get(page).text
    link = re.search(r'href="([^"]+before=\d+)"', first)
    assert link is not None
    second = visitor.get(link.group(1)).text
    assert first.count("Message-ID") == 100
    assert second.count("Message-ID") == 5


def test_an_administrator_sends_and_sees_no_answers(mailing: Office) -> None:
    """The administrator reaches the log of every study, and none of its other pages."""
    visitor = mailing.visitor("administrator")
    assert "Scorecards <scorecards@example.org>" in text_of(visitor.get("/deliveries/"))
    page = sending_page(mailing)
    assert f'href="{page}"' in visitor.get("/deliveries/").text
    shown = visitor.get(page).text
    assert f"/studies/{mailing.open_key}/results" not in shown
    visitor.submit(page, f"{page}send", **confirmed(mailing, visitor))
    assert len(deliveries(mailing)) == 2
    assert visitor.get(f"/studies/{mailing.draft_key}/deliveries/").status_code == 404


def test_without_a_mail_server_every_page_says_so(office: Office) -> None:
    """Reader, researcher and administrator are told that nothing is sent and who mends it; nothing
    can be sent."""
    for person, page in (
        ("manager", OVERVIEW),
        ("manager", f"{OVERVIEW}studies/{office.open_key}/new"),
        ("researcher", sending_page(office)),
        ("administrator", "/deliveries/"),
    ):
        said = text_of(office.visitor(person).get(page))
        assert "Mail is not set up, so nothing is sent." in said
        assert "SMTP_URL" in said
    visitor = office.visitor("researcher")
    page = sending_page(office)
    refused = visitor.submit(page, f"{page}send", **TO_ALL, sending=new_key())
    assert refused.status_code == 400


def test_no_page_shows_the_password(mailing: Office) -> None:
    """What SMTP_URL holds stays in the settings."""
    for person, page in (("administrator", "/deliveries/"), ("researcher", sending_page(mailing))):
        assert "secret-word" not in mailing.visitor(person).get(page).text


def token(office: Office, language: str = "en") -> str:
    """The token in a mail to the manager about the open study."""
    config = office.app.extensions["engage_config"]
    about = Unsubscription(office.people["manager"], study_of(office).id or 0, language)
    return unsubscribe_token(config, about)


def is_unsubscribed(office: Office) -> bool:
    """Whether the manager wants no mail about the open study."""
    with office.database.reading() as unit:
        return unit.schedules.is_unsubscribed(office.people["manager"], study_of(office).id or 0)


def test_looking_does_not_unsubscribe(mailing: Office) -> None:
    """Programs that open every link of a mail change nothing; the page asks, in the language of
    the mail."""
    visitor = mailing.visitor()
    page = visitor.get(f"/unsubscribe/{token(mailing, 'ar')}")
    assert page.status_code == 200
    assert '<div lang="ar" dir="rtl">' in page.text
    assert "Set-Cookie" not in page.headers
    visitor.client.head(f"/unsubscribe/{token(mailing)}")
    assert not is_unsubscribed(mailing)


def test_one_click_unsubscribes_at_once(mailing: Office) -> None:
    """A mail program posts what RFC 8058 says, without cookie or form: from then on nothing is
    sent, and what waited is called off."""
    set_up(mailing, mailing.visitor("manager"))
    researcher = mailing.visitor("researcher")
    page = sending_page(mailing)
    researcher.submit(page, f"{page}send", **confirmed(mailing, researcher))
    address = f"/unsubscribe/{token(mailing)}"
    for _ in range(2):
        done = mailing.visitor().post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "You are unsubscribed" in text_of(done)
    assert is_unsubscribed(mailing)
    assert schedules(mailing)[0].paused
    assert {one.state for one in deliveries(mailing)} == {DeliveryState.UNSUBSCRIBED}


def test_a_token_that_was_not_made_here_does_nothing(mailing: Office) -> None:
    """A token that was changed or is about nobody is not found."""
    made = token(mailing)
    config = mailing.app.extensions["engage_config"]
    nobody = unsubscribe_token(config, Unsubscription(9_999, 9_999, "en"))
    for wrong in (made[:-2], "x", nobody, f"{made}.x"):
        for method in (mailing.visitor().get, mailing.visitor().post):
            assert method(f"/unsubscribe/{wrong}").status_code == 404
    assert not is_unsubscribed(mailing)


def test_links_of_mails_lead_to_pages(mailing: Office) -> None:
    """What a mail links to is there for its reader: the scorecard, in the wave and the language of
    the mail."""
    study = study_of(mailing)
    with mailing.database.reading() as unit:
        manager = unit.users.by_id(mailing.people["manager"])
    assert manager is not None
    brand, wave = study.brand("north"), study.current_wave
    one = Delivery("sent x", 1, 1, brand.id or 0, wave.id or 0, "ru", due_at=now())
    address = scorecard_address(
        mailing.app.extensions["engage_config"], Letter(one, manager, study, brand, wave)
    )
    assert address.startswith(f"http://localhost/scorecards/{study.key}/north?")
    page = mailing.visitor("manager").get(address.removeprefix("http://localhost"))
    assert page.status_code == 200
    assert 'lang="ru"' in page.text
