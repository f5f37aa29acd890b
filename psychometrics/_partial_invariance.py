"""Which equalities of a failed level must be let go so that the rest of it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from psychometrics._equality_tests import ScoreSpace, ScoreTest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._group_ladder import Candidate, Ladder
    from psychometrics._invariance_steps import Step
    from psychometrics.cfa.fit import ModelFit

LEVEL = 0.05
LEAST = 2
"""Indicators of each factor that must stay invariant."""


class Judge(Protocol):
    """Fits a level with some parameters let go and says whether it holds."""

    def __call__(
        self, level: str, freed: tuple[str, ...], before: ModelFit
    ) -> tuple[ModelFit, Step]:
        """The fit and its step on the ladder."""
        ...


@dataclass(frozen=True, slots=True)
class FreedParameter:
    """One parameter that was let go.

    Parameters
    ----------
    level : at which. order : from 1, over all levels. parameter : as in lavaan's group.partial.
    chi2, df, p : the score test of letting it go in all groups, robust where the estimator is.
    group, expected_change : the group whose value deviates most, and how far it was expected to
        come to lie from the others'; None where thresholds are let go.
    cfi_before, cfi_after, rmsea_before, rmsea_after, srmr_before, srmr_after : what it brought.
    holds : whether the level holds from then on.
    """

    level: str
    order: int
    parameter: str
    chi2: float
    df: int
    p: float
    group: str | None
    expected_change: float | None
    cfi_before: float
    cfi_after: float
    rmsea_before: float
    rmsea_after: float
    srmr_before: float
    srmr_after: float
    holds: bool


@dataclass(frozen=True)
class Release:
    """What came of letting parameters go at one level; `refused`: why it was given up, or None."""

    freed: tuple[FreedParameter, ...]
    names: tuple[str, ...]
    fit: ModelFit
    step: Step
    refused: str | None


def release(
    ladder: Ladder,
    judge: Judge,
    failed: tuple[ModelFit, Step],
    freed: tuple[str, ...],
    max_freed: float,
    order: int,
) -> Release:
    """Let go one parameter after the other, the one with the largest score test first.

    It ends when the level holds. It is refused when no test is significant at .05 divided by
    their number, when a factor would keep fewer than two invariant indicators, or when more than
    the share `max_freed` of the level's parameters would be free.
    """
    fit, step = failed
    level, found = step.level, list[FreedParameter]()
    total = len(ladder.candidates(fit, level, freed)) + _gone(ladder, level, freed)
    while True:
        best = _strongest(ladder, fit, level, freed)
        refused = _refusal(ladder, best, level, freed, total, max_freed)
        if refused is not None or best is None:
            return Release(tuple(found), freed, fit, step, refused)
        candidate, together, single = best
        freed = (*freed, candidate.name)
        after, next_step = judge(level, freed, fit)
        found.append(_record(candidate, together, single, step, next_step, order + len(found)))
        fit, step = after, next_step
        if step.holds:
            return Release(tuple(found), freed, fit, step, None)


def _strongest(
    ladder: Ladder, fit: ModelFit, level: str, freed: Sequence[str]
) -> tuple[Candidate, ScoreTest, ScoreTest | None] | None:
    """The candidate whose letting go brings most, with its tests; None where none is significant.

    Tests with different degrees of freedom are compared by p, then by chi2 for each of them.
    """
    candidates = ladder.candidates(fit, level, freed)
    if not candidates:
        return None
    space = ScoreSpace(fit)
    tests = space.tests([candidate.cells for candidate in candidates], single=False)
    usable = [k for k, test in enumerate(tests) if test.best_chi2 == test.best_chi2]
    if not usable:
        return None
    best = min(usable, key=lambda k: (tests[k].best_p, -tests[k].best_chi2 / tests[k].df))
    if tests[best].best_p > LEVEL / len(usable):
        return None
    candidate = candidates[best]
    alone = space.tests([(cell,) for _, cell in candidate.singles], single=True)
    singles = [
        replace(test, group=name)
        for (name, _), test in zip(candidate.singles, alone, strict=True)
        if test.best_chi2 == test.best_chi2
    ]
    single = max(singles, key=lambda test: test.best_chi2, default=None)
    return candidate, replace(tests[best], parameter=candidate.name), single


def _refusal(
    ladder: Ladder,
    best: tuple[Candidate, ScoreTest, ScoreTest | None] | None,
    level: str,
    freed: Sequence[str],
    total: int,
    max_freed: float,
) -> str | None:
    if best is None:
        return (
            f"{level}: no single parameter stands out (score tests, Bonferroni-corrected), so that "
            f"letting one go would be arbitrary"
        )
    name, item = best[0].name, best[0].item
    gone = _free_items(ladder, level, (*freed, name))
    for factor, items in ladder.indicators().items():
        left = len(items) - len(gone & set(items))
        if item in items and left < LEAST:
            return (
                f"{level}: {name} would have to be let go, and of the {len(items)} indicators of "
                f"{factor} fewer than {LEAST} ({left}) would stay invariant"
            )
    share = (_gone(ladder, level, freed) + 1) / total
    if share > max_freed + 1e-9:
        return (
            f"{level}: {name} would have to be let go, and {share:.0%} of the level's parameters "
            f"would be free, more than {max_freed:.0%}"
        )
    return None


def _free_items(ladder: Ladder, level: str, freed: Sequence[str]) -> set[str]:
    """Items without equality in what the level is about."""
    found = set()
    for name in ladder.carried(level, freed):
        if level == "metric" and "=~" in name:
            found.add(name.split("=~")[1])
        elif level == "scalar" and name.endswith("~1"):
            found.add(name.removesuffix("~1"))
        elif level == "strict" and "~~" in name:
            found.add(name.split("~~")[0])
        elif "|" in name:
            found.add(name.split("|")[0])
    return found


def _gone(ladder: Ladder, level: str, freed: Sequence[str]) -> int:
    return len(_free_items(ladder, level, freed))


def _record(
    candidate: Candidate,
    together: ScoreTest,
    single: ScoreTest | None,
    before: Step,
    after: Step,
    order: int,
) -> FreedParameter:
    return FreedParameter(
        level=after.level,
        order=order,
        parameter=candidate.name,
        chi2=together.best_chi2,
        df=together.df,
        p=together.best_p,
        group=None if single is None else single.group,
        expected_change=None if single is None else single.epc,
        cfi_before=before.indices.cfi,
        cfi_after=after.indices.cfi,
        rmsea_before=before.indices.rmsea,
        rmsea_after=after.indices.rmsea,
        srmr_before=before.indices.srmr,
        srmr_after=after.indices.srmr,
        holds=after.holds,
    )
