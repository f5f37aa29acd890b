"""A study once more, as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.copy_study import LONGEST_TITLE, copy_study
from survey_app.web.access import access
from survey_app.web.current import signed_in_user
from survey_app.web.forms import PageForm
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.web.forms import Problem

pages = Blueprint("copy_study", __name__, url_prefix="/studies/<key>/copy")


class CopyForm(PageForm):
    """What the copy is called."""

    title = StringField(
        "Title of the copy",
        description="For you and the brand managers.",
        validators=[DataRequired("Give the copy a title."), Length(max=LONGEST_TITLE)],
    )


@pages.route("/", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def copy(key: str) -> ResponseReturnValue:
    """Say what is copied, ask for a title, and copy."""
    with reading(key) as (_, study):
        form = CopyForm(data={"title": f"Copy of {study.title}"[:LONGEST_TITLE]})
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            with writing(key) as (unit, original):
                made = copy_study(unit, original, signed_in_user(), form.text("title"))
                unit.commit()
        except StudyError as refused:
            problems = [(form.title.id, str(refused))]
        else:
            flash("The study has been copied. This is the copy.")
            return redirect(url_for("fieldwork.overview", key=made.key))
    problems = problems or form.problems()
    html = render_template("workspace/copy.html", study=study, form=form, problems=problems)
    return html, 422 if problems else 200
