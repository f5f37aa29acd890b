"""What is asked of an estimation before it begins, and said of it when it has ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.irt._answers import GradedAnswers, IrtError

if TYPE_CHECKING:
    from psychometrics.irt._estimate import Estimate

STEEP = 8.0
"""A slope beyond this is hardly told from a step, and its standard error means little."""


def check_settings(dimensions: int, points: int | None, tolerance: float) -> None:
    """Raises IrtError for a number of traits, nodes or a tolerance that cannot be had."""
    if dimensions not in (1, 2):
        raise IrtError(
            f"{dimensions!r} dimensions asked for; give 1 or 2. For more, fit a factor model to "
            f"polychoric correlations."
        )
    if points is not None and not 11 <= points <= 501:
        raise IrtError(f"{points} points asked for; give between 11 and 501, or none.")
    if not 0 < tolerance <= 0.01:
        raise IrtError(f"A tolerance of {tolerance} asked for; give one above 0 and up to 0.01.")


def oriented(found: Estimate) -> Estimate:
    """The same with traits turned to the principal axes of the slopes, sums of slopes positive."""
    slopes = found.parameters.slopes
    if slopes.shape[1] > 1:
        slopes = slopes @ np.linalg.svd(slopes, full_matrices=False)[2].T
    turned = slopes * np.where(slopes.sum(axis=0) < 0, -1.0, 1.0)
    return replace(found, parameters=replace(found.parameters, slopes=turned))


def said_of(answers: GradedAnswers, found: Estimate) -> tuple[str, ...]:
    """Warnings about an estimate."""
    return (*_unfinished(found), *_shapes(answers, found), *_thin(answers, found))


def _unfinished(found: Estimate) -> tuple[str, ...]:
    if found.converged:
        return ()
    return (
        f"The search ended after {found.passes} passes without reaching a maximum; do not report "
        f"these figures. Leave out items that repeat each other or share nothing, or join "
        f"categories that few chose.",
    )


def _shapes(answers: GradedAnswers, found: Estimate) -> tuple[str, ...]:
    slopes = found.parameters.slopes
    said = []
    for item, slope in zip(answers.items, slopes, strict=True):
        if np.abs(slope).max() > STEEP:
            said.append(
                f"Item {item} separates people almost perfectly (a = {np.abs(slope).max():.1f}): "
                f"it repeats another item, or the rest share nothing. Leave it out, or look at "
                f"the correlations."
            )
        if slopes.shape[1] == 1 and slope[0] < 0:
            said.append(
                f"Item {item} runs against the others (a = {slope[0]:.2f}); reverse it before "
                f"the analysis."
            )
    return tuple(said)


def _thin(answers: GradedAnswers, found: Estimate) -> tuple[str, ...]:
    q = int(found.parameters.free.sum())
    if answers.n_used >= 5 * q:
        return ()
    return (
        f"{answers.n_used} interviews for {q} parameters: fewer than five each. Standard errors "
        f"are large and may be too small; join categories or collect more.",
    )
