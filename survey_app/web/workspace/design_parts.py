"""The parts of a study in the making as they are listed: what each holds, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.domain.design_check import Fault, Part, content_faults
from survey_app.domain.laid_out import LaidOut, item_name, laid_out
from survey_app.domain.languages import english_name
from survey_app.domain.questionnaire import BrandQuestion
from survey_app.domain.study import StudyError
from survey_app.services.design_blocks import OWN
from survey_app.services.draft import content_in_making

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.laid_out import Choosable
    from survey_app.domain.questionnaire import Block, Condition, Design
    from survey_app.domain.study import Study

TITLES = {
    Part.ABOUT: ("About", "design.about"),
    Part.BRANDS: ("Brands", "design.brands"),
    Part.QUESTIONNAIRE: ("Questionnaire", "design_blocks.overview"),
    Part.QUOTAS: ("Quotas", "design_quotas.overview"),
    Part.CONSENT: ("Consent", "design.consent"),
}
"""What each part is called, and its page."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part: what it holds in a few words, its faults, and whether a study can do without."""

    title: str
    endpoint: str
    summary: str
    faults: Sequence[Fault]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A condition: what it asks for and the labels of its values; `known` is False where it cannot
    be asked for."""

    item: str
    name: str
    values: Sequence[str]
    known: bool


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block as it stands in the list of a questionnaire."""

    block: Block
    name: str
    kind: str
    items: Sequence[str]
    conditions: Sequence[Told]
    faults: Sequence[Fault]
    adaptive: bool
    own: bool


def parts_of(study: Study, content: Mapping[str, Any] | None = None) -> list[PartView]:
    """The parts of a study's questionnaire in the making, in their order; none where nothing may
    be changed."""
    if content is None:
        try:
            content = content_in_making(study)
        except StudyError:
            return []
    faults = content_faults(content)
    whole = laid_out(content)
    summaries = {
        Part.ABOUT: f"{_languages(content)} · {study.mode.value}",
        Part.BRANDS: _brands(content, whole.design),
        Part.QUESTIONNAIRE: _questions(whole),
        Part.QUOTAS: _count(len(whole.design.quotas), "quota") if whole.design.quotas else "None",
        Part.CONSENT: _consent(content),
    }
    return [
        PartView(
            *TITLES[part],
            summary=summaries[part],
            faults=[fault for fault in faults if fault.part is part],
            optional=part is Part.QUOTAS and not whole.design.quotas,
        )
        for part in Part
    ]


def outline(content: Mapping[str, Any]) -> list[BlockView]:
    """The blocks in their order."""
    whole = laid_out(content)
    faults = content_faults(content)
    return [
        BlockView(
            block=block,
            name=whole.block_name(block),
            kind=_kind(block, whole),
            items=_items(block, whole),
            conditions=told_conditions(block.shown_if, whole.choosable(block.id)),
            faults=[
                fault
                for fault in faults
                if fault.place == block.id or fault.instrument == block.instrument
            ],
            adaptive=bool(_scale_ids(block, whole) & set(whole.design.adaptive)),
            own=block.instrument.startswith(OWN),
        )
        for block in whole.design.blocks
    ]


def told_conditions(conditions: Sequence[Condition], known: Mapping[str, Choosable]) -> list[Told]:
    """Conditions in words."""
    return [_told(condition, known.get(condition.item)) for condition in conditions]


def _told(condition: Condition, asked: Choosable | None) -> Told:
    values = sorted(condition.values, key=lambda value: (isinstance(value, str), str(value)))
    labels = asked.values if asked else {}
    told = [labels.get(value, str(value)) for value in values]
    in_order = [label for value, label in labels.items() if value in condition.values]
    strange = [label for label in told if label not in in_order]
    name = asked.name if asked else condition.item
    quoted = [f"“{label}”" for label in (*in_order, *strange)]
    return Told(condition.item, name, quoted, asked is not None)


def _kind(block: Block, whole: LaidOut) -> str:
    count = _count(len(_items(block, whole)), "question")
    if block.about == "person":
        return f"{count} about the person"
    return f"{count} about each brand" if whole.design.asks_brands else f"{count} about the brand"


def _items(block: Block, whole: LaidOut) -> list[str]:
    if block.instrument not in whole.instruments:
        return []
    return [item_name(item) for scale in whole.scales_of(block) for item in scale.items]


def _scale_ids(block: Block, whole: LaidOut) -> set[str]:
    if block.instrument not in whole.instruments:
        return set()
    return {scale.id for scale in whole.scales_of(block)}


def _languages(content: Mapping[str, Any]) -> str:
    return ", ".join(english_name(code) for code in content["languages"])


def _brands(content: Mapping[str, Any], design: Design) -> str:
    count = _count(len(content["brands"]), "brand")
    if not content["brands"]:
        return "None yet"
    if design.brand_question is BrandQuestion.ONE:
        return f"{count}, each person is asked about one"
    verb = "know" if design.brand_question is BrandQuestion.KNOWN else "use"
    return f"{count}, each person is asked about at most {design.most_brands} that they {verb}"


def _questions(whole: LaidOut) -> str:
    blocks = len(whole.design.blocks)
    if not blocks:
        return "Nothing yet"
    pages = [page for page in whole.pages if page.scale is not None]
    questions = sum(len(page.items) for page in pages)
    return f"{_count(blocks, 'block')}, at most {_count(questions, 'question')}"


def _consent(content: Mapping[str, Any]) -> str:
    written = [code for code in content["languages"] if content["consent"].get(code, "").strip()]
    return ", ".join(english_name(code) for code in written) or "Not written yet"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
