"""A group's mean against means of other groups."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.compare import contrast_to_others
from psychometrics.contrasts import change, contrast_to_reference, top_quarter
from psychometrics.means import ComparisonError, GroupMean, group_mean

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "scorecards" / "contrast.json"


def _means() -> tuple[dict, list[GroupMean]]:
    expected = json.loads(GOLDEN.read_text())
    return expected, [group_mean(row, str(i)) for i, row in enumerate(expected["groups"])]


def _row(group: str, mean: float | None, sd: float | None = 10.0, n: int = 50) -> GroupMean:
    return GroupMean(group, n, mean, sd, None, None, None)


def _same(found, expected) -> None:
    for field, value in expected.items():
        assert getattr(found, field) == pytest.approx(value, rel=1e-9), field


def test_contrasts_equal_r() -> None:
    """t.test of two groups and the formula for three, pooled in four groups or six, to 1e-9."""
    expected, means = _means()
    best = [means[i] for i in (3, 4, 5)]
    _same(contrast_to_reference(means[1], [means[4]]), expected["two"])
    _same(contrast_to_reference(means[0], best), expected["three"])
    _same(contrast_to_reference(means[0], best, pool=means), expected["three_pooled"])


def test_one_contrast_serves_all() -> None:
    """Against all others it is that of contrast_to_others, and both are R's, to 1e-9."""
    expected, means = _means()
    groups = {str(i): row for i, row in enumerate(expected["groups"])}
    every = contrast_to_others(groups).contrasts
    for i, row in enumerate(expected["rest"]):
        others = [mean for j, mean in enumerate(means) if j != i]
        _same(contrast_to_reference(means[i], others), row)
        _same(every[i], row)


def test_change_is_welch_t_test_of_two_waves() -> None:
    """After less before, with R's t.test; equal waves have no change."""
    expected, means = _means()
    found = change(replace(means[4], group="x"), replace(means[1], group="x"))
    _same(found, expected["two"])
    assert (found.group, found.n) == ("x", means[1].n)
    alike = change(means[0], means[0])
    assert (alike.gap, alike.p, alike.g) == (0, 1, 0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), k=st.integers(2, 12), spread=st.floats(1e-6, 1e6))
def test_running_sums_equal_sums_over_the_others(seed, k, spread) -> None:
    """However precise one group is beside the others, each contrast is that of the plain sums."""
    rng = np.random.default_rng(seed)
    groups = {f"g{i}": rng.normal(0, 1, 5 + i) for i in range(k)}
    groups["g0"] = groups["g0"] * spread
    means = {name: group_mean(values, name) for name, values in groups.items()}
    for row in contrast_to_others(groups).contrasts:
        others = [mean for name, mean in means.items() if name != row.group]
        twin = contrast_to_reference(means[row.group], others)
        for field in ("se", "df", "p", "g_lower", "g_upper"):
            assert getattr(row, field) == pytest.approx(getattr(twin, field), rel=1e-8, abs=1e-12)


@given(st.lists(st.floats(0, 100), min_size=8, max_size=40), st.floats(0.1, 0.5))
def test_top_quarter_is_above_all_others_and_in_order(values, share) -> None:
    """At least the share and two, never one's own, none left out that is as high as one taken."""
    means = {f"g{i}": _row(f"g{i}", value) for i, value in enumerate(values)}
    found = top_quarter(means, "g0", share=share)
    others = [name for name in means if name != "g0"]
    assert len(found) >= max(2, share * len(others) - 1e-6)
    heights = [means[name].mean for name in found]
    assert heights == sorted(heights, reverse=True)
    assert "g0" not in found
    assert all(means[name].mean < heights[-1] for name in others if name not in found)
    assert found == top_quarter(dict(reversed(means.items())), "g0", share=share)


def test_top_quarter_counts_exactly() -> None:
    """Of 12 others three, of 13 four; seven groups have no top quarter, eight have."""
    means = {f"g{i:02}": _row(f"g{i:02}", 50.0 + i) for i in range(14)}
    thirteen = {name: means[name] for name in list(means)[:13]}
    assert top_quarter(thirteen, "g00") == ("g12", "g11", "g10")
    assert len(top_quarter(means, "g00")) == 4
    eight = dict(list(means.items())[:8])
    assert top_quarter(eight, "g07") == ("g06", "g05")
    assert top_quarter(dict(list(means.items())[:7]), "g00") == ()


def test_groups_without_an_error_are_no_models() -> None:
    """A group whose mean or spread is unknown is passed over and does not count as a group."""
    means = {f"g{i}": _row(f"g{i}", 50.0 + i) for i in range(8)}
    means |= {"flat": _row("flat", 99.0, 0.0), "one": _row("one", 99.0, None, 1)}
    means["none"] = _row("none", None, None, 0)
    assert top_quarter(means, "g0") == ("g7", "g6")
    without = {name: row for name, row in means.items() if name != "g7"}
    assert top_quarter(without, "g0") == ()


def test_what_cannot_be_compared_is_refused() -> None:
    """No other group, own among the others, no spread, a level or a share out of range."""
    _, (a, b, *_) = _means()
    with pytest.raises(ComparisonError, match="no group to compare 0 with"):
        contrast_to_reference(a, [])
    with pytest.raises(ComparisonError, match="compared with itself"):
        contrast_to_reference(a, [b, a])
    for bad in (_row("flat", 3.0, 0.0), _row("one", 3.0, None, 1), _row("none", None, None, 0)):
        with pytest.raises(ComparisonError, match=f"Group {bad.group} has {bad.n} values"):
            contrast_to_reference(a, [b, bad])
        with pytest.raises(ComparisonError, match="no standard error"):
            change(bad, b)
    with pytest.raises(ComparisonError, match="level is 1"):
        change(a, b, level=1)
    with pytest.raises(ComparisonError, match="share is 0"):
        top_quarter({}, "a", share=0)


def test_contrast_becomes_plain() -> None:
    """The contrast can be stored as JSON; q is not known yet."""
    _, (a, b, *_) = _means()
    stored = json.loads(json.dumps(contrast_to_reference(a, [b]).to_dict(), allow_nan=False))
    assert (stored["group"], stored["q"]) == ("0", None)
