"""Models written down again."""

import pytest

from psychometrics._model_text import by_group, model_text
from psychometrics.cfa.syntax import parse_model

MODELS = [
    "f =~ x1 + a*x2 + 0.5*x3 + NA*x4\nh =~ x5 + x6\nf ~~ 0*h\nx1 ~~ x2",
    "f =~ start(0.8)*x1 + c(a, b)*x2 + c(1, NA)*x3 + start(c(.7, .9))*x4",
    'f =~ x1 + equal("f=~x1")*x2 + a*x3\ny ~ b*f + x1\ny ~ c(0, NA)*1\nab := a*b\na > 0.1',
    "f =~ x1 + x2 + x3\nx1 | t1 + u*t2\nx2 ~*~ c(1, NA)*x2\nf ~ 1",
]


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_read_as_it_was_written(model) -> None:
    """Statements with all modifiers, definitions and constraints come back."""
    parsed = parse_model(model)
    again = parse_model(model_text(parsed, {}))

    def shown(found) -> list:
        return [(s.lhs, s.op, s.rhs, repr(s.modifier)) for s in found.statements]

    assert sorted(shown(again)) == sorted(shown(parsed))
    assert [d.text for d in again.definitions] == [d.text for d in parsed.definitions]
    assert [c.text for c in again.constraints] == [c.text for c in parsed.constraints]


def test_more_is_said_where_the_parameter_stands() -> None:
    """Modifiers join those that are there, covariances in either order, the rest comes after."""
    parsed = parse_model("f =~ 0.5?x1 + x2\nh =~ x3 + x4\nh ~~ f")
    more = {
        ("f", "=~", "x1"): [by_group(["l", "l"])],
        ("f", "~~", "h"): ["r"],
        ("x1", "~1", ""): [by_group([0, "NA"])],
    }
    text = model_text(parsed, more)
    assert text == ("f =~ start(0.5)*x1 + c(l, l)*x1 + x2\nh =~ x3 + x4\nh ~~ r*f\nx1 ~ c(0, NA)*1")
