"""Pages for brand managers: their scorecards, on the web and on paper. Nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from reports.scorecard import scorecard, scorecard_pdf
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import NothingToAnalyseError, analyse_study
from survey_app.services.report import scorecard_findings, study_facts
from survey_app.services.study import readable_brands, scorecard_for
from survey_app.web.access import access
from survey_app.web.current import analyses, database, settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from reports.findings import Findings
    from survey_app.domain.study import Study, Wave

LANGUAGE = "en"

pages = Blueprint("portal", __name__, url_prefix="/scorecards")


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


@pages.get("/")
@access(Role.MANAGER)
def scorecards() -> ResponseReturnValue:
    """The brands assigned to this manager, by study and wave."""
    with database().reading() as unit:
        assigned = readable_brands(unit, signed_in_user())
    shown = [(study, brand) for study, brand in assigned if study.state is not StudyState.DRAFT]
    return render_template("portal/scorecards.html", brands=shown)


@pages.get("/<key>/<brand_code>")
@access(Role.MANAGER, Role.RESEARCHER)
def web_page(key: str, brand_code: str) -> ResponseReturnValue:
    """The scorecard as a page."""
    study, wave, found = _findings(key, brand_code)
    return render_template(
        "portal/scorecard.html",
        study=study,
        brand=study.brand(brand_code),
        wave=wave,
        report=scorecard(found) if found else None,
    )


@pages.get("/<key>/<brand_code>/pdf")
@access(Role.MANAGER, Role.RESEARCHER)
def paper(key: str, brand_code: str) -> ResponseReturnValue:
    """The same scorecard as a PDF."""
    study, wave, found = _findings(key, brand_code)
    if found is None:
        abort(404)
    parts = [study.title, brand_code, wave.name if wave and len(study.waves) > 1 else ""]
    return download(scorecard_pdf(found), file_name(*parts, kind="pdf"), "application/pdf")


def _findings(key: str, brand_code: str) -> tuple[Study, Wave | None, Findings | None]:
    """What may be said about a brand to this reader; no findings while nobody has answered."""
    with database().reading() as unit:
        allowed = scorecard_for(unit, signed_in_user(), key, brand_code)
        if allowed is None or allowed[0].state is StudyState.DRAFT:
            abort(404)
        study = allowed[0]
        wave = wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
    facts = study_facts(study, analysed.dataset, wave, LANGUAGE)
    try:
        found = scorecard_findings(analysed, facts, brand_code, name_others=study.competitors_named)
    except NothingToAnalyseError:
        return study, wave, None
    return study, wave, found
