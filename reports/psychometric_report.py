"""How well the questionnaire measures: the report for the researcher."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from instruments.texts import in_language
from reports.blocks import Document, Facts, Paragraph, Section
from reports.sections.psychometric_invariance import comparability
from reports.sections.psychometric_items import items
from reports.sections.psychometric_models import models
from reports.sections.psychometric_precision import precision
from reports.sections.psychometric_sample import sample
from reports.sections.psychometric_scales import scales
from reports.sections.psychometric_structure import structure as structure_section
from reports.sections.psychometric_validity import validity
from reports.sections.story import WIDTH, Voice
from reports.sections.study import Study
from reports.sections.validated import validated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from instruments.model import Instrument
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.measurement import MeasurementAnalysis
    from psychometrics.structure import StructureAnalysis
    from reports.facts import SurveyFacts
    from reports.sections.survey import Term

SCRIPT = "measurement.R"
"""Name of the R script that a report on paper carries."""
LIBRARIES = ("numpy", "scipy", "factor_analyzer")
"""Whose versions a figure may depend on."""


def psychometric_report(
    scores: ScoreAnalysis,
    structure: StructureAnalysis | None,
    instruments: Sequence[Instrument],
    facts: SurveyFacts,
    language: str = "en",
    *,
    measurement: MeasurementAnalysis | None = None,
    unmeasured: str = "",
    script: bool = False,
    width: float = WIDTH,
) -> Document:
    """Sample, items, reliability, structure, competing models, comparability, validity, precision
    and method as blocks.

    Charts are `width` points wide.

    Every table carries a line that says how it was computed and the R call that gives the same.
    Figures of small groups are not hidden here: the report is for the researcher, who holds the
    answers. `structure` is None where the items could not be factor-analysed, `measurement` where
    the answers do not allow its tests or nobody ran them; the report then says so, and why where
    `unmeasured` tells. `script`: the R script that does the tests again is attached, which the
    report then says.
    """
    given = (scores, structure, tuple(instruments), facts, measurement, unmeasured)
    study = Study(language, *given, width=width)
    words = study.words
    subtitle = "subtitle_wave" if facts.wave else "subtitle"
    return Document(
        title=facts.study,
        subtitle=words(f"psychometric.{subtitle}", wave=facts.wave),
        language=language,
        sections=(
            sample(study),
            items(study),
            scales(study),
            structure_section(study),
            *_measured(study),
            _method(study, script),
        ),
        banner=words("page.simulated") if facts.simulated or scores.simulated else "",
    )


def psychometric_report_pdf(
    scores: ScoreAnalysis,
    structure: StructureAnalysis | None,
    instruments: Sequence[Instrument],
    facts: SurveyFacts,
    language: str = "en",
    *,
    measurement: MeasurementAnalysis | None = None,
    unmeasured: str = "",
    script: bytes | None = None,
) -> bytes:
    """The report as a PDF, with the R `script` that does the tests of measurement again attached
    to it where there is one; the same results give the same bytes."""
    from reports.pdf.attachments import Attachment
    from reports.pdf.layout import render_document

    document = psychometric_report(
        scores,
        structure,
        instruments,
        facts,
        language,
        measurement=measurement,
        unmeasured=unmeasured,
        script=script is not None,
    )
    if script is None:
        return render_document(document)
    description = Voice(language).words("psychometric.method.script_description")
    attached = Attachment(SCRIPT, "text/plain", script, description)
    return render_document(document, attachments=(attached,))


def _measured(study: Study) -> Iterator[Section]:
    """Without tests of the measurement a single section, which says why."""
    yield models(study)
    if study.measurement is not None:
        yield validity(study)
        yield comparability(study)
        yield precision(study)


def _method(study: Study, script: bool) -> Section:
    words = study.words
    terms = (*_instruments(study), _validated(study), *_provenance(study), *_script(study, script))
    key = "text_untested" if study.measurement is None else "text"
    blocks = (Paragraph(words(f"psychometric.method.{key}")), Facts(terms))
    return Section("method", words("psychometric.method.title"), blocks)


def _instruments(study: Study) -> Iterator[tuple[str, str]]:
    for instrument in study.instruments:
        text = study.words(
            "method.instrument_text",
            name=in_language(instrument.name, study.language),
            version=instrument.version,
            citation=instrument.citation.text,
        )
        licence = study.words("psychometric.method.licence", licence=instrument.licence)
        yield study.words("psychometric.method.instrument"), f"{text} {licence}"


def _validated(study: Study) -> Term:
    return validated(
        study,
        (
            (in_language(one.name, study.language), study.facts.validation_of(one))
            for one in study.instruments
        ),
    )


def _provenance(study: Study) -> Iterator[tuple[str, str]]:
    words, scores, facts = study.words, study.scores, study.facts
    yield words("psychometric.method.scores"), scores.method
    mine = facts.software_version or words("page.not_known")
    libraries = [f"{name} {_version(name) or words('page.not_known')}" for name in LIBRARIES]
    yield (
        words("method.software"),
        study.listed([words("method.software_text", version=mine), *libraries]),
    )
    yield (
        words("method.fingerprint"),
        words("method.fingerprint_text", fingerprint=facts.fingerprint or scores.fingerprint),
    )
    if facts.attribution:
        yield words("method.source"), facts.attribution


def _script(study: Study, attached: bool) -> Iterator[tuple[str, str]]:
    if attached:
        text = study.words("psychometric.method.script_text", file=SCRIPT)
        yield study.words("psychometric.method.script"), text


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
