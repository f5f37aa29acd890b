"""The last page: thanks, and why an interview that is not whole is over."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import url_for
from markupsafe import escape

from survey_app.domain.interview import Disposition
from survey_app.domain.invitation import CHANNEL
from survey_app.web.respond_data import data_address
from survey_app.web.respond_html import FilledPage, common, slot
from survey_app.web.respond_kiosk_pass import home, is_kiosk

if TYPE_CHECKING:
    from survey_app.services.collect import Position

ENDS = {
    Disposition.SCREENED_OUT_INELIGIBLE: "ineligible",
    Disposition.QUOTA_FULL: "quota_full",
    Disposition.WITHDRAWN: "withdrawn",
}
"""The words of each end that is no whole interview."""


def finish_html(position: Position) -> str:
    """The last page of an interview."""
    study, language = position.study, position.language
    kiosk = is_kiosk(position)
    invited = position.answered.facts.get("channel") == CHANNEL
    frame = _frame(
        ENDS.get(position.disposition, "finish"),
        language,
        kiosk=kiosk,
        again=study.is_open and not invited and not kiosk,
        pilot=study.is_pilot,
    )
    return frame.fill(
        {
            "key": position.interview_key,
            "study": study.key,
            "home": escape(home(study.key)) if kiosk else "",
        }
    )


@lru_cache(maxsize=200)
def _frame(topic: str, language: str, *, kiosk: bool, again: bool, pilot: bool) -> FilledPage:
    start = url_for("respond.start_page", study_key=slot("study"), lang=language, new=1)
    return FilledPage(
        "respond/finish.html",
        topic=topic,
        pilot=pilot,
        data=None if kiosk else data_address(slot("key")),
        again=start if again else None,
        home=slot("home") if kiosk else None,
        **common(language),
    )
