"""The way out of mails, for readers and for the programs that they read mail with (RFC 8058).

The address carries a signed token in place of a session. Opened, it asks; only a POST does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template

from survey_app.services.delivery_mail import (
    read_unsubscribe_token,
    unsubscribe_token,
    words_of_mail,
)
from survey_app.services.delivery_schedules import unsubscribe
from survey_app.services.mail_html import direction
from survey_app.services.mail_tokens import NoSuchToken
from survey_app.web.access import public
from survey_app.web.current import database, settings

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.services.delivery_mail import Unsubscription
    from survey_app.storage.database import UnitOfWork

pages = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")


def init_app(app: Flask) -> None:
    """Add the page. Its token proves as much as a form's: mail programs know no form."""
    app.register_blueprint(pages)
    app.extensions["csrf"].exempt(pages)


@pages.get("/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """Ask whether no more mails are wanted; nothing is changed by looking."""
    about = _about(token)
    with database().reading() as unit:
        study = _study(unit, about)
    return _page(about, study, done=False)


@pages.post("/<token>")
@public
def do(token: str) -> ResponseReturnValue:
    """Send no more mails about the study to the reader, from this moment on."""
    about = _about(token)
    with database().writing() as unit:
        study = _study(unit, about)
        unsubscribe(unit, about.reader_id, about.study_id)
        unit.commit()
    return _page(about, study, done=True)


def _about(token: str) -> Unsubscription:
    try:
        return read_unsubscribe_token(settings(), token)
    except NoSuchToken:
        abort(404)


def _study(unit: UnitOfWork, about: Unsubscription) -> Study:
    study, reader = unit.studies.by_id(about.study_id), unit.users.by_id(about.reader_id)
    if study is None or reader is None:
        abort(404)
    return study


def _page(about: Unsubscription, study: Study, *, done: bool) -> ResponseReturnValue:
    return render_template(
        "portal/unsubscribe.html",
        say=words_of_mail(about.language),
        mail_language=about.language,
        mail_direction=direction(about.language),
        study=study,
        token=unsubscribe_token(settings(), about),
        done=done,
    )
