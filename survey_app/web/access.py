"""Who may call what. Every endpoint declares it; an endpoint that declares nothing is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask_login import current_user

from survey_app.domain.user import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

View = TypeVar("View", bound="Callable[..., Any]")

PUBLIC: frozenset[Role] = frozenset()
"""Declared access of a page that anybody may open, signed in or not."""

EVERYBODY_SIGNED_IN = frozenset(Role)

_ATTRIBUTE = "allowed_roles"
_FRAMEWORK_ENDPOINTS = frozenset({"static"})


def access(*roles: Role) -> Callable[[View], View]:
    """Declare that only people of these roles may call the view."""
    if not roles:
        raise ValueError("Name at least one role, or declare the view public.")
    return _declare(frozenset(roles))


def public(view: View) -> View:
    """Declare that anybody may call the view."""
    return _declare(PUBLIC)(view)


def _declare(roles: frozenset[Role]) -> Callable[[View], View]:
    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, roles)
        return view

    return declare


def allowed_roles(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Who may call an endpoint: `PUBLIC`, some roles, or None when it declares nothing."""
    if endpoint in _FRAMEWORK_ENDPOINTS:
        return PUBLIC
    view = app.view_functions.get(endpoint)
    roles: frozenset[Role] | None = getattr(view, _ATTRIBUTE, None)
    return roles


def init_app(app: Flask) -> None:
    """Check every request before its view is called."""
    app.before_request(_refuse)


def _refuse() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    roles = allowed_roles(current_app, request.endpoint)
    if roles is None:
        abort(403)
    if roles == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if current_user.role not in roles:
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.sign_in", next=wanted))
