"""Models as text: the same rows as lavaan, whatever the layout."""

from __future__ import annotations

import json
import math
import pickle
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.cfa.syntax import (
    ModelSyntaxError,
    Modifier,
    ParsedModel,
    Statement,
    parse_model,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "syntax"
ROWS = json.loads((GOLDEN / "rows.json").read_text(encoding="utf-8"))
GROUPS = json.loads((GOLDEN / "groups.json").read_text(encoding="utf-8"))


def row_of(lhs: str, op: str, rhs: str) -> tuple:
    """A row by name; the ends of a covariance in one order."""
    return (op, *sorted((lhs, rhs))) if op == "~~" else (op, lhs, rhs)


def same(found: tuple, golden: list) -> bool:
    """Whether the values of a modifier are the golden's, whose null is NA."""
    expected = [math.nan if value is None else value for value in golden]
    return list(found) == pytest.approx(expected, rel=1e-13, nan_ok=True)


def labels_of(modifier: Modifier) -> list[str]:
    """Labels as lavaan has them: for it, equal() is a label."""
    groups = max(len(modifier.label), len(modifier.equal))
    label = modifier.label or ("",) * groups
    equal = modifier.equal or ("",) * groups
    return [mine or theirs for mine, theirs in zip(label, equal, strict=True)]


def said(model: ParsedModel) -> tuple:
    """What a model says, wherever it says it."""
    rows = [(row.lhs, row.op, row.rhs, row.modifier) for row in model.statements]
    return (
        rows,
        [relation.text for relation in model.constraints],
        [definition.text for definition in model.definitions],
    )


@pytest.mark.parametrize("name", ROWS)
def test_rows_equal_lavaan(name):
    """Rows, their order and their modifiers are those of lavParseModelString."""
    golden = ROWS[name]
    found = parse_model(golden["model"]).statements
    theirs = [row_of(row["lhs"], row["op"], row["rhs"]) for row in golden["rows"]]
    assert [row_of(row.lhs, row.op, row.rhs) for row in found] == theirs
    for row, expected in zip(found, golden["rows"], strict=True):
        assert same(row.modifier.fixed, expected["fixed"])
        assert same(row.modifier.start, expected["start"])
        assert labels_of(row.modifier) == expected["label"]


@pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name]["relations"]])
def test_relations_equal_lavaan(name):
    """Constraints and definitions are those of lavParseModelString, in its order."""
    golden = ROWS[name]
    found = parse_model(golden["model"])
    theirs = [f"{x['lhs']} {x['op']} {x['rhs']}" for x in golden["relations"]]
    assert [x.text for x in found.constraints] == [x for x in theirs if ":=" not in x]
    assert [x.text for x in found.definitions] == [x for x in theirs if ":=" in x]


@pytest.mark.parametrize("name", GROUPS)
def test_two_groups_equal_lavaan(name):
    """Free or not, value and label in each of two groups are those of lavaanify."""
    golden = GROUPS[name]
    found = {
        (*row_of(row.lhs, row.op, row.rhs), group): row.modifier
        for row in parse_model(golden["model"]).statements
        for group in (1, 2)
    }
    assert len(found) == len(golden["rows"])
    for row in golden["rows"]:
        group = row["group"]
        modifier = found[(*row_of(row["lhs"], row["op"], row["rhs"]), group)]
        fixed, start, label = (
            (values * 2)[:2][group - 1] if len(values) == 1 else values[group - 1]
            for values in (
                modifier.fixed or (None,),
                modifier.start or (None,),
                modifier.label or ("",),
            )
        )
        free = fixed is None or math.isnan(fixed)
        assert (int(free), label) == (row["free"], row["label"])
        assert (start if free else fixed) == row["value"]


def test_lists_mix_free_fixed_and_labelled_groups():
    """c(NA, 1, a) frees in the first group, fixes in the second and labels in the third."""
    modifier = parse_model("f =~ c(NA, 1, a)*x1").statements[0].modifier
    assert math.isnan(modifier.fixed[0])
    assert modifier.fixed[1:] == (1.0, None)
    assert modifier.label == ("", "", "a")


def test_equal_names_the_parameter_apart_from_labels():
    """equal() and a quoted parameter are equalities; equal() of a name is a label."""
    model = "f =~ x1 + equal('f =~ x1')*x2 + 'f=~x1'*x3 + equal('a')*x4 + equal('f=~x1', 'b')*x5"
    found = {row.rhs: row.modifier for row in parse_model(model).statements}
    assert found["x2"] == found["x3"] == Modifier(equal=("f=~x1",))
    assert found["x4"] == Modifier(label=("a",))
    assert found["x5"] == Modifier(label=("", "b"), equal=("f=~x1", ""))


def test_mentions_in_other_formulas_add_up():
    """A parameter mentioned again, a covariance from its other end too, stays one row."""
    model = "f =~ x1 + x2\nx1 ~~ x2\nf =~ NA*x1\nx2 ~~ start(.3)*x1\nf =~ c(a, b)*x1\nf =~ NA*x1"
    found = parse_model(model).statements
    assert [(row.lhs, row.op, row.rhs) for row in found] == [
        ("f", "=~", "x1"),
        ("f", "=~", "x2"),
        ("x1", "~~", "x2"),
    ]
    assert found[0].modifier.label == ("a", "b")
    assert len(found[0].modifier.fixed) == 1
    assert found[2].modifier == Modifier(start=(0.3,))


