"""Pages for brand managers: their scorecards, whole or a part of the interviews. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from reports.disclosure import Permission
from reports.part import value_word, variable_word
from reports.sections.story import PHONE, Voice
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.report import names_of_groups
from survey_app.services.study import readable_brands
from survey_app.web.access import access
from survey_app.web.current import database, settings, signed_in_user
from survey_app.web.portal_reading import CONDITION, Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from reports.group_names import GroupNames

VOICE = Voice("en")
"""The portal itself speaks English; scorecards in it speak their own language."""

pages = Blueprint("portal", __name__, url_prefix="/scorecards")


def init_app(app: Flask) -> None:
    """Add the pages, and the files that they lead to."""
    # They add their addresses to the pages.
    from survey_app.web import portal_files, portal_look, portal_portfolio  # noqa: F401

    app.register_blueprint(pages)


@pages.get("/")
@access(Role.MANAGER)
def scorecards() -> ResponseReturnValue:
    """The brands assigned to this manager, by study and wave."""
    with database().reading() as unit:
        assigned = readable_brands(unit, signed_in_user())
    shown = [(study, brand) for study, brand in assigned if study.state is not StudyState.DRAFT]
    return render_template("portal/scorecards.html", brands=shown)


@pages.get("/<key>/<brand_code>")
@access(Role.MANAGER, Role.RESEARCHER)
def web_page(key: str, brand_code: str) -> ResponseReturnValue:
    """The scorecard as a page; where a part may not be shown, why."""
    reading = read(key, brand_code)
    if any(name.startswith(CONDITION) and not code for name, code in request.args.items()):
        # A form sends what was left open as well; an address that can be passed on does without.
        return redirect(reading.address())
    report = reading.document()
    narrow = reading.document(PHONE)
    page = render_template(
        "portal/scorecard.html",
        read=reading,
        study=reading.study,
        choices=list(choices(reading)),
        active=list(active(reading)),
        report=report,
        phone=narrow.charts() if narrow else {},
        least_shown=settings().minimum_n,
    )
    return page, 403 if reading.refused else 200


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a condition can take; `open` is False where its people may not be shown."""

    code: str
    label: str
    open: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A variable on which a reader may set a condition."""

    name: str
    label: str
    options: tuple[Option, ...]


def choices(reading: Reading) -> Iterator[Choice]:
    """The conditions that can be set; variables of which nothing may be shown are left out."""
    parts, names = reading.parts, names_of_groups(reading.study, "en")
    for variable in parts.variables if parts else ():
        options = tuple(_options(reading, variable, names))
        if any(option.open for option in options):
            yield Choice(f"{CONDITION}{variable}", variable_word(VOICE, variable, names), options)


def _options(reading: Reading, variable: str, names: GroupNames) -> Iterator[Option]:
    if reading.parts is None:
        return
    for code in reading.parts.variables[variable]:
        yield Option(
            code,
            value_word(VOICE, variable, code, names),
            reading.parts.allows({variable: code}) is Permission.YES,
            reading.chosen.get(variable) == code,
        )


@dataclass(frozen=True, slots=True)
class Active:
    """A condition that is set, and the address of the same page without it."""

    variable: str
    label: str
    value: str
    without: str


def active(reading: Reading) -> Iterator[Active]:
    """The conditions that are set."""
    names = names_of_groups(reading.study, "en")
    for variable, code in reading.chosen.items():
        rest = {name: value for name, value in reading.chosen.items() if name != variable}
        value = value_word(VOICE, variable, code, names)
        label = variable_word(VOICE, variable, names)
        yield Active(variable, label, value, reading.address(chosen=rest))
