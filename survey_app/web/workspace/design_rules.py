"""Who is shown a block, and which scales are asked only until they are known well enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from wtforms import FloatField, HiddenField, IntegerField, RadioField
from wtforms.validators import DataRequired, Optional

from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.exchange.errors import ExchangeError
from survey_app.services.design_adaptive import (
    Bound,
    ask_adaptively,
    ask_whole,
    expected_items,
    short_scales,
)
from survey_app.services.design_content import NotThere
from survey_app.services.design_rules import choosable_for_block, match_conditions, show_if
from survey_app.web.access import access
from survey_app.web.forms import Between, PageForm, UploadField, choices
from survey_app.web.workspace.condition_form import condition_form, groups
from survey_app.web.workspace.design_parts import outline
from survey_app.web.workspace.in_making import back_from, change_content, content_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.laid_out import Choosable
    from survey_app.domain.questionnaire import Match
    from survey_app.services.design_adaptive import ShortScale
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.design_parts import BlockView
    from survey_app.web.workspace.in_making import Content

pages = Blueprint("design_rules", __name__, url_prefix="/studies/<key>/design/questions")

MOST_ITEMS = 200
_IN_RANGE = f"Ask 1 to {MOST_ITEMS}."


@pages.route("/block/<block_id>/shown-if", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def shown_if(key: str, block_id: str) -> ResponseReturnValue:
    """The conditions of a block: those there are, and one to be added or changed."""
    study, content = content_of(key)
    known = _choosable(key, content, block_id)
    view = _view(content, block_id)
    form = condition_form(known, view.block.shown_if)
    here = url_for("design_rules.shown_if", key=key, block_id=block_id)
    problems: list[Problem] = []
    if form is not None and form.validate_on_submit():
        item, values = form.chosen.id, form.values.data or ()
        try:
            change_content(key, lambda fresh: show_if(fresh, block_id, item, values))
        except StudyError as refused:
            problems = [("values", str(refused))]
        else:
            flash("Saved.")
            return redirect(here)
    elif form is not None and form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_shown_if.html",
        study=study,
        view=view,
        form=form,
        groups=groups(known, outline(content)),
        problems=problems,
        here=here,
    )
    return page, 422 if problems else 200


@pages.post("/block/<block_id>/shown-if/remove")
@access(Role.RESEARCHER)
def remove_condition(key: str, block_id: str) -> ResponseReturnValue:
    """Take a condition away."""
    _choosable(key, content_of(key)[1], block_id)
    item = request.form.get("item", "")
    change_content(key, lambda fresh: show_if(fresh, block_id, item, ()))
    flash("The condition is gone.")
    return redirect(url_for("design_rules.shown_if", key=key, block_id=block_id))


@pages.post("/block/<block_id>/match")
@access(Role.RESEARCHER)
def match(key: str, block_id: str) -> ResponseReturnValue:
    """Whether all conditions of a block must hold, or any."""
    _choosable(key, content_of(key)[1], block_id)
    wanted: Match = "any" if request.form.get("match") == "any" else "all"
    change_content(key, lambda fresh: match_conditions(fresh, block_id, wanted))
    flash("Saved.")
    return redirect(url_for("design_rules.shown_if", key=key, block_id=block_id))


class ShortForm(PageForm):
    """When enough of a scale is known."""

    scale = HiddenField(validators=[DataRequired()])
    file = UploadField(
        "Calibration",
        description="A file that “engage calibrate” wrote from earlier answers to this scale.",
    )
    metric = RadioField(
        "Known well enough is",
        choices=choices(
            (
                ("trait", "by the standard error of the trait, e.g. 0.4"),
                ("score", "by the standard error of the score, in points of 0–100, e.g. 6"),
            )
        ),
        default="trait",
    )
    standard_error = FloatField(
        "Ask until the standard error is at most",
        validators=[DataRequired("Give the bound as a number.")],
        default=0.4,
    )
    fewest_items = IntegerField(
        "Ask at least", validators=[Between(1, MOST_ITEMS, _IN_RANGE)], default=1
    )
    most_items = IntegerField(
        "Ask at most",
        description="Leave this empty for no other limit.",
        validators=[Optional(), Between(1, MOST_ITEMS, _IN_RANGE)],
    )

    def bound(self) -> Bound:
        """The bound. Only after validation."""
        return Bound(
            standard_error=self.standard_error.data or 0.0,
            metric="score" if self.metric.data == "score" else "trait",
            fewest_items=self.fewest_items.data or 1,
            most_items=self.most_items.data,
        )

    def upload(self) -> tuple[str, bytes] | None:
        """Name and content of the file, None where none was sent."""
        file = self.file.data
        if not isinstance(file, FileStorage) or not file.filename:
            return None
        return file.filename, file.read()


@pages.route("/block/<block_id>/short-form", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def short_form(key: str, block_id: str) -> ResponseReturnValue:
    """The scales of a block that can be asked adaptively, and when enough is known."""
    study, content = content_of(key)
    view = _view_of(key, content, block_id)
    scales = short_scales(content, block_id)
    wanted = request.values.get("scale") or (scales[0].id if len(scales) == 1 else "")
    scale = next((one for one in scales if one.id == wanted), None)
    form = ShortForm(data=_settings(scale)) if scale else None
    problems: list[Problem] = []
    if form is not None and form.validate_on_submit():
        problems = _shortened(key, block_id, wanted, form)
        if not problems:
            flash("Saved.")
            return redirect(url_for("design_rules.short_form", key=key, block_id=block_id))
    elif form is not None and form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_short_form.html",
        study=study,
        view=view,
        scales=[(one, expected_items(one.rules) if one.rules else None) for one in scales],
        scale=scale,
        form=form,
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.post("/block/<block_id>/short-form/whole")
@access(Role.RESEARCHER)
def whole(key: str, block_id: str) -> ResponseReturnValue:
    """Ask a scale whole again."""
    _view_of(key, content_of(key)[1], block_id)
    scale = request.form.get("scale", "")
    change_content(key, lambda fresh: ask_whole(fresh, scale))
    flash("The scale is asked whole.")
    return redirect(url_for("design_rules.short_form", key=key, block_id=block_id))


def _shortened(key: str, block_id: str, scale: str, form: ShortForm) -> list[Problem]:
    """What keeps a scale from being asked adaptively; nothing where it is now."""
    bound, file = form.bound(), form.upload()
    try:
        change_content(key, lambda fresh: ask_adaptively(fresh, block_id, scale, bound, file))
    except ExchangeError as refused:
        return [("file", line) for line in str(refused).splitlines()]
    except (StudyError, ValueError) as refused:
        return [("standard_error", line) for line in str(refused).splitlines()]
    return []


def _settings(scale: ShortScale) -> dict[str, object]:
    kept = ("metric", "standard_error", "fewest_items", "most_items")
    rules = scale.rules or {}
    return {"scale": scale.id, **{name: rules[name] for name in kept if name in rules}}


def _choosable(key: str, content: Content, block_id: str) -> dict[str, Choosable]:
    try:
        return choosable_for_block(content, block_id)
    except NotThere as gone:
        back_from(gone, key)


def _view_of(key: str, content: Content, block_id: str) -> BlockView:
    _choosable(key, content, block_id)
    return _view(content, block_id)


def _view(content: Content, block_id: str) -> BlockView:
    return next(each for each in outline(content) if each.block.id == block_id)
