"""The scorecard that goes into a mail. What it says is decided in `reports`, as on the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.domain.schedule import Paper
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.services.analyse import Analysed


@dataclass(frozen=True, slots=True)
class MailedScorecard:
    """What a mail tells of a scorecard.

    `sentence` is the one to remember of its first page, `fingerprint` that of the answers. `pdf` is
    None where only a link is sent.
    """

    sentence: str
    fingerprint: str
    pdf: bytes | None


def scorecard_for_reader(
    analysed: Analysed,
    study: Study,
    brand: Brand,
    wave: Wave | None,
    *,
    language: str,
    paper: Paper,
    with_pdf: bool,
) -> MailedScorecard:
    """The scorecard of a brand as every reader of the brand may see it. Whether somebody is such a
    reader is asked of `User.may_read_scorecard` before.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError, reports.findings.FindingsError
        the answers allow no scorecard yet.
    """
    from reports.blocks import Paragraph
    from reports.pdf.layout import render_document
    from reports.scorecard import scorecard
    from survey_app.services.report import scorecard_findings, study_facts

    found = scorecard_findings(
        analysed,
        study_facts(study, analysed.dataset, wave, language),
        brand.code,
        language=language,
        name_others=study.competitors_named,
    )
    document = scorecard(found)
    leads = (
        one.text for one in document.blocks() if isinstance(one, Paragraph) and one.tone == "lead"
    )
    return MailedScorecard(
        sentence=next(leads, ""),
        fingerprint=analysed.dataset.fingerprint,
        pdf=render_document(document, page_size=paper.value) if with_pdf else None,
    )
