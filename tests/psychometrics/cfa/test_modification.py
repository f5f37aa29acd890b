"""Modification indices against lavaan and against fits with the parameter set free."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from tests.psychometrics.cfa.golden_fits import ROOT, answers, case_of, close

GOLDENS: dict[str, Any] = json.loads(
    (ROOT / "tests/golden/cfa_results/modification.json").read_text(encoding="utf-8")
)
NAMES = [(data, case) for data, cases in GOLDENS.items() for case in cases]
COLUMNS = ("mi", "epc", "sepc_lv", "sepc_all", "sepc_nox")


def keyed(lhs: Any, op: Any, rhs: Any, group: Any) -> list[tuple[Any, ...]]:
    """Names of parameters; a covariance is the same both ways round."""
    return [
        (frozenset((a, b)) if o == "~~" else (a, b if o in ("=~", "~") else ""), o, int(g))
        for a, o, b, g in zip(lhs, op, rhs, group, strict=True)
    ]


@pytest.mark.parametrize(("data", "case"), NAMES)
def test_indices(data: str, case: str) -> None:
    """Indices and expected changes of the same parameters equal lavaan's to 3e-6 (ordered 1e-5).

    Left out are moments and regressions of observed predictors, and of variances and scales the
    standardised change, for which lavaan gives the standardised value itself.
    """
    fit, golden = case_of(data, case).fit, GOLDENS[data][case]
    found = fit.modification_indices(sort=False)
    ours = keyed(found["lhs"], found["op"], found["rhs"], found["group"])
    theirs = keyed(*(golden[name] for name in ("lhs", "op", "rhs", "group")))
    place = {key: k for k, key in enumerate(theirs)}
    predictors = {"age", "female"}
    rest = set(theirs) - set(ours)
    assert all(set(key[0]) & predictors for key in rest)
    assert not set(ours) - set(theirs)
    own = [key[1] == "~*~" or (key[1] == "~~" and len(key[0]) == 1) for key in ours]
    for column in COLUMNS:
        values = [golden[column.replace("_", ".")][place[key]] for key in ours]
        if column.startswith("sepc"):
            values = [v if not o else f for v, o, f in zip(values, own, found[column], strict=True)]
        precision = 1e-5 if fit.sample.ordinal else 3e-6
        close(found[column], values, rtol=precision, atol=1e-7, what=column)


def test_largest_come_first_and_small_ones_can_be_left_out() -> None:
    """Sorting and the least index are as asked."""
    fit = case_of("tapwater", "ml").fit
    found, large = fit.modification_indices(), fit.modification_indices(minimum=3.84)
    assert found["mi"].is_monotonic_decreasing
    assert len(large) == (found["mi"] >= 3.84).sum() < len(found)
    pd.testing.assert_frame_equal(large, found.head(len(large)))


def test_index_foretells_the_fall_of_chi2() -> None:
    """Where the model is nearly right, mi and epc are close to what a new fit brings."""
    rng = np.random.default_rng(8)
    f = rng.standard_normal((2000, 2)) @ np.linalg.cholesky([[1, 0.4], [0.4, 1]]).T
    x = np.repeat(f, 4, axis=1) * 0.7 + 0.7 * rng.standard_normal((2000, 8))
    x[:, 0] += 0.12 * f[:, 1]
    frame = pd.DataFrame(x, columns=[f"i{k}" for k in range(8)])
    model = "f =~ i0 + i1 + i2 + i3\ng =~ i4 + i5 + i6 + i7"
    fit = cfa(model, frame)
    row = fit.modification_indices().iloc[0]
    freed = cfa(model.replace("g =~ i4", "g =~ i4 + i0"), frame)
    assert (row["lhs"], row["op"], row["rhs"]) == ("g", "=~", "i0")
    value = freed.parameters.set_index(["lhs", "op", "rhs"]).loc[("g", "=~", "i0"), "est"]
    assert row["mi"] == pytest.approx(fit.chi2 - freed.chi2, rel=0.05)
    assert row["epc"] == pytest.approx(value, rel=0.1)


@pytest.mark.parametrize(("estimator", "ordered"), [("MLR", False), ("WLSMV", True)])
def test_robust_index_keeps_its_level(estimator: str, ordered: bool) -> None:
    """Over true models with heavy tails, or ordered answers, mi_robust passes 3.84 in 5 %.

    The plain index passes it far more often where tails are heavy.
    """
    rng = np.random.default_rng(11)
    robust, plain = [], []
    for _ in range(120):
        scale = 1.0 if ordered else np.sqrt(5 / rng.chisquare(5, (400, 1)))
        x = (rng.standard_normal((400, 1)) * 0.7 + 0.7 * rng.standard_normal((400, 5))) * scale
        if ordered:
            x = np.digitize(x, [-0.5, 0.4, 1.2]).astype(float)
        frame = pd.DataFrame(x, columns=list("abcde"))
        fit = cfa("f =~ a + b + c + d + e", frame, estimator=estimator, ordered=ordered)
        found = fit.modification_indices(sort=False)
        robust.append(found["mi_robust"] > 3.84)
        plain.append(found["mi"] > 3.84)
    assert np.mean(robust) == pytest.approx(0.05, abs=0.025)
    if not ordered:
        assert np.mean(plain) > 0.1


def test_only_robust_estimators_have_a_robust_index() -> None:
    """Plain ML has five figures a row, MLR six, whose plain ones are the same."""
    ml = case_of("tapwater", "ml").fit.modification_indices()
    mlr = case_of("tapwater", "mlr").fit.modification_indices()
    assert "mi_robust" not in ml
    assert "mi_robust" in mlr
    np.testing.assert_allclose(ml["mi"], mlr["mi"], rtol=1e-9)


def test_a_saturated_model_has_nothing_to_offer() -> None:
    """Three items of one factor leave no parameter that could be told from the others."""
    found = cfa("f =~ i01 + i02 + i03", answers("small")).modification_indices()
    assert found.empty
    assert list(found)[:5] == ["lhs", "op", "rhs", "group", "mi"]


def test_indices_ignore_the_fit_they_are_worked_out_from() -> None:
    """Working them out changes nothing of the fit."""
    fit = cfa("f =~ i01 + i02 + i03 + i04", answers("small"))
    before = fit.parameters.copy()
    fit.modification_indices()
    pd.testing.assert_frame_equal(fit.parameters, before)
    assert len(fit.table.rows) == 9


def test_a_singular_model_is_refused() -> None:
    """Where parameters cannot be told apart, no index is given."""
    fit = cfa("f =~ i01 + i02 + i03 + i04", answers("small"))
    broken = fit.discrepancy.__class__(
        fit.structure, fit.sample.cov, None, np.zeros_like(fit.sample.share)
    )
    from dataclasses import replace

    with pytest.raises(ModelError, match="singular"):
        replace(fit, discrepancy=broken).modification_indices()


@settings(max_examples=15, deadline=None)
@given(st.permutations([f"i{k:02d}" for k in range(1, 7)]), st.floats(0.1, 20.0))
def test_order_and_unit_of_items_do_not_matter(order: list[str], unit: float) -> None:
    """Indices stay what they are when items change places or an item its unit."""
    model = "f =~ i01 + i02 + i03\nh =~ i04 + i05 + i06"
    frame = answers("small").astype(float)
    turned = frame[order].copy()
    turned["i03"] *= unit
    first, second = (cfa(model, data).modification_indices(sort=False) for data in (frame, turned))
    np.testing.assert_allclose(first["mi"], second["mi"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(first["sepc_all"], second["sepc_all"], rtol=1e-5, atol=1e-7)
