"""The start page: language, brand, consent, and the ticket that makes starting twice harmless."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import TYPE_CHECKING

from flask import url_for
from markupsafe import escape

from survey_app.domain.invitation import CHANNEL
from survey_app.domain.paper_pages import PAPER
from survey_app.domain.study import StudyError
from survey_app.services.places import is_place
from survey_app.web.current import database, settings
from survey_app.web.respond_form import start_form
from survey_app.web.respond_html import FilledPage, common, slot
from survey_app.web.respond_kiosk_pass import KIOSK
from survey_app.web.respond_terms import consent_shown, keeps_cookie, mark_of, terms_of
from survey_app.web.respond_words import own_name, words

if TYPE_CHECKING:
    from flask import Request, Response

    from survey_app.services.collect import OpenBrand, OpenStudy
    from survey_app.web.respond_form import StartForm
    from survey_app.web.respond_terms import Way

COOKIE_SECONDS = 30 * 24 * 3600
DEFAULT_CHANNEL = "web"

_OWN_CHANNELS = frozenset({CHANNEL, KIOSK, PAPER})
_CHANNEL = re.compile(r"[a-z0-9_-]{1,40}")
_READING_SECONDS = 25
_SECONDS_AN_ITEM = 7


class StartView:
    """The start page of a study in one language, for one brand or for the respondent's choice."""

    def __init__(
        self,
        study: OpenStudy,
        language: str,
        *,
        fixed: OpenBrand | None,
        chosen: OpenBrand | None,
        problem: bool,
        way: Way = "open",
    ) -> None:
        say = words(language)
        form_class = start_form(study, language)
        asks = study.design.asks_brands
        heading = say("start.heading_any")
        if fixed:
            heading = say("start.heading", brand=fixed.name(language))
        items = sum(len(page.questions) for page in study.pages if not page.brands)
        self._frame = FilledPage(
            "respond/start.html",
            heading=heading,
            language=language,
            languages=_languages(study, fixed, chosen, way),
            question_count=items,
            minutes=math.ceil((_READING_SECONDS + _SECONDS_AN_ITEM * items) / 60),
            fixed=fixed,
            asks_brands=asks,
            form=form_class(data={"brand": chosen.code if chosen else None}, meta={"csrf": False}),
            problem=say("start.brand_open") if problem else "",
            terms=terms_of(
                study.consent, study.mode, language, way=way, cookie=keeps_cookie(study, way)
            ),
            mark=mark_of(consent_shown(study, language, way=way)),
            address=_address(study, fixed, way),
            kiosk=way == KIOSK,
            demo=settings().demo,
            pilot=study.is_pilot,
            **common(language),
        )

    def html(
        self, *, ticket: str, channel: str, token: str = "", place: str = "", home: str = ""
    ) -> str:
        """The page for one respondent; `token` is that of a link of their own, `place` the code of
        where they are, `home` the start screen of a kiosk."""
        told = {"ticket": ticket, "channel": channel, "place": place}
        at = escape(f"&p={place}") if place else ""
        return self._frame.fill({**told, "at": at, "token": escape(token), "home": escape(home)})


class StartViews:
    """The start pages that a process has shown."""

    MOST = 400

    def __init__(self) -> None:
        self._views: dict[tuple[object, ...], StartView] = {}
        self._form_classes: dict[tuple[object, ...], type[StartForm]] = {}

    def form_class(self, study: OpenStudy, language: str) -> type[StartForm]:
        """The form of a study's start page."""
        name = (study.key, study.version, language)
        if name not in self._form_classes:
            self._form_classes[name] = start_form(study, language)
        return self._form_classes[name]

    def of(
        self,
        study: OpenStudy,
        language: str,
        *,
        fixed: OpenBrand | None,
        chosen: OpenBrand | None,
        problem: bool = False,
        way: Way = "open",
    ) -> StartView:
        """The view of a start page; the only brand of a study is no choice."""
        if study.design.asks_brands:
            fixed = chosen = None
        elif len(study.brands) == 1:
            fixed = study.brands[0]
        codes = (fixed.code if fixed else None, chosen.code if chosen else None)
        name = (study.key, study.version, language, *codes, problem, way)
        known = self._views.get(name)
        if known is None:
            known = StartView(study, language, fixed=fixed, chosen=chosen, problem=problem, way=way)
            if len(self._views) >= self.MOST:
                self._views.clear()
            self._views[name] = known
        return known


def brand_of(study: OpenStudy, code: str | None) -> OpenBrand | None:
    """The brand with a code, None where the study has none of that code."""
    try:
        return study.brand(code or "")
    except StudyError:
        return None


def channel_of(wish: str | None) -> str:
    """How the respondent came: what the link says where that is a plain word, else ``web``. That
    somebody was invited, stands at a kiosk or wrote on paper is not for an open link to say."""
    plain = bool(wish and _CHANNEL.fullmatch(wish)) and wish not in _OWN_CHANNELS
    return wish if wish and plain else DEFAULT_CHANNEL


def place_of(study: OpenStudy, wish: str | None) -> str:
    """Where the respondent is: the code of one of the study's places, empty for any other. What a
    link says by itself is not stored, since it could name a single person."""
    if not wish:
        return ""
    with database().reading() as unit:
        return wish if is_place(unit, study.id, wish) else ""


def device_of(request: Request) -> str:
    """The class of device that a browser says it is: ``phone``, ``tablet`` or ``desktop``; empty
    where it does not say. Nothing finer is kept, since it could tell people apart."""
    agent = request.headers.get("User-Agent", "")
    if not agent:
        return ""
    if re.search(r"iPad|Tablet|Android(?!.*Mobile)", agent):
        return "tablet"
    return "phone" if re.search(r"Mobi|iPhone|Android", agent) else "desktop"


def cookie_name() -> str:
    """The name of the cookie that holds the start ticket."""
    return "__Secure-start" if settings().secure else "start"


def kept_ticket(request: Request) -> str:
    """The start ticket that this browser keeps for the study, empty where there is none."""
    return request.cookies.get(cookie_name(), "")


def keep_ticket(response: Response, ticket: str, path: str) -> None:
    """Have the browser keep the start ticket, for the start page at this path only."""
    response.set_cookie(
        cookie_name(),
        ticket,
        max_age=COOKIE_SECONDS,
        path=path,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


def _address(study: OpenStudy, fixed: OpenBrand | None, way: Way) -> str:
    if way == "invited":
        return url_for("respond.start_invited", token=slot("token"))
    endpoint = "respond.start_at_kiosk" if way == KIOSK else "respond.start"
    return url_for(endpoint, study_key=study.key, b=fixed.code if fixed else None)


def _languages(
    study: OpenStudy, fixed: OpenBrand | None, chosen: OpenBrand | None, way: Way
) -> list[tuple[str, str, str]]:
    if way == "invited":
        link = partial(url_for, "respond.invited_page", token=slot("token"))
        return [(code, own_name(code), link(lang=code)) for code in study.languages]
    link = partial(
        url_for,
        "respond.kiosk_start_page" if way == KIOSK else "respond.start_page",
        study_key=study.key,
        b=fixed.code if fixed else None,
        brand=chosen.code if chosen else None,
        c=None if way == KIOSK else slot("channel"),
    )
    return [(code, own_name(code), link(lang=code) + slot("at")) for code in study.languages]
