"""A questionnaire as paper: consent first, then every question with boxes for a pen.

Whole sheets, or half sheets two to a side that are folded into a booklet. Tagged as reports are, so
that it can also be listened to. Words come with their codes, for the person who types answers in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from reports.isolates import direction_of
from reports.paper.booklet import BookletCanvas, LeafCanvas
from reports.paper.document import Leaf, built
from reports.paper.items import OnlyIf, question_flowable
from reports.paper.opening import OfficeStrip, Rule, how_to, title_row
from reports.paper.questions import QuestionBlock, paper_words
from reports.paper.terms import PaperTerms, paper_terms
from reports.paper.theme import Paper, PaperTheme, paper_theme
from reports.pdf import fonts
from reports.pdf.flowables import bullets
from reports.pdf.text import bold, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.platypus.flowables import Flowable

    from reports.paper.terms import Mode


class PaperError(ValueError):
    """A questionnaire cannot be put on paper. The message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class PaperQuestionnaire:
    """What a paper questionnaire says.

    Parameters
    ----------
    brand : the brand's name, in `language`; empty where no question is about a brand.
    code : tells study and brand to the person who types the answers in.
    link : where the same can be answered online; empty for no QR code.
    consent : the consent text by paragraphs.
    mode : what is promised about whose answers they are.
    hand_in : where to bring it, in the researcher's words.
    """

    title: str
    brand: str
    language: str
    code: str
    blocks: tuple[QuestionBlock, ...]
    consent: tuple[str, ...] = ()
    mode: Mode = "anonymous"
    link: str = ""
    hand_in: str = ""

    @property
    def heading(self) -> str:
        """What stands on top."""
        say = paper_words(self.language)
        return say("heading", brand=self.brand) if self.brand else self.title

    @property
    def terms(self) -> PaperTerms:
        """What whoever hands it in agrees to."""
        return paper_terms(self.consent, self.mode, self.language)


def questionnaire_pdf(
    asked: PaperQuestionnaire, *, paper: Paper = "A4", fold: bool = False
) -> bytes:
    """Return the questionnaire as a PDF that keeps to PDF/UA-1 and PDF/A-2a; the same questionnaire
    gives the same bytes.

    With `fold` two pages stand on each side of the sheets: printed on both sides, turned over at
    the short edge and folded, they are a booklet.

    Raises
    ------
    FontMissingError
        this machine has no font for the language.
    PaperError
        a question is longer than a page.
    """
    fonts.require(asked.language)
    theme = paper_theme(paper, fold=fold)
    _require_pages_hold(asked, theme)
    canvas = partial(LeafCanvas, margin=theme.side)
    content, leaves = _built(asked, theme, canvas)
    if fold:
        content, _ = _built(asked, theme, partial(BookletCanvas, margin=theme.side, leaves=leaves))
    return content


def _require_pages_hold(asked: PaperQuestionnaire, theme: PaperTheme) -> None:
    for question in (question for block in asked.blocks for question in block.questions):
        flowable = question_flowable(question, theme)
        if flowable.wrap(*theme.frame)[1] > theme.frame[1] - 2 * theme.heading.leading:
            raise PaperError(
                f"Question {question.number} ({question.item_id}) is longer than a page, and no "
                "question is broken between pages. Shorten its words or its answers, or choose "
                "whole sheets."
            )


def _built(asked: PaperQuestionnaire, theme: PaperTheme, canvas: Any) -> tuple[bytes, int]:
    margins = (theme.side, theme.top, theme.bottom)
    towards = direction_of("") if paper_words(asked.language).right_to_left else ""
    foot = f"{towards}{asked.code} · {asked.heading}"
    leaf = Leaf(theme.width, theme.height, *margins, foot=foot)
    story = list(_story(asked, theme))
    told = {"title": asked.heading, "subject": asked.title, "language": asked.language}
    return built(story, leaf, canvas, **told)


def _story(asked: PaperQuestionnaire, theme: PaperTheme) -> Iterator[Flowable]:
    say = paper_words(asked.language)
    count = sum(len(block.questions) for block in asked.blocks)
    yield OfficeStrip(asked.code, say, theme)
    titles = [
        paragraph(asked.heading, theme.title),
        paragraph(say("count", count=count), theme.note),
    ]
    yield title_row(titles, asked.link, say, theme)
    yield paragraph(asked.terms.heading, theme.heading)
    yield from (paragraph(text, theme.body) for text in asked.terms.paragraphs)
    yield from bullets(list(asked.terms.facts), theme.body)
    yield paragraph(asked.terms.agree, theme.body)
    yield paragraph(say("how"), theme.heading)
    yield from how_to(say, theme)
    yield Rule()
    heading = ""
    for block in asked.blocks:
        yield from _block(block, theme, heading)
        heading = block.heading
    yield paragraph(say("thanks"), theme.heading)
    yield paragraph([say("thanks_advice"), f" {asked.hand_in}"], theme.body)


def _block(block: QuestionBlock, theme: PaperTheme, before: str) -> Iterator[Flowable]:
    """The questions of a block; a heading that holds on is not repeated."""
    for place, sentence in enumerate(block.only_if):
        note = OnlyIf((bold(sentence),), theme.body)
        note.spaceBefore, note.spaceAfter, note.keepWithNext = 0.0 if place else 10.0, 0.0, True
        yield note
    if block.only_if:
        note.spaceAfter = theme.body.after
    if block.heading and (block.only_if or block.heading != before):
        yield paragraph(block.heading, theme.heading)
    for question in block.questions:
        yield question_flowable(question, theme)
