"""People: who can sign in, as what, and which brands a manager reads. No answers are shown here."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from survey_app.domain.audit import AuditKind
from survey_app.domain.user import Role, User, UserError
from survey_app.services.audit import record
from survey_app.services.user import (
    MINIMUM_PASSWORD_LENGTH,
    assign_brands,
    create_user,
    deactivate,
    reactivate,
    set_password,
    set_role,
)
from survey_app.web.access import access
from survey_app.web.current import database, signed_in_user
from survey_app.web.forms import ChooseSeveral, PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Brand, Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("administration", __name__, url_prefix="/people")

ROLES = (
    (Role.RESEARCHER, "Researcher: makes studies and sees their answers"),
    (Role.MANAGER, "Manager: reads the scorecards of assigned brands"),
    (Role.ADMINISTRATOR, "Administrator: makes logins, sees no answers"),
)
PASSWORD_BYTES = 15


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


class PersonForm(PageForm):
    """A new person."""

    name = StringField("Name", [InputRequired("Write the person's name."), Length(max=200)])
    email = EmailField("E-mail address", [InputRequired("Write an e-mail address.")])
    role = RadioField("Role", choices=choices(ROLES), validators=[InputRequired("Choose a role.")])
    password = PasswordField(
        "First password",
        description=f"At least {MINIMUM_PASSWORD_LENGTH} characters. Left empty, one is made and "
        "shown to you once.",
    )


class RoleForm(PageForm):
    """Another role."""

    role = RadioField("Role", choices=choices(ROLES), validators=[InputRequired("Choose a role.")])


class BrandsForm(PageForm):
    """The brands that a manager reads."""

    brands = ChooseSeveral("Brands", coerce=int, validate_choice=False)


@pages.get("/")
@access(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Everybody who has a login."""
    with database().reading() as unit:
        everybody = unit.users.all()
    return render_template("administration/people.html", people=everybody)


@pages.route("/new", methods=["GET", "POST"])
@access(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """Make a login."""
    form = PersonForm(role=Role.RESEARCHER)
    problems: list[Problem] = []
    if form.validate_on_submit():
        given = form.password.data or ""
        password = given or _made_password()
        try:
            person = _create(form, password)
        except UserError as error:
            problems = [("", str(error))]
        else:
            return _person_made(person, None if given else password)
    elif form.is_submitted():
        problems = form.problems()
    page = render_template("administration/new.html", form=form, problems=problems)
    return page, 422 if problems else 200


@pages.get("/<int:person_id>")
@access(Role.ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    """One person: role, brands, password, and whether they may sign in."""
    with database().reading() as unit:
        return _person_page(unit, _found(unit, person_id))


@pages.post("/<int:person_id>/role")
@access(Role.ADMINISTRATOR)
def change_role(person_id: int) -> ResponseReturnValue:
    """Give a person another role."""
    form = RoleForm()
    if not form.validate():
        abort(400)
    chosen = Role(form.role.data)

    def change(unit: UnitOfWork, one: User) -> str:
        set_role(unit, one, chosen)
        return f"made {chosen.value}"

    return _change(person_id, change, "The role is changed.")


@pages.post("/<int:person_id>/brands")
@access(Role.ADMINISTRATOR)
def change_brands(person_id: int) -> ResponseReturnValue:
    """Assign exactly the chosen brands to a manager."""
    form = BrandsForm()
    if not form.validate():
        abort(400)
    chosen = form.brands.data or []

    def change(unit: UnitOfWork, one: User) -> str:
        assign_brands(unit, one, chosen)
        return f"assigned brands {', '.join(map(str, sorted(chosen))) or '–'}"

    return _change(person_id, change, "The brands are assigned.")


@pages.post("/<int:person_id>/password")
@access(Role.ADMINISTRATOR)
def new_password(person_id: int) -> ResponseReturnValue:
    """Make a new password and show it once."""
    password = _made_password()
    with _changing(person_id) as (unit, one):
        set_password(one, password)
        _record(unit, one, "given a new password")
        unit.commit()
    return _person_made(one, password)


@pages.post("/<int:person_id>/shut-out")
@access(Role.ADMINISTRATOR)
def shut_out(person_id: int) -> ResponseReturnValue:
    """Let a person sign in no more."""

    def change(unit: UnitOfWork, one: User) -> str:
        deactivate(unit, one)
        return "shut out"

    return _change(person_id, change, "This person can no longer sign in.")


@pages.post("/<int:person_id>/let-in")
@access(Role.ADMINISTRATOR)
def let_in(person_id: int) -> ResponseReturnValue:
    """Let a person sign in again."""

    def change(_unit: UnitOfWork, one: User) -> str:
        reactivate(one)
        return "let in again"

    return _change(person_id, change, "This person can sign in again.")


def _change(
    person_id: int, change: Callable[[UnitOfWork, User], str], done: str
) -> ResponseReturnValue:
    """Change a person; `change` says for the audit trail what it did."""
    with _changing(person_id) as (unit, one):
        try:
            told = change(unit, one)
        except UserError as refused:
            flash(str(refused), "caution")
        else:
            _record(unit, one, told)
            unit.commit()
            flash(done)
    if person_id == signed_in_user().id:
        return redirect(url_for("auth.home"))
    return redirect(url_for("administration.person", person_id=person_id))


def _record(unit: UnitOfWork, one: User, told: str) -> None:
    record(unit, signed_in_user(), AuditKind.USER_CHANGED, about=f"{one.email}: {told}")


def _create(form: PersonForm, password: str) -> User:
    with database().writing() as unit:
        made = create_user(
            unit,
            email=form.text("email"),
            name=form.text("name"),
            role=form.role.data,
            password=password,
        )
        _record(unit, made, f"made as {made.role.value}")
        unit.commit()
    return made


def _person_made(one: User, password: str | None) -> ResponseReturnValue:
    """A secret is shown in the answer itself: it is kept neither in the session nor in a log."""
    if password is None:
        flash(f"{one.name} can sign in.")
        return redirect(url_for("administration.person", person_id=one.id))
    return render_template("administration/password.html", person=one, password=password)


def _person_page(unit: UnitOfWork, one: User) -> ResponseReturnValue:
    brands: list[tuple[Study, list[Brand]]] = []
    if one.role is Role.MANAGER:
        brands = [(study, study.brands) for study in unit.studies.all() if study.brands]
    return render_template(
        "administration/person.html",
        person=one,
        role_form=RoleForm(formdata=None, role=one.role),
        studies=brands,
    )


@contextmanager
def _changing(person_id: int) -> Iterator[tuple[UnitOfWork, User]]:
    with database().writing() as unit:
        yield unit, _found(unit, person_id)


def _found(unit: UnitOfWork, person_id: int) -> User:
    one = unit.users.by_id(person_id)
    if one is None:
        abort(404)
    return one


def _made_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)
