"""The way in by a link of one's own. Opening it shows the start page and does nothing else: mail
programs open links before people do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import current_app, make_response, request, url_for

from survey_app.services.collect import Arrival, CollectError
from survey_app.services.invited import CHANNEL, Invitees
from survey_app.services.sign_in import visitor
from survey_app.storage.errors import DatabaseError
from survey_app.web.access import public
from survey_app.web.guesses import Guesses
from survey_app.web.respond_desk import (
    collector,
    desk,
    language_for,
    position_for,
    start_form_sent,
    study_for,
)
from survey_app.web.respond_link import keep_link
from survey_app.web.respond_message import RespondentMessage
from survey_app.web.respond_start import brand_of, device_of, keep_ticket, kept_ticket
from survey_app.web.respond_terms import agreed_to_others, consent_shown
from survey_app.web.respond_way import blueprint, see_other, to_page
from survey_app.web.ticket import TicketError

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from survey_app.services.collect import OpenStudy, Position
    from survey_app.services.invited import Invited


def init_app(app: Flask) -> None:
    """Give an application what reads links; its extensions hold ``database``."""
    app.extensions["invitees"] = Invitees(app.extensions["database"])
    app.extensions["guesses"] = Guesses()


@blueprint.get("/t/<token>")
@public
def invited_page(token: str) -> ResponseReturnValue:
    """The start page of whoever was invited; a panel member who has begun goes on."""
    invited = _invited(token)
    if invited.interview_key is not None:
        return to_page(position_for(invited.interview_key))
    study = _study(invited)
    ticket = kept_ticket(request)
    try:
        desk().tickets.read_start(ticket, study.key)
    except TicketError:
        ticket = desk().tickets.for_start(study.key)
    return _start_response(study, invited, token, ticket)


@blueprint.post("/t/<token>")
@public
def start_invited(token: str) -> ResponseReturnValue:
    """Begin the interview of whoever was invited. The link is not spent by it."""
    invited = _invited(token)
    if invited.interview_key is not None:
        return to_page(position_for(invited.interview_key))
    study = _study(invited)
    tickets = desk().tickets
    language = language_for(study, request.form.get("language"))
    form = start_form_sent(study, language)
    if not form.validate():
        ticket = tickets.for_start(study.key, form.ticket_read)
        response = _start_response(study, invited, token, ticket, problem=form.believed)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    if agreed_to_others(study, language, request.form.get("terms"), way="invited"):
        return see_other(url_for("respond.invited_page", token=token, lang=language))
    try:
        start_id = tickets.read_start(kept_ticket(request), study.key)
    except TicketError:
        start_id = form.ticket_read
    begun = _begin(invited, study, token, start_id, form.brand_code, language)
    response = to_page(begun)
    keep_ticket(response, tickets.for_start(study.key, start_id), _path(token))
    if invited.person_id is None:
        keep_link(response, token, begun.interview_key)
    return response


def _begin(
    invited: Invited, study: OpenStudy, token: str, start_id: str, brand_code: str, language: str
) -> Position:
    arrival = Arrival(channel=CHANNEL, device=device_of(request), person_id=invited.person_id)
    try:
        return collector().start(
            study.key,
            start_id=start_id,
            brand_code=brand_code,
            language=language,
            arrival=arrival,
            consent=consent_shown(study, language, way="invited"),
        )
    except (CollectError, DatabaseError):
        # On another device the same person may have begun a moment ago.
        again = _invitees().find(token)
        if again is None or again.interview_key is None:
            raise
        return collector().position(again.interview_key)


def _invited(token: str) -> Invited:
    """Whoever has this link. Raises RespondentMessage where nobody has, or it is spent."""
    guesses = cast("Guesses", current_app.extensions["guesses"])
    who = visitor(request.remote_addr or "")
    if guesses.too_many(who):
        raise RespondentMessage("too_many", HTTPStatus.TOO_MANY_REQUESTS)
    invited = _invitees().find(token)
    if invited is None:
        guesses.wrong(who)
        raise RespondentMessage("unknown_link", HTTPStatus.NOT_FOUND)
    if invited.spent and invited.interview_key is None:
        raise RespondentMessage("link_used", HTTPStatus.GONE, invited.language)
    return invited


def _study(invited: Invited) -> OpenStudy:
    study = study_for(invited.study_key)
    if not invited.in_field:
        raise RespondentMessage("closed", HTTPStatus.GONE, language_for(study, invited.language))
    return study


def _start_response(
    study: OpenStudy, invited: Invited, token: str, ticket: str, *, problem: bool = False
) -> Response:
    wish = request.values.get("language") or request.args.get("lang") or invited.language
    language = language_for(study, wish)
    fixed = brand_of(study, invited.brand_code)
    chosen = brand_of(study, request.values.get("brand"))
    view = desk().starts.of(
        study, language, fixed=fixed, chosen=chosen, problem=problem, way="invited"
    )
    response = make_response(view.html(ticket=ticket, channel=CHANNEL, token=token))
    keep_ticket(response, ticket, _path(token))
    if invited.person_id is None:
        keep_link(response, token)
    return response


def _path(token: str) -> str:
    return url_for("respond.invited_page", token=token)


def _invitees() -> Invitees:
    return cast("Invitees", current_app.extensions["invitees"])
