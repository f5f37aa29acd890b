"""Equality across groups, level by level, for answers taken as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from psychometrics._equality_tests import tied_cells
from psychometrics._refit import refit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psychometrics._equality_tests import Cell
    from psychometrics._model_sample import ModelSample
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.partable import Row
    from psychometrics.cfa.variables import Variables

EQUAL: dict[str, tuple[str, ...]] = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
}
"""What each level holds equal, by lavaan's names."""


class InvarianceError(ValueError):
    """The answers do not allow the comparison. The message says where, why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parameter that a level holds equal and that could be freed.

    `name` as in lavaan's group.partial; `item` whose it is; `cells`: the (group, row) places to
    let go all together; `singles`: those of each group (or wave) alone, with its name.
    """

    name: str
    item: str
    cells: tuple[Cell, ...]
    singles: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mean and variance of a factor stand: a label (the group or wave), the number of
    the group, the name of the factor in the model."""

    label: str
    group: int
    latent: str


class Ladder(Protocol):
    """A sequence of models, each holding more equal than the one before."""

    @property
    def base(self) -> ModelFit:
        """The configural model."""
        ...

    def fit(self, level: str, freed: Sequence[str], before: ModelFit) -> ModelFit:
        """The model of a level without some of its equalities."""
        ...

    def candidates(self, fit: ModelFit, level: str, freed: Sequence[str]) -> list[Candidate]:
        """What the level holds equal beyond the one before."""
        ...

    def carried(self, level: str, freed: Sequence[str]) -> tuple[str, ...]:
        """All that is unequal at a level when `freed` was let go up to there."""
        ...

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """The items (or lower factors) of each factor."""
        ...

    def places(self) -> dict[str, tuple[Place, ...]]:
        """Of each factor, where it stands in every group or wave."""
        ...


@dataclass(frozen=True)
class GroupLadder:
    """The ladder of groups for answers taken as numbers."""

    prepared: ModelSample

    @cached_property
    def base(self) -> ModelFit:
        """The configural model."""
        return self.prepared.fit()

    def fit(self, level: str, freed: Sequence[str], before: ModelFit) -> ModelFit:
        """R: ``cfa(model, data, group =, group.equal =, group.partial =)``."""
        return refit(
            before,
            self.base.parsed,
            self.base.model,
            group_equal=EQUAL[level],
            group_partial=self.carried(level, freed),
        )

    def candidates(self, fit: ModelFit, level: str, freed: Sequence[str]) -> list[Candidate]:
        """The parameters of the level's own kind that are equal now, but for those that the model
        itself holds equal by labels."""
        del freed
        found = []
        for cells in tied_cells(fit):
            row = fit.table.rows[cells[0][1]]
            own = not (row.label or row.equal)
            if own and of_level(row, level, fit.table.variables):
                item = row.rhs if row.op == "=~" else row.lhs
                found.append(candidate(fit, row.name, item, cells))
        return found

    def carried(self, level: str, freed: Sequence[str]) -> tuple[str, ...]:
        """With a loading free, the item's intercept says nothing of its own: it is free too."""
        return with_intercepts(freed, level, EQUAL, self.base.table.variables.observed)

    def indicators(self) -> dict[str, tuple[str, ...]]:
        """By the model's ``=~``."""
        return indicators_of(self.base)

    def places(self) -> dict[str, tuple[Place, ...]]:
        """One in each group."""
        return places_of_groups(self.base)


def candidate(fit: ModelFit, name: str, item: str, cells: list[Cell]) -> Candidate:
    """A parameter tied over groups; `cells`: its place in each."""
    singles = tuple((fit.groups[cell[0]], cell) for cell in cells)
    return Candidate(name, item, tuple(cells[1:]), singles)


def of_level(row: Row, level: str, variables: Variables) -> bool:
    """Whether the level is about this row: loadings, intercepts of items, residual variances."""
    if level == "metric":
        return row.op == "=~"
    if row.lhs not in variables.observed:
        return False
    if level == "scalar":
        return row.op == "~1"
    return level == "strict" and row.op == "~~" and row.lhs == row.rhs


def with_intercepts(
    freed: Sequence[str], level: str, equal: dict[str, tuple[str, ...]], observed: Iterable[str]
) -> tuple[str, ...]:
    """What was freed, and the intercepts of items whose loading was."""
    if "intercepts" not in equal[level]:
        return tuple(freed)
    known = set(observed)
    items = [name.split("=~")[1] for name in freed if "=~" in name]
    more = [f"{item}~1" for item in items if item in known]
    return tuple(dict.fromkeys([*freed, *more]))


def indicators_of(fit: ModelFit) -> dict[str, tuple[str, ...]]:
    """The indicators of each factor, those with a loading fixed at 0 left out."""
    rows = fit.table.rows[: fit.table.per_group]
    return {
        factor: tuple(r.rhs for r in rows if r.op == "=~" and r.lhs == factor and r.fixed != 0)
        for factor in fit.factors
    }


def places_of_groups(fit: ModelFit) -> dict[str, tuple[Place, ...]]:
    """Every factor in every group."""
    return {
        factor: tuple(Place(name, g, factor) for g, name in enumerate(fit.groups))
        for factor in fit.factors
    }
