"""Which brands a respondent is asked about, of those that they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence


def draw_brands(
    known: Sequence[str], most: int, asked: Mapping[str, int], rng: random.Random
) -> list[str]:
    """At most `most` of the brands known, those asked about least often first, chance among equals.

    Parameters
    ----------
    known : codes of the brands that the respondent marked and that may still be asked about.
    asked : how many respondents each brand was drawn for so far.

    Returns
    -------
    list
        codes, in the order in which they are asked about: by chance, so that no brand comes last
        more often than others.
    """
    drawn = sorted(known, key=lambda code: (asked.get(code, 0), rng.random()))[:most]
    rng.shuffle(drawn)
    return drawn
