"""The bridge between what is asked (instruments) and what answers mean (psychometrics)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from psychometrics.dataset import ScoringKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Instrument, Scale


class ScoringKeyError(ValueError):
    """Instruments cannot be used together. The message says why and how to mend it."""


def scoring_keys(instruments: Sequence[Instrument]) -> tuple[ScoringKey, ...]:
    """One scoring key per scale, in the order in which the scales are asked.

    Raises
    ------
    ScoringKeyError
        two instruments share the identifier of a scale or an item, or there is no instrument.
    """
    scales = [scale for instrument in instruments for scale in instrument.scales]
    if not scales:
        raise ScoringKeyError("No instrument is given; name at least one.")
    _refuse_repeated("scale", [scale.id for scale in scales])
    _refuse_repeated("item", [item.id for scale in scales for item in scale.items])
    return tuple(_key(scale) for scale in scales)


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
