"""Equality across groups, level by level, for ordered answers (Wu & Estabrook 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from psychometrics._equality_tests import tied_cells
from psychometrics._group_ladder import (
    Candidate,
    Place,
    candidate,
    places_of_groups,
)
from psychometrics._ordinal_syntax import CUTS, OrdinalSyntax, let_go
from psychometrics._refit import refit
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics._model_sample import ModelSample
    from psychometrics.cfa.fit import ModelFit


@dataclass(frozen=True)
class OrdinalLadder:
    """The ladder of groups for ordered answers, see `OrdinalSyntax`."""

    prepared: ModelSample

    @cached_property
    def syntax(self) -> OrdinalSyntax:
        """The models as text."""
        return OrdinalSyntax(self.prepared)

    @cached_property
    def base(self) -> ModelFit:
        """The configural model, with all rows written out so that every level has the same."""
        return self.prepared.fit(self.syntax.text("configural", ()))

    def levels(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Those that can be tested: with two categories throughout, nothing between configural
        and scalar."""
        if max(self.syntax.categories.values()) > 2:
            return wanted
        return tuple(level for level in wanted if level not in ("thresholds", "metric"))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the categories."""
        found = ["The cut-offs were not made for ordered answers."]
        two = [item for item, count in self.syntax.categories.items() if count == 2]
        if two:
            found.append(
                f"Two categories: {', '.join(two)}. What is equal in their thresholds, loadings "
                f"and intercepts can be tested together only, at scalar."
            )
        return tuple(found)

    def fit(self, level: str, freed: Sequence[str], before: ModelFit) -> ModelFit:
        """The model with the rows that Wu & Estabrook free at the level."""
        text = self.syntax.text(level, freed)
        return refit(before, parse_model(text), text)

    def candidates(self, fit: ModelFit, level: str, freed: Sequence[str]) -> list[Candidate]:
        """Thresholds item by item, loadings, intercepts; residuals are not let go one by one."""
        if level == "thresholds":
            return self._thresholds(fit, freed)
        if level == "metric":
            return self._loadings(fit)
        return self._intercepts(fit, freed) if level == "scalar" else []

    def carried(self, level: str, freed: Sequence[str]) -> tuple[str, ...]:
        """See `OrdinalSyntax.carried`."""
        return self.syntax.carried(level, freed)

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """By the model's ``=~``."""
        return self.syntax.indicators

    def places(self) -> dict[str, tuple[Place, ...]]:
        """One in each group."""
        return places_of_groups(self.base)

    def _thresholds(self, fit: ModelFit, freed: Sequence[str]) -> list[Candidate]:
        """An item's thresholds but two: the first two only set its origin and scale."""
        gone, found = let_go(freed), []
        rows = fit.table.rows[: fit.table.per_group]
        for item, count in self.syntax.categories.items():
            if count < 4 or item in gone:
                continue
            wanted = {f"t{k}" for k in range(3, count)}
            at = [k for k, r in enumerate(rows) if (r.lhs, r.op) == (item, "|") and r.rhs in wanted]
            cells = tuple((g, k) for g in range(1, len(fit.groups)) for k in at)
            found.append(Candidate(f"{item}{CUTS}", item, cells, ()))
        return found

    def _loadings(self, fit: ModelFit) -> list[Candidate]:
        found = []
        for cells in tied_cells(fit):
            row = fit.table.rows[cells[0][1]]
            if row.op == "=~" and row.name not in self.syntax.labelled:
                found.append(candidate(fit, row.name, row.rhs, cells))
        return found

    def _intercepts(self, fit: ModelFit, freed: Sequence[str]) -> list[Candidate]:
        """They are fixed at 0, not tied: every group's can be let go against the rest."""
        gone, found = self.carried("scalar", freed), []
        for k, row in enumerate(fit.table.rows[: fit.table.per_group]):
            here = row.op == "~1" and row.lhs in self.syntax.categories
            if here and row.name not in gone and f"{row.lhs}{CUTS}" not in gone:
                cells = [(g, k) for g in range(len(fit.groups))]
                found.append(candidate(fit, row.name, row.lhs, cells))
        return found
