"""Factor models against lavaan: estimates, errors, standardised values, chi2 and fit measures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.psychometrics.cfa.golden_fits import CASES, Case, close, parameter_columns


@pytest.mark.parametrize("case", CASES, ids=str)
class TestLikeLavaan:
    """Every case of every data set."""

    def test_parameters(self, case: Case):
        """Estimates, errors, intervals and standardised values equal lavaan's to 1e-6."""
        found = case.fit.parameters
        golden = parameter_columns(case.golden, found)
        for column in ("est", "ci_lower", "ci_upper", "std_lv", "std_all"):
            close(found[column], golden[column], rtol=1e-6, atol=1e-7, what=column)
        close(found["se"], golden["se"], rtol=2e-7, atol=1e-9, what="se")
        close(found["p"], golden["p"], rtol=1e-6, atol=1e-8, what="p")
        close(found["std_all_se"], golden["std_all_se"], rtol=1e-6, atol=1e-8, what="std_all_se")

    def test_statistic(self, case: Case):
        """chi2 equals lavaan's to 1e-8 (1e-7 of ordered items), plain and scaled."""
        fit, golden = case.fit, case.golden["fit"]
        precision = 2e-7 if fit.sample.ordinal else 1e-8
        close([fit.chi2], [golden["chisq"]], rtol=precision, what="chisq")
        assert fit.df == golden["df"]
        close([fit.p], [golden["pvalue"]], rtol=1e-6, atol=1e-12, what="pvalue")
        if fit.test.scaled is None:
            assert "chisq.scaled" not in golden
            return
        close([fit.test.scaled], [golden["chisq.scaled"]], rtol=2e-7, what="scaled")
        factor = golden["chisq.scaling.factor"]
        close([fit.test.scaling], [factor], rtol=1e-7, what="scaling factor")
        close([fit.test.scaled_p], [golden["pvalue.scaled"]], rtol=1e-6, atol=1e-12, what="p")

    def test_fit_measures(self, case: Case):
        """All fit measures equal lavaan's to 1e-6, and there are no others."""
        golden = {name: v for name, v in case.golden["fit"].items() if v is not None}
        found = {name: v for name, v in case.fit.fit_measures().items() if np.isfinite(v)}
        assert set(found) == set(golden)
        names = sorted(golden)
        close(
            [found[name] for name in names],
            [golden[name] for name in names],
            rtol=1e-6,
            atol=1e-7,
            what=", ".join(names),
        )
