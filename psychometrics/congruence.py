"""Tucker's congruence: are the factors of one analysis those of another?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._correlation import EfaError
from psychometrics._matrix import as_matrix
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics.factor_solution import FactorSolution

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FAIR, EQUAL = 0.85, 0.95
"""From the first on factors are fairly similar, from the second on equal, by the judgement of
experts (Lorenzo-Seva & ten Berge 2006, 10.1027/1614-2241.2.2.57)."""


@dataclass(frozen=True, repr=False, eq=False)
class Congruence:
    """Factors of an analysis beside the k factors of a reference.

    Parameters
    ----------
    coefficients : (k,) congruence of each reference factor with the factor paired with it, whose
        signs are turned to agree; NaN where the analysis has too few factors.
    pairs : the factor paired with each reference factor, None where there is none.
    matrix : (m, k) congruence of every factor with every reference factor, signs as they are.
    aligned : (p, k) loadings in the order and with the signs of the reference, NaN for a factor
        that is not there.
    by_item : (p,) congruence of an item's loadings, over all paired factors.
    overall : of all loadings of all paired factors.
    n_used : interviews behind the loadings, where they are known.
    """

    coefficients: Array
    pairs: tuple[str | None, ...]
    matrix: Array
    aligned: Array
    by_item: Array
    overall: float
    items: tuple[str, ...]
    factors: tuple[str, ...]
    reference: tuple[str, ...]
    n_used: int | None
    converged: bool
    warnings: tuple[str, ...]

    @property
    def lowest(self) -> float:
        """The smallest coefficient; NaN when a reference factor has no partner."""
        return float(self.coefficients.min())

    @property
    def table(self) -> pd.DataFrame:
        """Reference factors × factor, congruence, verdict."""
        import pandas as pd

        columns = {
            "factor": list(self.pairs),
            "congruence": self.coefficients,
            "verdict": [verdict(value) for value in self.coefficients],
        }
        return pd.DataFrame(columns, index=list(self.reference))

    @property
    def item_table(self) -> pd.Series[float]:
        """Congruence of each item's loadings, by item name."""
        import pandas as pd

        return pd.Series(self.by_item, index=list(self.items), name="congruence")

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)

    @property
    def _head(self) -> str:
        return f"Congruence: lowest {self.lowest:.3f}, overall {self.overall:.3f}"


def congruence(loadings: Any, reference: Any, *, procrustes: bool = False) -> Congruence:
    """Tucker's congruence of factors with those of a reference, best paired.

    φ = Σ λ λ* / √(Σ λ² Σ λ*²) over items. Tucker 1951. Equals ``psych::fa.congruence(x, y)``.
    Factors are paired so that the sum of absolute coefficients is largest.

    Parameters
    ----------
    loadings, reference : FactorSolution, DataFrame (items × factors) or array (p, m), (p, k). By
        name items are matched by name, else by place.
    procrustes : turn the loadings orthogonally towards the reference first (Schönemann 1966,
        10.1007/BF02289451), as is usual between languages: what remains different is no matter of
        rotation. It raises coefficients, also of factors that are not the same.

    Raises
    ------
    EfaError
        items that do not match, a loading missing, or with `procrustes` another number of factors.
    """
    pattern, items, factors = _read(loadings)
    wanted, of_reference, names = _read(reference)
    order = _matched(items, of_reference, _named(loadings) and _named(reference))
    pattern = pattern[order]
    if procrustes:
        if pattern.shape != wanted.shape:
            raise EfaError(
                f"{pattern.shape[1]} factors cannot be turned towards {wanted.shape[1]}; compare "
                f"as many factors, or leave procrustes out."
            )
        left, _, right = np.linalg.svd(pattern.T @ wanted)
        pattern = pattern @ (left @ right)
    matrix = _coefficients(pattern, wanted)
    source, place = _paired(matrix)
    signs = np.where(matrix[source, place] < 0, -1.0, 1.0)
    aligned = np.full(wanted.shape, np.nan)
    aligned[:, place] = pattern[:, source] * signs
    coefficients = np.full(len(names), np.nan)
    coefficients[place] = np.abs(matrix[source, place])
    partner = dict(zip(place.tolist(), source.tolist(), strict=True))
    return Congruence(
        coefficients=coefficients,
        pairs=tuple(factors[partner[k]] if k in partner else None for k in range(len(names))),
        matrix=matrix,
        aligned=aligned,
        by_item=_coefficient(aligned[:, place], wanted[:, place]),
        overall=float(_coefficient(aligned[:, place].ravel(), wanted[:, place].ravel())),
        items=of_reference,
        factors=factors,
        reference=names,
        n_used=loadings.n_used if isinstance(loadings, FactorSolution) else None,
        converged=all(
            given.converged for given in (loadings, reference) if isinstance(given, FactorSolution)
        ),
        warnings=_said(coefficients, names, procrustes),
    )


def verdict(coefficient: float) -> str:
    """In words: "equal", "fair", "not similar" or "no partner"."""
    if np.isnan(coefficient):
        return "no partner"
    if coefficient >= EQUAL:
        return "equal"
    return "fair" if coefficient >= FAIR else "not similar"


def _named(given: Any) -> bool:
    return isinstance(given, FactorSolution) or hasattr(given, "columns")


def _read(given: Any) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Loadings, item names, factor names."""
    if isinstance(given, FactorSolution):
        return given.pattern, given.items, given.factor_names
    matrix, columns = as_matrix(given)
    if not np.isfinite(matrix).all():
        raise EfaError("A loading is missing; give complete loadings.")
    if hasattr(given, "columns"):
        return matrix, tuple(str(item) for item in given.index), columns
    items = tuple(f"item{j + 1}" for j in range(len(matrix)))
    return matrix, items, tuple(f"F{k + 1}" for k in range(matrix.shape[1]))


def _matched(items: tuple[str, ...], reference: tuple[str, ...], by_name: bool) -> list[int]:
    """Where the reference's items stand in the loadings."""
    if len(items) != len(reference) or (by_name and set(items) != set(reference)):
        apart = sorted(set(items) ^ set(reference)) if by_name else []
        raise EfaError(
            f"The loadings have {len(items)} items, the reference {len(reference)}"
            f"{': not in both are ' + ', '.join(apart) if apart else ''}; give the same items."
        )
    return [items.index(item) for item in reference] if by_name else list(range(len(items)))


def _coefficients(pattern: Array, wanted: Array) -> Array:
    """(m, k) congruence of every column with every column; 0 for a column of zeros."""
    return _coefficient(pattern.T[:, None, :], wanted.T[None, :, :])


def _coefficient(one: Array, other: Array) -> Array:
    """Congruence along the last axis; 0 where either is all zero."""
    products = np.asarray(np.sum(one * other, axis=-1), np.float64)
    lengths = np.sqrt(np.sum(one**2, axis=-1) * np.sum(other**2, axis=-1))
    safe = np.where(lengths > 0, lengths, 1.0)
    return np.asarray(products / safe, np.float64)


def _paired(matrix: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    from scipy.optimize import linear_sum_assignment

    source, place = linear_sum_assignment(np.abs(matrix), maximize=True)
    return np.asarray(source, np.intp), np.asarray(place, np.intp)


def _said(coefficients: Array, names: tuple[str, ...], procrustes: bool) -> tuple[str, ...]:
    said = [
        f"Factor {name} has no partner: there are fewer factors than in the reference."
        for name, value in zip(names, coefficients, strict=True)
        if np.isnan(value)
    ]
    if procrustes:
        said.append("Loadings were turned towards the reference, which raises congruence.")
    return tuple(said)
