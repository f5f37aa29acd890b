"""Charts are laid out by measured widths: checked on the primitives, without drawing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.caterpillar import RankedBrand, caterpillar
from reports.charts.diverging_bars import ItemAnswers, diverging_bars
from reports.charts.interval_dots import IntervalRow, interval_dots
from reports.charts.palette import MUTED, WHITE, contrast, ramp, text_on
from reports.charts.primitives import Circle, Polygon, Rect, Text
from reports.charts.scree import scree
from reports.charts.text_width import fit, text_width, wrap
from tests.reports.chart_samples import HOSTILE, ONE_WORD, RUSSIAN, outside, overlapping

LABELS = st.text(min_size=1, max_size=90)


@settings(max_examples=40, deadline=None)
@given(LABELS, LABELS)
def test_any_label_is_kept_within_the_chart(one, other):
    """Whatever brands and items are called, labels neither touch nor pass the edges."""
    rows = [IntervalRow(one, 50, 40, 60, cells=("50.0",)), IntervalRow(other, None, note=one)]
    brands = [RankedBrand(one, 50, 40, 60, own=True), RankedBrand(other, 51, 41, 61)]
    items = [ItemAnswers(one, (0.2, 0.3, 0.5)), ItemAnswers(other, (0.0, 0.0, 1.0))]
    for chart in (
        interval_dots(rows, title=one, columns=["Score"]),
        caterpillar(brands, title=one),
        diverging_bars(items, [one, other, "high"], title=one),
    ):
        assert outside(chart) == []
        assert overlapping(chart) == []


def test_brands_stand_in_order_and_the_own_one_differs_by_shape_and_weight():
    """The caterpillar sorts by estimate and marks the reader's brand without colour too."""
    brands = [RankedBrand(name, score, score - 3, score + 3) for name, score in _SCORES]
    brands[1] = RankedBrand("B", 70, 66, 74, own=True)
    chart = caterpillar(brands, title="Brands")
    labels = {t.text: t for t in chart.primitives if isinstance(t, Text) and t.text in "ABC"}
    assert sorted(labels, key=lambda name: -labels[name].y) == ["B", "C", "A"]
    assert [name for name, label in labels.items() if label.bold] == ["B"]
    assert sum(isinstance(shape, Polygon) for shape in chart.primitives) == 1
    assert sum(isinstance(shape, Circle) for shape in chart.primitives) == 2


_SCORES = (("A", 40.0), ("B", 70.0), ("C", 55.0))


def test_many_brands_stay_on_one_page():
    """With 200 brands the chart is no higher than a page, and the own brand keeps its label."""
    brands = [RankedBrand(f"Brand {i}", i / 2, i / 2 - 1, i / 2 + 1, i == 90) for i in range(200)]
    chart = caterpillar(brands, title="Brands")
    words = {shape.text for shape in chart.primitives if isinstance(shape, Text)}
    assert chart.height <= 640
    assert "Brand 90" in words
    assert "Brand 91" not in words


def test_bars_are_as_long_as_their_shares_and_parted_by_white():
    """Parts of a bar are proportional to the shares and never touch."""
    item = ItemAnswers("Item", (0.1, 0.2, 0.3, 0.25, 0.15))
    chart = diverging_bars([item], list("abcde"), title="Answers")
    parts = [s for s in chart.primitives if isinstance(s, Rect) and s.width > 8]
    unit = [(part.width + 0.9) / share for part, share in zip(parts, item.shares, strict=True)]
    assert unit == pytest.approx([unit[0]] * 5)
    for left, right in pairwise(parts):
        assert right.x - (left.x + left.width) == pytest.approx(0.9)


def test_neutral_answers_straddle_the_middle():
    """With the same shares on both sides the neutral part is centred on the middle line."""
    chart = diverging_bars([ItemAnswers("Item", (0.4, 0.2, 0.4))], list("abc"), title="Answers")
    middle = chart.primitives[0]
    neutral = [s for s in chart.primitives if isinstance(s, Rect) and s.width > 8][1]
    assert neutral.x + neutral.width / 2 == pytest.approx(middle.x1)


def test_percentages_are_printed_only_where_they_fit():
    """A part narrower than its figure carries none; the alternative text still does."""
    chart = diverging_bars([ItemAnswers("Item", (0.01, 0.29, 0.7))], list("abc"), title="Answers")
    printed = {shape.text for shape in chart.primitives if isinstance(shape, Text)}
    assert {"29", "70"} <= printed
    assert "1" not in printed
    assert "a 1%" in chart.alt


@pytest.mark.parametrize("steps", range(2, 12))
def test_ramp_has_distinct_steps_on_which_figures_can_be_read(steps):
    """Every fill is its own colour and its figure has at least 4.5:1."""
    fills = ramp(steps)
    assert len(set(fills)) == steps
    assert all(contrast(text_on(fill), fill) >= 4.5 for fill in fills)


def test_contrast_is_that_of_wcag():
    """Black on white is 21:1, a colour on itself 1:1, and muted text passes 4.5:1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast(MUTED, WHITE) > 4.5


def test_retained_factors_are_filled_and_the_others_hollow():
    """The scree plot tells retained factors by fill, not by colour alone."""
    chart = scree([3, 1.2, 0.8], [1.3, 1.1, 0.9], retained=2, title="Scree")
    dots = [s for s in chart.primitives if isinstance(s, Circle)][:3]
    assert [dot.fill == WHITE for dot in dots] == [False, False, True]


def test_wrong_lengths_are_refused():
    """Shares, loadings and eigenvalues of the wrong number are refused with both numbers."""
    with pytest.raises(ValueError, match="2 shares for 3"):
        diverging_bars([ItemAnswers("Item", (0.5, 0.5))], list("abc"), title="Answers")
    with pytest.raises(ValueError, match="not 1 for 2"):
        scree([2, 1], [1], retained=1, title="Scree")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.floats(20, 300), st.booleans())
def test_wrapped_lines_fit_and_lose_nothing(text, width, bold):
    """Lines are as narrow as asked and together hold every visible character, and no other than the
    hyphens of words that had to be broken."""
    from reports.characters import readable

    lines = wrap(text, width, 8, bold)
    for line in lines:
        assert text_width(line, 8, bold) <= width + 1e-6 or len(readable(line)) == 1
    dropped = str.maketrans("", "", " -")
    held = readable("".join(lines)).translate(dropped)
    assert held == readable(text).translate(dropped)


@pytest.mark.parametrize("text", [HOSTILE, ONE_WORD, RUSSIAN])
def test_cut_text_ends_in_an_ellipsis(text):
    """Text that does not fit says so; text that fits is left alone."""
    cut = fit(text, 60, 8)
    assert cut.endswith("…")
    assert text_width(cut, 8) <= 60
    assert fit(text, 1000, 8) == text
    assert wrap(text, 60, 8, max_lines=2)[1].endswith("…")


def test_figures_are_not_broken_at_their_narrow_space():
    """A thousand's narrow space never starts a new line."""
    assert wrap("n = 12\u202f345", 30, 8) == ("n =", "12\u202f345")


def test_a_word_cut_after_its_hyphen_has_no_gap():
    """The rest of a hyphenated word follows its hyphen at once, up to the ellipsis."""
    [line] = wrap("A very long-lasting name", 62, 8, max_lines=1)
    assert line.startswith("A very long-l")
    assert line.endswith("…")
