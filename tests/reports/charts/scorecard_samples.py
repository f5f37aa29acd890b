"""Charts of scorecards and portfolios with awkward contents: one row, many, long names, gaps."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.trend import Trend, TrendPoint, trend
from tests.reports.chart_samples import HOSTILE, LONG_BRAND, ONE_WORD, RUSSIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.primitives import Chart

WIDTHS = {"": 499.0, "_half": 240.0, "_phone": 250.0}
LANGUAGES = ("en", "ru")
LONG_WAVE = "Before the relaunch of the brand, spring {}"
NAMES = (LONG_BRAND, HOSTILE, ONE_WORD, "Ё", RUSSIAN)


def samples() -> dict[str, Chart]:
    """Every kind of chart under its name, on paper, in half a column and for a phone."""
    return {
        f"{name}_{language}{suffix}": chart
        for suffix, width in WIDTHS.items()
        for language in LANGUAGES
        for name, chart in _samples(width, language)
    }


def _samples(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    yield from _trends(width, language)
    yield from _caterpillars(width, language)


def waves(
    count: int,
    *,
    name: str = "Wave {}",
    absent: tuple[int, ...] = (),
    apart: tuple[int, ...] = (),
    start: float = 55.0,
) -> tuple[TrendPoint, ...]:
    """Results of `count` waves; those at the places `absent` have none."""
    chance, points = Random(count), []
    for place in range(count):
        estimate, half = start + place + chance.uniform(-3, 3), chance.uniform(1, 4)
        known = None if place in absent else estimate
        ends = (None, None) if known is None else (estimate - half, estimate + half)
        n = None if known is None else chance.randint(90, 12000)
        others = chance.uniform(50, 58) if place != 1 else None
        wave = name.format(place + 1)
        points.append(TrendPoint(wave, known, *ends, others, n, place not in apart))
    return tuple(points)


def _trends(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": LONG_BRAND, "width": width, "language": language}
    nine = [Trend(label, waves(9, absent=(4,), apart=(6,))) for label in NAMES[:4]]
    yield "trend_4x9", trend(nine, **common)
    odd = [
        Trend("No result", waves(3, absent=(0, 1, 2))),
        Trend("Last absent", waves(9, name=LONG_WAVE, absent=(8,))),
        Trend("Highest", waves(2, name=LONG_WAVE, start=97.0)),
        Trend("Lone waves", waves(5, absent=(1, 3), apart=(4,))),
        Trend("One", waves(1, name=LONG_WAVE)),
        Trend("None", ()),
    ]
    yield "trend_odd", trend(odd, columns=3, **common)
    yield "trend_one", trend([Trend("One", waves(1))], columns=1, **common)


def ranked(
    count: int, own: tuple[int, ...] = (0,), *, names: tuple[str, ...] = ()
) -> list[RankedBrand]:
    """`count` brands with places and expected ranges; those at `own` are the reader's."""
    chance, brands = Random(count), []
    for place in range(count):
        estimate, half = chance.gauss(55, 14), chance.uniform(2, 7)
        label = names[place % len(names)] if names else f"Brand {place}"
        low, high = max(1, place - 2), min(count, place + 3)
        ends = estimate - half, estimate + half
        brands.append(RankedBrand(label, estimate, *ends, place in own, low, high, 48, 62))
    return brands


def _caterpillars(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": "Brands", "width": width, "language": language}
    line = {"reference": 55.0, "reference_label": LONG_BRAND}
    for count in (1, 20, 40, 41, 130, 1000):
        yield f"caterpillar_{count}", caterpillar(ranked(count, names=NAMES), **common, **line)
    portfolio = ranked(1000, tuple(range(9)), names=NAMES)
    yield "caterpillar_portfolio", caterpillar(portfolio, **common, **line)
    yield "caterpillar_all_own", caterpillar(ranked(80, tuple(range(80))), **common)
    yield "caterpillar_none_own", caterpillar(ranked(60, ()), **common)
