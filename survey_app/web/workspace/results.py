"""What a study's answers say: scores and comparisons, screening, and how well it measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from reports.blocks import charts_of
from reports.sections.story import PHONE, WIDTH
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import Analysed, NothingToAnalyseError, analyse_study
from survey_app.services.report import psychometric_document
from survey_app.services.results import result_sections
from survey_app.services.short_form_page import left_out_section, short_form_sections
from survey_app.web.access import access
from survey_app.web.current import analyses, settings
from survey_app.web.workspace.own_study import reading, wave_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from reports.blocks import Section
    from survey_app.domain.study import Study, Wave

    Sections = tuple[Section, ...]

pages = Blueprint("results", __name__, url_prefix="/studies/<key>")


@pages.get("/results")
@access(Role.RESEARCHER)
def results(key: str) -> ResponseReturnValue:
    """Scores by brand with their intervals, the brands compared, and short forms."""

    def sections(study: Study, _wave: Wave | None, analysed: Analysed, width: float) -> Sections:
        brands = {brand.code: brand.name("en") for brand in study.brands}
        short = short_form_sections(analysed.short_forms, analysed.instruments, brands, width=width)
        if short and analysed.only_short_forms:
            return short
        asked = analysed.instruments
        return (*result_sections(analysed.scores, asked, brands, width=width), *short)

    return _page(key, sections)


@pages.get("/measurement")
@access(Role.RESEARCHER)
def measurement(key: str) -> ResponseReturnValue:
    """Screening, reliability, items, factors: the psychometric report as a page."""

    def sections(study: Study, wave: Wave | None, analysed: Analysed, width: float) -> Sections:
        left_out = left_out_section(analysed.asked_adaptively, analysed.instruments)
        return (*left_out, *psychometric_document(study, analysed, wave, width=width).sections)

    return _page(key, sections)


def _page(
    key: str, sections: Callable[[Study, Wave | None, Analysed, float], Sections]
) -> ResponseReturnValue:
    with reading(key) as (unit, study):
        if study.state is StudyState.DRAFT:
            abort(404)
        wave = wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
    try:
        parts, refusal = sections(study, wave, analysed, WIDTH), ""
        phone = charts_of(sections(study, wave, analysed, PHONE))
    except NothingToAnalyseError as error:
        parts, phone, refusal = (), {}, str(error)
    return render_template(
        "workspace/results.html",
        study=study,
        wave=wave,
        sections=parts,
        phone=phone,
        refusal=refusal,
        n=analysed.dataset.n,
        fingerprint=analysed.dataset.fingerprint,
    )
