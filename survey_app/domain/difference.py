"""One difference between two versions of a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a difference means for setting answers to both versions beside each other: nothing, to
    do it with caution, or that it cannot be done, so that such a version is not launched."""

    NONE = "none"
    CAUTION = "caution"
    BREAKS = "breaks"


class Kind(StrEnum):
    """What differs."""

    LANGUAGE = "language"
    ADDED = "added"
    REMOVED = "removed"
    WORDING = "wording"
    LABELS = "labels"
    FORMAT = "format"
    REVERSAL = "reversal"
    MEMBERSHIP = "membership"
    ROLE = "role"
    ORDER = "order"
    CONSENT = "consent"
    BRAND = "brand"
    RULE = "rule"
    ADAPTIVE = "adaptive"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Parameters
    ----------
    place : what differs, in words.
    before, after : as it was and as it is, empty where there is nothing.
    language : that of `before` and `after` where they are words of the questionnaire, else empty.
    mend : how a version that breaks comparability can be launched all the same.
    scales, item, brand : identifiers of what it touches; without scales and without a brand it
        touches all scores alike.
    """

    kind: Kind
    place: str
    before: str
    after: str
    effect: Effect = Effect.NONE
    language: str = ""
    mend: str = ""
    scales: tuple[str, ...] = ()
    item: str = ""
    brand: str = ""

    @property
    def breaks(self) -> bool:
        """Whether answers to both versions cannot be set beside each other."""
        return self.effect is Effect.BREAKS
