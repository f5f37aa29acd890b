"""Reliability, extracted variance and distinctness of factors against semTools."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.fit import ModelFit
from psychometrics.cfa.model import cfa
from psychometrics.htmt import Kind, htmt
from psychometrics.reliability import omega
from psychometrics.validity import (
    average_variance_extracted,
    composite_reliability,
    fornell_larcker,
)
from tests.psychometrics.conftest import GOLDEN

MODEL = "a =~ x1 + x2 + x3\nb =~ x4 + x5 + x6\nc =~ x7 + x8 + x9"
NEAR = 1e-6


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Answers of 220 people to nine items."""
    return pd.read_csv(GOLDEN / "validity" / "answers.csv")


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    """What semTools says of them."""
    found: dict[str, Any] = json.loads((GOLDEN / "validity" / "validity.json").read_text())
    return found


@pytest.fixture(scope="module")
def fits(answers: pd.DataFrame) -> dict[str, ModelFit]:
    """The same models as in the golden script."""
    return {
        "plain": cfa(MODEL, answers),
        "crossed": cfa(f"{MODEL} + x1\nx4 ~~ x7", answers),
        "ordered": cfa(MODEL, answers, ordered=True),
        "groups": cfa(MODEL, answers, group="country"),
    }


def _values(found: dict[str, Any], factors: tuple[str, ...]) -> np.ndarray:
    columns = [np.atleast_1d(np.array(found[f], float)) for f in factors]
    return np.column_stack(columns)


@pytest.mark.parametrize("name", ["plain", "crossed", "ordered", "groups"])
@pytest.mark.parametrize("observed", [True, False])
def test_reliability_and_extracted_variance_equal_semtools(
    fits: dict[str, ModelFit], golden: dict[str, Any], name: str, observed: bool
) -> None:
    """Composite reliability and extracted variance match compRelSEM and AVE in every model."""
    fit, suffix = fits[name], "" if observed else "_implied"
    reliability = composite_reliability(fit, observed_variance=observed).to_numpy()
    extracted = average_variance_extracted(fit, observed_variance=observed).to_numpy()
    expected = _values(golden[name][f"reliability{suffix}"], fit.factors)
    np.testing.assert_allclose(reliability, expected, atol=NEAR)
    expected = _values(golden[name][f"extracted{suffix}"], fit.factors)
    np.testing.assert_allclose(extracted, expected, atol=NEAR)


def test_reliability_of_a_factor_of_factors(answers: pd.DataFrame, golden: dict[str, Any]) -> None:
    """A second-order factor's share of the sum of all items matches compRelSEM(higher=)."""
    found = composite_reliability(cfa(f"{MODEL}\ng =~ a + b + c", answers))
    assert found["g"].iloc[0] == pytest.approx(golden["second"]["reliability"]["g"], abs=NEAR)


@pytest.mark.parametrize(
    ("name", "kind", "ordered"),
    [("htmt2", "htmt2", False), ("htmt", "htmt", False), ("ordered", "htmt2", True)],
)
def test_htmt_equals_semtools(
    answers: pd.DataFrame, golden: dict[str, Any], name: str, kind: Kind, ordered: bool
) -> None:
    """Both kinds of ratio, and that of polychoric correlations, match semTools."""
    found = htmt(MODEL, answers, kind, ordered)
    np.testing.assert_allclose(found.values, golden["htmt"][name], atol=1e-7)


def test_htmt_interval_holds_the_ratio(answers: pd.DataFrame) -> None:
    """A bootstrap interval encloses the ratio and is the same on two processes."""
    one = htmt(MODEL, answers, interval=100, rng=np.random.default_rng(1))
    two = htmt(MODEL, answers, interval=100, n_jobs=2, rng=np.random.default_rng(1))
    above = np.triu_indices(3, 1)
    assert (one.lower[above] < one.values[above]).all()
    assert (one.values[above] < one.upper[above]).all()
    np.testing.assert_array_equal(one.lower, two.lower)


def test_fornell_larcker_sets_roots_beside_correlations(fits: dict[str, ModelFit]) -> None:
    """Roots stand on the diagonal, and factors pass only when theirs exceeds every correlation."""
    [found] = fornell_larcker(fits["plain"])
    roots = np.sqrt(average_variance_extracted(fits["plain"]).to_numpy()[0])
    np.testing.assert_allclose(np.diag(found.values), roots)
    correlations = fits["plain"].parameters.query("op == '~~' and lhs != rhs").std_all.to_numpy()
    np.testing.assert_allclose(found.values[np.triu_indices(3, 1)], correlations, atol=1e-9)
    for factor, root, row in zip(found.factors, roots, found.values, strict=True):
        others = np.abs(row[[f != factor for f in found.factors]])
        assert (factor in found.distinct) == (root > others.max())


def test_ratio_needs_two_factors_of_two_items(answers: pd.DataFrame) -> None:
    """One factor, or a factor of one item, is refused by name."""
    with pytest.raises(ModelError, match="one factor"):
        htmt("a =~ x1 + x2 + x3", answers)
    with pytest.raises(ModelError, match="b has a single item"):
        htmt("a =~ x1 + x2\nb =~ x4", answers)


def test_ratio_of_an_item_that_does_not_vary(answers: pd.DataFrame) -> None:
    """An item that everybody answers alike is named, not turned into a ratio of NaN."""
    with pytest.raises(ModelError, match="x5"):
        htmt(MODEL, answers.assign(x5=3))


def test_omega_of_a_fit_is_that_of_its_answers(answers: pd.DataFrame) -> None:
    """A one-factor fit gives the omega and interval that the answers give, error included."""
    items = ["x1", "x2", "x3", "x4"]
    of_answers = omega(answers[items])
    of_fit = omega(cfa("f =~ x1 + x2 + x3 + x4", answers))
    for name in ("omega", "se", "lower", "upper"):
        assert getattr(of_fit, name) == pytest.approx(getattr(of_answers, name), abs=1e-7)
    assert of_fit.items == of_answers.items


def test_omega_of_a_factor_is_its_composite_reliability(fits: dict[str, ModelFit]) -> None:
    """Each factor's omega is the composite reliability with the implied variances."""
    fit = fits["groups"]
    table = composite_reliability(fit, observed_variance=False)
    for group, name in enumerate(fit.groups, start=1):
        for factor in fit.factors:
            found = omega(fit, factor=factor, group=group)
            assert found.omega == pytest.approx(table.loc[name, factor], abs=1e-12)
            assert found.lower < found.omega < found.upper


def test_omega_of_a_fit_asks_for_what_it_needs(fits: dict[str, ModelFit]) -> None:
    """Several factors without a name, an unknown group and ordered items are refused."""
    with pytest.raises(ModelError, match="Name one factor"):
        omega(fits["plain"])
    with pytest.raises(ModelError, match="no group 3"):
        omega(fits["groups"], factor="a", group=3)
    with pytest.raises(ModelError, match="composite_reliability"):
        omega(fits["ordered"], factor="a")
