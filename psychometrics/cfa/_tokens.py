"""Names, numbers, quotes and signs of a model's text, gathered into statements."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from psychometrics.cfa.errors import ModelError

NAME, NUMBER, STRING, OPERATOR, SIGN = "name", "number", "quote", "operator", "sign"

_BREAK = r"\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e"
NAME_PATTERN = rf"(?:[^\W\d_]|\.(?![0-9]))[\w.{_MARKS}]*"
_SCAN = re.compile(
    r"[ \t\xa0\u2000-\u200b\u202f\u205f\u3000\ufeff]*(?:"
    rf"({NAME_PATTERN})"
    r"|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(\"[^\"{_BREAK}]*\"|'[^'{_BREAK}]*')"
    r"|(~\*~|[=<]~|~~|:=|[=<>]=|[~<>=|:%])"
    r"|(\*\*|[-+*/^(),?])"
    rf"|(\r\n|[{_BREAK}]|;)"
    rf"|([#!][^{_BREAK}]*)"
    r"|((?s:.)))"
)
_KINDS = ("", NAME, NUMBER, STRING, OPERATOR, SIGN)
_OPERATOR, _END_OF_LINE, _COMMENT = 4, 6, 7

_REFUSED = {
    "<~": ("formative factors ('<~') are not known here", "measure the factor by '=~'"),
    "%": ("'%' is not known here", "build the variable in the data and name it in the model"),
    "=": ("'=' alone means nothing", "write '=~' to measure, '==' to constrain or ':=' to define"),
    "<=": ("'<=' is not known here", "write '<', which allows equality"),
    ">=": ("'>=' is not known here", "write '>', which allows equality"),
}
_BLOCKS = frozenset({"group", "level", "block", "class"})
_LOOKALIKES = {
    **dict.fromkeys("−–—‐‑", "write the plain hyphen '-'"),
    **dict.fromkeys("“”„«»‘’‚", "write straight quotes"),
    **dict.fromkeys("×∗·", "write '*'"),
    "`": "rename the column with letters, digits, '.' and '_'",
    "_": "begin names with a letter or '.'",
    "&": "write constraints on lines of their own",
}

RESERVED = frozenset(
    {"if", "else", "repeat", "while", "function", "for", "in", "next", "break", "TRUE", "FALSE"}
    | {"NULL", "Inf", "NaN", "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_"}
)
"""Words that R, and so lavaan, does not take for names."""

EFA = ("efa() blocks are not known here", "write '=~' for each factor, or explore with efa()")


class ModelSyntaxError(ModelError):
    """A model's text cannot be understood.

    Parameters
    ----------
    what : what is wrong. mend : what to write instead. line, column : where, both from 1.
    """

    def __init__(self, what: str, mend: str, line: int, column: int) -> None:
        super().__init__(what, mend, line, column)
        self.what, self.mend, self.line, self.column = what, mend, line, column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.what}; {self.mend}"


class Token(NamedTuple):
    """A word of the text and where it begins, line and column from 1."""

    kind: str
    text: str
    line: int
    column: int


def refuse(token: Token, what: str, mend: str) -> NoReturn:
    """Raise the error of this place."""
    raise ModelSyntaxError(what, mend, token.line, token.column)


def written(tokens: list[Token]) -> str:
    """The words as one text without blanks."""
    return "".join([token.text for token in tokens])


class _Line(NamedTuple):
    """Tokens up to a line's end or ';', and whether an operator is there."""

    tokens: list[Token]
    has_operator: bool
    after_semicolon: bool


def statements_of(text: str) -> list[list[Token]]:
    """The tokens of each statement, its lines joined.

    A line without an operator goes on with the statement above when a parenthesis is open, when
    that statement ends in an operator, a sign or a comma, or when the line begins with one.

    Raises
    ------
    ModelSyntaxError
        unknown characters or operators, a line without operator, unbalanced parentheses.
    """
    statements: list[list[Token]] = []
    for line in _lines(text):
        if line.has_operator:
            statements.append(line.tokens)
        elif statements and not line.after_semicolon and _goes_on(statements[-1], line.tokens[0]):
            statements[-1] += line.tokens
        else:
            _refuse_without_operator(line.tokens)
    for tokens in statements:
        _check_parentheses(tokens)
    return statements


def _lines(text: str) -> list[_Line]:
    """The text cut at line ends and ';', blanks and comments dropped."""
    lines: list[_Line] = []
    tokens: list[Token] = []
    line, before, has_operator, after = 1, -1, False, False
    # lavaan reads the small tilde that word processors write as '~'; both are one character.
    for match in _SCAN.finditer(text.replace("˜", "~") + "\n"):
        kind = match.lastindex or 0
        if kind < _END_OF_LINE:
            token = Token(_KINDS[kind], match[kind], line, match.start(kind) - before)
            if kind == _OPERATOR:
                _check_operator(token, tokens)
                has_operator = True
            tokens.append(token)
        elif kind == _END_OF_LINE:
            if tokens:
                lines.append(_Line(tokens, has_operator, after))
                tokens, has_operator, after = [], False, False
            if match[kind] == ";":
                after = True
            else:
                line, before, after = line + 1, match.end() - 1, False
        elif kind != _COMMENT:
            _refuse_character(Token("", match[kind], line, match.start(kind) - before))
    return lines


def _check_operator(token: Token, before: list[Token]) -> None:
    """Refuse what lavaan knows and this engine does not, before it is taken for something else."""
    if token.text == ":":
        if len(before) == 1 and before[0].text.lower() in _BLOCKS:
            what = f"blocks such as '{before[0].text}:' are not known here"
            refuse(before[0], what, "give groups their own values with c(), as in c(a, b)*x1")
        what, mend = "products of variables (':') are not known here", "compute them in the data"
        refuse(token, what, f"{mend}; a definition is written ':='")
    if token.text in _REFUSED:
        refuse(token, *_REFUSED[token.text])


def _refuse_character(token: Token) -> NoReturn:
    if token.text in "\"'":
        refuse(token, f"the quote {token.text} is not closed on its line", "close it")
    mend = "names have letters, digits, '.' and '_'"
    what = f"{token.text!r} cannot stand here"
    refuse(token, what, _LOOKALIKES.get(token.text, mend))


def _goes_on(above: list[Token], first: Token) -> bool:
    """Whether a line without operator belongs to the statement above it."""
    last = above[-1]
    return (
        last.kind == OPERATOR
        or (last.kind == SIGN and last.text != ")")
        or (first.kind == SIGN and first.text != "(")
        or sum((token.text == "(") - (token.text == ")") for token in above) > 0
    )


def _refuse_without_operator(tokens: list[Token]) -> NoReturn:
    if tokens[0].text == "efa":
        refuse(tokens[0], *EFA)
    what = f"'{written(tokens[:8])}' has no operator"
    mend = "write '=~', '~', '~~', '|', '==' or ':=' on its line, or go on above with '+'"
    refuse(tokens[0], what, mend)


def _check_parentheses(tokens: list[Token]) -> None:
    """Every parenthesis has its fellow, on the same side of the operator."""
    opened: list[Token] = []
    for token in tokens:
        if token.text == "(":
            opened.append(token)
        elif token.text == ")":
            if not opened:
                refuse(token, "')' was never opened", "take it away or write '(' before it")
            opened.pop()
        elif token.kind == OPERATOR and opened:
            break
    if opened:
        refuse(opened[-1], "'(' is not closed", "write ')' after what belongs inside")
