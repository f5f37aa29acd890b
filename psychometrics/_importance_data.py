"""Outcome and predictors as columns of numbers, refused where importance would be arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics._shapley import MOST_PREDICTORS, SINGULAR
from psychometrics.dataset import Dataset, DatasetError
from psychometrics.scoring import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics._matrix import Answers

    Array = NDArray[np.float64]

DETERMINED = 1e-8
"""Less unexplained variance than this: the outcome is worked out from its predictors."""


class RelativeImportanceError(ValueError):
    """Importance cannot be divided among these predictors. Says what, where and how to mend it."""


def columns(data: Answers, names: Sequence[str]) -> Array:
    """(n, len(names)) values; of a Dataset, scores of scales or answers to items after reversal."""
    if isinstance(data, Dataset):
        scales = {key.scale for key in data.keys}
        scores = score(data) if scales & set(names) else None
        found = [
            scores.column(name)
            if scores is not None and name in scales
            else as_matrix(data, items=[name])[0][:, 0]
            for name in names
        ]
        return np.column_stack(found)
    if hasattr(data, "columns"):
        return as_matrix(data, items=names)[0]
    matrix, known = as_matrix(data)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise DatasetError(f"Items not in the data: {', '.join(unknown)}; an array has item1, ….")
    return matrix[:, [known.index(name) for name in names]]


def require_apart(
    data: Answers, outcome: str, predictors: Sequence[str], parts: Mapping[str, Sequence[str]]
) -> None:
    """Raises RelativeImportanceError where the outcome is or contains a predictor."""
    if len(set(predictors)) < len(predictors) or outcome in predictors:
        raise RelativeImportanceError(
            f"A name is given twice among {', '.join([*predictors, outcome])}; the outcome and "
            f"every predictor must be different."
        )
    made_of = {name: {name} for name in (*predictors, outcome)}
    if isinstance(data, Dataset):
        made_of.update({key.scale: set(key.items) for key in data.keys})
    made_of.update({name: set(items) for name, items in parts.items()})
    for name in predictors:
        shared = made_of[name] & (made_of[outcome] | {outcome})
        if shared:
            raise RelativeImportanceError(
                f"{name} is part of the outcome {outcome} ({', '.join(sorted(shared))} in both): "
                f"it would be associated with it by arithmetic alone. Leave {name} out, or take "
                f"an outcome that does not contain it."
            )


def require_number(predictors: Sequence[str], method: str) -> None:
    """Raises RelativeImportanceError for too few or too many predictors, or an unknown method."""
    if method not in ("lmg", "johnson"):
        raise RelativeImportanceError(f"method is {method!r}; choose 'lmg' or 'johnson'.")
    if len(predictors) < 2:
        raise RelativeImportanceError("Importance is divided among at least two predictors.")
    if method == "lmg" and len(predictors) > MOST_PREDICTORS:
        raise RelativeImportanceError(
            f"LMG goes through 2^{len(predictors)} subsets of {len(predictors)} predictors; use "
            f"method='johnson', or at most {MOST_PREDICTORS} predictors."
        )


def require_solvable(matrix: Array, names: Sequence[str]) -> None:
    """Raises RelativeImportanceError where a regression on complete rows has no answer.

    `matrix` (n, p + 1), the outcome last, as in `names`.
    """
    n, p = len(matrix), len(names) - 1
    if n < p + 3:
        raise RelativeImportanceError(
            f"{n} interviews have every value of {', '.join(names)}; {p} predictors need at least "
            f"{p + 3}."
        )
    constant = [
        name for name, spread in zip(names, np.ptp(matrix, axis=0), strict=True) if not spread
    ]
    if constant:
        raise RelativeImportanceError(f"Everybody has the same value of {', '.join(constant)}.")
    correlations: Array = np.asarray(np.corrcoef(matrix, rowvar=False), np.float64)
    if np.linalg.eigvalsh(correlations[:p, :p])[0] < SINGULAR:
        raise RelativeImportanceError(
            f"One of {', '.join(names[:p])} repeats or adds up others exactly, so that importance "
            f"cannot be divided between them. Leave that one out."
        )
    r = correlations[:p, p]
    if 1 - r @ np.linalg.solve(correlations[:p, :p], r) < DETERMINED:
        raise RelativeImportanceError(
            f"{', '.join(names[:p])} determine {names[p]} exactly: it is made of them, and they "
            f"would be associated with it by arithmetic alone. Take another outcome."
        )
