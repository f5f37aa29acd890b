"""Where groups of people lie on a calibrated scale, whichever items each person was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.irt._quadrature import normal_shares
from psychometrics.irt._stopping import AdaptiveError
from psychometrics.irt._trait_tables import trait_tables
from psychometrics.irt.calibrated_scores import as_answered

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._matrix import Answers
    from psychometrics.irt._trait_tables import TraitTables
    from psychometrics.irt.calibration import Calibration

    Array = NDArray[np.float64]

__all__ = ["CalibratedMean", "CalibratedMeans", "calibrated_means"]

SMALLEST = 30
"""A group of fewer people has no mean."""
MOST_STEPS, TIGHT = 500, 1e-9
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class CalibratedMean:
    """The trait in one group, taken as normal there.

    Parameters
    ----------
    group : its code. n : people with an answer.
    mean, error : of the trait and standard error, in standard deviations among those who
        calibrated. deviation : the trait's standard deviation in the group.
    score, score_error, lower, upper : expected score 0–100 of the group, its standard error and
        95 % interval.
    """

    group: str
    n: int
    mean: float
    error: float
    deviation: float
    score: float
    score_error: float
    lower: float
    upper: float


@dataclass(frozen=True)
class CalibratedMeans:
    """Means of groups on one scale; `left_out` are groups too small, or whose search had no end."""

    scale: str
    means: tuple[CalibratedMean, ...]
    left_out: tuple[str, ...]
    n_used: int
    method: str

    @property
    def table(self) -> pd.DataFrame:
        """One row for each group."""
        import pandas as pd

        return pd.DataFrame([plain_fields(each) for each in self.means])

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def calibrated_means(
    answers: Answers, calibration: Calibration, group: Sequence[Any]
) -> CalibratedMeans:
    """Means of groups by marginal maximum likelihood, the items held at their calibration.

    Scores of persons (EAP) are drawn towards the mean of the calibration, the more the fewer items
    were asked, so their averages set groups too near each other. Here the mean μ and deviation σ of
    each group are estimated from the answers themselves (EM; errors from the observed information
    of μ and ln σ), which is right for whatever items were asked, so a short form and the full form
    lead to the same place. The expected score is that of `AdaptiveTest.expected_score` averaged
    over N(μ, σ²). Errors of the calibration itself are not in the standard errors; they move all
    groups alike. Mislevy 1984,
    Psychometrika 49, 359–381. R: ``multipleGroup`` of mirt with fixed items
    and free means and variances.

    Parameters
    ----------
    answers : as for `calibrated_scores`. group : (n,) group of each interview, "" for none.

    Raises
    ------
    AdaptiveError
        an answer outside the response format, labels that do not fit. DatasetError: an item that
        is not in the data.
    """
    tables = trait_tables(calibration)
    codes = tables.codes(as_answered(answers, calibration))
    labels = np.array([str(each) for each in group])
    if len(labels) != len(codes):
        raise AdaptiveError(f"{len(labels)} groups are given for {len(codes)} interviews.")
    told = (codes >= 0).any(axis=1)
    means, left_out = [], []
    with one_thread():
        for name in sorted({str(each) for each in labels[told]} - {""}):
            members = codes[told & (labels == name)]
            found = _mean(name, members, tables) if len(members) >= SMALLEST else None
            (left_out.append(name) if found is None else means.append(found))
    return CalibratedMeans(
        scale=calibration.scale,
        means=tuple(means),
        left_out=tuple(left_out),
        n_used=sum(each.n for each in means),
        method="normal trait by group, marginal maximum likelihood, graded response model "
        f"calibrated on n = {calibration.n}",
    )


def _mean(name: str, codes: NDArray[np.int8], tables: TraitTables) -> CalibratedMean | None:
    patterns, counts = np.unique(codes, axis=0, return_counts=True)
    silent = np.zeros_like(tables.log_p[:, :1])
    log_p = np.concatenate([tables.log_p, silent], axis=1)
    logs = log_p[np.arange(tables.p), patterns].sum(axis=1)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    place = _search(likelihood, counts / counts.sum(), tables.nodes)
    if place is None:
        return None
    mean, deviation = place
    z = (tables.nodes - mean) / deviation
    shares = normal_shares(tables.nodes[:, None], mean, deviation)
    variances = np.linalg.inv(_information(likelihood, counts, shares, z, deviation))
    by = np.array([shares @ (tables.scores * z) / deviation, shares @ (tables.scores * (z**2 - 1))])
    score, score_error = float(shares @ tables.scores), float(np.sqrt(by @ variances @ by))
    return CalibratedMean(
        group=name,
        n=len(codes),
        mean=mean,
        error=float(np.sqrt(variances[0, 0])),
        deviation=deviation,
        score=score,
        score_error=score_error,
        lower=max(0.0, score - NORMAL_95 * score_error),
        upper=min(100.0, score + NORMAL_95 * score_error),
    )


def _search(likelihood: Array, weight: Array, nodes: Array) -> tuple[float, float] | None:
    """Mean and deviation by EM; None where they run away, as when all chose the same end."""
    mean, deviation = 0.0, 1.0
    for _ in range(MOST_STEPS):
        posterior = likelihood * normal_shares(nodes[:, None], mean, deviation)
        posterior /= posterior.sum(axis=1, keepdims=True)
        here = weight @ posterior
        moved = float(here @ nodes)
        spread = float(np.sqrt(here @ (nodes - moved) ** 2))
        change = max(abs(moved - mean), abs(spread - deviation))
        mean, deviation = moved, spread
        if abs(mean) > 4 or not 0.05 < deviation < 4:
            return None
        if change < TIGHT:
            return mean, deviation
    return None


def _information(
    likelihood: Array, counts: NDArray[np.intp], shares: Array, z: Array, deviation: float
) -> Array:
    """Observed information (2, 2) of μ and ln σ, by Louis's rule: complete minus missing."""
    posterior = likelihood * shares
    posterior /= posterior.sum(axis=1, keepdims=True)
    m1, m2, m3, m4 = (posterior @ z**power for power in (1, 2, 3, 4))
    s = deviation
    complete = np.array([[np.full(len(m1), 1 / s**2), 2 * m1 / s], [2 * m1 / s, 2 * m2]])
    own = np.array([[(m2 - m1**2) / s**2, (m3 - m1 * m2) / s], [(m3 - m1 * m2) / s, m4 - m2**2]])
    information: Array = (complete - own) @ counts
    return information
