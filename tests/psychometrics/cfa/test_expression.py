"""Arithmetic on labels: R's values, real and complex arrays, derivatives."""

from __future__ import annotations

import json
import operator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.cfa.syntax import Expression, parse_model

GOLDEN = Path(__file__).parents[2] / "golden" / "syntax"
ARITHMETIC = json.loads((GOLDEN / "arithmetic.json").read_text(encoding="utf-8"))
VALUES = {"a": 0.7, "b": -1.3, "d": 2.0, ".p1.": 5.0}
STEP = 1e-30


def expression_of(text: str) -> Expression:
    """The right side of a definition."""
    return parse_model(f"f =~ x\nresult := {text}").definitions[0].expression


@pytest.mark.parametrize("text", ARITHMETIC)
def test_values_equal_r(text):
    """Precedence, functions and numbers give R's value."""
    found = expression_of(text).evaluate(VALUES)
    assert found == pytest.approx(ARITHMETIC[text], rel=2e-14, abs=1e-15)


@pytest.mark.parametrize("text", ARITHMETIC)
def test_complex_step_is_the_derivative(text):
    """Im f(x + ih)/h equals the central difference, at negative values too."""
    expression = expression_of(text)
    for name in expression.names:
        by_step = expression.evaluate({**VALUES, name: VALUES[name] + 1j * STEP}).imag / STEP
        h = 1e-6
        above, below = (
            expression.evaluate({**VALUES, name: VALUES[name] + s * h}) for s in (1, -1)
        )
        assert by_step == pytest.approx((above - below) / (2 * h), rel=1e-7, abs=1e-8)


def test_arrays_broadcast():
    """Arrays of values give arrays, real and complex."""
    a, b = np.array([[1.0], [2.0]]), np.array([3, 4, 5])
    expression = expression_of("abs(a - b)^2 + sqrt(a)")
    real = expression.evaluate({"a": a, "b": b})
    np.testing.assert_allclose(real, (a - b) ** 2 + np.sqrt(a), rtol=1e-15)
    complexes = expression.evaluate({"a": a + 0j, "b": b})
    np.testing.assert_allclose(complexes, real, rtol=1e-15)


@pytest.mark.parametrize("text", ["sqrt(a)", "log(a)", "a^0.5", "(a - a)/(a - a)"])
def test_no_real_value_is_nan(text):
    """Where real arithmetic has no value there is none, for a complex step neither."""
    expression = expression_of(text)
    assert np.isnan(expression.evaluate({"a": -2.0}))
    assert np.isnan(expression.evaluate({"a": -2.0 + 1j * STEP}))


def test_whole_numbers_divide_and_invert_as_in_r():
    """Integers given as values behave as numbers do in R; division by zero is infinite."""
    assert expression_of("a^-1 + a/4").evaluate({"a": 2}) == 1.0
    assert expression_of("1/a").evaluate({"a": 0}) == np.inf


def test_names_in_order_of_first_use():
    """Labels are listed once; pi is a number, and a function's name may be a label."""
    expression = expression_of("pi*exp + b*exp(a)/b - .p1.")
    assert expression.names == ("exp", "b", "a", ".p1.")
    assert expression.text == "pi*exp+b*exp(a)/b-.p1."


def test_a_missing_value_is_a_key_error():
    """A label without value is named."""
    with pytest.raises(KeyError, match="b"):
        expression_of("a + b").evaluate({"a": 1.0})


BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
LEAVES = st.sampled_from([("a", 0.7), ("d", 2.0), (".5", 0.5), ("3", 3.0), ("pi", np.pi)])


def compound(inner):
    """Trees in full parentheses with the value Python gives them."""

    def joined(sign, left, right):
        with np.errstate(all="ignore"):
            value = BINARY[sign](np.float64(left[1]), np.float64(right[1]))
        return f"({left[0]} {sign} {right[0]})", value

    binary = st.builds(joined, st.sampled_from(sorted(BINARY)), inner, inner)
    negative = st.builds(lambda x: (f"(-{x[0]})", -x[1]), inner)
    power = st.builds(lambda x: (f"({x[0]}^2)", np.float64(x[1]) ** 2), inner)
    return st.one_of(binary, negative, power)


@given(st.recursive(LEAVES, compound, max_leaves=12))
def test_trees_have_their_value(tree):
    """Any nesting of parentheses gives the value of its tree."""
    text, value = tree
    np.testing.assert_allclose(expression_of(text).evaluate(VALUES), value, rtol=1e-12)


@given(
    st.lists(st.tuples(st.sampled_from("+-*/"), st.sampled_from(["a", "b", "d", "2"])), max_size=8)
)
def test_chains_associate_to_the_left(rest):
    """Without parentheses a chain has the value Python gives the same text."""
    text = "a" + "".join(sign + name for sign, name in rest)
    expected = eval(text, {}, dict(VALUES))  # noqa: S307
    assert expression_of(text).evaluate(VALUES) == pytest.approx(expected, rel=1e-12)
