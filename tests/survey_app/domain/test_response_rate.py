"""Response rates are those of AAPOR's Standard Definitions, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.response_rate import (
    CaseCounts,
    ResponseRateError,
    case_counts,
    response_rates,
)

CASES = CaseCounts(
    complete=400,
    partial=50,
    refusal=200,
    non_contact=100,
    other=50,
    unknown_household=120,
    unknown_other=80,
    not_eligible=200,
)


def test_rates_are_those_worked_out_by_hand() -> None:
    """I 400, P 50, R 200, NC 100, O 50 make 800 eligible; UH + UO 200 of unknown eligibility; 200
    not eligible, so that e = 800/1000 by proportional allocation and 160 count as eligible."""
    rates = response_rates(CASES)
    assert rates.e == pytest.approx(0.8)
    assert not rates.e_stated
    expected = {
        "rr1": Fraction(400, 1000),
        "rr2": Fraction(450, 1000),
        "rr3": Fraction(400, 960),
        "rr4": Fraction(450, 960),
        "rr5": Fraction(400, 800),
        "rr6": Fraction(450, 800),
        "coop1": Fraction(400, 700),
        "coop2": Fraction(450, 700),
        "ref1": Fraction(200, 1000),
        "con1": Fraction(700, 1000),
    }
    for name, value in expected.items():
        assert getattr(rates, name) == pytest.approx(float(value), rel=1e-12), name


def test_e_can_be_stated() -> None:
    """With e = 0.5 only half of the unknown cases are in the denominator of RR3 and RR4."""
    rates = response_rates(CASES, e=0.5)
    assert rates.e_stated
    assert rates.rr3 == pytest.approx(400 / 900)
    assert rates.rr4 == pytest.approx(450 / 900)
    assert response_rates(CASES, e=1).rr3 == rates.rr1
    assert response_rates(CASES, e=0).rr3 == rates.rr5
    with pytest.raises(ResponseRateError, match="from 0 to 1"):
        response_rates(CASES, e=1.2)


def test_without_cases_there_are_no_rates() -> None:
    """Nothing is divided by nothing; where only unknown cases are left, RR3 is unknown."""
    assert response_rates(CaseCounts()).rr1 is None
    silent = response_rates(CaseCounts(unknown_household=10))
    assert (silent.rr1, silent.e, silent.rr3, silent.rr5) == (0.0, None, None, None)
    with pytest.raises(ResponseRateError, match="partial"):
        CaseCounts(partial=-1)
    assert case_counts({"I": 2, "UO": 1}) == CaseCounts(complete=2, unknown_other=1)


@given(st.lists(st.integers(0, 10_000), min_size=8, max_size=8))
def test_rates_stand_in_their_order(counts: list[int]) -> None:
    """RR1 ≤ RR3 ≤ RR5, with partial interviews never below, and all within 0 to 1."""
    rates = response_rates(CaseCounts(*counts))
    known = [rate for rate in (rates.rr1, rates.rr3, rates.rr5) if rate is not None]
    assert known == sorted(known)
    for lower, upper in (("rr1", "rr2"), ("rr3", "rr4"), ("rr5", "rr6"), ("coop1", "coop2")):
        low, high = getattr(rates, lower), getattr(rates, upper)
        assert low is None or 0 <= low <= high <= 1 + 1e-12
