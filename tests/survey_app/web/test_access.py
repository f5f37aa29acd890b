"""Who may call what: the whole map of addresses is walked with every kind of visitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from survey_app.domain.consent_given import ConsentShown
from survey_app.domain.delivery import Delivery
from survey_app.domain.invitation import Mailing, MailingKind
from survey_app.domain.paper_entry import PaperSheet
from survey_app.domain.schedule import Occasion
from survey_app.domain.study import new_key, now
from survey_app.domain.user import Role
from survey_app.services.contacts import add_contact
from survey_app.services.delivery_schedules import Wish, add_schedule
from survey_app.services.looks import take_logo
from survey_app.services.user import deactivate
from survey_app.storage import consents
from survey_app.storage.prepared import Transaction
from survey_app.storage.tables import interview, study
from survey_app.web.access import PUBLIC, access, allowed_roles
from tests.survey_app.domain.evidence_samples import wave

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.routing import Rule

    from tests.survey_app.web.conftest import Office, Visitor

EVERYBODY = set(Role)
BY_BLUEPRINT = {
    "workspace": {Role.RESEARCHER},
    "design": {Role.RESEARCHER},
    "design_blocks": {Role.RESEARCHER},
    "design_own": {Role.RESEARCHER},
    "design_rules": {Role.RESEARCHER},
    "design_quotas": {Role.RESEARCHER},
    "fieldwork": {Role.RESEARCHER},
    "progress": {Role.RESEARCHER},
    "copy_study": {Role.RESEARCHER},
    "panel": {Role.RESEARCHER},
    "versions": {Role.RESEARCHER},
    "pilot": {Role.RESEARCHER},
    "preview": {Role.RESEARCHER},
    "waves": {Role.RESEARCHER},
    "results": {Role.RESEARCHER},
    "metrics": {Role.RESEARCHER},
    "metric_weights": {Role.RESEARCHER},
    "looks": {Role.RESEARCHER},
    "paper": {Role.RESEARCHER},
    "paper_entry": {Role.RESEARCHER},
    "places": {Role.RESEARCHER},
    "jobs": {Role.RESEARCHER},
    "downloads": {Role.RESEARCHER},
    "privacy": {Role.RESEARCHER},
    "audit": {Role.RESEARCHER, Role.ADMINISTRATOR},
    "deliveries": {Role.RESEARCHER, Role.ADMINISTRATOR},
    "contacts": {Role.RESEARCHER},
    "contacts_file": {Role.RESEARCHER},
    "invitations": {Role.RESEARCHER},
    "delivery": {Role.MANAGER, Role.RESEARCHER},
    "unsubscribe": set(),
    "evidence": {Role.RESEARCHER, Role.ADMINISTRATOR},
    "administration": {Role.ADMINISTRATOR},
    "portal": {Role.MANAGER, Role.RESEARCHER},
    "auth": EVERYBODY,
    "respond": set(),
}
BY_ENDPOINT = {
    "portal.scorecards": {Role.MANAGER},
    "deliveries.studies": {Role.ADMINISTRATOR},
    "auth.home": set(),
    "auth.sign_in": set(),
    "static": set(),
}
"""Who may call what, written down a second time: empty means anybody, signed in or not."""

VISITORS = ("", "administrator", "researcher", "foreign_researcher", "manager", "idle_manager")


def expected(endpoint: str) -> set[Role]:
    """Who is meant to call an endpoint."""
    return BY_ENDPOINT.get(endpoint, BY_BLUEPRINT.get(endpoint.partition(".")[0], set()))


def evidence_entry(office: Office) -> int:
    """A wave of the researcher's study in the evidence; its identifier."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        entry = wave(study_id=study.id)
        unit.evidence.add(entry)
        unit.flush()
        unit.commit()
        return entry.id or 0


def schedule_key(office: Office) -> str:
    """The key of a new schedule of the manager."""
    with office.database.writing() as unit:
        manager = unit.users.by_id(office.people["manager"])
        study = unit.studies.by_key(office.open_key)
        assert manager is not None
        assert study is not None
        made = add_schedule(unit, manager, study, Wish(Occasion.WAVE_CLOSED, "UTC", "en"))
        unit.commit()
        return made.key


