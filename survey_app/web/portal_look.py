"""The look of a brand on its scorecard's pages: its logo, and a style sheet with its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort

from reports.look import DARK_PAGE, FOR_TEXT, readable_on
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.looks import logo_file, look_of
from survey_app.services.study import scorecard_for
from survey_app.web.access import access
from survey_app.web.current import database, signed_in_user
from survey_app.web.download import picture
from survey_app.web.portal import pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Brand
    from survey_app.storage.database import UnitOfWork


@pages.get("/<key>/<brand_code>/logo")
@access(Role.MANAGER, Role.RESEARCHER)
def logo(key: str, brand_code: str) -> ResponseReturnValue:
    """The logo of a brand for those who may read its scorecard."""
    with database().reading() as unit:
        found = logo_file(unit, _readable(unit, key, brand_code))
    if found is None:
        abort(404)
    return picture(*found)


@pages.get("/<key>/<brand_code>/look.css")
@access(Role.MANAGER, Role.RESEARCHER)
def style(key: str, brand_code: str) -> ResponseReturnValue:
    """The colour of titles, for light pages and for dark ones."""
    with database().reading() as unit:
        look = look_of(unit, _readable(unit, key, brand_code))
    title = ".report > section > h2"
    light = f"{title} {{ color: {look.text}; }}\n" if look.colour else ""
    dark = readable_on(look.colour, FOR_TEXT, DARK_PAGE) if look.colour else ""
    on_screens = "@media screen and (prefers-color-scheme: dark)"
    rest = f"{on_screens} {{ {title} {{ color: {dark}; }} }}\n" if dark else ""
    return Response(light + rest, mimetype="text/css")


def _readable(unit: UnitOfWork, key: str, brand_code: str) -> Brand:
    allowed = scorecard_for(unit, signed_in_user(), key, brand_code)
    if allowed is None or allowed[0].state is StudyState.DRAFT:
        abort(404)
    return allowed[1]
