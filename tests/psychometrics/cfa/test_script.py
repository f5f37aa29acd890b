"""The R script that repeats a fit with lavaan."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.cfa.script import lavaan_script
from psychometrics.dataset import ScoringKey
from tests.psychometrics.cfa.golden_fits import CASES, Case, answers, case_of


def arguments(script: str) -> dict[str, str]:
    """The named arguments of the call that fits the model."""
    call = script.split("fit <- ")[1].split("\n)\n")[0]
    lines = [line.strip().rstrip(",") for line in call.splitlines()[1:]]
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_arguments_are_those_of_the_call(case: Case) -> None:
    """Every argument the fit was asked for stands in lavaan's call by lavaan's name."""
    script = lavaan_script(case.fit, group="the_group")
    found, asked = arguments(script), case.golden["call"]
    assert found["estimator"] == f'"{case.fit.estimator.name}"'
    assert asked["model"].strip() in script
    assert ("group" in found) == ("group" in asked)
    assert ("ordered" in found) == bool(asked.get("ordered"))
    assert found.get("missing") == ('"fiml"' if asked.get("missing") == "fiml" else None)
    assert ("sampling.weights" in found) == ("weights" in asked)
    assert ("cluster" in found) == ("cluster" in asked)
    assert found.get("std.lv") == ("TRUE" if asked.get("std_lv") else None)
    assert found.get("likelihood") == ('"wishart"' if "likelihood" in asked else None)
    for ours, theirs in (("group_equal", "group.equal"), ("group_partial", "group.partial")):
        names = asked.get(ours, [])
        names = [names] if isinstance(names, str) else names
        assert all(f'"{name}"' in found[theirs] for name in names)
    assert script.count("(") == script.count(")")


def test_whole_script() -> None:
    """A grouped fit with reversed items, line by line."""
    frame = answers("groups").head(260)
    fit = cfa("f =~ i01 + i02 + i03", frame, group="g", group_equal=("loadings",), std_lv=True)
    script = lavaan_script(fit, "my data.csv", reversed={"i02": (1, 5), "zz": (0, 1)}, group="g")
    expected = f"""\
# The fit of 260 interviews with lavaan. Run this file with Rscript beside my data.csv.
# It must find the same: chi2 = {fit.chi2:.4f}, df = 2
library(lavaan)

model <- '
f =~ i01 + i02 + i03
'

answers <- read.csv("my data.csv", check.names = FALSE, na.strings = c("", "NA"))
items <- c("i01", "i02", "i03")
answers[items] <- lapply(answers[items], as.numeric)
reversed <- c("i02")
answers[reversed] <- 6 - answers[reversed]  # minimum + maximum - answer
answers <- answers[answers[["g"]] %in% c("north", "east"), ]

fit <- cfa(
  model,
  data = answers,
  group = "g",
  group.label = c("north", "east"),
  estimator = "ML",
  group.equal = c("loadings"),
  std.lv = TRUE
)

print(parameterEstimates(fit), nd = 6)
print(standardizedSolution(fit), nd = 6)
print(fitMeasures(fit))
"""
    assert script == expected
    assert script == fit.lavaan_script("my data.csv", reversed={"i02": (1, 5)}, group="g")


def test_reversed_items_by_their_keys() -> None:
    """Items are turned by the ends of their own scale, those the model does not have are not."""
    fit = case_of("tapwater", "ml").fit
    keys = [
        ScoringKey("one", ("p01", "p02", "p03"), 1, 7, frozenset({"p01", "p02"})),
        ScoringKey("two", ("p06", "x1"), 0, 10, frozenset({"p06", "x1"})),
    ]
    script = lavaan_script(fit, reversed=keys)
    assert 'reversed <- c("p01", "p02")\nanswers[reversed] <- 8 - answers[reversed]' in script
    assert 'reversed <- c("p06")\nanswers[reversed] <- 10 - answers[reversed]' in script
    assert "x1" not in script


def test_moments_travel_in_the_script() -> None:
    """A fit to covariances needs no file; regressions are fitted by sem."""
    cov = pd.DataFrame([[2.0, 0.5], [0.5, 1.25]], index=["y", "x"], columns=["y", "x"])
    script = lavaan_script(cfa("y ~ x", cov=cov, n=100))
    assert "read.csv" not in script
    assert "2.0, 0.5,\n    0.5, 1.25" in script
    assert "n <- 100" in script
    assert "fit <- sem(" in script
    two = lavaan_script(cfa("y ~ x", cov=[cov, cov], mean=[[1, 2], [1, 3]], n=[100, 50]))
    assert "covariances <- list(" in two
    assert "setNames(c(1.0, 3.0), items)" in two
    assert "n <- list(100, 50)" in two


def test_quotes_cannot_leave_their_place() -> None:
    """Names and model text with quotes or backslashes stay text in R."""
    frame = answers("groups").replace({"g": {"north": 'n"); stop("'}})
    fit = cfa('f =~ i01 + i02 + equal("f=~i02")*i03 # it\'s', frame, group="g")
    script = lavaan_script(fit, 'a".csv', group="g")
    assert 'read.csv("a\\".csv"' in script
    assert '"n\\"); stop(\\""' in script
    assert "# it\\'s" in script


def test_a_fit_without_its_text_is_refused() -> None:
    """The script needs the model as it was written."""
    with pytest.raises(ModelError, match="fit it with cfa"):
        lavaan_script(replace(case_of("tapwater", "ml").fit, model=""))
