"""Pages for what went wrong: what happened and what to do now, never how the program is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from reports.pdf.font_files import FontMissingError
from survey_app.storage.errors import ConflictError, DatabaseError

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

PAGES = {
    400: (
        "This page could not be read",
        "The form was incomplete or damaged on its way. Go back, reload the page and try again.",
    ),
    403: (
        "This page is not open to you",
        "Your role does not include it. If you need it, ask your administrator.",
    ),
    404: (
        "There is no such page",
        "The address may be mistyped, or what it showed is not yours to see.",
    ),
    405: (
        "This page cannot be used that way",
        "Open it from the link or the button that leads to it.",
    ),
    413: (
        "That was too large",
        "What you sent is larger than this page accepts. Send less text or a smaller file.",
    ),
    429: (
        "Too many tries",
        "Wait a few minutes and try again.",
    ),
    500: (
        "Something went wrong here",
        "The error was recorded. Nothing was half-saved; go back and try again.",
    ),
    503: (
        "This did not work just now",
        "The database does not answer, or cannot be written. What was saved before is safe. Go "
        "back and try again in a minute; if it lasts, tell whoever runs this application.",
    ),
}

FONT_MISSING = (
    "This report cannot be printed here",
    "The computer that runs this application has no font for the report's language. Read it on its "
    "page or in another language, and tell whoever runs the application: its log says which "
    "package to install.",
)

HEADERS_KEPT = frozenset({"Allow", "Retry-After"})

FORM_EXPIRED = (
    "This form has expired",
    "You signed in or out since the page was opened. Go back, reload the page and send it again.",
)


def init_app(app: Flask) -> None:
    """Give every error of the application a page of its own."""
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DatabaseError, _database_error)
    app.register_error_handler(FontMissingError, _font_missing)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, title: str, advice: str) -> tuple[str, int]:
    """A page that names an error and what to do."""
    # Flask's own rendering asks who is signed in, which may be the very thing that fails.
    page = current_app.jinja_env.get_template("errors/error.html")
    return page.render(status=status, title=title, advice=advice), status


def _place() -> str:
    """Where something failed, as the rule of the address: addresses of respondents and of mails
    hold tokens, which no log shall keep."""
    return str(request.url_rule or "an unknown address")


def _form_expired(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, *FORM_EXPIRED)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    fallback = PAGES[400] if status < 500 else PAGES[500]
    response = make_response(error_page(status, *PAGES.get(status, fallback)))
    response.headers.extend(
        (name, value) for name, value in error.get_headers() if name in HEADERS_KEPT
    )
    return response


def _database_error(error: DatabaseError) -> ResponseReturnValue:
    if isinstance(error, ConflictError):
        return error_page(409, "Somebody else was faster", str(error))
    current_app.logger.error("%s %s failed", request.method, _place(), exc_info=error)
    return error_page(503, *PAGES[503])


def _font_missing(error: FontMissingError) -> ResponseReturnValue:
    current_app.logger.error("%s %s failed: %s", request.method, _place(), error)
    return error_page(503, *FONT_MISSING)


def _unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("%s %s failed", request.method, _place(), exc_info=error)
    return error_page(500, *PAGES[500])
