"""Person fit: do one person's answers follow the order in which everybody finds items hard?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics.dataset import DatasetError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from psychometrics._matrix import Answers

    Array = NDArray[np.float64]

_NODES = np.linspace(-5, 5, 81)
_ROWS_AT_ONCE = 2000


class GuttmanErrors(NamedTuple):
    """`errors` (n,) and `most` (n,): the number there could be at that sum; NaN: incomplete."""

    errors: Array
    most: Array


class GradedParameters(Protocol):
    """Parameters of a graded response model of one trait, e.g. a `psychometrics.irt` model.

    `items` (p,); `categories`: for every item its answers, ascending; `slopes` (p,) or (p, 1) a;
    `intercepts` (p, K − 1) d, NaN where an item has fewer: P(k or above) = 1/(1 + exp(−(aθ + dₖ))).
    """

    @property
    def items(self) -> Sequence[str]: ...
    @property
    def categories(self) -> Sequence[Sequence[int]]: ...
    @property
    def slopes(self) -> Any: ...
    @property
    def intercepts(self) -> Any: ...


class LogLikelihoodFit(NamedTuple):
    """(n,) each: log-likelihood less its expectation, its variance, and their ratio l_z."""

    excess: Array
    variance: Array
    lz: Array


def guttman_errors(
    answers: ArrayLike, minimum: int, maximum: int, reference: ArrayLike | None = None
) -> GuttmanErrors:
    """Guttman errors of rating items: pairs of item steps of which only the harder one was taken.

    Item j has maximum − minimum steps, step m taken by whoever answers minimum + m or more; the
    fewer take it in `reference`, the harder it is. Steps that equally many take count half. With
    R_jm the place of a step by difficulty and s the steps a person took, the errors are
    Σ R of the steps taken − s(s + 1)/2. `most` is their maximum among all answers with that s,
    found by dynamic programming; errors / most lies within 0–1 and does not depend on s.

    Source: Emons 2008, 10.1177/0146621607302479.
    R: ``PerFit::Gpoly(x, Ncat)`` and ``PerFit::Gnormed.poly(x, Ncat)``, which order equally hard
    steps by their column.

    Parameters
    ----------
    answers : (n, p) after reversal, NaN for missing; incomplete rows get NaN.
    minimum, maximum : ends of the response format.
    reference : (m, p) complete answers that tell how hard steps are; by default the complete rows.

    Raises
    ------
    DatasetError
        answers outside the format, or no complete row to tell how hard steps are.
    """
    values = np.asarray(answers, np.float64) - minimum
    steps = maximum - minimum
    complete = ~np.isnan(values).any(axis=1)
    inside = values[complete]
    if steps < 1 or (inside < 0).any() or (inside > steps).any() or (inside % 1 > 0).any():
        raise DatasetError(
            f"Answers must be whole numbers from {minimum} to {maximum} to count Guttman errors."
        )
    known = inside if reference is None else np.asarray(reference, np.float64) - minimum
    if not len(known):
        raise DatasetError("Nobody answered every item, so that no step can be called hard.")
    cost = _cost(known, steps)
    taken = inside.astype(np.intp)
    total = taken.sum(axis=1)
    least = total * (total + 1) / 2
    errors, most = np.full(len(values), np.nan), np.full(len(values), np.nan)
    errors[complete] = cost[np.arange(cost.shape[0]), taken].sum(axis=1) - least
    most[complete] = _most(cost)[total] - least
    return GuttmanErrors(errors, most)


def log_likelihood_fit(
    data: Answers, model: GradedParameters, *, theta: ArrayLike | None = None
) -> LogLikelihoodFit:
    """l_z: how likely a person's answers are at their trait, standardised.

    l_z = (l₀ − E) / √V with l₀ = Σ ln P(answer), E = Σⱼ Σₖ P ln P and
    V = Σⱼ [Σₖ P ln² P − (Σₖ P ln P)²], over the items answered. Near standard normal at the true θ;
    with an estimated θ its variance is below one, so that −1.645 flags fewer than 5 %.

    Source: Drasgow, Levine & Williams 1985, 10.1111/j.2044-8317.1985.tb00817.x.
    R: ``mirt::personfit(fit, method = "EAP")$Zh``.

    Parameters
    ----------
    data : Dataset, DataFrame or array with the items of the model, keyed as the model is.
    theta : (n,) traits; by default the mean of the posterior under a standard normal prior.

    Raises
    ------
    DatasetError
        the items do not match, an answer is no category of its item, or more than one trait.
    """
    slopes = np.asarray(model.slopes, np.float64)
    if slopes.ndim == 2 and slopes.shape[1] == 1:
        slopes = slopes[:, 0]
    intercepts = np.asarray(model.intercepts, np.float64)
    if slopes.ndim != 1 or intercepts.ndim != 2 or len(intercepts) != len(slopes):
        raise DatasetError("l_z is defined for models of one trait, with a slope for every item.")
    named = not isinstance(data, np.ndarray) and hasattr(data, "columns")
    matrix, _ = as_matrix(data, items=list(model.items) if named else None)
    answers = _category_numbers(matrix, model)
    given = None if theta is None else np.asarray(theta, np.float64)
    parts = [
        _fit_of(
            answers[first : first + _ROWS_AT_ONCE],
            slopes,
            intercepts,
            None if given is None else given[first : first + _ROWS_AT_ONCE],
        )
        for first in range(0, len(answers), _ROWS_AT_ONCE)
    ]
    excess, variance = (np.concatenate(column) for column in zip(*parts, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return LogLikelihoodFit(excess, variance, excess / np.sqrt(variance))


def _cost(reference: Array, steps: int) -> Array:
    """(p, steps + 1) sum of the places of the first 0, 1, … steps of each item."""
    taken = np.array([(reference >= m).mean(axis=0) for m in range(1, steps + 1)]).T
    _, group, sizes = np.unique(-taken.ravel(), return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    place = (ends - (sizes - 1) / 2)[group].reshape(taken.shape)
    return np.hstack([np.zeros((len(place), 1)), np.cumsum(place, axis=1)])


def _most(cost: Array) -> Array:
    """Largest sum of costs over items for every total number of steps."""
    p, width = cost.shape
    best = np.full(p * (width - 1) + 1, -np.inf)
    best[0] = 0.0
    for row in cost:
        shifted = np.full((width, len(best)), -np.inf)
        for taken, price in enumerate(row):
            shifted[taken, taken:] = best[: len(best) - taken] + price
        best = shifted.max(axis=0)
    return best


def _category_numbers(matrix: Array, model: GradedParameters) -> NDArray[np.intp]:
    """(n, p) which category each answer is, −1 for missing."""
    if matrix.shape[1] != len(model.items):
        raise DatasetError(
            f"The model has {len(model.items)} items and the data {matrix.shape[1]} columns."
        )
    numbers = np.full(matrix.shape, -1, np.intp)
    for j, (item, known) in enumerate(zip(model.items, model.categories, strict=True)):
        answered = ~np.isnan(matrix[:, j])
        column = matrix[answered, j]
        if not np.isin(column, known).all():
            strange = min(set(column.tolist()) - set(known))
            raise DatasetError(f"Item {item}: {strange:g} is no category of the model.")
        numbers[answered, j] = np.searchsorted(np.asarray(known), column)
    return numbers


def _fit_of(
    answers: NDArray[np.intp], slopes: Array, intercepts: Array, theta: Array | None
) -> tuple[Array, Array]:
    """(n,) l₀ − E and V of some interviews."""
    known = answers >= 0
    if theta is None:
        theta = _posterior_mean(answers, slopes, intercepts)
    logs = _log_probabilities(theta, slopes, intercepts)
    probability = np.exp(logs)
    weighted = probability * np.where(probability > 0, logs, 0.0)
    expected = weighted.sum(axis=2)
    spread = (weighted * np.where(probability > 0, logs, 0.0)).sum(axis=2) - expected**2
    observed = np.take_along_axis(logs, np.maximum(answers, 0)[:, :, None], axis=2)[:, :, 0]
    excess = np.where(known, observed - expected, 0.0).sum(axis=1)
    variance = np.where(known, spread, 0.0).sum(axis=1)
    nobody = ~known.any(axis=1)
    return np.where(nobody, np.nan, excess), np.where(nobody, np.nan, variance)


def _posterior_mean(answers: NDArray[np.intp], slopes: Array, intercepts: Array) -> Array:
    logs = _log_probabilities(_NODES, slopes, intercepts)
    likelihood = np.tile(-(_NODES**2) / 2, (len(answers), 1))
    for j, column in enumerate(answers.T):
        likelihood += np.where(column[:, None] >= 0, logs[:, j, np.maximum(column, 0)].T, 0.0)
    posterior = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    mean: Array = (posterior @ _NODES) / posterior.sum(axis=1)
    return mean


def _log_probabilities(theta: Array, slopes: Array, intercepts: Array) -> Array:
    """(n, p, K) ln P of every category at every trait; −inf for categories an item lacks."""
    from scipy.special import expit

    reached = np.nan_to_num(expit(theta[:, None, None] * slopes[:, None] + intercepts))
    n, p, _ = reached.shape
    padded = np.concatenate([np.ones((n, p, 1)), reached, np.zeros((n, p, 1))], axis=2)
    with np.errstate(divide="ignore"):
        logs: Array = np.log(np.maximum(padded[:, :, :-1] - padded[:, :, 1:], 0.0))
    return logs
