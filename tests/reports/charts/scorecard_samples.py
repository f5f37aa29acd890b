"""Charts of scorecards and portfolios with awkward contents: one row, many, long names, gaps."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from reports.blocks import Mark
from reports.charts.bullets import OutcomeRow, bullets
from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.charts.movement import Movement, movement
from reports.charts.steps import Step, steps
from reports.charts.trend import Trend, TrendPoint, trend
from reports.charts.two_scores import BrandScores, Score, two_scores
from tests.reports.chart_samples import DOWN, HOSTILE, LONG_BRAND, ONE_WORD, RUSSIAN, UP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.primitives import Chart

WIDTHS = {"": 499.0, "_half": 240.0, "_phone": 250.0}
LANGUAGES = ("en", "ru")
LONG_WAVE = "Before the relaunch of the brand, spring {}"
SAME = Mark("bar", "#52606d", "about what was expected of a brand with such engagement")
HIDDEN = "hidden: 24 answers, at least 30 are needed"
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
    yield from _outcomes(width, language)
    yield from _movements(width, language)
    yield from _two_scores(width, language)
    yield from _steps(width, language)
    yield from _segments(width, language)


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


OUTCOMES = (
    OutcomeRow("Revenue", 412.5, 380.2, 444.1, "euros", "higher", 398, 350, 460, mark=UP),
    OutcomeRow("Conversion", 3.42, 3.1, 3.8, "% of visits", "higher", 4.4, 4.1, 4.9, 2, mark=DOWN),
    OutcomeRow("Customers lost", 0.0, 0, 1.3, "% a month", "lower", 2.2, 1.8, 2.6),
    OutcomeRow(LONG_BRAND, 1234567, 1.1e6, 1.3e6, RUSSIAN, "lower", 1.2e6, digits=0, mark=SAME),
    OutcomeRow(ONE_WORD, None, unit=HOSTILE, note=HIDDEN),
    OutcomeRow("Change", -4.2, -6.0, -2.1, reference=-1.0, axis=(-7.0, 0.0)),
    OutcomeRow("Bare", 0.0),
)


def _outcomes(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": "Outcomes", "width": width, "language": language}
    yield "bullets", bullets(OUTCOMES, reference_label=LONG_BRAND, **common)
    for place in (3, 6):
        yield f"bullets_one_{place}", bullets(OUTCOMES[place : place + 1], **common)


MOVEMENTS = (
    Movement("Alpha", 58.1, 63.4, 5.3, 2.1, 8.5, UP, own=True),
    Movement(LONG_BRAND, 66, 61, -5.0, -8, -2, DOWN),
    Movement(ONE_WORD, 55, 55.2, 0.2, -3, 3.4, SAME),
    Movement(HOSTILE, None, 60, note="new in this wave"),
    Movement("Gone", 61.0, None, note=HIDDEN),
    Movement("None", None, None),
    Movement("Apart", 61.0, 48, note=RUSSIAN),
)


def _movements(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": "Movement", "width": width, "language": language}
    yield "movement", movement(MOVEMENTS, (LONG_WAVE, LONG_BRAND), **common)
    yield "movement_one", movement(MOVEMENTS[:1], ("Spring", "Autumn"), **common)
    count = 40 if width > 300 else 12
    many = [Movement(f"Brand {i}", i, i + 3.1, 3.1, -1, 7.2) for i in range(count)]
    yield "movement_many", movement(many, ("1", "2"), **common)


def positioned(count: int, own: int, names: tuple[str, ...] = NAMES) -> list[BrandScores]:
    """`count` brands of which the first `own` are the reader's."""
    chance, brands = Random(count), []
    for place in range(count):
        across = chance.gauss(62, 9)
        upwards, half = 0.6 * across + chance.gauss(18, 6), chance.uniform(1, 5)
        name = names[place % len(names)] if place < own else f"Brand {place}"
        scores = [Score(value, value - half, value + half) for value in (across, upwards)]
        brands.append(BrandScores(name, *scores, own=place < own))
    return brands


def _two_scores(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": "Standing", "width": width, "language": language}
    for count, own in ((1, 1), (20, 3), (8, 8), (1000, 4), (40, 20), (12, 0)):
        brands = positioned(count, own)
        yield f"two_scores_{count}_{own}", two_scores(brands, means=(62, 55), **common)
    yield "two_scores_bare", two_scores(positioned(9, 2, ("A", "B")), **common)


JOURNEY = (
    Step("Click", 0.91, 0.89, 0.93, 1240, comparison=0.88),
    Step("Consume", 0.74, 0.71, 0.77, 1240, 0.813, 0.7),
    Step("Understand", 0.41, 0.37, 0.45, 1240, 0.554, 0.45, True, "asked, not observed"),
    Step("Apply", 0.12, 0.1, 0.15, 1240, 0.293, 0.09, True),
)
GROUPS = (
    Step(LONG_BRAND, 0.33, 0.3, 0.36, 400),
    Step(ONE_WORD, 0.0, 0, 0.01, 400, comparison=0.2, doubted=True, note=RUSSIAN),
    Step(RUSSIAN, 1.0, 0.99, 1.0, 400, note=RUSSIAN),
    Step(HOSTILE, None, note=HIDDEN),
    Step("Ё", 0.005),
)


def _steps(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    common = {"title": "Steps", "width": width, "language": language}
    yield "steps", steps(JOURNEY, comparison_label=LONG_BRAND, **common)
    yield "steps_groups", steps(GROUPS, ordered=False, **common)
    yield "steps_one", steps(JOURNEY[:1], highest=0.95, **common)


def segments(count: int, *, shares: bool = False) -> list[IntervalRow]:
    """`count` segments in four groups, on expected ranges with a comparison."""
    chance, rows, unit = Random(count), [], 0.01 if shares else 1.0
    for place in range(count):
        value, half = chance.gauss(60, 15) * unit, chance.uniform(2, 6) * unit
        ends = (value - half, value + half, 59 * unit, 52 * unit, 67 * unit)
        label = NAMES[place % 5] if place % 4 == 1 else f"Segment {place}"
        group = NAMES[place * 4 // count]
        cells = ("61.0", "n = 400", "above the others")
        rows.append(IntervalRow(label, value, *ends, UP, cells, group=group))
    rows[-1] = IntervalRow("Telephone", None, note=HIDDEN, group=rows[-1].group)
    return rows


def _segments(width: float, language: str) -> Iterator[tuple[str, Chart]]:
    heads = ("Score", "People", "Verdict") if width > 300 else ("Score",)
    common = {"title": "Segments", "width": width, "language": language}
    for count in (1, 4, 20):
        yield f"segments_{count}", interval_dots(segments(count), columns=heads, **common)
    shares = segments(5, shares=True)
    yield "segments_shares", interval_dots(shares, shares=True, **common)
