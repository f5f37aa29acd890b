"""Files of a study: answers for statistics programs, the psychometric report, scorecards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import Analysed, NothingToAnalyseError, analyse_study
from survey_app.services.export import export_file
from survey_app.services.fieldwork_told import fieldwork_told
from survey_app.services.report import psychometric_pdf
from survey_app.services.waves import begun_waves
from survey_app.web.access import access
from survey_app.web.audited import describe
from survey_app.web.current import analyses, settings
from survey_app.web.download import download, file_name
from survey_app.web.workspace.own_study import reading, wave_of

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study, Wave

pages = Blueprint("downloads", __name__, url_prefix="/studies/<key>/downloads")

FORMATS = ("csv", "sav", "xlsx")


@pages.get("/")
@access(Role.RESEARCHER)
def files(key: str) -> ResponseReturnValue:
    """Everything that can be taken away."""
    with reading(key) as (unit, study):
        if study.state is StudyState.DRAFT:
            abort(404)
        waves = begun_waves(unit, study)
    return render_template("workspace/downloads.html", study=study, waves=waves[::-1])


@pages.get("/answers.<any(csv, sav, xlsx):file_format>")
@access(Role.RESEARCHER)
def answers(key: str, file_format: str) -> ResponseReturnValue:
    """All interviews of all waves with labels, raw answers and scores."""
    study, _, analysed = _analysed(key, whole=True)
    describe(
        format=file_format,
        interviews=analysed.dataset.n,
        fingerprint=analysed.dataset.fingerprint,
    )
    made = export_file(
        analysed,
        file_format,  # type: ignore[arg-type]  # the address admits these three only
        language=_language(study),
        brand_labels={brand.code: brand.name("en") for brand in study.brands},
    )
    return download(made.content, file_name(study.title, kind=made.kind), made.media_type)


@pages.get("/psychometric-report.pdf")
@access(Role.RESEARCHER)
def psychometric_report(key: str) -> ResponseReturnValue:
    """How well the questionnaire measures, on paper."""
    study, wave, analysed = _analysed(key)
    with reading(key) as (unit, _):
        told = fieldwork_told(unit, study, wave, analysed.dataset)
    try:
        content = psychometric_pdf(study, analysed, wave, told=told)
    except NothingToAnalyseError as refused:
        return _back(key, str(refused))
    name = file_name(study.title, "psychometric report", wave.code if wave else "", kind="pdf")
    return download(content, name, "application/pdf")


@pages.get("/measurement.R")
@access(Role.RESEARCHER)
def r_script(key: str) -> ResponseReturnValue:
    """R code that does the tests of measurement again."""
    from survey_app.services.r_script import measurement_script

    study, wave, analysed = _analysed(key)
    try:
        content = measurement_script(analysed)
    except NothingToAnalyseError as refused:
        return _back(key, str(refused))
    name = file_name(study.title, "measurement", wave.code if wave else "", kind="R")
    return download(content, name, "text/plain; charset=utf-8")


def _analysed(key: str, *, whole: bool = False) -> tuple[Study, Wave | None, Analysed]:
    with reading(key) as (unit, study):
        if study.state is StudyState.DRAFT:
            abort(404)
        wave = None if whole else wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
    return study, wave, analysed


def _language(study: Study) -> str:
    return "en" if "en" in study.languages else study.languages[0]


def _back(key: str, why: str) -> Response:
    flash(why, "caution")
    return redirect(url_for("downloads.files", key=key))  # type: ignore[return-value]
