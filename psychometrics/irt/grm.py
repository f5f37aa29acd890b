"""Samejima's graded response model: how strongly, and where, each item tells people apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from psychometrics._plain import plain
from psychometrics._threads import one_thread
from psychometrics.irt import _tables
from psychometrics.irt._answers import GradedAnswers, IrtError, graded_answers
from psychometrics.irt._estimate import Estimate, estimate
from psychometrics.irt._estimate_checks import check_settings, oriented, said_of
from psychometrics.irt._louis import observed_covariance
from psychometrics.irt._start import NORMAL
from psychometrics.irt.information import TestInformation, information_at, probabilities_at
from psychometrics.irt.item_fit import ItemFit, item_fit_of
from psychometrics.irt.local_dependence import LocalDependence, local_dependence_of
from psychometrics.irt.scores import ScoreMethod, TraitScores, trait_scores

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["GradedModel", "IrtError", "grm"]

_ALONG = tuple(np.linspace(-4, 4, 81).tolist())


@dataclass(frozen=True, repr=False)
class GradedModel:
    """A fitted graded response model of p items on D independent standard normal traits.

    P(answer in category k or above) = 1 / (1 + exp(−(a'θ + dₖ))), and with one trait
    a θ + dₖ = a (θ − bₖ).

    Parameters
    ----------
    items : the p item names.
    categories : for every item the answers that occur, ascending.
    slopes : (p, D) a. intercepts : (p, K − 1) d, descending, NaN where an item has fewer.
    loglik : marginal log-likelihood. n_parameters : freely estimated.
    n_used : interviews with at least one answer. points : nodes per dimension.
    passes : evaluations of the likelihood. converged : the maximum was reached.
    warnings : what a reader must know before trusting the figures.
    """

    items: tuple[str, ...]
    categories: tuple[tuple[int, ...], ...]
    slopes: Array
    intercepts: Array
    loglik: float
    n_parameters: int
    n_used: int
    points: int
    passes: int
    converged: bool
    warnings: tuple[str, ...]
    _answers: GradedAnswers = field(compare=False)
    _estimate: Estimate = field(compare=False)

    @property
    def dimensions(self) -> int:
        """Number of traits."""
        return int(self.slopes.shape[1])

    @property
    def aic(self) -> float:
        """−2 ln L + 2 q."""
        return -2 * self.loglik + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """−2 ln L + q ln n, n the interviews or the sum of their weights."""
        return -2 * self.loglik + self.n_parameters * float(np.log(self._answers.weight))

    @cached_property
    def covariance(self) -> Array:
        """(q, q) of the estimates, from the observed information; item by item a…, d₁, d₂, …

        NaN throughout when no maximum was found.
        """
        if not self.converged:
            return np.full((len(self._estimate.parameters.vector),) * 2, np.nan)
        with one_thread():
            return observed_covariance(
                self._answers, self._estimate.parameters, self._estimate.grid
            )

    @property
    def parameters(self) -> pd.DataFrame:
        """One row per item: a, b1 …, d1 …, each with its standard error (``_se``).

        Standard errors come from the observed information, those of b by the delta method.
        Column k belongs to the boundary below ``lowest category + k``; it is empty where nobody
        chose that category. With two traits a1, a2 and d1 …; slopes then have no standard error,
        since any rotation of them fits alike. R: ``coef(mirt(x, 1, "graded"), IRTpars = TRUE)``.
        """
        return _tables.wide(self.items, self.categories, self._estimate.parameters, self.covariance)

    @property
    def loadings(self) -> pd.DataFrame:
        """Items × traits: correlations with a normal response behind the answers, unrotated.

        λ = s / sqrt(1 + s's) with s = a / 1.702, on the principal axes of the slopes; rotate with
        `psychometrics.rotation.rotate`. R: ``summary(fit, rotate = "none")``.
        """
        import pandas as pd

        s = self.slopes / NORMAL
        names = ["F1", "F2"][: self.dimensions]
        values = s / np.sqrt(1 + (s**2).sum(axis=1, keepdims=True))
        return pd.DataFrame(values, index=list(self.items), columns=names)

    @property
    def thresholds(self) -> pd.DataFrame:
        """One row per boundary: item, boundary (``"2|3"``), b with standard error and interval.

        Raises
        ------
        IrtError
            two traits: a boundary then lies along a line, not at a point.
        """
        if self.dimensions > 1:
            raise IrtError("Boundaries lie at points of one trait only; see d1 … in parameters.")
        return _tables.long(self.items, self.categories, self._estimate.parameters, self.covariance)

    def probabilities(self, theta: ArrayLike) -> pd.DataFrame:
        """Item characteristic curves, long: theta, item, category, probability. One trait."""
        return probabilities_at(self.items, self.categories, self._estimate, theta)

    def information(self, theta: ArrayLike = _ALONG) -> TestInformation:
        """Information of items and test, standard error and reliability at trait values.

        I(θ) = Σ a² (Fₖ' − Fₖ₊₁')² / Pₖ. The marginal reliability averages I / (I + 1) over the
        trait: R ``marginal_rxx(fit)``. One trait; by default from −4 to 4 in steps of 0.1.
        """
        return information_at(self.items, self._estimate, theta)

    def scores(self, method: ScoreMethod = "EAP") -> TraitScores:
        """Trait values of all interviews with standard errors, in the order of the data.

        "EAP": mean and standard deviation of the posterior. "MAP": its mode; error from the
        curvature there. "WLE": Warm's weighted likelihood, without a prior, finite for those who
        chose the lowest or highest category throughout; error 1 / sqrt(information). Warm 1989,
        10.1007/BF02294627. R: ``fscores(fit, method = , full.scores.SE = TRUE)``.

        Raises
        ------
        IrtError
            another method, or MAP or WLE with two traits.
        """
        with one_thread():
            return trait_scores(self._answers, self._estimate, method)

    def item_fit(self, smallest: float = 1.0) -> ItemFit:
        """S-X² of every item: answers observed and expected at each sum score.

        Cells that expect fewer than `smallest` answers are joined to the neighbouring category of
        the same score, thinnest first; χ² = Σ (O − E)² / E, df = Σ over scores of (cells − 1),
        minus the item's parameters. Only interviews without a missing answer. Orlando & Thissen
        2000, 10.1177/01466216000241003; for graded answers Kang & Chen 2008,
        10.1111/j.1745-3984.2008.00071.x. R: ``itemfit(fit, "S_X2")``, which joins cells by
        another rule.

        Raises
        ------
        IrtError
            too few complete interviews, two traits, `smallest` not positive.
        """
        if self.dimensions > 1 or not smallest > 0:
            raise IrtError("Item fit needs one trait and a smallest expectation above 0.")
        with one_thread():
            return item_fit_of(self._answers, self._estimate, smallest)

    def local_dependence(self) -> LocalDependence:
        """Yen's Q3: correlations of the residuals at the EAP scores.

        Yen 1984, 10.1177/014662168400800201; Christensen, Makransky & Horton 2017,
        10.1177/0146621616677520. R: ``residuals(fit, type = "Q3")``.
        """
        with one_thread():
            return local_dependence_of(self._answers, self._estimate)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; parameters as a list of rows."""
        fields = {key: value for key, value in plain(self).items() if key != "intercepts"}
        rows = self.parameters.to_dict("records")
        return {**fields, "aic": self.aic, "bic": self.bic, "parameters": plain(rows)}

    @property
    def _estimates(self) -> pd.DataFrame:
        """Slopes and boundaries without errors, which take longer."""
        q = len(self._estimate.parameters.vector)
        unknown = np.full((q, q), np.nan)
        table = _tables.wide(self.items, self.categories, self._estimate.parameters, unknown)
        return _tables.estimates(table)

    def __repr__(self) -> str:
        head = (
            f"GradedModel: {len(self.items)} items, {self.dimensions} trait(s), "
            f"n = {self.n_used}, log-likelihood {self.loglik:.2f}, AIC {self.aic:.1f}, "
            f"BIC {self.bic:.1f}, {'converged' if self.converged else 'NOT CONVERGED'}"
        )
        table = self._estimates.round(3).to_string()
        return "\n".join([head, table, *(f"Warning: {said}" for said in self.warnings)])

    def _repr_html_(self) -> str:
        from html import escape

        head, *_ = repr(self).splitlines()
        said = "".join(f"<p>Warning: {escape(warning)}</p>" for warning in self.warnings)
        table = self._estimates.to_html(float_format="{:.3f}".format, na_rep="")
        return f"<p>{escape(head)}</p>{table}{said}"


def grm(
    data: Any,
    dimensions: Literal[1, 2] = 1,
    *,
    weights: Any = None,
    points: int | None = None,
    tolerance: float = 1e-5,
    rng: np.random.Generator | None = None,
) -> GradedModel:
    """Samejima's graded response model by marginal maximum likelihood.

    The traits are standard normal; the likelihood is integrated on equally spaced nodes between
    −6 and 6. An item that somebody did not answer is left out for that interview alone, which is
    right when answers are missing at random. Samejima 1969, 10.1007/BF03372160; Bock & Aitkin
    1981, 10.1007/BF02293801. R: ``mirt(x, 1, itemtype = "graded", SE = TRUE)``, SE of type
    ``"Louis"`` or ``"Oakes"``.

    Parameters
    ----------
    data : Dataset (all its interviews: `select` first), DataFrame or array, interviews × items;
        whole numbers, NaN where not answered.
    dimensions : 1, or 2 for an exploratory model.
    weights : (n,) how often each interview counts; 0 leaves it out.
    points : nodes per dimension; without it at least 41, and as many as keep their distance near
        the smallest standard error of a trait.
    tolerance : the search ends with a step that moves no parameter further than this; such a step
        leaves an error several times smaller.
    rng : draws the subsample on which the search begins when there are many interviews; without
        it a fixed one. The result does not depend on it beyond `tolerance`.

    Raises
    ------
    IrtError
        fewer than three items or 30 interviews, an item that everybody answered alike, answers
        that are not categories, a setting out of range.
    """
    check_settings(dimensions, points, tolerance)
    with one_thread():
        answers = graded_answers(data, weights, fewest_items=3 if dimensions == 1 else 6)
        generator = np.random.default_rng(0) if rng is None else rng
        found = oriented(estimate(answers, dimensions, points, tolerance, generator))
    parameters = found.parameters
    return GradedModel(
        items=answers.items,
        categories=answers.values,
        slopes=parameters.slopes,
        intercepts=np.where(parameters.real, parameters.intercepts, np.nan),
        loglik=found.loglik,
        n_parameters=int(parameters.free.sum()) - dimensions * (dimensions - 1) // 2,
        n_used=answers.n_used,
        points=found.grid.points,
        passes=found.passes,
        converged=found.converged,
        warnings=(*answers.warnings, *said_of(answers, found)),
        _answers=answers,
        _estimate=found,
    )
