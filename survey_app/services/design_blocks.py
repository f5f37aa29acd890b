"""The blocks of a questionnaire in the making: added, ordered, removed and brought back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from instruments.load import InstrumentError, load_instrument, shipped
from instruments.plain import from_plain, to_plain
from survey_app.domain.questionnaire import Block, default_blocks, plain_design, read_design
from survey_app.domain.study import StudyError
from survey_app.services.design_content import (
    NotThere,
    block_of,
    design_of,
    free_identifier,
    with_block,
    with_design,
)
from survey_app.services.upload import uploaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.questionnaire import About, Design

OWN = "own_"
"""What identifiers of questions typed in begin with."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A block that was taken out, with all that is needed to bring it back."""

    at: int
    block: Mapping[str, Any]
    instrument: Mapping[str, Any]
    adaptive: Mapping[str, Any]


def add_shipped(content: Mapping[str, Any], instrument_id: str) -> tuple[dict[str, Any], str]:
    """The content with a block for a shipped instrument at the end, and the block's identifier.

    Raises
    ------
    InstrumentError
        there is no such instrument. StudyError: all of it is asked already.
    """
    held = next((one for one in content["instruments"] if one["id"] == instrument_id), None)
    return _added(content, from_plain(held) if held else shipped(instrument_id))


def add_file(content: Mapping[str, Any], file_name: str, raw: bytes) -> tuple[dict[str, Any], str]:
    """The content with a block for the instrument of an uploaded YAML file.

    Raises
    ------
    InstrumentError
        the file is refused; every fault is told with its line. StudyError: the study holds an
        instrument, a scale or a question of that name already.
    """
    with uploaded(file_name, raw, "instrument.yaml") as (path, name):
        try:
            instrument = load_instrument(path)
        except InstrumentError as error:
            raise InstrumentError(name, error.problems) from None
    if instrument.id.startswith(OWN):
        raise StudyError(f"Give the instrument an identifier that does not begin with {OWN!r}.")
    if any(one["id"] == instrument.id for one in content["instruments"]):
        raise StudyError(
            f"The study holds an instrument {instrument.id!r} already. Remove its block first, or "
            "give the one in the file another identifier."
        )
    return _added(content, instrument)


def lay_wording(
    content: Mapping[str, Any], block_id: str, file_name: str, raw: bytes
) -> dict[str, Any]:
    """The content with the wording of an uploaded YAML file laid over the instrument of a block.

    Raises
    ------
    NotThere
        there is no such block. InstrumentError: the file is refused, each fault with its line.
    """
    from instruments.wording import overlay

    instrument = instrument_of(content, block_of(design_of(content), block_id))
    with uploaded(file_name, raw, "wording.yaml") as (path, name):
        try:
            worded = to_plain(overlay(instrument, path))
        except InstrumentError as error:
            raise InstrumentError(name, error.problems) from None
    kept = [worded if one["id"] == worded["id"] else one for one in content["instruments"]]
    return {**content, "instruments": kept}


def instrument_of(content: Mapping[str, Any], block: Block) -> Instrument:
    """The instrument that a block asks. Raises NotThere."""
    for one in content["instruments"]:
        if one["id"] == block.instrument:
            return from_plain(one)
    raise NotThere(f"The study holds no instrument {block.instrument!r}. Remove the block.")


def move(content: Mapping[str, Any], block_id: str, step: Literal[-1, 1]) -> dict[str, Any]:
    """The content with a block one place up (-1) or down (1); at either end nothing changes.
    Raises NotThere."""
    blocks = list(design_of(content).blocks)
    at = blocks.index(block_of(design_of(content), block_id))
    to = min(max(at + step, 0), len(blocks) - 1)
    blocks.insert(to, blocks.pop(at))
    return with_design(content, blocks=tuple(blocks))


