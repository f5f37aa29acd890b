"""Texts that are no model: refused at their place, with a mend, and never by another error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psychometrics.cfa.syntax import ModelSyntaxError, ParsedModel, parse_model

GOLDEN = Path(__file__).parents[2] / "golden" / "syntax"
ROWS = json.loads((GOLDEN / "rows.json").read_text(encoding="utf-8"))
REFUSED = json.loads((GOLDEN / "refused.json").read_text(encoding="utf-8"))


def reading(text: str) -> ParsedModel | ModelSyntaxError:
    """The model, or the error that refuses it."""
    try:
        return parse_model(text)
    except ModelSyntaxError as error:
        return error


@pytest.mark.parametrize("model", REFUSED)
def test_what_lavaan_refuses_is_refused(model):
    """No model passes that lavaan does not read."""
    with pytest.raises(ModelSyntaxError):
        parse_model(model)


ERRORS = [
    ("", 1, 1, "names no parameter"),
    (" # only a comment\n", 1, 1, "names no parameter"),
    ("a == b", 1, 1, "names no parameter"),
    ("f =~ x1\nhello\n", 2, 1, "'hello' has no operator"),
    ("f =~ x1\n  x2 + x3", 2, 3, "go on above with '+'"),
    ("f =~ x1 +\n\n# end\n", 1, 9, "'+' has nothing after it"),
    ("f =~ x1 +\ng =~ x2", 1, 9, "'+' has nothing after it"),
    ("f =~ x1 +; x2", 1, 12, "'x2' has no operator"),
    ("f =~ x1;\n+ x2 ~~ x3", 2, 1, "'+' has nothing before it"),
    ("f =~", 1, 3, "'=~' has nothing after it"),
    ("  =~ x1", 1, 3, "'=~' has nothing before it"),
    ("f =~ x1 + + x2", 1, 11, "'+' has nothing before it"),
    ("f =~ x1 =~ x2", 1, 9, "second operator"),
    ("f =~ a*", 1, 7, "'*' has nothing after it"),
    ("f =~ *x1", 1, 6, "'*' has nothing before it"),
    ("f =~ x1 x2", 1, 9, "'x1' and 'x2' stand side by side"),
    ("f =~ 2x1", 1, 7, "'2' and 'x1' stand side by side"),
    ("f =~ x1 - x2", 1, 6, "'x1-x2' is not a term"),
    ("f =~ x1*2", 1, 9, "as in 2*x"),
    ("f =~ (a*x1)", 1, 6, "is not a term"),
    ("f =~ c(a, b*x1\ng =~ x2", 1, 7, "'(' is not closed"),
    ("f =~ (x1", 1, 6, "'(' is not closed"),
    ("a == (b + c\nf =~ x1", 1, 6, "'(' is not closed"),
    ("f =~ x1)", 1, 8, "')' was never opened"),
    ("f =~ c(a, )*x1", 1, 6, "has an empty place"),
    ("f =~ c()*x1", 1, 6, "has an empty place"),
    ("f =~ 2*a*x1", 1, 6, "repeat the term, as in '2*x1 + a*x1'"),
    ("f =~ a*x1 b*x2", 1, 11, "'x1' and 'b' stand side by side"),
    ("f =~ c(1, 2) x1", 1, 14, "')' and 'x1' stand side by side"),
    ("f =~ a*x1 - b*x2", 1, 6, "join terms by '+'"),
    ("f =~ *a*x1", 1, 6, "'*' has nothing before it"),
    ("f =~ start(1)*c(a,b)*x1", 1, 6, "'start(1)*x1 + c(a,b)*x1'"),
    ("f =~ strat(2)*x1", 1, 6, "strat() before '*' is not known"),
    ("f =~ start(a)*x1", 1, 6, "is not a number"),
    ("f =~ label(2)*x1", 1, 6, "takes names in quotes"),
    ('f =~ "a b =~"*x1', 1, 6, "neither a label nor a parameter"),
    ("f =~ lower(0)*x1", 1, 6, "'a > 0'"),
    ("f =~ rep(1, 3)*x1", 1, 6, "c(1, 1)"),
    ("f =~ (a + 1)*x1", 1, 6, "is not a number"),
    ("f =~ (1/0)*x1", 1, 6, "not a finite number"),
    ("f =~ 1e999*x1", 1, 6, "too large"),
    ("f =~ a*x1 + b*x1", 1, 15, "'f =~ x1' has two labels, a and b"),
    ("f =~ NA*x1\nf =~ 2*x1", 2, 8, "has two fixed values, NA and 2.0"),
    ("x ~~ 0*y\ny ~~ 1*x", 2, 8, "'x ~~ y' has two fixed values, 0.0 and 1.0"),
    ("f =~ c(1, 2)*x1 + c(a, b, d)*x1", 1, 30, "for 2 and for 3 groups"),
    ("f =~ c(1, 2)*x1 + c(1, 2, 3)*x1", 1, 30, "for 2 and for 3 groups"),
    ("f =~ c(1, NA)*x1 + start(.5)*x1", 1, 30, "is fixed at 1 and starts at 0.5"),
    ("a*x ~~ y", 1, 1, "'a*x' is not a variable"),
    ('efa("b")*f1 +\nefa("b")*f2 =~ x1', 1, 1, "efa() blocks"),
    ('efa("b")*f1 =~ x1', 1, 1, "efa() blocks"),
    ("f =~ x1\nf =~ f", 2, 6, "'f' measures itself"),
    ("y ~ y", 1, 5, "'y' predicts itself"),
    ("y ~ 2", 1, 5, "write 2*1"),
    ("f =~ 0", 1, 6, "'0' is not a variable"),
    ("f =~ 'x1'", 1, 6, "in quotes"),
    ('f =~ "x1', 1, 6, "is not closed on its line"),
    ("x | s1", 1, 5, "name thresholds t1, t2"),
    ("x ~*~ y", 1, 7, "write x ~*~ x"),
    ("if =~ x1", 1, 1, "reserved word of R"),
    ("f =~ TRUE*x1", 1, 6, "reserved word of R"),
    ("f =~ pi*x1", 1, 6, "choose another label"),
    ("f <~ x1", 1, 3, "formative"),
    ("f =~ x1 + x1:x2", 1, 13, "products of variables"),
    ("group: 1\nf =~ x1", 1, 1, "c(a, b)*x1"),
    ("f =~ x1\nLevel : 2\nf =~ x1", 2, 1, "blocks such as 'Level:'"),
    ("f =~ x1 % 2", 1, 9, "'%' is not known"),
    ("f = x1", 1, 3, "write '=~' to measure"),
    ("f =~ a*x1\na <= 1", 2, 3, "write '<'"),
    ("f =~ x1 & x2", 1, 9, "'&' cannot stand here"),
    ("f =~ `x 1`", 1, 6, "rename the column"),
    ("f =~ “a”*x1", 1, 6, "straight quotes"),
    ("f =~ −1*x1", 1, 6, "plain hyphen"),
    ("f =~ _x", 1, 6, "begin names with a letter"),
    ("f =~ x1\na := a*2", 2, 1, "'a' is defined by itself"),
    ("f =~ x1\na := 2*b\nb := a", 2, 1, "define 'b' above 'a'"),
    ("f =~ x1\na := 1\na := 2", 3, 1, "defined on line 2 already"),
    ("f =~ a*x1\na := 2*b", 2, 1, "a parameter's label already"),
    ("f =~ x1\na*b := 2", 2, 1, "is not a name"),
    ("f =~ x1\npi := 3", 2, 1, "reserved"),
    ("f =~ a*x1\nd := foo(a)", 2, 6, "the function foo() is not known"),
    ("f =~ a*x1\na == 2 3", 2, 8, "with no sign between"),
    ("f =~ a*x1\na == 2*", 2, 7, "'*' has nothing after it"),
    ("f =~ a*x1\na == ()", 2, 7, "where a label or number should"),
    ("f =~ a*x1\na == b == 2", 2, 8, "second operator"),
    ("f =~ a*x1\n1 == 2", 2, 1, "names no label"),
    ("f =~ a*x1\na == NA", 2, 6, "reserved word of R"),
]


@pytest.mark.parametrize(("model", "line", "column", "words"), ERRORS)
def test_errors_name_place_and_mend(model, line, column, words):
    """A mistake is named where it is, and its message carries the same place."""
    with pytest.raises(ModelSyntaxError) as caught:
        parse_model(model)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert str(error) == f"line {line}, column {column}: {error.what}; {error.mend}"
    assert words in str(error)


ALPHABET = "fgxyabc12 \n\t+*~=<>:;|,()?.'\"#!^/-%NA_ё˜“\u2028\ufeff\x00"


@given(st.one_of(st.text(ALPHABET, max_size=60), st.text(max_size=40)))
@example("f =~ " + "(" * 5000 + "1" + ")" * 5000 + "*x")
@example("f =~ a*x\na == " + "-" * 5000 + "2" + "^a" * 5000)
def test_garbage_is_read_or_refused(text):
    """Any text gives a model or a ModelSyntaxError that points into the text."""
    found = reading(text)
    if isinstance(found, ParsedModel):
        assert found.statements
    else:
        lines = (text + "\n").splitlines()
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= max(1, len(lines[found.line - 1]))


@given(st.sampled_from(sorted(ROWS)), st.integers(0, 400), st.sampled_from(ALPHABET), st.booleans())
def test_a_slip_of_the_pen_is_read_or_refused(name, at, letter, insert):
    """A model with one character changed or added gives a model or a ModelSyntaxError."""
    model = ROWS[name]["model"]
    at %= len(model)
    slipped = model[:at] + letter + model[at if insert else at + 1 :]
    found = reading(slipped)
    if isinstance(found, ParsedModel):
        assert found.statements
    else:
        assert 1 <= found.line <= len((slipped + "\n").splitlines())
