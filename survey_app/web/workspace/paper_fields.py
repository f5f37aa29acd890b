"""The answers of one paper as they are typed in: a number for each question, or its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from survey_app.domain.paper_pages import paper_pages
from survey_app.domain.text import readable
from survey_app.services.paper_questionnaire import paper_blocks

if TYPE_CHECKING:
    from reports.paper.questions import Question
    from survey_app.domain.open_study import OpenStudy
    from survey_app.domain.questionnaire import Answer
    from survey_app.web.forms import Problem

_PREFIX = "q-"
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A question beside its field. `legend` says what codes stand for, empty where it is the same
    as above; `raw` is what was typed, `problem` why that cannot be the answer."""

    number: int
    item_id: str
    text: str
    only_if: tuple[str, ...]
    legend: tuple[tuple[int, str], ...]
    points: tuple[tuple[int, str], ...]
    letters: int
    raw: str
    answer: Answer
    problem: str

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return _PREFIX + self.item_id

    @property
    def lowest(self) -> int:
        """The lowest code."""
        return self.points[0][0] if self.points else 0

    @property
    def highest(self) -> int:
        """The highest code."""
        return self.points[-1][0] if self.points else 0

    def told(self, answer: Answer) -> str:
        """An answer with its words."""
        if answer is None:
            return "left open"
        words = dict(self.points).get(answer, "") if isinstance(answer, int) else ""
        return f"{answer} {words}" if words and words != str(answer) else str(answer)


@dataclass(frozen=True, slots=True)
class TypedAnswers:
    """All questions of a paper with what was typed in the form of the request."""

    questions: tuple[TypedQuestion, ...]

    @property
    def answers(self) -> dict[str, Answer]:
        """The answer to every question, None where it was left open."""
        return {one.item_id: one.answer for one in self.questions}

    @property
    def problems(self) -> list[Problem]:
        """What cannot be an answer, with its field."""
        return [(one.field, one.problem) for one in self.questions if one.problem]


def typed_answers(asked: OpenStudy, brand_code: str, language: str) -> TypedAnswers:
    """The questions of a paper with what this request typed for them."""
    formats = {
        name: page.page
        for page in paper_pages(asked.pages, brand_code, language)
        for name in page.page.questions
    }
    found: list[TypedQuestion] = []
    shown: tuple[tuple[int, str], ...] = ()
    for block in paper_blocks(asked, brand_code, language):
        for place, question in enumerate(block.questions):
            raw = request.form.get(_PREFIX + question.item_id, "").strip()
            answer, readable_as = _answer(question, raw)
            fault = formats[question.item_id].fault(answer) or readable_as
            legend = _legend(question)
            found.append(
                TypedQuestion(
                    number=question.number,
                    item_id=question.item_id,
                    text=question.text or " – ".join(question.ends),
                    only_if=block.only_if if not place else (),
                    legend=legend if legend != shown else (),
                    points=question.points,
                    letters=question.letters,
                    raw=raw,
                    answer=answer,
                    problem=f"Question {question.number}: {raw[:20]!r} {fault}." if fault else "",
                )
            )
            shown = legend
    return TypedAnswers(tuple(found))


def _legend(question: Question) -> tuple[tuple[int, str], ...]:
    if question.layout == "lines":
        return ()
    if any(question.ends):
        first, last = question.points[0][0], question.points[-1][0]
        return ((first, question.ends[0]), (last, question.ends[1]))
    return question.points


def _answer(question: Question, raw: str) -> tuple[Answer, str]:
    """What was typed as an answer, and what is wrong with it."""
    if not raw:
        return None, ""
    if question.layout == "lines":
        return readable(raw), ""
    if not raw.isdecimal() or len(raw) > _MOST_DIGITS:
        return None, "is no number"
    return int(raw), ""
