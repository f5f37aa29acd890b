"""The blocks of a questionnaire in the making: the list, adding, ordering, removing, choosing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from instruments.load import InstrumentError, available, shipped
from survey_app.domain.laid_out import laid_out
from survey_app.domain.study import StudyError, StudyState
from survey_app.domain.user import Role
from survey_app.services.design_blocks import (
    Removed,
    add_file,
    add_shipped,
    instrument_of,
    lay_wording,
    move,
    remove,
    restore,
    set_block,
    set_order,
)
from survey_app.services.design_content import NotThere, block_of, design_of
from survey_app.services.own_questions import is_own
from survey_app.web.access import access
from survey_app.web.workspace.block_form import BlockForm, FileForm, OrderForm, order_form
from survey_app.web.workspace.design_parts import outline
from survey_app.web.workspace.in_making import back_from, change_content, content_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from survey_app.domain.questionnaire import About, Block
    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.in_making import Content

pages = Blueprint("design_blocks", __name__, url_prefix="/studies/<key>/design/questions")


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """The blocks in their order."""
    return _list(*content_of(key))


def _list(
    study: Study,
    content: Content,
    *,
    removed: str = "",
    undo: str = "",
    form: OrderForm | None = None,
) -> ResponseReturnValue:
    form = form or order_form(content)
    problems = form.problems()
    page = render_template(
        "workspace/design_blocks.html",
        study=study,
        blocks=outline(content),
        form=form,
        problems=problems,
        removed=removed,
        undo=undo,
    )
    return page, 422 if problems else 200


@pages.post("/order")
@access(Role.RESEARCHER)
def order(key: str) -> ResponseReturnValue:
    """Shuffling and the attention check, which concern all blocks."""
    study, content = content_of(key)
    form = order_form(content)
    if not form.validate_on_submit():
        return _list(study, content, form=form)
    change_content(
        key,
        lambda fresh: set_order(
            fresh,
            shuffle_items=form.shuffle_items.data,
            instructed_item=form.instructed_item.data,
            instructed_after=form.instructed_after.data,
        ),
    )
    flash("Saved.")
    return redirect(url_for("design_blocks.overview", key=key))


@pages.route("/add", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def add(key: str) -> ResponseReturnValue:
    """The questionnaires that are shipped, each to be added as a block."""
    study, content = content_of(key)
    problems: list[Problem] = []
    if request.method == "POST":
        wanted = request.form.get("instrument", "")
        problems = _added(key, lambda fresh: add_shipped(fresh, wanted))
        if not problems:
            return redirect(url_for("design_blocks.overview", key=key))
    held = {block.instrument for block in design_of(content).blocks}
    page = render_template(
        "workspace/design_add.html",
        study=study,
        offered=[shipped(name) for name in available()],
        held=held,
        languages=content["languages"],
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.route("/file", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def add_from_file(key: str) -> ResponseReturnValue:
    """An instrument from a file of one's own."""
    study, _ = content_of(key)
    form = FileForm()
    problems: list[Problem] = []
    if form.is_submitted():
        file = form.file.data
        if isinstance(file, FileStorage) and file.filename:
            name, raw = file.filename, file.read()
            problems = _added(key, lambda fresh: add_file(fresh, name, raw), "file")
        else:
            problems = [("file", "Choose a file.")]
        if not problems:
            return redirect(url_for("design_blocks.overview", key=key))
    page = render_template("workspace/design_file.html", study=study, form=form, problems=problems)
    return page, 422 if problems else 200


def _added(
    key: str, adding: Callable[[Content], tuple[Content, str]], field: str = ""
) -> list[Problem]:
    """What keeps a block from being added; nothing where it was."""
    try:
        change_content(key, lambda fresh: adding(fresh)[0])
    except (StudyError, InstrumentError) as refused:
        return [(field, line) for line in str(refused).splitlines()]
    flash("Added as the last block. Move it to where it belongs.")
    return []


