"""How uncertain an alignment is, by the delta method through its minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._alignment_groups import Configural
    from psychometrics._alignment_loss import Loss
    from psychometrics._alignment_search import Aligned

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class AlignedErrors:
    """`factor` (2 groups, 2 groups): covariance of (α, s); `loadings`, `intercepts` (items,
    groups, groups): covariances over groups of each item's aligned parameter."""

    factor: Array
    loadings: Array
    intercepts: Array


def aligned_errors(loss: Loss, found: Aligned, configural: Configural) -> AlignedErrors:
    """Covariances from those of the configural estimates.

    At the minimum the slope of F is 0, so (α, s) move with the configural estimates by
    −B (BᵀHB)⁻¹ Bᵀ C, with H the second derivatives of F, C those by (α, s) and the estimates, and
    B the directions in which the search is free.
    """
    p, groups = loss.loadings.shape
    curved = found.basis.T @ loss.curvature(found.at) @ found.basis
    C = loss.sensitivity(found.at).reshape(2 * groups, 2 * p, groups)
    pull = np.tensordot(found.basis.T, C, 1).reshape(len(curved), -1)
    moved = -(found.basis @ np.linalg.pinv(curved, rcond=1e-10, hermitian=True) @ pull)
    moved = np.moveaxis(moved.reshape(2 * groups, 2 * p, groups), 2, 1)
    half = np.einsum("agk,gkl->agl", moved, configural.covariance)
    factor = np.einsum("agk,bgk->ab", half, moved)
    return AlignedErrors(factor, *_of_items(loss, found, configural, half, factor))


def _of_items(
    loss: Loss, found: Aligned, configural: Configural, half: Array, factor: Array
) -> tuple[Array, Array]:
    """Aligned parameters are z = own part · configural estimates + toward (α, s)."""
    p, groups = loss.loadings.shape
    alpha, s = np.split(found.at, 2)
    loadings, _ = loss.aligned(found.at)
    V, unit = configural.covariance, np.exp(-s)
    k = np.arange(groups)
    results = []
    for kind in range(2):
        covariances = np.empty((p, groups, groups))
        for item in range(p):
            own = np.zeros((groups, 2 * p))
            toward = np.zeros((groups, 2 * groups))
            if kind == 0:
                own[:, item] = unit
                toward[k, groups + k] = -loadings[item]
            else:
                own[:, item], own[:, p + item] = -alpha * unit, 1.0
                toward[k, k], toward[k, groups + k] = -loadings[item], alpha * loadings[item]
            crossed = toward @ np.einsum("agk,gk->ag", half, own)
            total = toward @ factor @ toward.T + crossed + crossed.T
            total[k, k] += np.einsum("gk,gkl,gl->g", own, V, own)
            covariances[item] = total
        results.append(covariances)
    return results[0], results[1]
