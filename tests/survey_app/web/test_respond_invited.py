"""Links of one's own: opened by anybody, spent once, by the answers alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from survey_app.domain.study import Mode
from survey_app.web.guesses import MOST_WRONG, SECONDS, Guesses
from tests.survey_app.web.invited_site import invite, some
from tests.survey_app.web.respond_site import running_site, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.storage.database import Database
    from tests.survey_app.web.respond_site import Respondent, Site


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """A running application, on either kind of database."""
    with running_site(database) as running:
        yield running


@pytest.fixture
def sqlite_site(sqlite_database: Database) -> Iterator[Site]:
    """A running application on SQLite, for what does not depend on the kind."""
    with running_site(sqlite_database) as running:
        yield running


def begin(who: Respondent, token: str, brand: str = "north") -> str:
    """Open the link and start; the address of the first page."""
    address = f"/t/{token}"
    data = {"ticket": ticket_in(who.get(address).text), "language": "en", "brand": brand}
    response = who.client.post(address, data=data)
    assert response.status_code == 303, response.text
    return response.location


def spent(site: Site) -> int:
    """How many links were spent."""
    with site.database.reading() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        return unit.invitations.spent(study.current_wave.id or 0).count


def test_a_link_is_spent_by_the_last_page_alone(site: Site) -> None:
    """Opening a link, as scanners of mail do, and answering all pages but the last leave it as it
    was; the last page spends it, and later it leads to thanks."""
    token = invite(site.database, site.study_key, some(10))["reader3@example.org"]
    for _ in range(3):
        scanner = site.respondent()
        assert scanner.get(f"/t/{token}").status_code == 200
        assert scanner.client.head(f"/t/{token}").status_code == 200
    assert site.counts() == (0, 0)
    who = site.respondent()
    page = begin(who, token)
    for _ in range(2):
        page = who.submit(page).location
        assert spent(site) == 0
    assert who.submit(page).location.endswith("/finish")
    assert spent(site) == 1
    again = site.respondent().get(f"/t/{token}")
    assert (again.status_code, "already" in again.text) == (410, True)
    (interview,) = site.interviews()
    assert (interview.channel, interview.person_id) == ("invitation", None)
    assert token not in str(site.interviews() + site.submissions())


def test_two_devices_count_once(site: Site) -> None:
    """Begun on two devices, the first to finish counts; the other is told kindly, nothing of its
    last page is kept, and it is no finished interview."""
    token = invite(site.database, site.study_key, some(10))["reader3@example.org"]
    first, second = site.respondent(), site.respondent()
    pages = [begin(first, token), begin(second, token)]
    for _ in range(2):
        pages = [
            who.submit(page).location for who, page in zip((first, second), pages, strict=True)
        ]
    assert first.submit(pages[0]).location.endswith("/finish")
    kept = site.counts()
    refused = second.submit(pages[1])
    assert (refused.status_code, "already" in refused.text) == (410, True)
    assert site.counts() == kept
    assert sum(row.finished_at is not None for row in site.interviews()) == 1
    assert spent(site) == 1


def test_many_finish_at_the_same_moment(site: Site) -> None:
    """Bits that lie in one row are all set, however many people finish at once; of two interviews
    by one link one is finished."""
    tokens = list(invite(site.database, site.study_key, some(16)).values())

    def to_the_last_page(token: str) -> tuple[Respondent, str]:
        who = site.respondent()
        page = begin(who, token)
        for _ in range(2):
            page = who.submit(page).location
        return who, page

    def send_last(ready: tuple[Respondent, str]) -> int:
        who, page = ready
        return who.submit(page).status_code

    ready = [to_the_last_page(token) for token in [*tokens, tokens[0]]]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send_last, ready))
    assert sorted(statuses) == [303] * 16 + [410]
    assert spent(site) == 16
    assert sum(row.finished_at is not None for row in site.interviews()) == 16


def test_the_interview_goes_on_elsewhere(sqlite_site: Site) -> None:
    """The address on each page leads on with the link on another device; without the link the
    answers are kept and the respondent is told to open it once."""
    site = sqlite_site
    tokens = invite(site.database, site.study_key, some(10))
    token = tokens["reader3@example.org"]
    who = site.respondent()
    page = begin(who, token)
    page = who.submit(page).location
    key = page.split("/")[2]
    assert f"/i/{key}?link={token}" in who.get(page).text
    bare = site.respondent()
    last = bare.submit(page).location
    told = bare.submit(last)
    assert (told.status_code, "is saved" in told.text) == (409, True)
    assert len(site.submissions()) == 3
    assert spent(site) == 0
    bare.get(f"/t/{token}")
    assert bare.submit(last).location.endswith("/finish")
    assert spent(site) == 1
    other = begin(site.respondent(), tokens["reader4@example.org"])
    elsewhere = site.respondent()
    on = elsewhere.get(f"/i/{other.split('/')[2]}?link={tokens['reader4@example.org']}")
    assert elsewhere.finish(on.location).endswith("/finish")
    assert spent(site) == 2


def test_a_link_of_another_wave_or_study_finishes_nothing(sqlite_site: Site) -> None:
    """The token of a foreign study in the cookie is none for this one."""
    site = sqlite_site
    token = invite(site.database, site.study_key, some(10))["reader3@example.org"]
    with running_site(site.database) as other:
        foreign = invite(other.database, other.study_key, some(10))["reader3@example.org"]
    who = site.respondent()
    page = begin(who, token)
    key = page.split("/")[2]
    who.get(f"/i/{key}?link={foreign}")
    for _ in range(2):
        page = who.submit(page).location
    assert who.submit(page).status_code == 409
    assert spent(site) == 0


def test_what_a_link_carries(sqlite_site: Site) -> None:
    """Language and brand of many open the questionnaire; those of few are left to the person, in
    whose browser's language the page is."""
    site = sqlite_site
    people = [*some(10), *some(3, "south", "en", "south"), *some(2, "few", "ru", "north")]
    tokens = invite(site.database, site.study_key, people)
    many = site.respondent().get(
        f"/t/{tokens['reader0@example.org']}", headers={"Accept-Language": "ru"}
    )
    assert '<html lang="en"' in many.text
    assert "nothing says which answers are yours" in many.text
    assert "Your view of <bdi>North</bdi>" in many.text or "Your view of North" in many.text
    few = site.respondent().get(f"/t/{tokens['few0@example.org']}")
    assert '<html lang="en"' in few.text
    assert 'type="radio" name="brand"' in few.text
    south = site.respondent().get(f"/t/{tokens['south0@example.org']}")
    assert 'type="radio" name="brand"' in south.text


