"""Where lines may break: at blanks and hyphens, between ideographs, within a word if need be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reports.characters import SOFT_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterator

HYPHENS = "-/–—"
"""Lines may break after a hyphen, a slash or a dash within a word, as well as at plain spaces."""

_HYPHEN = r"(?:[\-/—]|(?<!\d)–|–(?![\d.]))"
"""The dash between the ends of an interval is none."""
_SIGN = r"(?:[^ \-/–—]|(?<=\d)–(?=[\d.]))"
_TOKENS = re.compile(rf" +|{_SIGN}*{_HYPHEN}+(?=[^ ])|{_SIGN}+{_HYPHEN}*|{_HYPHEN}+")
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]")
_NEVER_FIRST = frozenset("、。，．：；！？）］｝》〉」』】〕〗〙〛％‰℃・·ー々…—～!),.:;?]}%”’»›")
_NEVER_LAST = frozenset("（［｛《〈「『【〔〖〘〚￥＄$£¥([{“‘«‹")
_AROUND_WORD = ".,;:!?()[]«»“”„\"'…"
_LAST_HYPHENATED = "\u0590"
"""Scripts from here on take no hyphen where a word is broken."""


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, blanks for themselves, and whether a line may break behind each."""
    found = _TOKENS.findall(text)
    if text.isascii() or not _EAST_ASIAN.search(text):
        yield from [(token, token[-1] in HYPHENS) for token in found]
        return
    for token in found:
        if _EAST_ASIAN.search(token):
            *parts, last = _between_ideographs(token)
            yield from ((part, True) for part in parts)
            yield last, last[-1] in HYPHENS
        else:
            yield token, token[-1] in HYPHENS


def _between_ideographs(token: str) -> Iterator[str]:
    """A token cut before and after each ideograph; signs stay with what they belong to."""
    start = 0
    for place in range(1, len(token)):
        before, after = token[place - 1], token[place]
        ideographs = _EAST_ASIAN.match(before) or _EAST_ASIAN.match(after)
        if ideographs and before not in _NEVER_LAST and after not in _NEVER_FIRST:
            yield token[start:place]
            start = place
    yield token[start:]


def hyphenated(word: str, place: int) -> str:
    """What stands at the end of a line when `word` breaks before `place`: a hyphen within a word of
    letters, nothing within a code, an address or a script that has none."""
    if place <= 0 or place >= len(word):
        return ""
    plain = word.strip(_AROUND_WORD).replace(SOFT_HYPHEN, "").replace("’", "")
    letters = plain.isalpha() and word[place - 1].isalpha() and word[place].isalpha()
    return "-" if letters and max(plain) < _LAST_HYPHENATED else ""
