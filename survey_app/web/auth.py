"""Signing in and out, one's own password and time zone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from survey_app.domain.schedule import zone_names
from survey_app.services.sign_in import SignInRefused, TooManyAttempts
from survey_app.services.sign_in import sign_in as service_sign_in
from survey_app.services.user import (
    MAXIMUM_PASSWORD_LENGTH,
    MINIMUM_PASSWORD_LENGTH,
    UserError,
    set_password,
    set_time_zone,
)
from survey_app.web import sessions
from survey_app.web.access import EVERYBODY_SIGNED_IN, access, public
from survey_app.web.current import database, settings, signed_in_user
from survey_app.web.delivery_words import zone_words
from survey_app.web.errors import error_page
from survey_app.web.filters import SECTIONS
from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from survey_app.domain.user import Role, User

pages = Blueprint("auth", __name__)


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


class SignInForm(PageForm):
    """E-mail address and password."""

    email = StringField(
        "E-mail address", [InputRequired("Write your e-mail address."), Length(max=254)]
    )
    password = PasswordField(
        "Password",
        [InputRequired("Write your password."), Length(max=MAXIMUM_PASSWORD_LENGTH)],
    )


class PasswordForm(PageForm):
    """A new password for oneself."""

    current = PasswordField("Current password", [InputRequired("Write your current password.")])
    new = PasswordField(
        "New password",
        [InputRequired("Write a new password.")],
        description=f"At least {MINIMUM_PASSWORD_LENGTH} characters. A few unrelated words make "
        "a good one.",
    )
    again = PasswordField(
        "New password again", [EqualTo("new", "The two new passwords are not the same.")]
    )


class ZoneForm(PageForm):
    """Whose clocks one reads and writes days and times by."""

    time_zone = SelectField(
        "Time zone",
        description="Of the days and times that you choose and read. Schedules of mails that are "
        "set up keep theirs.",
    )

    def offer(self) -> ZoneForm:
        """Offer the zones there are."""
        self.time_zone.choices = choices((name, zone_words(name)) for name in zone_names())
        return self


@pages.get("/")
@public
def home() -> ResponseReturnValue:
    """Lead everybody to where their work is."""
    if not current_user.is_authenticated:
        return redirect(url_for("auth.sign_in"))
    return redirect(_first_page(current_user.role))


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in; on success go on to the page that was asked for, if it is one of ours."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_first_page(current_user.role))
    form = SignInForm()
    problems: list[tuple[str, str]] = []
    status = 200
    if form.validate_on_submit():
        try:
            user = _checked(form.text("email"), form.password.data or "")
        except SignInRefused as refused:
            problems, status = [("email", str(refused))], 401
        except TooManyAttempts as error:
            return _wait(error)
        else:
            sessions.begin(user)
            return redirect(own_path(request.args.get("next")) or _first_page(user.role))
    elif form.is_submitted():
        problems, status = form.problems(), 422
    page = render_template("auth/sign_in.html", form=form, problems=problems, demo=settings().demo)
    return page, status


@pages.post("/sign-out")
@access(*EVERYBODY_SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End every session of this person."""
    sessions.end_all(signed_in_user())
    return redirect(url_for("auth.sign_in"))


@pages.route("/account", methods=["GET", "POST"])
@access(*EVERYBODY_SIGNED_IN)
def account() -> ResponseReturnValue:
    """Change one's own password; every other session of this person ends."""
    form = PasswordForm()
    problems: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            _change_password(form.current.data or "", form.new.data or "")
        except TooManyAttempts as too_many:
            return _wait(too_many)
        except SignInRefused:
            problems = [("current", "The current password is wrong.")]
        except UserError as refused:
            problems = [("new", str(refused))]
        else:
            flash("Your password is changed. Sessions on other devices have ended.")
            return redirect(url_for("auth.account"))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "auth/account.html",
        form=form,
        problems=problems,
        zone=ZoneForm(formdata=None, time_zone=signed_in_user().time_zone).offer(),
        back=own_path(request.args.get("next")),
    )
    return page, 422 if problems else 200


@pages.post("/account/time-zone")
@access(*EVERYBODY_SIGNED_IN)
def time_zone() -> ResponseReturnValue:
    """Choose one's own time zone, and go back to where it was asked for."""
    form = ZoneForm().offer()
    if not form.validate():
        abort(400)
    with database().writing() as unit:
        user = unit.users.by_id(signed_in_user().id or 0)
        if user is None:
            abort(404)
        set_time_zone(user, form.time_zone.data)
        unit.commit()
    flash(f"Your time zone is {zone_words(form.time_zone.data)}.")
    return redirect(own_path(request.args.get("next")) or url_for("auth.account"))


def own_path(wanted: str | None) -> str | None:
    """`wanted` when it is a path of this application, else None.

    Browsers read a backslash as a slash and drop control characters, so ``/\\host`` and
    ``/<tab>/host`` are as foreign as ``//host``.
    """
    if not wanted or "\\" in wanted or not wanted.isprintable():
        return None
    return wanted if wanted.startswith("/") and not wanted.startswith("//") else None


def _checked(email: str, password: str) -> User:
    return service_sign_in(database(), email, password, address=request.remote_addr or "")


def _change_password(current: str, new: str) -> None:
    user = signed_in_user()
    _checked(user.email, current)
    with database().writing() as unit:
        kept = unit.users.by_id(user.id or 0)
        if kept is None:
            raise SignInRefused("This person no longer exists.")
        set_password(kept, new)
        unit.commit()
    sessions.begin(kept)


def _first_page(role: Role) -> str:
    return url_for(SECTIONS[role][0][1])


def _wait(error: TooManyAttempts) -> ResponseReturnValue:
    page, status = error_page(429, "Too many tries", str(error))
    return page, status, {"Retry-After": str(math.ceil(error.wait.total_seconds()))}