def test_pseudonymous_links_resume_anywhere(site: Site) -> None:
    """In a pseudonymous study the link itself leads on, on any device, and to thanks afterwards;
    there is one interview however often it is begun."""
    tokens = invite(site.database, site.study_key, some(2), Mode.PSEUDONYMOUS)
    token = tokens["reader0@example.org"]
    first, second = site.respondent(), site.respondent()
    form = ticket_in(second.get(f"/t/{token}").text)
    page = first.submit(begin(first, token)).location
    data = {"ticket": form, "language": "ru", "brand": "south"}
    assert second.client.post(f"/t/{token}", data=data).location == page
    assert second.get(f"/t/{token}").location == page
    assert second.finish(page).endswith("/finish")
    assert first.get(f"/t/{token}").location.endswith("/finish")
    (interview,) = site.interviews()
    assert interview.person_id is not None


@pytest.mark.parametrize(("mode", "status"), [(Mode.ANONYMOUS, 200), (Mode.PSEUDONYMOUS, 404)])
def test_links_of_contacts_that_were_removed(sqlite_site: Site, mode: Mode, status: int) -> None:
    """In an anonymous study the link still counts once; where a person would have to be known it
    leads nowhere, for it could count without end."""
    site = sqlite_site
    token = invite(site.database, site.study_key, some(10), mode)["reader0@example.org"]
    with site.database.writing() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        contact = unit.contacts.by_email(study.id or 0, "reader0@example.org")
        assert contact is not None
        unit.contacts.remove(contact.id or 0)
        unit.commit()
    assert site.respondent().get(f"/t/{token}").status_code == status


@pytest.mark.parametrize(
    "token", ["x", "A" * 22, "A" * 23, "é", "%00", "' OR 1=1 --", "..", "A" * 5000]
)
def test_forged_links(sqlite_site: Site, token: str) -> None:
    """What is no link of ours is answered with what to do, opened or sent."""
    who = sqlite_site.respondent()
    assert who.get(f"/t/{token}").status_code == 404
    assert who.client.post(f"/t/{token}", data={"ticket": "x"}).status_code == 404


def test_guessing_is_slowed_down(sqlite_site: Site) -> None:
    """After some wrong links nobody at that address is answered, also with a right one."""
    token = invite(sqlite_site.database, sqlite_site.study_key, some(10))["reader0@example.org"]
    who = sqlite_site.respondent()
    answers = [who.get(f"/t/{'A' * 20}{n:02}").status_code for n in range(MOST_WRONG + 1)]
    assert answers == [404] * MOST_WRONG + [429]
    assert who.get(f"/t/{token}").status_code == 429
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert who.get(f"/t/{token}", **elsewhere).status_code == 200


def test_guesses_are_forgotten() -> None:
    """Wrong guesses count for ten minutes, each visitor's alone."""
    moment = [0.0]
    guesses = Guesses(lambda: moment[0])
    for _ in range(MOST_WRONG):
        assert not guesses.too_many("somebody")
        guesses.wrong("somebody")
        moment[0] += 1
    assert guesses.too_many("somebody")
    assert not guesses.too_many("another")
    moment[0] = SECONDS
    assert not guesses.too_many("somebody")


def test_open_links_cannot_claim_an_invitation(sqlite_site: Site) -> None:
    """A channel named like that of links is taken for none on the open link."""
    who = sqlite_site.respondent()
    who.finish(who.start(page=f"{sqlite_site.address}?c=invitation"))
    data = {"channel": "invitation", "brand": "south", "language": "en"}
    other = sqlite_site.respondent()
    assert other.start_with(other.start_form(), **data).status_code == 303
    assert {row.channel for row in sqlite_site.interviews()} == {"web"}
