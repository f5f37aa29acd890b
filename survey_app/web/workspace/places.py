"""Places of a study, and the sheet of QR codes that hang there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Regexp

from reports.paper.qr_sheet import QrCard, qr_sheet_pdf
from reports.pdf.font_files import FontMissingError
from survey_app.domain.questionnaire import read_design
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.places import (
    PlaceError,
    add_places,
    places_of,
    remove_place,
)
from survey_app.web.access import access
from survey_app.web.current import public_link
from survey_app.web.download import download, file_name
from survey_app.web.forms import ChooseSeveral, PageForm, choices
from survey_app.web.workspace.own_study import reading, writing
from survey_app.web.workspace.wished_file import PAPERS, PDF, WishedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.typing import ResponseReturnValue

    from survey_app.domain.place import Place
    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem

pages = Blueprint("places", __name__, url_prefix="/studies/<key>/places")

QR_CHANNEL = "qr"
MOST_CARDS = 120
"""Twenty sheets, which take about two seconds."""
ANY_BRAND, NO_PLACE = ".any", ".none"
"""Stand among codes of brands and places, which never begin with a full stop."""
_CHANNEL = re.compile(r"[a-z0-9_-]{1,40}")


class SheetForm(WishedFile):
    """Which QR codes to print."""

    brand = ChooseSeveral(
        "Brands", validators=[InputRequired("Choose at least one brand, or the link for any.")]
    )
    place = ChooseSeveral(
        "Places", validators=[InputRequired("Choose at least one place, or links without any.")]
    )
    channel = StringField(
        "Channel",
        default=QR_CHANNEL,
        description="Small letters, digits and hyphens; stored with each interview, for instance "
        "qr, poster or receipt.",
        validators=[
            Regexp(_CHANNEL.pattern + "$", message="Write small letters, digits and hyphens.")
        ],
    )
    paper = SelectField("Paper", choices=PAPERS, default="A4")


class PlacesForm(PageForm):
    """Places to be added."""

    places = TextAreaField(
        "Add places",
        description="One on each line, for instance: Shop Riga centre. The name is printed; links "
        "and answers carry a short code.",
        validators=[InputRequired("Write at least one place.")],
    )


@pages.route("/", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """The places; a POST adds some."""
    added = PlacesForm()
    problems: list[Problem] = []
    if added.validate_on_submit():
        problems = _add_places(key, added)
        if not problems:
            return redirect(url_for("places.overview", key=key))
    elif added.is_submitted():
        problems = added.problems()
    with reading(key) as (unit, study):
        places = places_of(unit, study)
    page = render_template(
        "workspace/places.html",
        study=study,
        places=places,
        asks_brands=_asks_brands(study),
        sheet=_sheet_form(study, places),
        adding=added,
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.post("/<code>/remove")
@access(Role.RESEARCHER)
def remove(key: str, code: str) -> ResponseReturnValue:
    """Forget a place."""
    with writing(key) as (unit, study):
        remove_place(unit, study, code)
        unit.commit()
    flash("The place is gone. Answers that were given there keep its code.")
    return redirect(url_for("places.overview", key=key))


@pages.get("/qr-codes.pdf")
@access(Role.RESEARCHER)
def qr_codes(key: str) -> ResponseReturnValue:
    """The QR codes of chosen brands and places, to be cut up."""
    with reading(key) as (unit, study):
        places = places_of(unit, study)
    if study.state is not StudyState.OPEN:
        flash("The codes lead to the open survey. Open the study to print them.", "caution")
        return redirect(url_for("places.overview", key=key))
    form = _sheet_form(study, places)
    if not form.validate():
        return _back(key, form)
    cards = list(_cards(study, places, form))
    if len(cards) > MOST_CARDS:
        flash(
            f"That would be {len(cards)} cards; one PDF holds {MOST_CARDS}. Choose fewer brands or "
            "places at a time.",
            "caution",
        )
        return redirect(url_for("places.overview", key=key))
    try:
        content = qr_sheet_pdf(study.title, cards, study.languages, paper=form.paper.data)
    except FontMissingError as refused:
        flash(str(refused), "caution")
        return redirect(url_for("places.overview", key=key))
    return download(content, file_name(study.title, "qr codes", kind="pdf"), PDF)


@pages.get("/kiosk")
@access(Role.RESEARCHER)
def kiosk(key: str) -> ResponseReturnValue:
    """The start screen of a device, at the address that it is to be left open with."""
    with reading(key) as (unit, study):
        brands = () if _asks_brands(study) else study.brands
        known = {"b": {brand.code for brand in brands}}
        known["p"] = {place.code for place in places_of(unit, study)}
    told = {name: request.args.get(name, "") for name in known}
    chosen = {name: code for name, code in told.items() if code in known[name]}
    return redirect(public_link("respond.kiosk", study_key=study.key, **chosen))


def _add_places(key: str, form: PlacesForm) -> list[Problem]:
    with writing(key) as (unit, study):
        try:
            added = add_places(unit, study, form.text("places").splitlines())
        except PlaceError as refused:
            return [("places", str(refused))]
        unit.commit()
    flash("1 place is added." if len(added) == 1 else f"{len(added)} places are added.")
    return []


def _asks_brands(study: Study) -> bool:
    """Whether customers first mark their brands, so that a link is about none of them."""
    return read_design(study.design, ()).asks_brands


def _sheet_form(study: Study, places: Sequence[Place]) -> SheetForm:
    form = SheetForm()
    asks = _asks_brands(study)
    brands = [] if asks else [(brand.code, brand.name("en")) for brand in study.brands]
    if len(brands) != 1:
        brands.append((ANY_BRAND, "Any brand: the customer chooses"))
    named = [*((place.code, place.name) for place in places), (NO_PLACE, "Links without a place")]
    form.brand.choices, form.place.choices = choices(brands), choices(named)
    if not request.args:
        form.brand.data = [code for code, _ in brands if code != ANY_BRAND or asks]
        form.place.data = [code for code, _ in named if code != NO_PLACE or not places]
    return form


def _cards(study: Study, places: Sequence[Place], form: SheetForm) -> Iterator[QrCard]:
    names = {place.code: place.name for place in places}
    channel = form.text("channel")
    for code in form.brand.data or ():
        known = code != ANY_BRAND
        brand = dict(study.brand(code).names) if known else {}
        for place in form.place.data or ():
            told = {"b": code if known else "", "c": channel, "p": names.get(place) and place}
            link = public_link(
                "respond.start_page",
                study_key=study.key,
                **{name: value for name, value in told.items() if value},
            )
            shown = "" if channel == QR_CHANNEL else channel
            yield QrCard(link, brand, names.get(place, ""), shown)


def _back(key: str, form: PageForm) -> ResponseReturnValue:
    flash(" ".join(message for _, message in form.problems()), "caution")
    return redirect(url_for("places.overview", key=key))
