"""What the answers of each group bring into a fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics.cfa.checks import check_groups, check_incomplete, check_spread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.membership import (
    checked_clusters,
    checked_weights,
    column_of,
    few_clusters,
    group_codes,
)
from psychometrics.moments import Moments, matrix_moments
from psychometrics.summary import AnswerSummary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics._ordinal import OrdinalMoments

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """The answers of one group: `matrix` (n, p) with NaN for missing, and who they are of.

    `rows`: which rows of the data as given. `weights` (n,) with mean 1 over all groups, `cluster`
    (n,): who belongs together; both None when not given.
    """

    matrix: Array
    rows: NDArray[np.intp]
    weights: Array | None = None
    cluster: NDArray[Any] | None = None


@dataclass(frozen=True)
class Sample:
    """The sample moments of every group, all with the same p items.

    Parameters
    ----------
    items, groups : names; one empty group name without groups.
    n : (groups,) interviews used. n_dropped : left out as incomplete or without a group.
    mean : (groups, p). cov : (groups, p, p), divisor n.
    answers : of each group, () when the sample is given by its moments.
    moments : of each group with fourth moments where robust errors need them, else ().
    ordinal : thresholds and polychoric correlations of each group where items are ordered.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n: NDArray[np.int64]
    mean: Array
    cov: Array
    answers: tuple[Answers, ...] = ()
    moments: tuple[Moments, ...] = ()
    ordinal: tuple[OrdinalMoments, ...] = ()
    n_dropped: int = 0
    has_means: bool = True
    warnings: tuple[str, ...] = field(default=())

    @property
    def total(self) -> int:
        """Interviews used in all groups."""
        return int(self.n.sum())

    @cached_property
    def share(self) -> Array:
        """(groups,) share of all interviews, or of their weights."""
        mass = np.array(self.n, np.float64)
        for k, part in enumerate(self.answers):
            if part.weights is not None:
                mass[k] = part.weights.sum()
        found: Array = mass / mass.sum()
        return found

    @property
    def clustered(self) -> bool:
        """Whether interviews belong together in clusters."""
        return any(part.cluster is not None for part in self.answers)

    @property
    def free_share(self) -> Array:
        """(groups,) share of all interviews less one a group, for what is divided by n − 1."""
        found: Array = (self.n - 1) / (self.n - 1).sum()
        return found

    @cached_property
    def fourth(self) -> Array:
        """(groups, 1 + p + p*, 1 + p + p*) mean of z zᵀ about the means, see `Moments`.

        With weights, of their squares over the sum of the weights; with C clusters, of their
        totals, times C / (C − 1).
        """
        return np.stack(
            [
                part.fourth * (part.n / part.sums[0, 0]) * few_clusters(part.clusters)
                for part in self.moments
            ]
        )

    @property
    def gamma(self) -> Array:
        """(groups, p + p*, p + p*) covariance of √n (means, covariances), without normality.

        R: ``lavInspect(fit, "gamma")`` with ``estimator = "MLM"``.
        """
        p = len(self.items)
        rows, columns = np.triu_indices(p)
        cov = np.stack([part.cov for part in self.moments])
        centre = np.concatenate([np.zeros((len(self.n), p)), cov[:, rows, columns]], axis=1)
        fourth = self.fourth
        across = fourth[:, 1:, :1] * centre[:, None, :]
        found: Array = fourth[:, 1:, 1:] - across - np.swapaxes(across, 1, 2)
        found += fourth[:, :1, :1] * centre[:, :, None] * centre[:, None, :]
        return found


@dataclass(frozen=True)
class Request:
    """Which answers a fit takes and what it needs of them."""

    items: tuple[str, ...]
    ordered: tuple[str, ...] = ()
    fiml: bool = False
    fourth: bool = False
    whole: tuple[str, ...] = ()
    """Items that must be answered even with FIML: observed predictors."""


def sample_of(
    data: Any,
    request: Request,
    *,
    group: Any = None,
    weights: Any = None,
    cluster: Any = None,
) -> Sample:
    """The sample of a data set.

    Raises
    ------
    ModelError
        no or too few complete interviews, an item that everybody answers alike, a group too small.
    DatasetError
        an unknown item or answers that are not numbers.
    """
    if isinstance(data, AnswerSummary):
        return _from_summary(data, request)
    matrix, _ = as_matrix(data, items=request.items)
    member = column_of(data, group, len(matrix), "group")
    weight = column_of(data, weights, len(matrix), "weights")
    clusters = column_of(data, cluster, len(matrix), "cluster")
    if weight is not None:
        weight = checked_weights(weight)
    keep = _kept(matrix, request)
    names, codes = group_codes(member, keep)
    answers = []
    if weight is not None:
        used = keep & (codes >= 0)
        weight = weight * used.sum() / weight[used].sum()
    if clusters is not None:
        clusters = checked_clusters(clusters, keep & (codes >= 0))
    for k in range(len(names)):
        chosen = keep & (codes == k)
        rows = np.flatnonzero(chosen)
        answers.append(
            Answers(
                matrix if len(rows) == len(matrix) else matrix[rows],
                rows,
                None if weight is None else weight[rows],
                None if clusters is None else clusters[rows],
            )
        )
    matrices = [part.matrix for part in answers]
    check_groups(matrices, names, len(request.items), ordered=bool(request.ordered))
    return _summed(tuple(answers), names, request, len(matrix))


