"""What every answer carries: security headers, safe cookies, and the check against forged forms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import redirect, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from survey_app.config import Config

LARGEST_REQUEST = 2 * 1024 * 1024
LARGEST_OF_ALL = 48 * 1024 * 1024
"""What no page takes more than; most take `LARGEST_REQUEST`."""
LARGEST_FORM_FIELD = 500_000
MOST_FORM_PARTS = 2_000

RESPONDENT_BLUEPRINT = "respond"
"""Respondents have no session: their pages carry a signed ticket of their own instead."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "script-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_IN_FRAMES = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")

FRAMES = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
"""For a page of ours that shows another in a frame."""

FRAMED = {
    "Content-Security-Policy": f"{_IN_FRAMES}; sandbox allow-same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
"""For a page shown in a frame of ours: it may be looked at, but can neither run nor send."""

TLS_ONLY = "max-age=31536000"

SESSION_LIFETIME = timedelta(hours=12)


def init_app(app: Flask, config: Config) -> None:
    """Set cookies, limits, headers and the check of every form that changes something."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if config.secure else "session",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_FIELD,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        # Addresses of static files change with their content.
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        # A form stays good as long as the session that it was made in.
        WTF_CSRF_TIME_LIMIT=None,
        # The token is bound to the session. Behind a proxy the host that a referrer is compared
        # with is the proxy's own, and browsers may leave the referrer out.
        WTF_CSRF_SSL_STRICT=False,
    )
    CSRFProtect(app)
    app.before_request(_to_proper_address)
    app.after_request(_headers)
    if config.secure:
        app.after_request(_tls_only)
        # With TLS there is a proxy in front; without it every visitor would have its address, and
        # one who guesses passwords would shut out all. Of its headers nothing else is believed.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=1, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )


def _to_proper_address() -> ResponseReturnValue | None:
    """On to the address with its slash. Flask would repeat the host that the request claims, which
    may be forged, and behind a proxy is wrong."""
    if not isinstance(request.routing_exception, RequestRedirect):
        return None
    proper = urlsplit(request.routing_exception.new_url)
    address = proper._replace(scheme="", netloc="", path=f"/{proper.path.lstrip('/')}")
    return redirect(address.geturl(), request.routing_exception.code)


def _headers(response: Response) -> Response:
    set_by_page = {name.lower() for name, _ in response.headers}
    response.headers.extend(
        (name, value) for name, value in HEADERS.items() if name.lower() not in set_by_page
    )
    may_be_kept = request.endpoint == "static" or request.blueprint == RESPONDENT_BLUEPRINT
    if not may_be_kept:
        response.headers["Cache-Control"] = "no-store"
    return response


def _tls_only(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = TLS_ONLY
    return response
