"""Results as files: whole or not at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from survey_app.exchange.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reports.facts import SurveyFacts
    from reports.pdf.theme import PageSize
    from reports.survey import Survey
    from survey_app.services.analyse import Analysed


def write_scorecards(
    survey: Survey, folder: Path, *, language: str = "en", paper: PageSize = "A4"
) -> list[Path]:
    """One PDF scorecard per brand in `folder`, made where it is not there; returns their paths.

    Every scorecard is made before the first appears, so a fault leaves no half set behind.

    Raises
    ------
    reports.findings.FindingsError, OSError
    reports.pdf.font_files.FontMissingError
        this machine has no font for the language.
    survey_app.exchange.errors.ExchangeError
        a file cannot be written.
    """
    from reports.findings import findings
    from reports.scorecard import scorecard_pdf

    names = _file_names(survey.analysis.brands, survey.facts)
    made = {
        folder / name: scorecard_pdf(findings(survey, brand, language=language), page_size=paper)
        for brand, name in names.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(*made) as parts:
        for part, content in zip(parts, made.values(), strict=True):
            part.write_bytes(content)
    return list(made)


def write_portfolio(
    survey: Survey,
    path: Path,
    *,
    brands: Sequence[str] = (),
    language: str = "en",
    paper: PageSize = "A4",
) -> Path:
    """The portfolio report on some brands (all for none) as PDF at `path`.

    Raises as `write_scorecards`.
    """
    from reports.portfolio import portfolio_pdf
    from reports.portfolio_findings import portfolio_findings

    found = portfolio_findings(survey, brands or survey.analysis.brands, language=language)
    return write_whole(path, portfolio_pdf(found, page_size=paper))


def write_psychometric_report(analysed: Analysed, facts: SurveyFacts, path: Path) -> Path:
    """The psychometric report as PDF at `path`, its R script attached."""
    from reports.psychometric_report import psychometric_report_pdf
    from survey_app.services.r_script import script_if_any
    from survey_app.services.report import with_validation

    told = with_validation(facts, analysed)
    content = psychometric_report_pdf(
        analysed.scores,
        analysed.structure_if_any,
        analysed.asked_instruments,
        told,
        measurement=analysed.measurement_if_any,
        unmeasured=analysed.why_not("measurement"),
        script=script_if_any(analysed),
    )
    return write_whole(path, content)


def write_analysis(analysed: Analysed, path: Path, *, notes: Sequence[str] = ()) -> Path:
    """Every figure of an analysis as JSON at `path`, unrounded; what is undefined is null."""
    return write_whole(path, as_json(every_figure(analysed, notes=notes)))


def write_r_script(analysed: Analysed, path: Path) -> Path:
    """An R script that tests the measurement again, from answers exported as CSV beside it.

    Raises NothingToAnalyseError."""
    from survey_app.services.r_script import measurement_script

    return write_whole(path, measurement_script(analysed))


def every_figure(analysed: Analysed, *, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Every figure of an analysis, ready for JSON; what is undefined is None, and so are scores
    where every scale was asked adaptively. Raises NothingToAnalyseError."""
    from survey_app.services.report import software_version

    structure, measurement = analysed.structure_if_any, analysed.measurement_if_any
    return {
        "software_version": software_version(),
        "instruments": [f"{each.id} {each.version}" for each in analysed.asked_instruments],
        "notes": list(notes),
        "scores": None if analysed.only_short_forms else analysed.scores.to_dict(),
        "structure": structure.to_dict() if structure else None,
        "measurement": measurement.to_dict() if measurement else None,
        "short_forms": {name: told.to_dict() for name, told in analysed.short_forms.items()},
    }


def as_json(result: Mapping[str, Any]) -> bytes:
    """A result as it is handed out in a JSON file. Raises ValueError for what is no number."""
    return json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False).encode()


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never a part. Raises
    ExchangeError where it cannot be written."""
    with replacing(path) as (part,):
        part.write_bytes(content)
    return path


def _file_names(brands: Sequence[str], facts: SurveyFacts) -> dict[str, str]:
    """File name by brand code: readable, safe on every file system, unique."""
    names: dict[str, str] = {}
    for brand in brands:
        word = (
            re.sub(r"[^\w]+", "-", facts.brand_name(brand).casefold()).strip("-_")[:60] or "brand"
        )
        name, number = word, 2
        while f"scorecard-{name}.pdf" in names.values():
            name, number = f"{word}-{number}", number + 1
        names[brand] = f"scorecard-{name}.pdf"
    return names
