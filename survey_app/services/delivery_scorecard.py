"""The scorecard that goes into a mail. What it says is decided in `reports`, as on the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.survey import Survey
    from survey_app.domain.schedule import Paper
    from survey_app.domain.study import Brand


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
    survey: Survey, brand: Brand, *, language: str, paper: Paper, with_pdf: bool
) -> MailedScorecard:
    """The scorecard of a brand as every reader of the brand may see it. Whether somebody is such a
    reader is asked of `User.may_read_scorecard` before.

    Parameters
    ----------
    survey : the wave, as `survey_app.services.survey.study_survey` gives it in the language.

    Raises
    ------
    reports.findings.FindingsError
        the answers allow no scorecard yet.
    """
    from reports.blocks import Paragraph
    from reports.findings import findings
    from reports.pdf.layout import render_document
    from reports.scorecard import scorecard

    document = scorecard(findings(survey, brand.code, language=language))
    paragraphs = (one for one in document.blocks() if isinstance(one, Paragraph))
    return MailedScorecard(
        sentence=next((one.text for one in paragraphs if one.tone == "lead"), ""),
        fingerprint=survey.facts.fingerprint or survey.analysis.fingerprint,
        pdf=render_document(document, page_size=paper.value) if with_pdf else None,
    )
