"""The slight mistakes that a model's fit is judged by: what it might have left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._population import SimulationError
from psychometrics.cfa.syntax import parse_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psychometrics.cfa.syntax import Statement

RESIDUAL_CORRELATION = 0.3
SHORTENED = 0.95
"""Of the largest cross-loading that a variance of 1 has room for."""


@dataclass(frozen=True)
class Loading:
    """An item that loads on one factor only and has no residual correlation."""

    factor: str
    item: str
    value: float


@dataclass(frozen=True)
class Standardised:
    """A model of factors that items measure, with its standardised values.

    `loadings` of all items; `free`: of those that something could be added to; `correlations` of
    factor pairs, both ways.
    """

    factors: tuple[str, ...]
    loadings: tuple[Loading, ...]
    free: tuple[Loading, ...]
    correlations: dict[tuple[str, str], float]

    def size(self, factor: str) -> int:
        """Number of items of a factor."""
        return sum(loading.factor == factor for loading in self.loadings)

    def determination(self, factor: str) -> float:
        """Coefficient H, 1 / (1 + 1 / Σ λ² / (1 − λ²)) (Hancock & Mueller 2001)."""
        odds = sum(x.value**2 / (1 - x.value**2) for x in self.loadings if x.factor == factor)
        return odds / (1 + odds)


def standardised_model(text: str) -> Standardised:
    """The parts of a model in standardised units.

    Raises SimulationError for a value of 1 or more, and for anything but factors measured by items.
    """
    statements = parse_model(text).statements
    factors = tuple(dict.fromkeys(s.lhs for s in statements if s.op == "=~"))
    correlations: dict[tuple[str, str], float] = {}
    taken: list[str] = []
    loadings = []
    for statement in statements:
        lhs, rhs, value = statement.lhs, statement.rhs, _value(statement)
        if statement.op == "=~" and rhs not in factors:
            loadings.append(Loading(lhs, rhs, value))
            taken.append(rhs)
        elif statement.op == "~~" and lhs in factors and rhs in factors:
            correlations[lhs, rhs] = correlations[rhs, lhs] = value
        elif statement.op == "~~":
            taken += [lhs, lhs, rhs, rhs]
        else:
            raise SimulationError(
                f"{lhs} {statement.op} {rhs}: cut-offs are for models in which items measure "
                f"factors and factors correlate, without second-order factors or regressions."
            )
    once = tuple(x for x in loadings if taken.count(x.item) == 1)
    return Standardised(factors, tuple(loadings), once, correlations)


def levels(model: Standardised) -> list[list[str]]:
    """What each level adds to the model, in model syntax; later levels hold earlier ones.

    Raises SimulationError where there are not enough items to add to.
    """
    if len(model.factors) == 1:
        return _one_factor(model)
    added = [f"{factor} =~ {value!r}*{item}" for factor, item, value in _cross_loadings(model)]
    return [added[: k + 1] for k in range(len(added))]


def _one_factor(model: Standardised) -> list[list[str]]:
    """Residual correlations of .3 of items two by two, from the weakest loading upwards; a third,
    two thirds and all of the pairs, fewer levels with four or five items."""
    items = [x.item for x in sorted(model.free, key=lambda x: abs(x.value))]
    if len(items) < 4:
        raise SimulationError(
            f"Only {len(items)} items have neither a second loading nor a correlated residual; "
            f"four are needed for a one-factor model."
        )
    pairs = len(items) // 2
    counts = [pairs // 3, 2 * pairs // 3, pairs]
    if len(items) < 6:
        counts = [1] if len(items) == 4 else [1, 2]
    added = [
        f"{b} ~~ {RESIDUAL_CORRELATION}*{a}" for a, b in zip(items[0::2], items[1::2], strict=False)
    ]
    return [added[:count] for count in counts]


def _cross_loadings(model: Standardised) -> Iterator[tuple[str, str, float]]:
    """One cross-loading for each factor but one: factor, item and size, weakest item first.

    Of each factor the item with the weakest loading, factors of three or more items first. It loads
    too on the factor with the highest coefficient H, a pair of factors being joined but once.
    """
    weakest = []
    for factor in model.factors:
        own = [x for x in model.free if x.factor == factor]
        if own:
            weakest.append(min(own, key=lambda x: abs(x.value)))

    def order(x: Loading) -> tuple[bool, float]:
        return (model.size(x.factor) < 3, abs(x.value))

    chosen = sorted(weakest, key=order)[: len(model.factors) - 1]
    if len(chosen) < len(model.factors) - 1:
        raise SimulationError(
            f"Only {len(chosen)} factors have an item with neither a second loading nor a "
            f"correlated residual; {len(model.factors) - 1} are needed."
        )
    joined: set[frozenset[str]] = set()
    targets = {}
    for loading in sorted(chosen, key=lambda x: abs(x.value)):
        others = [f for f in model.factors if f != loading.factor]
        open_to = [f for f in others if frozenset((f, loading.factor)) not in joined]
        target = max(open_to, key=model.determination)
        joined.add(frozenset((target, loading.factor)))
        targets[loading] = target
    for loading in chosen:
        target = targets[loading]
        phi = model.correlations[loading.factor, target]
        yield target, loading.item, _cross_loading(loading.value, phi)


def _cross_loading(own: float, phi: float) -> float:
    """As large as the item's own loading, or 95 % of what leaves it a residual variance."""
    size = abs(own)
    room = SHORTENED * (np.sqrt(size**2 * phi**2 + 1 - size**2) - size * phi)
    return float(np.sign(own) * min(size, room))


def _value(statement: Statement) -> float:
    fixed = statement.modifier.fixed
    value = fixed[0] if len(fixed) == 1 else None
    name = f"{statement.lhs} {statement.op} {statement.rhs}"
    if value is None or np.isnan(value):
        raise SimulationError(f"{name} has no value; write its standardised one before '*'.")
    if abs(value) >= 1:
        raise SimulationError(
            f"{name} is {value:g}; standardised loadings and correlations lie between −1 and 1."
        )
    return float(value)
