"""The psychometric report of a study as a PDF, with every figure of its analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.job import JobFile
from survey_app.jobs.kinds import Outcome
from survey_app.jobs.study_answers import read

if TYPE_CHECKING:
    from survey_app.jobs.kinds import Arguments, Progress, Units


def run(units: Units, arguments: Arguments, progress: Progress) -> Outcome:
    """Analyse the answers and set the report.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        the answers allow no result yet.
    """
    from survey_app.services.files import every_figure
    from survey_app.services.report import psychometric_pdf

    progress(0.0, "Reading the answers")
    study, wave, analysed = read(units, arguments)
    progress(0.1, f"Screening, scores and reliability of {analysed.dataset.n} interviews")
    _ = analysed.scores
    progress(0.4, "Looking for factors")
    _ = analysed.structure_if_any
    progress(0.7, "Setting the report")
    report = psychometric_pdf(study, analysed, wave)
    progress(0.95, "Gathering every figure")
    file = JobFile("psychometric-report.pdf", "application/pdf", report)
    return Outcome(every_figure(analysed), (file,))
