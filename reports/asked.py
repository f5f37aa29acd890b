"""Whether waves were asked the same questionnaire, as far as anybody knows.

What differs is found by machine before a report is made; here is only what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Effect = Literal["none", "caution", "breaks"]
"""What one difference means for setting two waves beside each other."""

Sameness = Literal["same", "caution", "breaks", "unknown"]
"""What all differences together mean for one score: nothing, care, that it must not be set beside
that of the other wave, or that nobody knows what was asked."""


@dataclass(frozen=True, slots=True)
class AskedChange:
    """One difference between what two waves were asked.

    Parameters
    ----------
    kind : such as "wording", "labels", "order" or "adaptive"; names a word of each language.
    scales, item, brand : identifiers of what it touches; without scales and without a brand it
        touches all scores.
    place, before, after : what differs in the words of the researcher's pages, as it was and as
        it is, for the researcher alone. language : that of `before` and `after`, where they are
        words of the questionnaire.
    """

    kind: str
    effect: Effect
    scales: tuple[str, ...] = ()
    item: str = ""
    brand: str = ""
    place: str = ""
    before: str = ""
    after: str = ""
    language: str = ""

    def touches(self, scale: str, brand: str, item: str = "") -> bool:
        """Whether it touches a brand's score on a scale, or answers to an item of it."""
        if self.brand:
            return self.brand == brand
        return (not self.scales or scale in self.scales) and (
            not item or not self.item or self.item == item
        )


@dataclass(frozen=True, slots=True)
class AskedWaves:
    """How what a wave was asked differs from what a later one was.

    Parameters
    ----------
    before, after : names of the waves.
    known : False where answers of one came from a file, so that nobody knows what was asked.
    """

    before: str
    after: str
    changes: tuple[AskedChange, ...] = ()
    known: bool = True

    def touching(self, scale: str, brand: str, item: str = "") -> tuple[AskedChange, ...]:
        """The changes that matter for a score, or for answers to an item of its scale."""
        return tuple(
            one for one in self.changes if one.effect != "none" and one.touches(scale, brand, item)
        )

    def sameness(self, scale: str, brand: str, item: str = "") -> Sameness:
        """Whether a score, or an item of its scale, may be set beside that of the other wave."""
        effects = {one.effect for one in self.touching(scale, brand, item)}
        if "breaks" in effects:
            return "breaks"
        if not self.known:
            return "unknown"
        return "caution" if effects else "same"


def asked_of(asked: Sequence[AskedWaves], brand: str) -> tuple[AskedWaves, ...]:
    """The same without what touches other brands alone."""
    return tuple(
        replace(one, changes=tuple(each for each in one.changes if each.brand in ("", brand)))
        for one in asked
    )


def asked_in(asked: Sequence[AskedWaves], wave: str) -> AskedWaves | None:
    """What is known of an earlier wave by its name; None where nothing is."""
    return next((one for one in asked if one.before == wave), None)


def sameness_in(
    asked: Sequence[AskedWaves], wave: str, scale: str, brand: str, item: str = ""
) -> Sameness:
    """As `AskedWaves.sameness`, of an earlier wave by its name."""
    found = asked_in(asked, wave)
    return "unknown" if found is None else found.sameness(scale, brand, item)


def worst(found: Sequence[Sameness]) -> Sameness:
    """The one that asks for most care; "same" where there is none."""
    order: tuple[Sameness, ...] = ("breaks", "caution", "unknown")
    return next((one for one in order if one in found), "same")
