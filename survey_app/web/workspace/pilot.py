"""Trying a questionnaire out before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.services.pilot import delete_pilot_answers, end_pilot, pilot_file, start_pilot
from survey_app.web.access import access
from survey_app.web.audited import describe
from survey_app.web.download import download, file_name
from survey_app.web.workspace.fieldwork import customer_links
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study

pages = Blueprint("pilot", __name__, url_prefix="/studies/<key>/pilot")


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """What a pilot is, its links while it runs, and the answers of pilots."""
    with reading(key) as (unit, study):
        begun, completed = unit.versions.pilot_counts(study.id or 0)
        return render_template(
            "workspace/pilot.html",
            study=study,
            begun=begun,
            completed=completed,
            links=customer_links(study),
        )


@pages.post("/start")
@access(Role.RESEARCHER)
def start(key: str) -> ResponseReturnValue:
    """Take answers that never count."""
    return _change(key, start_pilot, "The pilot has begun. Share its links with those who try it.")


@pages.post("/end")
@access(Role.RESEARCHER)
def end(key: str) -> ResponseReturnValue:
    """Back to the draft."""
    done = "The pilot has ended. The study is a draft again, and can be changed or opened."
    return _change(key, end_pilot, done)


@pages.get("/answers.zip")
@access(Role.RESEARCHER)
def answers(key: str) -> ResponseReturnValue:
    """The answers of pilots, as CSV with a codebook."""
    with reading(key) as (unit, study):
        made = pilot_file(unit, study)
        describe(interviews=unit.versions.pilot_counts(study.id or 0)[0])
        name = file_name(study.title, "pilot", kind=made.kind)
    return download(made.content, name, made.media_type)


@pages.get("/delete")
@access(Role.RESEARCHER)
def confirm_delete(key: str) -> ResponseReturnValue:
    """Say what deleting loses, and ask."""
    with reading(key) as (unit, study):
        begun, _ = unit.versions.pilot_counts(study.id or 0)
        return render_template("workspace/confirm_delete_pilot.html", study=study, begun=begun)


@pages.post("/delete")
@access(Role.RESEARCHER)
def delete(key: str) -> ResponseReturnValue:
    """Delete the answers of pilots."""
    with writing(key) as (unit, study):
        gone = delete_pilot_answers(unit, study)
        describe(interviews=gone)
        unit.commit()
    flash(f"Deleted: {gone} pilot interviews." if gone != 1 else "Deleted: 1 pilot interview.")
    return redirect(url_for("pilot.overview", key=key))


def _change(key: str, change: Callable[[Study], None], done: str) -> ResponseReturnValue:
    with writing(key) as (unit, study):
        try:
            change(study)
        except StudyError as refused:
            flash(str(refused), "caution")
        else:
            unit.commit()
            flash(done)
    return redirect(url_for("pilot.overview", key=key))
