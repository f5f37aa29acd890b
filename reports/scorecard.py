"""From findings to the scorecard that a brand's manager receives, on paper and on the web."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reports.blocks import Document
from reports.sections.method import method
from reports.sections.others import others
from reports.sections.people import deeds, people
from reports.sections.questions import questions
from reports.sections.standing import standing
from reports.sections.story import WIDTH, Story
from reports.suppression import Visibility

if TYPE_CHECKING:
    from reports.charts.primitives import Chart
    from reports.findings import Findings
    from reports.look import Look
    from reports.pdf.theme import PageSize


MOST_PAGES = 4
"""Pages of a scorecard; what customers do adds its own, all of them set closer."""


def scorecard(findings: Findings, *, width: float = WIDTH) -> Document:
    """The scorecard as blocks, the same for paper and web, its charts `width` points wide.

    A brand that must be hidden gets a single page that says why.
    """
    story = Story(findings.language, findings, width=width)
    sections = [standing(story)]
    if findings.visibility is not Visibility.HIDDEN:
        sections += [others(story), questions(story), people(story), deeds(story), method(story)]
        sections = [section for section in sections if section.blocks]
    facts, words = findings.facts, story.words
    wave = "subtitle_wave" if facts.wave else "subtitle"
    return Document(
        title=story.brand,
        subtitle=words(f"page.{wave}", study=facts.study, wave=facts.wave),
        language=findings.language,
        sections=tuple(sections),
        banner=words("page.simulated") if facts.simulated else "",
        look=_look(story),
        most_pages=MOST_PAGES,
    )


def _look(story: Story) -> Look | None:
    found = story.facts.looks.get(story.findings.brand)
    alt = story.words("look.logo", brand=story.facts.brand_name(story.findings.brand))
    return None if found is None else replace(found, alt=alt)


def scorecard_charts(findings: Findings, *, width: float = WIDTH) -> dict[str, Chart]:
    """Every chart of the scorecard by its name, `width` points wide."""
    return scorecard(findings, width=width).charts()


def scorecard_pdf(findings: Findings, *, page_size: PageSize = "A4") -> bytes:
    """The scorecard as a PDF; the same findings give the same bytes.

    Raises `reports.pdf.font_files.FontMissingError` where this machine has no font for the language
    of the findings.
    """
    from reports.pdf.layout import render_document

    return render_document(scorecard(findings), page_size=page_size)
