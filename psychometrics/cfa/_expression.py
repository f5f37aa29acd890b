"""Arithmetic on parameter labels: what stands in constraints and definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, pi
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.cfa._tokens import NAME, NUMBER, RESERVED, SIGN, Token, refuse, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _absolute(x: Any) -> Any:
    return np.where(np.real(x) < 0, -x, x)[()]


def _where_real(inside: Any, value: Any) -> Any:
    """NaN where real arithmetic has no value, though complex arithmetic would have one."""
    return np.where(inside, value, np.nan)[()]


def _square_root(x: Any) -> Any:
    return _where_real(np.real(x) >= 0, np.sqrt(x))


def _logarithm(x: Any) -> Any:
    return _where_real(np.real(x) >= 0, np.log(x))


def _power(base: Any, exponent: Any) -> Any:
    whole = (np.real(exponent) == np.floor(np.real(exponent))) & (np.imag(exponent) == 0)
    return _where_real((np.real(base) >= 0) | whole, np.power(base, exponent))


@dataclass(frozen=True, slots=True)
class _Operation:
    """A step that takes `arity` values off the stack and lays one on it."""

    symbol: str
    arity: int
    rank: int
    function: Callable[..., Any] = field(repr=False, compare=False)


_LEFT_TO_RIGHT = {
    "+": _Operation("+", 2, 1, np.add),
    "-": _Operation("-", 2, 1, np.subtract),
    "*": _Operation("*", 2, 2, np.multiply),
    "/": _Operation("/", 2, 2, np.divide),
}
_BINARY = {
    **_LEFT_TO_RIGHT,
    "^": _Operation("^", 2, 4, _power),
    "**": _Operation("^", 2, 4, _power),
}
_MINUS = _Operation("negative", 1, 3, np.negative)
_REAL_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": _square_root,
    "exp": np.exp,
    "log": _logarithm,
    "abs": _absolute,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
}
FUNCTIONS = {name: _Operation(name, 1, 5, call) for name, call in _REAL_FUNCTIONS.items()}
_OPEN = _Operation("(", 0, 0, np.positive)

_Step = float | str | _Operation


@dataclass(frozen=True)
class Expression:
    """Arithmetic as written, ready to be evaluated.

    Parameters
    ----------
    text : the expression without blanks.
    names : the labels it uses, in order of first use; ``pi`` is a number.
    """

    text: str
    names: tuple[str, ...]
    _steps: tuple[_Step, ...] = field(repr=False)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value, given each label's: floats, or real or complex arrays that broadcast.

        Complex values serve derivatives by a complex step, Im f(x + ih)/h (Squire & Trapp 1998,
        10.1137/S003614459631241X): ``abs`` turns the sign by the real part, and where real
        arithmetic has no value (``sqrt(-1)``) the result is NaN. Division by zero gives an
        infinite value or NaN.

        Raises
        ------
        KeyError
            a label has no value.
        """
        stack: list[Any] = []
        with np.errstate(all="ignore"):
            for step in self._steps:
                if isinstance(step, float):
                    stack.append(np.float64(step))
                elif isinstance(step, str):
                    stack.append(_operand(values[step]))
                else:
                    taken = stack[-step.arity :]
                    del stack[-step.arity :]
                    stack.append(step.function(*taken))
        return stack[0]


def _operand(value: Any) -> Any:
    """A NumPy value, whole numbers as floats: R's arithmetic has no other."""
    found = np.asarray(value)
    return found[()] if found.dtype.kind in "fc" else found.astype(np.float64)[()]


def read_expression(tokens: Sequence[Token], where: Token) -> Expression:
    """The expression these tokens write, with R's precedence: ``^`` above minus above ``*``.

    `where` is the token an empty expression is reported at.

    Raises
    ------
    ModelSyntaxError
        a sign without its number or label, an unknown function, something that is neither.
    """
    reader = _Reader(tokens, where)
    steps = reader.read()
    names = dict.fromkeys(step for step in steps if isinstance(step, str))
    return Expression(written(list(tokens)), tuple(names), steps)


class _Reader:
    """Dijkstra's shunting yard: no recursion, so that no depth of parentheses is too deep."""

    def __init__(self, tokens: Sequence[Token], where: Token) -> None:
        self.tokens = tokens
        self.before = where
        self.steps: list[_Step] = []
        self.waiting: list[_Operation] = []
        self.wants_value = True

    def read(self) -> tuple[_Step, ...]:
        for at, token in enumerate(self.tokens):
            if self.wants_value:
                after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
                self._value(token, after is not None and after.text == "(")
            else:
                self._sign(token)
            self.before = token
        if self.wants_value:
            what = f"'{self.before.text}' has nothing after it"
            refuse(self.before, what, "write a label or number there")
        self._settle(0)
        return tuple(self.steps)

    def _value(self, token: Token, opens: bool) -> None:
        if token.kind == NUMBER:
            self.steps.append(number_of(token))
            self.wants_value = False
        elif token.kind == NAME and opens:
            if token.text not in FUNCTIONS:
                known = ", ".join(FUNCTIONS)
                refuse(token, f"the function {token.text}() is not known", f"known are {known}")
            self.waiting.append(FUNCTIONS[token.text])
        elif token.kind == NAME:
            if token.text in RESERVED:
                refuse(token, f"'{token.text}' is a reserved word of R", "write a label or number")
            self.steps.append(pi if token.text == "pi" else token.text)
            self.wants_value = False
        elif token.text == "(":
            self.waiting.append(_OPEN)
        elif token.text == "-":
            self.waiting.append(_MINUS)
        elif token.text != "+":
            what = f"'{token.text}' stands where a label or number should"
            refuse(token, what, "write one before it")

    def _sign(self, token: Token) -> None:
        if token.text == ")":
            self._settle(1)
            # Parentheses are balanced, so that the one left on top is '('.
            self.waiting.pop()
            if self.waiting and self.waiting[-1].symbol in FUNCTIONS:
                self.steps.append(self.waiting.pop())
            return
        if token.kind != SIGN or token.text not in _BINARY:
            what = f"'{token.text}' follows '{self.before.text}' with no sign between"
            refuse(token, what, "write +, -, *, / or ^ between them")
        operation = _BINARY[token.text]
        self._settle(operation.rank if token.text in _LEFT_TO_RIGHT else operation.rank + 1)
        self.waiting.append(operation)
        self.wants_value = True

    def _settle(self, rank: int) -> None:
        """Carry out what binds at least as closely, up to the last '('."""
        while self.waiting and self.waiting[-1] is not _OPEN and self.waiting[-1].rank >= rank:
            self.steps.append(self.waiting.pop())


def number_of(token: Token) -> float:
    """The number a token writes."""
    value = float(token.text)
    if value == inf:
        refuse(token, f"{token.text} is too large a number", "write a smaller one")
    return value
