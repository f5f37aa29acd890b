"""Researchers see how long what is kept, the consents and one person's data, in own studies."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from survey_app.domain.audit import AuditKind
from survey_app.domain.consent_given import ConsentShown
from survey_app.domain.retention import NOTICE, deletion_days, read_retention
from survey_app.domain.study import Mode, new_key, now
from survey_app.services.contacts import add_contact
from survey_app.storage import consents
from survey_app.storage.contacts import contact
from survey_app.storage.prepared import Transaction
from survey_app.storage.tables import interview, person, study
from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.test_audit import trail

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from tests.survey_app.web.conftest import Office

EMAIL = "eva@example.org"


def stored(office: Office, key: str) -> Study:
    """A study as it is now."""
    with office.database.reading() as unit:
        found = unit.studies.by_key(key)
        assert found is not None
        assert found.versions is not None
        return found


def panel_member(office: Office) -> tuple[str, str]:
    """A contact of the open study, made pseudonymous, who has answered; the keys of the interview
    and of the person."""
    with office.database.writing() as unit:
        found = unit.studies.by_key(office.open_key)
        assert found is not None
        found.mode = Mode.PSEUDONYMOUS
        add_contact(unit, found, email=EMAIL, name="=Eva", language="en", brand_code="north")
        unit.commit()
    secret = new_key()
    with office.database.engine.execution_options(write=True).begin() as connection:
        who = connection.execute(
            insert(person).values(study_id=found.id, key=secret).returning(person.c.id)
        ).scalar_one()
        connection.execute(update(contact).values(person_id=who))
        own = connection.execute(
            select(interview.c.id, interview.c.key)
            .join(study)
            .where(study.c.key == office.open_key)
            .limit(1)
        ).one()
        connection.execute(update(interview).where(interview.c.id == own.id).values(person_id=who))
    return own.key, secret


def asked(office: Office, who: str, *, kind: str = "", visitor: str = "researcher") -> Any:
    """What the study answers about a person."""
    page = f"/studies/{office.open_key}/privacy/"
    target = f"{page}person.{kind}" if kind else f"{page}person"
    researcher = office.visitor(visitor)
    return researcher.post(target, data={"csrf_token": researcher.token("/account"), "who": who})


def test_periods_are_set_shown_and_prolonged(office: Office) -> None:
    """A closed study shows the day on which its answers go, never within two weeks of a change;
    prolonging moves it, and both are in the trail."""
    researcher = office.visitor("researcher")
    page = f"/studies/{office.open_key}/privacy/"
    assert "no period set" in text_of(researcher.get(page))
    researcher.submit(f"/studies/{office.open_key}/close")
    done = researcher.submit(page, f"{page}retention", answers_months="1", contacts_days="3")
    assert done.status_code == 302
    today = now().date()
    days = deletion_days(stored(office, office.open_key))
    assert min(days.values()) == today + NOTICE
    shown = text_of(researcher.get(page))
    assert f"{(today + NOTICE).day} {today + NOTICE:%B %Y}" in shown
    researcher.submit(page, f"{page}prolong")
    assert read_retention(stored(office, office.open_key).retention).answers_months == 4
    kinds = [line.entry.what for line in trail(office.database)]
    assert kinds.count(AuditKind.RETENTION_CHANGED) == 2


@pytest.mark.parametrize("months", ["0", "121", "-3", "many", "1e9"])
def test_impossible_periods_are_refused(office: Office, months: str) -> None:
    """A period that is none is refused beside its field, and nothing is changed."""
    page = f"/studies/{office.open_key}/privacy/"
    refused = office.visitor("researcher").submit(page, f"{page}retention", answers_months=months)
    assert refused.status_code == 422
    assert "answers_months-error" in refused.text
    assert stored(office, office.open_key).retention == {}


def test_consents_are_counted_and_proved(office: Office) -> None:
    """The page counts consents by version and text, shows the text with the digest that it gives,
    and hands both out as CSV; another study's text does not exist here."""
    shown = ConsentShown(1, "en", "Before you start\n\nDo you agree?")
    with office.database.engine.execution_options(write=True).begin() as connection:
        consents.keep_text(Transaction.of(connection), shown)
        ids = connection.scalars(
            select(interview.c.id).join(study).where(study.c.key == office.open_key).limit(3)
        ).all()
        for number in ids:
            consents.give(Transaction.of(connection), number, shown, now())
    researcher = office.visitor("researcher")
    page = f"/studies/{office.open_key}/privacy/"
    assert shown.digest[:16] in text_of(researcher.get(page))
    proof = text_of(researcher.get(f"{page}consents/{shown.digest}"))
    assert "Do you agree?" in proof
    assert "the digest is the same" in proof
    table = researcher.get(f"{page}consents.csv").get_data().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table)))[1] == ["1", "en", shown.digest, "3", "0"]
    other = f"/studies/{office.waves_key}/privacy/consents/{shown.digest}"
    assert researcher.get(other).status_code == 404


def test_one_person_is_found_and_handed_over(office: Office) -> None:
    """By the address of the interview, its key, the person's key or the e-mail address the same
    person is found; the files hold contact and answers, and nothing that a spreadsheet runs."""
    key, secret = panel_member(office)
    for who in (f"https://survey.example.org/i/{key}/2", key, secret, EMAIL.upper()):
        page = asked(office, who)
        assert page.status_code == 200
        assert EMAIL in text_of(page)
    data = json.loads(asked(office, EMAIL, kind="json").get_data())
    assert data["contact"]["email"] == EMAIL
    assert data["answers"]["person"] == secret
    (one,) = data["answers"]["interviews"]
    assert one["address"] == key
    assert len(one["answers"]) == 13
    rows = list(
        csv.reader(io.StringIO(asked(office, EMAIL, kind="csv").get_data().decode("utf-8-sig")))
    )
    assert ["contact", "name", "", "", "'=Eva"] in rows
    assert sum(row[0] == "interview 1" and row[3] != "" for row in rows) == 13
    page = asked(office, EMAIL, kind="html").get_data(as_text=True)
    assert "Your data" in page
    assert EMAIL in page
    told = [line.entry.what for line in trail(office.database)]
    assert told.count(AuditKind.PERSON_SEEN) == 4
    assert told.count(AuditKind.PERSON_EXPORTED) == 3


def test_nobody_elses_person_is_found(office: Office) -> None:
    """Persons of other studies, and answers in an anonymous study, are found by nobody; another
    researcher is told that there is no such study."""
    key, secret = panel_member(office)
    assert asked(office, key, visitor="foreign_researcher").status_code == 404
    researcher = office.visitor("researcher")
    page = f"/studies/{office.waves_key}/privacy/person"
    for who in (key, secret, EMAIL, "nobody", ""):
        data = {"csrf_token": researcher.token("/account"), "who": who}
        assert researcher.post(page, data=data).status_code == 422
    with office.database.writing() as unit:
        found = unit.studies.by_key(office.open_key)
        assert found is not None
        found.mode = Mode.ANONYMOUS
        unit.commit()
    assert asked(office, key).status_code == 422
    assert json.loads(asked(office, EMAIL, kind="json").get_data())["answers"] is None
