"""Whether the rules of a questionnaire can hold: who is shown a block, who counts for a quota."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from survey_app.domain.design_fault import Fault, Part
from survey_app.domain.laid_out import item_name
from survey_app.domain.questionnaire import CHANNEL
from survey_app.domain.text import named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survey_app.domain.laid_out import Choosable, LaidOut
    from survey_app.domain.questionnaire import Block, Condition

_CHANNEL = re.compile(r"[a-z0-9_-]{1,40}")


def rule_faults(whole: LaidOut) -> Iterator[Fault]:
    """Faults of branches, quotas and adaptive scales of a questionnaire that is laid out."""
    for block in whole.design.blocks:
        yield from _of_block(block, whole)
    yield from _of_quotas(whole)
    yield from _of_adaptive(whole)


def _of_block(block: Block, whole: LaidOut) -> Iterator[Fault]:
    name = whole.block_name(block)
    before = whole.choosable(block.id)
    faults = [fault for each in block.shown_if for fault in _of_condition(each, before, whole)]
    for fault in faults:
        yield Fault(Part.QUESTIONNAIRE, f"“{name}” is shown only if … {fault}", block.id)
    if faults or not block.shown_if:
        return
    ways: Sequence[tuple[Condition, ...]] = (block.shown_if,)
    if block.match == "any":
        ways = [(condition,) for condition in block.shown_if]
    if not any(_can_hold(way, whole) for way in ways):
        what = f"“{name}” is never asked: its conditions exclude each other. Change them."
        yield Fault(Part.QUESTIONNAIRE, what, block.id)


def _of_quotas(whole: LaidOut) -> Iterator[Fault]:
    quotas = whole.design.quotas
    for name, count in Counter(quota.id for quota in quotas).items():
        if count > 1:
            what = f"{count} quotas have the identifier {name!r}. Remove one and add it again."
            yield Fault(Part.QUOTAS, what, name)
    anywhere = whole.choosable()
    for quota in quotas:
        faults = [f for each in quota.conditions for f in _of_condition(each, anywhere, whole)]
        for fault in faults:
            yield Fault(Part.QUOTAS, f"The quota “{quota.name}” counts … {fault}", quota.id)
        if quota.limit < 0 or (not faults and not _can_hold(quota.conditions, whole)):
            what = f"Nobody can fill the quota “{quota.name}”. Change its conditions or its limit."
            yield Fault(Part.QUOTAS, what, quota.id)


def _of_adaptive(whole: LaidOut) -> Iterator[Fault]:
    asked = {page.scale.id for page in whole.pages if page.scale is not None}
    for scale in whole.design.adaptive:
        if scale not in asked:
            what = f"The scale {scale!r} is asked adaptively, but not asked at all. Remove that."
            yield Fault(Part.QUESTIONNAIRE, what)


def _of_condition(
    condition: Condition, known: Mapping[str, Choosable], whole: LaidOut
) -> Iterator[str]:
    asked = known.get(condition.item)
    if asked is None:
        yield _why_not(condition.item, whole)
        return
    if not condition.values:
        yield f"“{asked.name}” has no answer chosen. Tick at least one."
    strange = [value for value in condition.values if not _can_be(condition.item, value, asked)]
    if strange:
        told = ", ".join(sorted(map(repr, strange)))
        yield f"“{asked.name}” cannot be {told}. Choose among its answers."


def _can_be(item: str, value: int | str, asked: Choosable) -> bool:
    # Whoever hands out links names ways of their own.
    named = item == CHANNEL and isinstance(value, str) and _CHANNEL.fullmatch(value) is not None
    return named or (value in asked.values and not isinstance(value, bool))


def _why_not(item: str, whole: LaidOut) -> str:
    page = whole.asking(item)
    if page is None or page.scale is None:
        return f"{item!r} is answered in a certain way, but not asked. Choose another question."
    told = next(named(item_name(one), item) for one in page.items if one.id == item)
    if page.scale.format.in_words:
        return f"{told} is answered in words. Choose a question with points."
    if page.scale.id in whole.design.adaptive:
        return f"{told} is not asked of everybody (adaptive scale). Choose another question."
    return f"{told} is asked only later. Move the block, or choose an earlier question."


def _can_hold(conditions: Sequence[Condition], whole: LaidOut) -> bool:
    """Whether conditions can hold together, and with those under which their items are asked."""
    needed: dict[str, frozenset[int | str]] = {}
    left = list(conditions)
    while left:
        one = left.pop()
        values = needed.get(one.item, one.values) & one.values
        if not values:
            return False
        if one.item not in needed:
            left += _forced(one.item, whole)
        needed[one.item] = values
    return True


def _forced(item: str, whole: LaidOut) -> tuple[Condition, ...]:
    """The conditions under which an item is asked, as far as all of them must hold."""
    page = whole.asking(item)
    if page is None or page.block is None:
        return ()
    block = page.block
    # What is asked about the person goes by the first of several brands.
    of_another_brand = whole.design.slots > 1 and block.about == "person"
    several = block.match == "any" and len(block.shown_if) > 1
    return () if of_another_brand or several else block.shown_if
