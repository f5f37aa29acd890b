"""Weights that make a sample look like its population in what is known of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._margins import (
    Margins,
    WeightsError,
    checked_weights,
    raking_of,
    size_of_margins,
)
from psychometrics._plain import plain_fields

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from psychometrics._raking import Fit, Raking

    Array = NDArray[np.float64]

__all__ = ["CategoryShare", "Kish", "RakedWeights", "WeightsError", "kish", "rake"]


@dataclass(frozen=True, slots=True)
class Kish:
    """What unequal weights cost.

    Parameters
    ----------
    n_eff : interviews of equal weight that would be as precise, (Σw)² / Σw².
    design_effect : n / n_eff, at least 1: the factor by which variances grow.
    n_used : interviews.
    """

    n_eff: float
    design_effect: float
    n_used: int


@dataclass(frozen=True, slots=True)
class CategoryShare:
    """One category of one margin: its share in the population, and in the sample both ways."""

    margin: str
    category: str
    target: float
    unweighted: float
    weighted: float
    n: int


@dataclass(frozen=True, repr=False)
class RakedWeights:
    """Weights with which the sample has the margins of the population.

    Parameters
    ----------
    weights : (n,) positive, mean 1, in the order of the interviews.
    shares : a row a category: target, unweighted and weighted share, n.
    trim : largest weight allowed, the mean weight being 1; None: no limit.
    n_trimmed : interviews whose weight is at that limit.
    iterations : sweeps over all margins.
    converged : every margin holds, and no weight exceeds the limit.
    n_eff, design_effect : Kish's, see `kish`.
    """

    weights: Array
    shares: tuple[CategoryShare, ...]
    trim: float | None
    n_trimmed: int
    iterations: int
    converged: bool
    n_eff: float
    design_effect: float
    n_used: int
    method: str
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """A row a category; columns margin, category, target, unweighted, weighted, n."""
        import pandas as pd

        return pd.DataFrame([plain_fields(row) for row in self.shares])

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return (
            f"<RakedWeights: n = {self.n_used}, n_eff = {self.n_eff:.1f}, design effect "
            f"{self.design_effect:.3f}, weights {self.weights.min():.3f} to "
            f"{self.weights.max():.3f}>\n{self.table}"
        )

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format, index=False))


def kish(weights: ArrayLike) -> Kish:
    """Kish's effective number of interviews and design effect of weighting.

    n_eff = (Σw)² / Σw²; design effect n·Σw² / (Σw)² = 1 + (squared coefficient of variation of
    the weights). It holds for values that have nothing to do with the weights; where they have,
    weighting may cost less, or even gain.

    Source: Kish 1965, Survey Sampling, section 11.7. R: ``sum(w)^2 / sum(w^2)``.

    Raises
    ------
    WeightsError
        no weights, or one that is missing, zero or negative.
    """
    values = checked_weights(weights)
    squared = float(values.sum()) ** 2 / float((values**2).sum())
    return Kish(n_eff=squared, design_effect=len(values) / squared, n_used=len(values))


def rake(
    data: Any,
    margins: Margins,
    *,
    base: ArrayLike | None = None,
    trim: float | None = None,
) -> RakedWeights:
    """Rake interviews to known margins of the population (iterative proportional fitting).

    The weights of all interviews in a category are multiplied by target share / weighted share,
    margin after margin, until every margin holds to 1e-10. Among all weights with these margins
    they are the nearest to the base weights (Kullback–Leibler). With `trim`, weights above it are
    cut down to it and all are raked again, until both hold.

    Source: Deming & Stephan 1940, 10.1214/aoms/1177731829; Ireland & Kullback 1968,
    10.1093/biomet/55.1.179.
    R: ``loglin(target, as.list(seq_along(dim(target))), start = sample, fit = TRUE)`` gives the
    weighted table; ``survey::rake(design, list(~a, ~b), list(pop.a, pop.b))`` the weights.

    Parameters
    ----------
    data : DataFrame with a column for each margin; a Dataset (``language``, ``channel``, …); or a
        mapping name → (n,) labels.
    margins : margin → category → share of the population, percentage or count; each margin is
        divided by its sum. Categories are compared as text.
    base : (n,) design weights to start from, positive; without it all are alike.
    trim : largest weight, the mean weight being 1, above 1 (5 is common); None: no limit.

    Raises
    ------
    WeightsError
        no margin; a category that is absent from the sample or from the target; an interview whose
        category is not known; a share that is not positive; a setting out of range.
    """
    n = size_of_margins(data)
    if trim is not None and not trim > 1:
        raise WeightsError(
            f"trim is {trim}; give a multiple of the mean weight above 1, such as 5."
        )
    start = np.ones(n) if base is None else checked_weights(base, n)
    raking, names = raking_of(data, margins, start, trim)
    fit = raking.fit(np.ones((1, n)))
    weights = fit.factors[0][raking.group_of]
    precision = kish(weights)
    shares = _shares(raking, names, weights)
    return RakedWeights(
        weights=weights,
        shares=shares,
        trim=trim,
        n_trimmed=0 if trim is None else int((weights >= trim * (1 - 1e-5)).sum()),
        iterations=fit.sweeps,
        converged=bool(fit.converged[0] and fit.capped[0]),
        n_eff=precision.n_eff,
        design_effect=precision.design_effect,
        n_used=n,
        method="raking (iterative proportional fitting)"
        + (
            ""
            if trim is None
            else f", weights trimmed at {trim:g} times their mean and raked again"
        ),
        warnings=_warnings(fit, weights, margins, trim, shares),
    )


def _shares(
    raking: Raking, names: dict[str, list[str]], weights: Array
) -> tuple[CategoryShare, ...]:
    rows = []
    n = len(weights)
    for (margin, categories), code, target in zip(
        names.items(), raking.categories, raking.targets, strict=True
    ):
        of_interview = code[raking.group_of]
        plain = np.bincount(of_interview, minlength=len(target))
        weighted = np.bincount(of_interview, weights, minlength=len(target)) / n
        rows += [
            CategoryShare(margin, category, float(t), int(k) / n, float(w), int(k))
            for category, t, k, w in zip(categories, target, plain, weighted, strict=True)
        ]
    return tuple(rows)


def _neediest(shares: tuple[CategoryShare, ...]) -> str:
    row = max(shares, key=lambda share: share.target / share.unweighted)
    need = row.target / row.unweighted
    return f"{row.category!r} of {row.margin} needs a mean weight of {need:.2f}."


def _warnings(
    fit: Fit,
    weights: Array,
    margins: Margins,
    trim: float | None,
    shares: tuple[CategoryShare, ...],
) -> tuple[str, ...]:
    found = []
    if not fit.converged[0]:
        found.append(
            "The margins contradict the sample: some combinations that they would need were not "
            "interviewed, so that they cannot all hold. Merge categories, or leave a margin out."
        )
    elif not fit.capped[0]:
        found.append(
            f"The margins and the limit of {trim:g} do not hold together: the margins hold, the "
            f"largest weight is {weights.max():.2f}. {_neediest(shares)} Merge categories, or "
            f"raise trim."
        )
    sums = {margin: float(sum(shares.values())) for margin, shares in margins.items()}
    if max(sums.values()) > 1.001 * min(sums.values()):
        listed = ", ".join(f"{margin} {total:g}" for margin, total in sums.items())
        found.append(f"The margins add up to different totals ({listed}); each is taken as shares.")
    return tuple(found)
