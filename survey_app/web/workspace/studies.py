"""The list of a researcher's studies, and making a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.draft import create_draft
from survey_app.services.fieldwork_progress import totals
from survey_app.services.study import studies_for
from survey_app.web.access import access
from survey_app.web.current import database, signed_in_user
from survey_app.web.workspace.about_form import MODES, REPEATS, about_form

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.web.forms import Problem

pages = Blueprint("workspace", __name__, url_prefix="/studies")


@pages.get("/")
@access(Role.RESEARCHER)
def studies() -> ResponseReturnValue:
    """Every study of this researcher."""
    with database().reading() as unit:
        mine = studies_for(unit, signed_in_user())
        counts = totals(unit, mine)
    rows = [(study, counts[study.id or 0]) for study in mine]
    return render_template("workspace/studies.html", rows=rows)


@pages.route("/new", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def new() -> ResponseReturnValue:
    """Say what a new study is about; its other parts come next."""
    form = about_form()
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            with database().writing() as unit:
                study = create_draft(unit, signed_in_user(), form.about())
                unit.commit()
        except StudyError as refused:
            problems = [("", str(refused))]
        else:
            return redirect(url_for("fieldwork.overview", key=study.key))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/new_study.html", form=form, problems=problems, modes=MODES, repeats=REPEATS
    )
    return page, 422 if problems else 200
