"""What the answers of each group bring into a fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._matrix import as_matrix
from psychometrics.cfa.errors import ModelError
from psychometrics.dataset import Dataset
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

    @property
    def share(self) -> Array:
        """(groups,) share of all interviews."""
        found: Array = self.n / self.n.sum()
        return found

    @property
    def free_share(self) -> Array:
        """(groups,) share of all interviews less one a group, for what is divided by n − 1."""
        found: Array = (self.n - 1) / (self.n - 1).sum()
        return found

    @cached_property
    def fourth(self) -> Array:
        """(groups, 1 + p + p*, 1 + p + p*) mean of z zᵀ about the means, see `Moments`."""
        return np.stack([part.fourth for part in self.moments])

    @property
    def gamma(self) -> Array:
        """(groups, p + p*, p + p*) covariance of √n (means, covariances), without normality.

        R: ``lavInspect(fit, "gamma")`` with ``estimator = "MLM"``.
        """
        p = len(self.items)
        rows, columns = np.triu_indices(p)
        cov = np.stack([part.cov for part in self.moments])
        centre = np.concatenate([np.zeros((len(self.n), p)), cov[:, rows, columns]], axis=1)
        found: Array = self.fourth[:, 1:, 1:] - centre[:, :, None] * centre[:, None, :]
        return found


@dataclass(frozen=True)
class Request:
    """Which answers a fit takes and what it needs of them."""

    items: tuple[str, ...]
    ordered: tuple[str, ...] = ()
    fiml: bool = False
    fourth: bool = False


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
    member = _column(data, group, len(matrix), "group")
    weight = _column(data, weights, len(matrix), "weights")
    clusters = _column(data, cluster, len(matrix), "cluster")
    if weight is not None:
        weight = _checked_weights(weight)
    keep = _kept(matrix, fiml=request.fiml)
    names, codes = _codes(member, keep)
    answers = []
    if weight is not None:
        weight = weight * keep.sum() / weight[keep & (codes >= 0)].sum()
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
    _check_groups(answers, names, request)
    return _summed(tuple(answers), names, request, len(matrix))


def _kept(matrix: Array, *, fiml: bool) -> NDArray[Any]:
    """(n,) whether an interview is used: complete, or with FIML not empty."""
    if np.isfinite(matrix.sum()):
        return np.ones(len(matrix), bool)
    missing = np.isnan(matrix)
    return np.asarray(~missing.all(axis=1) if fiml else ~missing.any(axis=1))


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
    check_spread(cov, request.items, data.groups)
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
    check_spread(cov, items, names)
    return Sample(**common, mean=mean, cov=cov, moments=found)


def _ordinal(answers: tuple[Answers, ...], request: Request) -> tuple[OrdinalMoments, ...]:
    from psychometrics._ordinal import ordinal_moments

    pooled = np.concatenate([part.matrix for part in answers])
    categories = None
    if len(answers) > 1:
        categories = tuple(tuple(np.unique(column).tolist()) for column in pooled.T)
    return tuple(
        ordinal_moments(part.matrix, request.items, categories=categories) for part in answers
    )


def _column(data: Any, given: Any, n: int, what: str) -> NDArray[Any] | None:
    """A column by name, or values as given, one for each interview."""
    if given is None:
        return None
    if isinstance(given, str):
        if isinstance(data, Dataset) and hasattr(data, given):
            return np.asarray(getattr(data, given))
        if hasattr(data, "columns") and given in data.columns:
            return np.asarray(data[given])
        raise ModelError(f"{what}={given!r}: there is no such column in the data.")
    values = np.asarray(given)
    if values.shape != (n,):
        raise ModelError(f"{what} has {len(values)} values for {n} interviews.")
    return values


def _codes(member: NDArray[Any] | None, keep: NDArray[Any]) -> tuple[tuple[str, ...], Any]:
    """Group names in order of first appearance, and the group of each interview, −1 for none."""
    if member is None:
        return ("",), np.zeros(len(keep), np.intp)
    text = np.array(["" if _absent(value) else str(value) for value in member.tolist()])
    known = dict.fromkeys(name for name in text.tolist() if name)
    names = tuple(known)
    if len(names) < 2:
        raise ModelError("There is only one group in the data; leave group out.")
    place = {name: k for k, name in enumerate(names)}
    return names, np.array([place.get(name, -1) for name in text.tolist()])


def _absent(value: Any) -> bool:
    return value is None or value != value or value == ""


def _checked_weights(weight: NDArray[Any]) -> Array:
    values = weight.astype(np.float64)
    if not (values > 0).all() or np.isinf(values).any():
        raise ModelError("Weights must be positive numbers; leave out interviews that weigh 0.")
    return values


def _check_groups(answers: list[Answers], names: tuple[str, ...], request: Request) -> None:
    p = len(request.items)
    for part, name in zip(answers, names, strict=True):
        n = len(part.matrix)
        if n <= 1 or (n <= p and not request.ordered):
            where = f"Group {name}" if name else "The data"
            raise ModelError(
                f"{where}: {n} usable interviews are too few for {p} items; more than {p} are "
                f"needed. Use fewer items, or leave the group out."
            )


def check_spread(cov: Array, items: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Raises ModelError where an item does not vary, or repeats or adds up others."""
    for matrix, name in zip(cov, names, strict=True):
        where = f" in group {name}" if name else ""
        spread = np.diag(matrix)
        flat = [item for item, s in zip(items, spread, strict=True) if not s > 1e-12]
        if flat:
            raise ModelError(
                f"Everybody gave the same answer to {', '.join(flat)}{where}; leave it out."
            )
        root = np.sqrt(spread)
        if np.linalg.eigvalsh(matrix / np.outer(root, root))[0] < 1e-10:
            raise ModelError(
                f"The covariances of the items{where} are not positive definite: an item repeats "
                f"or adds up others exactly. Leave it out."
            )


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
