"""Means of groups in which the same people gave values: how far the means move together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._clusters import known_values, several_values
from psychometrics.means import ComparisonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]

__all__ = ["MeanCovariance", "covariance_if_any", "mean_covariance"]

LEAST_SHARE = 1e-12
"""Variance of a difference, as a share of what it were of other people, below which it is taken
for rounding: the same people gave the same differences throughout."""


@dataclass(frozen=True)
class MeanCovariance:
    """Means of k groups with the covariance that comes from people who gave values in several.

    Parameters
    ----------
    groups : their k codes.
    n, people, mean, sd : (k,) values, people who gave them, mean, standard deviation (n − 1).
    covariance : (k, k) of the means, cluster-robust (CR2).
    """

    groups: tuple[str, ...]
    n: Array
    people: Array
    mean: Array
    sd: Array
    covariance: Array
    _expected: Array = field(repr=False)
    _spread: Array = field(repr=False)
    _cells: tuple[Numbers, Numbers] = field(repr=False)

    def error(self, weights: Array) -> tuple[Array, Array]:
        """Variance and degrees of freedom (m,) of m sums of means, `weights` (m, k).

        With weights L: L V Lᵀ, and Satterthwaite's (Σ L²e)² / Σ L² h L², where e and h are
        expectation and half the variance of the groups' variances, were values independent and as
        spread as they are in each group.
        """
        squared = weights**2
        variance = ((weights @ self.covariance) * weights).sum(axis=1)
        independent = squared @ np.diag(self.covariance)
        expected = squared @ self._expected
        df = expected**2 / ((squared @ self._spread) * squared).sum(axis=1)
        return np.maximum(variance, LEAST_SHARE * independent), df

    def equality(self) -> tuple[float, float, float]:
        """F, its degrees of freedom between and within, of the test that all means are one.

        Q = dᵀ (C V Cᵀ)⁻¹ d for the k − 1 differences d = C·means; F = (η − q + 1)/(η q) · Q on
        q = k − 1 and η − q + 1 degrees of freedom, η = q (q + 1) / Σ Var of the elements of the
        standardised C V Cᵀ.
        """
        q = len(self.groups) - 1
        contrast = np.column_stack([np.ones(q), -np.eye(q)])
        gap = contrast @ self.mean
        floor = LEAST_SHARE * np.diag(np.diag(self.covariance))
        found = float(gap @ np.linalg.solve(contrast @ (self.covariance + floor) @ contrast.T, gap))
        working = (contrast * self._expected) @ contrast.T
        part = contrast.T @ np.linalg.solve(working, contrast)
        own = np.diag(part)
        eta = q * (q + 1) / float((self._spread * (part**2 + np.outer(own, own))).sum())
        within = eta - q + 1
        return within / (eta * q) * found, float(q), within

    def of(self, groups: Sequence[str]) -> MeanCovariance:
        """The same of some groups, in the order given. Raises ComparisonError for unknown ones."""
        absent = [name for name in groups if name not in self.groups]
        if absent:
            raise ComparisonError(f"The covariance holds no group {', '.join(absent)}.")
        at = np.array([self.groups.index(name) for name in groups], np.intp)
        block = np.ix_(at, at)
        place = np.full(len(self.groups), -1)
        place[at] = np.arange(len(at))
        group, person = self._cells
        kept = place[group] >= 0
        return MeanCovariance(
            tuple(groups),
            self.n[at],
            self.people[at],
            self.mean[at],
            self.sd[at],
            self.covariance[block],
            self._expected[at],
            self._spread[block],
            (place[group[kept]], person[kept]),
        )

    def people_in(self, groups: Iterable[str]) -> int:
        """How many people gave values in any of the groups, each counted once."""
        wanted = set(groups)
        asked = np.array([name in wanted for name in self.groups], np.bool_)
        group, person = self._cells
        return len(np.unique(person[asked[group]]))


def mean_covariance(
    groups: Mapping[str, ArrayLike], clusters: Mapping[str, ArrayLike]
) -> MeanCovariance:
    """Covariance of group means where people gave values in several groups, or several in one.

    With m values of person c in group b, residuals e from the group's mean and
    z = Σ e / (n √(1 − m/n)): V = Σ_c z zᵀ. This is the cluster-robust CR2 of the regression on
    group indicators; where everybody gives one value in a group, its diagonal is sd²/n, and of two
    groups that the same people rated, the variance of the difference is that of the paired t test.

    Degrees of freedom are Satterthwaite's, as Bell and McCaffrey work them out, with independent
    values of the groups' own variances as working model: Welch's where nobody gives two values,
    n − 1 where the same n people gave one in every group.

    Source: Bell & McCaffrey 2002, Survey Methodology 28, 169–181; Pustejovsky & Tipton 2018,
    10.1080/07350015.2016.1247004.
    R: ``clubSandwich::vcovCR(lm(y ~ 0 + group), cluster, type = "CR2", target = s2[group])`` with
    ``linear_contrast(test = "Satterthwaite")`` and ``Wald_test(test = "HTZ")``.

    Parameters
    ----------
    groups : group → values; missing values are left out.
    clusters : group → labels of the people who gave them, as many as values.

    Raises
    ------
    ComparisonError
        labels that do not fit the values, or a group with values of fewer than two people.
    """
    known = {
        str(name): known_values(values, clusters[name], name) for name, values in groups.items()
    }
    names = tuple(known)
    size = np.array([len(values) for values, _ in known.values()])
    values = np.concatenate([values for values, _ in known.values()])
    labels = np.concatenate([labels for _, labels in known.values()])
    group = np.repeat(np.arange(len(names)), size)
    person = np.unique(labels, return_inverse=True)[1]
    count = int(person.max(initial=-1)) + 1
    cells, cell_of, held = np.unique(
        group * count + person, return_inverse=True, return_counts=True
    )
    at, who = cells // max(count, 1), cells % max(count, 1)
    people = np.bincount(at, minlength=len(names))
    for name, found in zip(names, people.tolist(), strict=True):
        if found < 2:
            raise ComparisonError(f"Group {name} has values of {found} people; give at least two.")
    mean = np.array([part.mean() for part, _ in known.values()])
    sd = np.array([part.std(ddof=1) for part, _ in known.values()])
    n = size.astype(np.float64)
    summed = np.bincount(cell_of, values - mean[group], len(cells))
    factor = 1 / (n[at] * np.sqrt(1 - held / n[at]))
    covariance, expected, spread = _moments((at, who), n, summed * factor, held, factor)
    return MeanCovariance(
        names,
        n,
        people.astype(np.float64),
        mean,
        sd,
        covariance,
        sd**2 * expected,
        np.outer(sd**2, sd**2) * spread,
        (at, who),
    )


def covariance_if_any(
    groups: Mapping[str, ArrayLike], clusters: Mapping[str, ArrayLike] | None
) -> MeanCovariance | None:
    """`mean_covariance` where anybody gave several values, else None."""
    if clusters is None or not several_values(groups, clusters):
        return None
    return mean_covariance(groups, clusters)


def _moments(
    cells: tuple[Numbers, Numbers], n: Array, totals: Array, held: Numbers, factor: Array
) -> tuple[Array, Array, Array]:
    """V, and of each group's variance of unit values: expectation, half the covariances."""
    from scipy.sparse import csr_array

    at, who = cells
    shape = (int(who.max()) + 1, len(n))

    def table(values: Array) -> csr_array:
        return csr_array((values, (who, at)), shape=shape)

    own, centre = held * factor**2, factor * held / n[at]
    z, d, a, a2 = table(totals), table(own), table(centre), table(centre**2)
    expected = np.bincount(at, own, len(n)) - n * np.bincount(at, centre**2, len(n))
    crossed = (d.T @ a2).toarray() * n
    shared = np.outer(n, n) * (a.T @ a).toarray() ** 2
    spread = (d.T @ d).toarray() - crossed - crossed.T + shared
    return (z.T @ z).toarray(), expected, spread
