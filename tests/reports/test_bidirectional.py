"""Characters of lines that run from right to left stand where Unicode's algorithm puts them."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.pdf.bidirectional import CONTROLS, base_level, visual_characters, visual_places
from reports.pdf.direction import starts_of_lines

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


def test_lines_of_a_paragraph_run_as_the_paragraph() -> None:
    """A line that begins with a Latin word, or within a name, runs from right to left as well."""
    assert starts_of_lines(["أب", "Alpha (x) ج", "12 د"]) == ["", "\u200f", ""]
    assert starts_of_lines(["أب \u2068Alpha", "Beta\u2069 ج"]) == ["", "\u2068"]
    assert starts_of_lines(["Alpha", "أب"]) == ["", "\u200e"]
