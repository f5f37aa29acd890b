"""The contacts of a study: found, taken from a file after a dry run, added, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import HiddenField, SelectField, StringField

from survey_app.domain.contact import ContactError, ContactState, email_digest
from survey_app.domain.invitation import FEWEST_ANONYMOUS
from survey_app.domain.user import Role
from survey_app.exchange.errors import ExchangeError
from survey_app.services.contacts import (
    add_contact,
    import_contacts,
    opt_out,
    own_contact,
    plan_import,
    read_contacts_upload,
)
from survey_app.services.invitations import is_anonymous
from survey_app.web.access import access
from survey_app.web.current import signed_in_user
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, UploadField, choices
from survey_app.web.workspace.carried_file import TooLargeToCarry, packed, unpacked
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.contact import Contact
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("contacts", __name__, url_prefix="/studies/<key>/contacts")

MOST_SHOWN = 25
MOST_REFUSED_SHOWN = 100

STATES = {
    ContactState.ACTIVE: "Active",
    ContactState.BOUNCED: "Bounced",
    ContactState.OPTED_OUT: "Opted out",
}


class FileForm(PageForm):
    """A file of contacts."""

    file = UploadField(
        "File of contacts",
        description="CSV or Excel, up to 2 MB, with a column of addresses named email; name, "
        "language, brand and id if you have them. Other columns are kept as attributes.",
    )


class ImportForm(PageForm):
    """A file whose import was shown, and what it was shown to do."""

    name = HiddenField()
    outcome = HiddenField()


class ContactForm(PageForm):
    """One contact."""

    email = StringField("E-mail address")
    name = StringField("Name", description="As it stands in a greeting. May stay empty.")
    language = SelectField("Language")
    brand = SelectField("Brand")

    def offer(self, study: Study) -> ContactForm:
        """Offer the languages and brands of a study."""
        self.language.choices = choices((tag, language_name(tag)) for tag in study.languages)
        known = [(brand.code, brand.name("en")) for brand in study.brands]
        self.brand.choices = choices([("", "Not known"), *known])
        return self


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """The contacts page by page, and a form to add more."""
    return _overview(key, [])


@pages.post("/check")
@access(Role.RESEARCHER)
def check(key: str) -> ResponseReturnValue:
    """Show what a file would do; nothing is kept."""
    form = FileForm()
    if not form.validate_on_submit() or not form.file.data:
        return _overview(key, [("file", "Choose a file.")])
    upload = form.file.data
    return _planned(key, upload.filename or "", upload.read())


@pages.post("/import")
@access(Role.RESEARCHER)
def import_now(key: str) -> ResponseReturnValue:
    """Keep the contacts of a file that was shown."""
    form = ImportForm()
    content = unpacked(request.form.getlist("part"))
    if not form.validate_on_submit() or content is None:
        return _overview(key, [("file", "The file was damaged on its way; choose it again.")])
    try:
        with writing(key) as (unit, study):
            read = read_contacts_upload(study, form.text("name"), content)
            plan = import_contacts(unit, study, read)
            as_shown = plan.outcome == form.text("outcome")
            if as_shown:
                unit.commit()
    except ExchangeError as error:
        return _overview(key, _told(error))
    if as_shown:
        flash(f"{len(plan.new):,} contacts were added, {len(plan.changed):,} changed.")
        return redirect(url_for("contacts.overview", key=key))
    flash("The contacts changed meanwhile. This is what the file would do now; look again.")
    return _planned(key, form.text("name"), content)


@pages.route("/add", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def add(key: str) -> ResponseReturnValue:
    """Add one contact."""
    problems: list[Problem] = []
    with writing(key) if request.method == "POST" else reading(key) as (unit, study):
        form = ContactForm().offer(study)
        if request.method == "POST":
            problems = form.problems() if not form.validate() else _added(unit, study, form)
            if not problems:
                unit.commit()
                flash(f"{form.text('email')} was added.")
                return redirect(url_for("contacts.overview", key=key))
        page = render_template(
            "workspace/add_contact.html", study=study, form=form, problems=problems
        )
    return page, 422 if problems else 200


@pages.get("/<int:contact_id>")
@access(Role.RESEARCHER)
def person(key: str, contact_id: int) -> ResponseReturnValue:
    """One contact, and what can be done with it."""
    with reading(key) as (unit, study):
        found = _contact(unit, study, contact_id)
        brand = next((one for one in study.brands if one.id == found.brand_id), None)
    return render_template(
        "workspace/contact.html", study=study, contact=found, brand=brand, states=STATES
    )


@pages.post("/<int:contact_id>/opt-out")
@access(Role.RESEARCHER)
def opt_out_now(key: str, contact_id: int) -> ResponseReturnValue:
    """Write to this address no more, in any study of the researcher."""
    with writing(key) as (unit, study):
        found = _contact(unit, study, contact_id)
        opt_out(unit, signed_in_user().id or 0, email_digest(found.email))
        unit.commit()
    flash(f"{found.email} gets no more invitations, in any of your studies.")
    return redirect(url_for("contacts.overview", key=key))


@pages.post("/<int:contact_id>/remove")
@access(Role.RESEARCHER)
def remove(key: str, contact_id: int) -> ResponseReturnValue:
    """Forget a contact."""
    with writing(key) as (unit, study):
        found = _contact(unit, study, contact_id)
        unit.contacts.remove(found.id or 0)
        unit.commit()
    flash(f"{found.email} was removed.")
    return redirect(url_for("contacts.overview", key=key))


def _contact(unit: UnitOfWork, study: Study, contact_id: int) -> Contact:
    found = own_contact(unit, study, contact_id)
    if found is None:
        abort(404)
    return found


def _added(unit: UnitOfWork, study: Study, form: ContactForm) -> list[Problem]:
    try:
        add_contact(
            unit,
            study,
            email=form.text("email"),
            name=form.text("name"),
            language=form.language.data,
            brand_code=form.brand.data,
        )
    except ContactError as error:
        return [("email", str(error))]
    return []


def _planned(key: str, file_name: str, content: bytes) -> ResponseReturnValue:
    try:
        with reading(key) as (unit, study):
            plan = plan_import(unit, study, read_contacts_upload(study, file_name, content))
        parts = packed(content)
    except (ExchangeError, TooLargeToCarry) as error:
        return _overview(key, _told(error))
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


def _overview(key: str, problems: list[Problem]) -> ResponseReturnValue:
    search = request.args.get("search", "").strip()[:200].replace("\0", "")
    state = request.args.get("state", "")
    if state and state not in list(ContactState):
        abort(404)
    with reading(key) as (unit, study):
        found = unit.contacts.page(
            study.id or 0,
            search=search,
            state=ContactState(state) if state else None,
            after=max(request.args.get("after", default=0, type=int), 0),
            most=MOST_SHOWN + 1,
        )
        counts = unit.contacts.counts(study.id or 0)
    page = render_template(
        "workspace/contacts.html",
        study=study,
        contacts=found[:MOST_SHOWN],
        more=found[MOST_SHOWN - 1].id if len(found) > MOST_SHOWN else None,
        counts=counts,
        states=STATES,
        search=search,
        state=state,
        brands={brand.id: brand.name("en") for brand in study.brands},
        form=FileForm(formdata=None),
        problems=problems,
    )
    return page, 422 if problems else 200
