"""Models as text, in lavaan's syntax, read into rows, constraints and definitions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psychometrics.cfa._expression import Expression, read_expression
from psychometrics.cfa._merge import merged
from psychometrics.cfa._modifier import Modifier
from psychometrics.cfa._term import left_name, read_term, terms_of
from psychometrics.cfa._tokens import (
    NAME,
    NUMBER,
    OPERATOR,
    RESERVED,
    ModelSyntaxError,
    Token,
    refuse,
    statements_of,
    written,
)

__all__ = [
    "Constraint",
    "Definition",
    "Expression",
    "ModelSyntaxError",
    "Modifier",
    "ParsedModel",
    "Statement",
    "parse_model",
]

_THRESHOLD = re.compile("t[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One parameter that the text names.

    Parameters
    ----------
    lhs, op, rhs : as in lavaan's parameter table; `op` is ``=~``, ``~``, ``~~``, ``~1``, ``|`` or
        ``~*~``. `rhs` is '' for ``~1`` and ``t1``, ``t2`` … for ``|``. A covariance keeps the
        order in which it was first written.
    modifier : all that stands before '*', wherever the parameter is mentioned.
    line, column : of the first mention, both from 1.
    """

    lhs: str
    op: str
    rhs: str
    modifier: Modifier
    line: int
    column: int


@dataclass(frozen=True)
class Constraint:
    """A relation of parameters: `lhs` `op` `rhs` with `op` ``==``, ``<`` or ``>``."""

    op: str
    lhs: Expression
    rhs: Expression
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Definition:
    """A quantity computed from parameters, such as ``indirect := a*b``."""

    name: str
    expression: Expression
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class ParsedModel:
    """What a model's text says, in its order.

    Definitions use labels and definitions above them only. Whether a label in a constraint or
    definition belongs to a parameter is not known here, as ``.p1.`` names the first row of the
    parameter table.
    """

    statements: tuple[Statement, ...]
    constraints: tuple[Constraint, ...]
    definitions: tuple[Definition, ...]


def parse_model(text: str) -> ParsedModel:
    """The rows, constraints and definitions of a model in lavaan's syntax.

    ========================  =====================================================
    ``f =~ x1 + x2``          the factor f is measured by x1 and x2
    ``y ~ x``, ``y ~ 1``      regression, intercept
    ``x1 ~~ x2``              covariance, or variance of ``x1 ~~ x1``
    ``x | t1 + t2``           thresholds of an ordered item
    ``x ~*~ 1*x``             scale of an ordered item
    ``a == 2*b``, ``a > 0``   constraints on labels
    ``ab := a*b``             a quantity to estimate from labels
    ========================  =====================================================

    Before '*': a number fixes, ``NA`` frees, a name or ``label("a")`` labels, ``start(0.8)``
    starts, ``equal("f=~x1")`` equals; ``c(a, NA, 1)`` says it group by group. Statements end with
    the line or ';', and go on after an operator, sign or comma, or in front of one; '#' and '!'
    begin comments. A parameter mentioned again adds its modifier to the first mention.

    Same rows as ``lavaan::lavParseModelString(text)``. Stricter where lavaan guesses: what
    contradicts is refused where lavaan keeps the first, as are several modifiers in one term,
    modifiers on the left, and names side by side, which lavaan glues together. ``f =~ 0``,
    ``<~``, ``x:z``, efa(), lower(), upper(), rv() and blocks are refused.

    Parameters
    ----------
    text : the model. Names begin with a letter of any script or '.', and go on with letters,
        digits, '.' and '_'.

    Raises
    ------
    ModelSyntaxError
        a mistake, with line and column, what is wrong and how to mend it.
    """
    given: object = text
    if not isinstance(given, str):
        kind = type(given).__name__
        raise ModelSyntaxError(f"the model is {kind}, not text", "write it in quotes", 1, 1)
    reader = _Reader()
    for tokens in statements_of(text):
        reader.read(tokens)
    return reader.model()


