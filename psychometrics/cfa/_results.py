"""What a researcher asks of a fit beside its parameters and measures."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas as pd

    from psychometrics.cfa.factor_scores import ScoreMethod
    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.residual_summary import RootMeanSquare
    from psychometrics.cfa.residuals import Moment, Residual


class Results:
    """The members of `ModelFit` that show what a model says and what it leaves open.

    Frames of one group come alone; with groups a dict holds one for each, by the group's name.
    """

    @property
    def _fit(self) -> ModelFit:
        return cast("ModelFit", self)

    @cached_property
    def implied_cov(self) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Covariances that the model implies (correlations of y* where items are ordered).

        R: ``lavInspect(fit, "implied")$cov``.
        """
        from psychometrics.cfa.implied_frames import implied_covariances

        return self._by_group(implied_covariances(self._fit))

    @cached_property
    def implied_mean(self) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Means that the model implies, a column ``mean``; ``lavInspect(fit, "implied")$mean``.

        Those of the sample where the model has no means.
        """
        from psychometrics.cfa.implied_frames import implied_means

        return self._by_group(implied_means(self._fit))

    @cached_property
    def implied_thresholds(self) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Thresholds that the model implies, a column ``threshold``.

        R: ``lavInspect(fit, "implied")$th``. Raises ModelError unless items are ordered.
        """
        from psychometrics.cfa.implied_frames import implied_thresholds

        return self._by_group(implied_thresholds(self._fit))

    def residuals(
        self, kind: Residual = "correlation", of: Moment = "covariances"
    ) -> pd.DataFrame | dict[str, pd.DataFrame]:
        """Sample moments less those implied.

        Parameters
        ----------
        kind : "raw"; "correlation", of correlations less implied correlations (Bollen 1989,
            10.1002/9781118619179); "normalized", divided by the standard error of the sample
            moment; "standardized", divided by the residual's own standard error and so, if the
            model holds, standard normal (Ogasawara 2001, 10.1007/BF02296195).
        of : "covariances" (items × items), "means" or "thresholds" (a column ``residual``).

        R: ``residuals(fit, type = kind)`` with "cor.bollen" for "correlation". Of models with
        parameters shared by groups "standardized" also counts the errors of the other groups,
        which lavaan leaves out; with ordered items in groups it divides Γ by the interviews of the
        group, lavaan by all; and it exists for least squares with continuous items, where lavaan
        has none.

        Raises ModelError for an unknown kind, or moments that the model does not have.
        """
        from psychometrics.cfa.residuals import residual_frames

        return self._by_group(residual_frames(self._fit, kind, of))

    def residual_summary(self, kind: RootMeanSquare = "srmr") -> pd.DataFrame:
        """Root mean square residuals with tests of exact and close fit (Maydeu-Olivares 2017,
        10.1007/s11336-016-9552-7).

        A row each for the covariances, the means (thresholds) and all; with groups for each group.
        Columns: value, se, exact_z, exact_p (whether residuals are 0), unbiased (estimate in the
        population), unbiased_se, ci_lower, ci_upper (90 %), close_z, close_p (whether it is .05).

        kind : "rmr" of raw residuals, "srmr" of standardised items, "crmr" of correlations.
        R: ``lavResiduals(fit, type = "cor.bentler")$summary`` ("raw", "cor.bollen").
        """
        from psychometrics.cfa.residual_summary import residual_summary

        return residual_summary(self._fit, kind)

    def modification_indices(self, minimum: float = 0.0, sort: bool = True) -> pd.DataFrame:
        """What freeing each parameter that is fixed or left out would bring, by score tests.

        Columns: lhs, op, rhs, group (from 1); mi, the expected fall of chi2 (Sörbom 1989,
        10.1007/BF02294623); epc, the expected value of the parameter; sepc_lv, sepc_all, sepc_nox,
        that in deviations of the factors, of items too, of all but observed predictors. With robust
        estimators also mi_robust, the generalised score test (Boos 1992,
        10.1080/00031305.1992.10475921), which answers that are not normal do not inflate; with
        WLSMV and DWLS mi itself has no chi2 distribution and only sorts.

        Rows: loadings of items on other factors, covariances of residuals and of factors,
        regressions among the variables that stand in one, and what is fixed. Equalities are not
        released here: see `psychometrics.equality_score_tests`.

        minimum : only indices of at least this; 3.84 is 5 % for a single, planned test.
        sort : by mi, largest first.
        R: ``modificationIndices(fit, sort. = TRUE, minimum.value = minimum)``, with expected
        information throughout; it gives no robust index, also regressions of observed predictors,
        and for variances the standardised value instead of the change.

        Raises ModelError where the information matrix is singular.
        """
        from psychometrics.cfa.modification import modification_indices

        return modification_indices(self._fit, minimum, sort)

    def r2(self) -> pd.DataFrame:
        """Explained share of the variance of every item, and of factors and outcomes explained.

        Rows the variables; a column ``r2``, or one for each group by its name. NaN where a residual
        variance is negative. R: ``lavInspect(fit, "rsquare")``.
        """
        from psychometrics.cfa.explained import explained_variance

        return explained_variance(self._fit)

    def scores(
        self,
        method: ScoreMethod = "regression",
        se: bool = False,
        *,
        data: Any = None,
        group: Any = None,
    ) -> pd.DataFrame:
        """Estimated factor scores.

        A row for each interview scored, by its place in the data (by the index of a DataFrame given
        here); a column for each factor, its error ``<factor>_se``, and with groups ``group``.
        ``attrs["determinacy"]`` holds the correlation of factors with their scores, by factor.

        Parameters
        ----------
        data : new answers; None for those the model was fitted to. Missing answers are left out of
            an interview's score, which then has its own error; with none at all it is NaN.
        method : "regression" (also called "ebm"), the expected value given the answers, shrunk
            towards the mean; "bartlett", unbiased given the factor but less certain. Of ordered
            items the posterior mode, whichever of "regression" and "ebm" is said; its errors come
            from the curvature there.
        se : whether errors are wanted.
        group : of new answers, the column or (n,) values that tell the groups.

        R: ``lavPredict(fit, newdata = data, method = method, se = "standard")``.

        Raises ModelError for new groups or answers that the model does not know, Bartlett scores of
        ordered items, and a model fitted to moments without `data`.
        """
        from psychometrics.cfa.factor_scores import score_frame

        return score_frame(self._fit, data, method, se, group)

    def score_quality(self, method: ScoreMethod = "regression") -> pd.DataFrame:
        """How far scores can be trusted: determinacy, the correlation of a factor with its score
        (Grice 2001, 10.1037/1082-989X.6.4.430), and reliability, its square.

        Of ordered items 1 less the mean squared error over the factor's variance. A row for each
        factor (and group). Determinacy below .90 does not bear decisions about single interviews.
        """
        from psychometrics.cfa.factor_scores import quality_frame

        return quality_frame(self._fit, method)

    def summary(self) -> str:
        """How the model was fitted, how well it fits, what must be known before trusting it, and
        its parameters by kind with errors, 95 % intervals and standardised values.

        R: ``summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE, ci = TRUE)``.
        """
        from psychometrics.cfa.summary import summary_text

        return summary_text(self._fit)

    def to_dict(self) -> dict[str, Any]:
        """Plain values: the call, n, groups, warnings, fit measures, parameters as dicts."""
        from psychometrics.cfa.summary import as_dict

        return as_dict(self._fit)

    def lavaan_script(self, data_file: str = "answers.csv", **columns: Any) -> str:
        """An R script that repeats the fit with lavaan; see `psychometrics.cfa.script`."""
        from psychometrics.cfa.script import lavaan_script

        return lavaan_script(self._fit, data_file, **columns)

    def __repr__(self) -> str:
        from psychometrics.cfa.summary import short_text

        return short_text(self._fit)

    def _repr_html_(self) -> str:
        from psychometrics.cfa.summary import html

        return html(self._fit)

    def _by_group(self, frames: list[pd.DataFrame]) -> pd.DataFrame | dict[str, pd.DataFrame]:
        if len(frames) == 1:
            return frames[0]
        return dict(zip(self._fit.groups, frames, strict=True))
