"""What a short form would have cost and kept: real answers asked again adaptively."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.irt._replay import Replay, adaptive_replay, fixed_replay, joined
from psychometrics.irt._short_form import Agreement, BoundResult, ShortForm, agreement, bound_result
from psychometrics.irt._stopping import AdaptiveError, Metric, StoppingRule
from psychometrics.irt._trait_tables import trait_tables
from psychometrics.irt.calibrated_scores import as_answered
from psychometrics.irt.calibration import Calibration, calibrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._matrix import Answers
    from psychometrics.dataset import Dataset

    Array = NDArray[np.float64]

__all__ = ["AdaptiveSimulation", "cross_validate_adaptive", "simulate_adaptive"]

BOUNDS = (0.3, 0.4, 0.5)
FEW = 500
"""Fewer interviews than this calibrate items roughly: Reise & Yu 1990."""


@dataclass(frozen=True, repr=False)
class AdaptiveSimulation:
    """Adaptive short forms of one scale beside its full form, on the same people.

    Parameters
    ----------
    scale : the scale. items : its number of items. n_used : people with an answer.
    folds : parts that were calibrated without their own people; None where one calibration, perhaps
        made from these very people, served for all.
    full_error : mean standard error of the trait with all items.
    full_score : expected true score with all items beside the score that the answers gave.
    bounds : one result for each standard error asked for.
    method : how it was done. warnings : what a reader must know.
    """

    scale: str
    items: int
    n_used: int
    folds: int | None
    full_error: float
    full_score: Agreement
    bounds: tuple[BoundResult, ...]
    method: str
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Two rows for each bound, the adaptive and the fixed form; columns form, bound, metric,
        reached, items, saved; then error, bias, rmse, expected_rmse, r of the trait; then the same
        of the score."""
        import pandas as pd

        rows = [
            _row(found, form) for found in self.bounds for form in (found.adaptive, found.fixed)
        ]
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        head = (
            f"AdaptiveSimulation: scale {self.scale}, {self.items} items, n = {self.n_used}; "
            f"{self.method}"
        )
        said = (f"Warning: {warning}" for warning in self.warnings)
        return "\n".join([head, self.table.round(3).to_string(index=False), *said])


def simulate_adaptive(
    answers: Answers,
    calibration: Calibration,
    bounds: Sequence[float] = BOUNDS,
    *,
    metric: Metric = "trait",
    most_items: int | None = None,
    fewest_items: int = 1,
) -> AdaptiveSimulation:
    """Ask people who answered everything again, adaptively, and compare with all their answers.

    Each person's real answers are given in the order in which the adaptive test would have asked;
    an item that was left open counts as asked and skipped. Beside it stands a fixed form, the items
    of steepest slope first, as long on average. Both are compared with the estimate from all items,
    of which they are part: the agreement is that of a part with its whole, and shows what
    shortening loses, not how well either measures.

    Parameters
    ----------
    answers : Dataset, or DataFrame with the items as columns; as answered, never reversed. An array
        has the items in the order of the calibration.
    calibration : the items. Where it was made from these very people, figures are a little too
        good; see `cross_validate_adaptive`.
    bounds : standard errors at which to stop. metric : of the trait or of the score, as for
        `AdaptiveTest`.
    most_items, fewest_items : as for `AdaptiveTest`.

    Raises
    ------
    AdaptiveError
        no bound, a bound out of range, answers outside the format, fewer than two people.
    DatasetError
        an item that is not in the data.

    R: ``catR::simulateRespondents``.
    """
    rules = _rules(bounds, metric, fewest_items, most_items)
    matrix = as_answered(answers, calibration)
    with one_thread():
        part = _Part.of(matrix, calibration)
    return _simulation([part], rules, folds=None)


