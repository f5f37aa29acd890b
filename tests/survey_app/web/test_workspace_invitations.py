"""Contacts and invitations in the workspace: a file checked and kept, a mail written and sent."""

from __future__ import annotations

import io
import re
import shutil
from html import unescape
from typing import TYPE_CHECKING

import pytest

from survey_app import create_app
from survey_app.config import Config
from survey_app.domain.invitation import MailingState
from survey_app.jobs.kinds import kinds_with_mail
from survey_app.jobs.run import run_job
from survey_app.services.contacts import LARGEST_UPLOAD
from survey_app.web.security import LARGEST_REQUEST
from tests.smtp_server import running_smtp_server
from tests.survey_app.web.conftest import PEOPLE, SECRET_KEY, Office, Visitor, email_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.smtp_server import Mailbox

MailingOffice = tuple[Office, "Mailbox", Config]


@pytest.fixture
def mailing(office_file: Path, tmp_path: Path) -> Iterator[MailingOffice]:
    """An application with a real mail server."""
    file = tmp_path / "mailing.sqlite"
    shutil.copyfile(office_file, file)
    with running_smtp_server(tmp_path / "mails") as mailbox:
        config = Config(
            f"sqlite:///{file}",
            SECRET_KEY,
            "http://localhost",
            smtp_url=mailbox.url,
            mail_from="Surveys <surveys@example.org>",
        )
        app = create_app(config)
        database = app.extensions["database"]
        with database.reading() as unit:
            users = {person: unit.users.by_email(email_of(person)) for person in PEOPLE}
            keys = {study.title: study.key for study in unit.studies.all()}
        ids = {person: user.id for person, user in users.items()}
        made = Office(app, database, ids, keys["Shops"], keys["Draft"], keys["Tracker"], "")
        yield made, mailbox, config
        database.close()


def contacts_file(n: int) -> str:
    """Some contacts of one brand in English, two in Russian, and rows that are none."""
    rows = [f"person{i}@example.org,Person {i},en,north" for i in range(n)]
    few = ["ivan@example.org,Иван,ru,south", "olga@example.org,,ru,"]
    bad = ["nobody,X,en,north", "person1@example.org,Twice,en,north"]
    return "\n".join(["email,name,language,brand", *rows, *few, *bad])


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of a page's last form but for empty ones."""
    last = page.rpartition("<form")[2]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', last):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        assert name is not None
        found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    return found


def check(visitor: Visitor, path: str, content: str) -> TestResponse:
    """Send a file of contacts to be checked."""
    file = (io.BytesIO(content.encode()), "people.csv")
    return visitor.submit(f"{path}/contacts/", f"{path}/contacts/check", file=file)


