"""Whether one model is a special case of another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._threads import one_thread
from psychometrics.cfa.discrepancy import LeastSquares, MaximumLikelihood
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.optimise import minimise

if TYPE_CHECKING:
    from psychometrics.cfa.discrepancy import Discrepancy
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.optimise import Minimum

PERFECT = 1e-7


def is_special_case(restricted: ModelFit, free: ModelFit) -> bool | None:
    """Whether the free model fits perfectly what the restricted one implies; None where unknown.

    Source: Bentler & Satorra 2010, 10.1037/a0019625. R: ``semTools::net(restricted, free)``.
    """
    found = expressed(restricted, free)
    if found is None or (found.value >= PERFECT and not found.converged):
        return None
    return found.value < PERFECT


def expressed(restricted: ModelFit, free: ModelFit) -> Minimum | None:
    """Where the free model comes nearest to the moments that the restricted one implies.

    None where the search cannot begin or end.
    """
    places = [restricted.items.index(name) for name in free.items]
    with one_thread():
        try:
            target = _implied_by(restricted, free, places)
            return minimise(target, free.parameter_map, free.minimum.theta)
        except (ModelError, np.linalg.LinAlgError):
            return None


def _implied_by(restricted: ModelFit, free: ModelFit, places: list[int]) -> Discrepancy:
    """The free model's discrepancy from the moments that the restricted one implies."""
    cov = restricted.implied.cov[:, places][:, :, places]
    mean = restricted.implied.mu[:, places] if free.table.options.means else None
    if not isinstance(free.discrepancy, LeastSquares):
        return MaximumLikelihood(free.structure, cov, mean, free.sample.share)
    if free.sample.ordinal:
        assert isinstance(restricted.discrepancy, LeastSquares)  # noqa: S101
        if free.items != restricted.items:
            raise ModelError("Items stand in another order.")
        target = restricted.discrepancy.vector.moments(restricted.x)
        return replace(free.discrepancy, target=target)
    rows, columns = np.triu_indices(free.structure.p)
    moments = cov[:, rows, columns]
    target = moments if mean is None else np.concatenate([mean, moments], axis=1)
    return replace(free.discrepancy, target=target)
