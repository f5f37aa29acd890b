"""One draw of the factors of all interviews, given their answers and a model's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.linear_scores import factors_of
from psychometrics.cfa.patterns import patterns_of
from psychometrics.cfa.posterior_mode import answer_codes, modes, response_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.patterns import Patterns

    Array = NDArray[np.float64]

STEPS = 12
TAIL = 5
"""Degrees of freedom of the proposals, whose tails must not be thinner than the posterior's."""


@dataclass(frozen=True)
class GroupAnswers:
    """The interviews of one group: their places, answers (n, p), and what is worked out once.

    `patterns` of gaps where items are continuous; `codes` of the different answers (r, p) and
    `which` of them each interview gave (n,) where they are ordered.
    """

    at: NDArray[np.intp]
    matrix: Array
    patterns: Patterns | None
    codes: NDArray[np.intp]
    which: NDArray[np.intp]


@dataclass(frozen=True)
class FactorDraws:
    """Draws factors of the same answers at one set of parameters after another."""

    groups: tuple[GroupAnswers, ...]
    n: int

    @classmethod
    def of(cls, fit: ModelFit, matrix: Array, group: NDArray[np.intp]) -> FactorDraws:
        """Prepare the answers (n, p) of a fit, each of its group (n,)."""
        found = []
        nothing = np.zeros((0, matrix.shape[1]), np.intp), np.zeros(0, np.intp)
        for g in range(len(fit.groups)):
            at = np.flatnonzero(group == g)
            part = matrix[at]
            if not fit.sample.ordinal:
                found.append(GroupAnswers(at, part, patterns_of(part), *nothing))
                continue
            codes, which = np.unique(answer_codes(fit, g, part), axis=0, return_inverse=True)
            found.append(GroupAnswers(at, part, None, codes, which))
        return cls(tuple(found), len(matrix))

    def draw(self, fit: ModelFit, rng: np.random.Generator) -> Array | None:
        """(n, m) one draw at the parameters of a fit; None where they make no sense."""
        found = np.empty((self.n, len(fit.factors)))
        for g, answers in enumerate(self.groups):
            part = (
                _ordinal(fit, g, answers, rng)
                if answers.patterns is None
                else _normal(fit, g, answers, rng)
            )
            if part is None:
                return None
            found[answers.at] = part
        return found


def _normal(
    fit: ModelFit, group: int, answers: GroupAnswers, rng: np.random.Generator
) -> Array | None:
    """Conditional expectation plus noise of the conditional covariance, pattern by pattern."""
    assert answers.patterns is not None  # noqa: S101
    if not _proper(fit, group):
        return None
    factors, patterns = factors_of(fit, group), answers.patterns
    found = np.empty((len(answers.matrix), factors.m))
    for k, seen in enumerate(patterns.seen):
        rows = patterns.order[patterns.starts[k] : patterns.starts[k + 1]]
        weights, covariance = factors.regression(seen)
        values, vectors = np.linalg.eigh(covariance)
        if values[0] < -1e-8 * max(values[-1], 1e-300):
            return None
        noise = rng.standard_normal((len(rows), factors.m)) * np.sqrt(np.maximum(values, 0.0))
        distance = answers.matrix[np.ix_(rows, seen)] - factors.centre[seen]
        found[rows] = factors.mean + distance @ weights.T + noise @ vectors.T
    return found


def _proper(fit: ModelFit, group: int) -> bool:
    """Whether no variance is negative and the covariances of all variables can exist."""
    S = fit.structure.matrices(fit.x[group])[1]
    size = np.sqrt(np.maximum(np.diag(S), 1e-300))
    inner = np.linalg.eigvalsh(S / np.outer(size, size))[0] if (np.diag(S) >= 0).all() else -1.0
    return bool(inner > -1e-8 and np.linalg.eigvalsh(fit.implied.cov[group])[0] > 0)


def _ordinal(
    fit: ModelFit, group: int, answers: GroupAnswers, rng: np.random.Generator
) -> Array | None:
    """The last of some Metropolis steps with proposals around the posterior mode.

    Proposals do not depend on where the chain is, and have heavier tails than the posterior, so
    that it forgets its beginning geometrically fast.
    """
    try:
        model = response_model(fit, group)
        if not ((model.cuts[:, 1:] > model.cuts[:, :-1]) | np.isinf(model.cuts[:, 1:])).all():
            return None
        mode, curvature = modes(model, *model.limits(answers.codes))
    except ModelError:
        return None
    which = answers.which
    lower, upper = (part[which] for part in model.limits(answers.codes))
    spread = np.swapaxes(np.linalg.inv(np.linalg.cholesky(curvature)), -1, -2)[which]
    centre = mode[which]
    n, m = centre.shape

    def proposed() -> tuple[Array, Array]:
        z = rng.standard_normal((n, m)) / np.sqrt(rng.chisquare(TAIL, (n, 1)) / TAIL)
        u = centre + (spread @ z[..., None])[..., 0]
        density = -0.5 * (TAIL + m) * np.log1p((z**2).sum(axis=1) / TAIL)
        return u, model.log_posterior(u, lower, upper) - density

    here, weight = proposed()
    for _ in range(STEPS):
        there, other = proposed()
        taken = np.log(rng.random(n)) < other - weight
        here[taken], weight[taken] = there[taken], other[taken]
    found: Array = model.mean + here @ model.root.T
    return found
