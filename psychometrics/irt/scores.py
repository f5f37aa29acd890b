"""Where each interview lies on the trait, with its standard error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.irt._answers import IrtError
from psychometrics.irt._expect import BLOCK, OneHot, posterior_moments
from psychometrics.irt._pattern_curves import InformationCurves, Placed, Test, place
from psychometrics.irt._probabilities import boundaries, log_probabilities
from psychometrics.irt._quadrature import BEYOND, grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._estimate import Estimate

    Array = NDArray[np.float64]

ScoreMethod: TypeAlias = Literal["EAP", "MAP", "WLE"]

FURTHEST = 20.0
"""Trait values are looked for between −20 and 20."""

TIGHT = 1e-10


@dataclass(frozen=True, repr=False)
class TraitScores:
    """Trait values of the interviews, in standard deviations of the trait.

    Parameters
    ----------
    values, errors : (n, D) scores and standard errors, NaN where nothing was answered.
    method : "EAP", "MAP" or "WLE".
    reliability : (D,) of EAP scores, variance of the scores / (that + mean squared error); NaN for
        the other methods.
    n_used : interviews with a score. converged : every score was found.
    warnings : what a reader must know.
    """

    values: Array
    errors: Array
    method: ScoreMethod
    reliability: Array
    n_used: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Columns theta, se; with two traits theta1, theta2, se1, se2."""
        import pandas as pd

        D = self.values.shape[1]
        ends = [""] if D == 1 else [str(k + 1) for k in range(D)]
        names = [f"theta{end}" for end in ends] + [f"se{end}" for end in ends]
        return pd.DataFrame(np.hstack([self.values, self.errors]), columns=names)

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        low, high = np.nanmin(self.values), np.nanmax(self.values)
        head = (
            f"TraitScores: {self.method}, n = {self.n_used}, from {low:.2f} to {high:.2f}, "
            f"median standard error {np.nanmedian(self.errors):.2f}"
        )
        return "\n".join([head, *(f"Warning: {said}" for said in self.warnings)])


def trait_scores(answers: GradedAnswers, found: Estimate, method: ScoreMethod) -> TraitScores:
    """Scores of all interviews behind a fitted model; see `GradedModel.scores`."""
    ways = {"EAP": _expected, "MAP": _most_likely, "WLE": _weighted}
    if method not in ways:
        raise IrtError(f"There are no scores {method!r}; choose one of {', '.join(ways)}.")
    if method != "EAP" and found.parameters.slopes.shape[1] > 1:
        raise IrtError(f"{method} scores are for one trait; with two, ask for EAP.")
    values, errors = ways[method](answers, found)
    D = values.shape[1]
    reliability = np.full(D, np.nan)
    if method == "EAP":
        reliability = empirical_reliability(values, errors, answers.counts)
    nowhere = np.full((1, D), np.nan)
    by_row = [np.concatenate([part, nowhere])[answers.row] for part in (values, errors)]
    return TraitScores(
        values=by_row[0],
        errors=by_row[1],
        method=method,
        reliability=reliability,
        n_used=answers.n_used,
        converged=bool(np.isfinite(values).all()),
        warnings=_said(values, answers),
    )


def empirical_reliability(values: Array, errors: Array, counts: Array) -> Array:
    """(D,) variance of EAP scores / (variance + mean squared standard error).

    R: ``empirical_rxx(fscores(fit, full.scores.SE = TRUE))``, which divides the variance by n − 1.
    """
    n = counts.sum()
    mean = counts @ values / n
    spread = counts @ (values - mean) ** 2 / (n - 1)
    share: Array = spread / (spread + counts @ errors**2 / n)
    return share


def _said(values: Array, answers: GradedAnswers) -> tuple[str, ...]:
    lost = ~np.isfinite(values).all(axis=1)
    if not lost.any():
        return ()
    return (
        f"{answers.counts[lost].sum():.0f} interviews have no score: the likelihood of their "
        f"answers has no maximum. Ask for EAP.",
    )


def _expected(answers: GradedAnswers, found: Estimate) -> tuple[Array, Array]:
    """Mean and standard deviation of the posterior.

    With one trait on nodes that lie closer and reach further than the estimates need: errors that
    cancel over interviews do not cancel in one.
    """
    D = found.parameters.slopes.shape[1]
    on = grid(3 * found.grid.points - 2, reach=BEYOND) if D == 1 else found.grid
    log_p = log_probabilities(found.parameters, boundaries(found.parameters, on.nodes))
    means, variances = posterior_moments(OneHot(answers), log_p, on.prior, on.nodes)
    return means, np.sqrt(variances)


def _most_likely(answers: GradedAnswers, found: Estimate) -> tuple[Array, Array]:
    """Mode of the posterior, whose logarithm is concave; error from the curvature there."""
    begin, _ = _expected(answers, found)
    values, errors = np.empty(len(begin)), np.empty(len(begin))
    for rows in _blocks(np.arange(len(begin))):
        placed = place(found.parameters, answers.codes[rows])

        def step(theta: Array, placed: Placed = placed) -> tuple[Array, Array]:
            slope, bend = placed.likelihood(theta)
            return slope - theta, bend + 1.0

        values[rows] = _root(step, begin[rows, 0])
        errors[rows] = 1 / np.sqrt(step(values[rows])[1])
    return values[:, None], errors[:, None]


def _weighted(answers: GradedAnswers, found: Estimate) -> tuple[Array, Array]:
    """Root of l' + J / (2 I), with I and J of the items that were answered."""
    begin, _ = _expected(answers, found)
    values, errors = np.empty(len(begin)), np.empty(len(begin))
    curves = InformationCurves.of(found.parameters, FURTHEST)
    sets, member = np.unique(answers.codes >= 0, axis=0, return_inverse=True)
    for number, told in enumerate(sets):
        test = curves.of_items(told)
        for rows in _blocks(np.flatnonzero(member == number)):
            placed = place(found.parameters, answers.codes[rows])

            def step(
                theta: Array, placed: Placed = placed, test: Test = test
            ) -> tuple[Array, Array]:
                slope, bend = placed.likelihood(theta)
                pull, change = test.pull(theta)
                return slope + pull, bend - change

            values[rows] = _root(step, begin[rows, 0])
            errors[rows] = 1 / np.sqrt(test.information(values[rows]))
    return values[:, None], errors[:, None]


def _blocks(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for begin in range(0, len(rows), BLOCK):
        yield rows[begin : begin + BLOCK]


def _root(step: Callable[[Array], tuple[Array, Array]], theta: Array) -> Array:
    """Zero of a function that falls, by Newton's method inside a bracket; NaN where there is none.

    `step` gives the function and minus its derivative.
    """
    low, high = np.full(len(theta), -FURTHEST), np.full(len(theta), FURTHEST)
    for _ in range(100):
        value, fall = step(theta)
        low = np.where(value > 0, theta, low)
        high = np.where(value > 0, high, theta)
        following = theta + np.clip(value / np.where(fall > 0, fall, 1.0), -1.0, 1.0)
        outside = (following <= low) | (following >= high)
        following = np.where(outside & (value != 0), (low + high) / 2, following)
        done = bool(np.abs(following - theta).max() < TIGHT)
        theta = following
        if done:
            break
    return np.where(np.abs(theta) > FURTHEST - 0.01, np.nan, theta)
