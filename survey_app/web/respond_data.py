"""A respondent's own data: what is stored, a copy of it, taking it back, having it erased.

Opened by the address of the interview, as everything of a respondent. Looking changes nothing;
what changes something asks first and carries a ticket of its own.
"""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.services.collect import UnknownInterview
from survey_app.services.own_data import erase, own_data, plain_data, withdraw
from survey_app.web.access import public
from survey_app.web.current import database
from survey_app.web.download import download
from survey_app.web.respond_desk import collector, desk
from survey_app.web.respond_html import common
from survey_app.web.respond_kiosk_pass import is_kiosk
from survey_app.web.respond_message import RespondentMessage
from survey_app.web.respond_way import blueprint, see_other
from survey_app.web.respond_words import apart, date_locale, words
from survey_app.web.ticket import TicketError

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from survey_app.services.own_data import OwnData, OwnInterview
    from survey_app.services.told_answers import ToldAnswer

WAYS = {"withdraw": withdraw, "erase": erase}
"""What a respondent may do, by the word in the address."""


def data_address(interview_key: str) -> str:
    """Where a respondent sees what is stored of an interview."""
    return url_for("respond.data", interview_key=interview_key)


@blueprint.get("/i/<interview_key>/data")
@public
def data(interview_key: str) -> ResponseReturnValue:
    """What is stored, in plain words."""
    own = _own(interview_key)
    language = _language(interview_key, own)
    if own.is_anonymous:
        return render_template("respond/data_anonymous.html", key=interview_key, **common(language))
    return render_template(
        "respond/data.html",
        own=own,
        key=interview_key,
        done=request.args.get("done", ""),
        facts=partial(_facts, language=language),
        day=partial(_day, language=language),
        question=partial(_question, language=language),
        instructed=INSTRUCTED_ITEM,
        **common(language),
    )


@blueprint.get("/i/<interview_key>/data.json")
@public
def data_file(interview_key: str) -> ResponseReturnValue:
    """The same as a file that programs read."""
    own = _own(interview_key)
    if own.is_anonymous:
        return see_other(data_address(interview_key))
    content = json.dumps(plain_data(own), ensure_ascii=False, indent=2).encode()
    return download(content, "my-data.json", "application/json")


@blueprint.get("/i/<interview_key>/data/<any(withdraw, erase):way>")
@public
def confirm_data(interview_key: str, way: str) -> ResponseReturnValue:
    """Say what it means, and ask."""
    own = _own(interview_key)
    if own.is_anonymous or _is_done(own, way):
        return see_other(data_address(interview_key))
    return _confirm_page(interview_key, own, way)


@blueprint.post("/i/<interview_key>/data/<any(withdraw, erase):way>")
@public
def change_data(interview_key: str, way: str) -> ResponseReturnValue:
    """Take the answers back, or erase them. Sent again it changes nothing more."""
    own = _own(interview_key)
    if own.is_anonymous:
        return see_other(data_address(interview_key))
    try:
        desk().tickets.read_deed(request.form.get("ticket", ""), interview_key, way)
    except TicketError:
        page = _confirm_page(interview_key, own, way, renewed=True)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    everything = request.form.get("scope") == "all"
    WAYS[way](database(), interview_key, everything=everything)
    return see_other(url_for("respond.data", interview_key=interview_key, done=way))


def _confirm_page(interview_key: str, own: OwnData, way: str, *, renewed: bool = False) -> str:
    return render_template(
        "respond/data_confirm.html",
        own=own,
        key=interview_key,
        way=way,
        renewed=renewed,
        ticket=desk().tickets.for_deed(interview_key, way),
        **common(_language(interview_key, own)),
    )


def _own(interview_key: str) -> OwnData:
    with database().reading() as unit:
        own = own_data(unit, collector(), interview_key)
    if own is None or _at_kiosk(interview_key):
        raise RespondentMessage("unknown_interview", HTTPStatus.NOT_FOUND)
    return own


def _at_kiosk(interview_key: str) -> bool:
    """Whether the address lies in a browser that many people use."""
    try:
        return is_kiosk(collector().position(interview_key))
    except UnknownInterview:
        return False


def _language(interview_key: str, own: OwnData) -> str:
    if own.interviews:
        return own.first.language
    try:
        return collector().position(interview_key).language
    except UnknownInterview:
        return "en"


def _is_done(own: OwnData, way: str) -> bool:
    """Whether nothing is left to take back, or to erase, of this interview and all others."""
    return all(one.erased or (way == "withdraw" and one.withdrawn) for one in own.interviews)


def _facts(one: OwnInterview, *, language: str) -> list[tuple[str, str]]:
    """What is stored of an interview besides its answers: what it is, and what it says."""
    say = words(language)
    state = "erased" if one.erased else "withdrawn" if one.withdrawn else "kept"
    facts = [(say("data.state"), say(f"data.state_{state}"))]
    if one.erased:
        # Of an erased interview the day of the erasure is all that is known.
        return [*facts, (say("data.erased_on"), _date(one.started_at, language=language))]
    facts.append((say("data.begun"), _day(one.started_at, language=language)))
    if one.finished_at is not None:
        facts.append((say("data.finished"), _day(one.finished_at, language=language)))
    channel, device = one.facts["channel"], one.facts["device"]
    facts.append((say("data.channel"), _word(f"channel_{channel}", channel, language)))
    if device:
        facts.append((say("data.device"), _word(f"device_{device}", device, language)))
    facts += [(name, str(value)) for name, value in one.facts["background"].items()]
    return facts


def _word(key: str, code: str, language: str) -> str:
    known = words(language).sentences["data"]
    return str(known.get(key, code))


def _question(told: ToldAnswer, *, language: str) -> str:
    """The words of a question; of those that are the program's own, its words."""
    if told.question:
        brand = told.brand
        return told.question.replace(brand, apart(brand, language)) if brand else told.question
    return words(language)("data.attention" if told.item == INSTRUCTED_ITEM else "data.other")


def _day(moment: datetime, *, language: str) -> str:
    from babel.dates import format_datetime

    return format_datetime(moment, "long", locale=date_locale(language))


def _date(moment: datetime, *, language: str) -> str:
    from babel.dates import format_date

    return format_date(moment, "long", locale=date_locale(language))
