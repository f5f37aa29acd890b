"""Answers drawn from a model: to plan a study, and to see whether an analysis can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._nonnormal import HeavyTails, ValeMaurelli
from psychometrics._population import Population, SimulationError, population_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

__all__ = ["HeavyTails", "SimulationError", "ValeMaurelli", "simulate"]

_SEED = 20240229
GROUP = "group"


@dataclass(frozen=True)
class Answering:
    """How people of a population come to answer: `missing` (p,) shares left out, and `nonnormal`
    the shape of the responses, None where they are normal."""

    population: Population
    missing: Array
    nonnormal: HeavyTails | ValeMaurelli | None = None

    def drawn(self, group: int, n: int, rng: np.random.Generator) -> Array:
        """(n, p) answers of one group, NaN where missing."""
        people = self.population
        factor = people.factor[group]
        answers: Array
        if self.nonnormal is None:
            answers = rng.standard_normal((n, len(people.items))) @ factor.T
        else:
            answers = self.nonnormal.drawn(factor, n, people.items, rng)
        answers += people.mean[group]
        for item, cuts in enumerate(people.cuts[group]):
            if len(cuts):
                answers[:, item] = np.searchsorted(cuts, answers[:, item], side="right") + 1
        if self.missing.any():
            answers[rng.random(answers.shape) < self.missing] = np.nan
        return answers

    @property
    def plain(self) -> bool:
        """Whether answers are normal, complete and not cut, so that their moments say all."""
        return self.nonnormal is None and not self.missing.any() and not self.population.cut


def simulate(
    model: str | ModelFit,
    n: int | Sequence[int],
    *,
    groups: Sequence[str] = (),
    standardised: bool = False,
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] | None = None,
    missing: float | Mapping[str, float] = 0.0,
    nonnormal: HeavyTails | ValeMaurelli | None = None,
    rng: np.random.Generator | None = None,
) -> pd.DataFrame:
    """Answers from a model with all its values.

    R: ``lavaan::simulateData(model, sample.nobs = n)``, whose defaults for values that are not
    given (loadings 1, covariances 0) are not taken over: a value that is missing is an error.

    Parameters
    ----------
    model : model syntax with a number before every term, ``"f =~ 0.7*x1 + 0.6*x2"``, or a fit,
        whose estimates are then the truth. Factors have variance 1 and means are 0 unless given.
    n : interviews; one number for each group, or of every group.
    groups : names of the groups; by default numbers, as many as the model gives values for.
    standardised : all items and factors have variance 1, residual variances follow, and covariances
        of residuals are correlations; so printed standardised solutions can be simulated.
    thresholds : where the responses are cut into answers 1, 2, …; for all items, or by item.
        The model's own (``x1 | -1*t1 + 0*t2``) are used without.
    missing : share of answers missing completely at random, of all items or by item.
    nonnormal : `HeavyTails` or `ValeMaurelli`; with thresholds, of the responses before the cut.
    rng : source of chance; a fixed seed when not given.

    Returns
    -------
    DataFrame : a row an interview, a column an item; with groups a last column ``group``.

    Raises
    ------
    SimulationError
        a value is missing or impossible. ModelSyntaxError, ModelError: the model cannot be read.
    """
    import pandas as pd

    people = population_of(model, group_names(groups, n), standardised=standardised)
    answering = answering_of(people, thresholds, missing, nonnormal)
    sizes = sizes_of(people, n)
    source = np.random.default_rng(_SEED) if rng is None else rng
    parts = [answering.drawn(g, size, source) for g, size in enumerate(sizes)]
    found = pd.DataFrame(np.concatenate(parts), columns=list(people.items))
    if len(people.groups) > 1:
        found[GROUP] = np.repeat(np.array(people.groups), sizes)
    return found


def answering_of(
    people: Population,
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] | None,
    missing: float | Mapping[str, float],
    nonnormal: HeavyTails | ValeMaurelli | None,
) -> Answering:
    """A population with how it answers. Raises SimulationError for what cannot be."""
    if thresholds is not None:
        people = people.with_cuts(thresholds)
    if nonnormal is not None and not isinstance(nonnormal, (HeavyTails, ValeMaurelli)):
        raise SimulationError(
            f"nonnormal is {nonnormal!r}; give HeavyTails(df) or ValeMaurelli(skewness, kurtosis)."
        )
    return Answering(people, _shares(people, missing), nonnormal)


def sizes_of(people: Population, n: int | Sequence[int]) -> tuple[int, ...]:
    """Interviews of each group. Raises SimulationError for a number that is not positive."""
    given = (n,) if isinstance(n, (int, np.integer)) else tuple(n)
    sizes = given * len(people.groups) if len(given) == 1 else given
    if len(sizes) != len(people.groups):
        raise SimulationError(
            f"n gives {len(sizes)} numbers of interviews for {len(people.groups)} group(s)."
        )
    if any(int(size) != size or size < 1 for size in sizes):
        raise SimulationError(f"n is {n}; give whole numbers of interviews from 1.")
    return tuple(int(size) for size in sizes)


def group_names(groups: Sequence[str], n: int | Sequence[int]) -> Sequence[str]:
    """Names of the groups; numbers where only several sizes are given."""
    several = not isinstance(n, (int, np.integer)) and len(n) > 1
    if groups or not several:
        return groups
    assert not isinstance(n, (int, np.integer))  # noqa: S101
    return tuple(str(k + 1) for k in range(len(n)))


def _shares(people: Population, missing: float | Mapping[str, float]) -> Array:
    if isinstance(missing, Mapping):
        unknown = [name for name in missing if name not in people.items]
        if unknown:
            raise SimulationError(f"missing names {', '.join(unknown)}, which the model has not.")
        shares = np.array([missing.get(name, 0.0) for name in people.items], np.float64)
    else:
        shares = np.full(len(people.items), float(missing))
    if not ((shares >= 0) & (shares < 1)).all():
        raise SimulationError("A share of missing answers is from 0 to below 1.")
    return shares
