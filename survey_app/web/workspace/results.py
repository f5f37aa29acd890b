"""What a study's answers say: scores and comparisons, screening, and how well it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request

from reports.blocks import charts_of
from reports.sections.story import PHONE, WIDTH
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import Analysed, NothingToAnalyseError, analyse_study
from survey_app.services.fieldwork_told import FieldworkTold, fieldwork_told
from survey_app.services.report import psychometric_document
from survey_app.services.results import result_sections
from survey_app.services.short_form_page import left_out_section, short_form_sections
from survey_app.services.waves import begun_waves
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

    def sections(answers: _Answers, width: float) -> Sections:
        analysed = answers.analysed
        brands = {brand.code: brand.name("en") for brand in answers.study.brands}
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

    def sections(answers: _Answers, width: float) -> Sections:
        analysed = answers.analysed
        left_out = left_out_section(analysed.asked_adaptively, analysed.instruments)
        document = psychometric_document(
            answers.study, analysed, answers.wave, told=answers.told, width=width
        )
        return (*left_out, *document.sections)

    return _page(key, sections)


@dataclass(frozen=True, slots=True)
class _Answers:
    study: Study
    wave: Wave | None
    analysed: Analysed
    told: FieldworkTold
    waves: list[Wave]


def _page(key: str, sections: Callable[[_Answers, float], Sections]) -> ResponseReturnValue:
    with reading(key) as (unit, study):
        if study.state is StudyState.DRAFT:
            abort(404)
        wave = wave_of(study, request.args.get("wave"))
        analysed = analyse_study(
            unit, study, wave, cache=analyses(), minimum_n=settings().minimum_n
        )
        told = fieldwork_told(unit, study, wave, analysed.dataset)
        answers = _Answers(study, wave, analysed, told, begun_waves(unit, study))
    try:
        parts, refusal = sections(answers, WIDTH), ""
        phone = charts_of(sections(answers, PHONE))
    except NothingToAnalyseError as error:
        parts, phone, refusal = (), {}, str(error)
    return render_template(
        "workspace/results.html",
        study=study,
        wave=wave,
        waves=answers.waves,
        sections=parts,
        phone=phone,
        refusal=refusal,
        n=analysed.dataset.n,
        fingerprint=analysed.dataset.fingerprint,
    )
