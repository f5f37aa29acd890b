"""What became of invitations, counted as AAPOR has it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from survey_app.domain.contact import ContactState, email_digest
from survey_app.domain.study import Mode, now
from survey_app.services.contacts import opt_out
from survey_app.services.invitation_counts import invitation_counts
from survey_app.services.own_data import erase
from survey_app.storage.invitations import invitation
from tests.survey_app.web.invited_site import invite, some
from tests.survey_app.web.respond_site import running_site
from tests.survey_app.web.test_respond_invited import begin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.storage.database import Database
    from tests.survey_app.web.respond_site import Site


def counts(site: Site) -> Mapping[str, int]:
    """The counts of the study's wave."""
    with site.database.reading() as unit:
        study = unit.studies.by_key(site.study_key)
        assert study is not None
        return invitation_counts(unit, study, study.current_wave)


@pytest.mark.parametrize("mode", list(Mode))
def test_each_invitation_counts_once(database: Database, mode: Mode) -> None:
    """Finished, begun, opened and left, opted out, bounced and silent add up to those invited, and
    interviews of the open link are none of them."""
    with ExitStack() as stack:
        site = stack.enter_context(running_site(database))
        tokens = invite(database, site.study_key, some(20), mode)
        links = list(tokens.values())
        assert counts(site) == {
            "I": 0, "P": 0, "R": 0, "NC": 0, "O": 0, "UH": 20, "UO": 0, "NE": 0,
        }  # fmt: skip
        for link in links[:4]:
            who = site.respondent()
            who.finish(begin(who, link))
        for link in links[4:7]:
            who = site.respondent()
            who.submit(begin(who, link))
        for link in links[7:9]:
            begin(site.respondent(), link)
        stranger = site.respondent()
        stranger.finish(stranger.start())
        with database.writing() as unit:
            study = unit.studies.by_key(site.study_key)
            assert study is not None
            emails = list(tokens)
            opt_out(unit, study.owner_id or 0, email_digest(emails[9]))
            opt_out(unit, study.owner_id or 0, email_digest(emails[0]))
            for email in emails[10:13]:
                contact = unit.contacts.by_email(study.id or 0, email)
                assert contact is not None
                contact.state = ContactState.BOUNCED
            unit.commit()
        found = counts(site)
        assert found == {
            "I": 4, "P": 3, "R": 1 + 2, "NC": 0, "O": 0, "UH": 7, "UO": 3, "NE": 0,
        }  # fmt: skip
        assert sum(found.values()) == len(tokens)


@pytest.mark.parametrize("mode", list(Mode))
def test_who_answers_while_the_mailing_runs_counts(database: Database, mode: Mode) -> None:
    """A link counts once its mailing ended, or at once where it led to a finished interview, also
    of somebody who wants no mail any more; a finished interview stays one when the contact goes,
    and is a refusal when it is erased."""
    with ExitStack() as stack:
        site = stack.enter_context(running_site(database))
        tokens = invite(database, site.study_key, some(20), mode)
        emails = list(tokens)
        for email in emails[:3]:
            who = site.respondent()
            who.finish(begin(who, tokens[email]))
        days = update(invitation).values(invited_on=None)
        with database.engine.execution_options(write=True).begin() as connection:
            connection.execute(days)
        assert {name: n for name, n in counts(site).items() if n} == {"I": 3}
        with database.writing() as unit:
            study = unit.studies.by_key(site.study_key)
            assert study is not None
            opt_out(unit, study.owner_id or 0, email_digest(emails[0]))
            opt_out(unit, study.owner_id or 0, email_digest(emails[5]))
            unit.commit()
        assert {name: n for name, n in counts(site).items() if n} == {"I": 3}
        with database.engine.execution_options(write=True).begin() as connection:
            connection.execute(update(invitation).values(invited_on=now().date()))
        with database.writing() as unit:
            for email in (emails[1], emails[6]):
                contact = unit.contacts.by_email(study.id or 0, email)
                assert contact is not None
                unit.contacts.remove(contact.id or 0)
            unit.commit()
        assert {name: n for name, n in counts(site).items() if n} == {"I": 3, "R": 1, "UH": 16}
        if mode is Mode.PSEUDONYMOUS:
            keys = [row.key for row in site.interviews()]
            for number, key in enumerate(keys[:2]):
                assert erase(database, key, everything=bool(number))
            told = {name: n for name, n in counts(site).items() if n}
            assert told == {"I": 1, "R": 3, "UH": 16}