@pages.route("/block/<block_id>", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def block(key: str, block_id: str) -> ResponseReturnValue:
    """Which scales of a questionnaire are asked, and how."""
    study, content = content_of(key)
    found = _block(key, content, block_id)
    if is_own(found):
        return redirect(url_for("design_own.edit", key=key, block_id=block_id))
    instrument = instrument_of(content, found)
    form = BlockForm.of(found, instrument)
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            change_content(key, lambda fresh: _as_chosen(fresh, block_id, form))
        except StudyError as refused:
            problems = [("scales", str(refused))]
        else:
            flash("Saved.")
            return redirect(url_for("design_blocks.overview", key=key))
    elif form.is_submitted():
        problems = form.problems()
    return _block_page(study, content, found, form, problems)


def _as_chosen(content: Content, block_id: str, form: BlockForm) -> Content:
    return set_block(
        content,
        block_id,
        scales=form.scales.data or (),
        about=cast("About", form.about.data),
        one_by_one=form.one_by_one.data,
    )


def _block_page(
    study: Study, content: Content, found: Block, form: BlockForm, problems: list[Problem]
) -> ResponseReturnValue:
    instrument = instrument_of(content, found)
    page = render_template(
        "workspace/design_block.html",
        study=study,
        block=found,
        view=next(each for each in outline(content) if each.block.id == found.id),
        instrument=instrument,
        unworded=[code for code in content["languages"] if not instrument.is_worded(code)],
        form=form,
        file_form=FileForm(formdata=None),
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.post("/block/<block_id>/wording")
@access(Role.RESEARCHER)
def wording(key: str, block_id: str) -> ResponseReturnValue:
    """Lay the wording of a file over a questionnaire that is not shipped with any."""
    study, content = content_of(key)
    found = _block(key, content, block_id)
    file = request.files.get("file")
    name, raw = (file.filename or "", file.read()) if file else ("", b"")
    try:
        change_content(key, lambda fresh: lay_wording(fresh, block_id, name, raw))
    except InstrumentError as refused:
        problems = [("file", line) for line in str(refused).splitlines()]
        form = BlockForm.of(found, instrument_of(content, found), sent=False)
        return _block_page(study, content, found, form, problems)
    flash("The wording has been laid over the questionnaire.")
    return redirect(url_for("design_blocks.block", key=key, block_id=block_id))


@pages.post("/block/<block_id>/move")
@access(Role.RESEARCHER)
def move_block(key: str, block_id: str) -> ResponseReturnValue:
    """Move a block one place up or down."""
    content_of(key)
    steps: dict[str, Literal[-1, 1]] = {"up": -1, "down": 1}
    step = steps.get(request.form.get("to", ""))
    if step is None:
        abort(400)
    change_content(key, lambda fresh: move(fresh, block_id, step))
    place = url_for("design_blocks.overview", key=key)
    return redirect(f"{place}#{block_id}")


@pages.post("/block/<block_id>/remove")
@access(Role.RESEARCHER)
def remove_block(key: str, block_id: str) -> ResponseReturnValue:
    """Take a block out, and offer to bring it back."""
    study, content = content_of(key)
    found = _block(key, content, block_id)
    name = laid_out(content).block_name(found)
    kept: list[Removed] = []
    # What was asked in an earlier version stays, because its answers do.
    asked = study.state is not StudyState.DRAFT

    def without(fresh: Content) -> Content:
        changed, removed = remove(fresh, block_id, keep_instrument=asked)
        kept.append(removed)
        return changed

    change_content(key, without)
    study, content = content_of(key)
    return _list(study, content, removed=name, undo=_undo(key).dumps(asdict(kept[0])))


@pages.post("/undo")
@access(Role.RESEARCHER)
def undo(key: str) -> ResponseReturnValue:
    """Bring a block back that was just taken out."""
    content_of(key)
    try:
        removed = Removed(**_undo(key).loads(request.form.get("removed", "")))
    except BadData:
        abort(400)
    try:
        change_content(key, lambda fresh: restore(fresh, removed))
    except StudyError as there:
        flash(str(there), "caution")
    else:
        flash("The block is back.")
    return redirect(url_for("design_blocks.overview", key=key))


def _undo(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"removed block of {key}")


def _block(key: str, content: Content, block_id: str) -> Any:
    try:
        return block_of(design_of(content), block_id)
    except NotThere as gone:
        back_from(gone, key)
