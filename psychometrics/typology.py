"""Typologies of people by what they do: groups that overlap, degrees, and steps of a funnel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._named_columns import Columns, ColumnsError, named_columns
from psychometrics._plain import plain_fields
from psychometrics.means import check_level
from psychometrics.proportions import Proportion, proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "NONE",
    "ClassShare",
    "FunnelStep",
    "Kind",
    "Rule",
    "TypologyClass",
    "TypologyError",
    "TypologyResult",
    "classify",
]

Rule: TypeAlias = Literal["any", "all", "count"]
Kind: TypeAlias = Literal["groups", "degrees", "steps"]

NONE = "none"
"""What people are called who are in no class."""

_METHODS = {
    "groups": "overlapping groups",
    "degrees": "degrees, lowest first, and the highest reached",
    "steps": "steps, first to last, and how many are left of those before",
}


class TypologyError(ValueError):
    """A typology does not fit its answers. The message says what, where and how to mend."""


@dataclass(frozen=True, slots=True)
class TypologyClass:
    """Who belongs to a class: those who answered `at_least` that value to its items.

    Parameters
    ----------
    rule : to one item at least ("any"), to every item ("all"), or to `count` items ("count").
    """

    id: str
    items: tuple[str, ...]
    at_least: float
    rule: Rule = "any"
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ClassShare:
    """Share of a class, with Wilson's interval, among the people of whom it is known."""

    id: str
    share: Proportion


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of a funnel.

    Parameters
    ----------
    share : reached this step, whatever the steps before, as in `TypologyResult.shares`.
    through : reached this step and all before, of all of whom that is known.
    conversion : reached this step, of those who reached all before; None for the first step.
    """

    id: str
    share: Proportion
    through: Proportion
    conversion: Proportion | None


@dataclass(frozen=True)
class TypologyResult:
    """Who belongs to which class.

    Parameters
    ----------
    members : (n, k) 1.0 in the class, 0.0 not, NaN unknown; a column a class, in the order given.
    shares : a row a class, and last `NONE`: people in none of them. Groups overlap, so that these
        do not add up to 1.
    highest : (n,) id of the highest class that each person is in, `NONE`, or "" where a missing
        answer could have made it a higher one; None for groups, which have no order.
    highest_shares : a row a class and `NONE`: share of the people with that as their highest, among
        those of whom it is known; adds up to 1. Empty for groups.
    funnel : a row a step; empty for groups and degrees.
    n_used : people.
    """

    kind: Kind
    members: Array
    shares: tuple[ClassShare, ...]
    highest: NDArray[np.str_] | None
    highest_shares: tuple[ClassShare, ...]
    funnel: tuple[FunnelStep, ...]
    n_used: int
    level: float
    method: str

    def share(self, class_id: str) -> Proportion:
        """The share of one class, or of `NONE`. Raises KeyError when there is none."""
        for row in self.shares:
            if row.id == class_id:
                return row.share
        raise KeyError(id)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values; unknown membership becomes None."""
        return plain_fields(self)


def classify(
    answers: Columns,
    classes: Sequence[TypologyClass],
    *,
    items: Sequence[str] | None = None,
    kind: Kind = "groups",
    level: float = 0.95,
) -> TypologyResult:
    """Which classes of a typology people belong to, and what share each has.

    A person counts in a class only where the answers settle it: "any" by one answer that is high
    enough, whatever is missing; "all" by one that is not; "count" when enough are, or when the
    missing ones could not make up for it. Otherwise membership is unknown and the person is left
    out of the n of that class alone. Being in no class is known of those of whom every class is.
    Intervals are Wilson's, see `psychometrics.proportions.proportion`; a person is taken to be one
    independent draw.

    Classes are formative: what people do makes them members, nothing behind it is measured, so that
    reliability and factor models have no place here.

    Parameters
    ----------
    answers : item → (n,) answers, NaN for missing; or (n, p) with the names of its columns in
        `items`. Not reversed: `at_least` is in units of the answers.
    classes : for degrees from the lowest up, for steps from the first on.
    kind : ``"groups"`` overlap and have no order; ``"degrees"`` have one, and people are also told
        apart by the highest they reached, through others or past them; ``"steps"`` are passed one
        after the other.

    Raises
    ------
    TypologyError
        no class, an id twice or reserved, an item without answers, or a rule that cannot be met.
    ComparisonError
        `level` is not between 0 and 1.
    """
    check_level(level)
    try:
        names, matrix = named_columns(answers, items)
    except ColumnsError as error:
        raise TypologyError(str(error)) from error
    _require(classes, names, kind)
    place = {name: column for column, name in enumerate(names)}
    columns = [_members(row, matrix[:, [place[item] for item in row.items]]) for row in classes]
    members = np.column_stack(columns)
    ids = [row.id for row in classes]
    nowhere = _in_none(members)
    shares = [
        ClassShare(id_, _share(column, level))
        for id_, column in zip([*ids, NONE], [*members.T, nowhere], strict=True)
    ]
    highest = None if kind == "groups" else _highest(ids, members)
    return TypologyResult(
        kind=kind,
        members=members,
        shares=tuple(shares),
        highest=highest,
        highest_shares=() if highest is None else _highest_shares([*ids, NONE], highest, level),
        funnel=_funnel(ids, members, level) if kind == "steps" else (),
        n_used=len(matrix),
        level=level,
        method=f"{_METHODS[kind]}; Wilson intervals among those of whom membership is known",
    )


