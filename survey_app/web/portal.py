"""Pages for brand managers: their scorecards, on the web and on paper. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from reports.scorecard import scorecard, scorecard_charts, scorecard_pdf
from reports.sections.story import PHONE
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import NothingToAnalyseError, analyse_study
from survey_app.services.report import REPORT_LANGUAGES, scorecard_findings, study_facts
from survey_app.services.study import readable_brands, scorecard_for
from survey_app.web.access import access
from survey_app.web.current import analyses, database, settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from reports.findings import Findings
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.services.analyse import Analysed

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


@dataclass(frozen=True, slots=True)
class _Read:
    """A scorecard as one reader asked for it; no findings while nobody has answered."""

    study: Study
    brand: Brand
    wave: Wave | None
    language: str
    languages: tuple[str, ...]
    found: Findings | None


@pages.get("/<key>/<brand_code>")
@access(Role.MANAGER, Role.RESEARCHER)
def web_page(key: str, brand_code: str) -> ResponseReturnValue:
    """The scorecard as a page."""
    read = _read(key, brand_code)
    report = scorecard(read.found) if read.found else None
    phone = scorecard_charts(read.found, width=PHONE) if read.found else {}
    return render_template(
        "portal/scorecard.html", read=read, study=read.study, report=report, phone=phone
    )


@pages.get("/<key>/<brand_code>/pdf")
@access(Role.MANAGER, Role.RESEARCHER)
def paper(key: str, brand_code: str) -> ResponseReturnValue:
    """The same scorecard as a PDF."""
    read = _read(key, brand_code)
    if read.found is None:
        abort(404)
    wave = read.wave.name if read.wave and len(read.study.waves) > 1 else ""
    language = read.language if len(read.languages) > 1 else ""
    name = file_name(read.study.title, brand_code, wave, language, kind="pdf")
    return download(scorecard_pdf(read.found), name, "application/pdf")


def _read(key: str, brand_code: str) -> _Read:
    """What may be said about a brand to this reader; 404 where that is nothing at all."""
    with database().reading() as unit:
        allowed = scorecard_for(unit, signed_in_user(), key, brand_code)
        if allowed is None or allowed[0].state is StudyState.DRAFT:
            abort(404)
        study, brand = allowed
        wave = wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
    languages = tuple(code for code in REPORT_LANGUAGES if code in study.languages) or ("en",)
    language = request.args.get("language", languages[0])
    if language not in languages:
        abort(404)
    found = _found(study, brand, wave, language, analysed)
    return _Read(study, brand, wave, language, languages, found)


def _found(
    study: Study, brand: Brand, wave: Wave | None, language: str, analysed: Analysed
) -> Findings | None:
    facts = study_facts(study, analysed.dataset, wave, language)
    try:
        return scorecard_findings(
            analysed, facts, brand.code, language=language, name_others=study.competitors_named
        )
    except NothingToAnalyseError:
        return None
