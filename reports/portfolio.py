"""From findings to the report that the head of several brands receives, on paper and the web."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Document
from reports.sections.portfolio_figures import figures
from reports.sections.portfolio_moving import moving
from reports.sections.portfolio_parting import parting
from reports.sections.portfolio_standing import standing
from reports.sections.portfolio_story import PortfolioStory
from reports.sections.story import WIDTH

if TYPE_CHECKING:
    from reports.pdf.theme import PageSize
    from reports.portfolio_findings import PortfolioFindings


def portfolio(found: PortfolioFindings, *, width: float = WIDTH) -> Document:
    """The portfolio report as blocks, the same for paper and web, its charts `width` points wide.

    It carries no look: it belongs to no single brand.
    """
    story = PortfolioStory(found.language, found, width=width)
    sections = (standing(story), moving(story), parting(story), figures(story))
    facts, words = story.facts, story.words
    wave = "subtitle_wave" if facts.wave else "subtitle"
    return Document(
        title=words("portfolio.title"),
        subtitle=words(f"portfolio.{wave}", study=facts.study, wave=facts.wave),
        language=found.language,
        sections=tuple(section for section in sections if section.blocks),
        banner=words("page.simulated") if facts.simulated else "",
    )


def portfolio_pdf(found: PortfolioFindings, *, page_size: PageSize = "A4") -> bytes:
    """The portfolio report as a PDF; the same findings give the same bytes.

    Raises `reports.pdf.font_files.FontMissingError` where this machine has no font for the language
    of the findings.
    """
    from reports.pdf.layout import render_document

    return render_document(portfolio(found), page_size=page_size)
