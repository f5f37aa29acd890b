"""The two families of tests of differential item functioning, each for a choice of anchors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.special import chdtrc

from psychometrics.irt._answers import IrtError
from psychometrics.irt._dif_logistic import item_regressions, sizes_of, statistics_of
from psychometrics.irt._estimate import estimate
from psychometrics.irt._expect import OneHot, posterior_moments
from psychometrics.irt._multigroup import GroupEstimate, begin_from, fit_groups, freed, group_grid
from psychometrics.irt._probabilities import boundaries, log_probabilities
from psychometrics.irt._quadrature import BEYOND, grid, normal_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._dif_groups import Groups
    from psychometrics.irt._multigroup import GroupAnswers

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]

TOLERANCE = 1e-5

FINE = 5001
"""Nodes for differences of curves, which have a bend where they cross."""

STEPS = (0.2, 0.5, 0.8)
"""Standardised differences of expected answers from which a size is small, moderate, large."""


@dataclass(frozen=True)
class Outcome:
    """Statistics by column (p,), sizes in words, and what the tests found of the groups."""

    statistics: dict[str, Array]
    sizes: tuple[str, ...]
    means: Array
    deviations: Array
    n_used: int
    converged: bool
    warnings: tuple[str, ...]


class Tests(Protocol):
    """Tests of all items, given which of them are anchors."""

    matching: str

    def test(self, anchors: Flags) -> Outcome:
        """Statistics with at least the column p."""


class LogisticTests:
    """Ordinal regressions on the score, or the trait, of the anchors and the item itself."""

    def __init__(
        self, answers: GradedAnswers, groups: Groups, matching: str, rng: np.random.Generator
    ) -> None:
        rows = groups.inside & (answers.row >= 0)
        if matching == "score":
            complete = np.min(answers.codes, axis=1) >= 0
            rows &= complete[answers.row]
        self.matching = matching
        self._answers, self._groups, self._rng = answers, groups, rng
        self._pattern, self._member = answers.row[rows], groups.member[rows]
        self._known: dict[bytes, Array] = {}
        sizes = np.bincount(self._member, minlength=len(groups.names))
        if sizes.min() < 2 * answers.width:
            raise IrtError(
                f"Group {groups.names[int(sizes.argmin())]} has {sizes.min()} complete interviews; "
                f'too few. Match on "theta", which needs no complete ones.'
            )

    def test(self, anchors: Flags) -> Outcome:
        """Three regressions of every item."""
        answers, G = self._answers, len(self._groups.names)
        found = []
        for j in range(answers.p):
            codes = answers.codes[self._pattern, j]
            told = codes >= 0
            used = anchors.copy()
            used[j] = True
            match = self._match(used)[self._pattern]
            found.append(item_regressions(codes[told], match[told], self._member[told], G))
        statistics = statistics_of(found, self._groups.names)
        unfinished = [
            item for item, one in zip(answers.items, found, strict=True) if not one.converged
        ]
        said = f"The regressions of {', '.join(unfinished)} did not converge; join rare answers."
        return Outcome(
            statistics=statistics,
            sizes=sizes_of(statistics["nagelkerke"]),
            means=np.full(G, np.nan),
            deviations=np.full(G, np.nan),
            n_used=len(self._pattern),
            converged=not unfinished,
            warnings=(said,) if unfinished else (),
        )

    def _match(self, used: Flags) -> Array:
        """(m,) matching value of every pattern."""
        if self.matching == "score":
            total: Array = self._answers.codes[:, used].sum(axis=1, dtype=np.float64)
            return total
        return self._traits(used)

    def _traits(self, used: Flags) -> Array:
        key = used.tobytes()
        if key not in self._known:
            part = self._answers.only(np.flatnonzero(used))
            found = estimate(part, 1, None, TOLERANCE, self._rng)
            log_p = log_probabilities(
                found.parameters, boundaries(found.parameters, found.grid.nodes)
            )
            means, _ = posterior_moments(OneHot(part), log_p, found.grid.prior, found.grid.nodes)
            self._known[key] = means[:, 0]
        return self._known[key]


class LikelihoodTests:
    """Graded models of all groups, an item's parameters equal or free between them."""

    matching = "model"

    def __init__(self, answers: GradedAnswers, groups: Groups, rng: np.random.Generator) -> None:
        self._answers, self._groups = answers, groups
        self._parts = tuple(_of_group(answers, groups, g) for g in range(len(groups.names)))
        pooled = estimate(answers, 1, None, TOLERANCE, rng)
        self._base = pooled.parameters
        self._grid = group_grid(pooled.grid.points)
        self._latent = np.zeros((len(groups.names) - 1, 2))

    def test(self, anchors: Flags) -> Outcome:
        """Every item free against equal, all items that are no anchors being free."""
        compact = self._fit(~anchors)
        self._latent = np.column_stack([compact.means[1:], np.log(compact.deviations[1:])])
        rows, converged = [], compact.converged
        for j in range(self._answers.p):
            free = ~anchors
            free[j] = not free[j]
            other = self._fit(free)
            converged &= other.converged
            augmented, equal = (other, compact) if free[j] else (compact, other)
            rows.append(self._statistics(j, augmented, equal, free if free[j] else ~anchors))
        return self._outcome(rows, compact, converged)

    def _fit(self, free: Flags) -> GroupEstimate:
        columns = freed(self._parts, free)
        begin = begin_from(self._base, columns, list(self._answers.values))
        return fit_groups(columns, self._grid, begin, self._latent, TOLERANCE)

    def _statistics(
        self, j: int, augmented: GroupEstimate, equal: GroupEstimate, free: Flags
    ) -> dict[str, float]:
        chi2 = max(0.0, 2 * (augmented.loglik - equal.loglik))
        df = augmented.free - equal.free
        row = {"chi2": chi2, "df": float(df), "p": float(chdtrc(df, chi2))}
        columns = freed(self._parts, free)
        nodes = grid(FINE, reach=BEYOND).nodes
        curves = _expected_answers(augmented, columns, j, nodes)
        for g, name in enumerate(self._groups.names[1:], 1):
            prior = normal_shares(nodes, augmented.means[g], augmented.deviations[g])
            apart = curves[g] - curves[0]
            row[f"signed_{name}"] = float(prior @ apart)
            row[f"unsigned_{name}"] = float(prior @ np.abs(apart))
            spread = np.mean([prior @ c**2 - (prior @ c) ** 2 for c in (curves[0], curves[g])])
            row[f"standardised_{name}"] = float(prior @ apart / np.sqrt(spread))
        return row

    def _outcome(
        self, rows: list[dict[str, float]], compact: GroupEstimate, converged: bool
    ) -> Outcome:
        statistics = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        apart = [v for name, v in statistics.items() if name.startswith("standardised_")]
        words = np.array(["negligible", "small", "moderate", "large"])
        largest = np.abs(apart).max(axis=0)
        said = "A model of the groups did not reach its maximum; do not rely on these tests."
        return Outcome(
            statistics=statistics,
            sizes=tuple(words[np.searchsorted(STEPS, largest, side="right")].tolist()),
            means=compact.means,
            deviations=compact.deviations,
            n_used=round(sum(part.weight for part in self._parts)),
            converged=converged,
            warnings=() if converged else (said,),
        )


def _of_group(answers: GradedAnswers, groups: Groups, number: int) -> GradedAnswers:
    """The patterns of one group, with its counts."""
    rows = answers.row[(groups.member == number) & (answers.row >= 0)]
    counts = np.bincount(rows, minlength=len(answers.counts)).astype(np.float64)
    kept = np.flatnonzero(counts)
    return replace(answers.take(kept), counts=counts[kept])


def _expected_answers(
    found: GroupEstimate, columns: GroupAnswers, item: int, nodes: Array
) -> list[Array]:
    """(Q,) expected answer to a free item at every node, for each group."""
    log_p = log_probabilities(found.parameters, boundaries(found.parameters, nodes))
    values = columns.parts[0].values
    return [
        np.array(values[column], np.float64) @ np.exp(log_p[column, : len(values[column])])
        for column in np.flatnonzero(columns.origin == item)
    ]
