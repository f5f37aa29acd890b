"""How many of the people who were asked answered, or why nobody can say.

The rates are those of the American Association for Public Opinion Research (Standard Definitions,
10th edition, 2023); they are worked out from outcomes of invitations before a report is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

NoRate = Literal["open", "mixed"]
"""Why there is no response rate: nobody was invited one by one, or only some were. Either is a
non-probability sample, whose participation is no response rate."""


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """Rates of people who were invited one by one, where nobody else could answer.

    Parameters
    ----------
    complete : complete interviews. cases : the denominator of RR1 and RR2: people invited who are
        not known to be outside the population. not_eligible : those who are, in no rate.
    rates : by name (``"RR1"`` … ``"CON1"``), as shares of one; those that can be worked out.
    e : share of people of unknown eligibility that RR3 and RR4 take to be eligible, estimated by
        proportional allocation (CASRO); None where nobody's eligibility is known.
    """

    complete: int
    cases: int
    not_eligible: int = 0
    rates: Mapping[str, float] = field(default_factory=dict)
    e: float | None = None


Response: TypeAlias = "ResponseRates | NoRate | None"
"""None where it is not known how people came to answer."""
