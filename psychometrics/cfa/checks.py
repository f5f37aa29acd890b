"""What answers must have for any factor model: people, variation, and no item that repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FLAT = 1e-24
"""A variance below this share of the squared mean is rounding, not variation."""
SINGULAR = 1e-10
INVOLVED = 1e-3
"""Weight from which an item has a part in the sum that does not vary."""


def check_groups(
    matrices: Sequence[Array], names: tuple[str, ...], items: int, *, ordered: bool
) -> None:
    """Raises ModelError for a group with too few interviews, matrices (n, items)."""
    for matrix, name in zip(matrices, names, strict=True):
        n = len(matrix)
        if n <= 1 or (n <= items and not ordered):
            where = f"Group {name}" if name else "The data"
            raise ModelError(
                f"{where}: {n} usable interviews are too few for {items} items; more than {items} "
                f"are needed. Use fewer items, or leave the group out."
            )


def check_spread(
    cov: Array, items: tuple[str, ...], names: tuple[str, ...], mean: Array | None = None
) -> None:
    """Raises ModelError where an item does not vary, or repeats or adds up others."""
    means = np.zeros(cov.shape[:2]) if mean is None else mean
    for matrix, centre, name in zip(cov, means, names, strict=True):
        where = f" in group {name}" if name else ""
        spread = np.diag(matrix)
        flat = ~(spread > FLAT * centre**2)
        if flat.any():
            listed = ", ".join(np.array(items)[flat])
            raise ModelError(f"Everybody gave the same answer to {listed}{where}; leave it out.")
        root = np.sqrt(spread)
        roots, directions = np.linalg.eigh(matrix / np.outer(root, root))
        if roots[0] < SINGULAR:
            listed = ", ".join(np.array(items)[np.abs(directions[:, 0]) > INVOLVED])
            raise ModelError(
                f"The covariances of the items{where} are not positive definite: one of {listed} "
                f"repeats or adds up others exactly. Leave it out."
            )


def check_incomplete(
    matrices: Sequence[Array], items: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """`check_spread` for answers (n, p) with gaps, of items one by one and of complete answers."""
    for matrix, name in zip(matrices, names, strict=True):
        where = f" in group {name}" if name else ""
        seen = ~np.isnan(matrix)
        few = seen.sum(axis=0) < 2
        if few.any():
            listed = ", ".join(np.array(items)[few])
            raise ModelError(f"Nobody, or one person, answered {listed}{where}; leave it out.")
        low, high = np.nanmin(matrix, axis=0), np.nanmax(matrix, axis=0)
        flat = ~((high - low) ** 2 > FLAT * low**2)
        if flat.any():
            listed = ", ".join(np.array(items)[flat])
            raise ModelError(f"Everybody gave the same answer to {listed}{where}; leave it out.")
        complete = matrix[seen.all(axis=1)]
        varied = len(complete) > 1 and bool((np.ptp(complete, axis=0) > 0).all())
        if varied and len(complete) > matrix.shape[1]:
            check_spread(np.cov(complete.T, ddof=0)[None], items, (name,))
