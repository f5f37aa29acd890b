"""Where along the trait a test is precise enough, and how many people stand there."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.errors import ChartInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Precision:
    """Information I and standard errors over `theta`, the reliability asked, people's `scores`.

    Reliability is I / (I + 1), the trait's variance being 1. Raises ChartInputError when lengths
    differ, `theta` does not rise or `reliability` does not lie between 0 and 1.
    """

    def __init__(
        self,
        theta: Sequence[float],
        information: Sequence[float],
        error: Sequence[float],
        reliability: float | None,
        scores: Sequence[float],
    ) -> None:
        _check(theta, information, error, reliability)
        self.theta = theta
        self.information = information
        self.error = error
        self.reliability = reliability
        self.scores = [score for score in scores if math.isfinite(score)]

    @property
    def needed(self) -> float:
        """The information that brings the asked reliability."""
        return self.reliability / (1 - self.reliability) if self.reliability else math.inf

    @property
    def peak(self) -> int:
        """Where information is the largest."""
        return max(range(len(self.theta)), key=self.information.__getitem__)

    def spans(self) -> list[tuple[float, float]]:
        """Return between which trait values the asked reliability is reached."""
        spans: list[tuple[float, float]] = []
        low = self.theta[0] if self.information[0] >= self.needed else None
        for at, (one, other) in enumerate(pairwise(self.information)):
            if (one >= self.needed) == (other >= self.needed):
                continue
            share = (self.needed - one) / (other - one)
            crossing = self.theta[at] + share * (self.theta[at + 1] - self.theta[at])
            if low is None:
                low = crossing
            else:
                spans.append((low, crossing))
                low = None
        return [*spans, *([(low, self.theta[-1])] if low is not None else [])]

    def covered(self) -> float:
        """Return the share of the people that stand within `spans`."""
        spans = self.spans()
        within = sum(any(low <= score <= high for low, high in spans) for score in self.scores)
        return within / len(self.scores)

    def whole(self) -> Iterator[int]:
        """Yield the places of the whole trait values that `theta` holds."""
        for place, value in enumerate(self.theta):
            if abs(value - round(value)) < 1e-6:
                yield place


def _check(
    theta: Sequence[float],
    information: Sequence[float],
    error: Sequence[float],
    reliability: float | None,
) -> None:
    if len(theta) < 2 or any(b <= a for a, b in pairwise(theta)):
        raise ChartInputError("A curve needs two or more trait values that rise.")
    if not len(theta) == len(information) == len(error):
        raise ChartInputError(
            f"{len(information)} figures of information and {len(error)} of error for "
            f"{len(theta)} trait values; give one each."
        )
    if not all(math.isfinite(value) and value >= 0 for value in information):
        raise ChartInputError("Information is a finite figure of 0 or more at every trait value.")
    if reliability is not None and not 0 < reliability < 1:
        raise ChartInputError(f"A reliability lies between 0 and 1, not at {reliability}.")
