"""A statistic worked out of many samples, here or on other processes, with the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from psychometrics._resampling import ResampleError, Units, select
from psychometrics._threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[np.intp]
    _Block: TypeAlias = tuple[int, np.random.SeedSequence]

_BLOCK = 25
_BLOCKS_AT_ONCE = 10
_NUMBERS_AT_ONCE = 16_000_000
_FEWEST_GROUPS = 200


@dataclass(frozen=True)
class Evaluation:
    """What is worked out of every sample: the statistic, its data, what is drawn, the weights."""

    statistic: Any
    data: Any
    units: Units
    weights: Array | None
    by_counts: bool

    @property
    def counts_at_once(self) -> int:
        """Samples whose counts are held in memory together."""
        most = _BLOCK * _BLOCKS_AT_ONCE
        return max(1, min(most, _NUMBERS_AT_ONCE // self.units.n))


@dataclass(frozen=True)
class Estimate:
    """The statistic of the data as they are: k values, their names, whether it is one number."""

    values: Array
    names: tuple[str, ...] | None
    scalar: bool


def estimate_of(how: Evaluation) -> Estimate:
    """The statistic of the data as they are. Its own errors are left to the caller to see.

    Raises
    ------
    ResampleError
        it is not a number or a vector of finite numbers.
    """
    with one_thread():
        raw = _of_whole(how)
    names = _names(raw, how.statistic)
    found = _numbers(raw)
    values = np.atleast_1d(found[0] if how.by_counts else found)
    if values.ndim != 1 or not np.isfinite(values).all() or not len(values):
        raise ResampleError(
            f"The statistic of the whole data is {values.tolist()!r}; it must be a finite number "
            f"or a vector of them."
        )
    if names is not None and len(names) != len(values):
        raise ResampleError(f"The statistic names {len(names)} of its {len(values)} values.")
    return Estimate(values, names, found.ndim == (1 if how.by_counts else 0))


def values_of(how: Evaluation, samples: Iterable[Numbers], width: int) -> Array:
    """(B, width) the statistic of B samples, given the units in each; NaN rows where it failed."""
    with one_thread():
        if not how.by_counts:
            return np.array([_from_rows(how, how.units.rows(units), width) for units in samples])
        remaining = iter(samples)
        parts = []
        while some := list(islice(remaining, how.counts_at_once)):
            parts.append(_from_counts(how, how.units.counts(some), width))
        return np.concatenate(parts)


def replicate(
    how: Evaluation,
    width: int,
    replicates: int,
    seed: np.random.SeedSequence,
    n_jobs: int | None,
    on_progress: Callable[[int, int], None] | None,
) -> Array:
    """(replicates, width) the statistic of random samples.

    Samples come in blocks, each with a seed of its own, so that the numbers depend neither on the
    processes nor on whether the statistic takes counts.
    """
    sizes = [min(_BLOCK, replicates - first) for first in range(0, replicates, _BLOCK)]
    blocks = list(zip(sizes, seed.spawn(len(sizes)), strict=True))
    step = max(1, how.counts_at_once // _BLOCK) if how.by_counts else 1
    work = [blocks[first : first + step] for first in range(0, len(blocks), step)]
    values = []
    for part in _run(how, width, work, n_jobs):
        values.append(part)
        if on_progress is not None:
            on_progress(sum(len(done) for done in values), replicates)
    return np.concatenate(values)


def jackknife(
    how: Evaluation, width: int, replicates: int, rng: np.random.Generator
) -> tuple[Array, int]:
    """Influence of each unit, or of random groups of units, up to a factor; and how many failed.

    (groups, width): (mₕ − gₕ)/mₕ times the mean of the stratum's jackknife values less the value
    without the group. Groups that fail have no influence.
    """
    groups = _groups(how.units, max(replicates, _FEWEST_GROUPS), rng)
    everyone = np.arange(how.units.m)
    values = values_of(how, (np.delete(everyone, group) for group in groups), width)
    finite = np.isfinite(values).all(axis=1)
    layer = np.array([how.units.stratum_of[group[0]] for group in groups])
    size = np.array([len(group) for group in groups])
    influence = np.zeros_like(values)
    for stratum in np.unique(layer[finite]):
        rows = finite & (layer == stratum)
        share = 1 - size[rows] / how.units.size[stratum]
        influence[rows] = (values[rows].mean(axis=0) - values[rows]) * share[:, None]
    return influence, int((~finite).sum())


def _run(
    how: Evaluation, width: int, work: list[list[_Block]], n_jobs: int | None
) -> Iterable[Array]:
    """Values of each piece of work, in order."""
    if n_jobs == 1:
        return (_piece(how, width, blocks) for blocks in work)
    from joblib import Parallel, delayed

    task = delayed(_piece)
    found: Iterator[Array] = Parallel(n_jobs=n_jobs, return_as="generator")(
        task(how, width, blocks) for blocks in work
    )
    return found


def _piece(how: Evaluation, width: int, blocks: list[_Block]) -> Array:
    return values_of(how, _samples(how.units, blocks), width)


def _samples(units: Units, blocks: list[_Block]) -> Iterator[Numbers]:
    for size, seed in blocks:
        rng = np.random.default_rng(seed)
        for _ in range(size):
            yield units.draw(rng)


def _from_counts(how: Evaluation, counts: Array, width: int) -> Array:
    weighted = counts if how.weights is None else counts * how.weights
    found = _numbers(how.statistic.from_counts(weighted))
    values = found[:, None] if found.ndim == 1 else found
    if values.shape != (len(counts), width):
        raise ResampleError(
            f"from_counts returned shape {found.shape} for {len(counts)} samples of {width} values."
        )
    values = values.copy()
    values[~np.isfinite(values).all(axis=1)] = np.nan
    return values


def _from_rows(how: Evaluation, rows: Numbers, width: int) -> Array:
    arguments = () if how.weights is None else (how.weights[rows],)
    sample = select(how.data, rows)
    try:
        found = how.statistic(sample, *arguments)
    except ValueError:
        return np.full(width, np.nan)
    values = np.atleast_1d(_numbers(found))
    if values.shape != (width,):
        raise ResampleError(
            f"The statistic has shape {values.shape} in a sample and ({width},) in the whole data; "
            f"it must give the same values for every sample, NaN where one is undefined."
        )
    return values if np.isfinite(values).all() else np.full(width, np.nan)


def _of_whole(how: Evaluation) -> Any:
    if how.by_counts:
        return how.statistic.from_counts(
            np.ones((1, how.units.n)) if how.weights is None else how.weights[None, :]
        )
    return how.statistic(how.data, *(() if how.weights is None else (how.weights,)))


def _numbers(found: Any) -> Array:
    values = list(found.values()) if isinstance(found, Mapping) else found
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ResampleError(
            f"The statistic returned {type(found).__name__}, which is not a number, a vector or a "
            f"mapping name → number."
        ) from error


def _names(found: Any, statistic: Any) -> tuple[str, ...] | None:
    if isinstance(found, Mapping):
        return tuple(str(name) for name in found)
    labels = getattr(found, "index", None) if hasattr(found, "iloc") else None
    given = getattr(statistic, "names", None) if labels is None else labels
    return None if given is None else tuple(str(name) for name in given)


def _groups(units: Units, most: int, rng: np.random.Generator) -> list[Numbers]:
    """Units to leave out together: one by one, or random groups when there are more than `most`."""
    groups: list[Numbers] = []
    for first, size in zip(units.first, units.size, strict=True):
        wanted = size if units.m <= most else max(2, min(size, round(most * size / units.m)))
        if size < 2:
            continue
        shuffled = first + (np.arange(size) if wanted == size else rng.permutation(size))
        groups += np.array_split(shuffled, wanted)
    return groups
