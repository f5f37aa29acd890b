"""Questions that a researcher types in: a page of them, with one set of answers to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from instruments.errors import InstrumentError
from instruments.plain import from_plain
from survey_app.domain.design_check import RESERVED
from survey_app.domain.laid_out import laid_out
from survey_app.domain.piping_check import piping_faults
from survey_app.domain.questionnaire import Block
from survey_app.domain.study import StudyError
from survey_app.services.design_blocks import OWN, instrument_of
from survey_app.services.design_content import (
    block_of,
    design_of,
    free_identifier,
    with_block,
    with_design,
)
from survey_app.services.own_instrument import RATING, own_instrument
from survey_app.services.own_renaming import renamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survey_app.domain.questionnaire import About

MOST_QUESTIONS, MOST_ANSWERS = 30, 60
IDENTIFIER = r"[a-z][a-z0-9_]{0,39}"

Place = tuple[str, int, str]
"""Where on the page a fault is: ``intro``, ``wording``, ``identifier`` or ``answers``, the row, the
language; empty and 0 where it is the whole page."""


class Kind(StrEnum):
    """How questions of one's own are answered."""

    AGREEMENT = "agreement"
    CHOICE = "choice"
    RATING = "rating"
    TEXT = "text"

    @property
    def has_answers(self) -> bool:
        """Whether the researcher words the answers."""
        return self in (Kind.CHOICE, Kind.RATING)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question: its identifier, the one that it had before (empty for a new one), and its
    wording by language."""

    id: str
    wording: Mapping[str, str]
    before: str = ""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Questions asked on one page, all answered in the same way.

    Parameters
    ----------
    answers : the answers to choose from by language, in order; of a rating what both ends mean.
    outcome : whether they are scored, and set beside engagement.
    intro : what stands above them by language; empty for nothing.
    """

    kind: Kind
    about: About
    questions: Sequence[OwnQuestion]
    answers: Mapping[str, Sequence[str]]
    outcome: bool = False
    intro: Mapping[str, str] = field(default_factory=dict)


