"""Draws of the factors that interviews may have, given their answers: plausible values.

Factor scores vary too little (regression) or too much (Bartlett), so that variances, correlations
and differences of groups worked out from them are wrong. Draws from the posterior of the factors
have the right moments, and what is worked out from several of them is combined by Rubin's rules.

Source: Mislevy 1991, 10.1007/BF02294457; Asparouhov & Muthén 2010 (plausible values for latent
variables); Rubin 1987, 10.1002/9780470316696.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._drawn_factors import FactorDraws
from psychometrics._plain import plain_fields
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.factor_scores import scored_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit

    Array = NDArray[np.float64]

ATTEMPTS = 50
"""Draws of the parameters for each one wanted, before the model counts as too uncertain."""
MANY = 0.2
"""Share of refused draws from which on a warning says so."""


@dataclass(frozen=True)
class Pooled:
    """A statistic over all draws, combined by Rubin's rules.

    `estimate` and `se`; `df` degrees of freedom of t; `missing`: the share of the variance that
    comes of not knowing the factors themselves.
    """

    estimate: float
    se: float
    df: float
    missing: float


@dataclass(frozen=True, repr=False, eq=False)
class PlausibleValues:
    """Draws of the factors of each interview.

    Parameters
    ----------
    values : (draws, n, m). rows : (n,) places of the interviews in the data.
    factors, groups : names. group : (n,) number of each interview's group from 0.
    """

    values: Array
    rows: NDArray[np.intp]
    factors: tuple[str, ...]
    groups: tuple[str, ...]
    group: NDArray[np.intp]
    n_used: int
    converged: bool
    warnings: tuple[str, ...] = field(default=())

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.values)

    def table(self, draw: int) -> pd.DataFrame:
        """One draw: interviews × factors, with groups a column ``group`` first."""
        import pandas as pd

        frame = pd.DataFrame(self.values[draw], columns=list(self.factors), index=self.rows)
        if len(self.groups) > 1:
            frame.insert(0, "group", np.array(self.groups, object)[self.group])
        return frame

    def tables(self) -> Iterator[pd.DataFrame]:
        """Every draw in turn, as a file or a statistic takes them."""
        return (self.table(draw) for draw in range(self.draws))

    def pooled(self, statistic: Callable[[pd.DataFrame], tuple[float, float]]) -> Pooled:
        """Combine a statistic over the draws.

        statistic : gives the estimate and its standard error from one `table`.
        R: ``mitools::MIcombine``.
        """
        found = np.array([statistic(table) for table in self.tables()], np.float64)
        within, between = float((found[:, 1] ** 2).mean()), float(found[:, 0].var(ddof=1))
        spread = (1 + 1 / self.draws) * between
        total = within + spread
        df = np.inf if spread == 0 else (self.draws - 1) * (total / spread) ** 2
        share = spread / total if total > 0 else 0.0
        return Pooled(float(found[:, 0].mean()), float(np.sqrt(total)), float(df), share)

    @cached_property
    def moments(self) -> pd.DataFrame:
        """Mean and standard deviation of each factor (in each group), and its correlations."""
        import pandas as pd

        rows = []
        for k, name in enumerate(self.groups):
            part = self.values[:, self.group == k]
            centred = part - part.mean(axis=1, keepdims=True)
            cov = (np.swapaxes(centred, 1, 2) @ centred / part.shape[1]).mean(axis=0)
            deviation = np.sqrt(np.diag(cov))
            r = cov / np.outer(deviation, deviation)
            for j, factor in enumerate(self.factors):
                row = {"group": name, "factor": factor, "mean": part[:, :, j].mean()}
                rows.append(
                    {**row, "sd": deviation[j], **dict(zip(self.factors, r[j], strict=True))}
                )
        frame = pd.DataFrame(rows)
        return frame if len(self.groups) > 1 else frame.drop(columns="group")

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    def __repr__(self) -> str:
        return as_text(f"<PlausibleValues: {self._head}>", [self.moments], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(f"Plausible values: {self._head}", [self.moments], self.warnings)

    @property
    def _head(self) -> str:
        return f"{self.draws} draws, n = {self.n_used}"


def plausible_values(
    fit: ModelFit, draws: int = 20, *, rng: np.random.Generator | None = None
) -> PlausibleValues:
    """Draws from the posterior of the factors of the interviews that a model was fitted to.

    For each draw, parameters are taken from the normal approximation of their uncertainty, then
    the factors from their distribution given the answers and these parameters: normal for
    continuous answers (each pattern of gaps its own), by a Metropolis chain around the posterior
    mode for ordered items.

    Parameters
    ----------
    draws : how many; 20 and more for standard errors that do not depend on chance.
    rng : source of chance; without it a fixed one, so that results can be repeated.

    ``semTools::plausibleValues`` does the same with parameters held at their estimates.

    Raises
    ------
    ModelError
        fewer than 2 draws, a model without factors or fitted to moments, or one whose parameters
        are so uncertain that hardly any draw of them makes sense.
    """
    if draws < 2:
        raise ModelError(f"{draws} draws cannot be combined; ask for at least 2, better 20.")
    if not fit.factors:
        raise ModelError("The model has no factor, so there is nothing to draw.")
    asked = scored_answers(fit, None, None)
    generator = np.random.default_rng(0) if rng is None else rng
    with one_thread():
        sampler = FactorDraws.of(fit, asked.matrix, asked.group)
        root = _root(fit.uncertainty.covariance)
        found: list[Array] = []
        refused = 0
        while len(found) < draws:
            if refused > ATTEMPTS * draws:
                raise ModelError(
                    "Hardly any draw of the parameters makes sense: a variance is too near 0 or a "
                    "correlation too near 1. Use a simpler model, or more interviews."
                )
            theta = fit.minimum.theta + root @ generator.standard_normal(root.shape[1])
            values = _drawn(fit, theta, sampler, generator)
            if values is None:
                refused += 1
            else:
                found.append(values)
    said = [*fit.warnings]
    if refused > MANY * (draws + refused):
        said.append(
            f"{refused} of {draws + refused} draws of the parameters made no sense and were left "
            f"out, so their uncertainty is understated; a variance is near 0."
        )
    return PlausibleValues(
        values=np.stack(found),
        rows=asked.index,
        factors=fit.factors,
        groups=fit.groups,
        group=asked.group,
        n_used=fit.n_used,
        converged=fit.converged,
        warnings=tuple(said),
    )


def _drawn(
    fit: ModelFit, theta: Array, sampler: FactorDraws, rng: np.random.Generator
) -> Array | None:
    """One draw of the factors at parameters θ; None where θ makes no sense."""
    parameters = fit.parameter_map
    if (parameters.residuals(theta, parameters.inequalities) < -1e-6).any():
        return None
    there = replace(fit, minimum=replace(fit.minimum, theta=theta))
    return sampler.draw(there, rng)


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    found: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return found