def _kept(matrix: Array, request: Request) -> NDArray[Any]:
    """(n,) whether an interview is used: complete, or with FIML not empty."""
    if np.isfinite(matrix.sum()):
        return np.ones(len(matrix), bool)
    missing = np.isnan(matrix)
    if not request.fiml:
        return np.asarray(~missing.any(axis=1))
    must = [request.items.index(name) for name in request.whole]
    return np.asarray(~missing.all(axis=1) & ~missing[:, must].any(axis=1))


def _from_summary(data: AnswerSummary, request: Request) -> Sample:
    """The sample of answers that were counted already."""
    if request.fiml or request.fourth or request.ordered:
        raise ModelError(
            "From counted answers only ML, GLS and ULS can be had; robust errors, ordered items "
            "and FIML need the answers themselves."
        )
    unknown = [item for item in request.items if item not in data.items]
    if unknown:
        raise ModelError(f"The counted answers have no {', '.join(unknown)}.")
    at = np.array([data.items.index(item) for item in request.items])
    found = [data.moments(name) for name in data.groups]
    mean = np.stack([part.mean[at] for part in found])
    cov = np.stack([part.cov[np.ix_(at, at)] for part in found])
    check_spread(cov, request.items, data.groups, mean)
    n = np.array([part.n for part in found])
    return Sample(request.items, data.groups, n, mean, cov, n_dropped=data.n_dropped)


def _summed(
    answers: tuple[Answers, ...], names: tuple[str, ...], request: Request, n: int
) -> Sample:
    from psychometrics.cfa.patterns import pairwise_start

    items, p = request.items, len(request.items)
    used = np.array([len(part.matrix) for part in answers])
    common: dict[str, Any] = {
        "items": items,
        "groups": names,
        "n": used,
        "answers": answers,
        "n_dropped": n - int(used.sum()),
    }
    if request.ordered:
        ordinal = _ordinal(answers, request)
        said = tuple(dict.fromkeys(text for part in ordinal for text in part.warnings))
        correlations = np.stack([part.correlations for part in ordinal])
        zero = np.zeros((len(names), p))
        return Sample(**common, mean=zero, cov=correlations, ordinal=ordinal, warnings=said)
    if request.fiml:
        check_incomplete([part.matrix for part in answers], items, names)
        starts = [pairwise_start(part.matrix) for part in answers]
        mean, cov = np.stack([s[0] for s in starts]), np.stack([s[1] for s in starts])
        return Sample(**common, mean=mean, cov=cov)
    found = tuple(
        matrix_moments(
            part.matrix, items, fourth=request.fourth, weights=part.weights, cluster=part.cluster
        )
        for part in answers
    )
    mean, cov = np.stack([m.mean for m in found]), np.stack([m.cov for m in found])
    check_spread(cov, items, names, mean)
    return Sample(**common, mean=mean, cov=cov, moments=found)


def _ordinal(answers: tuple[Answers, ...], request: Request) -> tuple[OrdinalMoments, ...]:
    from psychometrics._ordinal import OrdinalError, ordinal_moments

    pooled = np.concatenate([part.matrix for part in answers])
    categories = None
    if len(answers) > 1:
        categories = tuple(tuple(np.unique(column).tolist()) for column in pooled.T)
    try:
        return tuple(
            ordinal_moments(part.matrix, request.items, categories=categories) for part in answers
        )
    except OrdinalError as error:
        raise ModelError(str(error)) from None


def ordinal_gamma(sample: Sample) -> Array:
    """(groups, m, m) covariance of √n (thresholds, polychoric correlations).

    Raises ModelError where a correlation is at its bound and has no error.
    """
    found = [part.gamma for part in sample.ordinal if part.gamma is not None]
    gamma = np.stack(found)
    if not np.isfinite(gamma).all():
        said = " ".join(dict.fromkeys(t for part in sample.ordinal for t in part.warnings))
        raise ModelError(
            f"A polychoric correlation is at its bound, so its error is unknown. {said} Leave one "
            f"of the two items out, or join categories."
        )
    return gamma
