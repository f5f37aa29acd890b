"""How scorecards show whose they are: a colour and a logo for each brand of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from wtforms import BooleanField, StringField

from reports.charts.look_preview import look_preview
from reports.charts.palette import WHITE, contrast
from reports.logos.model import LogoError
from reports.look import ColourError
from reports.verdicts import WORDING
from reports.wording import catalogue
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.looks import (
    choose_colour,
    logo_file,
    look_of,
    remove_logo,
    take_logo,
)
from survey_app.web.access import access
from survey_app.web.download import picture
from survey_app.web.forms import PageForm, UploadField
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from reports.charts.primitives import Chart
    from reports.look import Look
    from survey_app.domain.study import Brand, Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("looks", __name__, url_prefix="/studies/<key>/looks")


class LookForm(PageForm):
    """A colour and a logo."""

    colour = StringField(
        "Colour",
        description="# and six digits or letters from a to f, for instance #0a7d4f. Empty for "
        "the colour of all reports.",
    )
    logo = UploadField(
        "Logo",
        description="SVG with plain shapes (up to 200 kB), PNG or JPEG (up to 1 MB). It is printed "
        "on white, at most 42 × 13 mm.",
    )
    without_logo = BooleanField("Take the logo away")


@dataclass(frozen=True, slots=True)
class Shown:
    """The look of a brand as the page shows it."""

    brand: Brand
    look: Look
    preview: Chart

    @property
    def changes(self) -> list[str]:
        """What had to be done to the colour so that it can be read, in plain words."""
        wanted, look = self.look.colour, self.look
        if not wanted:
            return []
        on_white = contrast(wanted, WHITE)
        if look.text == wanted:
            return [f"{wanted} reads well on white (contrast {on_white:.1f} : 1)."]
        said = [
            f"{wanted} is too light for text on white (contrast {on_white:.1f} : 1, needed "
            f"4.5 : 1); titles are set in {look.text}, the same hue and darker."
        ]
        if look.rule != wanted:
            said.append(f"Rules (needed 3 : 1) are drawn in {look.rule}.")
        return said


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """The look of every brand."""
    with reading(key) as (unit, study):
        shown = [_shown(unit, study, brand) for brand in study.brands]
    return render_template("workspace/looks.html", study=study, shown=shown)


@pages.route("/<brand_code>", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def choose(key: str, brand_code: str) -> ResponseReturnValue:
    """Show the look of a brand, and change it."""
    with reading(key) as (unit, study):
        shown = _shown(unit, study, _brand(study, brand_code))
    form = LookForm(colour=shown.brand.colour)
    problems: list[Problem] = []
    if form.validate_on_submit():
        problems = _choose(key, brand_code, form)
        if not problems:
            flash(f"The look of {shown.brand.name('en')} is kept.")
            return redirect(url_for("looks.choose", key=key, brand_code=brand_code))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/look.html", study=study, one=shown, form=form, problems=problems
    )
    return page, 422 if problems else 200


@pages.get("/<brand_code>/logo")
@access(Role.RESEARCHER)
def logo(key: str, brand_code: str) -> ResponseReturnValue:
    """The logo of a brand as it is kept."""
    with reading(key) as (unit, study):
        found = logo_file(unit, _brand(study, brand_code))
    if found is None:
        raise NotFound
    return picture(*found)


def _choose(key: str, brand_code: str, form: LookForm) -> list[Problem]:
    with writing(key) as (unit, study):
        brand = _brand(study, brand_code)
        upload = form.logo.data
        try:
            choose_colour(brand, form.text("colour"))
            if upload:
                take_logo(unit, brand, upload.read())
            elif form.without_logo.data:
                remove_logo(unit, brand)
        except ColourError as error:
            return [("colour", str(error))]
        except LogoError as error:
            return [("logo", str(error))]
        unit.commit()
    return []


def _brand(study: Study, code: str) -> Brand:
    try:
        return study.brand(code)
    except StudyError:
        raise NotFound from None


def _shown(unit: UnitOfWork, study: Study, brand: Brand) -> Shown:
    words = catalogue(WORDING, "en")
    said = words("page.subtitle", study=study.title), words("standing.title")
    look = look_of(unit, brand)
    name = brand.name("en")
    return Shown(brand, look, look_preview(look, name, said, f"How the scorecard of {name} begins"))
