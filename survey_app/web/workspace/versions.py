"""The versions of a questionnaire: what differs, and launching the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from survey_app.domain.differences import differences
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services import next_version
from survey_app.web.access import access
from survey_app.web.forms import PageForm
from survey_app.web.local_time import local_words
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study

pages = Blueprint("versions", __name__, url_prefix="/studies/<key>/versions")
pages.add_app_template_filter(local_words, "local")


class LaunchForm(PageForm):
    """Why the questionnaire changes."""

    reason = TextAreaField(
        "Why does the questionnaire change?",
        description="In a sentence or two. It stands beside the version for whoever reads the "
        "answers.",
        validators=[
            DataRequired("Say why the questionnaire changes."),
            Length(max=next_version.LONGEST_REASON),
        ],
    )


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """Every version with its date, its reason and how many interviews answered it."""
    with reading(key) as (unit, study):
        counts = unit.versions.counts(study.id or 0)
        return render_template(
            "workspace/versions.html",
            study=study,
            versions=sorted(study.versions, key=lambda version: -version.number),
            counts=counts,
            first=min((version.number for version in study.versions), default=0),
        )


@pages.get("/<int:number>")
@access(Role.RESEARCHER)
def version(key: str, number: int) -> ResponseReturnValue:
    """How a version differs from an earlier one, the one before it unless another is chosen."""
    with reading(key) as (_, study):
        numbers = [each.number for each in study.versions]
        if number not in numbers:
            raise NotFound
        if number == numbers[0]:
            return redirect(url_for("versions.overview", key=key))
        chosen = request.args.get("beside", numbers[numbers.index(number) - 1], int)
        if chosen not in numbers or chosen >= number:
            raise NotFound
        before = study.asked_version(chosen)
        after = study.asked_version(number)
        return render_template(
            "workspace/version.html",
            study=study,
            before=before,
            after=after,
            found=differences(before.content, after.content),
        )


@pages.get("/next")
@access(Role.RESEARCHER)
def upcoming(key: str) -> ResponseReturnValue:
    """How the next version differs from the one that is asked, and what it lacks."""
    return _next_page(key, "workspace/next_version.html")


@pages.post("/next")
@access(Role.RESEARCHER)
def begin(key: str) -> ResponseReturnValue:
    """Begin a next version."""
    return _change(key, next_version.begin, "A next version has been begun.", "versions.upcoming")


@pages.get("/next/discard")
@access(Role.RESEARCHER)
def confirm_discard(key: str) -> ResponseReturnValue:
    """Say what discarding loses, and ask."""
    return _next_page(key, "workspace/confirm_discard.html")


@pages.post("/next/discard")
@access(Role.RESEARCHER)
def discard(key: str) -> ResponseReturnValue:
    """Give up the next version."""
    done = "The next version has been discarded. What is asked stays as it is."
    return _change(key, next_version.discard, done, "versions.overview")


@pages.route("/next/launch", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def launch(key: str) -> ResponseReturnValue:
    """Say what launching means, ask for the reason, and launch."""
    form = LaunchForm()
    if form.validate_on_submit():
        done = "The new version is asked from now on. Interviews begun before go on with their own."
        reason = form.text("reason")
        return _change(
            key, lambda study: next_version.launch(study, reason), done, "versions.overview"
        )
    return _next_page(key, "workspace/launch.html", form, form.problems())


def _next_page(
    key: str,
    template: str,
    form: LaunchForm | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:
    with reading(key) as (_, study):
        try:
            found = next_version.next_differences(study)
            missing = next_version.missing_for_launch(study)
        except StudyError as refused:
            flash(str(refused), "caution")
            return redirect(url_for("versions.overview", key=key))
        html = render_template(
            template, study=study, found=found, missing=missing, form=form, problems=problems
        )
    return html, 422 if problems else 200


def _change(
    key: str, change: Callable[[Study], None], done: str, endpoint: str
) -> ResponseReturnValue:
    with writing(key) as (unit, study):
        try:
            change(study)
        except StudyError as refused:
            flash(str(refused), "caution")
            return redirect(url_for("versions.overview", key=key))
        unit.commit()
    flash(done)
    return redirect(url_for(endpoint, key=key))
