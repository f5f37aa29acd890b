"""Margins of the population, and the interviews raked to them, checked and put in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from psychometrics._raking import Raking
from psychometrics._resampling import labels_of, size_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

Margins: TypeAlias = Mapping[str, Mapping[Any, float]]


class WeightsError(ValueError):
    """Weights cannot be made or used. The message says what, where and how to mend it."""


def raking_of(
    data: Any, margins: Margins, base: Array, trim: float | None
) -> tuple[Raking, dict[str, list[str]]]:
    """What `rake` works on, and the categories of each margin in the order of its numbers."""
    if not margins:
        raise WeightsError("There is no margin to rake to; give one, such as language → shares.")
    codes, targets, names = [], [], {}
    for margin, shares in margins.items():
        wanted = {str(category): float(share) for category, share in shares.items()}
        found = _labels(data, margin, len(base))
        _require_target(margin, wanted, found)
        names[margin] = sorted(wanted)
        codes.append(np.searchsorted(names[margin], found))
        target = np.array([wanted[category] for category in names[margin]])
        targets.append(target / target.sum())
    return Raking.of(codes, targets, base, trim), names


def checked_weights(weights: ArrayLike, n: int | None = None) -> Array:
    """Weights as floats (n,). Raises WeightsError for one that is missing, zero or negative."""
    values = np.asarray(weights, np.float64)
    if values.ndim != 1 or not len(values) or (n is not None and len(values) != n):
        raise WeightsError(
            f"The weights have shape {values.shape}; give one for each of "
            f"{'the' if n is None else n} interviews."
        )
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        raise WeightsError(
            f"{int(wrong.sum())} weights are missing, zero or negative, the first in row "
            f"{int(np.argmax(wrong))}; leave those interviews out."
        )
    return values


def _labels(data: Any, margin: str, n: int) -> NDArray[np.str_]:
    raw = np.asarray(data[margin] if isinstance(data, Mapping) else labels_of(data, margin))
    if raw.shape != (n,):
        raise WeightsError(f"Margin {margin!r} has shape {raw.shape} for {n} interviews.")
    missing = np.array([label is None or label != label or label == "" for label in raw.tolist()])
    if missing.any():
        raise WeightsError(
            f"Margin {margin!r} is not known for {int(missing.sum())} of {n} interviews, the first "
            f"in row {int(np.argmax(missing))}; leave them out, or make 'unknown' a category."
        )
    if raw.dtype.kind == "f" and (raw == np.round(raw)).all():
        raw = raw.astype(np.int64)  # a column of whole numbers that once held gaps
    return raw.astype(np.str_)


def size_of_margins(data: Any) -> int:
    if isinstance(data, Mapping):
        return len(next(iter(data.values()), ()))
    return size_of(data)


def _require_target(margin: str, wanted: dict[str, float], found: NDArray[np.str_]) -> None:
    wrong = [category for category, share in wanted.items() if not 0 < share < np.inf]
    if wrong:
        raise WeightsError(
            f"Margin {margin!r}: the target of {', '.join(map(repr, wrong))} is not a positive "
            f"number; leave out a category that the population does not have."
        )
    present, counts = np.unique(found, return_counts=True)
    absent = sorted(set(wanted) - set(present.tolist()))
    if absent:
        raise WeightsError(
            f"Margin {margin!r}: nobody in the sample is {', '.join(map(repr, absent))}; merge it "
            f"with another category in sample and target, since no weight can make up for it."
        )
    unknown = {
        category: n
        for category, n in zip(present.tolist(), counts.tolist(), strict=True)
        if category not in wanted
    }
    if unknown:
        listed = ", ".join(f"{category!r} ({n} interviews)" for category, n in unknown.items())
        raise WeightsError(
            f"Margin {margin!r}: the target has no share for {listed}; give one, or leave these "
            f"interviews out."
        )
