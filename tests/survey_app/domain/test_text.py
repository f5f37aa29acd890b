"""Text from people, made fit to be kept and shown."""

from __future__ import annotations

import pytest

from survey_app.domain.text import one_line, readable


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Acme\x00 \x1b[31m\x7f ", "Acme [31m"),
        ("half \ud800 a pair", "half  a pair"),
        ("\u202eemcA\u202c stands \u2067here\u2069", "emcA stands here"),
        ("one\n\ttwo\r\n", "one\n\ttwo"),
        ("می\u200cخواهم \u200fAcme", "می\u200cخواهم \u200fAcme"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\u200b\u200b \ufeff", ""),
        ("", ""),
    ],
)
def test_readable_text(given: str, kept: str) -> None:
    """Controls and turning signs go, what a script needs stays, nothing to be seen is nothing."""
    assert readable(given) == kept


def test_one_line() -> None:
    """Line breaks and runs of blanks become one blank."""
    assert one_line(" two \r\n\u2028 words\t ") == "two words"
