"""Figures as they are printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.format import MINUS, NARROW_SPACE, NOTHING, formatter

EN, RU = formatter("en"), formatter("ru")
DE, AR, ZH = formatter("de"), formatter("ar"), formatter("zh")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (EN.score(63.249), "63.2"),
        (EN.score(-0.04), "0.0"),
        (EN.mean(4.206), "4.21"),
        (EN.count(1234567), "1\u202f234\u202f567"),
        (EN.change(3.2), "+3.2"),
        (EN.change(-3.2), "−3.2"),
        (EN.change(0.04), "0.0"),
        (EN.change(-0.04), "0.0"),
        (EN.effect(0.345), "+0.34"),
        (EN.coefficient(0.8634), ".86"),
        (EN.coefficient(-0.8634), "−.86"),
        (EN.coefficient(-0.001), ".00"),
        (EN.coefficient(1.0), "1.00"),
        (EN.coefficient(10.5), "10.50"),
        (EN.p_value(0.0342), ".034"),
        (EN.p_value(0.00099), "< .001"),
        (EN.p_value(0.9996), "> .999"),
        (EN.percent(0.614), "61%"),
        (EN.percent(-0.001), "0%"),
        (EN.interval(58.1, 66.0), "58.1–66.0"),
        (EN.interval(-2.0, 4.04), "−2.0 to 4.0"),
        (EN.interval(-0.01, 4.04), "0.0–4.0"),
        (EN.interval(None, 4.0), "–"),
        (EN.estimate(0.8721, 0.8519, 0.8903, 3), ".872 (.85–.89)"),
        (EN.estimate(-1.318, -1.778, -0.917), "−1.32 (−1.78 to −.92)"),
        (RU.estimate(0.258, -0.062, 0.504), "0,26 (от −0,06 до 0,50)"),
        (EN.date(date(2025, 3, 3)), "3 March 2025"),
        (RU.score(63.249), "63,2"),
        (RU.coefficient(0.8634), "0,86"),
        (RU.p_value(0.0001), "< 0,001"),
        (RU.percent(0.614), "61\u202f%"),
        (RU.interval(-2.0, 4.04), "от −2,0 до 4,0"),
        (RU.count(12345), "12\u202f345"),
        (RU.date(date(2025, 3, 3)), "3 марта 2025\u202fг."),
        (DE.score(63.249), "63,2"),
        (DE.percent(0.614), "61\u202f%"),
        (DE.coefficient(0.8634), "0,86"),
        (DE.interval(58.1, 66.0), "58,1–66,0"),
        (DE.span(58.1, 66.0), "58,1 bis 66,0"),
        (DE.count(12345), "12\u202f345"),
        (DE.date(date(2025, 3, 3)), "3. März 2025"),
        (ZH.score(63.249), "63.2"),
        (ZH.percent(0.614), "61%"),
        (ZH.interval(-2.0, 4.04), "−2.0 至 4.0"),
        (ZH.date(date(2025, 3, 3)), "2025年3月3日"),
        (formatter("zh-Hans").span(1, 2), "1.0 至 2.0"),
        (AR.score(63.249), "63.2"),
        (AR.count(12345), "\u206612\u202f345\u2069"),
        (AR.change(-3.2), "\u2066−3.2\u2069"),
        (AR.percent(0.614), "\u206661%\u2069"),
        (AR.p_value(0.0001), "\u2066< 0.001\u2069"),
        (AR.interval(58.1, 66.0), "58.1\u00a0إلى\u00a066.0"),
        (AR.span(-2.0, 4.04), "\u2066−2.0\u2069 إلى 4.0"),
        (AR.estimate(0.8721, 0.8519, 0.8903), "0.87 (0.85\u00a0إلى\u00a00.89)"),
        (AR.number(None), "–"),
        (AR.date(date(2025, 3, 3)), "3 مارس 2025"),
        (formatter("tr").percent(0.5), "%50"),
        (formatter("xx-nonsense").score(1.25), "1.2"),
        (formatter("ru-RU").score(1.25), "1,2"),
    ],
)
def test_printed_figures(printed, expected):
    """Digits, signs and spaces are those of the language."""
    assert printed == expected


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
def test_no_figure_prints_as_a_dash(value):
    """What is no number never prints as one."""
    figures = [EN.number, EN.count, EN.change, EN.effect, EN.coefficient, EN.p_value, EN.percent]
    assert {figure(value) for figure in figures} == {NOTHING}


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_zero_has_no_sign_and_the_figure_reads_back(value, digits):
    """A figure that rounds to zero has no minus; every figure reads back as rounded."""
    text = EN.number(value, digits)
    plain = text.replace(NARROW_SPACE, "").replace(MINUS, "-")
    assert float(plain) == pytest.approx(float(f"{value:.{digits}f}"))
    assert not (float(plain) == 0 and plain.startswith("-"))
    assert "-" not in text


@pytest.mark.parametrize(
    ("value", "beside", "words"),
    [
        (1234.6, None, "1\u202f235"),
        (123.4, None, "123"),
        (12.34, None, "12.3"),
        (1.234, None, "1.23"),
        (0.0456, None, "0.0456"),
        (0.00004, None, "0.0000"),
        (0, None, "0"),
        (-12.34, None, "−12.3"),
        (0.456, 12.3, "0.5"),
        (None, None, "–"),
    ],
)
def test_measurements_keep_three_digits(
    value: float | None, beside: float | None, words: str
) -> None:
    """A figure in any unit has the digits that count; one beside another has its decimals."""
    assert formatter("en").measured(value, beside) == words


def test_changes_of_measurements_have_a_sign_and_the_decimals_of_the_figure() -> None:
    """A change has as many decimals as the measurement beside it, and no sign where it is none."""
    changes = [(0.456, 12.3), (-0.456, 1.23), (0.001, 12.3), (None, 1.0), (0.5, None)]
    words = [formatter("en").measured_change(change, beside) for change, beside in changes]
    assert words == ["+0.5", "−0.46", "0.0", "–", "0"]
