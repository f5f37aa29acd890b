"""A measurement model as a path diagram reads it: factors, loadings, who belongs to whom."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from reports.charts.errors import ChartInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["flat", "second-order", "bifactor"]


@dataclass(frozen=True, slots=True)
class PathLoading:
    """A standardised loading of `item` on `factor` with its interval.

    In a second-order model `item` may also be the name of a factor.
    """

    item: str
    factor: str
    value: float
    lower: float | None = None
    upper: float | None = None

    @property
    def beyond_one(self) -> bool:
        """Whether the loading passes 1 in absolute value (Heywood case)."""
        return abs(self.value) > 1


@dataclass(frozen=True)
class PathModel:
    """Factors, loadings and correlations in the order given; `general` stands above or beside.

    `names` are what is printed for factors and items; those without one stand by themselves.
    Raises ChartInputError when a path leads from or to an unknown name, stands twice, is no
    number, or when a factor has no loading.
    """

    factors: tuple[str, ...]
    loadings: tuple[PathLoading, ...]
    correlations: tuple[tuple[str, str, float], ...] = ()
    general: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_paths(self)
        _check_correlations(self)
        _check_general(self)

    def name(self, part: str) -> str:
        """Return what is printed for a factor or an item."""
        return self.names.get(part, part)

    @cached_property
    def kind(self) -> Kind:
        """How the general factor stands: over the factors, beside them over the items, or not."""
        if not self.general_loadings:
            return "flat"
        leads_to = {path.item in self.factors for path in self.general_loadings}
        return "second-order" if leads_to == {True} else "bifactor"

    @cached_property
    def general_loadings(self) -> tuple[PathLoading, ...]:
        """Loadings on the general factor."""
        return tuple(path for path in self.loadings if path.factor == self.general)

    @cached_property
    def by_item(self) -> dict[str, tuple[PathLoading, ...]]:
        """Each item's loadings on the other factors, in the order of the factors."""
        found: dict[str, list[PathLoading]] = {}
        for path in self.loadings:
            if path.item in self.factors:
                continue
            paths = found.setdefault(path.item, [])
            if path.factor != self.general:
                paths.append(path)
        order = {name: place for place, name in enumerate(self.factors)}
        return {
            item: tuple(sorted(paths, key=lambda path: order[path.factor]))
            for item, paths in found.items()
        }

    @cached_property
    def groups(self) -> tuple[tuple[str | None, tuple[str, ...]], ...]:
        """Each factor with the items that load highest on it; last those of no factor."""
        homes = {item: _home(paths) for item, paths in self.by_item.items()}
        names: list[str | None] = [*self.factors]
        if None in homes.values():
            names.append(None)
        return tuple(
            (name, tuple(item for item, home in homes.items() if home == name)) for name in names
        )


def _home(paths: Sequence[PathLoading]) -> str | None:
    return max(paths, key=lambda path: abs(path.value)).factor if paths else None


def _check_paths(model: PathModel) -> None:
    known = {*model.factors, model.general}
    seen: set[tuple[str, str]] = set()
    for path in model.loadings:
        if path.factor not in known:
            raise ChartInputError(
                f"Item {path.item!r} loads on {path.factor!r}, which is not among the factors "
                f"{', '.join(model.factors)}; name it there or as the general factor."
            )
        if path.item in model.factors and path.factor != model.general:
            raise ChartInputError(
                f"{path.item!r} is a factor and loads on {path.factor!r}, which is not the "
                f"general factor; only one second-order factor can be drawn, and an item needs "
                f"another name than a factor."
            )
        if not math.isfinite(path.value):
            raise ChartInputError(
                f"The loading of {path.item!r} on {path.factor!r} is {path.value}; "
                f"leave out paths without an estimate."
            )
        if (path.item, path.factor) in seen:
            raise ChartInputError(
                f"The loading of {path.item!r} on {path.factor!r} stands twice; give it once, "
                f"and each item a name of its own."
            )
        seen.add((path.item, path.factor))
    bare = [name for name in model.factors if all(name != factor for _, factor in seen)]
    if bare or not model.factors:
        raise ChartInputError(
            f"No item loads on {', '.join(bare) or 'anything'}; give its loadings."
        )


def _check_correlations(model: PathModel) -> None:
    seen: set[frozenset[str]] = set()
    for one, other, value in model.correlations:
        if one == other or not {one, other} <= set(model.factors):
            raise ChartInputError(
                f"A correlation joins {one!r} and {other!r}; it must join two of the factors "
                f"{', '.join(model.factors)}."
            )
        if not math.isfinite(value):
            raise ChartInputError(
                f"The correlation of {one!r} and {other!r} is {value}; leave it out."
            )
        if frozenset((one, other)) in seen:
            raise ChartInputError(
                f"The correlation of {one!r} and {other!r} stands twice; give it once."
            )
        seen.add(frozenset((one, other)))


def _check_general(model: PathModel) -> None:
    if model.general is None:
        return
    if model.general in model.factors:
        raise ChartInputError(
            f"The general factor {model.general!r} also stands among the factors; "
            "leave it out there."
        )
    leads_to = {path.item in model.factors for path in model.general_loadings}
    if len(leads_to) != 1:
        raise ChartInputError(
            f"The general factor {model.general!r} must have loadings either of factors "
            f"(second-order) or of items (bifactor), not {'both' if leads_to else 'none'}."
        )
    if leads_to == {True} and model.correlations:
        raise ChartInputError(
            "A second-order factor stands for the correlations of the factors; "
            "give one or the other."
        )
