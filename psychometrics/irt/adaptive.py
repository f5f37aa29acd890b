"""A short form for each respondent: ask what tells most, until the trait is known well enough.

Choi & Swartz 2009, 10.1177/0146621608327801, compare ways of choosing items with graded answers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.irt._stopping import AdaptiveError, Metric, Stop, StoppingRule
from psychometrics.irt._trait_tables import (
    TraitTables,
    answer_row,
    expected_scores,
    first_best,
    trait_tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.irt.calibration import Calibration

    Array = NDArray[np.float64]

__all__ = ["AdaptiveBattery", "AdaptiveError", "AdaptiveEstimate", "AdaptiveTest"]


@dataclass(frozen=True)
class AdaptiveEstimate:
    """Where the answers so far place one person.

    Parameters
    ----------
    theta, standard_error : mean and standard deviation of the posterior, in standard deviations of
        the trait among those who calibrated it.
    score, score_error : the same of the expected true score, 0–100.
    asked : items asked, skipped ones among them, in questionnaire order.
    answered : how many of them were answered. items : how many there are in all.
    stopped : ``"precise"`` (the bound was reached), ``"all_items"``, ``"most_items"``; None while
        there is more to ask.
    method : how the score came about; never set it beside scores of another method.
    """

    theta: float
    standard_error: float
    score: float
    score_error: float
    asked: tuple[str, ...]
    answered: int
    items: int
    stopped: Stop | None
    method: str

    @property
    def saved(self) -> int:
        """Items that need not be asked; meant for a test that has stopped."""
        return self.items - len(self.asked)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


@dataclass(frozen=True)
class AdaptiveTest:
    """An adaptive short form of one scale.

    The next item is the one whose information, averaged over the posterior of the trait, is
    largest (van der Linden 1998, 10.1007/BF02294775); estimates are EAP (Bock & Mislevy 1982,
    10.1177/014662168200600405). All is a function of the answers given, whatever their order, so
    nothing need be kept between two questions, and a changed answer changes what follows.

    Parameters
    ----------
    calibration : the items.
    standard_error : ask until the standard error is at most this.
    metric : of what. ``"trait"``: of theta, between 0 and 1; the reliability of EAP is then about
        1 − standard_error². ``"score"``: of the score, in points of 0–100. Where many sit at one
        end of a scale the two differ much: there a bound on the score saves more and agrees better
        with persons' full scores, one on the trait keeps means of groups closer.
    most_items : ask no more than these; None for all.
    fewest_items : ask at least these.

    Raises
    ------
    AdaptiveError
        a bound or a number of items that cannot be.
    """

    calibration: Calibration
    standard_error: float = 0.4
    metric: Metric = "trait"
    most_items: int | None = None
    fewest_items: int = 1

    def __post_init__(self) -> None:
        _ = self._rule

    def next_item(self, answers: Mapping[str, int | None]) -> str | None:
        """The item to ask now, None where enough was asked.

        Parameters
        ----------
        answers : by item, as answered (never reversed); None where the item was skipped. A skipped
            item tells nothing and is not asked again.

        Raises
        ------
        AdaptiveError
            an item of no such name, an answer outside the response format.

        R: ``catR::nextItem(bank, model = "GRM", criterion = "MPWI")``.
        """
        posterior = self._posterior(answers)
        if self._stopped(answers, posterior):
            return None
        asked = np.array([[item in answers for item in self._tables.items]])
        best = first_best(self._tables.worth(posterior), asked)
        return self._tables.items[int(best[0])]

    def estimate(self, answers: Mapping[str, int | None]) -> AdaptiveEstimate:
        """Trait and score from the answers so far, as `next_item` takes them. Raises AdaptiveError.

        R: ``catR::thetaEst(it, x, model = "GRM", method = "EAP")``.
        """
        posterior = self._posterior(answers)
        theta, error = self._tables.trait(posterior)
        score, score_error = self._tables.score(posterior)
        return AdaptiveEstimate(
            theta=float(theta[0]),
            standard_error=float(error[0]),
            score=float(score[0]),
            score_error=float(score_error[0]),
            asked=tuple(item for item in self._tables.items if item in answers),
            answered=sum(answer is not None for answer in answers.values()),
            items=self._tables.p,
            stopped=self._stopped(answers, posterior),
            method=f"adaptive short form, EAP, {self._rule.words}",
        )

    def expected_score(self, theta: ArrayLike) -> tuple[Array, Array]:
        """Expected true score 0–100 at trait values (T,), and its slope there.

        T(θ) = 100 · (Σⱼ E(Xⱼ | θ) / p − minimum) / (maximum − minimum): what the mean of all p
        items would be on average, as percent of the maximum possible. R:
        ``expected.test(fit, theta)``.
        """
        return expected_scores(self.calibration, np.atleast_1d(np.asarray(theta, np.float64)))

    @cached_property
    def _tables(self) -> TraitTables:
        return trait_tables(self.calibration)

    @cached_property
    def _rule(self) -> StoppingRule:
        return StoppingRule(self.standard_error, self.metric, self.fewest_items, self.most_items)

    def _stopped(self, answers: Mapping[str, int | None], posterior: Array) -> Stop | None:
        tables = self._tables
        _, error = (tables.trait if self.metric == "trait" else tables.score)(posterior)
        return self._rule.reason(len(answers), float(error[0]), tables.p)

    def _posterior(self, answers: Mapping[str, int | None]) -> Array:
        """(1, Q) shares of the trait at the nodes, by the answers so far."""
        tables = self._tables
        if unknown := [str(item) for item in answers if item not in tables.items]:
            raise AdaptiveError(
                f"{', '.join(unknown)}: no item of scale {self.calibration.scale}, which has "
                f"{', '.join(tables.items)}."
            )
        row = answer_row(tables.items, [answers.get(item) for item in tables.items])
        codes = tables.codes(row)[0]
        told = np.flatnonzero(codes >= 0)
        log_weights = tables.log_prior + tables.log_p[told, codes[told]].sum(axis=0)
        return tables.posterior(log_weights[None])


@dataclass(frozen=True)
class AdaptiveBattery:
    """Adaptive short forms of several scales, one after the other.

    Each dimension is a test of its own, so every scale is asked about until it is known well
    enough, and none borrows its score from another.

    Parameters
    ----------
    tests : in the order of the scales; no item belongs to two.

    Raises
    ------
    AdaptiveError
        no test, a scale or an item given twice.
    """

    tests: tuple[AdaptiveTest, ...]

    def __post_init__(self) -> None:
        scales = [test.calibration.scale for test in self.tests]
        items = [item for test in self.tests for item in test.calibration.item_ids]
        if twice := _twice(scales) or _twice(items):
            raise AdaptiveError(f"{', '.join(twice)} given twice; each scale is a test of its own.")
        if not self.tests:
            raise AdaptiveError("No scale is given; give the test of at least one.")

    @property
    def scale_of(self) -> dict[str, str]:
        """The scale of each item."""
        return {
            item: test.calibration.scale
            for test in self.tests
            for item in test.calibration.item_ids
        }

    def next_item(self, answers: Mapping[str, int | None]) -> str | None:
        """The item to ask now: the next one of the first scale that is not known well enough.

        Raises
        ------
        AdaptiveError
            as `AdaptiveTest.next_item`.
        """
        parts = self._parts(answers)
        asked = (test.next_item(part) for test, part in zip(self.tests, parts, strict=True))
        return next((item for item in asked if item is not None), None)

    def estimates(self, answers: Mapping[str, int | None]) -> dict[str, AdaptiveEstimate]:
        """What the answers so far say, by scale. Raises AdaptiveError."""
        return {
            test.calibration.scale: test.estimate(part)
            for test, part in zip(self.tests, self._parts(answers), strict=True)
        }

    def _parts(self, answers: Mapping[str, int | None]) -> list[dict[str, int | None]]:
        scale_of = self.scale_of
        if unknown := [str(item) for item in answers if item not in scale_of]:
            raise AdaptiveError(f"{', '.join(unknown)}: no item of these scales.")
        return [
            {item: answers[item] for item in answers if scale_of[item] == test.calibration.scale}
            for test in self.tests
        ]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
