"""The bridge between what is asked (instruments) and what answers mean (psychometrics)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from psychometrics.dataset import ScoringKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from instruments.model import Instrument, Item, ResponseFormat, Scale


class ScoringKeyError(ValueError):
    """Instruments cannot be used together. The message says why and how to mend it."""


def scoring_keys(instruments: Sequence[Instrument]) -> tuple[ScoringKey, ...]:
    """One scoring key per scale that is scored, in the order in which the scales are asked.

    Checklists have none: their items are among the answers, but nothing is computed from them.

    Raises
    ------
    ScoringKeyError
        two instruments share the identifier of a scale or an item, there is no instrument, or
        there are checklists only.
    """
    scales = [scale for instrument in instruments for scale in instrument.scales]
    if not scales:
        raise ScoringKeyError("No instrument is given; name at least one.")
    _refuse_repeated("scale", [scale.id for scale in scales])
    _refuse_repeated("item", [item.id for scale in scales for item in scale.items])
    keys = tuple(_key(scale) for scale in scales if scale.scored)
    if not keys:
        raise ScoringKeyError(
            "Only checklists are given, and nothing in them is scored; name a questionnaire of "
            "engagement before them."
        )
    return keys


def items_asked(instruments: Sequence[Instrument]) -> tuple[str, ...]:
    """Identifiers of all items answered by points, in the order in which they are asked, those of
    checklists and about the person too."""
    return tuple(item.id for scale in _scales(instruments, in_words=False) for item in scale.items)


def background_items(instruments: Sequence[Instrument]) -> dict[str, ResponseFormat]:
    """The items that describe the respondent, with how they are answered."""
    return {
        item.id: scale.format
        for scale in _scales(instruments, in_words=False)
        if scale.kind == "background"
        for item in scale.items
    }


def open_items(instruments: Sequence[Instrument]) -> dict[str, Item]:
    """The items answered in words."""
    return {item.id: item for scale in _scales(instruments, in_words=True) for item in scale.items}


def _scales(instruments: Sequence[Instrument], *, in_words: bool) -> Iterator[Scale]:
    for instrument in instruments:
        for scale in instrument.scales:
            if scale.format.in_words is in_words:
                yield scale


def _key(scale: Scale) -> ScoringKey:
    return ScoringKey(
        scale=scale.id,
        items=tuple(item.id for item in scale.items),
        minimum=scale.format.minimum,
        maximum=scale.format.maximum,
        reversed=frozenset(item.id for item in scale.items if item.reversed),
        outcome=scale.outcome,
    )


def _refuse_repeated(noun: str, names: Sequence[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ScoringKeyError(
            f"The instruments share the {noun} {', '.join(map(repr, repeated))}; use one of them "
            f"at a time, or give the {noun} another identifier in a copy of the definition."
        )
