"""The audit trail as its readers see it: researchers of their own studies, administrators all."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from survey_app.domain.audit import MONTHS_KEPT, AuditKind
from survey_app.domain.user import Role
from survey_app.exchange.plain_text import neutral, writable
from survey_app.services.audit import visible_to
from survey_app.web.access import access
from survey_app.web.current import database, signed_in_user
from survey_app.web.download import download
from survey_app.web.local_time import local_words

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from survey_app.storage.audit import AuditFilter, LoggedEntry
    from survey_app.storage.database import UnitOfWork

pages = Blueprint("audit", __name__, url_prefix="/audit")

MOST_SHOWN = 100

KINDS = {
    AuditKind.STUDY_PILOTED: "Study piloted",
    AuditKind.STUDY_OPENED: "Study opened",
    AuditKind.STUDY_CHANGED: "Study changed",
    AuditKind.STUDY_CLOSED: "Study closed",
    AuditKind.ANSWERS_EXPORTED: "Answers exported",
    AuditKind.ANSWERS_SEEN: "Single interviews seen",
    AuditKind.ANSWERS_DELETED: "Answers deleted",
    AuditKind.PERSON_SEEN: "One person’s data seen",
    AuditKind.PERSON_EXPORTED: "One person’s data exported",
    AuditKind.ANSWERS_WITHDRAWN: "Answers taken back",
    AuditKind.ANSWERS_ERASED: "Answers erased",
    AuditKind.CONTACTS_SEEN: "Contacts seen",
    AuditKind.CONTACTS_CHANGED: "Contacts changed",
    AuditKind.CONTACTS_EXPORTED: "Contacts exported",
    AuditKind.CONTACTS_DELETED: "Contacts deleted",
    AuditKind.SCORECARD_READ: "Scorecard read",
    AuditKind.SCORECARD_TAKEN: "Scorecard downloaded",
    AuditKind.SCORECARD_SENT: "Scorecard sent",
    AuditKind.REPORT_TAKEN: "Report downloaded",
    AuditKind.FILE_TAKEN: "File downloaded",
    AuditKind.RETENTION_CHANGED: "Retention changed",
    AuditKind.USER_CHANGED: "Login changed",
    AuditKind.AUDIT_EXPORTED: "Audit trail exported",
    AuditKind.AUDIT_FORGOTTEN: "Old entries deleted",
}
"""What was done, in words."""


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


@pages.get("/")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def overview() -> ResponseReturnValue:
    """The latest entries, by study, person and kind."""
    with database().reading() as unit:
        wanted, choices = _wanted(unit)
        before = request.args.get("before", type=int)
        entries = unit.audit.entries(wanted, before=before, most=MOST_SHOWN + 1)
    shown = entries[:MOST_SHOWN]
    return render_template(
        "audit.html",
        entries=[(line, _told(line)) for line in shown],
        older=shown[-1].entry.id if len(entries) > MOST_SHOWN else None,
        kinds=KINDS,
        at=local_words,
        zone=signed_in_user().time_zone,
        months=MONTHS_KEPT,
        chosen={name: request.args.get(name, "") for name in ("study", "person", "kind")},
        **choices,
    )


@pages.get("/trail.csv")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def trail() -> ResponseReturnValue:
    """All chosen entries as CSV, moments in UTC."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["moment", "person", "email", "what", "study", "object", "details"])
    with database().reading() as unit:
        wanted, _ = _wanted(unit)
        for line in unit.audit.all(wanted):
            one = line.entry
            cells = (line.person, line.email, one.what, line.study, one.object, _told(line))
            writer.writerow([one.at.isoformat(), *(neutral(writable(cell)) for cell in cells)])
    return download(stream.getvalue().encode("utf-8-sig"), "audit-trail.csv", "text/csv")


def _wanted(unit: UnitOfWork) -> tuple[AuditFilter, dict[str, object]]:
    """What the address asks for, within what the reader may see, and what can be asked for."""
    wanted = visible_to(unit, signed_in_user())
    studies = {
        study.key: study
        for study in unit.studies.all()
        if wanted.studies is None or study.id in wanted.studies
    }
    people = unit.audit.people(wanted)
    study = studies.get(request.args.get("study", ""))
    kind = request.args.get("kind", "")
    person = request.args.get("person", type=int)
    return (
        replace(
            wanted,
            study_id=study.id if study is not None else None,
            user_id=person if person in people else None,
            what=AuditKind(kind) if kind in list(AuditKind) else None,
        ),
        {"studies": list(studies.values()), "people": people},
    )


def _told(line: LoggedEntry) -> str:
    """The figures of an entry in one line."""
    details = line.entry.details
    return ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in details.items())


def _short(value: object) -> str:
    if isinstance(value, dict):
        known = {name: one for name, one in value.items() if one is not None}
        inside = (f"{name.replace('_', ' ')} {_short(one)}" for name, one in known.items())
        return f"({', '.join(inside)})" if known else "–"
    return str(value)[:200]
