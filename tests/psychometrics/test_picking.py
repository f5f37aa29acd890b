"""Groups that were picked for being high do not make others lower by that alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.contrasts import contrast_to_reference, top_quarter
from psychometrics.means import GroupMean
from psychometrics.picking import picking_bias, without_picking

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS, N, SD = 8, 150, 20.0


def group(name: str, mean: float, n: int = N) -> GroupMean:
    """A group of n people with the same standard deviation as all others."""
    return GroupMean(name, n, mean, SD, SD / n**0.5, None, None)


def p_values(*, allowed_for: bool) -> Iterator[float]:
    """Every group's p value against the top quarter of the others, in 250 surveys without any true
    difference."""
    rng = np.random.default_rng(5)
    for _ in range(250):
        drawn = rng.normal(60, SD / N**0.5, GROUPS)
        means = {f"b{place}": group(f"b{place}", mean) for place, mean in enumerate(drawn)}
        for name, own in means.items():
            best = [means[code] for code in top_quarter(means, name)]
            gap = contrast_to_reference(own, best)
            if allowed_for:
                others = [row for code, row in means.items() if code != name]
                gap = without_picking(gap, picking_bias(others, len(best)))
            yield gap.p


def test_the_bias_is_that_of_r() -> None:
    """mean(qnorm(ppoints(7, 3/8))[6:7]) is 1.061391; it grows with the standard error."""
    groups = [group(f"b{place}", 50.0) for place in range(7)]
    assert picking_bias(groups, 2) == pytest.approx(1.061391 * SD / N**0.5, rel=1e-6)
    assert picking_bias([group(f"b{place}", 50.0, 4 * N) for place in range(7)], 2) == (
        pytest.approx(1.061391 * SD / N**0.5 / 2, rel=1e-6)
    )
    assert picking_bias(groups, 7) == pytest.approx(0, abs=1e-12)


def test_luck_alone_makes_no_more_findings_than_promised() -> None:
    """Without any true difference at most one gap in twenty has p below .05; were the picking not
    allowed for, it would be more than twice as many."""
    assert np.mean([p < 0.05 for p in p_values(allowed_for=True)]) <= 0.05
    assert np.mean([p < 0.05 for p in p_values(allowed_for=False)]) > 0.1


def test_a_wide_gap_stays_one() -> None:
    """A group far below the best is found below them; gap and interval are those of the means."""
    own, best = group("own", 50.0), [group("a", 60.0), group("b", 61.0)]
    plain = contrast_to_reference(own, best)
    found = without_picking(plain, 1.7)
    assert plain.p < found.p < 0.001
    assert (found.gap, found.lower, found.upper) == (plain.gap, plain.lower, plain.upper)


def test_a_group_above_the_best_keeps_its_p_value() -> None:
    """Picking made that gap smaller, not wider."""
    plain = contrast_to_reference(group("own", 63.0), [group("a", 60.0), group("b", 61.0)])
    assert without_picking(plain, 1.7) == plain


def test_what_all_means_share_is_no_luck() -> None:
    """Means that move together by half their variance are picked by √½ of the luck."""
    groups = [group(name, 50.0) for name in "abcdefgh"]
    assert groups[0].se is not None
    shared = picking_bias(groups, 2, shared=groups[0].se ** 2 / 2)
    assert shared == pytest.approx(picking_bias(groups, 2) * np.sqrt(0.5))
