"""How often the members of a panel answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from survey_app.domain.user import Role
from survey_app.services.panel import panel_file, panel_of
from survey_app.web.access import access
from survey_app.web.download import download, file_name
from survey_app.web.workspace.own_study import reading

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("panel", __name__, url_prefix="/studies/<key>/panel")


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """How many members answered one wave, two, or more."""
    with reading(key) as (unit, study):
        panel = panel_of(unit, study)
        return render_template("workspace/panel.html", study=study, panel=panel)


@pages.get("/members.csv")
@access(Role.RESEARCHER)
def members(key: str) -> ResponseReturnValue:
    """The same as a file."""
    with reading(key) as (unit, study):
        name = file_name(study.title, "panel", kind="csv")
        return download(panel_file(panel_of(unit, study)), name, "text/csv")