def remove(
    content: Mapping[str, Any], block_id: str, *, keep_instrument: bool = False
) -> tuple[dict[str, Any], Removed]:
    """The content without a block, and what brings it back.

    Rules that ask for its answers stay, to be brought back with it; the check names them.

    Parameters
    ----------
    keep_instrument : the instrument stays among those of the study, because earlier answers to it
        are there.

    Raises
    ------
    NotThere
        there is no such block.
    """
    design = design_of(content)
    block = block_of(design, block_id)
    plain = plain_design(design)
    at = design.blocks.index(block)
    left = tuple(other for other in design.blocks if other.id != block_id)
    held = {one["id"]: one for one in content["instruments"]}
    instrument = held.get(block.instrument, {})
    gone = set(_scale_ids(block, instrument))
    removed = Removed(
        at=at,
        block=plain["blocks"][at],
        instrument=instrument,
        adaptive={name: rules for name, rules in design.adaptive.items() if name in gone},
    )
    still = {other.instrument for other in left}
    kept = [
        one
        for one in content["instruments"]
        if keep_instrument or one["id"] != block.instrument or one["id"] in still
    ]
    adaptive = {name: rules for name, rules in design.adaptive.items() if name not in gone}
    changed = with_design(content, blocks=left, adaptive=adaptive)
    return {**changed, "instruments": kept}, removed


def restore(content: Mapping[str, Any], removed: Removed) -> dict[str, Any]:
    """The content with a block brought back to its place. Raises StudyError where it is there."""
    design = design_of(content)
    back = read_design({**plain_design(design), "blocks": [removed.block]}, ()).blocks[0]
    if any(block.id == back.id for block in design.blocks):
        raise StudyError("The block is there already.")
    held = list(content["instruments"])
    if removed.instrument and back.instrument not in {one["id"] for one in held}:
        held.append(dict(removed.instrument))
    blocks = [*design.blocks[: removed.at], back, *design.blocks[removed.at :]]
    return with_design(
        {**content, "instruments": held},
        blocks=tuple(blocks),
        adaptive={**design.adaptive, **removed.adaptive},
    )


def set_block(
    content: Mapping[str, Any],
    block_id: str,
    *,
    scales: Sequence[str],
    about: About,
    one_by_one: bool,
) -> dict[str, Any]:
    """The content with a block that asks these scales, in the instrument's order.

    Raises
    ------
    NotThere
        there is no such block. StudyError: no scale is chosen, or it has none of that name.
    """
    design = design_of(content)
    block = block_of(design, block_id)
    own = [scale.id for scale in instrument_of(content, block).scales]
    if not scales or not set(scales) <= set(own):
        raise StudyError("Choose at least one scale of the questionnaire.")
    chosen = tuple(name for name in own if name in scales)
    dropped = set(own) - set(chosen)
    others = [other for other in design.blocks if other.id != block_id]
    asked = {name for other in others for name in other.scales if name in own}
    adaptive = {
        name: rules for name, rules in design.adaptive.items() if name not in dropped - asked
    }
    changed = replace(
        block,
        scales=() if len(chosen) == len(own) else chosen,
        about=about,
        one_by_one=one_by_one,
    )
    return with_block(with_design(content, adaptive=adaptive), changed)


def set_order(
    content: Mapping[str, Any], *, shuffle_items: bool, instructed_item: bool, instructed_after: int
) -> dict[str, Any]:
    """The content with another order of questions, with or without an attention check after the
    scale of that number. Raises StudyError for a number below 1."""
    if instructed_after < 1:
        raise StudyError("Choose after which scale the attention check is asked.")
    changed = with_design(content, instructed_after=instructed_after)
    return {**changed, "shuffle_items": shuffle_items, "instructed_item": instructed_item}


def _added(content: Mapping[str, Any], instrument: Instrument) -> tuple[dict[str, Any], str]:
    design = design_of(content)
    held = list(content["instruments"])
    scales = _not_yet_asked(design, instrument)
    if not scales:
        name = instrument.name.get("en", instrument.id)
        raise StudyError(f"“{name}” is asked already, all of it.")
    if not any(one["id"] == instrument.id for one in held):
        held.append(to_plain(instrument))
    taken = {block.id for block in design.blocks}
    whole = default_blocks([instrument])[0]
    block = replace(
        whole,
        id=free_identifier(instrument.id, taken),
        scales=() if len(scales) == len(instrument.scales) else tuple(scales),
    )
    changed = {**content, "instruments": held, "design": plain_design(design)}
    return with_design(changed, blocks=(*design.blocks, block)), block.id


def _not_yet_asked(design: Design, instrument: Instrument) -> list[str]:
    own = [scale.id for scale in instrument.scales]
    blocks = [block for block in design.blocks if block.instrument == instrument.id]
    asked = {name for block in blocks for name in block.scales or own}
    return [name for name in own if name not in asked]


def _scale_ids(block: Block, instrument: Mapping[str, Any]) -> list[str]:
    return list(block.scales) or [scale["id"] for scale in instrument.get("scales", ())]
