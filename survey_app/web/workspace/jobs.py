"""Analyses that take a while: asked for, watched, and what they made taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    url_for,
)
from wtforms import RadioField, SelectField

from survey_app.domain.job import JobError, JobState
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.jobs.ask import TooManyJobs, ask, cancel, standing
from survey_app.jobs.kinds import OFFERED, title_of
from survey_app.services.files import as_json
from survey_app.web.access import access
from survey_app.web.current import database, job_queue, settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.forms import PageForm, choices
from survey_app.web.security import CONTENT_SECURITY_POLICY
from survey_app.web.workspace.own_study import reading

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from survey_app.domain.job import Job
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("jobs", __name__, url_prefix="/studies/<key>/analyses")

MOST_SHOWN = 20

FIGURES = "figures.json"
"""The name under which a job's result is handed out; no file that a job makes is called so."""


class AskForm(PageForm):
    """Which analysis, of which wave."""

    kind = RadioField(
        "Analysis", choices=choices((name, one.title) for name, one in OFFERED.items())
    )
    wave = SelectField("Wave")


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """What was asked for, and a form to ask for more."""
    return _overview(key)


@pages.post("/")
@access(Role.RESEARCHER)
def ask_for(key: str) -> ResponseReturnValue:
    """Ask for an analysis; on to its page."""
    with reading(key) as (_, study):
        form = _form(study)
    if not form.validate_on_submit():
        return _overview(key, form.problems()), 422
    try:
        job = ask(
            database(),
            job_queue(),
            signed_in_user(),
            study,
            form.kind.data,
            wave=(form.wave.data or None) if "wave" in form else None,
            minimum_n=settings().minimum_n,
        )
    except TooManyJobs as refused:
        return _overview(key, [("", str(refused))]), 429
    return redirect(url_for("jobs.job", key=key, job_key=job.key))


@pages.get("/<job_key>/")
@access(Role.RESEARCHER)
def job(key: str, job_key: str) -> ResponseReturnValue:
    """How far an analysis is; when it is done, what it made."""
    with reading(key) as (unit, study):
        found = _own(unit, study, job_key)
        page = render_template(
            "workspace/job.html",
            study=study,
            job=found,
            title=_title(study, found),
            standing=standing(unit, found),
            files=_files(unit, found),
        )
    response = make_response(page)
    # The script of this page asks how far the work is; no other page may ask for anything.
    policy = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
    response.headers["Content-Security-Policy"] = policy
    return response


@pages.get("/<job_key>/progress")
@access(Role.RESEARCHER)
def progress(key: str, job_key: str) -> ResponseReturnValue:
    """How far an analysis is, for the script of its page."""
    with reading(key) as (unit, study):
        found = _own(unit, study, job_key)
        return jsonify(
            state=found.state,
            unfinished=found.unfinished,
            progress=found.progress,
            doing=standing(unit, found),
        )


@pages.post("/<job_key>/cancel")
@access(Role.RESEARCHER)
def cancel_now(key: str, job_key: str) -> ResponseReturnValue:
    """Cancel an analysis that waits or runs."""
    with reading(key) as (unit, study):
        found = _own(unit, study, job_key)
    try:
        cancel(database(), found.id or 0)
    except JobError as refused:
        flash(str(refused), "caution")
    else:
        flash("The analysis is cancelled.")
    return redirect(url_for("jobs.job", key=key, job_key=job_key))


@pages.get("/<job_key>/files/<name>")
@access(Role.RESEARCHER)
def file(key: str, job_key: str, name: str) -> Response:
    """A file that an analysis made, or all its figures."""
    with reading(key) as (unit, study):
        found = _own(unit, study, job_key)
        if name not in _files(unit, found):
            abort(404)
        stem, _, kind = name.rpartition(".")
        saved_as = file_name(study.title, stem, found.arguments["wave"] or "", kind=kind)
        if name == FIGURES:
            figures = unit.jobs.result(found.id or 0) or {}
            return download(as_json(figures), saved_as, "application/json")
        made = unit.jobs.file(found.id or 0, name)
    if made is None:
        abort(404)
    return download(made.content, saved_as, made.media_type)


def _overview(key: str, problems: list[Problem] | None = None) -> str:
    with reading(key) as (unit, study):
        form = _form(study)
        found = unit.jobs.of_study(study.id or 0, MOST_SHOWN)
    return render_template(
        "workspace/jobs.html",
        study=study,
        form=form,
        kinds=OFFERED,
        jobs=[(_title(study, one), one) for one in found if one.kind in OFFERED],
        problems=problems or [],
    )


def _form(study: Study) -> AskForm:
    if study.state is StudyState.DRAFT:
        abort(404)
    form = AskForm()
    latest_first = sorted(study.waves, key=lambda wave: wave.position, reverse=True)
    if len(latest_first) > 1:
        pairs = [(wave.code, wave.name) for wave in latest_first]
        form.wave.choices = choices([*pairs, ("", "All waves")])
        if not form.is_submitted():
            # Planned waves stand above it, without answers yet.
            form.wave.data = study.current_wave.code
    else:
        del form.wave
    return form


def _own(unit: UnitOfWork, study: Study, job_key: str) -> Job:
    """The job with a key if it is one of this study; error 404 for any other."""
    found = unit.jobs.by_key(job_key)
    if found is None or found.study_id != study.id:
        abort(404)
    return found


def _title(study: Study, found: Job) -> str:
    if len(study.waves) < 2:
        return title_of(found)
    names = {wave.code: wave.name for wave in study.waves}
    return f"{title_of(found)}, {names.get(found.arguments['wave'], 'all waves')}"


def _files(unit: UnitOfWork, found: Job) -> list[str]:
    if found.state is not JobState.DONE:
        return []
    return [*unit.jobs.file_names(found.id or 0), FIGURES]
