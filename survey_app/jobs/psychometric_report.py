"""The psychometric report of a study as a PDF, with every figure of its analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.job import JobFile
from survey_app.jobs.kinds import Outcome
from survey_app.jobs.study_answers import read, read_fieldwork

if TYPE_CHECKING:
    from survey_app.jobs.kinds import Arguments, Progress, Units
    from survey_app.services.analyse import Analysed


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
    progress(0.05, f"Screening, scores and reliability of {analysed.dataset.n} interviews")
    _ = analysed.scores
    progress(0.15, "Looking for factors")
    _ = analysed.structure_if_any
    files = _measured(analysed, lambda share, what: progress(0.25 + 0.5 * share, what))
    progress(0.8, "Setting the report")
    told = read_fieldwork(units, arguments, analysed)
    report = psychometric_pdf(study, analysed, wave, told=told)
    progress(0.95, "Gathering every figure")
    file = JobFile("psychometric-report.pdf", "application/pdf", report)
    return Outcome(every_figure(analysed), (file, *files))


def _measured(analysed: Analysed, progress: Progress) -> tuple[JobFile, ...]:
    """Test the measurement; the R script that does it again, none where it cannot be tested."""
    from survey_app.services.analyse import NothingToAnalyseError
    from survey_app.services.r_script import measurement_script

    try:
        analysed.measure(progress)
    except NothingToAnalyseError:
        return ()
    script = measurement_script(analysed)
    return (JobFile("measurement.R", "text/plain; charset=utf-8", script),)
