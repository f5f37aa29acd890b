"""Does each item follow its curve? Observed and expected answers at each sum score (S-X²)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc

from psychometrics._plain import plain_fields
from psychometrics.irt._answers import IrtError
from psychometrics.irt._probabilities import boundaries, log_probabilities
from psychometrics.multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers
    from psychometrics.irt._estimate import Estimate

    Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class ItemFit:
    """S-X² of every item, on the interviews that answered all items.

    Parameters
    ----------
    items : the p item names. chi2, df, p, q : (p,) statistic, degrees of freedom, p value, and p
        adjusted over the items (Benjamini–Hochberg); NaN where no degree of freedom is left.
    rmsea : (p,) sqrt(max(0, (χ² − df) / (df (n − 1)))).
    smallest : expected answers that a cell must hold. n_used : complete interviews.
    """

    items: tuple[str, ...]
    chi2: Array
    df: NDArray[np.intp]
    p: Array
    q: Array
    rmsea: Array
    smallest: float
    n_used: int
    warnings: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per item: chi2, df, p, q, rmsea."""
        import pandas as pd

        names = ("chi2", "df", "p", "q", "rmsea")
        columns = {name: getattr(self, name) for name in names}
        return pd.DataFrame(columns, index=pd.Index(self.items, name="item"))

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        said = [f"Warning: {warning}" for warning in self.warnings]
        head = f"ItemFit: S-X², n = {self.n_used} complete interviews"
        return "\n".join([head, self.table.round(3).to_string(), *said])


def item_fit_of(answers: GradedAnswers, found: Estimate, smallest: float) -> ItemFit:
    """S-X² of a fitted model with one trait; see `GradedModel.item_fit`."""
    complete = answers.take(np.flatnonzero((answers.codes >= 0).all(axis=1)))
    n = complete.weight
    if n < 2 * int((answers.categories - 1).sum()):
        raise IrtError(
            f"{n:.0f} interviews answered every item; too few for item fit by sum score. Leave "
            f"out items that are often missing."
        )
    curves = np.exp(
        log_probabilities(found.parameters, boundaries(found.parameters, found.grid.nodes))
    )
    totals = complete.codes.sum(axis=1, dtype=np.intp)
    rows = []
    for j in range(answers.p):
        observed = _observed(complete, totals, j)
        expected = _expected(curves, answers.categories, found.grid.prior, j)
        expected *= observed.sum(axis=1, keepdims=True)
        chi2, free = _compare(observed, expected, smallest)
        rows.append((chi2, free - int(answers.categories[j])))
    return _result(
        answers, np.array([row[0] for row in rows]), [row[1] for row in rows], n, smallest
    )


def _result(
    answers: GradedAnswers, chi2: Array, freedom: list[int], n: float, smallest: float
) -> ItemFit:
    df = np.array(freedom, np.intp)
    some = df > 0
    p, q, rmsea = (np.full(len(df), np.nan) for _ in range(3))
    p[some] = chdtrc(df[some], chi2[some])
    q[some] = benjamini_hochberg(p[some])
    rmsea[some] = np.sqrt(np.maximum(0.0, (chi2 - df)[some] / (df[some] * (n - 1))))
    lost = [item for item, left in zip(answers.items, some, strict=True) if not left]
    said = f"No degrees of freedom are left for {', '.join(lost)}: too few interviews per score."
    return ItemFit(
        items=answers.items,
        chi2=np.where(some, chi2, np.nan),
        df=np.maximum(df, 0),
        p=p,
        q=q,
        rmsea=rmsea,
        smallest=smallest,
        n_used=round(n),
        warnings=(said,) if lost else (),
    )


def _observed(complete: GradedAnswers, totals: NDArray[np.intp], item: int) -> Array:
    """(S, K) interviews by sum score and answer to the item."""
    K = int(complete.categories[item])
    S = int((complete.categories - 1).sum()) + 1
    place = totals * K + complete.codes[:, item]
    return np.bincount(place, complete.counts, minlength=S * K).astype(np.float64).reshape(S, K)


def _expected(curves: Array, categories: NDArray[np.intp], prior: Array, item: int) -> Array:
    """(S, K) share of each answer to the item among those with a sum score, under the model."""
    rest = [curves[j, : categories[j]] for j in range(len(categories)) if j != item]
    others = score_distribution(rest)
    own = curves[item, : categories[item]]
    S = int((categories - 1).sum()) + 1
    joint = np.zeros((S, len(own)))
    for k, curve in enumerate(own):
        joint[k : k + len(others), k] = others @ (curve * prior)
    share: Array = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
    return share


def score_distribution(curves: list[Array]) -> Array:
    """(S, Q) probability of every sum score at every node, item by item.

    Recursion of Lord & Wingersky 1984, 10.1177/014662168400800409, for graded answers.
    """
    scores = np.ones((1, curves[0].shape[1]))
    for curve in curves:
        longer = np.zeros((len(scores) + len(curve) - 1, scores.shape[1]))
        for k, probability in enumerate(curve):
            longer[k : k + len(scores)] += scores * probability
        scores = longer
    return scores


def _compare(observed: Array, expected: Array, smallest: float) -> tuple[float, int]:
    """χ² over cells, and Σ (cells of a score − 1)."""
    chi2, free = 0.0, 0
    for seen, thought in zip(observed, expected, strict=True):
        cells = _joined(seen, thought, smallest)
        if len(cells) > 1:
            chi2 += sum((o - e) ** 2 / e for o, e in cells)
            free += len(cells) - 1
    return chi2, free


def _joined(observed: Array, expected: Array, smallest: float) -> list[tuple[float, float]]:
    """Cells of one score, the thinnest joined to its thinner neighbour until all are filled."""
    possible = expected > 0
    cells = list(zip(observed[possible].tolist(), expected[possible].tolist(), strict=True))
    while len(cells) > 1:
        thin = min(range(len(cells)), key=lambda k: cells[k][1])
        if cells[thin][1] >= smallest:
            break
        sides = [k for k in (thin - 1, thin + 1) if 0 <= k < len(cells)]
        near = min(sides, key=lambda k: cells[k][1])
        low = min(thin, near)
        (o1, e1), (o2, e2) = cells[low], cells[low + 1]
        cells[low : low + 2] = [(o1 + o2, e1 + e2)]
    return cells
