"""Branches and quotas of a questionnaire in the making."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.domain.laid_out import laid_out
from survey_app.domain.questionnaire import Condition, Quota
from survey_app.domain.study import StudyError
from survey_app.domain.text import one_line
from survey_app.services.design_content import (
    NotThere,
    block_of,
    design_of,
    free_identifier,
    with_block,
    with_design,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from survey_app.domain.laid_out import Choosable
    from survey_app.domain.questionnaire import Match

LARGEST_QUOTA = 10_000_000
_LONGEST_NAME = 100


def choosable_for_block(content: Mapping[str, Any], block_id: str) -> dict[str, Choosable]:
    """What a block may be shown by: brand, language, channel, and what is asked before it. Raises
    NotThere."""
    block_of(design_of(content), block_id)
    return laid_out(content).choosable(block_id)


def choosable_for_quota(content: Mapping[str, Any]) -> dict[str, Choosable]:
    """What a quota may count by: brand, language, channel, and all that is asked with points."""
    return laid_out(content).choosable()


def show_if(
    content: Mapping[str, Any], block_id: str, item: str, values: Collection[str]
) -> dict[str, Any]:
    """The content with a block shown only where an item has one of some values.

    A condition on the same item is replaced; without values it is taken away.

    Parameters
    ----------
    values : as texts, as forms send them.

    Raises
    ------
    NotThere
        there is no such block. StudyError: the item is not asked before it, or cannot have such a
        value.
    """
    block = block_of(design_of(content), block_id)
    conditions = _set(block.shown_if, item, values, choosable_for_block(content, block_id))
    return with_block(content, replace(block, shown_if=conditions))


def match_conditions(content: Mapping[str, Any], block_id: str, match: Match) -> dict[str, Any]:
    """The content with a block shown where all, or any, of its conditions hold. Raises NotThere."""
    return with_block(content, replace(block_of(design_of(content), block_id), match=match))


def quota_of(content: Mapping[str, Any], quota_id: str) -> Quota:
    """The quota with an identifier. Raises NotThere."""
    for quota in design_of(content).quotas:
        if quota.id == quota_id:
            return quota
    raise NotThere(f"The study has no quota {quota_id[:80]!r}; it may have been removed.")


def keep_quota(
    content: Mapping[str, Any], name: str, limit: int, quota_id: str | None = None
) -> tuple[dict[str, Any], str]:
    """The content with a quota of that name and limit, new or changed, and its identifier.

    Raises
    ------
    NotThere
        there is no such quota. StudyError: no name, or a limit that cannot be.
    """
    told = one_line(name)
    if not told or len(told) > _LONGEST_NAME:
        raise StudyError(f"Give the quota a name of 1 to {_LONGEST_NAME} letters.")
    if not 1 <= limit <= LARGEST_QUOTA:
        raise StudyError(f"The limit is a number from 1 to {LARGEST_QUOTA:,}.")
    quotas = design_of(content).quotas
    if quota_id is not None:
        changed = replace(quota_of(content, quota_id), name=told, limit=limit)
        return _with_quota(content, changed), quota_id
    wanted = "_".join(re.findall(r"[a-z0-9]+", told.lower())) or "quota"
    made = Quota(free_identifier(wanted, {quota.id for quota in quotas}), told, limit, ())
    return with_design(content, quotas=(*quotas, made)), made.id


def count_if(
    content: Mapping[str, Any], quota_id: str, item: str, values: Collection[str]
) -> dict[str, Any]:
    """The content with a quota that counts only where an item has one of some values; otherwise as
    `show_if`."""
    quota = quota_of(content, quota_id)
    conditions = _set(quota.conditions, item, values, choosable_for_quota(content))
    return _with_quota(content, replace(quota, conditions=conditions))


def remove_quota(content: Mapping[str, Any], quota_id: str) -> dict[str, Any]:
    """The content without a quota. Raises NotThere."""
    gone = quota_of(content, quota_id)
    kept = tuple(quota for quota in design_of(content).quotas if quota.id != gone.id)
    return with_design(content, quotas=kept)


def _with_quota(content: Mapping[str, Any], changed: Quota) -> dict[str, Any]:
    quotas = design_of(content).quotas
    return with_design(
        content, quotas=tuple(changed if one.id == changed.id else one for one in quotas)
    )


def _set(
    held: tuple[Condition, ...],
    item: str,
    values: Collection[str],
    known: Mapping[str, Choosable],
) -> tuple[Condition, ...]:
    if not values:
        return tuple(one for one in held if one.item != item)
    if item not in known:
        raise StudyError("That question is not asked before. Choose another.")
    by_text = {str(value): value for value in known[item].values}
    if not set(values) <= set(by_text):
        raise StudyError("One of these answers cannot be given. Tick others.")
    made = Condition(item, frozenset(by_text[value] for value in values))
    if any(one.item == item for one in held):
        return tuple(made if one.item == item else one for one in held)
    return (*held, made)
