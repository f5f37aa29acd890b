"""The questions of a questionnaire as they stand on paper: numbered, worded, with their codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reports.isolates import isolated_words
from reports.wording import Catalogue, catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import FormatKind, Item, ResponseFormat, Scale

Layout = Literal["words", "numbers", "poles", "list", "lines"]
LAYOUTS: dict[FormatKind, Layout] = {
    "agreement": "words",
    "frequency": "words",
    "rating": "numbers",
    "semantic_differential": "poles",
    "choice": "list",
    "text": "lines",
}
"""How each kind of response format stands on paper; `reports.paper.items` draws the layouts."""

_WORDING = Path(__file__).parent / "wording"
_ANSWER = re.compile(r"\{answer:([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Question:
    """One item. `points` are the codes and words of its boxes in order; `ends` the words at both
    ends of a row of boxes; `letters` how long an answer in words may be, 0 for boxes."""

    number: int
    item_id: str
    text: str
    layout: Layout
    points: tuple[tuple[int, str], ...] = ()
    ends: tuple[str, str] = ("", "")
    letters: int = 0


@dataclass(frozen=True, slots=True)
class QuestionBlock:
    """Questions under one heading; `only_if` says who answers them, in one sentence
    or a sentence and its conditions; empty for everybody."""

    heading: str
    questions: tuple[Question, ...]
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnlyAfter:
    """Who is asked: those who answered an earlier item with one of the `values`."""

    item_id: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskedScale:
    """A scale as a study asks it: the `items` that are asked, in their order; the item that tests
    attention, where one closes it; and of whom it is asked: all conditions of `only_after` hold,
    or at least one where `any_will_do`. Without any it is asked of everybody."""

    scale: Scale
    items: tuple[Item, ...]
    attention: Item | None = None
    only_after: tuple[OnlyAfter, ...] = ()
    any_will_do: bool = False
    brand: str = ""


def paper_words(language: str) -> Catalogue:
    """What paper says by itself in a language; in English where a language has no words."""
    return catalogue(_WORDING, language)


def numbered(scales: Sequence[AskedScale]) -> dict[str, int]:
    """The number that every item carries on paper and on the page where answers are typed in."""
    ids = [item.id for asked in scales for item in asked_items(asked)]
    return {item_id: number for number, item_id in enumerate(ids, start=1)}


def asked_items(asked: AskedScale) -> tuple[Item, ...]:
    """The items of a scale in the order in which they are asked, that of attention last."""
    return (*asked.items, asked.attention) if asked.attention else asked.items


def question_blocks(scales: Sequence[AskedScale], language: str) -> tuple[QuestionBlock, ...]:
    """Every question in a language, numbered from 1 throughout, brands and answers piped in."""
    say = paper_words(language)
    numbers = numbered(scales)
    formats = {item.id: asked.scale.format for asked in scales for item in asked_items(asked)}
    return tuple(
        QuestionBlock(
            heading=_heading(asked, language, numbers),
            questions=tuple(
                _question(item, asked, language, numbers) for item in asked_items(asked)
            ),
            only_if=_only_if(asked, language, say, numbers, formats),
        )
        for asked in scales
    )


def _heading(asked: AskedScale, language: str, numbers: Mapping[str, int]) -> str:
    say = paper_words(language)
    intro = asked.scale.intro.get(language, "")
    if not intro and asked.scale.format.kind == "semantic_differential":
        intro = say("differential")
    return _told(intro.replace("{brand}", _named(asked, say)), say, numbers)


def _named(asked: AskedScale, say: Catalogue) -> str:
    """The brand as it stands within a sentence, whichever way either runs."""
    return isolated_words(asked.brand) if say.right_to_left else asked.brand


def _only_if(
    asked: AskedScale,
    language: str,
    say: Catalogue,
    numbers: Mapping[str, int],
    formats: Mapping[str, ResponseFormat],
) -> tuple[str, ...]:
    told = [
        {"number": numbers[one.item_id], "words": _words(one, formats[one.item_id], language)}
        for one in asked.only_after
    ]
    if len(told) < 2:
        return tuple(say("only_if", **values) for values in told)
    lead = say("only_if_any" if asked.any_will_do else "only_if_all")
    return (lead, *(say("condition", **values) for values in told))


def _words(after: OnlyAfter, form: ResponseFormat, language: str) -> str:
    labels = form.labels.get(language, {})
    return " / ".join(labels.get(value, str(value)) for value in after.values)


def _question(item: Item, asked: AskedScale, language: str, numbers: Mapping[str, int]) -> Question:
    form = asked.scale.format
    layout = LAYOUTS[form.kind]
    labels = form.labels.get(language, {})
    say = paper_words(language)
    if layout == "poles" and language in item.poles:
        text, ends = "", item.poles[language]
    else:
        text = item.wording(language, _named(asked, say))
        ends = labels.get(form.minimum, ""), labels.get(form.maximum, "")
        layout = "numbers" if layout == "poles" else layout
    return Question(
        number=numbers[item.id],
        item_id=item.id,
        text=_told(text, say, numbers),
        layout=layout,
        points=() if layout == "lines" else tuple((v, labels.get(v, str(v))) for v in form.values),
        ends=ends if layout in {"poles", "numbers"} else ("", ""),
        letters=form.maximum if layout == "lines" else 0,
    )


def _told(text: str, say: Catalogue, numbers: Mapping[str, int]) -> str:
    """A text with the numbers of the questions whose answers it repeats."""
    return _ANSWER.sub(lambda found: say("answer_to", number=numbers.get(found[1], "…")), text)
