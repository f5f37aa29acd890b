"""What is written into the audit trail without any view's help: every file that is handed out, the
pages that show somebody's data, and what is changed of a study or of its contacts.

A new download is written down by itself. Whoever adds one that holds nothing of anybody names it in
`NOTHING_OF_ANYBODY`; whoever adds a page that shows contacts or single interviews, in `SEEN`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, g, make_response, request
from flask_login import current_user

from survey_app.domain.audit import AuditKind
from survey_app.services.audit import follow, record
from survey_app.storage.errors import DatabaseError
from survey_app.web.current import database, signed_in_user
from survey_app.web.security import RESPONDENT_BLUEPRINT

if TYPE_CHECKING:
    from flask import Flask, Response

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

TAKEN = {
    "downloads.answers": AuditKind.ANSWERS_EXPORTED,
    "pilot.answers": AuditKind.ANSWERS_EXPORTED,
    "downloads.psychometric_report": AuditKind.REPORT_TAKEN,
    "downloads.r_script": AuditKind.REPORT_TAKEN,
    "jobs.file": AuditKind.REPORT_TAKEN,
    "portal.paper": AuditKind.SCORECARD_TAKEN,
    "portal.tables": AuditKind.SCORECARD_TAKEN,
    "portal.chart": AuditKind.SCORECARD_TAKEN,
    "portal.portfolio_paper": AuditKind.SCORECARD_TAKEN,
    "portal.portfolio_chart": AuditKind.SCORECARD_TAKEN,
    "privacy.person_file": AuditKind.PERSON_EXPORTED,
    "audit.trail": AuditKind.AUDIT_EXPORTED,
}
"""What a file is called in the trail; one that is not named here is simply a file."""

NOTHING_OF_ANYBODY = frozenset(
    {"fieldwork.qr_code", "places.qr_codes", "paper.questionnaire", "looks.logo", "portal.logo"}
)
"""Files in which nobody's data can be: codes to print, empty questionnaires, pictures of brands."""

SEEN = {
    "portal.web_page": AuditKind.SCORECARD_READ,
    "portal.portfolio_page": AuditKind.SCORECARD_READ,
    "contacts.overview": AuditKind.CONTACTS_SEEN,
    "contacts.person": AuditKind.CONTACTS_SEEN,
    "paper_entry.differences": AuditKind.ANSWERS_SEEN,
    "privacy.person": AuditKind.PERSON_SEEN,
}
"""Pages that show what is written down as seen."""

CHANGED = {
    "contacts": AuditKind.CONTACTS_CHANGED,
    "contacts_file": AuditKind.CONTACTS_CHANGED,
    "pilot.delete": AuditKind.ANSWERS_DELETED,
}
"""Rooms, and single forms, whose changes are written down when they are kept."""


def init_app(app: Flask) -> None:
    """Write down what is handed out or shown, before it leaves."""
    app.after_request(_keep_what_leaves)


def describe(**details: Any) -> None:
    """Figures that the trail keeps about what this request hands out, as of how many interviews."""
    g.audit_details = {**g.get("audit_details", {}), **details}


def follow_changes(unit: UnitOfWork, study: Study) -> None:
    """Write down what this request changes of a study, in the transaction that keeps it."""
    user, endpoint = signed_in_user(), request.endpoint or ""
    follow(unit, user, study)
    room, _, form = endpoint.partition(".")
    kind = CHANGED.get(endpoint) or CHANGED.get(room)
    if kind is not None:
        about = form.replace("_", " ")
        unit.before_commit(lambda: record(unit, user, kind, study, about, **_details()))


def _keep_what_leaves(response: Response) -> Response:
    kind = _kind_of(response)
    if kind is None:
        return response
    values = request.view_args or {}
    about = _name_of_file(response) or " ".join(
        str(value) for name, value in values.items() if name != "key"
    )
    try:
        with database().writing() as unit:
            study = unit.studies.by_key(values["key"]) if "key" in values else None
            record(unit, signed_in_user(), kind, study, about, **_details())
            unit.commit()
    except DatabaseError as error:
        # What cannot be written down does not leave.
        return make_response(current_app.handle_user_exception(error))
    return response


def _kind_of(response: Response) -> AuditKind | None:
    """How what leaves is called in the trail; None for what is not written down."""
    endpoint = request.endpoint or ""
    ours = request.blueprint != RESPONDENT_BLUEPRINT and endpoint != "static"
    if not ours or response.status_code != HTTPStatus.OK or not current_user.is_authenticated:
        return None
    if _name_of_file(response):
        known = endpoint in NOTHING_OF_ANYBODY
        return None if known else TAKEN.get(endpoint, AuditKind.FILE_TAKEN)
    return SEEN.get(endpoint)


def _name_of_file(response: Response) -> str:
    disposition = response.headers.get("Content-Disposition", "")
    if not disposition.startswith("attachment"):
        return ""
    return disposition.partition("filename=")[2].partition(";")[0].strip('"') or "file"


def _details() -> dict[str, Any]:
    asked = {name: value for name, value in request.args.items() if name in {"wave", "language"}}
    return {**asked, **g.get("audit_details", {})}
