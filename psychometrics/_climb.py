"""Up the ladder, level by level, as far as it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psychometrics._group_ladder import InvarianceError
from psychometrics._invariance_rule import Verdict
from psychometrics._invariance_steps import Step, first_step, next_step
from psychometrics._partial_invariance import FreedParameter, release
from psychometrics.cfa.errors import ModelError

if TYPE_CHECKING:
    from psychometrics._group_ladder import Ladder
    from psychometrics._invariance_rule import Cutoffs
    from psychometrics.cfa.fit import ModelFit

MEANS = ("scalar", "strict")
"""Levels at which means of factors can be compared."""


@dataclass
class Climb:
    """What has been seen on the way up.

    `place`: the fit and step that the next level is compared with. `holding`: whether all levels
    so far hold, with what is `freed`. `defensible`: the highest fit of which that is true.
    """

    ladder: Ladder
    cutoffs: Cutoffs
    partial: bool
    max_freed: float
    steps: list[Step] = field(default_factory=list)
    fits: dict[str, ModelFit] = field(default_factory=dict)
    found: list[FreedParameter] = field(default_factory=list)
    freed: tuple[str, ...] = ()
    holding: bool = True
    full: str | None = None
    defensible: tuple[str, str] | None = None
    stopped_at: str | None = None
    reason: str | None = None

    def up(self, levels: tuple[str, ...]) -> None:
        """All levels, the first without equalities; it ends at one that cannot be fitted."""
        fit = self.ladder.base
        step = first_step(levels[0], fit)
        self._keep(fit, step)
        self._judged(step, "the groups do not have the same structure, or the model is not theirs")
        for level in levels[1:]:
            try:
                self._level(level)
            except (ModelError, InvarianceError) as error:
                self._stop(level, f"the model could not be fitted: {error}")
                break

    def verdict(self) -> Verdict:
        """The facts."""
        partial = None if self.defensible is None else self.defensible[0]
        comparable = "no"
        if partial in MEANS:
            comparable = "full" if self.full in MEANS else "partial"
        disagrees = [
            step.name
            for step in self.steps
            if step.change is not None and step.holds and step.change.p < 0.05
        ]
        return Verdict(
            highest=self.full,
            highest_partial=partial,
            means_comparable=comparable,
            stopped_at=self.stopped_at,
            reason=self.reason,
            cutoffs=self.cutoffs,
            test_disagrees=tuple(disagrees),
        )

    @property
    def place(self) -> tuple[ModelFit, Step]:
        """The fit and step that came last."""
        return self.fits[self.steps[-1].name], self.steps[-1]

    def _level(self, level: str) -> None:
        below = self.place
        fit, step = self._fitted(level, level, self.freed, below[0], below)
        self._keep(fit, step)
        if step.holds or not self.holding:
            self._judged(step, "")
        elif self.partial:
            self._let_go(fit, step, below)
        else:
            self._judged(step, f"{level}: the equalities do not hold")

    def _let_go(self, fit: ModelFit, step: Step, below: tuple[ModelFit, Step]) -> None:
        def judge(level: str, freed: tuple[str, ...], before: ModelFit) -> tuple[ModelFit, Step]:
            return self._fitted(level, f"partial {level}", freed, before, below)

        done = release(
            self.ladder, judge, (fit, step), self.freed, self.max_freed, len(self.found) + 1
        )
        if done.refused is None:
            self.found += done.freed
            self.freed = done.names
            self._keep(done.fit, done.step)
            self._judged(done.step, "")
        else:
            said = f", after {len(done.freed)} were let go in vain" if done.freed else ""
            self._judged(step, f"{done.refused}{said}")

    def _fitted(
        self,
        level: str,
        name: str,
        freed: tuple[str, ...],
        before: ModelFit,
        below: tuple[ModelFit, Step],
    ) -> tuple[ModelFit, Step]:
        fit = self.ladder.fit(level, freed, before)
        if not fit.converged:
            raise ModelError("the search for a minimum did not end")
        partial = self.ladder.carried(level, freed)
        return fit, next_step(level, name, partial, fit, below, self.cutoffs)

    def _keep(self, fit: ModelFit, step: Step) -> None:
        self.steps.append(step)
        self.fits[step.name] = fit

    def _judged(self, step: Step, why: str) -> None:
        if not step.holds:
            self._stop(step.level, why)
        if self.holding:
            self.defensible = (step.level, step.name)
            self.full = self.full if self.freed else step.level

    def _stop(self, level: str, why: str) -> None:
        if self.holding:
            self.holding, self.stopped_at, self.reason = False, level, why
