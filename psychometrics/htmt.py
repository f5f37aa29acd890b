"""Heterotrait-monotrait ratios: whether items of two scales correlate less than within each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._count_moments import CountMoments
from psychometrics._matrix import as_matrix, listwise
from psychometrics._plain import plain_fields
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.syntax import parse_model
from psychometrics.resample import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Kind = Literal["htmt2", "htmt"]
_LEAST = 3


@dataclass(frozen=True)
class Htmt:
    """Heterotrait-monotrait ratios of correlations, with intervals where asked for.

    `values`, `lower`, `upper`: (m, m), 1 on the diagonal; the ends are NaN without intervals. A
    ratio whose interval lies below .85 (or .90 for scales close in meaning) speaks for distinct
    scales.
    """

    factors: tuple[str, ...]
    values: Array
    lower: Array
    upper: Array
    kind: Kind
    level: float
    n_used: int | None
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """Factors × factors."""
        import pandas as pd

        return pd.DataFrame(self.values, index=list(self.factors), columns=list(self.factors))

    @property
    def converged(self) -> bool:
        """Always: the ratios are no search."""
        return True

    def _repr_html_(self) -> str:
        return str(self.table.to_html(float_format="{:.3f}".format))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)


def htmt(
    model: str,
    data: Any,
    kind: Kind = "htmt2",
    ordered: bool = False,
    interval: int | None = None,
    *,
    level: float = 0.95,
    cluster: Any = None,
    n_jobs: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> Htmt:
    """Heterotrait-monotrait ratios, on absolute correlations of complete answers.

    Mean correlation of items of two factors over the root of the product of the mean correlations
    within each: geometric means for "htmt2" (Roemer, Schuberth & Henseler 2021,
    10.1108/IMDS-02-2021-0082), arithmetic ones for "htmt" (Henseler, Ringle & Sarstedt 2015,
    10.1007/s11747-014-0403-8). R: ``semTools::htmt(model, data, htmt2 = , ordered = )``.

    Parameters
    ----------
    model : factors and items in model syntax; everything but ``=~`` is left aside.
    ordered : polychoric instead of product-moment correlations.
    interval : bootstrap replicates of a percentile interval at `level`; None: no interval.
    cluster : (n,) who gave each interview, where people gave several: they are drawn as one.

    Raises ModelError when a factor has fewer than two items, there is one factor only, or fewer
    than three interviews are complete.
    """
    factors, items, members = _blocks(model)
    answers = as_matrix(data, items=items)[0]
    matrix = listwise(answers)
    if len(matrix) < _LEAST:
        raise ModelError(
            f"{len(matrix)} interviews answered all items; correlations need at least {_LEAST}."
        )

    ratios = _Ratios(items, members, kind, ordered)
    upper_half = np.triu_indices(len(factors), 1)
    values = _symmetric(ratios(matrix), upper_half, len(factors))
    lower = upper = np.full(values.shape, np.nan)
    said: tuple[str, ...] = ()
    if interval is not None:
        found = bootstrap(
            ratios if ordered else _CountedRatios(ratios, matrix),
            matrix,
            interval,
            interval="percentile",
            level=level,
            cluster=None
            if cluster is None
            else np.asarray(cluster)[~np.isnan(answers).any(axis=1)],
            n_jobs=n_jobs,
            on_progress=on_progress,
            rng=rng,
        )
        lower = _symmetric(np.atleast_1d(found.lower), upper_half, len(factors))
        upper = _symmetric(np.atleast_1d(found.upper), upper_half, len(factors))
        said = found.warnings
    return Htmt(factors, values, lower, upper, kind, level, len(matrix), said)


@dataclass(frozen=True)
class _Ratios:
    """The ratios of all pairs of factors, in order of ``np.triu_indices``, as a statistic."""

    items: tuple[str, ...]
    members: list[list[int]]
    kind: Kind
    ordered: bool

    def __call__(self, rows: Array) -> Array:
        with one_thread():
            found: Array = self.of(self._correlations(rows)[None])[0]
            return found

    def of(self, r: Array) -> Array:
        """(B, pairs) ratios of absolute correlations (B, p, p)."""
        logs = np.log(np.maximum(r, 1e-300)) if self.kind == "htmt2" else r
        means = logs.transpose(1, 2, 0)
        within = [means[np.ix_(own, own)][_pairs(len(own))].mean(axis=0) for own in self.members]
        found = []
        for a, b in zip(*_pairs(len(self.members)), strict=True):
            across = means[np.ix_(self.members[a], self.members[b])].mean(axis=(0, 1))
            if self.kind == "htmt2":
                found.append(np.exp(across - 0.5 * (within[a] + within[b])))
            else:
                found.append(across / np.sqrt(within[a] * within[b]))
        return np.stack(found, axis=1)

    def _correlations(self, rows: Array) -> Array:
        if self.ordered:
            from psychometrics._ordinal import ordinal_moments

            found: Array = np.abs(ordinal_moments(rows, self.items, gamma=False).correlations)
            return found
        flat = [item for item, s in zip(self.items, np.ptp(rows, axis=0), strict=True) if s == 0]
        if flat:
            raise ModelError(f"Everybody gave the same answer to {', '.join(flat)}; leave it out.")
        return np.abs(np.corrcoef(rows, rowvar=False))


class _CountedRatios:
    """The ratios of product-moment correlations from how often each interview was drawn."""

    def __init__(self, ratios: _Ratios, matrix: Array) -> None:
        self.ratios, self.counted = ratios, CountMoments(matrix)

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts → (B, pairs) ratios."""
        cov = self.counted.moments(counts)[2]
        sd = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.ratios.of(np.abs(cov / (sd[:, :, None] * sd[:, None, :])))


def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(count, 1)


def _blocks(model: str) -> tuple[tuple[str, ...], tuple[str, ...], list[list[int]]]:
    """Factors, all items, and the positions of each factor's items among them."""
    of_factor: dict[str, list[str]] = {}
    for statement in parse_model(model).statements:
        if statement.op == "=~":
            of_factor.setdefault(statement.lhs, []).append(statement.rhs)
    items = tuple(dict.fromkeys(item for own in of_factor.values() for item in own))
    short = [factor for factor, own in of_factor.items() if len(own) < 2]
    if len(of_factor) < 2 or short:
        what = f"Factor {', '.join(short)} has a single item" if short else "There is one factor"
        raise ModelError(f"{what}; the ratio needs two factors of two items or more.")
    members = [[items.index(item) for item in own] for own in of_factor.values()]
    return tuple(of_factor), items, members


def _symmetric(values: Array, at: tuple[NDArray[Any], NDArray[Any]], m: int) -> Array:
    found = np.eye(m)
    found[at] = values
    found.T[at] = values
    return found
