"""What stands before '*' in a formula: fixed values, starting values, labels, equalities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite, nan
from typing import NamedTuple, NoReturn

from psychometrics.cfa._expression import FUNCTIONS, number_of, read_expression
from psychometrics.cfa._tokens import (
    EFA,
    NAME,
    NAME_PATTERN,
    NUMBER,
    RESERVED,
    STRING,
    Token,
    refuse,
    written,
)

FREE = nan
"""The fixed value that says: estimate it, whatever the default."""

_NAME = re.compile(NAME_PATTERN)
_PARAMETER = re.compile(rf"{NAME_PATTERN}(?:=~|~\*~|~~|~|\|)(?:{NAME_PATTERN}|1)")
_BOUNDS = "label the parameter and write the bound on a line of its own, as in 'a > 0'"
_REFUSED_CALLS = {
    "efa": EFA,
    "lower": ("lower() is not known here", _BOUNDS),
    "upper": ("upper() is not known here", _BOUNDS),
    "rv": ("random slopes, rv(), are not known here", "leave the modifier out"),
    "prior": ("prior() is not known here", "leave the modifier out"),
    "rep": ("rep() is not known here", "write the values out, as in c(1, 1)"),
}


@dataclass(frozen=True, slots=True)
class Modifier:
    """What is asked of one parameter, group by group; a tuple of length 1 holds for every group.

    Parameters
    ----------
    fixed : numbers to fix it at; NaN, written ``NA*``: estimate it whatever the default; None:
        nothing said for this group.
    start : starting values; None: nothing said. ``start(0.8)*x`` or ``0.8?x``.
    label : labels; '' = none. Parameters of one label are equal.
    equal : the parameter it equals, such as ``f=~x1``; '' = none.
    """

    fixed: tuple[float | None, ...] = ()
    start: tuple[float | None, ...] = ()
    label: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()


NOTHING = Modifier()


class _Element(NamedTuple):
    """What one group is told."""

    fixed: float | None = None
    label: str = ""
    equal: str = ""


def read_modifier(tokens: list[Token], variable: str) -> Modifier:
    """The modifier that these tokens, all before the '*' of `variable`, write.

    Raises
    ------
    ModelSyntaxError
        two modifiers in a row, a function that is not known, a value that is none.
    """
    first = tokens[0]
    if len(tokens) == 1:
        return _modifier([_element(tokens)])
    parts = _factors(tokens)
    if len(parts) > 1 and any(_is_modifier(part) for part in parts):
        _refuse_several(tokens, parts, variable)
    if len(parts) > 1 or not _is_call(tokens) or first.text in FUNCTIONS:
        return Modifier(fixed=(_constant(tokens),))
    return _call(tokens)


def _refuse_several(tokens: list[Token], parts: list[list[Token]], variable: str) -> NoReturn:
    """lavaan keeps the first of several modifiers in a term and drops the rest unseen."""
    mend = "join terms by '+', each with one modifier before '*' and its variable after it"
    if all(_is_modifier(part) or [token.kind for token in part] == [NUMBER] for part in parts):
        each = " + ".join(f"{written(part)}*{variable}" for part in parts)
        mend = f"repeat the term, as in '{each}', or join variables by '+'"
    refuse(tokens[0], f"'{written(tokens)}*{variable}' has more than one '*'", mend)


def read_start(tokens: list[Token]) -> Modifier:
    """The starting value written before '?', as in ``0.8?x``."""
    return Modifier(start=(_constant(tokens),))


def _modifier(elements: list[_Element]) -> Modifier:
    fixed, label, equal = zip(*elements, strict=True)
    return Modifier(
        fixed if any(value is not None for value in fixed) else (),
        (),
        label if any(label) else (),
        equal if any(equal) else (),
    )


def _call(tokens: list[Token]) -> Modifier:
    """The modifier that ``c()``, ``start()``, ``label()`` or ``equal()`` writes."""
    name = tokens[0]
    if name.text in _REFUSED_CALLS:
        refuse(name, *_REFUSED_CALLS[name.text])
    if name.text == "c":
        return _modifier(_elements(tokens))
    if name.text == "start":
        return Modifier(start=_starts(tokens))
    if name.text not in ("label", "equal"):
        known = "c(), start(), label() and equal()"
        refuse(name, f"{name.text}() before '*' is not known", f"known there are {known}")
    elements = _elements(tokens, text_only=True)
    if any(element.fixed is not None for element in elements):
        mend = 'quote a name, as in label("a")'
        refuse(name, f"{name.text}() takes names in quotes, no numbers", mend)
    return _modifier(elements)


def _elements(call: list[Token], *, text_only: bool = False) -> list[_Element]:
    """One element per group from ``c(...)``, or from another function with or without ``c``."""
    arguments = _arguments(call)
    if len(arguments) == 1 and arguments[0][0].text == "c" and _is_call(arguments[0]):
        arguments = _arguments(arguments[0])
    # In R's c(NA, "a") the NA is a missing text, which says nothing, and no wish to estimate.
    kinds = {argument[0].kind for argument in arguments}
    quoted = (text_only or STRING in kinds) and kinds <= {STRING, NAME}
    return [_element(argument, quoted=quoted) for argument in arguments]


def _arguments(call: list[Token]) -> list[list[Token]]:
    """What stands between the commas of a call."""
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in call[2:-1]:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            arguments.append([])
        else:
            arguments[-1].append(token)
    if not all(arguments):
        mend = "give a value for each group, NA where there is none"
        refuse(call[0], f"'{written(call)}' has an empty place", mend)
    return arguments


def _element(tokens: list[Token], *, quoted: bool = False) -> _Element:
    """What one word, or one constant expression, tells one group."""
    token = tokens[0]
    if len(tokens) > 1:
        return _Element(fixed=_constant(tokens))
    if token.kind == NUMBER:
        return _Element(fixed=number_of(token))
    if token.text == "NA":
        return _Element() if quoted else _Element(fixed=FREE)
    if token.kind == STRING:
        return _reference(token)
    if token.kind != NAME:
        refuse(token, f"'{token.text}' is neither a value nor a label", "write one before '*'")
    return _Element(label=_label(token, token.text))


def _reference(token: Token) -> _Element:
    """A quoted label, or a quoted parameter such as ``"f=~x1"``."""
    text = "".join(token.text[1:-1].split())
    if _PARAMETER.fullmatch(text):
        return _Element(equal=text)
    if text and not _NAME.fullmatch(text):
        mend = 'write a name, as in "a", or a parameter, as in "f=~x1"'
        refuse(token, f"{token.text} is neither a label nor a parameter", mend)
    return _Element(label=_label(token, text))


def _label(token: Token, text: str) -> str:
    if text in RESERVED:
        refuse(token, f"'{text}' is a reserved word of R", "choose another label")
    if text == "pi":
        refuse(token, "'pi' is a number in constraints and definitions", "choose another label")
    return text


def _starts(call: list[Token]) -> tuple[float | None, ...]:
    """The numbers of ``start()``; NA says nothing, as there is no starting nowhere."""
    elements = _elements(call)
    if any(element.label or element.equal for element in elements):
        refuse(call[0], f"'{written(call)}' is not a number", "write numbers, as in start(0.8)")
    return tuple(None if element.fixed is FREE else element.fixed for element in elements)


def _constant(tokens: list[Token]) -> float:
    """The value of an expression without labels."""
    expression = read_expression(tokens, tokens[0])
    if expression.names:
        mend = "write a number or a label; relations of labels go on lines of their own"
        refuse(tokens[0], f"'{expression.text}' is not a number", mend)
    value = float(expression.evaluate({}))
    if not isfinite(value):
        refuse(tokens[0], f"'{expression.text}' is not a finite number", "write one that is")
    return value


def _is_call(tokens: list[Token]) -> bool:
    """Whether the tokens are one call: a name and parentheses that the last token closes."""
    if len(tokens) < 3 or tokens[0].kind != NAME or tokens[1].text != "(":
        return False
    depth = 0
    for token in tokens[1:]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return token is tokens[-1]
    return False


def _is_modifier(tokens: list[Token]) -> bool:
    """Whether the tokens are a modifier that is no number."""
    if len(tokens) == 1:
        return tokens[0].kind in (NAME, STRING)
    return _is_call(tokens) and tokens[0].text not in FUNCTIONS


def _factors(tokens: list[Token]) -> list[list[Token]]:
    """What stands between the '*' that no parenthesis encloses."""
    factors: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "*" and depth == 0:
            factors.append([])
        else:
            factors[-1].append(token)
    return factors
