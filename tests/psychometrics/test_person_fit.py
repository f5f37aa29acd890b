"""Person fit: Guttman errors and the standardised log-likelihood."""

import json
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.dataset import DatasetError
from psychometrics.person_fit import guttman_errors, log_likelihood_fit
from tests.psychometrics.test_consistency import GOLDEN, MANY, _columns


def _keyed() -> np.ndarray:
    answers = np.column_stack(list(_columns("answers_many").values())[:4])
    answers[:, 3] = 6 - answers[:, 3]
    return answers


def _model() -> SimpleNamespace:
    golden = json.loads((GOLDEN / "lz.json").read_text())
    intercepts = np.array(golden["intercepts"], np.float64)
    categories = [(1, 2, 3, 4, 5), (1, 2, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5)]
    return SimpleNamespace(
        items=MANY[:4],
        categories=categories,
        slopes=np.array(golden["slopes"]),
        intercepts=intercepts,
        theta=golden["theta"],
        lz=golden["lz"],
    )


def test_guttman_errors_equal_r() -> None:
    """Pairs of steps counted one by one, and the most over all patterns, in R."""
    answers, expected = _keyed(), _columns("indices_many")
    usable = answers[:140]
    reference = usable[~np.isnan(usable).any(axis=1)]
    found = guttman_errors(answers, 1, 5, reference)
    np.testing.assert_allclose(found.errors, expected["errors_1"], atol=1e-9)
    np.testing.assert_allclose(found.most, expected["most_1"], atol=1e-9)


def test_lz_equals_r() -> None:
    """l_z with estimated and with given traits, to 1e-9; arrays, frames and (p, 1) slopes alike."""
    model = _model()
    answers = _keyed()
    answers[:, 1] = np.minimum(answers[:, 1], 4)
    found = log_likelihood_fit(answers, model)
    np.testing.assert_allclose(found.lz, model.lz, atol=1e-9)
    given_traits = log_likelihood_fit(answers, model, theta=model.theta)
    np.testing.assert_allclose(given_traits.lz, model.lz, atol=1e-9)
    model.slopes = model.slopes[:, None]
    frame = pd.DataFrame(answers[:, ::-1], columns=MANY[:4][::-1])
    np.testing.assert_allclose(log_likelihood_fit(frame, model).lz, found.lz, atol=1e-12)


def test_lz_of_answers_that_follow_the_model() -> None:
    """Answers simulated by the model have l_z near standard normal at the true traits."""
    rng = np.random.default_rng(0)
    p, n = 20, 3000
    slopes = rng.uniform(1, 2.5, p)
    intercepts = np.sort(rng.uniform(-3, 3, (p, 4)), axis=1)[:, ::-1]
    theta = rng.normal(size=n)
    reached = 1 / (1 + np.exp(-(theta[:, None, None] * slopes[:, None] + intercepts)))
    answers = 1 + (rng.random((n, p, 1)) < reached).sum(axis=2)
    model = SimpleNamespace(
        items=[f"i{j}" for j in range(p)],
        categories=[(1, 2, 3, 4, 5)] * p,
        slopes=slopes,
        intercepts=intercepts,
    )
    lz = log_likelihood_fit(answers.astype(float), model, theta=theta).lz
    assert lz.mean() == pytest.approx(0, abs=0.08)
    assert lz.std() == pytest.approx(1, abs=0.06)
    assert (lz < -1.645).mean() == pytest.approx(0.05, abs=0.02)
    estimated = log_likelihood_fit(answers.astype(float), model).lz
    assert np.corrcoef(lz, estimated)[0, 1] > 0.9
    shuffled = rng.permuted(answers.astype(float), axis=1)
    assert log_likelihood_fit(shuffled, model).lz.mean() < -0.5


def test_nobody_without_answers_has_a_fit() -> None:
    """An interview without any answer gives NaN; one with some is judged on those."""
    answers = np.full((2, 4), np.nan)
    answers[1, :2] = [3, 4]
    found = log_likelihood_fit(answers, _model())
    assert np.isnan(found.lz[0])
    assert np.isfinite(found.lz[1])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"slopes": np.ones((4, 2))}, "one trait"),
        ({"slopes": np.ones(3)}, "one trait"),
        ({"items": MANY[:3]}, "3 items and the data 4 columns"),
        ({"categories": [(1, 2)] * 4}, "q01: 3 is no category"),
    ],
)
def test_models_that_do_not_fit_the_data_are_refused(changed, message) -> None:
    """Several traits, a wrong number of items, an answer the model does not know."""
    model = _model()
    for name, value in changed.items():
        setattr(model, name, value)
    with pytest.raises(DatasetError, match=message):
        log_likelihood_fit(np.full((2, 4), 3.0), model)


def test_answers_outside_the_format_are_refused() -> None:
    """Guttman errors count whole steps within the format, of somebody who answered."""
    with pytest.raises(DatasetError, match="whole numbers from 1 to 5"):
        guttman_errors([[1, 6]], 1, 5)
    with pytest.raises(DatasetError, match="whole numbers from 1 to 5"):
        guttman_errors([[1, 2.5]], 1, 5)
    with pytest.raises(DatasetError, match="Nobody answered every item"):
        guttman_errors([[1, np.nan]], 1, 5)


def test_perfect_order_has_no_error() -> None:
    """Yes to the easier items alone is no error; yes to the harder ones alone is the most."""
    reference = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0.0]])
    found = guttman_errors([[1, 1, 0], [0, 1, 1], [0, 0, 1]], 0, 1, reference)
    assert found.errors.tolist() == [0, 2, 2]
    assert found.most.tolist() == [2, 2, 2]


@settings(max_examples=40, deadline=None)
@given(
    reference=st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=12, unique=True)
)
def test_most_errors_are_the_most_of_all_patterns(reference) -> None:
    """No pattern of a given sum has more errors than `most`, one has as many, none below zero."""
    patterns = np.array(list(product(range(4), repeat=3)), float)
    found = guttman_errors(patterns, 0, 3, np.array(reference, float))
    total = patterns.sum(axis=1)
    assert (found.errors >= -1e-9).all()
    for value in np.unique(total):
        rows = total == value
        assert found.errors[rows].max() == pytest.approx(found.most[rows][0])
