"""Adjusting p values for the number of comparisons made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """q values that control the false discovery rate: (m,) p values → (m,) q values, same order.

    q₍ᵢ₎ = min over j ≥ i of min(1, m · p₍ⱼ₎ / j). For large grids, e.g. brand × dimension. The
    proof is for independent or positively dependent tests. Contrasts of brands with one another's
    mean are neither, so that there the rate is held approximately.

    Source: Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x.
    R: ``p.adjust(p, "BH")``.

    Raises
    ------
    ValueError
        a p value is missing or lies outside 0–1.
    """
    values = _checked(p)
    order = np.argsort(-values, kind="stable")
    m = len(values)
    steps = values[order] * (m / np.arange(m, 0, -1))
    return _restore(np.minimum.accumulate(steps), order)


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down p values, controlling the familywise error: (m,) → (m,), same order.

    p₍ᵢ₎ becomes the maximum over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎).

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65–70. R: ``p.adjust(p, "holm")``.

    Raises
    ------
    ValueError
        a p value is missing or lies outside 0–1.
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    return _restore(np.maximum.accumulate(steps), order)


def _checked(p: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(p, np.float64).ravel()
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError("A p value is missing or lies outside 0–1; leave such tests out.")
    return values


def _restore(sorted_values: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    adjusted = np.empty_like(sorted_values)
    adjusted[order] = np.minimum(sorted_values, 1.0)
    return adjusted
