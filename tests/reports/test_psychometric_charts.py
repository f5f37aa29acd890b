"""Charts of models in the researcher's report: drawn where the verdict rests on them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from psychometrics.analysis import analyse_scores
from reports.psychometric_report import psychometric_report
from reports.sections.story import PHONE, WIDTH
from tests.reports.surveys import facts, instruments
from tests.reports.test_comparability import few_questions_apart, one_question_turned

if TYPE_CHECKING:
    from reports.blocks import Document


@cache
def turned(language: str = "en", width: float = WIDTH) -> Document:
    """The report on brands of which one takes a question differently."""
    dataset, measurement = one_question_turned()
    return psychometric_report(
        analyse_scores(dataset),
        None,
        instruments(),
        facts(dataset),
        language,
        measurement=measurement,
        width=width,
    )


@cache
def apart() -> Document:
    """The report on brands that compare by alignment only."""
    dataset, measurement = few_questions_apart()
    return psychometric_report(
        analyse_scores(dataset), None, instruments(), facts(dataset), measurement=measurement
    )


def test_the_model_that_decides_is_drawn() -> None:
    """Where the verdict rests on the bifactor model it stands beside that of the scales."""
    _, measurement = one_question_turned()
    rests = measurement.dimensionality.total.rule in ("general_factor", "scales_apart")
    assert ("path-diagram-bifactor" in turned().charts()) == rests
    assert "path-diagram" in turned().charts()


def test_what_was_let_differ_is_shown_for_every_group() -> None:
    """The intercepts that were let go stand with each group's difference from their mean."""
    _, measurement = one_question_turned()
    test = measurement.across("brand")
    assert test is not None
    assert test.invariance is not None
    freed = {row.parameter for row in test.invariance.freed}
    charts = {"intercept": "~1", "loading": "=~"}
    for kind, sign in charts.items():
        name = f"freed-{kind}s-brand"
        assert (name in turned().charts()) == any(sign in each for each in freed)
    fit = test.invariance.fits[
        [step.name for step in test.invariance.steps if step.holds and step.partial][-1]
    ]
    item = next(each for each in freed if "~1" in each).removesuffix("~1")
    table = fit.parameters.query(f"op == '~1' and lhs == '{item}'")["est"]
    largest = (table - table.mean()).abs().max()
    assert f"{largest:.2f}" in turned().charts()["freed-intercepts-brand"].alt


def test_groups_apart_after_alignment_are_named() -> None:
    """The chart names as many groups as do not share a parameter, and no item that all share."""
    _, measurement = few_questions_apart()
    test = measurement.across("brand")
    assert test is not None
    assert test.alignment is not None
    for kind in ("intercept", "loading"):
        rows = sum(
            int((~getattr(factor, f"{kind}_shared").all(axis=1)).sum())
            for factor in test.alignment.factors
        )
        chart = apart().charts().get(f"aligned-{kind}s-brand")
        assert (chart.alt.count("; apart: ") if chart else 0) == rows


def test_each_scale_tells_what_its_items_tell() -> None:
    """Beside the information of a scale stands that of its items, on paper and on a phone."""
    for width in (WIDTH, PHONE):
        chart = turned(width=width).charts()["item-information-emotional"]
        assert chart.width == width
        assert chart.alt.count("highest") == 4