def delivery_key(office: Office) -> str:
    """The key of a mail to the manager that failed."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        made = Delivery(
            occasion=f"sent {new_key()}",
            study_id=study.id or 0,
            reader_id=office.people["manager"],
            brand_id=study.brand("north").id or 0,
            wave_id=study.current_wave.id or 0,
            language="en",
            due_at=now(),
        )
        made.fail("The mail server does not know the reader.")
        unit.deliveries.add_new([made])
        unit.commit()
        return made.key


def sheet_key(office: Office) -> str:
    """The key of a paper of the researcher's study that was typed in once."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        made = PaperSheet(
            study_id=study.id or 0,
            wave_id=study.current_wave.id or 0,
            brand_id=study.brand("north").id or 0,
            serial=new_key()[:20],
            language="en",
            version=study.version,
            pilot=False,
            place="",
            first={},
            first_id=new_key(),
            first_by=office.people["researcher"],
        )
        unit.paper_sheets.add(made)
        unit.commit()
        return made.key


def contact_id(office: Office) -> int:
    """A contact of the researcher's study."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        email = f"{new_key().lower()}@example.org"
        add_contact(unit, study, email=email, name="Ann", language="en", brand_code="")
        found = unit.contacts.by_email(study.id or 0, email)
        unit.commit()
        assert found is not None
        return found.id or 0


def mailing_key(office: Office) -> str:
    """The key of a mailing of the researcher's study that waits for its moment."""
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        made = Mailing(
            study_id=study.id or 0,
            wave_id=study.current_wave.id or 0,
            kind=MailingKind.INVITATION,
            texts={"en": ["Come", "{link}"]},
            due_at=now(),
        )
        unit.mailings.add(made)
        unit.commit()
        return made.key


def consent_digest(office: Office) -> str:
    """The digest of a text that somebody agreed to."""
    shown = ConsentShown(1, "en", "Do you agree?")
    with office.database.engine.execution_options(write=True).begin() as connection:
        first = connection.scalar(
            select(interview.c.id).join(study).where(study.c.key == office.open_key)
        )
        assert first is not None
        consents.keep_text(Transaction.of(connection), shown)
        connection.execute(delete(consents.consent))
        consents.give(Transaction.of(connection), first, shown, now())
    return shown.digest


def wave_id(office: Office) -> int:
    """The identifier of the wave of the researcher's study."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        return study.waves[0].id or 0


def give_logo(office: Office) -> None:
    """Give the brand whose pages are walked a logo."""
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
    )
    with office.database.writing() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        take_logo(unit, study.brand("north"), drawing)
        unit.commit()


def own_pages(office: Office) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with a method and an address about the researcher's study and the manager."""
    values = {
        "key": office.open_key,
        "brand_code": "north",
        "block_id": "core_engagement",
        "quota_id": "nobody-has-this-quota",
        "chart_name": "standing",
        "portfolio_chart_name": "ranks-cognitive",
        "kind": "svg",
        "file_format": "csv",
        "person_id": office.people["manager"],
        "study_key": office.open_key,
        "interview_key": "nobody-has-this-key",
        "page_number": 1,
        "number": 1,
        "wave_id": wave_id(office),
        "filename": "app.css",
        "instrument_id": "core_engagement",
        "evidence_format": "json",
        "entry_id": evidence_entry(office),
        "job_key": office.job_key,
        "name": "psychometric-report.pdf",
        "token": "nobody-has-this-token",
        "digest": consent_digest(office),
        "person_format": "json",
        "way": "erase",
        "mailing_kind": "invitation",
        "code": "no-such-place",
    }
    give_logo(office)
    adapter = office.app.url_map.bind("localhost")
    for rule in office.app.url_map.iter_rules():
        if "schedule_key" in rule.arguments:
            values["schedule_key"] = schedule_key(office)
        if "delivery_key" in rule.arguments:
            values["delivery_key"] = delivery_key(office)
        if "contact_id" in rule.arguments:
            values["contact_id"] = contact_id(office)
        if "mailing_key" in rule.arguments:
            values["mailing_key"] = mailing_key(office)
        if "sheet_key" in rule.arguments:
            values["sheet_key"] = sheet_key(office)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = adapter.build(rule.endpoint, values, append_unknown=False, method=method)
            yield rule, method, path


def call(visitor: Visitor, method: str, path: str, token: str) -> int:
    """Call an address with a good token and nothing else; the status."""
    if method == "GET":
        return visitor.get(path).status_code
    return visitor.post(path, data={"csrf_token": token}).status_code


