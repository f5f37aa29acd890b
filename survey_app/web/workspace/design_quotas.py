"""Quotas: how many interviews are wanted, of whom, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length

from survey_app.domain.laid_out import laid_out
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.design_content import NotThere, design_of
from survey_app.services.design_rules import (
    LARGEST_QUOTA,
    choosable_for_quota,
    count_if,
    keep_quota,
    quota_of,
    remove_quota,
)
from survey_app.services.quota_standing import filled_quotas
from survey_app.web.access import access
from survey_app.web.current import database
from survey_app.web.forms import Between, PageForm
from survey_app.web.workspace.condition_form import condition_form, groups
from survey_app.web.workspace.design_parts import outline, told_conditions
from survey_app.web.workspace.in_making import change_content, content_of

if TYPE_CHECKING:
    from typing import NoReturn

    from flask.typing import ResponseReturnValue

    from survey_app.domain.questionnaire import Quota
    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem
    from survey_app.web.workspace.in_making import Content

pages = Blueprint("design_quotas", __name__, url_prefix="/studies/<key>/design/quotas")


class QuotaForm(PageForm):
    """A quota: its name and its limit."""

    name = StringField(
        "Name",
        description="For you, e.g. “Women 18–29”.",
        validators=[InputRequired("Give the quota a name."), Length(max=100)],
    )
    limit = IntegerField(
        "Complete interviews wanted in a wave",
        validators=[
            InputRequired("Give the limit as a whole number."),
            Between(1, LARGEST_QUOTA, "The limit is a whole number of 1 or more."),
        ],
    )


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """Every quota, whom it counts, and how full it is in the wave that is asked now."""
    study, content = content_of(key)
    known = laid_out(content).choosable()
    filled = filled_quotas(database(), study)
    rows = [
        (quota, told_conditions(quota.conditions, known), filled.get(quota.id, 0))
        for quota in design_of(content).quotas
    ]
    return render_template("workspace/design_quotas.html", study=study, rows=rows)


@pages.route("/new", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def new(key: str) -> ResponseReturnValue:
    """Name a new quota; whom it counts is said next."""
    study, _ = content_of(key)
    form = QuotaForm()
    problems: list[Problem] = []
    if form.validate_on_submit():
        made: list[str] = []
        try:
            change_content(key, lambda fresh: _kept(fresh, form, made))
        except StudyError as refused:
            problems = [("name", str(refused))]
        else:
            return redirect(url_for("design_quotas.quota", key=key, quota_id=made[0]))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_new_quota.html", study=study, form=form, problems=problems
    )
    return page, 422 if problems else 200


def _kept(content: Content, form: QuotaForm, made: list[str], held: str | None = None) -> Content:
    changed, name = keep_quota(content, form.text("name"), form.limit.data or 0, held)
    made.append(name)
    return changed


@pages.route("/quota/<quota_id>", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def quota(key: str, quota_id: str) -> ResponseReturnValue:
    """A quota: name, limit, and whom it counts."""
    study, content = content_of(key)
    held = _quota(key, content, quota_id)
    form = QuotaForm(data={"name": held.name, "limit": held.limit})
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            change_content(key, lambda fresh: _kept(fresh, form, [], quota_id))
        except StudyError as refused:
            problems = [("name", str(refused))]
        else:
            flash("Saved.")
            return redirect(url_for("design_quotas.overview", key=key))
    elif form.is_submitted():
        problems = form.problems()
    return _quota_page(study, content, held, form, problems)


@pages.route("/quota/<quota_id>/counts", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def counts(key: str, quota_id: str) -> ResponseReturnValue:
    """Add or change one condition of a quota."""
    study, content = content_of(key)
    held = _quota(key, content, quota_id)
    known = choosable_for_quota(content)
    form = condition_form(known, held.conditions)
    here = url_for("design_quotas.quota", key=key, quota_id=quota_id)
    if form is None:
        return redirect(here)
    problems: list[Problem] = []
    if form.validate_on_submit():
        item, values = form.chosen.id, form.values.data or ()
        try:
            change_content(key, lambda fresh: count_if(fresh, quota_id, item, values))
        except StudyError as refused:
            problems = [("values", str(refused))]
        else:
            flash("Saved.")
            return redirect(here)
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/design_counts.html",
        study=study,
        quota=held,
        form=form,
        problems=problems,
    )
    return page, 422 if problems else 200


@pages.post("/quota/<quota_id>/counts/remove")
@access(Role.RESEARCHER)
def remove_condition(key: str, quota_id: str) -> ResponseReturnValue:
    """Take a condition of a quota away."""
    _quota(key, content_of(key)[1], quota_id)
    item = request.form.get("item", "")
    change_content(key, lambda fresh: count_if(fresh, quota_id, item, ()))
    flash("The condition is gone.")
    return redirect(url_for("design_quotas.quota", key=key, quota_id=quota_id))


@pages.route("/quota/<quota_id>/remove", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def remove(key: str, quota_id: str) -> ResponseReturnValue:
    """Ask, then remove a quota."""
    study, content = content_of(key)
    held = _quota(key, content, quota_id)
    if request.method == "GET":
        return render_template("workspace/design_remove_quota.html", study=study, quota=held)
    change_content(key, lambda fresh: remove_quota(fresh, quota_id))
    flash("The quota is gone.")
    return redirect(url_for("design_quotas.overview", key=key))


def _quota_page(
    study: Study, content: Content, held: Quota, form: QuotaForm, problems: list[Problem]
) -> ResponseReturnValue:
    known = choosable_for_quota(content)
    page = render_template(
        "workspace/design_quota.html",
        study=study,
        quota=held,
        conditions=told_conditions(held.conditions, known),
        groups=groups(known, outline(content)),
        form=form,
        problems=problems,
    )
    return page, 422 if problems else 200


def _quota(key: str, content: Content, quota_id: str) -> Quota:
    try:
        return quota_of(content, quota_id)
    except NotThere as gone:
        _back(gone, key)


def _back(gone: NotThere, key: str) -> NoReturn:
    flash(str(gone), "caution")
    abort(redirect(url_for("design_quotas.overview", key=key)))
