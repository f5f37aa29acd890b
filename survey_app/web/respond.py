"""A respondent's way: start page, page after page, thanks.

A GET never records anything. A POST may be repeated at will: the ticket in each form holds an
identifier that makes the second one harmless. Every POST that was taken answers with a redirect.
"""

from __future__ import annotations

import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, request

from survey_app.services.collect import Arrival, LinkMissing, LinkUsed, StudyClosed
from survey_app.web import respond_invited, respond_kiosk
from survey_app.web.access import public
from survey_app.web.respond_desk import (
    collector,
    desk,
    language_for,
    new_desk,
    position_for,
    start_form_sent,
    study_for,
)
from survey_app.web.respond_finish import finish_html
from survey_app.web.respond_kiosk_pass import home, may_look
from survey_app.web.respond_link import forget_link, given_link, keep_link, kept_link
from survey_app.web.respond_message import RespondentMessage
from survey_app.web.respond_start import (
    brand_of,
    channel_of,
    device_of,
    keep_ticket,
    kept_ticket,
    place_of,
)
from survey_app.web.respond_terms import agreed_to_others, consent_shown, keeps_cookie
from survey_app.web.respond_way import blueprint, page_address, see_other, start_address, to_page
from survey_app.web.ticket import TicketError, view_claimed_by

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from survey_app.services.collect import OpenStudy, Position
    from survey_app.web.respond_form import PageForm
    from survey_app.web.respond_page import PageView


def init_app(app: Flask) -> None:
    """Give an application the respondent's pages. Its extensions hold ``engage_config``, and
    ``collector`` by the time of the first request. The check of session tokens, where there is
    one, leaves these pages to their tickets."""
    app.extensions["respond"] = new_desk(app.extensions["engage_config"].secret_key)
    respond_invited.init_app(app)
    respond_kiosk.init_app(app)
    app.register_blueprint(blueprint)
    if "csrf" in app.extensions:
        app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/s/<study_key>")
@public
def start_page(study_key: str) -> ResponseReturnValue:
    """What the survey is, in which language, about which brand, and the consent."""
    study = study_for(study_key)
    ticket = "" if "new" in request.args else _kept(study)
    try:
        desk().tickets.read_start(ticket, study.key)
    except TicketError:
        ticket = desk().tickets.for_start(study.key)
    return _start_response(study, language_for(study, request.args.get("lang")), ticket)


@blueprint.post("/s/<study_key>")
@public
def start(study_key: str) -> ResponseReturnValue:
    """Begin the interview, or go on with the one that this browser began."""
    study = study_for(study_key)
    tickets = desk().tickets
    language = language_for(study, request.form.get("language"))
    form = start_form_sent(study, language)
    if not form.validate():
        ticket = tickets.for_start(study.key, form.ticket_read)
        response = _start_response(study, language, ticket, problem=form.believed)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    if agreed_to_others(study, language, request.form.get("terms")):
        return see_other(start_address(study.key, lang=language))
    try:
        # Two tabs opened at once hold two tickets, but share the browser's one cookie.
        start_id = tickets.read_start(_kept(study), study.key)
    except TicketError:
        start_id = form.ticket_read
    position = collector().start(
        study.key,
        start_id=start_id,
        brand_code=form.brand_code,
        language=language,
        arrival=Arrival(
            channel=channel_of(request.form.get("channel")),
            place=place_of(study, request.form.get("place")),
            device=device_of(request),
        ),
        consent=consent_shown(study, language),
    )
    response = to_page(position)
    _keep(response, study, tickets.for_start(study.key, start_id))
    return response


@blueprint.get("/i/<interview_key>")
@public
def resume(interview_key: str) -> ResponseReturnValue:
    """Go on at the first page that was not submitted yet."""
    position = position_for(interview_key)
    if not may_look(position):
        return see_other(home(position.study.key))
    response = to_page(position)
    if token := given_link():
        keep_link(response, token, interview_key)
    return response


@blueprint.get("/i/<interview_key>/<int:page_number>")
@public
def show_page(interview_key: str, page_number: int) -> ResponseReturnValue:
    """A page of the questionnaire with the answers given so far."""
    position = position_for(interview_key)
    if not may_look(position):
        return see_other(home(position.study.key))
    if position.finished or not position.may_show(page_number):
        return to_page(position)
    view = desk().pages.of(position, page_number)
    point_out = "open" in request.args and page_number in position.submitted
    answers = position.answered.pages.get(page_number, {})
    return view.html(
        position,
        ticket=desk().tickets.for_page(interview_key, page_number, view.name),
        answers=answers,
        still_open=view.still_open(answers) if point_out else (),
    )


