"""Which results rest on too few people to be printed, and which totals would give them away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN_BELOW = 30
"""Least number of interviews for a result to be shown at all."""

VERDICT_FROM = 100
"""Least number of interviews, of the brand and of those it is compared with, for a verdict."""

SMALLEST_EFFECT = 0.1
"""Least absolute Hedges g that a verdict word may rest on."""

FALSE_DISCOVERY_RATE = 0.05
"""Benjamini–Hochberg level that a verdict word must pass."""


class RulesError(ValueError):
    """A rule was loosened below what honesty and privacy ask for."""


@dataclass(frozen=True, slots=True)
class ReportingRules:
    """Thresholds of what may be said. Each may be made stricter, never looser.

    Raises
    ------
    RulesError
        a threshold lies on the loose side of its default.
    """

    hidden_below: int = HIDDEN_BELOW
    verdict_from: int = VERDICT_FROM
    smallest_effect: float = SMALLEST_EFFECT
    false_discovery_rate: float = FALSE_DISCOVERY_RATE

    def __post_init__(self) -> None:
        for name, value, least in (
            ("hidden_below", self.hidden_below, HIDDEN_BELOW),
            ("verdict_from", self.verdict_from, max(VERDICT_FROM, self.hidden_below)),
            ("smallest_effect", self.smallest_effect, SMALLEST_EFFECT),
        ):
            if not value >= least:
                raise RulesError(f"{name} is {value}; it may only be raised, from {least} upward.")
        if not 0 < self.false_discovery_rate <= FALSE_DISCOVERY_RATE:
            raise RulesError(
                f"false_discovery_rate is {self.false_discovery_rate}; "
                f"it may only be lowered, from {FALSE_DISCOVERY_RATE} downward, and stays above 0."
            )

    def shows(self, n: int) -> bool:
        """Whether a result that rests on n interviews may be shown at all."""
        return self.visibility(n) is not Visibility.HIDDEN

    def visibility(self, n: int) -> Visibility:
        """How a result that rests on n interviews may be shown."""
        if n < self.hidden_below:
            return Visibility.HIDDEN
        return Visibility.CAUTION if n < self.verdict_from else Visibility.FULL


COARSE = (0.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Steps, in points of 0–100, that a change by few people is rounded up to."""


def coarse_change(change: float) -> float:
    """The least of `COARSE` that a change of a score, of any sign, does not pass.

    The change that leaving out a few interviews made would else tell their mean: it is their number
    by which the change is to be multiplied.
    """
    return next((step for step in COARSE if abs(change) <= step), COARSE[-1])


class Visibility(StrEnum):
    """How much of a result may be shown."""

    HIDDEN = "hidden"
    CAUTION = "caution"
    FULL = "full"


def hidden_groups(n_by_group: Mapping[str, int], rules: ReportingRules) -> frozenset[str]:
    """The groups whose results may not be shown."""
    return frozenset(
        group for group, n in n_by_group.items() if rules.visibility(n) is Visibility.HIDDEN
    )
