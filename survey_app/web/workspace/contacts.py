"""The contacts of a study: found, added, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import SelectField, StringField

from survey_app.domain.contact import ContactError, ContactState, email_digest
from survey_app.domain.user import Role
from survey_app.services.contacts import (
    add_contact,
    opt_out,
    own_contact,
)
from survey_app.web.access import access
from survey_app.web.current import signed_in_user
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, UploadField, choices
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.contact import Contact
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("contacts", __name__, url_prefix="/studies/<key>/contacts")

MOST_SHOWN = 25

STATES = {
    ContactState.ACTIVE: "Active",
    ContactState.BOUNCED: "Bounced",
    ContactState.OPTED_OUT: "Opted out",
}


class FileForm(PageForm):
    """A file of contacts."""

    file = UploadField(
        "File of contacts",
        description="CSV or Excel, up to 32 MB, with a column of addresses named email; name, "
        "language, brand and id if you have them. Other columns are kept as attributes.",
    )


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
    return overview_page(key, [])


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


def overview_page(key: str, problems: list[Problem]) -> ResponseReturnValue:
    """The page of contacts, with what is wrong with a file that was sent to it."""
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
