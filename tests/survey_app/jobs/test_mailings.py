"""Which mailings may be made: to how many, in which words, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.domain.invitation import InvitationError, MailingKind
from survey_app.domain.job import JobState
from survey_app.domain.mail_text import MailText
from survey_app.domain.study import Mode, new_key
from survey_app.services.invitations import add_mailing, texts_to_begin_with
from tests.survey_app.jobs.inviting import inviting_office, people, spend_links
from tests.survey_app.jobs.mailing import study_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from survey_app.storage.database import Database
    from tests.survey_app.jobs.inviting import InvitingOffice


@pytest.fixture
def sqlite_office(sqlite_database: Database, tmp_path: Path) -> Iterator[InvitingOffice]:
    """An anonymous study and a mail server on SQLite."""
    with inviting_office(sqlite_database, tmp_path) as made:
        yield made


def test_few_are_not_written_to_anonymously(sqlite_office: InvitingOffice) -> None:
    """Nine recipients of an anonymous study are too few, for the invitation and for a reminder."""
    office = sqlite_office
    office.add(people(9))
    with pytest.raises(InvitationError, match="Only 9 would be written to"):
        office.plan()
    office.add(people(10, "more"))
    office.send()
    spend_links(office, 10)
    with pytest.raises(InvitationError, match="Only 9 would be written to"):
        office.plan(MailingKind.REMINDER)


def test_pseudonymous_studies_remind_one(sqlite_database: Database, tmp_path: Path) -> None:
    """Where a person is known by a key anyhow, one may be written to, and has one key for all
    waves."""
    with inviting_office(sqlite_database, tmp_path, Mode.PSEUDONYMOUS) as office:
        office.add(people(1))
        assert office.send().counts == {"sent": 1}
        assert office.contact("reader0@example.org").person_id is not None
        assert office.remind().counts == {"sent": 1}


def test_the_same_confirmation_twice_sends_once(sqlite_office: InvitingOffice) -> None:
    """A page that was sent twice makes one mailing; later nobody is left to be invited."""
    office = sqlite_office
    office.add(people(12))
    key = new_key()
    for _ in range(2):
        with office.database.writing() as unit:
            study = study_of(unit, office.study_id)
            kind = MailingKind.INVITATION
            texts = texts_to_begin_with(unit, study, kind, ["en"])
            add_mailing(
                unit, study, study.current_wave, kind, texts, key=key, asked_by=office.owner_id
            )
            unit.commit()
    assert office.work().state is JobState.DONE
    assert office.mailbox.count() == 12
    with pytest.raises(InvitationError, match="nobody"):
        office.plan()


def test_texts_are_checked_before_anybody_is_written_to(sqlite_office: InvitingOffice) -> None:
    """A text without its link, with a place that is none, or with a brand that is not known of
    somebody makes no mailing; all of it is told at once."""
    office = sqlite_office
    office.add(people(10))
    office.add(people(1, "other"), brand="")
    with pytest.raises(InvitationError) as refused:
        office.plan(en=MailText("For {nmae}", "Hello {brand}, { come"))
    told = str(refused.value)
    for words in ("{link} once", "Perhaps {name}?", "bracket", "{brand} cannot be put in for 1"):
        assert words in told


def test_nobody_is_invited_by_two_mailings(sqlite_office: InvitingOffice) -> None:
    """While one invitation is on its way no second one is added; those added meanwhile are invited
    by the next."""
    office = sqlite_office
    office.add(people(10))
    office.plan()
    office.add(people(12, "newcomer"))
    with pytest.raises(InvitationError, match="still on its way"):
        office.plan()
    office.work()
    assert office.mailbox.count() == 22
    office.add(people(10, "more"))
    assert office.send().counts == {"sent": 10}
    readers = office.mailbox.readers()
    assert len(readers) == len(set(readers)) == 32
