"""The token of somebody's own link, as their browser carries it: never stored with the interview.

It lies in a cookie that is sent with the pages of one interview only, and in the address by which
the respondent goes on elsewhere. Without it an anonymous interview by link cannot be finished; a
browser that lost it takes the token of the link that was opened in it last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for

from survey_app.domain.study import is_key
from survey_app.web.current import settings

if TYPE_CHECKING:
    from flask import Response

COOKIE_SECONDS = 90 * 24 * 3600
SECONDS_AFTER_OPENING = 24 * 3600

ARGUMENT = "link"


def kept_link() -> str:
    """The token that this browser keeps for the interview of the address; empty for none."""
    cookies = request.cookies
    # To ask for a cookie that is not there costs more than to look first, at every page.
    names = (_cookie_name(key) for key in ("this", ""))
    return next((cookies[name] for name in names if cookies.get(name)), "")


def given_link() -> str:
    """The token in the address by which an interview is gone on with; empty for none."""
    token = request.args.get(ARGUMENT, "")
    return token if is_key(token) else ""


def keep_link(response: Response, token: str, interview_key: str = "") -> None:
    """Have the browser keep the token, for the pages of this interview only; without one for a day,
    for an interview that was begun elsewhere."""
    response.set_cookie(
        _cookie_name(interview_key),
        token,
        max_age=COOKIE_SECONDS if interview_key else SECONDS_AFTER_OPENING,
        path=_path(interview_key),
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


def forget_link(response: Response, interview_key: str) -> None:
    """Have the browser forget the token; the interview is finished."""
    for key in (interview_key, ""):
        response.delete_cookie(
            _cookie_name(key),
            path=_path(key),
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )


def resume_query() -> str:
    """What is added to the address by which this respondent goes on elsewhere."""
    token = kept_link()
    return f"?{ARGUMENT}={token}" if token and is_key(token) else ""


def _cookie_name(interview_key: str) -> str:
    name = "link" if interview_key else "opened-link"
    return f"__Secure-{name}" if settings().secure else name


def _path(interview_key: str) -> str:
    if interview_key:
        return url_for("respond.resume", interview_key=interview_key)
    return url_for("respond.resume", interview_key="-").removesuffix("-")
