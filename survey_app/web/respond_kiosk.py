"""A device that many people answer on, one after the other: a start screen, a fresh start for each,
and back by itself."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from survey_app.services.collect import Arrival
from survey_app.web.access import public
from survey_app.web.respond_desk import (
    collector,
    desk,
    language_for,
    position_for,
    start_form_sent,
    study_for,
)
from survey_app.web.respond_html import common
from survey_app.web.respond_kiosk_pass import (
    ASKING_SECONDS,
    FAILED_SECONDS,
    IDLE_SECONDS,
    IDLE_WITHOUT_SCRIPT,
    KIOSK,
    THANKS_SECONDS,
    home,
    is_kiosk,
    may_look,
    set_up,
)
from survey_app.web.respond_start import brand_of, device_of, place_of
from survey_app.web.respond_terms import agreed_to_others, consent_shown
from survey_app.web.respond_way import blueprint, page_address, see_other, to_page
from survey_app.web.respond_words import own_name, words

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from survey_app.services.collect import OpenStudy


def init_app(app: Flask) -> None:
    """Tell templates how long the pages of a kiosk wait."""
    app.jinja_env.globals["kiosk_seconds"] = {
        "idle": IDLE_SECONDS,
        "asking": ASKING_SECONDS,
        "thanks": THANKS_SECONDS,
        "failed": FAILED_SECONDS,
        "without_script": IDLE_WITHOUT_SCRIPT,
    }


@blueprint.get("/k/<study_key>")
@public
def kiosk(study_key: str) -> ResponseReturnValue:
    """The start screen: what it is about, and one large way in for each language."""
    study = study_for(study_key)
    language = language_for(study, request.args.get("lang"))
    fixed = brand_of(study, request.args.get("b"))
    say = words(language)
    link = partial(
        url_for,
        "respond.kiosk_start_page",
        study_key=study.key,
        b=request.args.get("b"),
        p=request.args.get("p"),
    )
    ways = [(code, own_name(code), words(code), link(lang=code)) for code in study.languages]
    return render_template(
        "respond/kiosk.html",
        heading=say("start.heading", brand=fixed.name(language)) if fixed else study.title,
        ways=ways,
        **common(language),
    )


@blueprint.get("/k/<study_key>/start")
@public
def kiosk_start_page(study_key: str) -> ResponseReturnValue:
    """The start page with a ticket of its own each time: no cookie joins two people."""
    study = study_for(study_key)
    ticket = desk().tickets.for_start(study.key)
    return _start_response(study, language_for(study, request.args.get("lang")), ticket)


@blueprint.post("/k/<study_key>/start")
@public
def start_at_kiosk(study_key: str) -> ResponseReturnValue:
    """Begin the interview of whoever stands there now."""
    study = study_for(study_key)
    tickets = desk().tickets
    language = language_for(study, request.form.get("language"))
    form = start_form_sent(study, language)
    if not form.validate():
        ticket = tickets.for_start(study.key, form.ticket_read)
        response = _start_response(study, language, ticket, problem=form.believed)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    place = place_of(study, request.form.get("place"))
    if agreed_to_others(study, language, request.form.get("terms"), way="kiosk"):
        same = partial(url_for, b=request.args.get("b"), p=place or None, lang=language)
        return see_other(same("respond.kiosk_start_page", study_key=study.key))
    set_up(request.args.get("b", ""), place)
    position = collector().start(
        study.key,
        start_id=form.ticket_read,
        brand_code=form.brand_code,
        language=language,
        arrival=Arrival(channel=KIOSK, place=place, device=device_of(request)),
        consent=consent_shown(study, language, way="kiosk"),
    )
    return to_page(position)


@blueprint.get("/i/<interview_key>/still")
@public
def still_there(interview_key: str) -> ResponseReturnValue:
    """Asks whether somebody is there, where no script can; goes back if nobody answers."""
    position = position_for(interview_key)
    if position.finished or not is_kiosk(position) or not may_look(position):
        return see_other(home(position.study.key))
    return render_template(
        "respond/still_there.html",
        on=page_address(position, position.page_number),
        home=home(position.study.key),
        **common(position.language),
    )


def _start_response(
    study: OpenStudy, language: str, ticket: str, *, problem: bool = False
) -> Response:
    fixed = brand_of(study, request.args.get("b"))
    chosen = brand_of(study, request.values.get("brand"))
    place = place_of(study, request.values.get("place") or request.args.get("p"))
    set_up(fixed.code if fixed else "", place)
    view = desk().starts.of(
        study, language, fixed=fixed, chosen=chosen, problem=problem, way="kiosk"
    )
    html = view.html(ticket=ticket, channel=KIOSK, place=place, home=home(study.key))
    return make_response(html)
