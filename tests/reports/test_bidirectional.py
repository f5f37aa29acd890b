"""Characters of lines that run from right to left stand where Unicode's algorithm puts them."""

from __future__ import annotations

from itertools import groupby

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.pdf.bidirectional import (
    CONTROLS,
    base_level,
    levels,
    visual_characters,
    visual_places,
)
from reports.pdf.brackets import MIRRORED
from reports.pdf.broken_lines import edges

MIXED = list("ab12 ()[]-+%,.:;/−–«»…€<≥") + list("ابةשأ،؟") + list("\u0661\u202f") + list(CONTROLS)


@settings(max_examples=2000)
@given(st.lists(st.sampled_from(MIXED), max_size=24).map("".join), st.sampled_from([0, 1]))
def test_the_order_is_that_of_another_implementation(text: str, base: int) -> None:
    """Letters, numbers, signs, brackets and isolates stand as an independent implementation of the
    algorithm puts them."""
    shown = get_display(text, base_dir="R" if base else "L")
    expected = "".join(character for character in shown if character not in CONTROLS)
    assert "".join(text[place] for place in visual_places(text, base)) == expected


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("أب Coca-Cola جد", "دج Coca-Cola بأ"),
        ("أب (12) جد", "دج (12) بأ"),
        ("أب \u2066−3.2\u2069 جد", "دج −3.2 بأ"),
        ("أب \u206661%\u2069 جد", "دج 61% بأ"),
        ("\u2068Alpha\u2069 (80)، \u2068Beta\u2069 (60)", "(60) Beta ،(80) Alpha"),
        ("58.1 إلى 66.0", "66.0 ىلإ 58.1"),
        ("أ ≥ 30", "30 ≤ أ"),
        ("ب\u064eت", "ت\u064eب"),
    ],
)
def test_what_a_sentence_looks_like(text: str, drawn: str) -> None:
    """Latin names and figures keep their order within a sentence; brackets and signs are turned
    round; marks stand where the letter begins at the left."""
    assert "".join(character for _, character in visual_characters(text, 1)) == drawn


@pytest.mark.parametrize(
    ("text", "level"),
    [("أ a", 1), ("a أ", 0), ("12 أ", 1), ("\u2068Alpha\u2069 أ", 1), ("12 %", 0), ("", 0)],
)
def test_the_first_letter_decides(text: str, level: int) -> None:
    """A text runs as its first letter does; names in isolates do not count."""
    assert base_level(text) == level


RIGHT, LEFT = "\u200f", "\u200e"
SENTENCE = (
    "{0}قهوة{1} أعلى من {0}The Long-Named Company{1} في {0}Cognitive (1){1} "
    "(الفارق {2}+4.8{1} نقطة، {0}5.0 إلى 13.5{1}) بطريقة Benjamini and (2024) Hochberg."
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["أب ", "Alpha (x) ج ", "12 د"], [("", ""), (RIGHT, ""), ("", "")]),
        (["أب \u2068Alpha ", "Beta\u2069 ج"], [("", LEFT), ("\u2066" + LEFT, "")]),
        (["أب \u2068\u200f\u2068A\u2069 (", "12)\u2069 ج"], [("", ""), ("\u2067", "")]),
        (["Alpha ", "أب"], [("", ""), (LEFT, "")]),
    ],
)
def test_lines_carry_what_a_paragraph_tells_them(
    lines: list[str], expected: list[tuple[str, str]]
) -> None:
    """A line that begins with a Latin word, or within a name, runs from right to left as well."""
    assert edges(lines) == expected


@pytest.mark.parametrize("place", [p for p, c in enumerate(SENTENCE.format(*"xyz")) if c == " "])
def test_a_broken_paragraph_stands_as_if_it_were_whole(place: int) -> None:
    """Wherever a sentence with names and figures breaks, its lines stand as they would if they were
    ordered with the whole sentence known."""
    text = RIGHT + SENTENCE.format("\u2068", "\u2069", "\u2066")
    whole = levels(text)
    cut = place + 2
    lines = [text[:cut], text[cut:]]
    for line, edge, start in zip(lines, edges(lines), (0, cut), strict=True):
        shown = [text for _, text in visual_characters(edge.start + line.strip() + edge.end)]
        assert shown == _ordered(line.strip(), whole[start : start + len(line.strip())])


def _ordered(line: str, known: list[int]) -> list[str]:
    """The characters of a line from left to right, by levels that are known."""
    places = list(range(len(line)))
    for step in range(max(known), 0, -1):
        turned: list[int] = []
        groups = groupby(places, key=lambda place: known[place] >= step)
        for within, stretch in [(key, list(group)) for key, group in groups]:
            turned += stretch[::-1] if within else stretch
        places = turned
    drawn = [place for place in places if line[place] not in CONTROLS]
    return [MIRRORED.get(line[p], line[p]) if known[p] % 2 else line[p] for p in drawn]
