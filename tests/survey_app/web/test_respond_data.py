"""Respondents see what is stored of them, take it back and erase it; each consent can be proved."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, inspect, select, update

from survey_app.domain.consent_given import text_digest
from survey_app.domain.interview import Disposition
from survey_app.domain.study import Mode, Wave, new_key, now, whole_day
from survey_app.services.collect import Arrival
from survey_app.services.contacts import add_contact
from survey_app.services.dataset import dataset_of
from survey_app.services.fieldwork_sums import recount
from survey_app.services.study import open_study
from survey_app.storage.consents import consent
from survey_app.storage.contacts import contact, opt_out
from survey_app.storage.tables import interview, metadata, person, wave
from survey_app.web.respond_terms import terms_of
from survey_app.web.ticket import DEED_SECONDS, Tickets
from tests.survey_app.web.respond_site import SECRET_KEY, running_site, ticket_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from psychometrics.dataset import Dataset
    from survey_app.storage.database import Database
    from tests.survey_app.web.respond_site import Site

SAID = "a sentence that only one person would write"


@contextmanager
def pseudonymous_site(database: Database) -> Iterator[Site]:
    """An application with an open study that keeps a key for each person, of two waves."""
    waves = [Wave("1", "First"), Wave("2", "Second")]
    instruments = ["core_engagement", "open_comment"]
    with running_site(database, opened=False, waves=waves, instruments=instruments) as site:
        with database.writing() as unit:
            study = unit.studies.by_key(site.study_key)
            assert study is not None
            study.mode = Mode.PSEUDONYMOUS
            open_study(study)
            unit.commit()
        yield site


def key_of(page: str) -> str:
    """The key of the interview in an address."""
    found = re.search("/i/([^/?]+)", page)
    assert found is not None
    return found.group(1)


def data_of(site: Site) -> Dataset:
    """The answers of the study as an analysis reads them."""
    with site.database.reading() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        return dataset_of(unit, study)


def study_id(site: Site) -> int:
    """The identifier of the study."""
    with site.database.reading() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        return study.id or 0


def answered(site: Site) -> str:
    """Somebody answers everything, with a text; the key of their interview."""
    respondent = site.respondent()
    page = respondent.start()
    while not page.endswith("/finish"):
        html = respondent.get(page).text
        texts = dict.fromkeys(re.findall(r'<textarea[^>]*name="([^"]+)"', html), SAID)
        page = respondent.submit(page, 5, **texts).location
    return key_of(page)


def act(site: Site, key: str, way: str, **fields: str) -> Any:
    """Open the page that asks and confirm it."""
    respondent = site.respondent()
    page = f"/i/{key}/data/{way}"
    data = {"ticket": ticket_in(respondent.get(page).text), **fields}
    return respondent.client.post(page, data=data)


def dumped(site: Site) -> str:
    """Everything in the database as text."""
    with site.database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        tables = [metadata.tables[name] for name in names if name in metadata.tables]
        return "\n".join(repr(row) for table in tables for row in connection.execute(select(table)))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_consent_can_be_proved(database: Database, mode: Mode, language: str) -> None:
    """The text that stands on the start page is kept with the interview, its digest can be worked
    out from the version, and in an anonymous study only the day of it is known."""
    with running_site(database, opened=False) as site:
        with database.writing() as unit:
            study = unit.studies.by_key(site.study_key)
            assert study is not None
            study.mode = mode
            open_study(study)
            unit.commit()
            content = study.asked_content()
        shown = site.respondent().get(f"{site.address}?lang={language}").text
        key = key_of(site.respondent().start(language=language))
        with database.reading() as unit:
            row = unit.privacy.interview(key)
            assert row is not None
            given = unit.consents.of(row.id)
    assert given is not None
    assert given.is_whole
    parts = [unescape(part).strip() for part in re.split(r"<[^>]+>", shown)]
    assert set(given.text.split("\n\n")) <= set(parts)
    again = terms_of(content["consent"], mode, language)
    assert given.digest == text_digest(again.text)
    assert (given.given_at == whole_day(given.given_at)) is (mode is Mode.ANONYMOUS)
    assert given.withdrawn_at is None


def test_other_terms_are_shown_before_they_count(sqlite_database: Database) -> None:
    """Whoever pressed start under terms that do not hold any more sees the new ones first."""
    with running_site(sqlite_database) as site:
        respondent = site.respondent()
        ticket = respondent.start_form()
        response = respondent.start_with(ticket, terms="0" * 16)
        assert (response.status_code, site.counts()) == (303, (0, 0))
        assert respondent.get(response.location).status_code == 200


def test_anonymous_respondents_read_why_nothing_can_be_done(sqlite_database: Database) -> None:
    """In an anonymous study the address of an interview shows no answer and erases none, finished
    or not; it says why."""
    with running_site(sqlite_database) as site:
        respondent = site.respondent()
        page = respondent.start()
        for stop in (False, True):
            key = key_of(respondent.finish(page) if stop else page)
            html = respondent.get(f"/i/{key}/data").text
            assert "Nobody can tell which answers are yours" in html
            assert respondent.get(f"/i/{key}/data.json").status_code == 303
            assert respondent.get(f"/i/{key}/data/erase").status_code == 303
            ticket = Tickets(SECRET_KEY).for_deed(key, "erase")
            respondent.client.post(f"/i/{key}/data/erase", data={"ticket": ticket})
        assert site.counts() == (1, 3)
        assert respondent.get("/i/nobody/data").status_code == 404


def test_what_is_stored_is_shown_and_taken_along(database: Database) -> None:
    """The page and the file hold every answer, the text that was written and the consent."""
    with pseudonymous_site(database) as site:
        key = answered(site)
        respondent = site.respondent()
        assert f"/i/{key}/data" in respondent.get(f"/i/{key}/finish").text
        html = respondent.get(f"/i/{key}/data").text
        assert SAID in html
        assert "We ask how you see brands." in html
        assert f"{now().day} {now():%B %Y}" in html
        told = json.loads(respondent.get(f"/i/{key}/data.json").data)
    (one,) = told["interviews"]
    answers = {each["item"]: each["answer"] for each in one["answers"]}
    assert SAID in answers.values()
    assert len(answers) == sum(len(page["answers"]) for page in one["submissions"])
    assert text_digest(one["consent"]["text"]) == one["consent"]["sha256"]


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_taken_back_answers_leave_everything(database: Database, way: str) -> None:
    """After taking back, and after erasing, no analysis knows the answers, the sums are those that
    counting gives, the consent says so, and done again it changes nothing."""
    with pseudonymous_site(database) as site:
        gone, stays = answered(site), answered(site)
        before = data_of(site)
        for _ in range(2):
            response = (
                act(site, gone, way)
                if _ == 0
                else site.respondent().client.post(
                    f"/i/{gone}/data/{way}",
                    data={"ticket": Tickets(SECRET_KEY).for_deed(gone, way)},
                )
            )
            assert (response.status_code, response.location) == (
                303,
                f"/i/{gone}/data?done={way}",
            )
        after = data_of(site)
        assert (before.n, after.n) == (2, 1)
        assert before.fingerprint != after.fingerprint
        assert recount(database, study_id(site)) == 0
        page = site.respondent().get(f"/i/{gone}/data").text
        assert (SAID in page) is (way == "withdraw")
        assert SAID in site.respondent().get(f"/i/{stays}/data").text
        assert dumped(site).count(SAID) == (2 if way == "withdraw" else 1)
        rows = {row.key: row for row in site.interviews()}
        assert rows[gone].disposition is Disposition.WITHDRAWN
        with database.engine.connect() as connection:
            taken = connection.scalars(select(consent.c.withdrawn_at)).all()
        assert sorted(moment is None for moment in taken) == [False, True]


def test_page_after_taking_back_is_not_kept(database: Database) -> None:
    """Whoever takes back in the middle of an interview adds no page to it afterwards, from another
    tab either."""
    with pseudonymous_site(database) as site:
        respondent = site.respondent()
        page = respondent.start()
        page = respondent.submit(page).location
        ticket = ticket_in(respondent.get(page).text)
        assert act(site, key_of(page), "erase").status_code == 303
        assert respondent.submit(page, ticket=ticket).location.endswith("/finish")
        assert site.counts() == (1, 0)


def test_forged_and_expired_tickets_change_nothing(sqlite_database: Database) -> None:
    """Without a ticket of this interview and this deed, fresh enough, the page asks again."""
    with pseudonymous_site(sqlite_database) as site:
        key, other = answered(site), answered(site)
        long_ago = now().timestamp() - DEED_SECONDS - 2
        tickets = (
            "",
            "x.y",
            Tickets(SECRET_KEY).for_deed(other, "erase"),
            Tickets(SECRET_KEY).for_deed(key, "withdraw"),
            Tickets("another secret key of the same length").for_deed(key, "erase"),
            Tickets(SECRET_KEY, clock=lambda: long_ago).for_deed(key, "erase"),
        )
        for ticket in tickets:
            response = site.respondent().client.post(
                f"/i/{key}/data/erase", data={"ticket": ticket}
            )
            assert response.status_code == 422, ticket
        site.respondent().get(f"/i/{key}/data/erase")
        assert data_of(site).n == 2


def test_everything_of_a_panel_member(database: Database) -> None:
    """A panel member of two waves sees both, erases both with the place among the contacts; the
    links stay used, and no mail is sent to the address any more."""
    with pseudonymous_site(database) as site:
        number = study_id(site)
        with database.writing() as unit:
            study = unit.studies.by_id(number)
            assert study is not None
            add_contact(
                unit, study, email="eva@example.org", name="Eva", language="en", brand_code=""
            )
            unit.commit()
        with database.engine.execution_options(write=True).begin() as connection:
            who = connection.execute(
                insert(person).values(study_id=number, key=new_key()).returning(person.c.id)
            ).scalar_one()
            connection.execute(update(contact).values(person_id=who))
        keys = [_as_panel_member(site, who)]
        with database.engine.execution_options(write=True).begin() as connection:
            first = connection.scalar(select(wave.c.id).where(wave.c.code == "1"))
            connection.execute(update(interview).values(wave_id=first))
        recount(database, number)
        keys.append(_as_panel_member(site, who))
        assert "Interview 2" in site.respondent().get(f"/i/{keys[1]}/data").text
        assert act(site, keys[1], "erase", scope="all").status_code == 303
        assert {row.channel for row in site.interviews()} == {""}
        assert site.counts() == (2, 0)
        assert recount(database, number) == 0
        with database.reading() as unit:
            waves = {row.wave_id for row in site.interviews()}
            assert all(unit.invitations.persons_finished(one) == {who} for one in waves)
        with database.engine.connect() as connection:
            assert connection.execute(select(contact)).all() == []
            assert len(connection.execute(select(opt_out)).all()) == 1
        assert "eva@example.org" not in dumped(site)


def _as_panel_member(site: Site, who: int) -> str:
    collector = site.app.extensions["collector"]
    key: str = collector.start(
        site.study_key,
        start_id=new_key(),
        brand_code="north",
        language="en",
        arrival=Arrival("invitation", person_id=who),
    ).interview_key
    site.respondent().finish(f"/i/{key}/1")
    return key
