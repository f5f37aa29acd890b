"""What a study asks, in which order, of whom: blocks, branching, the choice of brands, quotas."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from instruments.model import Instrument

Answer = int | str | None
"""A point, a text, or None where a question was shown and left open."""
About = Literal["brand", "person"]
Match = Literal["all", "any"]
BRAND, LANGUAGE, CHANNEL = "brand", "language", "channel"
FACTS = (BRAND, LANGUAGE, CHANNEL)
"""What conditions may ask besides items: the brand answered about, the language, the way here."""


class BrandQuestion(StrEnum):
    """Which brands a respondent is asked about.

    ``one``: the one of the link, or the one that they choose. ``known``, ``used``: they first say
    which brands they know, or use; some of those are then drawn.
    """

    ONE = "one"
    KNOWN = "known"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Condition:
    """True where the answer to an item, or a fact (`FACTS`), is one of some values; never where
    the item has no answer."""

    item: str
    values: frozenset[int | str]

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        """Whether it is true for these answers and facts."""
        return answers.get(self.item) in self.values


@dataclass(frozen=True, slots=True)
class Block:
    """Scales of one instrument that are asked together.

    Parameters
    ----------
    about : ``brand`` is asked once for each brand of the respondent, ``person`` once.
    scales : those that are asked, in order; empty for all of the instrument.
    shown_if : conditions; `match` says whether all or any must hold. Without any it is shown.
    one_by_one : every item has a page of its own.
    """

    id: str
    instrument: str
    about: About = "brand"
    scales: tuple[str, ...] = ()
    shown_if: tuple[Condition, ...] = ()
    match: Match = "all"
    one_by_one: bool = False

    def is_shown(self, answers: Mapping[str, Answer]) -> bool:
        """Whether these answers and facts let the block be asked."""
        held = [condition.holds(answers) for condition in self.shown_if]
        return not held or (all(held) if self.match == "all" else any(held))


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` complete interviews of a wave for which all conditions hold."""

    id: str
    name: str
    limit: int
    conditions: tuple[Condition, ...]

    def counts(self, answers: Mapping[str, Answer]) -> bool:
        """Whether an interview with these answers and facts belongs to it."""
        return all(condition.holds(answers) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Design:
    """The order of a questionnaire and its rules.

    Parameters
    ----------
    most_brands : up to how many brands one respondent is asked about.
    adaptive : calibrations by scale whose items are chosen as the answers come
        (`psychometrics.irt.adaptive`), as plain data.
    instructed_after : number of scales about a brand after which the instructed item is asked.
    """

    blocks: tuple[Block, ...]
    brand_question: BrandQuestion = BrandQuestion.ONE
    most_brands: int = 1
    quotas: tuple[Quota, ...] = ()
    adaptive: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    instructed_after: int = 2

    @property
    def asks_brands(self) -> bool:
        """Whether the respondent first says which brands they know or use."""
        return self.brand_question is not BrandQuestion.ONE

    @property
    def slots(self) -> int:
        """About how many brands one respondent can be asked."""
        return self.most_brands if self.asks_brands else 1


def plain_design(design: Design) -> dict[str, Any]:
    """A design as mappings, lists, texts and numbers; `read_design` reads them."""
    return {
        "blocks": [
            {
                "id": block.id,
                "instrument": block.instrument,
                "about": block.about,
                "scales": list(block.scales),
                "shown_if": _plain_conditions(block.shown_if),
                "match": block.match,
                "one_by_one": block.one_by_one,
            }
            for block in design.blocks
        ],
        "brand_question": design.brand_question.value,
        "most_brands": design.most_brands,
        "quotas": [
            {
                "id": quota.id,
                "name": quota.name,
                "limit": quota.limit,
                "conditions": _plain_conditions(quota.conditions),
            }
            for quota in design.quotas
        ],
        "adaptive": {scale: dict(rules) for scale, rules in design.adaptive.items()},
        "instructed_after": design.instructed_after,
    }


def read_design(plain: Mapping[str, Any], instruments: Sequence[Instrument]) -> Design:
    """The design of stored data; where nothing is stored, every instrument in its order."""
    if not plain:
        return Design(default_blocks(instruments))
    return Design(
        blocks=tuple(_block(block) for block in plain["blocks"]),
        brand_question=BrandQuestion(plain["brand_question"]),
        most_brands=plain["most_brands"],
        quotas=tuple(
            Quota(each["id"], each["name"], each["limit"], _conditions(each["conditions"]))
            for each in plain["quotas"]
        ),
        adaptive=plain["adaptive"],
        instructed_after=plain["instructed_after"],
    )


def default_blocks(instruments: Iterable[Instrument]) -> tuple[Block, ...]:
    """A block for each instrument; one that only describes the respondent is about the person."""
    return tuple(
        Block(id=one.id, instrument=one.id, about="person" if _is_of_person(one) else "brand")
        for one in instruments
    )


def _is_of_person(instrument: Instrument) -> bool:
    return all(scale.kind == "background" for scale in instrument.scales)


def _block(plain: Mapping[str, Any]) -> Block:
    return Block(
        id=plain["id"],
        instrument=plain["instrument"],
        about=plain["about"],
        scales=tuple(plain["scales"]),
        shown_if=_conditions(plain["shown_if"]),
        match=plain["match"],
        one_by_one=plain["one_by_one"],
    )


def _conditions(plain: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(each["item"], frozenset(each["values"])) for each in plain)


def _plain_conditions(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    return [{"item": each.item, "values": sorted(each.values, key=repr)} for each in conditions]
