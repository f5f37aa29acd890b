"""What all of a respondent's pages share: headers, failures, and the way to the next page."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from survey_app.web.respond_html import common
from survey_app.web.respond_kiosk_pass import home_after_failure, kiosk_argument
from survey_app.web.respond_message import message_of
from survey_app.web.respond_words import chosen_language

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from survey_app.services.collect import Position

LARGEST_FORM = 64 * 1024

blueprint = Blueprint("respond", __name__, template_folder="templates")


@blueprint.before_request
def _limit_size() -> None:
    request.max_content_length = LARGEST_FORM


@blueprint.after_request
def _headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.errorhandler(Exception)
def _failed(error: Exception) -> ResponseReturnValue:
    message = message_of(error)
    if message.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s %s failed", request.method, request.endpoint, exc_info=error)
    language = message.language or chosen_language(None, request.accept_languages)
    html = render_template(
        "respond/message.html",
        topic=message.topic,
        values=message.values,
        home=home_after_failure(),
        **common(language),
    )
    return html, message.status


def to_page(position: Position, wished: int | None = None) -> Response:
    """On to a page: the wished one where it has been reached, else the first not submitted."""
    if position.finished:
        key = position.interview_key
        return see_other(url_for("respond.finish", interview_key=key, **kiosk_argument(position)))
    number = wished if wished and position.may_show(wished) else position.page_number
    return see_other(page_address(position, number))


@lru_cache(maxsize=1000)
def start_address(study_key: str, **told: Any) -> str:
    """The address of a study's start page; `told` stands in its query."""
    return url_for("respond.start_page", study_key=study_key, **told)


def page_address(position: Position, page_number: int, **told: Any) -> str:
    """The address of a page of an interview; `told` stands in its query."""
    return url_for(
        "respond.show_page",
        interview_key=position.interview_key,
        page_number=page_number,
        **kiosk_argument(position),
        **told,
    )


def see_other(address: str) -> Response:
    """On to another address, to be opened by GET."""
    return cast("Response", redirect(address, HTTPStatus.SEE_OTHER))
