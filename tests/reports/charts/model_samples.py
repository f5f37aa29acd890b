"""Charts of measurement models with awkward contents: many items, long names, odd figures."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from reports.charts.path_diagram import PathLoading, path_diagram
from tests.reports.chart_samples import HOSTILE, LONG_BRAND, ONE_WORD, RUSSIAN, WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.primitives import Chart

WIDTHS = {"": 499.0, "_phone": 250.0}
FACTORS = (
    "Cognitive engagement",
    "Emotional",
    "Behavioural",
    "Social activation",
    ONE_WORD,
    RUSSIAN,
    HOSTILE,
)
GENERAL = "Customer engagement"


def samples() -> dict[str, Chart]:
    """Every kind of chart under its name, on paper and for a phone."""
    return {
        f"{name}{suffix}": chart
        for suffix, width in WIDTHS.items()
        for name, chart in _samples(width)
    }


def item_name(number: int) -> str:
    """A name of 60 letters, now and then an awkward one."""
    if number % 9 == 4:
        return f"{number} {WORDINGS[number % len(WORDINGS)]}"
    return f"{number} I find myself thinking about this brand at odd times of day"[:60]


def _samples(width: float) -> Iterator[tuple[str, Chart]]:
    yield from _paths(width)


def simple_loadings(
    factors: tuple[str, ...], each: int, *, intervals: bool = True
) -> list[PathLoading]:
    """Loadings of `each` items on every factor, one of them negative and one beyond 1."""
    chance, loadings = Random(5), []
    for place in range(len(factors) * each):
        value = {1: -0.62, 4: 1.04}.get(place, chance.uniform(0.4, 0.95))
        ends = (value - 0.05, value + 0.06) if intervals else (None, None)
        loadings.append(PathLoading(item_name(place), factors[place // each], value, *ends))
    return loadings


def _paths(width: float) -> Iterator[tuple[str, Chart]]:
    chance = Random(6)
    for count, each in ((1, 1), (1, 40), (2, 5), (3, 3), (5, 8), (7, 3), (7, 6)):
        factors = FACTORS[:count]
        pairs = [(*pair, chance.uniform(-0.3, 1.02)) for pair in combinations(factors, 2)]
        loadings = simple_loadings(factors, each)
        loadings.append(PathLoading(loadings[0].item, factors[-1], -0.2)) if count > 1 else None
        name = f"path_{count}x{each}"
        yield name, path_diagram(factors, loadings, pairs, title=LONG_BRAND, width=width)
    factors = FACTORS[:3]
    loadings = simple_loadings(factors, 4)
    over = [PathLoading(name, GENERAL, 0.8, 0.7, 0.9) for name in factors]
    beside = [PathLoading(path.item, GENERAL, 0.55, 0.5, 0.6) for path in loadings]
    common = {"title": "Model", "general": GENERAL, "width": width}
    yield "path_second", path_diagram(factors, [*loadings, *over], **common)
    yield "path_bifactor", path_diagram(factors, [*loadings, *beside], **common)
    # Items of the general factor alone stand without a factor of their own.
    some = [path for path in loadings if path.item != loadings[-1].item]
    pair = [(factors[0], factors[2], 0.3)]
    yield "path_bifactor_ru", path_diagram(factors, [*some, *beside], pair, **common, language="ru")
    every = [
        PathLoading(path.item, factor, 0.1 if factor != path.factor else path.value)
        for path in loadings
        for factor in factors
    ]
    yield "path_every", path_diagram(factors, every, title="Explored", width=width)
