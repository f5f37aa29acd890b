"""Common method checks against their formulas in R, and what they say of themselves."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics.common_method import STATEMENT, common_method
from psychometrics.efa import EfaError
from tests.psychometrics.factor_goldens import answers_of, golden

SCALES = {
    "cognitive": [f"p0{k}" for k in range(1, 5)],
    "affective": [f"p0{k}" for k in range(6, 10)],
}


def test_harmans_share_equals_the_eigenvalue():
    """Component share to 1e-12, that of one minres factor to 1e-8; and how little it shows."""
    found, theirs = common_method(answers_of("tapwater")), golden("common_method")
    assert found.component_share == pytest.approx(theirs["component"], abs=1e-12)
    assert found.factor_share == pytest.approx(theirs["factor"], abs=1e-8)
    assert STATEMENT in found.warnings
    assert (found.marker, found.adjusted) == (None, ())
    assert np.isnan(found.marker_r)
    assert "no marker" in repr(found)


def test_marker_method_equals_the_formula():
    """r_M, adjusted correlation, t, p and the adjusted ones at upper percentiles to 1e-12."""
    answers, theirs = answers_of("tapwater").dropna(), golden("common_method")
    found = common_method(answers, scales=SCALES, marker="p10")
    pair = found.adjusted[0]
    assert found.n_used == theirs["n"]
    assert found.marker_r == pytest.approx(theirs["marker"], abs=1e-12)
    np.testing.assert_allclose(found.marker_correlations, theirs["correlations"][2][:2], atol=1e-12)
    assert pair.r == pytest.approx(theirs["correlations"][0][1], abs=1e-12)
    for figure in ("adjusted", "t", "p"):
        assert getattr(pair, figure) == pytest.approx(theirs[figure], abs=1e-12), figure
    np.testing.assert_allclose(pair.adjusted_upper, theirs["adjusted_upper"], atol=1e-12)
    assert list(found.table.columns[2:]) == [
        *("r", "adjusted", "t", "p"),
        *("adjusted_75%", "adjusted_95%", "adjusted_99%"),
    ]


def test_what_a_method_adds_is_taken_out_again():
    """Unrelated scales with the same method in all answers: r about .3, adjusted about 0."""
    rng = np.random.default_rng(7)
    method = rng.normal(size=(20_000, 1)) * np.sqrt(0.3)
    answers = method + rng.normal(size=(20_000, 3)) * np.sqrt(0.7)
    found = common_method(answers, marker="item3")
    assert found.scales == ("item1", "item2")
    assert found.adjusted[0].r == pytest.approx(0.3, abs=0.02)
    assert found.adjusted[0].adjusted == pytest.approx(0, abs=0.03)


def test_a_marker_of_several_items_is_their_mean(tapwater):
    """A Dataset brings its own scales; the marker's items leave them."""
    usable = tapwater.select(tapwater.usable & (tapwater.brand != ""))
    found = common_method(usable, marker=["p05", "p10"])
    assert found.scales == ("cognitive", "affective")
    assert found.marker == "p05, p10"
    assert "p05" not in found.items
    assert found.n_used + found.n_dropped == usable.n
    same = common_method(
        answers_of("tapwater").assign(p05=lambda x: x["p05"]),
        scales={
            "cognitive": [f"p0{k}" for k in range(1, 5)],
            "affective": [f"p0{k}" for k in range(6, 10)],
        },
        marker=["p05", "p10"],
    )
    assert same.marker_r == pytest.approx(found.marker_r, abs=1e-12)


def test_a_marker_that_correlates_negatively_takes_nothing_out():
    """r_M is 0 then, adjusted correlations are the plain ones, and the reader is told."""
    answers = answers_of("tapwater").dropna()
    found = common_method(answers.assign(p10=8 - answers["p10"]), scales=SCALES, marker="p10")
    assert found.marker_r == 0
    assert found.adjusted[0].adjusted == found.adjusted[0].r
    assert any("below 0" in said for said in found.warnings)


def test_result_shows_itself():
    """Text, HTML and plain values carry the adjusted correlations and the statement."""
    found = common_method(answers_of("tapwater"), scales=SCALES, marker="p10")
    assert "marker p10" in repr(found)
    assert "Podsakoff" in repr(found)
    assert "<table" in found._repr_html_()
    assert "interviews left out" in found.warnings[0]
    assert json.loads(json.dumps(found.to_dict()))["adjusted"][0]["first"] == "cognitive"


def test_a_marker_alone_is_refused():
    """It needs two scales to adjust, with variation, and items that exist."""
    answers = answers_of("tapwater").dropna()
    with pytest.raises(EfaError, match="two scales or more"):
        common_method(answers, scales={"all": ["p01", "p02"]}, marker="p10")
    with pytest.raises(EfaError, match="no variation"):
        common_method(answers.assign(p10=3), scales=SCALES, marker="p10")
    with pytest.raises(EfaError, match="item9; there are item1 to item3"):
        common_method(answers.to_numpy()[:, :3], marker="item9")
