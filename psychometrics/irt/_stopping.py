"""When a short form has asked enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from psychometrics.irt._answers import IrtError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Stop: TypeAlias = Literal["precise", "all_items", "most_items"]
Metric: TypeAlias = Literal["trait", "score"]

_WIDEST = {"trait": 1.0, "score": 50.0}
_UNIT = {
    "trait": "standard deviations of the trait",
    "score": "points of a score from 0 to 100",
}
_SUCH_AS = {"trait": "0.4", "score": "8"}


class AdaptiveError(IrtError):
    """An adaptive test cannot be given so. Says what, where and the mend."""


@dataclass(frozen=True)
class StoppingRule:
    """Ask until the standard error is at most `standard_error`, on the trait or on the score.

    Never before `fewest_items` were asked, never more than `most_items` (None: all there are).

    Raises
    ------
    AdaptiveError
        another metric, a bound that holds before anything is asked or never, numbers of items below
        1 or in the wrong order.
    """

    standard_error: float
    metric: Metric = "trait"
    fewest_items: int = 1
    most_items: int | None = None

    def __post_init__(self) -> None:
        if self.metric not in tuple(_WIDEST):
            raise AdaptiveError(f"There is no metric {self.metric!r}; choose trait or score.")
        if not 0 < self.standard_error < _WIDEST[self.metric]:
            raise AdaptiveError(
                f"A standard error of {self.standard_error} is asked for; give one above 0 and "
                f"below {_WIDEST[self.metric]:g} in {_UNIT[self.metric]}, such as "
                f"{_SUCH_AS[self.metric]}."
            )
        if self.fewest_items < 1:
            raise AdaptiveError(f"fewest_items is {self.fewest_items}; give 1 or more.")
        if self.most_items is not None and self.most_items < self.fewest_items:
            raise AdaptiveError(
                f"most_items is {self.most_items}, fewest_items {self.fewest_items}; the most must "
                f"not be less than the fewest."
            )

    @property
    def words(self) -> str:
        """The bound with its unit."""
        return f"until the standard error is at most {self.standard_error:g} {_UNIT[self.metric]}"

    def reason(self, asked: int, error: float, p: int) -> Stop | None:
        """Why to stop after `asked` of p items with this standard error; None to go on."""
        if asked >= min(self.fewest_items, p) and error <= self.standard_error:
            return "precise"
        if asked >= p:
            return "all_items"
        if self.most_items is not None and asked >= self.most_items:
            return "most_items"
        return None

    def asked(self, errors: Array) -> NDArray[np.intp]:
        """(n,) items asked, from the standard errors (n, p) after 1 … p items."""
        p = errors.shape[1]
        most = p if self.most_items is None else min(self.most_items, p)
        enough = errors <= self.standard_error
        enough[:, : min(self.fewest_items, p) - 1] = False
        enough[:, most - 1] = True
        number: NDArray[np.intp] = enough.argmax(axis=1) + 1
        return number
