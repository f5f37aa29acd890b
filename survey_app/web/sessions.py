"""Who is signed in: a session that ends after twelve hours, or when its number is outdated."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, login_user, logout_user

from survey_app.web.current import database
from survey_app.web.security import SESSION_LIFETIME

if TYPE_CHECKING:
    from flask import Flask, Request
    from flask.sessions import SecureCookieSession

    from survey_app.domain.user import Role, User

_BEGAN = "began"

WITHOUT_SESSION = ("/s/", "/i/", "/t/", "/static/")
"""Addresses of respondents and of files: nobody is signed in there, and no cookie is read."""


class StaffSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for those who sign in only."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a request, None where there is none."""
        if request.path.startswith(WITHOUT_SESSION):
            return None
        return super().open_session(app, request)


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no type hints
    """A signed-in person as Flask-Login knows them; `user` is the person."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def role(self) -> Role:
        """The person's role."""
        return self.user.role

    def get_id(self) -> str:
        """Person and session number: a new number ends every session begun before."""
        return f"{self.user.id}:{self.user.session_number}"


def init_app(app: Flask) -> None:
    """Read the person of each request from the session."""
    app.session_interface = StaffSessions()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def begin(user: User) -> None:
    """Begin a session; whatever the browser brought from before is thrown away."""
    session.clear()
    session.permanent = True
    session[_BEGAN] = datetime.now(UTC).timestamp()
    login_user(SignedIn(user))


def end_all(user: User) -> None:
    """End every session of a person. A cookie that was copied before is worth nothing then."""
    with database().writing() as unit:
        kept = unit.users.by_id(user.id or 0)
        if kept is not None:
            kept.session_number += 1
            unit.commit()
    logout_user()
    session.clear()


def _load(identifier: str) -> SignedIn | None:
    if datetime.now(UTC).timestamp() - session.get(_BEGAN, 0) > SESSION_LIFETIME.total_seconds():
        return None
    number, _, session_number = identifier.partition(":")
    with database().reading() as unit:
        user = unit.users.by_id(int(number))
    if user is None or not user.active or str(user.session_number) != session_number:
        return None
    return SignedIn(user)