def test_one_value_widens_to_the_groups_of_a_list():
    """A single value holds for every group of a list that fills the gaps."""
    found = parse_model("f =~ c(NA, a)*x1 + c(NA, NA)*x1 + c(b, NA)*x2 + b*x2").statements
    assert all(math.isnan(value) for value in found[0].modifier.fixed)
    assert found[1].modifier.label == ("b", "b")


def test_both_sides_of_a_covariance_may_repeat():
    """All variances and covariances of a set are written once."""
    found = parse_model("x + y ~~ x + y").statements
    assert [(row.lhs, row.rhs) for row in found] == [("x", "x"), ("x", "y"), ("y", "y")]


def test_places_point_at_the_variable():
    """Line and column of a row lead to its variable, past modifiers, tabs and wide letters."""
    model = "# m\nУдоб =~ c(a,\n  b)*вопрос\t+ 0.5*x2;y ~ м*1\r\ny ~~ x2\n"
    lines = model.splitlines()
    for row in parse_model(model).statements:
        assert lines[row.line - 1][row.column - 1 :].startswith(row.rhs or "1")
    assert parse_model(model).statements[-1] == Statement("y", "~~", "x2", Modifier(), 4, 6)


def test_relations_carry_their_place():
    """Constraints and definitions know line, column and the labels they use."""
    found = parse_model("f =~ a*x1 + b*x2; a == 2*b\n\n  d := a + b + a")
    constraint, definition = found.constraints[0], found.definitions[0]
    assert (constraint.op, constraint.line, constraint.column) == ("==", 1, 19)
    assert (constraint.lhs.names, constraint.rhs.names) == (("a",), ("b",))
    assert (definition.name, definition.line, definition.column) == ("d", 3, 3)
    assert definition.expression.names == ("a", "b")


def test_names_of_any_script():
    """Letters of any script with their marks, dots and digits make names."""
    names = ["ёлка", "и\u0306од", "Größe.2", "満足度", "संतुष्टि", "x_1", ".y"]
    found = parse_model("f =~ " + "+".join(names)).statements
    assert [row.rhs for row in found] == names


def test_models_and_errors_travel_between_processes():
    """Parsed models and errors survive pickling, as parallel work needs."""
    model = parse_model("f =~ a*x1 + NA*x2\nd := sqrt(a)^2\na > 0")
    back = pickle.loads(pickle.dumps(model))  # noqa: S301
    assert back.definitions == model.definitions
    assert back.definitions[0].expression.evaluate({"a": 4.0}) == pytest.approx(4)
    error = pickle.loads(pickle.dumps(ModelSyntaxError("what", "mend", 3, 4)))  # noqa: S301
    assert (str(error), error.line) == ("line 3, column 4: what; mend", 3)


WORDS = [
    "f =~ x1 + a * x2 + c ( NA , 1 , b ) * x3 + 0.8 ? x4",
    "f + g =~ start ( c ( .5 , 1e-3 ) ) * y1 + equal ( 'f=~x1' ) * y2",
    "x1 + x2 ~~ 0 * x3 + x4",
    "y ~ 1 + c ( b1 , b2 ) * x + - 1 * z",
    "x1 | t1 + ( 1 + 2 ) * t2",
    "x1 ~*~ 1 * x1",
    "a == ( b1 - b2 ) ** 2 / 3",
    "b > - 0.5",
    "ab := a * b - sqrt ( abs ( b1 ) )",
]
OPERATORS = {"=~", "~~", "~", "|", "~*~", "==", ">", ":="}
SIGNS = {"+", "-", "*", "/", "**", "?", ","}
INLINE = ["", " ", "\t ", "\u00a0"]
LINE_ENDS = ["\n", " \r\n ", " # f =~ x1 + (\n", "\n\n! 'y ~ z; \n  "]
BETWEEN = ["\n", ";", " ; ;\n", "# a =~ b\n", "\n\n  \n", "!;\r\n\t", ";#+\n"]


@given(st.data())
def test_layout_does_not_matter(data):
    """Blanks, comments, line ends and semicolons wherever they may be change nothing."""
    chosen = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, unique=True))
    plain = "\n".join(["q =~ x9", *chosen])
    laid = "q =~ x9"
    for statement in chosen:
        laid += data.draw(st.sampled_from(BETWEEN))
        words = statement.split(" ")
        after_operator = False
        for word, following in pairwise([*words, ""]):
            after_operator |= word in OPERATORS
            breaks = word in OPERATORS | SIGNS | {"("} or following in SIGNS - {"-"} | {")"}
            blanks = INLINE + LINE_ENDS if breaks and after_operator and following else INLINE
            laid += word + data.draw(st.sampled_from(blanks))
    assert said(parse_model(laid)) == said(parse_model(plain))
