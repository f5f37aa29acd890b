"""The terms of a formula: variables joined by '+', each with its modifier."""

from __future__ import annotations

from itertools import pairwise
from typing import NoReturn

from psychometrics.cfa._modifier import NOTHING, Modifier, read_modifier, read_start
from psychometrics.cfa._tokens import (
    EFA,
    NAME,
    NUMBER,
    RESERVED,
    SIGN,
    STRING,
    Token,
    refuse,
    written,
)

_ZERO = Modifier(fixed=(0.0,))


def terms_of(tokens: list[Token], operator: Token) -> list[list[Token]]:
    """What stands between the '+' that no parenthesis encloses."""
    terms: list[list[Token]] = []
    term: list[Token] = []
    depth = 0
    plus = operator
    for token in tokens:
        if token.kind == SIGN:
            if token.text == "+" and depth == 0:
                if not term:
                    refuse(token, "'+' has nothing before it", "write a term or take it away")
                terms.append(term)
                term, plus = [], token
                continue
            depth += (token.text == "(") - (token.text == ")")
        term.append(token)
    if not term:
        refuse(plus, f"'{plus.text}' has nothing after it", "write a term or take it away")
    terms.append(term)
    return terms


def left_name(term: list[Token]) -> Token:
    """The one variable that a term left of the operator is."""
    token = term[0]
    if token.text == "efa":
        refuse(token, *EFA)
    if len(term) > 1:
        mend = "left of the operator write names joined by '+', modifiers on its right"
        refuse(token, f"'{written(term)}' is not a variable", mend)
    return _variable(token)


def _variable(token: Token) -> Token:
    if token.kind == STRING:
        refuse(token, f"{token.text} is in quotes", "write variables without; rename if need be")
    if token.kind != NAME:
        mend = "names begin with a letter or '.', and a number goes before '*'"
        refuse(token, f"'{token.text}' is not a variable", mend)
    if token.text in RESERVED:
        refuse(token, f"'{token.text}' is a reserved word of R", "rename the variable")
    return token


def read_term(term: list[Token], op: str) -> tuple[Token, Modifier]:
    """The variable of one term on the right, or its 1 or 0, and what stands before '*'."""
    last = term[-1]
    if len(term) == 1:
        if last.kind == NUMBER and op == "~":
            return last, _constant_modifier(last)
        return _variable(last), NOTHING
    joint, before = term[-2], term[:-2]
    if joint.text not in ("*", "?") or last.kind == SIGN:
        _refuse_term(term)
    if last.kind == NUMBER and not (op == "~" and last.text == "1"):
        mend = "numbers go before '*', the variable after it, as in 2*x"
        refuse(last, f"'{written(term)}' ends in a number", mend)
    if last.kind != NUMBER:
        _variable(last)
    if not before or before[0].text in ("*", "?"):
        sign = before[0] if before else joint
        refuse(sign, f"'{sign.text}' has nothing before it", "write a number or label there")
    if len(before) > 1:
        _check_joints(before)
    if joint.text == "?":
        return last, read_start(before)
    return last, read_modifier(before, last.text)


def _constant_modifier(token: Token) -> Modifier:
    """``y ~ 1`` estimates the intercept, ``y ~ 0`` fixes it at zero."""
    if token.text not in ("0", "1"):
        mend = f"write {token.text}*1 to fix the intercept"
        refuse(token, f"'{token.text}' is neither 1 nor 0", mend)
    return NOTHING if token.text == "1" else _ZERO


def _refuse_term(term: list[Token]) -> NoReturn:
    """Say what is wrong with a term that does not end in '*' and a variable."""
    last = term[-1]
    if last.kind == SIGN and last.text != ")":
        refuse(last, f"'{last.text}' has nothing after it", "write a variable there")
    _check_joints(term)
    mend = "join variables by '+'; before '*' goes a modifier, after it the variable"
    refuse(term[0], f"'{written(term)}' is not a term", mend)


def _check_joints(term: list[Token]) -> None:
    """Something joins each word to the next."""
    for before, token in pairwise(term):
        if token.kind != SIGN and (before.kind != SIGN or before.text == ")"):
            what = f"'{before.text}' and '{token.text}' stand side by side"
            refuse(token, what, "join variables by '+', modifier and variable by '*'")
