"""Estimated factor scores, with how far they can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._correlation import EfaError
from psychometrics._matrix import as_matrix
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.factor_solution import communality

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.factor_solution import FactorSolution

    Array = NDArray[np.float64]

ScoreMethod: TypeAlias = Literal["regression", "bartlett", "tenBerge"]
SCORE_METHODS: tuple[ScoreMethod, ...] = get_args(ScoreMethod)

ENOUGH = 0.90
"""A determinacy below this is warned of (Gorsuch 1983; Grice 2001, 10.1037/1082-989X.6.4.430)."""


@dataclass(frozen=True, repr=False, eq=False)
class FactorScores:
    """Scores of n interviews on m factors.

    Parameters
    ----------
    values : (n, m) in the order of the data, NaN where an answer is missing.
    weights : (p, m) of standardised answers.
    determinacy : (m,) correlation of a factor with its best estimate, whatever the method.
    validity : (m,) correlation of these scores with their factor; at most the determinacy.
    score_correlations : (m, m) of the scores with each other, to be held against Φ.
    n_used, n_dropped : interviews scored, and left NaN.
    """

    values: Array
    weights: Array
    determinacy: Array
    validity: Array
    score_correlations: Array
    items: tuple[str, ...]
    factors: tuple[str, ...]
    method: ScoreMethod
    n_used: int
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Interviews × factors."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.factors))

    @property
    def quality(self) -> pd.DataFrame:
        """Rows the factors; columns determinacy, validity."""
        import pandas as pd

        columns = {"determinacy": self.determinacy, "validity": self.validity}
        return pd.DataFrame(columns, index=list(self.factors))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, [self.quality], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.quality], self.warnings)

    @property
    def _head(self) -> str:
        return f"FactorScores: {self.method}, n = {self.n_used}, {self.n_dropped} not scored"


def factor_scores(
    solution: FactorSolution, data: Any, method: ScoreMethod = "regression"
) -> FactorScores:
    """Scores from the answers to the items of a factor solution.

    With S = ΛΦ, U² the uniquenesses and z the answers standardised by the means and standard
    deviations of those that were analysed (by their own where a matrix was analysed), scores zW:

    - regression: W = R⁻¹S; closest to the factors (Thurstone 1935)
    - bartlett: W = U⁻²Λ(Λ'U⁻²Λ)⁻¹; unbiased for each person (Bartlett 1937,
      10.1111/j.2044-8295.1937.tb00863.x)
    - tenBerge: W = R^-½ C Φ^½, C = R^-½ L (L'R⁻¹L)^-½, L = ΛΦ^½; correlated as the factors are
      (ten Berge, Krijnen, Wansbeek & Shapiro 1999, 10.1016/S0024-3795(97)10007-6)

    Equals ``psych::factor.scores(x, f, Phi, method=)``; there `method` is "Thurstone", "Bartlett"
    or "tenBerge". Principal components have regression scores only, which are exact.

    Parameters
    ----------
    solution : from `psychometrics.efa`.
    data : Dataset, DataFrame with the items among its columns, or array (n, p) in their order.

    Raises
    ------
    EfaError
        no data, an unknown method, a Heywood case with Bartlett's method.
    DatasetError
        an item is not in the data.
    """
    if data is None:
        raise EfaError("This solution holds no answers; give the answers to be scored.")
    if method not in SCORE_METHODS:
        raise EfaError(f"There is no method {method!r}; choose one of {', '.join(SCORE_METHODS)}.")
    answers, _ = as_matrix(data, items=solution.items)
    with one_thread():
        weights = _weights(solution, method)
        values = _standardised(answers, solution) @ weights
    structure = solution.pattern @ solution.phi
    products = weights.T @ solution.correlations @ weights
    spread = np.sqrt(np.diag(products))
    determinacy = np.asarray(solution.determinacy, np.float64)
    unscored = int(np.isnan(values).any(axis=1).sum())
    return FactorScores(
        values=values,
        weights=weights,
        determinacy=determinacy,
        validity=np.sum(weights * structure, axis=0) / spread,
        score_correlations=products / np.outer(spread, spread),
        items=solution.items,
        factors=solution.factor_names,
        method=method,
        n_used=len(values) - unscored,
        n_dropped=unscored,
        converged=solution.converged,
        warnings=(*_weak(solution, determinacy), *_rough(solution)),
    )


def _weights(solution: FactorSolution, method: ScoreMethod) -> Array:
    pattern, phi, R = solution.pattern, solution.phi, solution.correlations
    if solution.method == "principal" and method != "regression":
        raise EfaError("Principal components have regression scores only, which are exact.")
    if method == "regression":
        return np.asarray(np.linalg.solve(R, pattern @ phi), np.float64)
    if method == "tenBerge":
        oblique = _power(phi, 0.5)
        whitened = _power(R, -0.5) @ pattern @ oblique
        turned = whitened @ _power(whitened.T @ whitened, -0.5) @ oblique
        return np.asarray(_power(R, -0.5) @ turned, np.float64)
    unique: Array = 1 - communality(pattern, phi)
    if (unique <= 0).any():
        items = ", ".join(solution.items[j] for j in np.flatnonzero(unique <= 0))
        raise EfaError(
            f"Bartlett's scores divide by uniquenesses, which are not positive for {items}; use "
            f"regression, or fewer factors."
        )
    weighted = pattern / unique[:, None]
    return np.asarray(weighted @ np.linalg.inv(pattern.T @ weighted), np.float64)


def _power(matrix: Array, exponent: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**exponent) @ vectors.T, np.float64)


def _standardised(answers: Array, solution: FactorSolution) -> Array:
    centre = solution._centre
    if centre is None:
        complete = answers[~np.isnan(answers).any(axis=1)]
        if len(complete) < 2 or (np.ptp(complete, axis=0) == 0).any():
            raise EfaError(
                "The answers cannot be standardised: fewer than two complete interviews, or an "
                "item without variation. Analyse answers instead of a matrix, or score more."
            )
        centre = complete.mean(axis=0), complete.std(axis=0, ddof=1)
    means, deviations = centre
    standardised: Array = (answers - means) / deviations
    return standardised


def _weak(solution: FactorSolution, determinacy: Array) -> list[str]:
    return [
        f"The determinacy of factor {name} is {value:.2f}, below {ENOUGH:.2f}: another set of "
        f"scores that fits as well may order people differently."
        for name, value in zip(solution.factor_names, determinacy, strict=True)
        if value < ENOUGH
    ]


def _rough(solution: FactorSolution) -> list[str]:
    if solution.correlation == "pearson":
        return []
    return [
        "Weights come from polychoric correlations and are applied to the answers as they are: "
        "determinacy and validity hold for the continuous responses behind them."
    ]
