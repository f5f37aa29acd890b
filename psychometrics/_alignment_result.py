"""The result of an alignment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RULE_OF_THUMB = 0.25
"""Share of noninvariant parameters up to which means are commonly trusted."""
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class AlignedFactor:
    """One factor in all groups.

    Parameters
    ----------
    mean, mean_se, variance, variance_se : (groups,) in the unit of the reference group.
    loadings, intercepts : (items, groups) aligned, in that unit.
    loading_shared, intercept_shared : (items, groups) whether the group shares the parameter.
    loading_r2, intercept_r2 : (items,) share of the variance over groups of the configural
        parameters that the factor's variances and means account for: near 1 is invariant, near 0
        (or below) is not.
    loss : the least F, its weights scaled to sum 1. agreeing : how many of the `starts` came to it.
    converged : its slope vanishes. identified : it curves upwards in every direction.
    """

    factor: str
    items: tuple[str, ...]
    mean: Array
    mean_se: Array
    variance: Array
    variance_se: Array
    loadings: Array
    intercepts: Array
    loading_shared: NDArray[np.bool_]
    intercept_shared: NDArray[np.bool_]
    loading_r2: Array
    intercept_r2: Array
    loss: float
    agreeing: int
    starts: int
    converged: bool
    identified: bool

    @property
    def noninvariant_share(self) -> float:
        """Share of this factor's loadings and intercepts, over groups, that are noninvariant."""
        return float(1 - np.mean([self.loading_shared, self.intercept_shared]))


@dataclass(frozen=True, repr=False, eq=False)
class Alignment:
    """Means and variances of factors in many groups.

    Parameters
    ----------
    groups : names, in order of first appearance. reference : whose factors have variance 1.
    factors : the figures of each factor. method, epsilon : as asked for.
    n : interviews of each group; n_used: of all; n_dropped: left out as incomplete.
    converged : the search of every factor ended at a minimum.
    """

    groups: tuple[str, ...]
    factors: tuple[AlignedFactor, ...]
    reference: str
    method: str
    epsilon: float
    n: tuple[int, ...]
    n_used: int
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]
    rule_of_thumb: float = RULE_OF_THUMB

    @cached_property
    def means(self) -> pd.DataFrame:
        """Rows factor, group; columns mean, se, ci_lower, ci_upper (95 %)."""
        return self._with_intervals("mean", lambda part: (part.mean, part.mean_se))

    @cached_property
    def variances(self) -> pd.DataFrame:
        """Rows factor, group; columns variance, se, ci_lower, ci_upper (95 %, on the log scale)."""
        return self._with_intervals("variance", lambda part: (part.variance, part.variance_se))

    @cached_property
    def noninvariant(self) -> pd.DataFrame:
        """Rows parameter ("loading", "intercept"), factor, item; columns groups; True where the
        group does not share the parameter."""
        return self._by_item(lambda part: (~part.loading_shared, ~part.intercept_shared))

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Aligned loadings and intercepts; rows and columns as in `noninvariant`."""
        return self._by_item(lambda part: (part.loadings, part.intercepts))

    @cached_property
    def r2(self) -> pd.DataFrame:
        """Rows factor, item; columns loading, intercept, and the share of groups that share each
        (loading_shared, intercept_shared)."""
        import pandas as pd

        rows = {
            (part.factor, item): {
                "loading": part.loading_r2[k],
                "intercept": part.intercept_r2[k],
                "loading_shared": part.loading_shared[k].mean(),
                "intercept_shared": part.intercept_shared[k].mean(),
            }
            for part in self.factors
            for k, item in enumerate(part.items)
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["factor", "item"])

    @property
    def noninvariant_share(self) -> float:
        """Share of all loadings and intercepts, over items and groups, that are noninvariant."""
        items = [len(part.items) for part in self.factors]
        shares = [part.noninvariant_share for part in self.factors]
        return float(np.average(shares, weights=items))

    @property
    def within_rule_of_thumb(self) -> bool:
        """Whether at most a quarter is noninvariant (Muthén & Asparouhov 2014,
        10.3389/fpsyg.2014.00978): a convention, not a test."""
        return self.noninvariant_share <= RULE_OF_THUMB

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, with the noninvariant share."""
        return plain_fields(self) | {
            "noninvariant_share": self.noninvariant_share,
            "within_rule_of_thumb": self.within_rule_of_thumb,
        }

    @property
    def _head(self) -> str:
        return (
            f"Alignment ({self.method}) of {len(self.groups)} groups, n = {self.n_used}; "
            f"{self.noninvariant_share:.1%} of loadings and intercepts noninvariant"
        )

    def __repr__(self) -> str:
        return as_text(self._head, [self.means], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.means, self.r2], self.warnings)

    def _with_intervals(
        self, name: str, values: Callable[[AlignedFactor], tuple[Array, Array]]
    ) -> pd.DataFrame:
        import pandas as pd
        from scipy.special import ndtri

        z = float(ndtri(0.5 + LEVEL / 2))
        estimate, se = np.concatenate([np.stack(values(part), 1) for part in self.factors]).T
        if name == "variance":
            reach = np.exp(z * se / estimate)
            lower, upper = estimate / reach, estimate * reach
        else:
            lower, upper = estimate - z * se, estimate + z * se
        rows = pd.MultiIndex.from_product(
            [[part.factor for part in self.factors], self.groups], names=["factor", "group"]
        )
        columns = {name: estimate, "se": se, "ci_lower": lower, "ci_upper": upper}
        return pd.DataFrame(columns, index=rows)

    def _by_item(
        self, values: Callable[[AlignedFactor], tuple[NDArray[Any], NDArray[Any]]]
    ) -> pd.DataFrame:
        import pandas as pd

        both = [values(part) for part in self.factors]
        rows = [
            (kind, part.factor, item)
            for kind in ("loading", "intercept")
            for part in self.factors
            for item in part.items
        ]
        stacked = np.concatenate([found[k] for k in range(2) for found in both])
        index = pd.MultiIndex.from_tuples(rows, names=["parameter", "factor", "item"])
        return pd.DataFrame(stacked, index=index, columns=list(self.groups))
