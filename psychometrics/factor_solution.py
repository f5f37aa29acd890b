"""The result of an exploratory factor analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from psychometrics._plain import plain
from psychometrics._shown import as_html, as_text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics._correlation import Kind
    from psychometrics._factor_fit import FactorFit
    from psychometrics.factor_scores import FactorScores, ScoreMethod
    from psychometrics.rotation import Rotation

    Array = NDArray[np.float64]

Method: TypeAlias = Literal["minres", "ml", "pa", "principal"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, repr=False)
class FactorSolution:
    """Loadings of p items on m factors, factors in order of the variance they explain.

    Parameters
    ----------
    items : the p item names. method, rotation : as asked for; None: unrotated.
    pattern : (p, m) standardised regressions of items on factors, Λ.
    phi : (m, m) correlations of the factors, Φ; the identity unless the rotation is oblique.
    rotation_matrix : (m, m) M with Λ = Λ_unrotated M, Φ = (M'M)⁻¹.
    eigenvalues : (p,) of the correlations, largest first, for a scree plot.
    correlations : (p, p) what was analysed, of the kind `correlation`.
    fit : chi2, RMSEA and the like.
    n_used : interviews analysed, None for a matrix without n. n_dropped : left out as incomplete.
    converged : extraction and rotation both ended where their gradient vanishes.
    warnings : what a reader must know before trusting the figures.
    """

    items: tuple[str, ...]
    pattern: Array
    phi: Array
    rotation_matrix: Array
    eigenvalues: Array
    correlations: Array
    fit: FactorFit
    method: Method
    rotation: Rotation | None
    correlation: Kind
    n_used: int | None
    n_dropped: int
    converged: bool
    warnings: tuple[str, ...]
    _centre: tuple[Array, Array] | None = field(default=None, compare=False)
    _data: Any = field(default=None, compare=False)

    @property
    def factor_names(self) -> tuple[str, ...]:
        """``F1`` … ``Fm``."""
        return tuple(f"F{k + 1}" for k in range(self.pattern.shape[1]))

    @property
    def loadings(self) -> pd.DataFrame:
        """Pattern Λ, items × factors."""
        return self._by_item(self.pattern)

    @property
    def unrotated(self) -> pd.DataFrame:
        """Loadings before the rotation, items × factors."""
        return self._by_item(self.pattern @ np.linalg.inv(self.rotation_matrix))

    @property
    def structure(self) -> pd.DataFrame:
        """Correlations of items with factors, ΛΦ, items × factors."""
        return self._by_item(self.pattern @ self.phi)

    @property
    def factor_correlations(self) -> pd.DataFrame:
        """Φ, factors × factors."""
        import pandas as pd

        return pd.DataFrame(self.phi, index=self.factor_names, columns=self.factor_names)

    @property
    def communalities(self) -> pd.Series[float]:
        """Share of each item's variance that the factors explain, diag(ΛΦΛ')."""
        import pandas as pd

        return pd.Series(communality(self.pattern, self.phi), index=self.items, name="communality")

    @property
    def uniquenesses(self) -> pd.Series[float]:
        """1 − communality."""
        return (1 - self.communalities).rename("uniqueness")

    @property
    def residuals(self) -> pd.DataFrame:
        """Correlations less those the factors imply, R − ΛΦΛ'; uniquenesses on the diagonal."""
        import pandas as pd

        left = self.correlations - self.pattern @ self.phi @ self.pattern.T
        return pd.DataFrame(left, index=list(self.items), columns=list(self.items))

    @property
    def determinacy(self) -> pd.Series[float]:
        """Correlation of each factor with its best estimate from the items, sqrt diag(S'R⁻¹S).

        S = ΛΦ. The root of ``psych::fa()$R2``; between √2/2 and .9 two sets of scores that fit
        equally well may rank people differently (Grice 2001, 10.1037/1082-989X.6.4.430).
        """
        import pandas as pd

        structure = self.pattern @ self.phi
        squared = np.sum(structure * np.linalg.solve(self.correlations, structure), axis=0)
        return pd.Series(np.sqrt(squared), index=list(self.factor_names), name="determinacy")

    @property
    def variance(self) -> pd.DataFrame:
        """Rows as ``psych::fa()$Vaccounted``, columns the factors; SS loadings = diag(ΦΛ'Λ)."""
        import pandas as pd

        explained = np.diag(self.phi @ self.pattern.T @ self.pattern)
        shares, parts = explained / len(self.items), explained / explained.sum()
        rows = {
            "SS loadings": explained,
            "Proportion Var": shares,
            "Cumulative Var": np.cumsum(shares),
            "Proportion Explained": parts,
            "Cumulative Proportion": np.cumsum(parts),
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(self.factor_names))

    def scores(self, data: Any = None, method: ScoreMethod = "regression") -> FactorScores:
        """Estimated factor scores; see `psychometrics.factor_scores.factor_scores`.

        Parameters
        ----------
        data : the interviews to score; None: those that were analysed.
        method : "regression", "bartlett" or "tenBerge".

        Raises
        ------
        EfaError
            no data to score, or items that are not those analysed.
        """
        from psychometrics.factor_scores import factor_scores

        return factor_scores(self, self._data if data is None else data, method)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: by name for items and factors, None for what is not."""
        return {
            "items": list(self.items),
            "factors": list(self.factor_names),
            "method": self.method,
            "rotation": self.rotation,
            "correlation": self.correlation,
            "loadings": plain(self.pattern),
            "factor_correlations": plain(self.phi),
            "rotation_matrix": plain(self.rotation_matrix),
            "structure": plain(self.pattern @ self.phi),
            "communalities": plain(communality(self.pattern, self.phi)),
            "uniquenesses": plain(1 - communality(self.pattern, self.phi)),
            "determinacy": plain(self.determinacy.to_numpy()),
            "variance": {str(row): plain(v.to_numpy()) for row, v in self.variance.iterrows()},
            "eigenvalues": plain(self.eigenvalues),
            "fit": self.fit.to_dict(),
            "n_used": self.n_used,
            "n_dropped": self.n_dropped,
            "converged": self.converged,
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        return as_text(self._head, [self._table], self.warnings)

    def _repr_html_(self) -> str:
        tables = [self._table] if self.pattern.shape[1] == 1 else [self._table, self._between]
        return as_html(self._head, tables, self.warnings)

    @property
    def _head(self) -> str:
        fit = self.fit
        return (
            f"FactorSolution: {self.method}, rotation {self.rotation}, n = {self.n_used}, "
            f"chi2({fit.df}) = {fit.chi2:.2f}, RMSEA {fit.rmsea:.3f}, TLI {fit.tli:.3f}, "
            f"RMSR {fit.rmsr:.3f}, {'converged' if self.converged else 'NOT CONVERGED'}"
        )

    @property
    def _table(self) -> pd.DataFrame:
        return self.loadings.assign(communality=self.communalities)

    @property
    def _between(self) -> pd.DataFrame:
        return self.factor_correlations.assign(determinacy=self.determinacy)

    def _by_item(self, values: Array) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(values, index=list(self.items), columns=list(self.factor_names))


def communality(pattern: Array, phi: Array) -> Array:
    """(p,) diag(ΛΦΛ')."""
    explained: Array = np.einsum("ij,jk,ik->i", pattern, phi, pattern)
    return explained
