"""Every fault of a questionnaire in the making, so that nothing broken is launched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from instruments.texts import in_english
from survey_app.domain.design_fault import Fault, Part
from survey_app.domain.laid_out import LaidOut, laid_out
from survey_app.domain.languages import english_name
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.piping_check import piping_faults
from survey_app.domain.questionnaire import FACTS
from survey_app.domain.rule_check import rule_faults
from survey_app.domain.text import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.questionnaire import Block, Design

__all__ = ["RESERVED", "Fault", "Part", "content_faults"]

MOST_BLOCKS, MOST_QUESTIONS, MOST_QUOTAS = 60, 400, 50
"""Of one questionnaire; the questions as one respondent can be asked them."""

_COLUMNS = (
    "respondent",
    "cluster",
    "wave",
    "disposition",
    "seconds",
    "instructed",
    "weight",
    "simulated",
    "person",
    "version",
    "device",
    "analysed",
)
"""What columns of an export are called that hold no answers."""
RESERVED = (*FACTS, INSTRUCTED_ITEM, *_COLUMNS)
"""Identifiers that no question may have."""


def content_faults(content: Mapping[str, Any]) -> list[Fault]:
    """What has to be mended before a questionnaire can be launched, in the order of its parts;
    none where it can be.

    Parameters
    ----------
    content : as `Study.content` gives it.
    """
    whole = laid_out(content)
    instruments = list(whole.instruments.values())
    return [
        *_brands(content, whole.design),
        *_identifiers(instruments),
        *_languages(content, whole),
        *_blocks(whole),
        *_size(whole),
        *_attention(content, whole),
        *(rule_faults(whole) if whole.pages else ()),
        *(piping_faults(whole) if whole.pages else ()),
        *_consent(content),
    ]


def _brands(content: Mapping[str, Any], design: Design) -> Iterator[Fault]:
    brands = content["brands"]
    if not brands:
        yield Fault(Part.BRANDS, "Add at least one brand.")
    for brand in brands:
        for language in content["languages"]:
            if not brand["names"].get(language, "").strip():
                name = english_name(language)
                told = named(in_english(brand["names"]), brand["code"])
                yield Fault(Part.BRANDS, f"Give the brand {told} a name in {name}.")
    if design.asks_brands and len(brands) < 2:
        what = "Add more brands to choose from, or ask about one brand."
        yield Fault(Part.BRANDS, what)
    elif design.asks_brands and not 1 <= design.most_brands <= len(brands):
        what = (
            f"Ask about at least 1 and at most {len(brands)} of the brands, as many as there are."
        )
        yield Fault(Part.BRANDS, what)


def _identifiers(instruments: Sequence[Instrument]) -> Iterator[Fault]:
    names = [item.id for one in instruments for item in one.items()]
    for name in sorted(set(names) & set(RESERVED)):
        what = f"The identifier {name!r} has a meaning of its own. Give the question another."
        yield Fault(Part.QUESTIONNAIRE, what)
    scales = [scale.id for one in instruments for scale in one.scales]
    for noun, ids in (("questions", names), ("scales", scales)):
        twice = [name for name, count in Counter(ids).items() if count > 1]
        if twice:
            what = f"Two {noun} are both called {', '.join(sorted(twice))}. Rename or remove one."
            yield Fault(Part.QUESTIONNAIRE, what)


def _languages(content: Mapping[str, Any], whole: LaidOut) -> Iterator[Fault]:
    if not content["languages"]:
        yield Fault(Part.ABOUT, "Choose at least one language.")
    asked = {block.instrument for block in whole.design.blocks}
    for one in (each for each in whole.instruments.values() if each.id in asked):
        unworded = [code for code in content["languages"] if not one.is_worded(code)]
        if unworded:
            names = ", ".join(english_name(code) for code in unworded)
            mend = "Add the wording or leave the language out."
            what = f"“{in_english(one.name)}” has no wording in {names}. {mend}"
            yield Fault(Part.QUESTIONNAIRE, what, instrument=one.id)


def _blocks(whole: LaidOut) -> Iterator[Fault]:
    blocks = whole.design.blocks
    if not blocks:
        yield Fault(Part.QUESTIONNAIRE, "Add at least one block of questions.")
    for name, count in Counter(block.id for block in blocks).items():
        if count > 1:
            what = f"{count} blocks have the identifier {name!r}. Remove one and add it again."
            yield Fault(Part.QUESTIONNAIRE, what, name)
    for block in blocks:
        yield from _names_in(block, whole)
    asked = Counter(name for block in blocks for name in _scale_ids(block, whole))
    for name, count in asked.items():
        if count > 1:
            what = f"The scale {name!r} is asked {count} times. Ask it in one block only."
            yield Fault(Part.QUESTIONNAIRE, what)


def _names_in(block: Block, whole: LaidOut) -> Iterator[Fault]:
    instrument = whole.instruments.get(block.instrument)
    if instrument is None:
        what = f"The block {block.id!r} asks {block.instrument!r}, which the study does not hold."
        yield Fault(Part.QUESTIONNAIRE, f"{what} Remove the block.", block.id)
        return
    known = {scale.id for scale in instrument.scales}
    for name in block.scales:
        if name not in known:
            what = (
                f"“{in_english(instrument.name)}” has no scale {name!r}. Choose its scales again."
            )
            yield Fault(Part.QUESTIONNAIRE, what, block.id)


def _scale_ids(block: Block, whole: LaidOut) -> list[str]:
    if block.scales or block.instrument not in whole.instruments:
        return list(block.scales)
    return [scale.id for scale in whole.instruments[block.instrument].scales]


def _size(whole: LaidOut) -> Iterator[Fault]:
    questions = sum(len(page.questions) for page in whole.pages)
    if questions > MOST_QUESTIONS:
        what = f"A respondent could be asked {questions} questions; {MOST_QUESTIONS} is the most."
        yield Fault(Part.QUESTIONNAIRE, f"{what} Ask less, or about fewer brands.")
    for part, noun, found, most in (
        (Part.QUESTIONNAIRE, "blocks", len(whole.design.blocks), MOST_BLOCKS),
        (Part.QUOTAS, "quotas", len(whole.design.quotas), MOST_QUOTAS),
    ):
        if found > most:
            yield Fault(part, f"There are {found} {noun}; {most} is the most. Remove some.")


def _attention(content: Mapping[str, Any], whole: LaidOut) -> Iterator[Fault]:
    if not content["instructed_item"] or not whole.pages:
        return
    if not any(page.instructed for page in whole.pages):
        what = (
            "The attention check closes a page of a scale that is scored and not shortened, and "
            "there is none. Add such a scale, or leave the check out."
        )
        yield Fault(Part.QUESTIONNAIRE, what)
    if whole.design.instructed_after < 1:
        what = "Choose after which scale the attention check is asked."
        yield Fault(Part.QUESTIONNAIRE, what)


def _consent(content: Mapping[str, Any]) -> Iterator[Fault]:
    for language in content["languages"]:
        if not content["consent"].get(language, "").strip():
            yield Fault(Part.CONSENT, f"Write the consent text in {english_name(language)}.")