@blueprint.post("/i/<interview_key>/<int:page_number>")
@public
def save_page(interview_key: str, page_number: int) -> ResponseReturnValue:
    """Keep what was answered, then ask once for what was left open."""
    view = _view_of_form(interview_key, page_number)
    if view is None:
        return _show_again(interview_key, page_number)
    read = partial(desk().tickets.read_page, interview_key=interview_key, page=page_number)
    form = view.form_class(request.form, meta={"csrf_context": read})
    form.validate()
    if not form.believed:
        return _show_again(interview_key, page_number)
    if form.too_long:
        return _show_again(interview_key, page_number, "too_long")
    ask = bool(view.still_open(form.answers)) and "anyway" not in request.form
    position = _save(interview_key, page_number, view, form, finish=not ask)
    if ask and not position.finished:
        return see_other(page_address(position, page_number, open="1"))
    response = to_page(position, position.after(page_number))
    if position.finished and kept_link():
        forget_link(response, interview_key)
    return response


@blueprint.get("/i/<interview_key>/finish")
@public
def finish(interview_key: str) -> ResponseReturnValue:
    """Thanks, on every later visit too."""
    position = position_for(interview_key)
    if not position.finished:
        return to_page(position)
    return finish_html(position)


def _start_response(
    study: OpenStudy, language: str, ticket: str, *, problem: bool = False
) -> Response:
    fixed = brand_of(study, request.args.get("b"))
    chosen = brand_of(study, request.values.get("brand"))
    view = desk().starts.of(study, language, fixed=fixed, chosen=chosen, problem=problem)
    channel = channel_of(request.form.get("channel") or request.args.get("c"))
    place = place_of(study, request.form.get("place") or request.args.get("p"))
    response = make_response(view.html(ticket=ticket, channel=channel, place=place))
    _keep(response, study, ticket)
    return response


def _view_of_form(interview_key: str, page_number: int) -> PageView | None:
    """The view that a submitted form comes from; None for a page that was never shown. The ticket
    names it, so that the interview need not be looked up for it; reading the form verifies that."""
    claimed = view_claimed_by(request.form.get("ticket", ""))
    known = desk().pages.named(claimed, page_number)
    if known is not None:
        return known
    position = position_for(interview_key)
    reached = position.may_show(page_number)
    return desk().pages.of(position, page_number) if reached else None


def _show_again(
    interview_key: str, page_number: int, notice: str = "renewed"
) -> ResponseReturnValue:
    """The page as it was sent, nothing of it saved, with a fresh ticket and the reason why."""
    position = position_for(interview_key)
    if position.finished or not position.may_show(page_number):
        return to_page(position)
    view = desk().pages.of(position, page_number)
    form = view.form_class(request.form, meta={"csrf": False})
    form.validate()
    html = view.html(
        position,
        ticket=desk().tickets.for_page(interview_key, page_number, view.name),
        answers=form.written if form.too_long else form.answers,
        notice=notice,
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY


def _save(
    interview_key: str, page_number: int, view: PageView, form: PageForm, *, finish: bool
) -> Position:
    try:
        return collector().save_page(
            interview_key,
            page_number,
            submission_id=form.ticket_read.submission_id,
            answers=form.answers,
            item_order=view.order(interview_key),
            seconds=form.ticket_read.seconds_until(time.time()),
            finish=finish,
            token=kept_link(),
        )
    except StudyClosed:
        raise RespondentMessage("closed_during", HTTPStatus.GONE, view.language) from None
    except LinkMissing:
        raise RespondentMessage("link_missing", HTTPStatus.CONFLICT, view.language) from None
    except LinkUsed:
        raise RespondentMessage("link_used", HTTPStatus.GONE, view.language) from None


def _kept(study: OpenStudy) -> str:
    """The ticket by which this browser goes on; empty where every start begins a new interview."""
    return kept_ticket(request) if keeps_cookie(study, "open") else ""


def _keep(response: Response, study: OpenStudy, ticket: str) -> None:
    if keeps_cookie(study, "open"):
        keep_ticket(response, ticket, start_address(study.key))
