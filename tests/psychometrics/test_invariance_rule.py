"""When a level counts as held."""

import pytest

from psychometrics._invariance_rule import cutoffs_for, judge_change, judge_configural


def test_unequal_groups_get_the_smaller_cutoffs() -> None:
    """Few interviews or unequal groups halve the cut-offs, as Chen advises."""
    large, few = cutoffs_for([200, 220, 210]), cutoffs_for([100, 90])
    unequal = cutoffs_for([900, 200])
    assert (large.cfi, large.rmsea, large.srmr("metric"), large.srmr("scalar")) == (
        -0.010,
        0.015,
        0.030,
        0.010,
    )
    for small in (few, unequal):
        assert (small.cfi, small.rmsea, small.srmr("metric"), small.srmr("strict")) == (
            -0.005,
            0.010,
            0.025,
            0.005,
        )
    assert "few interviews" in few.reason
    assert "unequal size" in unequal.reason


@pytest.mark.parametrize(
    ("level", "change", "holds", "beyond"),
    [
        ("metric", (-0.011, 0.016, 0.0), False, ("cfi", "rmsea")),
        ("metric", (-0.011, 0.0, 0.020), True, ("cfi",)),
        ("scalar", (-0.011, 0.0, 0.020), False, ("cfi", "srmr")),
        ("scalar", (-0.009, 0.016, 0.020), True, ("rmsea", "srmr")),
        ("scalar", (float("nan"), float("nan"), 0.0), False, ("cfi", "rmsea")),
    ],
)
def test_chens_rule(level, change, holds, beyond) -> None:
    """CFI must fall and RMSEA or SRMR rise; the cut-off of SRMR depends on the level."""
    found = judge_change(level, cutoffs_for([300, 300]), *change)
    assert (found.holds, found.beyond) == (holds, beyond)
    assert bool(found.note) == (beyond == ("cfi",))


def test_configural_rule() -> None:
    """CFI must be high, and one of RMSEA and SRMR low."""
    assert judge_configural(0.95, 0.09, 0.05).holds
    assert judge_configural(1.0, 0.0, 0.0).holds
    assert not judge_configural(0.95, 0.09, 0.09).holds
    assert not judge_configural(0.89, 0.01, 0.01).holds
