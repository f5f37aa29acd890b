"""What a fit shows of itself: summary, representations and plain values."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics.cfa.model import cfa
from tests.psychometrics.cfa.golden_fits import answers, case_of

CASES = [
    ("tapwater", "ml"),
    ("tapwater", "mlr"),
    ("tapwater", "ordered_uls"),
    ("groups", "partial"),
    ("groups", "ordered_scalar"),
    ("holes", "second_order"),
    ("holes", "scalar"),
    ("survey", "path_means"),
    ("survey", "mediated_mlr"),
    ("near", "gls"),
]


@pytest.mark.parametrize(("data", "case"), CASES)
def test_summary_shows_every_free_parameter(data: str, case: str) -> None:
    """Each estimated parameter stands in a line with its estimate and error; so do definitions."""
    fit = case_of(data, case).fit
    text, frame = fit.summary(), fit.parameters
    free = frame[(frame["free"] > 0) | (frame["op"] == ":=")]
    lines = [line.split() for line in text.splitlines()]
    for row in free.to_dict("records"):
        figures = {f"{row['est']:.3f}", f"{row['se']:.3f}", f"{row['std_all']:.3f}"}
        assert any(figures <= set(line) for line in lines), row
    assert f"{fit.chi2:.3f}" in text
    assert f"n = {fit.n_used}" in text


def test_summary_by_kind() -> None:
    """The blocks of a path model come in their order, definitions last."""
    text = case_of("survey", "mediated_mlr").fit.summary()
    titles = ["Fit ", "Loadings", "Regressions", "Residual variances", "Explained variance", "Def"]
    places = [text.index(f"\n{title}") for title in titles]
    assert places == sorted(places)
    assert "    age (a)" in text
    assert "plain    scaled    robust" in text
    assert "\n  image ~\n" in text


def test_groups_stand_apart() -> None:
    """Every group has its blocks; what is held equal is said and marked."""
    text = case_of("groups", "partial").fit.summary()
    assert "Groups: north (110), east (150), south (95), west (130)" in text
    assert "Held equal: loadings, intercepts except f=~i03, i03~1" in text
    assert text.count("\nLoadings") == 4
    assert "    i02 (=)" in text
    assert "    i03 (=)" not in text


def test_fixed_parameters_have_no_error() -> None:
    """A marker loading shows its value and its standardised value, nothing between."""
    line = next(
        line
        for line in case_of("tapwater", "ml").fit.summary().splitlines()
        if line.startswith("    p01")
    )
    assert line.split() == ["p01", "1.000", "0.760"]


def test_repr_is_short_and_says_how_it_fits() -> None:
    """Sizes, estimator, chi2 and indices in a few lines."""
    text = repr(case_of("tapwater", "ml").fit)
    assert text.startswith("<ModelFit: 10 items, 2 factors; ML; n = 439 (52 left out)>")
    assert "chi2(34) = 192.69, p <.001, CFI = 0.924" in text
    assert "indices robust" in repr(case_of("tapwater", "mlr").fit)
    assert len(text.splitlines()) < 6


def test_saturated_model_has_no_indices_in_its_line() -> None:
    """Without degrees of freedom there is nothing to judge."""
    text = repr(cfa("f =~ i01 + i02 + i03", answers("small")))
    assert "chi2(0) = 0.00" in text
    assert "CFI" not in text


def test_warnings_are_shown_everywhere() -> None:
    """A Heywood case is named in summary, repr, HTML and plain values."""
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    fit = cfa("f =~ a + b + c", cov=cov, n=500)
    assert fit.warnings
    said = fit.warnings[0]
    assert f"Warning: {said}" in fit.summary()
    assert f"Warning: {said}" in repr(fit)
    assert said[:30] in fit._repr_html_()
    assert said in fit.to_dict()["warnings"]


def test_html_escapes_names() -> None:
    """Names from data cannot become markup."""
    frame = answers("groups").replace({"g": {"north": "<b>"}})
    fit = cfa("f =~ i01 + i02 + i03 + i04", frame, group="g")
    assert "<b>" not in fit._repr_html_()
    assert "<table" in fit._repr_html_()


@pytest.mark.parametrize(("data", "case"), CASES)
def test_plain_values(data: str, case: str) -> None:
    """Everything passes strict JSON, and parameters are those of the table."""
    fit = case_of(data, case).fit
    found = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert found["n_used"] == fit.n_used
    assert sum(found["groups"].values()) == fit.n_used
    assert found["estimator"] == fit.estimator.name
    assert found["fit_measures"]["chisq"] == fit.chi2
    assert len(found["parameters"]) == len(fit.parameters)
    assert found["parameters"][1]["est"] == fit.parameters["est"][1]
    assert found["converged"] is True
