"""Pages for whoever reads several brands of a study: all of them side by side, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for

from reports.charts.png import to_png
from reports.findings import FindingsError
from reports.pdf.layout import render_document
from reports.portfolio import portfolio
from reports.portfolio_findings import portfolio_findings
from reports.sections.story import PHONE, WIDTH
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.analyse import NothingToAnalyseError
from survey_app.services.report import REPORT_LANGUAGES
from survey_app.services.study import readable_brands
from survey_app.services.survey import study_survey
from survey_app.web.access import access
from survey_app.web.current import analyses, database, settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.portal import pages
from survey_app.web.portal_files import PAPERS, svg_file
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from reports.blocks import Document
    from reports.portfolio_findings import PortfolioFindings
    from survey_app.domain.study import Brand, Study, Wave
    from survey_app.storage.database import UnitOfWork

FEWEST = 2
"""Brands from which there is a portfolio."""


@dataclass(frozen=True, slots=True)
class PortfolioReading:
    """A portfolio report as one reader asked for it; `found` is None while nobody has answered."""

    study: Study
    brands: tuple[Brand, ...]
    wave: Wave
    language: str
    languages: tuple[str, ...]
    found: PortfolioFindings | None

    def document(self, width: float = WIDTH) -> Document | None:
        """The report, its charts `width` points wide; None where there is nothing to show."""
        return None if self.found is None else portfolio(self.found, width=width)

    def address(
        self,
        endpoint: str = "portal.portfolio_page",
        *,
        wave: Wave | None = None,
        language: str | None = None,
        **more: str,
    ) -> str:
        """The address of the page or of a file of this report, in another wave or language if one
        is given. What is the only one of its kind is left out."""
        values: dict[str, Any] = {"key": self.study.key, **more}
        if len(self.study.waves) > 1:
            values["wave"] = (wave or self.wave).code
        if len(self.languages) > 1:
            values["language"] = language or self.language
        if endpoint == "portal.chart":
            # Charts of scorecards and of portfolios are shown by one template.
            values["portfolio_chart_name"] = values.pop("chart_name")
            endpoint = "portal.portfolio_chart"
        return url_for(endpoint, **values)

    def file_name(self, *more: str, kind: str) -> str:
        """What a file is called."""
        wave = self.wave.name if len(self.study.waves) > 1 else ""
        language = self.language if len(self.languages) > 1 else ""
        return file_name(self.study.title, "portfolio", wave, language, *more, kind=kind)


@pages.get("/<key>/portfolio")
@access(Role.MANAGER, Role.RESEARCHER)
def portfolio_page(key: str) -> ResponseReturnValue:
    """The reader's brands of a study side by side."""
    reading = _read(key)
    narrow = reading.document(PHONE)
    return render_template(
        "portal/portfolio.html",
        read=reading,
        study=reading.study,
        report=reading.document(),
        phone=narrow.charts() if narrow else {},
    )


@pages.get("/<key>/portfolio/pdf")
@access(Role.MANAGER, Role.RESEARCHER)
def portfolio_paper(key: str) -> ResponseReturnValue:
    """The same as a PDF, on A4 or Letter."""
    size = PAPERS.get(request.args.get("paper", "a4"))
    if size is None:
        abort(404)
    reading, document = _document(key)
    content = render_document(document, page_size=size)
    return download(content, reading.file_name(kind="pdf"), "application/pdf")


@pages.get("/<key>/portfolio/charts/<portfolio_chart_name>.<any(svg, png):kind>")
@access(Role.MANAGER, Role.RESEARCHER)
def portfolio_chart(key: str, portfolio_chart_name: str, kind: str) -> ResponseReturnValue:
    """One chart as a picture."""
    reading, document = _document(key)
    drawn = document.charts().get(portfolio_chart_name)
    if drawn is None:
        abort(404)
    called = reading.file_name(portfolio_chart_name, kind=kind)
    if kind == "png":
        return download(to_png(drawn), called, "image/png")
    return download(svg_file(drawn), called, "image/svg+xml")


def _document(key: str) -> tuple[PortfolioReading, Document]:
    reading = _read(key)
    document = reading.document()
    if document is None:
        abort(404)
    return reading, document


def _read(key: str) -> PortfolioReading:
    """What the signed-in person may read, asked anew each time; error 404 where that are fewer than
    two brands, and for a wave or language that there is not."""
    with database().reading() as unit:
        readable = [row for row in readable_brands(unit, signed_in_user()) if row[0].key == key]
        if len(readable) < FEWEST or readable[0][0].state is StudyState.DRAFT:
            abort(404)
        study = readable[0][0]
        wave = wave_of(study, request.args.get("wave"))
        languages = tuple(code for code in REPORT_LANGUAGES if code in study.languages) or ("en",)
        language = request.args.get("language", languages[0])
        if wave is None or language not in languages:
            abort(404)
        brands = tuple(brand for _, brand in readable)
        found = _found(unit, study, wave, brands, language)
    return PortfolioReading(study, brands, wave, language, languages, found)


def _found(
    unit: UnitOfWork, study: Study, wave: Wave, brands: tuple[Brand, ...], language: str
) -> PortfolioFindings | None:
    """The findings on the brands that anybody answered about; None without any."""
    try:
        survey = study_survey(
            unit,
            study,
            wave,
            cache=analyses(),
            minimum_n=settings().minimum_n,
            language=language,
        )
        known = [brand.code for brand in brands if brand.code in survey.analysis.brands]
        return portfolio_findings(survey, known, language=language)
    except (NothingToAnalyseError, FindingsError):
        return None
