"""Spaces that are rules of a language: about Chinese letters, and before French signs.

Chinese has a space between its own and Latin letters or figures, none between Chinese and Chinese;
sentences cannot know of which kind a name is that is put into them. No line of French breaks
between a word and the sign that follows it apart.
"""

from __future__ import annotations

import re

_IDEOGRAPH = "[\u3400-\u9fff]"
_WIDE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_OTHER = "[A-Za-z0-9À-ʯͰ-ӿ+−]"
_APART = re.compile(f"(?<={_IDEOGRAPH})(?={_OTHER})|(?<=[A-Za-z0-9À-ʯͰ-ӿ%])(?={_IDEOGRAPH})")
_TOGETHER = re.compile(f"(?<={_WIDE}) +(?={_WIDE})")


_DATE = re.compile(r"(\d+) 年 (\d+) 月 (\d+) 日")


_WIDE_SIGN = re.compile(" (?=[:»])|(?<=«) ")
_NARROW_SIGN = re.compile(" (?=[;!?])")


def french(text: str) -> str:
    """The text with spaces that do not break before French signs and within quotation marks."""
    return _NARROW_SIGN.sub("\u202f", _WIDE_SIGN.sub("\u00a0", text))


def spaced(text: str) -> str:
    """The text with spaces where Chinese and other letters or figures meet, and only there; none
    within dates."""
    return _DATE.sub(r"\1年\2月\3日", _APART.sub(" ", _TOGETHER.sub("", text)))
