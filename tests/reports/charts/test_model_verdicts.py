"""Charts on which verdicts about a model rest: fit, invariance, groups apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts.errors import ChartInputError
from reports.charts.group_parameters import GroupParameters, group_parameters
from reports.charts.invariance_ladder import InvarianceStep, invariance_ladder
from reports.charts.item_information import ItemInformation, item_information
from reports.charts.model_fit import FitCutoff, FittedModel, model_fit
from reports.charts.path_diagram import PathLoading, path_diagram
from reports.charts.primitives import Circle, Line, Polygon, Rect, Text
from reports.charts.residual_heat_map import residual_heat_map
from tests.reports.chart_samples import outside, overlapping
from tests.reports.charts.model_samples import STEPS

CUTOFFS = (FitCutoff("rmsea", 0.06, "Hu & Bentler 1999"), FitCutoff("cfi", 0.95, "Someone"))
MODELS = (
    FittedModel("One factor", 0.1214, 0.115, 0.128, 0.842),
    FittedModel("Two factors", 0.048, 0.041, 0.055, 0.968, chosen=True),
    FittedModel("Bifactor", note="not identified"),
)


def texts(chart):
    """The printed texts by their words."""
    return {shape.text: shape for shape in chart.primitives if isinstance(shape, Text)}


def test_the_ladder_says_outcome_figures_and_what_is_not_equal():
    """Each level has its outcome and change; one beyond its cut-off is said to be so."""
    steps = (
        STEPS[0],
        InvarianceStep("scalar", "partial", None, None, -0.008, 0.005, ("q3", "q7")),
        InvarianceStep("strict", "failed", None, None, -0.031, 0.004),
        InvarianceStep("metric", "untested"),
    )
    assert invariance_ladder(steps, title="L", source="Chen 2007").alt == (
        "Same structure (configural): holds; CFI .962; RMSEA .051. "
        "Same intercepts (scalar): holds in part; ΔCFI −.008; ΔRMSEA .005; not equal (2): q3, q7. "
        "Same residuals (strict): fails; ΔCFI −.031, beyond; ΔRMSEA .004. "
        "Same loadings (metric): not tested. "
        "Beyond: a fall of CFI to −.010 or lower, a rise of RMSEA of .015 or more (Chen 2007)."
    )


def test_steps_rise_from_left_to_right_and_differ_by_mark_and_edge():
    """Outcomes are told without colour: by shape, word and dashes of the upper edge."""
    chart = invariance_ladder(STEPS, title="L")
    edges = [s for s in chart.primitives if isinstance(s, Line) and s.width == 2.4]
    assert [edge.y1 for edge in edges] == sorted(edge.y1 for edge in edges)
    assert [bool(edge.dash) for edge in edges] == [False, False, False, True, False]
    assert {"holds", "holds in part", "fails"} <= set(texts(chart))


def test_steps_stand_one_below_the_other_on_a_phone():
    """A narrow chart reads from above."""
    chart = invariance_ladder(STEPS, title="L", width=250)
    blocks = [shape for shape in chart.primitives if isinstance(shape, Rect) and shape.width == 250]
    assert [block.y for block in blocks] == sorted((b.y for b in blocks), reverse=True)
    assert len(blocks) == 5


def test_a_ladder_needs_each_level_once():
    """No step, or one twice, is refused."""
    for steps in ((), (STEPS[0], STEPS[0])):
        with pytest.raises(ChartInputError, match="each level once"):
            invariance_ladder(steps, title="L")


def test_fit_says_both_indices_and_every_cutoff():
    """A model without figures gives its reason, and the kept one is named."""
    assert model_fit(MODELS, title="F", cutoffs=CUTOFFS).alt == (
        "One factor: RMSEA .121, 90% interval .115 to .128; CFI .842. "
        "Two factors: model kept; RMSEA .048, 90% interval .041 to .055; CFI .968. "
        "Bifactor: not identified. RMSEA up to .06 (Hu & Bentler 1999). CFI from .95 (Someone)."
    )


def test_the_kept_model_differs_by_shape_and_weight():
    """Its marks are diamonds and its words bold; the others have discs."""
    chart = model_fit(MODELS, title="F", cutoffs=CUTOFFS)
    assert sum(isinstance(shape, Polygon) for shape in chart.primitives) == 3
    assert sum(isinstance(shape, Circle) for shape in chart.primitives) == 3
    assert {text for text, shape in texts(chart).items() if shape.bold} == {
        "Two factors",
        ".048 (.041–.055)",
        ".968",
    }


def test_cutoffs_stand_at_their_values_between_the_models():
    """A model better than a cut-off lies on its better side."""
    chart = model_fit(MODELS, title="F", cutoffs=CUTOFFS)
    upright = (s for s in chart.primitives if isinstance(s, Line) and s.x1 == s.x2 and s.dash)
    rmsea, cfi = sorted({line.x1 for line in upright})
    discs = sorted(s.x for s in chart.primitives if isinstance(s, Circle))
    assert discs[-2] > rmsea
    assert discs[-1] < cfi


def test_a_model_may_lack_an_interval_or_an_index():
    """What is not known is neither drawn nor said."""
    models = [FittedModel("A", rmsea=0.05), FittedModel("B", cfi=0.9, rmsea=math.nan)]
    chart = model_fit(models, title="F", cutoffs=())
    assert chart.alt == "A: RMSEA .050. B: CFI .900."


def test_fit_without_models_or_with_too_many_cutoffs_is_refused():
    """Four cut-offs of an index can be told apart, a fifth cannot."""
    for models, cutoffs in (((), ()), (MODELS, CUTOFFS * 5)):
        with pytest.raises(ChartInputError, match="at most 4 cut-offs"):
            model_fit(models, title="F", cutoffs=cutoffs)


def test_groups_apart_are_named_with_their_difference_the_largest_first():
    """Differences are from the mean of the groups that share the parameter."""
    rows = [
        GroupParameters("q1", (3.0, 3.2, 3.35, 2.1), (True, True, False, False)),
        GroupParameters("q2", (1.0, None, 1.0, math.nan), (True, True, True, True)),
    ]
    chart = group_parameters(rows, ["A", "B", "C", "D"], title="G")
    assert chart.alt == (
        "q1: shared by 2 of 4 groups; apart: D −1.00, C +0.25. q2: shared by 2 of 2 groups."
    )
    assert "D −1.00, C +0.25" in texts(chart)


def test_groups_apart_are_diamonds_and_the_others_rings():
    """Shapes tell them apart in grey; both stand in the legend."""
    row = GroupParameters("q1", (3.0, 3.2, 3.35, 2.1), (True, True, False, False))
    chart = group_parameters([row], list("ABCD"), title="G", parameter="loading")
    assert sum(isinstance(shape, Circle) for shape in chart.primitives) == 2 + 1
    assert sum(isinstance(shape, Polygon) for shape in chart.primitives) == 2 + 1
    assert "Loading, difference from what groups share" in texts(chart)


def test_where_no_group_shares_a_parameter_differences_are_from_their_mean():
    """There is still a middle from which to read."""
    row = GroupParameters("q1", (1.0, 3.0), (False, False))
    chart = group_parameters([row], ["A", "B"], title="G")
    assert "A −1.00, B +1.00" in chart.alt


def test_groups_that_do_not_match_are_refused():
    """The message names the item and both counts."""
    with pytest.raises(ChartInputError, match="an item and a group"):
        group_parameters([], ["A"], title="G")
    with pytest.raises(ChartInputError, match="'q1' has 1 values and 2 verdicts for 2 groups"):
        group_parameters([GroupParameters("q1", (1,), (True, True))], ["A", "B"], title="G")


NAMES = st.lists(st.text(min_size=1, max_size=80), min_size=3, max_size=3, unique=True)


@settings(max_examples=30, deadline=None)
@given(NAMES, st.sampled_from((250.0, 499.0)))
def test_any_name_is_kept_within_the_chart(names, width):
    """Whatever items, factors, models and groups are called, words neither touch nor pass edges."""
    one, other, third = names
    paths = [PathLoading(one, third, 0.5, 0.4, 0.6), PathLoading(other, third, -0.5)]
    rows = [
        GroupParameters(one, (1, 2), (True, False)),
        GroupParameters(other, (1, 1), (True,) * 2),
    ]
    items = [ItemInformation(name, (0.0, 1.0, 0.0)) for name in names]
    freed = InvarianceStep("scalar", "partial", None, None, -0.005, 0.01, tuple(names))
    common = {"title": one, "width": width}
    for chart in (
        path_diagram([third], paths, **common),
        residual_heat_map(names, THREE, **common),
        model_fit(
            [FittedModel(one, 0.05, 0.04, 0.06, 0.9), FittedModel(other, note=one)], **common
        ),
        invariance_ladder([STEPS[0], freed], source=other, **common),
        group_parameters(rows, [other, third], **common),
        item_information(items, (-1, 0, 1), **common),
    ):
        assert outside(chart) == []
        assert overlapping(chart) == []


THREE = ([], [0.12], [-0.07, 0.01])