def cross_validate_adaptive(
    dataset: Dataset,
    scale: str,
    bounds: Sequence[float] = BOUNDS,
    *,
    metric: Metric = "trait",
    folds: int = 5,
    most_items: int | None = None,
    fewest_items: int = 1,
) -> AdaptiveSimulation:
    """`simulate_adaptive`, each person placed by a calibration made without that person.

    Interviews are dealt out in turn into `folds` parts; the items of each part are calibrated on
    the others. So the figures are those of people who come after a calibration.

    Raises
    ------
    AdaptiveError
        fewer than two parts, and as `simulate_adaptive`. CalibrationError: a part leaves too few
        interviews, or answers that do not vary. DatasetError: there is no such scale.
    """
    rules = _rules(bounds, metric, fewest_items, most_items)
    if not 2 <= folds <= max(2, dataset.n):
        raise AdaptiveError(f"{folds} folds are asked for; give 2 or more, 5 as a rule.")
    turn = np.arange(dataset.n) % folds
    parts = []
    for fold in range(folds):
        calibration = calibrate(dataset.select(turn != fold), scale, source="the other folds")
        matrix = as_answered(dataset.select(turn == fold), calibration)
        with one_thread():
            parts.append(_Part.of(matrix, calibration))
    return _simulation(parts, rules, folds=folds)


def _row(found: BoundResult, form: ShortForm) -> dict[str, Any]:
    row: dict[str, Any] = {
        "form": form.method,
        "bound": found.standard_error,
        "metric": found.metric,
        "reached": found.reached if form.method == "adaptive" else np.nan,
        "items": form.mean_items,
        "saved": form.saved,
    }
    of_trait, of_score = (form.error, form.trait), (form.score_error, form.score)
    for prefix, (error, found_of) in (("", of_trait), ("score_", of_score)):
        row[f"{prefix}error"] = error
        row[f"{prefix}bias"] = found_of.bias
        row[f"{prefix}rmse"] = found_of.rmse
        row[f"{prefix}expected_rmse"] = found_of.expected_rmse
        row[f"{prefix}r"] = found_of.correlation
    return row


@dataclass(frozen=True)
class _Part:
    """People placed by one calibration: adaptively, in fixed order, and by what they answered."""

    adaptive: Replay
    fixed: Replay
    observed: Array
    calibration: Calibration

    @classmethod
    def of(cls, answers: Array, calibration: Calibration) -> _Part:
        tables = trait_tables(calibration)
        answers = answers[~np.isnan(answers).all(axis=1)]
        codes = tables.codes(answers)
        steepest = np.argsort([-each.slope for each in calibration.items], kind="stable")
        return cls(
            adaptive_replay(tables, codes),
            fixed_replay(tables, codes, steepest),
            _observed(answers, calibration),
            calibration,
        )


def _simulation(
    parts: list[_Part], rules: list[StoppingRule], folds: int | None
) -> AdaptiveSimulation:
    adaptive = joined([part.adaptive for part in parts])
    fixed = joined([part.fixed for part in parts])
    observed = np.concatenate([part.observed for part in parts])
    if adaptive.n < 2:
        raise AdaptiveError(f"{adaptive.n} interview(s) with an answer; at least 2 are compared.")
    calibration = parts[0].calibration
    how = (
        f"{folds} parts, each calibrated on the others"
        if folds
        else f"one calibration from n = {calibration.n} ({calibration.source})"
    )
    n = min(part.calibration.n for part in parts)
    said = dict.fromkeys(line for part in parts for line in part.calibration.warnings)
    return AdaptiveSimulation(
        scale=calibration.scale,
        items=len(calibration.items),
        n_used=adaptive.n,
        folds=folds,
        full_error=float(adaptive.full.error.mean()),
        full_score=agreement(adaptive.full.score, observed),
        bounds=tuple(bound_result(adaptive, fixed, observed, rule) for rule in rules),
        method=f"real answers asked again; EAP, graded response model; {how}",
        warnings=(*_few(n), *said),
    )


def _few(n: int) -> tuple[str, ...]:
    if n >= FEW:
        return ()
    return (f"{n} interviews calibrated the items; {FEW} or more are wanted.",)


def _rules(
    bounds: Sequence[float], metric: Metric, fewest: int, most: int | None
) -> list[StoppingRule]:
    if not len(bounds):
        raise AdaptiveError("No bound is given; give standard errors such as 0.3, 0.4, 0.5.")
    return [StoppingRule(float(bound), metric, fewest, most) for bound in bounds]


def _observed(answers: Array, calibration: Calibration) -> Array:
    """(n,) percent of the maximum possible where every item was answered, else NaN."""
    low, high = calibration.minimum, calibration.maximum
    turned = np.array([each.reversed for each in calibration.items])
    keyed = np.where(turned, low + high - answers, answers)
    score: Array = 100 * (keyed.mean(axis=1) - low) / (high - low)
    return score
