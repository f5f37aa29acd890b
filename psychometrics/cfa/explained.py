"""How much of each item, factor and outcome a model explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


def explained_variance(fit: ModelFit) -> pd.DataFrame:
    """`ModelFit.r2`."""
    import pandas as pd

    s, variables = fit.structure, fit.table.variables
    names = (*s.observed, *s.latent)
    explained = {*variables.indicators, *variables.of_factors, *variables.dependent}
    at = np.array([k for k, name in enumerate(names) if name in explained], np.intp)
    found = shares(fit)[:, at]
    columns = list(fit.groups) if len(fit.groups) > 1 else ["r2"]
    return pd.DataFrame(found.T, index=[names[k] for k in at], columns=columns)


def shares(fit: ModelFit) -> Array:
    """(groups, variables) 1 less the share of residual variance, NaN where that is negative."""
    residual = np.diagonal(fit.structure.matrices(fit.x)[1], axis1=1, axis2=2)
    total = np.diagonal(fit.implied.total, axis1=1, axis2=2)
    proper = (residual >= 0) & (total > 0)
    return np.where(proper, 1 - residual / np.where(proper, total, 1.0), np.nan)
