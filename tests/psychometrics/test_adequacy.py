"""KMO and Bartlett's test against psych, and their refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from psychometrics import bartlett, kmo
from psychometrics._correlation import correlations
from psychometrics.efa import EfaError
from tests.psychometrics.factor_goldens import GOLDEN, answers_of, correlation_of

SETS = ("tapwater", "bfi", "harman", "heywood")


def golden_of(name: str) -> dict:
    """What psych says about them."""
    return json.loads((GOLDEN / "structure" / f"adequacy_{name}.json").read_text())


@pytest.mark.parametrize("name", SETS)
def test_kmo_equals_psych(name):
    """Overall and by item to 1e-8."""
    golden, found = golden_of(name), kmo(None, cov=correlation_of(name))
    assert found.overall == pytest.approx(golden["kmo"], abs=1e-8)
    np.testing.assert_allclose(found.by_item, golden["kmo_by_item"], rtol=0, atol=1e-8)
    assert list(found.table.index) == list(correlation_of(name).columns)


@pytest.mark.parametrize("name", SETS)
def test_bartlett_equals_psych(name):
    """Chi-square to 1e-8 relative, degrees of freedom exactly, p to 1e-8."""
    golden = golden_of(name)
    found = bartlett(None, cov=correlation_of(name), n=golden["n"])
    assert found.chi2 == pytest.approx(golden["chi2"], rel=1e-8)
    assert found.df == golden["df"]
    assert found.p == pytest.approx(golden["p"], rel=1e-6, abs=1e-300)


def test_answers_and_their_covariances_give_the_same():
    """A covariance matrix with its n stands for the answers it came from."""
    rng = np.random.default_rng(4)
    answers = rng.normal(size=(80, 5)) + rng.normal(size=(80, 1))
    given = np.cov(answers.T)
    assert kmo(answers).overall == pytest.approx(kmo(None, cov=given).overall, abs=1e-12)
    assert bartlett(answers).chi2 == pytest.approx(bartlett(None, cov=given, n=80).chi2, rel=1e-12)


def test_bartlett_of_many_items_does_not_underflow():
    """A determinant below the smallest float still has a logarithm."""
    size = 900
    matrix = np.full((size, size), 0.7) + 0.3 * np.eye(size)
    assert np.linalg.det(matrix) == 0
    found = bartlett(None, cov=matrix, n=2000)
    log_determinant = (size - 1) * np.log(0.3) + np.log(0.3 + 0.7 * size)
    assert found.chi2 == pytest.approx(
        -(2000 - 1 - (2 * size + 5) / 6) * log_determinant, rel=1e-10
    )


def test_incomplete_interviews_are_left_out_and_counted():
    """Listwise deletion equals deleting by hand, and the result says how many went."""
    rng = np.random.default_rng(5)
    answers = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    holes = answers.copy()
    holes[:7, 2] = np.nan
    found = kmo(holes)
    assert found.overall == kmo(answers[7:]).overall
    assert found.n_used == 53
    assert "7 of 60 interviews left out" in found.warnings[0]


def test_results_are_plain_values_for_json():
    """to_dict survives JSON."""
    found = bartlett(None, cov=correlation_of("heywood"), n=200)
    assert json.loads(json.dumps(found.to_dict()))["df"] == 6
    adequacy = kmo(None, cov=correlation_of("heywood"))
    assert json.loads(json.dumps(adequacy.to_dict()))["n_used"] is None


def answers_like(**change: object) -> np.ndarray:
    """30 × 4 ordinary answers, with one thing made wrong."""
    answers = np.random.default_rng(6).integers(1, 6, (30, 4)).astype(float)
    if "constant" in change:
        answers[:, 1] = 3
    if "copy" in change:
        answers[:, 3] = answers[:, 0] + answers[:, 1]
    if "empty" in change:
        answers[:, 2] = np.nan
    return answers[: change.get("rows", 30)]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (answers_like(constant=True), r"without any variation .* item2\. Leave them out"),
        (answers_like(copy=True), "singular: each of the items item1, item2, item4"),
        (answers_like(empty=True), "None of 30 interviews .* item3 is missing most"),
        (answers_like(rows=3), "3 complete interviews cannot carry the correlations of 4 items"),
        (answers_like(rows=0), "None of 0 interviews"),
        (answers_like()[:, :1], r"1 item\(s\) given"),
    ],
)
def test_answers_that_cannot_be_analysed_are_refused(answers, said):
    """The message says what, where, and how to mend it."""
    with pytest.raises(EfaError, match=said):
        kmo(answers)


@pytest.mark.parametrize(
    ("matrix", "n", "said"),
    [
        (np.ones((2, 3)), 50, "square"),
        (np.array([[1, 0.5], [0.2, 1]]), 50, "symmetric"),
        (np.array([[1, 0.5], [0.5, -1]]), 50, "item2 in cov is not positive"),
        (np.array([[1, np.nan], [np.nan, 1]]), 50, "item2 in cov is missing"),
        (np.array([[1, 1.2], [1.2, 1]]), 50, "not positive definite"),
        (np.eye(3), 3, "n = 3 with 3 items"),
        (np.eye(3), None, "give n= beside cov="),
    ],
)
def test_matrices_that_are_no_covariances_are_refused(matrix, n, said):
    """The message says what, where, and how to mend it."""
    with pytest.raises(EfaError, match=said):
        bartlett(None, cov=matrix, n=n)


def test_either_answers_or_a_matrix():
    """Both, or neither, is a mistake of the caller; so is an n beside answers."""
    with pytest.raises(EfaError, match="one of the two"):
        kmo(None)
    with pytest.raises(EfaError, match="one of the two"):
        kmo(answers_like(), cov=np.eye(4))
    with pytest.raises(EfaError, match="n= belongs to cov="):
        kmo(answers_like(), n=30)


def test_items_that_almost_repeat_others_are_named():
    """Nearly singular correlations are analysed, with a warning."""
    rng = np.random.default_rng(7)
    answers = rng.normal(size=(300, 4))
    answers[:, 3] = answers[:, 0] + 0.01 * rng.normal(size=300)
    assert "nearly singular" in kmo(answers).warnings[0]
    assert "item1, item4" in kmo(answers).warnings[0]


def test_adequacy_of_items_without_any_relation_does_not_exist():
    """Nothing is shared and nothing is left: NaN, not a figure."""
    found = kmo(None, cov=np.eye(4))
    assert np.isnan(found.overall)
    assert np.isnan(found.by_item).all()


def test_polychoric_correlations_are_as_adequate_as_they_are():
    """The measure of the polychoric matrix itself."""
    answers = answers_of("general")
    found = kmo(answers, correlation="polychoric")
    matrix = correlations(answers, kind="polychoric").matrix
    assert found.overall == pytest.approx(kmo(None, cov=matrix).overall, abs=1e-12)
    assert found.overall != pytest.approx(kmo(answers).overall, abs=1e-4)


def test_results_show_themselves():
    """Text and HTML name the figure and the interviews."""
    found, test = kmo(answers_of("short")), bartlett(answers_of("short"))
    assert "n = 80" in repr(found)
    assert "<table" in found._repr_html_()
    assert "chi2(36)" in repr(test)
    assert "chi2(36)" in test._repr_html_()
    assert (found.converged, test.converged) == (True, True)
