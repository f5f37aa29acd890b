"""What people do beside what they answer: values of metrics taken, shown, removed, weighted."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from instruments.metrics import standard_metrics
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.exchange.errors import ExchangeError
from survey_app.services.metrics import (
    forget_wave,
    import_metrics,
    kept_metrics,
    plan_import,
    profile_of,
    read_metrics_upload,
)
from survey_app.web.access import access
from survey_app.web.forms import PageForm, UploadField
from survey_app.web.workspace.carried_file import ImportForm, TooLargeToCarry, packed, unpacked
from survey_app.web.workspace.own_study import reading, wave_of, writing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study, Wave
    from survey_app.services.metrics import KeptMetric
    from survey_app.web.forms import Problem

pages = Blueprint("metrics", __name__, url_prefix="/studies/<key>/metrics")


class FileForm(PageForm):
    """A file with values."""

    file = UploadField(
        "File with values",
        description="CSV or Excel, up to 2 MB: one row for each person (or cell), brand, wave and "
        "metric, with the columns person, brand, wave, metric and value.",
    )


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """What is kept, by wave and brand, and a form to add more."""
    return _overview(key, [])


@pages.post("/check")
@access(Role.RESEARCHER)
def check(key: str) -> ResponseReturnValue:
    """Show what a file would do; nothing is kept."""
    form = FileForm()
    if not form.validate_on_submit() or not form.file.data:
        return _overview(key, [("file", "Choose a file.")])
    upload = form.file.data
    return _planned(key, upload.filename or "", upload.read())


@pages.post("/import")
@access(Role.RESEARCHER)
def import_now(key: str) -> ResponseReturnValue:
    """Keep the values of a file that was shown."""
    form = ImportForm()
    content = unpacked(request.form.getlist("part"))
    if not form.validate_on_submit() or content is None:
        return _overview(key, [("file", "The file was damaged on its way; choose it again.")])
    try:
        with writing(key) as (unit, study):
            read = read_metrics_upload(study, form.text("name"), content)
            as_shown = import_metrics(unit, study, read).outcome == form.text("outcome")
            if as_shown:
                unit.commit()
    except (ExchangeError, StudyError) as error:
        return _overview(key, _told(error))
    if as_shown:
        flash("The values are kept.")
        return redirect(url_for("metrics.overview", key=key))
    flash("Values came in meanwhile. This is what the file would do now; look again.", "caution")
    return _planned(key, form.text("name"), content)


@pages.route("/remove", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def remove(key: str) -> ResponseReturnValue:
    """Say what removing a wave's values means, ask, and remove them."""
    if request.method == "GET":
        with reading(key) as (unit, study):
            wave = _wave(study)
            n = sum(row.n for row in kept_metrics(unit, study) if row.wave == wave.code)
        return render_template("workspace/remove_metrics.html", study=study, wave=wave, n=n)
    with writing(key) as (unit, study):
        wave = _wave(study)
        n = forget_wave(unit, study, wave)
        unit.commit()
    flash(f"{n} {'value was' if n == 1 else 'values were'} removed from {wave.name}.")
    return redirect(url_for("metrics.overview", key=key))


def _wave(study: Study) -> Wave:
    if "wave" not in request.args:
        abort(400)
    wave = wave_of(study, request.args["wave"])
    if wave is None:
        abort(404)
    return wave


def _planned(key: str, file_name: str, content: bytes) -> ResponseReturnValue:
    try:
        with reading(key) as (unit, study):
            plan = plan_import(unit, study, read_metrics_upload(study, file_name, content))
        parts = packed(content)
    except (ExchangeError, StudyError, TooLargeToCarry) as error:
        return _overview(key, _told(error))
    form = ImportForm(formdata=None, name=file_name, outcome=plan.outcome)
    return render_template(
        "workspace/plan_metrics.html",
        study=study,
        plan=plan,
        form=form,
        parts=parts,
        metric=standard_metrics().metric,
        names=_names(study),
    )


def _told(error: Exception) -> list[Problem]:
    return [("file", line) for line in str(error).splitlines()]


def _overview(key: str, problems: list[Problem]) -> ResponseReturnValue:
    with reading(key) as (unit, study):
        kept = kept_metrics(unit, study)
    page = render_template(
        "workspace/metrics.html",
        study=study,
        waves=_by_wave(study, kept),
        names=_names(study),
        profile=profile_of(study),
        metrics=standard_metrics(),
        form=FileForm(formdata=None),
        problems=problems,
    )
    return page, 422 if problems else 200


def _by_wave(study: Study, kept: list[KeptMetric]) -> list[tuple[Wave, list[KeptMetric]]]:
    """The rows of each wave that has any, the latest wave first."""
    waves = {wave.code: wave for wave in study.waves}
    groups = [(waves[code], list(rows)) for code, rows in groupby(kept, lambda row: row.wave)]
    return groups[::-1]


def _names(study: Study) -> dict[str, dict[str, str]]:
    return {
        "brands": {brand.code: brand.name("en") for brand in study.brands},
        "waves": {wave.code: wave.name for wave in study.waves},
    }
