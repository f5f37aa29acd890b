"""Scorecards and psychometric reports from analysed answers, for the web and the command line."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from reports.facts import SurveyFacts
from reports.group_names import GroupNames, group_names
from reports.sections.story import WIDTH
from survey_app.services.study import instruments_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from psychometrics.dataset import Dataset
    from reports.blocks import Document
    from reports.findings import Findings
    from reports.look import Look
    from reports.suppression import ReportingRules
    from survey_app.domain.study import Study, Wave
    from survey_app.services.analyse import Analysed
    from survey_app.services.fieldwork_told import FieldworkTold


REPORT_LANGUAGES = ("en", "ru", "de", "ar", "zh")
"""Languages in which scorecards are written."""

CHANNEL_WORDS = {
    "en": {"web": "web", "qr": "QR code", "paper": "paper", "kiosk": "kiosk"},
    "ru": {"web": "интернет", "qr": "QR-код", "paper": "бумага", "kiosk": "терминал"},
    "de": {"web": "Web", "qr": "QR-Code", "paper": "Papier", "kiosk": "Terminal"},
    "ar": {"web": "الويب", "qr": "رمز QR", "paper": "ورق", "kiosk": "جهاز في المكان"},
    "zh": {"web": "网页", "qr": "二维码", "paper": "纸质", "kiosk": "现场终端"},
}


@cache
def software_version() -> str:
    """The version that reports state, e.g. ``0.1.0``."""
    return version("customer-engagement")


def survey_facts(
    dataset: Dataset,
    *,
    title: str,
    brands: Mapping[str, str],
    population: str | None = None,
    sponsor: str | None = None,
    attribution: str | None = None,
    wave: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    language: str = "en",
) -> SurveyFacts:
    """What a report must be told about a survey; what is not known stays None and is never guessed.

    Parameters
    ----------
    brands : name by brand code. title : of the study. language : of the report.
        The rest as in `SurveyFacts`.
    """
    words = CHANNEL_WORDS.get(language, {})
    channels = sorted({str(code) for code in dataset.channel if code})
    return SurveyFacts(
        study=title,
        brands=dict(brands),
        population=population or None,
        sponsor=sponsor or None,
        attribution=attribution or None,
        wave=wave,
        first_day=first_day,
        last_day=last_day,
        n_interviews=_interviews(dataset),
        channels=tuple(words.get(code, code) for code in channels),
        groups=GroupNames(values={"channel": words}),
        weighting="none" if dataset.weight is None else None,
        software_version=software_version(),
        fingerprint=dataset.fingerprint,
        simulated=dataset.simulated,
    )


def _interviews(dataset: Dataset) -> int:
    """How many interviews were started; one about several brands has a row for each."""
    return dataset.n if dataset.cluster is None else len(set(dataset.cluster.tolist()))


def names_of_groups(study: Study, language: str) -> GroupNames:
    """What groups of a study's people are called: by channel, and by what they said of
    themselves."""
    channels = CHANNEL_WORDS.get(language, CHANNEL_WORDS["en"])
    return group_names(instruments_of(study), language, channels)


def study_facts(
    study: Study,
    dataset: Dataset,
    wave: Wave | None,
    language: str,
    looks: Mapping[str, Look] | None = None,
) -> SurveyFacts:
    """The facts of a stored study, of one wave or of all, with the `looks` of its brands."""
    waves = [wave] if wave is not None else study.waves
    facts = survey_facts(
        dataset,
        title=study.title,
        brands={brand.code: brand.name(language) for brand in study.brands},
        population=study.population,
        sponsor=study.sponsor,
        attribution=study.source,
        wave=wave.name if wave is not None and len(study.waves) > 1 else None,
        first_day=_first([one.first_day for one in waves]),
        last_day=_last([one.last_day for one in waves]),
        language=language,
    )
    return replace(facts, looks=looks or {}, groups=names_of_groups(study, language))


def scorecard_findings(
    analysed: Analysed,
    facts: SurveyFacts,
    brand: str,
    *,
    language: str = "en",
    name_others: bool = False,
) -> Findings:
    """What may be said to the manager of one brand, from one wave alone.

    Raises
    ------
    reports.findings.FindingsError
        nobody answered about the brand.
    """
    from reports.findings import findings
    from survey_app.services.survey import wave_survey

    survey = wave_survey(analysed, facts, name_others=name_others)
    return findings(survey, brand, language=language)


def rules_of(analysed: Analysed) -> ReportingRules:
    """The thresholds of what may be said about these answers."""
    from reports.suppression import VERDICT_FROM, ReportingRules

    return ReportingRules(
        hidden_below=analysed.minimum_n, verdict_from=max(VERDICT_FROM, analysed.minimum_n)
    )


def psychometric_document(
    study: Study,
    analysed: Analysed,
    wave: Wave | None,
    *,
    told: FieldworkTold | None = None,
    width: float = WIDTH,
) -> Document:
    """How well the questionnaire measures, as blocks: the same for the page and the PDF.

    Charts are `width` points wide. `told` as `survey_app.services.fieldwork_told` gives it.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        too few answers.
    """
    from reports.psychometric_report import psychometric_report

    facts = _psychometric_facts(study, analysed, wave, told)
    return psychometric_report(
        analysed.scores,
        analysed.structure_if_any,
        analysed.asked_instruments,
        facts,
        measurement=analysed.measurement_if_any,
        unmeasured=analysed.why_not("measurement"),
        width=width,
    )


def psychometric_pdf(
    study: Study, analysed: Analysed, wave: Wave | None, *, told: FieldworkTold | None = None
) -> bytes:
    """The psychometric report of a stored study as a PDF, its R script attached.

    Raises as `psychometric_document`.
    """
    from reports.psychometric_report import psychometric_report_pdf
    from survey_app.services.r_script import script_if_any

    facts = _psychometric_facts(study, analysed, wave, told)
    return psychometric_report_pdf(
        analysed.scores,
        analysed.structure_if_any,
        analysed.asked_instruments,
        facts,
        measurement=analysed.measurement_if_any,
        unmeasured=analysed.why_not("measurement"),
        script=script_if_any(analysed),
    )


def _psychometric_facts(
    study: Study, analysed: Analysed, wave: Wave | None, told: FieldworkTold | None
) -> SurveyFacts:
    facts = with_validation(study_facts(study, analysed.dataset, wave, "en"), analysed)
    return facts if told is None else replace(facts, response=told.response, asked=told.asked)


def with_validation(facts: SurveyFacts, analysed: Analysed) -> SurveyFacts:
    """The facts with the standing of the questionnaires, where it could be looked up, and the names
    of scales that were asked adaptively."""
    short = tuple(
        scale.name
        for instrument in analysed.instruments
        for scale in instrument.scales
        if scale.id in analysed.asked_adaptively
    )
    return replace(facts, validation=analysed.validation, short_forms=short)


def _first(days: Sequence[date | None]) -> date | None:
    """The first day, None where a wave's is not known."""
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _last(days: Sequence[date | None]) -> date | None:
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
