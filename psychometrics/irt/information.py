"""How precisely the answers place somebody, along the scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics.irt._answers import IrtError
from psychometrics.irt._probabilities import boundaries, information_curves, log_probabilities

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from psychometrics.irt._estimate import Estimate

    Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class TestInformation:
    """Fisher information of items and test at trait values.

    Parameters
    ----------
    items : the p item names. theta : (T,) trait values.
    item : (T, p) information of each item. test : (T,) their sum.
    error : (T,) standard error of measurement, 1 / sqrt(test).
    reliability : (T,) test / (test + 1), the trait's variance being 1.
    marginal_reliability : that, averaged over the distribution of the trait.
    """

    items: tuple[str, ...]
    theta: Array
    item: Array
    test: Array
    error: Array
    reliability: Array
    marginal_reliability: float

    __test__ = False

    @property
    def table(self) -> pd.DataFrame:
        """Rows: trait values; columns theta, test, error, reliability, then one for each item."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("theta", "test", "error", "reliability")}
        items = dict(zip(self.items, self.item.T, strict=True))
        return pd.DataFrame({**columns, **items})

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        best = int(self.test.argmax())
        return (
            f"TestInformation: largest {self.test[best]:.2f} at {self.theta[best]:.2f} "
            f"(standard error {self.error[best]:.2f}); marginal reliability "
            f"{self.marginal_reliability:.3f}"
        )


def information_at(items: tuple[str, ...], found: Estimate, theta: ArrayLike) -> TestInformation:
    """Information of a fitted model with one trait; see `GradedModel.information`."""
    values = trait_values(found, theta)
    item = _information(found, values[:, None])
    test = item.sum(axis=1)
    on = _information(found, found.grid.nodes).sum(axis=1)
    with np.errstate(divide="ignore"):
        error = 1 / np.sqrt(test)
    return TestInformation(
        items=items,
        theta=values,
        item=item,
        test=test,
        error=error,
        reliability=test / (test + 1),
        marginal_reliability=float(found.grid.prior @ (on / (on + 1))),
    )


def probabilities_at(
    items: tuple[str, ...],
    categories: tuple[tuple[int, ...], ...],
    found: Estimate,
    theta: ArrayLike,
) -> pd.DataFrame:
    """Category characteristic curves, long: theta, item, category, probability."""
    import pandas as pd

    values = trait_values(found, theta)
    curves = np.exp(
        log_probabilities(found.parameters, boundaries(found.parameters, values[:, None]))
    )
    parts = [
        pd.DataFrame(
            {
                "theta": np.repeat(values, len(answers)),
                "item": item,
                "category": np.tile(answers, len(values)),
                "probability": curve[: len(answers)].T.ravel(),
            }
        )
        for item, answers, curve in zip(items, categories, curves, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def trait_values(found: Estimate, theta: ArrayLike) -> Array:
    """Values of one trait as a vector. Raises IrtError when they are not finite numbers."""
    if found.parameters.slopes.shape[1] > 1:
        raise IrtError("Curves along the trait are for a model with one dimension.")
    values = np.atleast_1d(np.asarray(theta, np.float64)).ravel()
    if not np.isfinite(values).all() or len(values) == 0:
        raise IrtError("A trait value is missing or infinite; give numbers such as -3 to 3.")
    return values


def _information(found: Estimate, nodes: Array) -> Array:
    curves = information_curves(boundaries(found.parameters, nodes))
    at: Array = (curves * found.parameters.slopes**2).T
    return at
