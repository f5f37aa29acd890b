"""Solutions that a reader must not trust are named, each with its mend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from tests.psychometrics.cfa.golden_fits import answers, case_of

HEYWOOD = [[1, 0.8, 0.8, 0.4], [0.8, 1, 0.5, 0.3], [0.8, 0.5, 1, 0.3], [0.4, 0.3, 0.3, 1]]


def given(matrix, names="abcd"):
    """A correlation matrix with names on its columns."""
    return pd.DataFrame(matrix, columns=list(names))


def test_nothing_is_said_of_a_sound_solution():
    """Two factors of ten items and 439 interviews."""
    for name in ("ml", "mlr", "ordered_wlsmv"):
        assert case_of("tapwater", name).fit.warnings == ()


def test_negative_residual_variance():
    """A Heywood case names the item and its variance."""
    fit = cfa("f =~ a + b + c + d", cov=given(HEYWOOD), n=200)
    assert len(fit.warnings) == 1
    assert fit.warnings[0].startswith("The residual variance of a is negative (-0.222)")


def test_negative_residual_variance_of_one_group():
    """The group is named too."""
    sound = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    fit = cfa("f =~ a + b + c + d", cov=[given(sound), given(HEYWOOD)], n=[200, 200])
    assert [text.split(" is ")[0] for text in fit.warnings] == [
        "The residual variance of a in group 2"
    ]


def test_negative_residual_variance_of_an_ordered_item():
    """What the factors leave of y* is watched as well."""
    rng = np.random.default_rng(2)
    f = rng.standard_normal(150)
    z = np.column_stack([f + 0.02 * rng.standard_normal(150), f + rng.standard_normal(150)])
    third = 0.9 * z[:, 0] - 0.5 * (z[:, 1] - f) + 0.3 * rng.standard_normal(150)
    data = pd.DataFrame(np.digitize(np.column_stack([z, third]), [-0.7, 0.5]), columns=list("abc"))
    fit = cfa("f =~ a + b + c", data, ordered=True)
    negative = fit.parameters.query("op == '~~' and lhs == rhs and est < 0")["lhs"].tolist()
    assert negative
    said = [text for text in fit.warnings if "residual variance" in text]
    assert [text.split()[4] for text in said] == negative


def test_negative_factor_variance():
    """Items that oppose one another under equal loadings."""
    opposed = np.full((3, 3), -0.2) + 1.2 * np.eye(3)
    fit = cfa("f =~ 1*a + 1*b + 1*c", cov=given(opposed, "abc"), n=200)
    assert fit.warnings[0].startswith("The variance of factor f is negative (-0.199)")


def test_factors_correlated_beyond_one():
    """Both factors and their correlation are named."""
    crossed = [[1, 0.5, 0.6, 0.6], [0.5, 1, 0.6, 0.6], [0.6, 0.6, 1, 0.5], [0.6, 0.6, 0.5, 1]]
    fit = cfa("f =~ a + b\ng =~ c + d", cov=given(crossed), n=200)
    assert fit.warnings == (
        "Factors f and g correlate 1.200, beyond 1: the answers do not tell them apart. Make one "
        "factor of them, or give each items of its own.",
    )


def test_factor_covariances_that_cannot_belong_together():
    """Three factors each below 1, but not possible at once."""
    Phi = np.array([[1, 0.9, 0.2], [0.9, 1, 0.8], [0.2, 0.8, 1]])
    cov = np.kron(Phi, np.full((2, 2), 0.5)) + 0.5 * np.eye(6)
    assert np.linalg.eigvalsh(Phi)[0] < 0 < np.linalg.eigvalsh(cov)[0]
    fit = cfa("f =~ a + b\ng =~ c + d\nh =~ e + k", cov=given(cov, "abcdek"), n=300)
    assert len(fit.warnings) == 1
    assert fit.warnings[0].startswith("The covariances of the factors cannot belong together")


def test_residual_covariances_that_cannot_belong_together():
    """Two items that share more than their residuals."""
    cov = np.full((4, 4), 0.6) + 0.4 * np.eye(4)
    cov[0, 1] = cov[1, 0] = 0.98
    fit = cfa("f =~ 1*a + 1*b + 1*c + 1*d\nf ~~ 0.5*f\na ~~ b", cov=given(cov), n=200)
    S = fit.parameters.query("op == '~~'").set_index(["lhs", "rhs"])["est"]
    spread = np.sqrt(S["a", "a"] * S["b", "b"])
    beyond = abs(S["a", "b"]) > spread
    assert beyond == any("residual covariances" in text for text in fit.warnings)


def test_few_interviews_for_each_parameter():
    """Sixty interviews for thirteen parameters; intercepts do not count."""
    plain = case_of("small", "ml").fit
    means = cfa(plain.model, answers("small"), meanstructure=True)
    assert plain.warnings == means.warnings
    assert plain.warnings[0].startswith("There are 60 interviews for 13 parameters beside")


def test_few_clusters():
    """Robust errors need more clusters than parameters."""
    data = answers("survey").query("who < 13")
    fit = cfa("image =~ y1 + y2 + y3\nloyal =~ y4 + y5 + y6", data, cluster="who")
    assert any(text.startswith("There are 12 clusters for 13 parameters") for text in fit.warnings)


def test_one_cluster_gives_no_errors():
    """Everybody in one cluster leaves nothing to compare."""
    data = answers("survey")
    with pytest.raises(ModelError, match="only one cluster"):
        _ = cfa("image =~ y1 + y2 + y3", data, cluster=np.ones(len(data))).parameters


def test_an_answer_that_nobody_in_a_group_gave():
    """As ordered categories the groups have different ones: refused, as lavaan does."""
    model = case_of("groups", "ml").golden["call"]["model"]
    with pytest.raises(ValueError, match="Nobody of 95 gave the answer 5 to item i08"):
        cfa(model, answers("groups"), group="g", ordered=True)


def test_a_search_that_did_not_end():
    """No figure counts, and it is the first thing said."""
    fit = case_of("tapwater", "ml").fit
    stopped = replace(fit, minimum=replace(fit.minimum, converged=False))
    assert stopped.warnings[0].startswith("The search for the best estimates did not end")


def test_an_unrestricted_search_that_did_not_end():
    """With gaps chi2 rests on it."""
    fit = case_of("holes", "ml").fit
    again = replace(fit)
    again.__dict__["unrestricted"] = [(*part[:3], False) for part in fit.unrestricted]
    assert again.warnings[0].startswith("Means and covariances without a model were not found")


def test_errors_that_cannot_be_worked_out():
    """They are NaN, not 0, and the parameters are named."""
    fit = case_of("tapwater", "mlr").fit
    again = replace(fit)
    covariance = fit.uncertainty.covariance.copy()
    covariance[0, 0] = -1.0
    again.__dict__["uncertainty"] = replace(fit.uncertainty, covariance=covariance)
    assert again.warnings[0].startswith("Standard errors of cognitive=~p02 cannot be worked out")
    row = again.parameters.query("rhs == 'p02'").iloc[0]
    assert np.isnan(row["se"])
    assert np.isnan(row["ci_lower"])


def test_what_the_sample_warns_of_is_said_too():
    """Ordered answers of fewer than a hundred interviews."""
    fit = case_of("small", "ordered_wlsmv").fit
    assert fit.sample.warnings[0] in fit.warnings
