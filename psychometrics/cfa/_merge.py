"""Several modifiers of one parameter made one, or refused where they contradict."""

from __future__ import annotations

from math import isnan
from typing import Any

from psychometrics.cfa._modifier import NOTHING, Modifier
from psychometrics.cfa._tokens import Token, refuse

_WHAT = ("fixed value", "starting value", "label", "equality")


def merged(first: Modifier, second: Modifier, where: Token, row: str) -> Modifier:
    """All that two mentions of the parameter `row` ask; `where` is the second mention.

    Raises
    ------
    ModelSyntaxError
        they say different things of one kind, fix and start the parameter in one group, or speak
        of different numbers of groups.
    """
    if second is NOTHING or first == second:
        return first
    if first is NOTHING:
        return second
    found = Modifier(
        *(
            _both(one, other, what, where, row)
            for one, other, what in zip(_parts(first), _parts(second), _WHAT, strict=True)
        )
    )
    _check_groups(found, where, row)
    _check_start(found, where, row)
    return found


def _parts(modifier: Modifier) -> tuple[tuple[Any, ...], ...]:
    return modifier.fixed, modifier.start, modifier.label, modifier.equal


def _both(
    one: tuple[Any, ...], other: tuple[Any, ...], what: str, where: Token, row: str
) -> tuple[Any, ...]:
    """Group by group what either says."""
    if not one or not other:
        return one or other
    groups = max(len(one), len(other))
    one, other = (side * groups if len(side) == 1 else side for side in (one, other))
    if len(one) != len(other):
        _refuse_groups(len(one), len(other), where, row)
    for here, there in zip(one, other, strict=True):
        if not _silent(here) and not _silent(there) and not _same(here, there):
            said = f"{_shown(here)} and {_shown(there)}"
            refuse(where, f"{row} has two {what}s, {said}", "keep one of them")
    return tuple(there if _silent(here) else here for here, there in zip(one, other, strict=True))


def _check_groups(found: Modifier, where: Token, row: str) -> None:
    """Lists of values are all of one length."""
    lengths = sorted({len(part) for part in _parts(found)} - {0, 1})
    if len(lengths) > 1:
        _refuse_groups(lengths[0], lengths[1], where, row)


def _check_start(found: Modifier, where: Token, row: str) -> None:
    """A value that is fixed needs no start; lavaan fixes the parameter at the start then."""
    if not found.fixed or not found.start:
        return
    groups = max(len(found.fixed), len(found.start))
    fixed, start = (
        side * groups if len(side) == 1 else side for side in (found.fixed, found.start)
    )
    for value, begin in zip(fixed, start, strict=True):
        if value is not None and not isnan(value) and begin is not None:
            what = f"{row} is fixed at {value:g} and starts at {begin:g}"
            refuse(where, what, "keep one of them")


def _refuse_groups(one: int, other: int, where: Token, row: str) -> None:
    mend = "give as many values as there are groups, or one for all"
    refuse(where, f"{row} has values for {one} and for {other} groups", mend)


def _silent(value: Any) -> bool:
    return value is None or value == ""


def _same(here: Any, there: Any) -> bool:
    return bool(here == there) or (here != here and there != there)


def _shown(value: Any) -> str:
    return "NA" if value != value else str(value)
