"""Score tests of equal parameters."""

import json

import numpy as np
import pandas as pd
import pytest

from psychometrics._group_ladder import GroupLadder
from psychometrics._model_sample import model_sample
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.invariance import equality_score_tests
from tests.psychometrics.regional_answers import ITEMS, TWO, regional


def test_expected_change_foretells_the_refit() -> None:
    """The score test's expected change and chi2 are near what letting the parameter go brings."""
    data = regional(intercept=[(1, 3, 0.15)])
    prepared = model_sample(TWO, data, group="region")
    ladder = GroupLadder(prepared)
    scalar = ladder.fit("scalar", (), ladder.base)
    tests = equality_score_tests(scalar)
    together = next(test for test in tests.by_parameter if test.parameter == "x4~1")
    south = next(t for t in tests.by_group if (t.parameter, t.group) == ("x4~1", "south"))
    freed = ladder.fit("scalar", ("x4~1",), scalar)
    assert scalar.chi2 - freed.chi2 == pytest.approx(together.chi2, rel=0.1)
    assert south.epc > 0.05
    assert tests.table.shape == (18 * 3, 8)
    assert json.loads(json.dumps(tests.to_dict(), allow_nan=False))["n_used"] == 1200
    assert "EqualityTests" in repr(tests)
    assert "<table" in tests._repr_html_()


@one_thread()
def test_robust_score_test_keeps_its_level() -> None:
    """With heavy tails the plain score test rejects too often, the robust one does not."""
    rng = np.random.default_rng(9)
    plain, robust = [], []
    for _ in range(150):
        part = rng.normal(size=(400, 1)) + 0.7 * rng.normal(size=(400, 4))
        scale = np.sqrt(3 / rng.chisquare(5, size=(400, 1)))
        frame = pd.DataFrame(part * scale, columns=ITEMS[:4]).assign(g=np.arange(400) % 2)
        model = "f =~ x1 + x2 + x3 + x4"
        fit = cfa(model, frame, group="g", estimator="MLR", std_lv=True, group_equal=["loadings"])
        test = equality_score_tests(fit).by_parameter[0]
        plain.append(test.chi2)
        robust.append(test.robust_chi2)
    assert np.mean(plain) > 1.25
    assert np.mean(robust) == pytest.approx(1, abs=0.3)


def test_nothing_equal_has_no_score_tests() -> None:
    """The message says what to hold equal."""
    fit = cfa(TWO, regional(), group="region")
    with pytest.raises(ModelError, match="fit it with group_equal"):
        equality_score_tests(fit)
