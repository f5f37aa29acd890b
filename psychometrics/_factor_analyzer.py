"""The one place that imports factor_analyzer: unrotated minres and ml loadings.

`FactorAnalyzer(rotation=None)` minimises with numerical gradients and stops up to 1e-5 from the
minimum, and in some cases at a minimum that is not the lowest, so `_extraction.extract` takes its
end for one start among others and finishes.

What is never read: `phi_`, `rotation_matrix_`, communalities, uniquenesses, the variance table and
`sufficiency()` of a fitted `FactorAnalyzer`. After an oblique rotation they are wrong: factors are
sorted again but Φ is not, and communalities ignore Φ. Its `principal` draws random numbers and is
2e-3 off. Its `Rotator` is right for varimax, promax and oblimin at a tight tolerance, and tests
hold `psychometrics.rotation` to it; but it takes one start at a time and no other criterion.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics._extraction import Extraction, extract

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def unrotated(correlations: Array, factors: int, method: Literal["minres", "ml"]) -> Extraction:
    """Unrotated loadings and uniquenesses, as ``psych::fa(R, m, fm=, rotate="none")``."""
    from factor_analyzer import FactorAnalyzer

    with warnings.catch_warnings():
        # scikit-learn announces a renamed argument, and an early stop is mended by refine().
        warnings.simplefilter("ignore")
        fitted = FactorAnalyzer(factors, rotation=None, method=method, is_corr_matrix=True)
        loadings = fitted.fit(correlations).loadings_
    start = 1 - np.sum(np.asarray(loadings, np.float64) ** 2, axis=1)
    return extract(correlations, factors, method, [start])
