"""The ways out of mails, for people and for the programs that they read mail with (RFC 8058): out
of scorecards about a study, and out of all invitations of a researcher.

The address carries a signed token in place of a session. Opened, it asks; only a POST does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, url_for

from survey_app.services.contacts import opt_out
from survey_app.services.delivery_mail import (
    read_unsubscribe_token,
    unsubscribe_token,
    words_of_mail,
)
from survey_app.services.delivery_schedules import unsubscribe
from survey_app.services.invitation_mail import (
    opt_out_token,
    read_opt_out_token,
    words_of_invitations,
)
from survey_app.services.mail_html import direction
from survey_app.services.mail_tokens import NoSuchToken
from survey_app.web.access import public
from survey_app.web.current import database, settings
from survey_app.web.respond_words import chosen_language

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from reports.wording import Catalogue
    from survey_app.domain.study import Study
    from survey_app.services.delivery_mail import Unsubscription
    from survey_app.services.invitation_mail import OptOut
    from survey_app.storage.database import UnitOfWork

pages = Blueprint("unsubscribe", __name__)


def init_app(app: Flask) -> None:
    """Add the pages. Their tokens prove as much as a form's: mail programs know no form."""
    app.register_blueprint(pages)
    app.extensions["csrf"].exempt(pages)


@pages.get("/unsubscribe/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Ask whether no more mails are wanted; nothing is changed by looking."""
    about = _about(token)
    with database().reading() as unit:
        study = _study(unit, about)
    return _unsubscribe_page(about, study, done=False)


@pages.post("/unsubscribe/<token>")
@public
def do(token: str) -> ResponseReturnValue:
    """Send no more mails about the study to the reader, from this moment on."""
    about = _about(token)
    with database().writing() as unit:
        study = _study(unit, about)
        unsubscribe(unit, about.reader_id, about.study_id)
        unit.commit()
    return _unsubscribe_page(about, study, done=True)


@pages.get("/opt-out/<token>")
@public
def ask_opt_out(token: str) -> ResponseReturnValue:
    """Ask whether no more invitations are wanted; nothing is changed by looking."""
    about = _invited(token)
    return _broken_page() if about is None else _opt_out_page(about, done=False)


@pages.post("/opt-out/<token>")
@public
def do_opt_out(token: str) -> ResponseReturnValue:
    """Send no more invitations of the researcher to the address, from this moment on."""
    about = _invited(token)
    if about is None:
        return _broken_page()
    with database().writing() as unit:
        if unit.users.by_id(about.owner_id) is None:
            abort(404)
        opt_out(unit, about.owner_id, about.email_digest)
        unit.commit()
    return _opt_out_page(about, done=True)


def _about(token: str) -> Unsubscription:
    try:
        return read_unsubscribe_token(settings(), token)
    except NoSuchToken:
        abort(404)


def _invited(token: str) -> OptOut | None:
    try:
        return read_opt_out_token(settings(), token)
    except NoSuchToken:
        return None


def _broken_page() -> ResponseReturnValue:
    """What to do about a link of which a mail program cut off a part: it goes to customers, who
    cannot sign in anywhere."""
    language = chosen_language(None, request.accept_languages)
    page = render_template(
        "portal/broken_link.html",
        say=words_of_invitations(language),
        mail_language=language,
        mail_direction=direction(language),
    )
    return page, 404


def _study(unit: UnitOfWork, about: Unsubscription) -> Study:
    study, reader = unit.studies.by_id(about.study_id), unit.users.by_id(about.reader_id)
    if study is None or reader is None:
        abort(404)
    return study


def _unsubscribe_page(about: Unsubscription, study: Study, *, done: bool) -> ResponseReturnValue:
    action = url_for("unsubscribe.do", token=unsubscribe_token(settings(), about))
    return _page(words_of_mail(about.language), about.language, action, study.title, done=done)


def _opt_out_page(about: OptOut, *, done: bool) -> ResponseReturnValue:
    action = url_for("unsubscribe.do_opt_out", token=opt_out_token(settings(), about))
    return _page(words_of_invitations(about.language), about.language, action, "", done=done)


def _page(
    say: Catalogue, language: str, action: str, title: str, *, done: bool
) -> ResponseReturnValue:
    return render_template(
        "portal/unsubscribe.html",
        say=say,
        mail_language=language,
        mail_direction=direction(language),
        study_title=title,
        action=action,
        done=done,
    )