def test_every_endpoint_declares_who_may_call_it(office: Office) -> None:
    """No endpoint is left undeclared, and the declarations are the ones written down here."""
    for endpoint in office.app.view_functions:
        declared = allowed_roles(office.app, endpoint)
        assert declared is not None, endpoint
        assert set(declared) == expected(endpoint), endpoint


def test_undeclared_endpoint_is_refused(office: Office) -> None:
    """A view that somebody forgot to declare answers nobody, not even an administrator."""
    office.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for person in (None, "administrator", "researcher"):
        response = office.visitor(person).get("/forgotten")
        assert response.status_code == 403
        assert "secret" not in response.text


def test_access_without_a_role_is_a_mistake() -> None:
    """Nobody can open a page to all by forgetting to name roles."""
    with pytest.raises(ValueError, match="at least one role"):
        access()


def test_nothing_is_open_to_somebody_shut_out(office: Office) -> None:
    """Whoever was signed in and is then shut out is led to sign in, wherever they were."""
    visitor = office.visitor("manager")
    addresses = list(own_pages(office))
    token = visitor.token("/account")
    assert visitor.get(f"/scorecards/{office.open_key}/north").status_code == 200
    with office.database.writing() as unit:
        manager = unit.users.by_id(office.people["manager"])
        assert manager is not None
        deactivate(unit, manager)
        unit.commit()
    for rule, method, path in addresses:
        if expected(rule.endpoint) != set(PUBLIC):
            status = call(visitor, method, path, token)
            # The token went with the session, so that a form is not even read.
            assert status == 302 or (method == "POST" and status == 400), (method, path, status)


@pytest.mark.parametrize("person", VISITORS)
def test_map_of_addresses(office: Office, person: str) -> None:
    """Each visitor gets in where the table says so, and nowhere else.

    Without a session one is led to sign in; with the wrong role the answer is 403; what belongs to
    somebody else does not exist (404).
    """
    visitor = office.visitor(person or None)
    role = Role(visitor_role(person)) if person else None
    walked = 0
    for rule, method, path in own_pages(office):
        if rule.endpoint == "auth.sign_out":
            continue
        # A fresh one before each form: the one before may have ended the session.
        form = "/account" if person else "/sign-in"
        status = call(visitor, method, path, visitor.token(form) if method == "POST" else "")
        roles = expected(rule.endpoint)
        where = (person, method, path, status)
        if roles == set(PUBLIC):
            assert status not in {401, 403} or rule.endpoint == "auth.sign_in", where
        elif role is None:
            assert status == 302, where
        elif role not in roles:
            assert status == 403, where
        elif owns(person, rule.endpoint):
            assert status in {200, 302, 422, 400}, where
        else:
            assert status == 404, where
        walked += 1
    assert walked > 30


def visitor_role(person: str) -> str:
    """The role of one of the visitors."""
    return {"foreign_researcher": "researcher", "idle_manager": "manager"}.get(person, person)


def owns(person: str, endpoint: str) -> bool:
    """Whether the addresses walked are about something of this visitor, or about no object."""
    if endpoint in {"delivery.pause", "delivery.resume", "delivery.delete"}:
        return person == "manager"
    if person in {"researcher", "manager", "administrator"}:
        return True
    return endpoint in {
        "workspace.studies",
        "workspace.new",
        "portal.scorecards",
        "audit.overview",
        "audit.trail",
        "auth.account",
        "delivery.overview",
        "auth.time_zone",
        "evidence.instruments",
        "evidence.instrument",
        "evidence.export",
    }


def test_manager_reads_assigned_brands_only(office: Office) -> None:
    """The brand next to one's own does not exist, on the web or on paper."""
    manager = office.visitor("manager")
    assert manager.get(f"/scorecards/{office.open_key}/north").status_code == 200
    for path in ("south", "south/pdf", "nobody", "nobody/pdf"):
        assert manager.get(f"/scorecards/{office.open_key}/{path}").status_code == 404


def test_draft_has_no_scorecard(office: Office) -> None:
    """Before a study is opened there is nothing to read, even for its researcher."""
    path = f"/scorecards/{office.draft_key}/draft-brand"
    assert office.visitor("researcher").get(path).status_code == 404
