"""Caterpillar plots: places with their ranges, and more brands than can be named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.primitives import Line, Polygon, Polyline, Rect, Text
from reports.charts.spread import spread
from tests.reports.charts.scorecard_samples import ranked

BRANDS = (
    RankedBrand("A", 40, 37, 43, rank_low=2, rank_high=2),
    RankedBrand("B", 70.25, 66, 74, True, 1, 3, 50, 60),
)


def texts(chart):
    """The printed words in drawn order."""
    return [shape.text for shape in chart.primitives if isinstance(shape, Text)]


def test_places_and_expected_range_are_said_and_printed():
    """The range of places has a column of its own; a certain place is one figure."""
    chart = caterpillar(BRANDS, title="Brands")
    assert chart.alt == (
        "1. B (this brand): 70.2, 95% interval 66.0 to 74.0; place 1 to 3 of 2; "
        "Expected range 50.0 to 60.0. "
        "2. A: 40.0, 95% interval 37.0 to 43.0; place 2 of 2."
    )
    assert {"Place of 2", "1–3", "2", "Expected range"} <= set(texts(chart))


def test_without_places_or_range_neither_is_headed():
    """A chart says nothing of what it was not given."""
    chart = caterpillar([RankedBrand("A", 40, 37, 43)], title="Brands")
    assert not {"Place of 1", "Expected range"} & set(texts(chart))


@pytest.mark.parametrize("count", [41, 100, 125, 126, 1000, 5000])
def test_many_brands_stay_small_and_the_own_is_named_with_its_place(count):
    """However many there are the plot is 150 points high and has few shapes."""
    chart = caterpillar([*ranked(count, ()), BRANDS[1]], title="Brands")
    assert chart.height <= 200
    assert len(chart.primitives) <= 170
    assert {"B", "1–3", "70.2 (66.0–74.0)"} <= set(texts(chart))
    assert "Brand 1" not in texts(chart)
    assert f"{count + 1}".replace("1001", "1\u202f001").replace("5001", "5\u202f001") in chart.alt


def test_the_envelope_holds_every_interval():
    """The shape drawn for many brands reaches as far as their lowest and highest bound."""
    brands = ranked(700, ())
    chart = caterpillar(brands, title="Brands", axis=(-50, 150))
    [envelope] = [s for s in chart.primitives if isinstance(s, Polygon) and len(s.points) > 4]
    unit = [s for s in chart.primitives if isinstance(s, Line)]
    zero, fifty = (line.x1 for line in unit[1:3])
    assert set(texts(chart)) >= {"0", "50"}
    scale = (fifty - zero) / 50
    xs = [x for x, _ in envelope.points]
    assert min(xs) == pytest.approx(zero + scale * min(brand.low for brand in brands))
    assert max(xs) == pytest.approx(zero + scale * max(brand.high for brand in brands))


def test_each_of_few_brands_has_its_own_line():
    """Up to 125 brands are lines; the reader's stands out by weight and shape."""
    chart = caterpillar([*ranked(99, ()), BRANDS[1]], title="Brands", axis=(-50, 150))
    level = [s for s in chart.primitives if isinstance(s, Line) and s.y1 == s.y2]
    assert len([line for line in level if line.width < 0.9]) == 99
    assert [line.width for line in level if line.width > 1] == [2.0]
    assert any(isinstance(s, Rect) for s in chart.primitives)
    assert sum(isinstance(s, Polyline) for s in chart.primitives) == 1 + 2 + 1


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 9)), max_size=11))
def test_blocks_spread_apart_stay_between_their_ends(blocks):
    """Blocks that fit neither overlap nor leave the room, and keep their order."""
    blocks.sort(reverse=True)
    wanted, heights = [middle for middle, _ in blocks], [height for _, height in blocks]
    middles = spread(wanted, heights, 0, 100)
    ceiling = 100.0
    for middle, height in zip(middles, heights, strict=True):
        assert middle + height / 2 <= ceiling + 1e-9
        ceiling = middle - height / 2
    assert ceiling >= -1e-9


def test_blocks_with_room_stay_where_they_were():
    """Only those that would overlap are moved."""
    assert spread([90, 50, 48, 10], [4, 4, 4, 4], 0, 100) == [90, 50, 46, 10]


@pytest.mark.parametrize("count", [3, 200])
def test_a_long_name_of_the_reference_leaves_its_value(count):
    """The name ends in an ellipsis before the value does."""
    name = "Mean of all the brands in the category and in all of its neighbours at home and abroad"
    chart = caterpillar(ranked(count), title="B", reference=55.4, reference_label=name, width=240)
    assert [text for text in texts(chart) if text.endswith("… 55.4")]
