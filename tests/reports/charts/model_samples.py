"""Charts of measurement models with awkward contents: many items, long names, odd figures."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from reports.charts.group_parameters import GroupParameters, group_parameters
from reports.charts.information_curves import scale_information
from reports.charts.invariance_ladder import InvarianceStep, invariance_ladder
from reports.charts.item_curves import ItemCurves, item_curves
from reports.charts.item_information import ItemInformation, item_information
from reports.charts.model_fit import FittedModel, model_fit
from reports.charts.path_diagram import PathLoading, path_diagram
from reports.charts.residual_heat_map import residual_heat_map
from tests.reports.chart_samples import AGREEMENT, HOSTILE, LONG_BRAND, ONE_WORD, RUSSIAN, WORDINGS

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
THETA = tuple(-4 + 0.1 * step for step in range(81))


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
    yield from _curves(width)
    yield from _residuals(width)
    yield from _verdicts(width)


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


def graded_curves(slope: float, boundaries: list[float]) -> tuple[tuple[float, ...], ...]:
    """Probabilities of the answers of a graded item over `THETA`, from the lowest answer."""
    above = [
        [1.0, *(1 / (1 + math.exp(-slope * (theta - b))) for b in boundaries), 0.0]
        for theta in THETA
    ]
    return tuple(
        tuple(row[place] - row[place + 1] for row in above) for place in range(len(boundaries) + 1)
    )


def _curves(width: float) -> Iterator[tuple[str, Chart]]:
    chance = Random(7)
    for count, answers in ((1, 2), (4, 11), (12, 7)):
        names = AGREEMENT if answers == 7 else [str(place) for place in range(answers)]
        items = [_item(place, chance.uniform(0.6, 3), answers, chance) for place in range(count)]
        items[-1] = ItemCurves(HOSTILE, (*items[-1].curves[:-1], None))
        yield (
            f"item_curves_{count}x{answers}",
            item_curves(items, names, THETA, title="Curves", width=width, language="ru"),
        )
    scores = [chance.gauss(0.3, 1.4) for _ in range(300)]
    for name, height in (("high", 14.0), ("low", 0.4), ("none", 0.0)):
        information = [height * math.exp(-((theta + 0.5) ** 2) / 3) for theta in THETA]
        error = [value**-0.5 if value else math.inf for value in information]
        yield (
            f"information_{name}",
            scale_information(THETA, information, error, title="I", scores=scores, width=width),
        )
    for count in (1, 10, 40):
        items = [
            ItemInformation(item_name(place), [chance.uniform(0, 2)] * len(THETA))
            for place in range(count)
        ]
        yield (
            f"item_information_{count}",
            item_information(items, THETA, title="I", width=width, language="ru"),
        )


def _item(place: int, slope: float, answers: int, chance: Random) -> ItemCurves:
    boundaries = sorted(chance.gauss(-0.3, 1.2) for _ in range(answers - 1))
    return ItemCurves(item_name(place), graded_curves(slope, boundaries), slope)


def _residuals(width: float) -> Iterator[tuple[str, Chart]]:
    chance = Random(8)
    for count, language in ((2, "en"), (6, "ru"), (18, "ru"), (25, "en"), (40, "ru")):
        names = [item_name(place) for place in range(count)]
        values = [[chance.gauss(0, 0.08) for _ in range(place)] for place in range(count)]
        yield (
            f"residuals_{count}",
            residual_heat_map(names, values, title="R", width=width, language=language),
        )


STEPS = (
    InvarianceStep("configural", "passed", 0.962, 0.051),
    InvarianceStep("thresholds", "passed", 0.961, 0.05, -0.001, -0.001),
    InvarianceStep("metric", "passed", 0.96, 0.05, -0.001, 0.0),
    InvarianceStep("scalar", "partial", 0.952, 0.055, -0.008, 0.005, (ONE_WORD, RUSSIAN, HOSTILE)),
    InvarianceStep("strict", "failed", 0.921, 0.077, -0.031, 0.022),
)


def _verdicts(width: float) -> Iterator[tuple[str, Chart]]:
    untested = (STEPS[0], InvarianceStep("metric", "untested"))
    for name, steps in (("five", STEPS), ("one", STEPS[:1]), ("two", untested)):
        for language in ("en", "ru"):
            yield (
                f"ladder_{name}_{language}",
                invariance_ladder(steps, title="L", width=width, language=language),
            )
    models = [
        FittedModel(ONE_WORD, 0.121, 0.115, 0.128, 0.512),
        FittedModel(RUSSIAN, 0.048, 0.041, 0.055, 0.968, chosen=True),
        FittedModel(HOSTILE, 0.0, cfi=1.0),
        FittedModel("Bifactor", note="not identified: the second factor has two items only"),
    ]
    yield "fit", model_fit(models, title="F", width=width, language="ru")
    yield "fit_one", model_fit(models[2:3], title="F", width=width, cutoffs=())
    chance = Random(9)
    for items, count in ((1, 1), (5, 4), (40, 50)):
        groups = [f"{place} {LONG_BRAND}" for place in range(count)]
        rows = [
            GroupParameters(
                item_name(place),
                tuple(3 + chance.gauss(0, 0.3) for _ in groups),
                tuple(chance.random() > 0.2 for _ in groups),
            )
            for place in range(items)
        ]
        yield (
            f"groups_{items}x{count}",
            group_parameters(rows, groups, title="G", width=width, language="ru"),
        )
