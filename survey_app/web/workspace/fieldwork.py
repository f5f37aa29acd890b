"""One study: its links, how fieldwork stands, opening and closing it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from survey_app.domain.questionnaire import read_design
from survey_app.domain.study import StudyError, StudyState
from survey_app.domain.user import Role
from survey_app.services.study import close_study, instruments_of, open_study
from survey_app.web.access import access
from survey_app.web.current import public_link
from survey_app.web.workspace.own_study import reading, writing
from survey_app.web.workspace.progress import refreshing, standing
from survey_app.web.workspace.progress_view import MOST_BRANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study

pages = Blueprint("fieldwork", __name__, url_prefix="/studies/<key>")

QR_KINDS = {"svg": "image/svg+xml", "png": "image/png"}
PRINT_SCALE = 12
QR_CHANNEL = "qr"
ANY_BRAND = "Any brand: the customer chooses"
ASKED_BRANDS = "For everybody: customers first mark the brands that they know or use"


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """An address at which customers answer; without a `brand_code` they choose the brand."""

    title: str
    brand_code: str | None
    address: str


def respondent_link(study: Study, brand_code: str | None = None, channel: str | None = None) -> str:
    """The address at which customers answer about a brand; the channel is stored with answers.

    Without a brand the survey begins by asking for it.
    """
    chosen = {name: value for name, value in (("b", brand_code), ("c", channel)) if value}
    return public_link("respond.start_page", study_key=study.key, **chosen)


def customer_links(study: Study) -> list[CustomerLink]:
    """The link for any brand, where there are several to choose from, then one for each; a single
    one where customers are first asked for their brands."""
    if read_design(study.design, ()).asks_brands:
        return [CustomerLink(ASKED_BRANDS, None, respondent_link(study))]
    each = [(brand.name("en"), brand.code) for brand in study.brands]
    several = [(ANY_BRAND, None)] if len(each) > 1 else []
    return [
        CustomerLink(title, code, respondent_link(study, code)) for title, code in several + each
    ]


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """A draft with what it still lacks; later its links and how fieldwork stands."""
    with reading(key) as (unit, study):
        asked = instruments_of(study)
        if study.state is StudyState.DRAFT:
            page = "workspace/draft.html"
            return render_template(page, study=study, instruments=asked)
        if study.state is StudyState.PILOT:
            return redirect(url_for("pilot.overview", key=key))
        shown = standing(unit, study, request.args.get("wave"))
    asks_brands = read_design(study.design, ()).asks_brands
    many = len(study.brands) > MOST_BRANDS and not asks_brands
    # Addresses of a thousand brands would take longer to make than all else on the page.
    any_brand = CustomerLink(ANY_BRAND, None, respondent_link(study))
    links = [any_brand] if many else customer_links(study)
    page = render_template(
        "workspace/fieldwork.html",
        study=study,
        links=links,
        many=many,
        instruments=asked,
        **shown,
    )
    return refreshing(page)


@pages.get("/open")
@access(Role.RESEARCHER)
def confirm_open(key: str) -> ResponseReturnValue:
    """Say what opening means, and ask."""
    with reading(key) as (_, study):
        return render_template("workspace/confirm_open.html", study=study)


@pages.post("/open")
@access(Role.RESEARCHER)
def open_now(key: str) -> ResponseReturnValue:
    """Start taking answers."""
    return _change(key, open_study, "The study is open. Share its links.")


@pages.get("/close")
@access(Role.RESEARCHER)
def confirm_close(key: str) -> ResponseReturnValue:
    """Say what closing means, and ask."""
    with reading(key) as (_, study):
        return render_template("workspace/confirm_close.html", study=study)


@pages.post("/close")
@access(Role.RESEARCHER)
def close_now(key: str) -> ResponseReturnValue:
    """Stop taking answers."""
    return _change(key, close_study, "The study is closed. No more answers are taken.")


@pages.get("/links.<any(svg, png):kind>")
@pages.get("/links/<brand_code>.<any(svg, png):kind>")
@access(Role.RESEARCHER)
def qr_code(key: str, kind: str, brand_code: str | None = None) -> ResponseReturnValue:
    """A link as a QR code: SVG for the page, PNG or SVG to be downloaded for print."""
    with reading(key) as (_, study):
        if brand_code not in {link.brand_code for link in customer_links(study)}:
            abort(404)
    picture = _qr_picture(respondent_link(study, brand_code, QR_CHANNEL), kind)
    response = Response(picture, mimetype=QR_KINDS[kind])
    if "download" in request.args:
        name = f"{brand_code or 'any-brand'}-qr.{kind}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _change(key: str, change: Callable[[Study], None], done: str) -> ResponseReturnValue:
    with writing(key) as (unit, study):
        try:
            change(study)
        except StudyError as refused:
            flash(str(refused), "caution")
        else:
            unit.commit()
            flash(done)
    return redirect(url_for("fieldwork.overview", key=key))


def _qr_picture(link: str, kind: str) -> bytes:
    import segno

    written = io.BytesIO()
    # Without a size of its own the SVG fills whatever space the page gives it.
    size = {"scale": PRINT_SCALE} if kind == "png" else {"omitsize": True, "xmldecl": False}
    segno.make(link, error="m").save(written, kind=kind, border=4, **size)
    return written.getvalue()