class OwnPageRefused(StudyError):
    """A page of own questions cannot be asked so: every fault with its place."""

    def __init__(self, faults: Sequence[tuple[Place, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(what for _, what in faults))


def is_own(block: Block) -> bool:
    """Whether a block asks questions that were typed in."""
    return block.instrument.startswith(OWN)


def read_own(content: Mapping[str, Any], block_id: str) -> OwnPage:
    """The questions of a block as they were typed in. Raises NotThere, and StudyError for a block
    of another kind."""
    block = block_of(design_of(content), block_id)
    if not is_own(block):
        raise StudyError("The wording of a questionnaire that was not typed in stays as it is.")
    scale = instrument_of(content, block).scales[0]
    form = scale.format
    ends = (form.minimum, form.maximum) if form.kind == RATING else tuple(form.values)
    shown = form.kind in (Kind.CHOICE, Kind.RATING)
    return OwnPage(
        kind=Kind(form.kind),
        about=block.about,
        questions=[OwnQuestion(item.id, dict(item.text), item.id) for item in scale.items],
        answers={
            language: [points.get(value, "") for value in ends]
            for language, points in form.labels.items()
            if shown
        },
        outcome=scale.outcome,
        intro=dict(scale.intro),
    )


def write_own(
    content: Mapping[str, Any], page: OwnPage, block_id: str | None = None
) -> tuple[dict[str, Any], str]:
    """The content with a page of own questions: a new block at the end, or changed in its place.
    Rules and wordings that name a question follow where its identifier changes.

    Raises
    ------
    OwnPageRefused
        with every fault: a wording or an answer missing in a language of the study, an identifier
        taken, an answer repeated that is not given before. NotThere: no such block.
    """
    held = _own_id(content, block_id)
    others = [one for one in content["instruments"] if one["id"] != held]
    page = _named(page, _taken(others))
    faults = list(_faults(page, content["languages"], _taken(others)))
    if faults:
        raise OwnPageRefused(faults)
    name = held or free_identifier(OWN + page.questions[0].id, _names(others))
    plain = own_instrument(name, page, content["languages"])
    try:
        from_plain(plain)
    except InstrumentError as error:
        raise OwnPageRefused([_of_instrument(each) for each in error.problems]) from None
    changed = _placed(content, plain, page, block_id)
    changed = renamed(changed, {one.before: one.id for one in page.questions if one.before})
    where = block_id or name
    _require_piped_earlier(changed, where)
    return changed, where


def identifier_from(text: str, taken: set[str]) -> str:
    """An identifier made of the Latin words of a question, free among those taken."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"\{[^}]*\}", " ", text.lower()))
    found = ""
    for word in words:
        if len(found) + len(word) > 24:
            break
        found = f"{found}_{word}" if found else word
    if not re.fullmatch(IDENTIFIER, found):
        found = f"q_{found}" if found else "question"
    return free_identifier(found, taken)


def _own_id(content: Mapping[str, Any], block_id: str | None) -> str:
    if block_id is None:
        return ""
    read_own(content, block_id)
    return block_of(design_of(content), block_id).instrument


def _taken(instruments: Sequence[Mapping[str, Any]]) -> set[str]:
    items = {
        item["id"] for one in instruments for scale in one["scales"] for item in scale["items"]
    }
    return items | set(RESERVED)


def _names(instruments: Sequence[Mapping[str, Any]]) -> set[str]:
    scales = {scale["id"] for one in instruments for scale in one["scales"]}
    return scales | {one["id"] for one in instruments}


def _named(page: OwnPage, taken: set[str]) -> OwnPage:
    """The page with an identifier for every question that has none."""
    known = taken | {one.id for one in page.questions if one.id}
    named = []
    for one in page.questions:
        name = one.id or identifier_from(one.wording.get("en", ""), known)
        known.add(name)
        named.append(OwnQuestion(name, one.wording, one.before))
    return replace(page, questions=named)


def _faults(
    page: OwnPage, languages: Sequence[str], taken: set[str]
) -> Iterator[tuple[Place, str]]:
    yield from _intro_faults(page, languages)
    if not page.questions:
        yield ("wording", 0, languages[0]), "Write the question."
    if len(page.questions) > MOST_QUESTIONS:
        yield ("", 0, ""), f"A page asks at most {MOST_QUESTIONS} questions. Make another page."
    for row, question in enumerate(page.questions):
        for language in languages:
            if not question.wording.get(language, "").strip():
                yield ("wording", row, language), "Write the question in every language."
        same = [other.id for other in page.questions].count(question.id) > 1
        if not re.fullmatch(IDENTIFIER, question.id):
            what = "An identifier has small letters a–z, digits and _, and begins with a letter."
            yield ("identifier", row, ""), what
        elif same or question.id in taken:
            what = f"The identifier {question.id!r} is taken. Choose another."
            yield ("identifier", row, ""), what
    if page.kind.has_answers:
        yield from _answer_faults(page, languages)


def _intro_faults(page: OwnPage, languages: Sequence[str]) -> Iterator[tuple[Place, str]]:
    missing = [language for language in languages if not page.intro.get(language)]
    if len(missing) < len(languages):
        for language in missing:
            yield ("intro", 0, language), "Write it in every language, or in none."


def _answer_faults(page: OwnPage, languages: Sequence[str]) -> Iterator[tuple[Place, str]]:
    counts = {language: len(page.answers.get(language, ())) for language in languages}
    rating = page.kind is Kind.RATING
    for language, count in counts.items():
        place = ("answers", 0, language)
        lines = page.answers.get(language, ())
        if rating and count != 2:
            yield place, "Write two lines: what 0 means, and what 10 means."
        elif not rating and not 2 <= count <= MOST_ANSWERS:
            yield place, f"Write 2 to {MOST_ANSWERS} answers, one on each line."
        elif len(set(lines)) < count:
            yield place, "The same answer stands here twice. Remove one."
        elif any("{" in line or "}" in line for line in lines):
            yield place, "Nothing is filled in within answers. Take the braces out."
        elif count != counts[languages[0]]:
            yield place, "Every language needs the same answers, in the same order."


def _placed(
    content: Mapping[str, Any], plain: dict[str, Any], page: OwnPage, block_id: str | None
) -> dict[str, Any]:
    if block_id is None:
        whole = {**content, "instruments": [*content["instruments"], plain]}
        # Where no order is stored yet, every instrument is a block, so the new one would be two.
        block = Block(plain["id"], plain["id"], about=page.about)
        return with_design(whole, blocks=(*design_of(content).blocks, block))
    kept = [plain if one["id"] == plain["id"] else one for one in content["instruments"]]
    block = block_of(design_of(content), block_id)
    changed = Block(
        id=block.id,
        instrument=block.instrument,
        about=page.about,
        shown_if=block.shown_if,
        match=block.match,
        one_by_one=block.one_by_one,
    )
    return with_block({**content, "instruments": kept}, changed)


def _require_piped_earlier(content: Mapping[str, Any], block_id: str) -> None:
    whole = laid_out(content)
    wrong = [fault.what for fault in piping_faults(whole) if fault.place == block_id]
    if wrong:
        raise OwnPageRefused([(("", 0, ""), what) for what in wrong])


_ITEM = re.compile(r"scales\[0\]\.items\[(\d+)\](?:\.text\.([\w-]+))?")
_INTRO = re.compile(r"scales\[0\]\.intro\.([\w-]+)")


def _of_instrument(problem: Any) -> tuple[Place, str]:
    what = problem.what[:1].upper() + problem.what[1:]
    above = _INTRO.match(problem.place)
    if above is not None:
        return ("intro", 0, above[1]), what
    found = _ITEM.match(problem.place)
    if found is None:
        return ("", 0, ""), what
    return ("wording", int(found[1]), found[2] or ""), what
