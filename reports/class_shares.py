"""Shares of a brand's customers by what they do, as far as they may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psychometrics.typology import NONE
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from instruments.model import TypologyKind

__all__ = ["BOTH", "NONE", "BehaviourFindings", "ClassShare", "TypologyFinding", "ValenceFinding"]

BOTH = "both"
"""What people are called who are engaged for a brand and against it at once."""


@dataclass(frozen=True, slots=True)
class ClassShare:
    """The share of a brand's customers who are in a class; no figures where it must be hidden.

    Parameters
    ----------
    id, name : `NONE` without a name for people who are in no class, `BOTH` for both feelings.
    n : people of whom it is known whether they are.
    share, lower, upper : with Wilson's interval, 0–1.
    others : unweighted mean of the other brands' shares; None where there is none to be shown.
    highest : share of those whose highest degree this is; None unless there are degrees.
    conversion : share of those who took all steps before; None unless there are steps before.
    meaning, doubt : what people of the class do, and what speaks against measuring it so.
    """

    id: str
    name: str
    visibility: Visibility
    n: int | None = None
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    others: float | None = None
    highest: float | None = None
    conversion: float | None = None
    meaning: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class TypologyFinding:
    """A typology. A share of steps is of people who took this step and all before it.

    Parameters
    ----------
    classes : in the order of the typology; of degrees, last those who reached none.
    source : the publication that it follows.
    counted_from : wording of the answer from which something counts; "" where it differs.
    """

    id: str
    name: str
    kind: TypologyKind
    classes: tuple[ClassShare, ...]
    source: str
    counted_from: str = ""

    @property
    def hidden(self) -> bool:
        """True where no class may be shown."""
        return all(row.visibility is Visibility.HIDDEN for row in self.classes)


@dataclass(frozen=True, slots=True)
class ValenceFinding:
    """Shares of people who are rather engaged for a brand, against it, and both at once."""

    positive: ClassShare
    negative: ClassShare
    both: ClassShare

    @property
    def rows(self) -> tuple[ClassShare, ClassShare, ClassShare]:
        """The three shares in the order in which they are told."""
        return self.positive, self.negative, self.both

    @property
    def hidden(self) -> bool:
        """True where none of them may be shown."""
        return all(row.visibility is Visibility.HIDDEN for row in self.rows)


@dataclass(frozen=True, slots=True)
class BehaviourFindings:
    """What may be said of what a brand's customers do; `valence` None where it was not asked.

    `level` is that of the intervals.
    """

    typologies: tuple[TypologyFinding, ...]
    valence: ValenceFinding | None
    level: float

    def shares(self) -> Iterator[ClassShare]:
        """Every share of every typology, and those of valence."""
        for typology in self.typologies:
            yield from typology.classes
        if self.valence is not None:
            yield from self.valence.rows