def send_large(
    visitor: Visitor, page: str, content: str, place: str = "check", token: str = ""
) -> TestResponse:
    """Send a large file from a page as a browser does."""
    fields = (("csrf_token", token or visitor.token(page)), ('file"; filename="p.csv', content))
    parts = [
        f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    body = "".join([*parts, "--limit--\r\n"]).encode()
    kind = "multipart/form-data; boundary=limit"
    return visitor.post(f"{page}{place}", data=body, content_type=kind)


def take_in(visitor: Visitor, path: str, content: str) -> TestResponse:
    """Check a file and keep its contacts."""
    shown = check(visitor, path, content)
    form = shown.text[: shown.text.index("</form>", shown.text.index("/contacts/import"))]
    return visitor.post(f"{path}/contacts/import", data=hidden(form))


def work(office: Office, config: Config) -> None:
    """Do the job of sending that waits."""
    with office.database.reading() as unit:
        (job,) = unit.jobs.unfinished()
    run_job(office.database, job.id or 0, kinds=kinds_with_mail(office.database, config))


def test_a_file_of_contacts_is_shown_then_kept(office: Office) -> None:
    """The dry run says what would happen, which rows are refused and who would be recognisable;
    nothing is kept before the button is pressed, and pressed twice it changes nothing more."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    assert "No contacts yet" in text_of(visitor.get(f"{path}/contacts/"))
    words = text_of(check(visitor, path, contacts_file(12)))
    assert "new 14 changed 0 as they were 0 refused 2" in words
    assert "line 16 'nobody' is no e-mail address" in words
    assert "line 17 the same address stands in line 3" in words
    assert "Some would be recognisable" in words
    assert "Russian: 2 contacts" in words
    assert "English 12" in words
    assert "No contacts yet" in text_of(visitor.get(f"{path}/contacts/"))
    assert take_in(visitor, path, contacts_file(12)).status_code == 302
    assert "new 0 changed 0 as they were 14" in text_of(check(visitor, path, contacts_file(12)))
    listed = text_of(visitor.get(f"{path}/contacts/?search=IVAN"))
    assert "ivan@example.org" in listed
    assert "person1@" not in listed
    changed = text_of(check(visitor, path, "email,name\nivan@example.org,Iwan\n"))
    assert "new 0 changed 1 as they were 0" in changed


def test_a_large_file_is_taken_in_by_its_researcher_alone(office: Office) -> None:
    """A file far over what other pages accept is shown and kept; one that is larger, or holds more
    rows than memory is there for, is refused with what to do; strangers may not even send it."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    rows = (f"reader{n}@example.org,Reader {n},en,,{'x' * 180}" for n in range(15_000))
    large = "\n".join(["email,name,language,brand,note", *rows])
    assert len(large) > LARGEST_REQUEST
    contacts = f"{path}/contacts/"
    shown = send_large(visitor, contacts, large)
    visitor.post(f"{contacts}import", data=hidden(shown.text))
    assert "15,000 contacts were added" in text_of(visitor.get(contacts))
    refused = send_large(visitor, contacts, large.ljust(LARGEST_UPLOAD + 1))
    assert (refused.status_code, "at most 32 MB here" in text_of(refused)) == (413, True)
    refused = send_large(visitor, contacts, "email\n" + "a\n" * 300_000)
    assert "holds more than 150,000 rows; split it" in text_of(refused)
    assert send_large(visitor, f"{path}/metrics/", large).status_code == 413
    stranger = office.visitor()
    for place in ("check", "import"):
        assert send_large(stranger, contacts, large, place, token="none").status_code == 413


def test_one_contact_is_added_opted_out_and_removed(office: Office) -> None:
    """A person who opts out stays out, in every study of the researcher and after an import."""
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    other = f"/studies/{office.waves_key}"
    form = {"email": "Ann@Example.org", "name": "Ann", "language": "en", "brand": ""}
    for place in (path, other):
        fields = {**form, "brand": ""}
        assert visitor.submit(f"{place}/contacts/add", **fields).status_code == 302
    twice = visitor.submit(f"{path}/contacts/add", **form)
    assert (twice.status_code, "already" in twice.text) == (422, True)
    page = re.search(rf'"({path}/contacts/\d+)"', visitor.get(f"{path}/contacts/").text)
    assert page is not None
    assert visitor.submit(page[1], f"{page[1]}/opt-out").status_code == 302
    assert "Opted out" in text_of(visitor.get(f"{other}/contacts/"))
    refused = text_of(check(visitor, path, "email,name\nann@example.org,Ann\n"))
    assert "has opted out" in refused
    assert "There is nothing to keep" in refused
    assert visitor.submit(page[1], f"{page[1]}/remove").status_code == 302
    assert "No contacts yet" in text_of(visitor.get(f"{path}/contacts/"))
    again = visitor.submit(f"{path}/contacts/add", **form)
    assert (again.status_code, "opted out" in again.text) == (422, True)
    foreign = office.visitor("foreign_researcher")
    assert foreign.get(page[1]).status_code == 404


def test_a_mail_is_written_looked_at_and_sent(mailing: MailingOffice) -> None:
    """From contacts to mails in two languages, seen before as a chosen contact receives them; then
    the page counts what became of it."""
    office, mailbox, config = mailing
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    assert "each with a link of their own" in text_of(visitor.get(f"{path}/invitations/"))
    take_in(visitor, path, contacts_file(12))
    write = f"{path}/invitations/write/invitation"
    page = visitor.get(write)
    assert "To 14 people" in text_of(page)
    fields = {
        "mailing": hidden(page.text)["mailing"][0],
        "subject-en": "Hello {name}",
        "text-en": "Please come.\n\n{link}",
        "subject-ru": "{name}",
        "text-ru": "Сюда: {link}",
        "when": "now",
    }
    wrong = visitor.submit(write, **{**fields, "text-en": "Hi {nam}", "when": "later", "on": "x"})
    assert wrong.status_code == 422
    for words in ("Write {link} once", "Perhaps {name}?", "Choose the time."):
        assert words in text_of(wrong)
    shown = visitor.submit(write, **fields, person="ivan")
    assert "Иван , ivan@example.org" in text_of(shown)
    assert "14 mails" in text_of(shown)
    sent = [visitor.post(write.replace("write", "send"), data=hidden(shown.text)) for _ in range(2)]
    assert [one.status_code for one in sent] == [302, 302]
    work(office, config)
    assert sorted(mailbox.readers())[:2] == ["ivan@example.org", "olga@example.org"]
    mails = {str(m["To"].addresses[0].addr_spec): m for m in mailbox.mails()}
    assert len(mails) == mailbox.count() == 14
    assert mails["person3@example.org"]["Subject"] == "Hello Person 3"
    after = text_of(visitor.get(f"{path}/invitations/"))
    assert "invited 14 finished 0" in after
    assert "14 sent" in after
    assert "0 people not invited yet, 14 invited who have not finished" in after


def test_a_mailing_waits_for_its_moment_and_is_taken_back(mailing: MailingOffice) -> None:
    """A moment in the researcher's time zone is kept as planned, and can be taken back."""
    office, mailbox, _ = mailing
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    take_in(visitor, path, contacts_file(12))
    write = f"{path}/invitations/write/invitation"
    page = visitor.get(write)
    texts = {
        f"{part}-{tag}": "{link}" if part == "text" else "Come"
        for part in ("subject", "text")
        for tag in ("en", "ru")
    }
    fields = {"mailing": hidden(page.text)["mailing"][0], **texts, "when": "later"}
    passed = visitor.submit(write, **fields, on="2020-05-03", at="08:00")
    assert "has passed" in text_of(passed)
    for wrong in ({}, {"on": "2099-05-03"}, {"on": "tomorrow", "at": "08:00"}, {"at": "25:00"}):
        assert visitor.submit(write, **fields, **wrong).status_code == 422
    shown = visitor.submit(write, **fields, on="2099-05-03", at="08:00")
    assert "on 3 May 2099, 08:00" in text_of(shown)
    visitor.post(write.replace("write", "send"), data=hidden(shown.text))
    overview = f"{path}/invitations/"
    assert "Planned" in text_of(visitor.get(overview))
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        (planned,) = unit.mailings.of_study(study.id or 0)
        assert unit.jobs.unfinished() == []
    visitor.submit(overview, f"{overview}cancel/{planned.key}")
    assert "Taken back" in text_of(visitor.get(overview))
    with office.database.reading() as unit:
        after = unit.mailings.mailing(planned.id or 0)
    assert after is not None
    assert after.state is MailingState.CANCELLED
    assert mailbox.count() == 0


def test_one_click_ends_invitations(mailing: MailingOffice) -> None:
    """The mail program's own button works without a session or a form; opening the address asks
    only; a forged one leads nowhere."""
    office, mailbox, config = mailing
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    take_in(visitor, path, contacts_file(12))
    write = f"{path}/invitations/write/invitation"
    page = visitor.get(write)
    shown = visitor.submit(write, **{**_texts_of(page), "when": "now"})
    visitor.post(write.replace("write", "send"), data=hidden(shown.text))
    work(office, config)
    mail = next(m for m in mailbox.mails() if "ivan" in m["To"])
    address = mail["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    stranger = Visitor(office.app.test_client())
    assert "приглаш" in text_of(stranger.get(address))
    contacts = f"{path}/contacts/?search=ivan"
    assert "Opted out" not in text_of(visitor.get(contacts))
    done = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "Opted out" in text_of(visitor.get(contacts))
    assert stranger.post(f"{address}x").status_code == 404
    cut_off = stranger.get(address[:-9], headers={"Accept-Language": "ru"})
    assert cut_off.status_code == 404
    assert "Скопируйте из письма всю ссылку." in text_of(cut_off)
    assert stranger.post(address.replace("opt-out", "unsubscribe")).status_code == 404


def _texts_of(page: TestResponse) -> dict[str, str]:
    """What stands in the form of a mail."""
    fields = {"mailing": hidden(page.text)["mailing"][0]}
    for tag in re.findall(r'<input[^>]*name="subject-[^>]*>', page.text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name is not None
        assert value is not None
        fields[name[1]] = unescape(value[1])
    for name, words in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL
    ):
        fields[name] = unescape(words)
    return fields


def test_contacts_of_a_draft_wait_for_its_opening(office: Office) -> None:
    """Contacts can be taken in before a study is open; its pages then say who waits, and lead to
    what else a draft can have."""
    visitor = office.visitor("researcher")
    draft = f"/studies/{office.draft_key}"
    take_in(visitor, draft, "email,brand\nann@example.org,draft-brand\nbea@example.org,")
    page = visitor.get(f"{draft}/invitations/")
    assert "2 people are among the contacts. Invitations are written and sent" in text_of(page)
    assert "/write/" not in page.text
    for room in ("waves", "places", "privacy", "looks"):
        assert f'href="{draft}/{room}/"' in page.text
