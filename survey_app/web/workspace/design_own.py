"""Questions of one's own in a questionnaire in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from survey_app.domain.laid_out import LaidOut, item_name, laid_out
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.design_content import NotThere
from survey_app.services.own_questions import (
    MOST_QUESTIONS,
    OwnPage,
    OwnPageRefused,
    read_own,
    write_own,
)
from survey_app.web.access import access
from survey_app.web.workspace.design_parts import outline
from survey_app.web.workspace.in_making import back_from, change_content, content_of
from survey_app.web.workspace.own_form import OwnForm, own_form

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.in_making import Content

pages = Blueprint("design_own", __name__, url_prefix="/studies/<key>/design/questions")


@pages.route("/own", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def new(key: str) -> ResponseReturnValue:
    """Type in questions: a new block."""
    study, content = content_of(key)
    return _own(study, content, None)


@pages.route("/block/<block_id>/own", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def edit(key: str, block_id: str) -> ResponseReturnValue:
    """Change questions that were typed in."""
    study, content = content_of(key)
    return _own(study, content, block_id)


def _own(study: Study, content: Content, block_id: str | None) -> ResponseReturnValue:
    form = own_form(content["languages"], _read(study.key, content, block_id))
    problems: list[Problem] = []
    if "add_question" in request.form:
        if not form.add_row():
            problems = [("questions", f"A page asks at most {MOST_QUESTIONS} questions.")]
    elif form.validate_on_submit():
        problems = _kept(study.key, form, block_id)
        if not problems:
            flash("Saved." if block_id else "Added as the last block. Move it to where it belongs.")
            return redirect(url_for("design_blocks.overview", key=study.key))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_own.html",
        study=study,
        form=form,
        problems=problems,
        view=next((each for each in outline(content) if each.block.id == block_id), None),
        earlier=_earlier(laid_out(content), block_id),
    )
    return page, 422 if problems else 200


def _read(key: str, content: Content, block_id: str | None) -> OwnPage | None:
    if block_id is None:
        return None
    try:
        return read_own(content, block_id)
    except NotThere as gone:
        back_from(gone, key)
    except StudyError as other:
        back_from(NotThere(str(other)), key)


def _kept(key: str, form: OwnForm, block_id: str | None) -> list[Problem]:
    """What keeps the page from being kept; nothing where it was."""
    try:
        change_content(key, lambda fresh: write_own(fresh, form.page(), block_id)[0])
    except OwnPageRefused as refused:
        return form.refuse(refused)
    except StudyError as refused:
        return [("", str(refused))]
    return []


def _earlier(whole: LaidOut, block_id: str | None) -> list[tuple[str, str]]:
    """Identifier and wording of what is answered before, to be repeated in a question."""
    return [
        (item.id, item_name(item))
        for page in whole.pages_before(block_id)
        if page.scale is not None and page.scale.id not in whole.design.adaptive
        for item in page.items
    ]