class _Reader:
    """Gathers statements into one model."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], tuple[Token, Modifier]] = {}
        self.constraints: list[Constraint] = []
        self.definitions: dict[str, Definition] = {}

    def read(self, tokens: list[Token]) -> None:
        at = next(at for at, token in enumerate(tokens) if token.kind == OPERATOR)
        operator, left, right = tokens[at], tokens[:at], tokens[at + 1 :]
        if not left:
            refuse(operator, f"'{operator.text}' has nothing before it", "name what it is about")
        if not right:
            refuse(operator, f"'{operator.text}' has nothing after it", "write the rest there")
        for token in right:
            if token.kind == OPERATOR:
                what = f"'{token.text}' is the second operator of its statement"
                refuse(token, what, "begin a new line, or end the statement before with ';'")
        if operator.text in ("==", "<", ">"):
            self._constraint(left, operator, right)
        elif operator.text == ":=":
            self._definition(left, operator, right)
        else:
            self._formula(left, operator, right)

    def model(self) -> ParsedModel:
        if not self.rows:
            what = "the model names no parameter"
            raise ModelSyntaxError(what, "write at least one formula, as in 'f =~ x1 + x2'", 1, 1)
        self._check_definitions()
        return ParsedModel(
            tuple(
                [
                    Statement(lhs, op, rhs, modifier, token.line, token.column)
                    for (lhs, op, rhs), (token, modifier) in self.rows.items()
                ]
            ),
            tuple(self.constraints),
            tuple(self.definitions.values()),
        )

    def _formula(self, left: list[Token], operator: Token, right: list[Token]) -> None:
        named = [left_name(term) for term in terms_of(left, operator)]
        if right[0].text == "+":
            right = right[1:]
        terms = [read_term(term, operator.text) for term in terms_of(right, operator)]
        for lhs in named:
            for rhs, modifier in terms:
                self._add(lhs, operator, rhs, modifier)

    def _add(self, left: Token, operator: Token, right: Token, modifier: Modifier) -> None:
        lhs, op, rhs = left.text, operator.text, right.text
        if right.kind == NUMBER:
            op, rhs = "~1", ""
        else:
            _check_pair(lhs, op, right)
        key = (lhs, op, rhs)
        if op == "~~" and (rhs, op, lhs) in self.rows:
            key = (rhs, op, lhs)
        if key in self.rows:
            token, before = self.rows[key]
            self.rows[key] = token, merged(before, modifier, right, f"'{' '.join(key).rstrip()}'")
        else:
            self.rows[key] = right, modifier

    def _constraint(self, left: list[Token], operator: Token, right: list[Token]) -> None:
        lhs, rhs = read_expression(left, operator), read_expression(right, operator)
        text = f"{lhs.text} {operator.text} {rhs.text}"
        if not lhs.names and not rhs.names:
            refuse(left[0], f"'{text}' names no label", "label a parameter, as in a*x, and name it")
        where = left[0]
        self.constraints.append(Constraint(operator.text, lhs, rhs, text, where.line, where.column))

    def _definition(self, left: list[Token], operator: Token, right: list[Token]) -> None:
        name = left[0]
        if len(left) > 1 or name.kind != NAME:
            what = f"'{written(left)}' before ':=' is not a name"
            refuse(name, what, "write one name there, as in 'ab := a*b'")
        if name.text in RESERVED or name.text == "pi":
            refuse(name, f"'{name.text}' is reserved", "choose another name")
        if name.text in self.definitions:
            line = self.definitions[name.text].line
            refuse(name, f"'{name.text}' is defined on line {line} already", "choose another name")
        expression = read_expression(right, operator)
        text = f"{name.text} := {expression.text}"
        self.definitions[name.text] = Definition(
            name.text, expression, text, name.line, name.column
        )

    def _check_definitions(self) -> None:
        """Each uses what is above it, and takes no parameter's name."""
        labels = {label for _, modifier in self.rows.values() for label in modifier.label}
        above: set[str] = set()
        for name, definition in self.definitions.items():
            where = Token(NAME, name, definition.line, definition.column)
            if name in labels:
                what = f"'{name}' is a parameter's label already"
                refuse(where, what, "choose another name for what is defined")
            if name in definition.expression.names:
                refuse(where, f"'{name}' is defined by itself", "define it by labels")
            for used in definition.expression.names:
                if used in self.definitions and used not in above:
                    line = self.definitions[used].line
                    what = f"'{name}' uses '{used}', which line {line} defines"
                    refuse(where, what, f"define '{used}' above '{name}'")
            above.add(name)


def _check_pair(lhs: str, op: str, right: Token) -> None:
    """Refuse what no model can mean."""
    rhs = right.text
    if op in ("=~", "~") and lhs == rhs:
        verb = "measures" if op == "=~" else "predicts"
        refuse(right, f"'{lhs}' {verb} itself", "name another variable")
    if op == "~*~" and lhs != rhs:
        refuse(right, f"a scale has one variable, not {lhs} and {rhs}", f"write {lhs} ~*~ {lhs}")
    if op == "|" and not _THRESHOLD.fullmatch(rhs):
        refuse(right, f"'{rhs}' is no threshold", "name thresholds t1, t2, …")
