"""What every view of a respondent's pages asks for first: the study, the interview, the tools."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import current_app, request

from survey_app.services.waves import next_opening
from survey_app.web.current import database
from survey_app.web.respond_message import RespondentMessage
from survey_app.web.respond_page import PageViews
from survey_app.web.respond_start import StartViews
from survey_app.web.respond_words import chosen_language, moment_words
from survey_app.web.ticket import Tickets

if TYPE_CHECKING:
    from survey_app.services.collect import Collector, OpenStudy, Position
    from survey_app.web.respond_form import StartForm


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views work with, made once for an application."""

    tickets: Tickets
    pages: PageViews
    starts: StartViews


def new_desk(secret_key: str) -> Desk:
    """A desk on which nothing has been shown yet."""
    return Desk(Tickets(secret_key), PageViews(), StartViews())


def desk() -> Desk:
    """The application's desk."""
    return cast("Desk", current_app.extensions["respond"])


def start_form_sent(study: OpenStudy, language: str) -> StartForm:
    """The form of a start page as it was sent, not yet validated."""
    read = partial(desk().tickets.read_start, study_key=study.key)
    made = desk().starts.form_class(study, language)
    return made(request.form, meta={"csrf_context": read})


def collector() -> Collector:
    """What takes the answers."""
    return cast("Collector", current_app.extensions["collector"])


def study_for(study_key: str) -> OpenStudy:
    """The open study with a key. Raises RespondentMessage where there is none."""
    study = collector().study(study_key)
    if study is None:
        raise RespondentMessage("unknown_study", HTTPStatus.NOT_FOUND)
    if not study.is_open:
        language = language_for(study, request.args.get("lang"))
        raise _not_open(study, language)
    return study


def _not_open(study: OpenStudy, language: str) -> RespondentMessage:
    """Why a study takes no answers: it opens later, or it is over."""
    with database().reading() as unit:
        opening = next_opening(unit, study.key)
    if opening is None:
        return RespondentMessage("closed", HTTPStatus.GONE, language)
    return RespondentMessage(
        "not_yet", HTTPStatus.NOT_FOUND, language, **moment_words(opening, language)
    )


def language_for(study: OpenStudy, wish: str | None) -> str:
    """The language to show a study in to this browser."""
    return chosen_language(wish, request.accept_languages, study.languages)


def position_for(interview_key: str) -> Position:
    """Where an interview stands that can be answered or is finished.

    Raises
    ------
    UnknownInterview
        there is none with this key.
    RespondentMessage
        the study closed before its end.
    """
    position = collector().position(interview_key)
    if position.closed and not position.finished:
        raise RespondentMessage("closed_during", HTTPStatus.GONE, position.language)
    return position
