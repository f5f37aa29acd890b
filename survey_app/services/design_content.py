"""Changing the design of a questionnaire in the making, which is plain data (`Study.content`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.questionnaire import plain_design, read_design
from survey_app.domain.study import StudyError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from survey_app.domain.questionnaire import Block, Design


class NotThere(StudyError):
    """The questionnaire has no such block, quota or question. The message says which."""


def design_of(content: Mapping[str, Any]) -> Design:
    """The design of a content."""
    return read_design(content["design"], read_instruments(content["instruments"]))


def with_design(content: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A content whose design has other fields."""
    return {**content, "design": plain_design(replace(design_of(content), **changes))}


def block_of(design: Design, block_id: str) -> Block:
    """The block with an identifier. Raises NotThere."""
    for block in design.blocks:
        if block.id == block_id:
            return block
    raise NotThere(f"The questionnaire has no block {block_id[:80]!r}; it may have been removed.")


def with_block(content: Mapping[str, Any], changed: Block) -> dict[str, Any]:
    """A content with another block in the place of the one that has its identifier."""
    blocks = design_of(content).blocks
    return with_design(
        content, blocks=tuple(changed if block.id == changed.id else block for block in blocks)
    )


def free_identifier(wanted: str, taken: Collection[str], longest: int = 40) -> str:
    """An identifier that is not taken, with a number behind where the one wanted is."""

    found, number = wanted[:longest], 2
    while found in taken:
        ending = f"_{number}"
        found, number = wanted[: longest - len(ending)] + ending, number + 1
    return found
