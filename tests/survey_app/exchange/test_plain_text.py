"""Texts are made safe for the file they go into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.exchange.plain_text import cut_bytes, neutral, writable


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "|calc",
        "%0A=1",
        "=cmd",
    ],
)
def test_what_a_spreadsheet_may_run_is_neutralised(text: str) -> None:
    """Every start that OWASP names, behind blanks and in full width too, gets an apostrophe."""
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "Анна", "'=1", "(=1)"])
def test_harmless_text_stays(text: str) -> None:
    """Text that begins with anything else is untouched."""
    assert neutral(text) == text


@given(st.text(), st.integers(0, 40))
def test_cut_text_is_a_whole_beginning(text: str, limit: int) -> None:
    """The cut is the longest beginning that fits, never half a character."""
    cut = cut_bytes(text, limit)
    assert text.startswith(cut)
    assert len(cut.encode()) <= limit
    longer = text[: len(cut) + 1]
    assert cut == text or len(longer.encode()) > limit


@given(st.text(st.characters(exclude_categories=[])))
def test_writable_text_can_be_encoded(text: str) -> None:
    """Surrogate halves and NUL are replaced, everything else stays."""
    assert "\0" not in writable(text)
    assert len(writable(text).encode()) >= len(text)
