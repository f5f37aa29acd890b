"""Charts of every kind with awkward contents, and what tests measure on them."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING

from reports.blocks import Mark
from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.distribution import ScoreDistribution, bin_scores, distribution
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.charts.loadings import ItemLoadings, loadings
from reports.charts.primitives import Circle, Line, Polygon, Polyline, Rect, Text
from reports.charts.scree import scree
from reports.charts.text_width import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.charts.primitives import Chart, Primitive

UP = Mark("up", "#0072B2", "above the others")
DOWN = Mark("down", "#D55E00", "below the others")
LONG_BRAND = "The Very Long-Named Traditional Brewery & Lemonade Company of 1"
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten"
RUSSIAN = "Этот бренд вызывает у меня тёплые чувства, и я охотно рассказываю о нём своим знакомым"
HOSTILE = "H&M <b>x</b> \"quoted\" <script>alert('1')</script>"
WORDINGS = (
    "I think about the brand",
    "I think about this brand a lot when I use it, and quite often at times when I am doing "
    "something entirely different and have no reason at all to think of any brand",
    RUSSIAN,
    HOSTILE,
    ONE_WORD,
)
AGREEMENT = (
    "Strongly disagree",
    "Disagree",
    "Rather disagree",
    "Neither agree nor disagree",
    "Rather agree",
    "Agree",
    "Strongly agree",
)

Box = tuple[float, float, float, float]


def samples() -> dict[str, Chart]:
    """Every kind of chart under its name."""
    return dict(_samples())


def _samples() -> Iterator[tuple[str, Chart]]:
    yield "interval_dots", interval_dots(_interval_rows(), title="Scores", columns=_HEADS)
    yield (
        "interval_dots_ru",
        interval_dots(_interval_rows(), title="Баллы", columns=("Балл", "Вывод"), language="ru"),
    )
    yield "interval_dots_bare", interval_dots(_interval_rows(), title="Scores", width=320)
    yield (
        "caterpillar",
        caterpillar(
            _brands(), title="Brands", reference=55.4, reference_label="Mean of all brands"
        ),
    )
    for count in (1, 24, 60, 200):
        many = [RankedBrand(f"Brand {i}", i % 71, i % 71 - 5, i % 71 + 5) for i in range(count)]
        yield f"caterpillar_{count}", caterpillar([*many, _brands()[0]], title="Brands")
    for steps in (2, 5, 7, 11):
        names = AGREEMENT[:steps] if steps <= 7 else tuple(map(str, range(steps)))
        answers = [ItemAnswers(wording, _shares(steps, seed)) for seed, wording in _numbered()]
        yield f"diverging_bars_{steps}", diverging_bars(answers, names, title="Answers")
    answers = [ItemAnswers(wording, _shares(7, seed)) for seed, wording in _numbered()]
    yield "diverging_bars_phone", diverging_bars(answers, "1234567", title="Answers", width=250)
    yield (
        "caterpillar_phone",
        caterpillar(_brands(), title="Brands", reference=9, reference_label="Mean", width=250),
    )
    yield (
        "interval_dots_phone",
        interval_dots(_interval_rows(), title="Scores", columns=("Score",), width=250),
    )
    yield "scree_phone", scree(_OBSERVED, _QUANTILE, retained=2, title="Scree", width=250)
    yield "distribution_phone", distribution(_distributions(), title="S", columns=2, width=250)
    yield "distribution", distribution(_distributions(), title="Spread")
    yield "distribution_one", distribution(_distributions()[:1], title="Spread", language="ru")
    yield "scree", scree(_OBSERVED, _QUANTILE, retained=2, title="Scree")
    yield "scree_narrow", scree(_OBSERVED, _QUANTILE, retained=0, title="Scree", width=330)
    for factors in (1, 3, 5):
        rows = [
            ItemLoadings(wording, tuple((-0.7, 0.05, 0.84, 0.31, -0.2)[:factors]), 0.61)
            for wording in WORDINGS
        ]
        names = tuple(f"Factor {number}" for number in range(1, factors + 1))
        yield f"loadings_{factors}", loadings(rows, names, title="Loadings")
        phone = loadings(rows, names, title="Loadings", width=250)
        yield f"loadings_{factors}_phone", phone


_HEADS = ("Score", "95% interval", "Gap", "Hedges g", "Verdict")
_OBSERVED = (4.92, 1.31, 0.78, 0.62, 0.51, 0.47, 0.42, 0.38, 0.32, 0.27)
_QUANTILE = (1.31, 1.21, 1.14, 1.08, 1.03, 0.98, 0.93, 0.87, 0.81, 0.74)


def _numbered() -> Iterator[tuple[int, str]]:
    return enumerate(WORDINGS)


def _interval_rows() -> list[IntervalRow]:
    cells = ("63.2", "60.1–66.3", "+4.8", "+0.34", "above the others")
    return [
        IntervalRow("Engagement", 63.2, 60.1, 66.3, 58.4, 55.2, 61.5, UP, cells, bold=True),
        IntervalRow(ONE_WORD, 0.0, -2.0, 3.0, 100.0, 90, 104, DOWN, cells),
        IntervalRow(RUSSIAN, 99.4, 97.0, 101.0, mark=UP, cells=cells),
        IntervalRow(HOSTILE, None, note="hidden: 24 answers, at least 30 are needed"),
    ]


def _brands() -> list[RankedBrand]:
    return [
        RankedBrand(HOSTILE, 63.0, 59.1, 66.9, own=True),
        RankedBrand(LONG_BRAND, 49.5, 44.5, 54.5),
        RankedBrand(ONE_WORD, 58.2, 55.0, 61.4),
        RankedBrand("Ё", 58.2, 55.0, 61.4),
    ]


def _distributions() -> list[ScoreDistribution]:
    chance = random.Random(7)
    panels = []
    for place, label in enumerate((LONG_BRAND, HOSTILE, ONE_WORD, "Ё", RUSSIAN)):
        scores = [min(100, max(0, chance.gauss(40 + 8 * place, 18))) for _ in range(120)]
        mean = sum(scores) / len(scores)
        panels.append(ScoreDistribution(label, bin_scores(scores), 120, mean, own=place == 1))
    return panels


def _shares(steps: int, seed: int) -> tuple[float, ...]:
    weights = [1 + (seed * 5 + step * 7) % (steps + 2) for step in range(steps)]
    return tuple(weight / sum(weights) for weight in weights)


def box(shape: Primitive) -> Box:
    """The left, bottom, right and top of what a primitive covers."""
    match shape:
        case Text():
            return _text_box(shape)
        case Rect():
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        case Circle():
            x, y, r = shape.x, shape.y, shape.radius
            return x - r, y - r, x + r, y + r
        case Line():
            return _bounds([(shape.x1, shape.y1), (shape.x2, shape.y2)])
        case Polygon() | Polyline():
            return _bounds(shape.points)


def _bounds(points: object) -> Box:
    xs, ys = zip(*points, strict=True)  # type: ignore[call-overload]
    return min(xs), min(ys), max(xs), max(ys)


def _text_box(text: Text) -> Box:
    width = text_width(text.text, text.size, text.bold)
    left = text.x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    return left, text.y - 0.2 * text.size, left + width, text.y + 0.74 * text.size


def overlapping(chart: Chart) -> list[tuple[str, str]]:
    """Pairs of texts whose letters touch."""
    texts = [shape for shape in chart.primitives if isinstance(shape, Text)]
    return [(a.text, b.text) for a, b in combinations(texts, 2) if _touch(box(a), box(b))]


def _touch(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.05 and along > 0.05


def outside(chart: Chart) -> list[Primitive]:
    """Primitives that pass the chart's edge by more than half the width of a stroke."""
    return [
        shape
        for shape in chart.primitives
        if box(shape)[0] < -0.5
        or box(shape)[1] < -0.5
        or box(shape)[2] > chart.width + 0.5
        or box(shape)[3] > chart.height + 0.5
    ]
