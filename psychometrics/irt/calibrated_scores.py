"""Scores of people who were not all asked the same items, by a calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.dataset import Dataset
from psychometrics.irt._trait_tables import trait_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._matrix import Answers
    from psychometrics.irt._trait_tables import Codes, TraitTables
    from psychometrics.irt.calibration import Calibration

    Array = NDArray[np.float64]

__all__ = ["CalibratedScores", "calibrated_scores"]

BLOCK = 4096
"""People handled at once."""


@dataclass(frozen=True)
class CalibratedScores:
    """Scores of n people on one scale.

    Parameters
    ----------
    scale : the scale. theta, error : (n,) EAP and its standard error, in standard deviations of the
        trait among those who calibrated it; NaN where nothing was answered.
    score, score_error : (n,) expected true score 0–100 and its standard error.
    answered : (n,) items answered. items : items of the scale.
    n_used : people with a score.
    method : how the scores came about; never set them beside scores of another method.
    """

    scale: str
    theta: Array
    error: Array
    score: Array
    score_error: Array
    answered: NDArray[np.intp]
    items: int
    n_used: int
    method: str

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def calibrated_scores(answers: Answers, calibration: Calibration) -> CalibratedScores:
    """Scores by a calibration, from whichever items each person answered.

    EAP and the posterior mean of the expected true score, as `AdaptiveTest.estimate` gives them;
    for answers of adaptive short forms, which no mean of answered items can score, since easy items
    go to some and hard ones to others. What was not asked is missing at random, for what is asked
    depends on answers given alone. Scores are drawn towards the mean of those who calibrated, by
    about error² of the way: means of groups are nearer to each other than those of the full form.
    R: ``fscores(fit, method = "EAP", response.pattern = x)``.

    Parameters
    ----------
    answers : Dataset, or DataFrame with the items as columns; as answered, never reversed. An array
        has the items in the order of the calibration.
    calibration : the items.

    Raises
    ------
    AdaptiveError
        an answer outside the response format. DatasetError: an item that is not in the data.
    """
    tables = trait_tables(calibration)
    codes = tables.codes(as_answered(answers, calibration))
    with one_thread():
        found = _estimates(tables, codes)
    answered = (codes >= 0).sum(axis=1)
    found[:, answered == 0] = np.nan
    theta, error, score, score_error = found
    return CalibratedScores(
        scale=calibration.scale,
        theta=theta,
        error=error,
        score=score,
        score_error=score_error,
        answered=answered,
        items=tables.p,
        n_used=int((answered > 0).sum()),
        method=f"EAP, graded response model calibrated on n = {calibration.n}",
    )


def as_answered(answers: Answers, calibration: Calibration) -> Array:
    """(n, p) answers to the calibrated items as they were given, NaN where missing."""
    if isinstance(answers, Dataset):
        return answers.numeric(calibration.item_ids)
    return as_matrix(answers, items=calibration.item_ids)[0]


def _estimates(tables: TraitTables, codes: Codes) -> Array:
    """(4, n): trait, its error, score, its error."""
    # An answer that was not given has code −1 and takes the last category: one that says nothing.
    silent = np.zeros_like(tables.log_p[:, :1])
    log_p = np.concatenate([tables.log_p, silent], axis=1)
    found = np.empty((4, len(codes)))
    for begin in range(0, len(codes), BLOCK):
        rows = slice(begin, begin + BLOCK)
        weights = np.tile(tables.log_prior, (len(codes[rows]), 1))
        for item in range(tables.p):
            weights += log_p[item, codes[rows, item]]
        posterior = tables.posterior(weights)
        found[:2, rows], found[2:, rows] = tables.trait(posterior), tables.score(posterior)
    return found
