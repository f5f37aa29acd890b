"""Names that SPSS would refuse or change are refused first."""

from __future__ import annotations

import pytest

from survey_app.exchange.spss_names import RESERVED, name_faults


@pytest.mark.parametrize("name", ["p01", "Q_TotalDuration", "имя", "a.b", "a" * 64, "я" * 32])
def test_good_names_pass(name: str) -> None:
    """Letters of any script, digits, and 64 bytes are fine."""
    assert name_faults([name]) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "begin with a letter"),
        ("1a", "begin with a letter"),
        ("=cmd", "begin with a letter"),
        ("@a", "begin with a letter"),
        ("_a", "begin with a letter"),
        ("a b", "letters, digits"),
        ("a-b", "letters, digits"),
        ("a.", "full stop"),
        ("a" * 65, "64 bytes"),
        ("я" * 33, "64 bytes"),
        *[(word, "reserves") for word in sorted(RESERVED)],
        ("with", "reserves"),
    ],
)
def test_bad_names_are_told(name: str, told: str) -> None:
    """Each rule has its own sentence."""
    assert any(told in fault.what for fault in name_faults([name]))


def test_names_that_differ_in_capitals_only_clash() -> None:
    """SPSS does not tell P01 from p01."""
    (fault,) = name_faults(["p01", "x", "P01"])
    assert fault.place == "variable 'P01'"
    assert "'p01'" in fault.what
