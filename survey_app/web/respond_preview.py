"""A respondent's page to be looked at only: no link, button or script of it does anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import render_template

from survey_app.domain.interview import Disposition
from survey_app.domain.position import Position
from survey_app.domain.route import Answered
from survey_app.web.respond_html import common
from survey_app.web.respond_page import PageView
from survey_app.web.respond_start import DEFAULT_CHANNEL, StartView

if TYPE_CHECKING:
    from survey_app.domain.open_study import OpenStudy

_SCRIPT = re.compile(r"<script\b[^>]*></script>\n?")
# In a frame that may open no windows, links to other windows are dead.
_DEAD_LINKS = '<head>\n<base target="_blank">'


def framed_page(study: OpenStudy, language: str, brand_code: str, number: int) -> str:
    """The HTML of a page: 0 is the start page, the number behind the last page the thanks.

    Parameters
    ----------
    brand_code : the first brand that the respondent is asked about; further ones follow in order.
    """
    html = _page(study, language, brand_code, number)
    return _SCRIPT.sub("", html).replace("<head>", _DEAD_LINKS, 1)


def _page(study: OpenStudy, language: str, brand_code: str, number: int) -> str:
    first = study.brand(brand_code)
    if number == 0:
        fixed = None if study.design.asks_brands else first
        view = StartView(study, language, fixed=fixed, chosen=None, problem=False)
        return view.html(ticket="", channel=DEFAULT_CHANNEL)
    if number > len(study.pages):
        return render_template(
            "respond/finish.html", topic="finish", again=None, **common(language)
        )
    others = [brand for brand in study.brands if brand is not first]
    brands = (first, *others)[: study.design.slots]
    position = Position(
        interview_key="preview",
        study=study,
        brands=brands,
        language=language,
        answered=Answered({}, {}, tuple(brand.code for brand in brands), {}),
        route=study.pages,
        disposition=Disposition.PARTIAL,
        finished=False,
        closed=False,
    )
    brand = position.brand_of(study.page(number))
    return PageView(study, brand, language, number).html(position, ticket="", answers={})