def _members(row: TypologyClass, answers: Array) -> Array:
    """(n,) 1 in the class, 0 not, NaN unknown."""
    wanted = {"any": 1, "all": len(row.items), "count": row.count or 0}[row.rule]
    with np.errstate(invalid="ignore"):
        met = (answers >= row.at_least).sum(axis=1)
    missing = np.isnan(answers).sum(axis=1)
    return np.where(met >= wanted, 1.0, np.where(met + missing < wanted, 0.0, np.nan))


def _in_none(members: Array) -> Array:
    """(n,) 1 in no class, 0 in one, NaN unknown."""
    somewhere = (members == 1).any(axis=1)
    return np.where(somewhere, 0.0, np.where(np.isnan(members).any(axis=1), np.nan, 1.0))


def _highest(ids: list[str], members: Array) -> NDArray[np.str_]:
    found = np.full(len(members), NONE, np.array([*ids, NONE]).dtype)
    for id_, column in zip(ids, members.T, strict=True):
        found = np.where(np.isnan(column), "", np.where(column == 1, id_, found))
    return found


def _highest_shares(
    ids: list[str], highest: NDArray[np.str_], level: float
) -> tuple[ClassShare, ...]:
    known = highest[highest != ""]
    return tuple(
        ClassShare(id_, proportion(int((known == id_).sum()), len(known), level=level))
        for id_ in ids
    )


def _funnel(ids: list[str], members: Array, level: float) -> tuple[FunnelStep, ...]:
    before = np.ones(len(members))
    steps: list[FunnelStep] = []
    for number, id_ in enumerate(ids, 1):
        column, reached = members[:, number - 1], members[:, :number]
        # A step missed settles it; short of that, one unknown leaves it open.
        missed, passed = (reached == 0).any(axis=1), (reached == 1).all(axis=1)
        through = np.where(missed, 0.0, np.where(passed, 1.0, np.nan))
        conversion = _share(column[before == 1], level) if steps else None
        steps.append(FunnelStep(id_, _share(column, level), _share(through, level), conversion))
        before = through
    return tuple(steps)


def _share(members: Array, level: float) -> Proportion:
    known = members[~np.isnan(members)]
    return proportion(int(known.sum()), len(known), level=level)


def _require(classes: Sequence[TypologyClass], names: tuple[str, ...], kind: Kind) -> None:
    if kind not in _METHODS:
        raise TypologyError(f"There is no kind {kind!r}; choose one of {', '.join(_METHODS)}.")
    ids = [row.id for row in classes]
    if not ids:
        raise TypologyError("The typology has no class; give at least one.")
    if len(set(ids)) < len(ids) or {NONE, ""} & set(ids):
        raise TypologyError(
            f"The classes are called {', '.join(map(repr, ids))}; give each an id of its own, and "
            f"none of them {NONE!r} or ''."
        )
    for row in classes:
        _require_rule(row)
        unknown = [item for item in row.items if item not in names]
        if unknown:
            raise TypologyError(
                f"Class {row.id} asks for {', '.join(unknown)}, to which there are no answers; "
                f"the items are {', '.join(names)}."
            )


def _require_rule(row: TypologyClass) -> None:
    if not row.items or len(set(row.items)) < len(row.items):
        raise TypologyError(f"Class {row.id} has no items, or one of them twice; name each once.")
    if row.rule not in ("any", "all", "count"):
        raise TypologyError(f"Class {row.id} has the rule {row.rule!r}; use any, all or count.")
    if row.rule == "count" and not 1 <= (row.count or 0) <= len(row.items):
        raise TypologyError(
            f"Class {row.id} asks for {row.count} of {len(row.items)} items; ask for 1 to "
            f"{len(row.items)}."
        )
    if not np.isfinite(row.at_least):
        raise TypologyError(f"Class {row.id} has no lowest value that counts; give a number.")
