"""The moments that a model implies, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.residuals import first_count, ordinal_vector, threshold_names

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]


def implied_covariances(fit: ModelFit) -> list[pd.DataFrame]:
    """Items × items for each group; of ordered items the correlations of their responses y*."""
    import pandas as pd

    names = list(fit.items)
    scale = response_scale(fit)
    covs = fit.implied.cov * scale[:, :, None] * scale[:, None, :]
    return [pd.DataFrame(cov, index=names, columns=names) for cov in covs]


def implied_means(fit: ModelFit) -> list[pd.DataFrame]:
    """A column ``mean`` by item for each group, of y* where items are ordered."""
    import pandas as pd

    means = fit.implied.mu * response_scale(fit)
    if not fit.table.options.means:
        means = fit.sample.mean
    return [pd.DataFrame({"mean": mean}, index=list(fit.items)) for mean in means]


def implied_thresholds(fit: ModelFit) -> list[pd.DataFrame]:
    """A column ``threshold`` by item and cut for each group."""
    import pandas as pd

    vector = ordinal_vector(fit)
    if vector is None:
        raise ModelError("The items are not ordered, so there are no thresholds.")
    cuts = vector.moments(fit.x)[:, : first_count(fit)]
    return [pd.DataFrame({"threshold": cut}, index=threshold_names(fit)) for cut in cuts]


def response_scale(fit: ModelFit) -> Array:
    """(groups, p) δ: what brings the responses behind ordered items to variance 1; else 1."""
    scales = fit.structure.scales
    found = np.ones((len(fit.groups), fit.structure.p))
    found[:, scales.i] = fit.x[:, scales.row]
    return found
