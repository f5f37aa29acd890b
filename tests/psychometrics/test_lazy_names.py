"""Names of the package, and what they cost."""

import subprocess
import sys

import pytest

import psychometrics

HEAVY = ("pandas", "scipy.stats", "factor_analyzer", "sklearn")


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_name_on_offer_can_be_had() -> None:
    """`__all__`, the table of homes and what is importable are the same."""
    for name in psychometrics.__all__:
        assert getattr(psychometrics, name) is not None
        assert name in dir(psychometrics)
    assert sorted(psychometrics._HOME) == sorted(psychometrics.__all__)


def test_function_wins_over_the_module_of_the_same_name() -> None:
    """`psychometrics.efa` stays the function whichever is imported first."""
    for first in ("from psychometrics import efa", "import psychometrics.efa"):
        code = f"{first}\nimport psychometrics.efa\nfrom psychometrics import efa\n"
        assert _run(code + "print(type(efa).__name__)") == "function"


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'alhpa'"):
        psychometrics.alhpa  # noqa: B018


def test_score_analysis_needs_nothing_heavy() -> None:
    """A whole analysis of scores leaves pandas, scipy.stats and factor_analyzer alone."""
    code = f"""
import sys
import numpy as np
from psychometrics import Dataset, ScoringKey, analyse_scores
answers = np.random.default_rng(1).integers(1, 8, (90, 8))
items = tuple("abcdefgh")
brand = ["x", "y", "z"] * 30
key = ScoringKey("s", items, 1, 7)
analyse_scores(Dataset.build(answers, items, [key], brand=brand))
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    assert _run(code) == "[]"


def test_opening_the_package_does_not_even_load_numpy() -> None:
    """`import psychometrics` alone is free, so that help texts answer at once."""
    assert _run("import sys, psychometrics; print('numpy' in sys.modules)") == "False"
