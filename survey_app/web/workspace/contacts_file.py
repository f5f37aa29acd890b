"""A file of contacts: what it would do is shown, then it is kept. The page carries the file from
one step to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from survey_app.domain.invitation import FEWEST_ANONYMOUS
from survey_app.domain.user import Role
from survey_app.exchange.errors import ExchangeError
from survey_app.services.contacts import (
    LARGEST_UPLOAD,
    import_contacts,
    plan_import,
    read_contacts_upload,
)
from survey_app.services.invitations import is_anonymous
from survey_app.web.access import access
from survey_app.web.errors import error_page
from survey_app.web.workspace.carried_file import (
    Busy,
    ImportForm,
    TooLargeToCarry,
    one_at_a_time,
    packed,
    unpacked,
)
from survey_app.web.workspace.contacts import FileForm, overview_page
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import RequestEntityTooLarge

    from survey_app.domain.study import Study
    from survey_app.exchange.read_contacts import ReadContacts
    from survey_app.web.forms import Problem

pages = Blueprint("contacts_file", __name__, url_prefix="/studies/<key>/contacts")

MOST_REFUSED_SHOWN = 100

_MEGABYTE = 1024 * 1024
_BESIDE_THE_FILE = _MEGABYTE
_CARRIED = LARGEST_UPLOAD * 4 // 3 + _MEGABYTE
"""Letters of the largest file as a page carries it: three bytes are four letters."""

TOO_LARGE = (
    "That file is too large",
    f"A file of contacts has at most {LARGEST_UPLOAD // _MEGABYTE} MB here. Go back, split it into "
    "several and import one after the other, or ask whoever runs this application to import it "
    "with engage contacts import.",
)
COMMAND = "engage contacts import"


@pages.url_value_preprocessor
def _larger_for_researchers(_endpoint: str | None, _values: object) -> None:
    """Take more than other pages do, before anything of the request is read: of those who may use
    this page, and of nobody else."""
    if current_user.is_authenticated and current_user.role is Role.RESEARCHER:
        request.max_content_length = _CARRIED + _BESIDE_THE_FILE


@pages.errorhandler(413)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return error_page(413, *TOO_LARGE)


@pages.post("/check")
@access(Role.RESEARCHER)
def check(key: str) -> ResponseReturnValue:
    """Show what a file would do; nothing is kept."""
    form = FileForm()
    if not form.validate_on_submit() or not form.file.data:
        return overview_page(key, [("file", "Choose a file.")])
    upload = form.file.data
    content = upload.read(LARGEST_UPLOAD + 1)
    if len(content) > LARGEST_UPLOAD:
        return error_page(413, *TOO_LARGE)
    return _planned(key, upload.filename or "", content)


@pages.post("/import")
@access(Role.RESEARCHER)
def import_now(key: str) -> ResponseReturnValue:
    """Keep the contacts of a file that was shown."""
    form = ImportForm()
    content = unpacked(request.form.getlist("part"), limit=LARGEST_UPLOAD)
    if not form.validate_on_submit() or content is None:
        return overview_page(key, [("file", "The file was damaged on its way; choose it again.")])
    try:
        with one_at_a_time(content):
            added = _kept(key, form, content)
    except (ExchangeError, Busy) as error:
        return overview_page(key, _told(error))
    if added:
        flash(added)
        return redirect(url_for("contacts.overview", key=key))
    flash("The contacts changed meanwhile. This is what the file would do now; look again.")
    return _planned(key, form.text("name"), content)


def _kept(key: str, form: ImportForm, content: bytes) -> str:
    """What was done; empty where it would not be what was shown. The file is read before anything
    is written, so that respondents need not wait for it."""
    with reading(key) as (_, study):
        read, asked = read_contacts_upload(study, form.text("name"), content), _asked(study)
    with writing(key) as (unit, study):
        if _asked(study) != asked:
            return ""
        plan = import_contacts(unit, study, read)
        if plan.outcome != form.text("outcome"):
            return ""
        unit.commit()
    return f"{len(plan.new):,} contacts were added, {len(plan.changed):,} changed."


def _asked(study: Study) -> tuple[list[str], list[str]]:
    """What the words of a file were read by."""
    return list(study.languages), [brand.code for brand in study.brands]


def _planned(key: str, file_name: str, content: bytes) -> ResponseReturnValue:
    try:
        with one_at_a_time(content), reading(key) as (unit, study):
            read: ReadContacts = read_contacts_upload(study, file_name, content)
            plan = plan_import(unit, study, read)
        parts = packed(content, most=_CARRIED, command=COMMAND)
    except (ExchangeError, TooLargeToCarry, Busy) as error:
        return overview_page(key, _told(error))
    rare, rare_brands = plan.too_few if is_anonymous(study) else ({}, {})
    return render_template(
        "workspace/plan_contacts.html",
        study=study,
        plan=plan,
        refused=plan.refused[:MOST_REFUSED_SHOWN],
        form=ImportForm(formdata=None, name=file_name, outcome=plan.outcome),
        parts=parts,
        brands={brand.id: brand.name("en") for brand in study.brands},
        rare=rare,
        rare_brands=rare_brands,
        fewest=FEWEST_ANONYMOUS,
    )


def _told(error: Exception) -> list[Problem]:
    return [("file", line) for line in str(error).splitlines()]
