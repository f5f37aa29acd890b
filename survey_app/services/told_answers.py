"""The answers of an interview as a person reads them: the question, then what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.model import PIPED_ANSWER
from survey_app.domain.page import BRAND_MARK, INSTRUCTED_ITEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.page import Page
    from survey_app.domain.position import Position
    from survey_app.domain.questionnaire import Answer


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """One answer. `brand` is the name of the one asked about, "" on a page about the person;
    `question` and `label` are empty where the program's own words say it (`item` tells which);
    `answer` is None where the question was left open."""

    brand: str
    item: str
    question: str
    answer: Answer
    label: str


def told_answers(position: Position) -> tuple[ToldAnswer, ...]:
    """Every answer that counts, page by page, in the language of the interview."""
    return tuple(
        told
        for page in position.study.pages
        if page.number in position.answered.pages
        for told in _of_page(position, page)
    )


def _of_page(position: Position, page: Page) -> Iterator[ToldAnswer]:
    brand = position.brand_of(page) if page.slot else None
    name = brand.name(position.language) if brand is not None else ""
    for item, answer in position.answered.pages[page.number].items():
        yield ToldAnswer(
            brand=name,
            item=item,
            question=_question(position, page, item, name),
            answer=answer,
            label=_label(position, page, item, answer),
        )


def _question(position: Position, page: Page, item_id: str, brand: str) -> str:
    if item_id.startswith(BRAND_MARK):
        code = item_id.removeprefix(BRAND_MARK)
        known = [one.name(position.language) for one in position.study.brands if one.code == code]
        return known[0] if known else code
    wording = [item.wording(position.language, brand) for item in page.items if item.id == item_id]
    return PIPED_ANSWER.sub(lambda found: _earlier(position, page, found[1]), "".join(wording))


def _earlier(position: Position, page: Page, item_id: str) -> str:
    answer = position.answers_on(page).get(item_id)
    of = next((one for one in position.study.pages if item_id in one.questions), page)
    return _label(position, of, item_id, answer) or "…"


def _label(position: Position, page: Page, item_id: str, answer: Answer) -> str:
    if answer is None or isinstance(answer, str):
        return answer or ""
    if page.scale is None:
        return ""
    label = page.scale.format.labels.get(position.language, {}).get(answer, "")
    if item_id == INSTRUCTED_ITEM or label:
        return label or str(answer)
    return f"{answer} ({page.scale.format.minimum}–{page.scale.format.maximum})"
