"""How many interviews a factor model needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._plain import plain_fields
from psychometrics._population import SimulationError
from psychometrics._power_result import chosen, summarised
from psychometrics._shown import as_html, as_text
from psychometrics.cfa.variables import variables_of
from psychometrics.power import FEWEST, study_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from psychometrics._power_result import Power
    from psychometrics._replications import Replications
    from psychometrics._study import Study
    from psychometrics.cfa.fit import ModelFit

__all__ = ["MinimumN", "Targets", "minimum_n"]

_SEED = 20240302
FIRST = 200
ZERO = 1e-8


@dataclass(frozen=True)
class Targets:
    """What a study must reach, for every parameter that counts.

    `power` at least; |relative bias| of estimates and of standard errors at most `bias` and
    `se_bias`; `coverage` of 95 % intervals within its two ends; share of fits that `converged` at
    least. Bounds of bias and coverage: Muthén & Muthén 2002, 10.1207/S15328007SEM0904_8.
    """

    power: float = 0.80
    bias: float = 0.10
    se_bias: float = 0.10
    coverage: tuple[float, float] = (0.91, 0.98)
    converged: float = 0.95


@dataclass(frozen=True, repr=False)
class MinimumN:
    """The smallest n that reaches the targets.

    Parameters
    ----------
    n : interviews of each group. total : of all groups.
    lower, upper : n of a group between which the one that power asks for lies with 95 %
        confidence, as the simulation has errors of its own; NaN where power decides nothing.
    binding : the parameter with the least power at n.
    tried : each n tried, with the least power and its simulation error, the largest biases, the
        coverage furthest from .95, the share converged, and what was not reached.
    at_n : the power analysis at n.
    """

    n: int
    total: int
    lower: float
    upper: float
    binding: str
    targets: Targets
    tried: tuple[dict[str, Any], ...]
    at_n: Power
    warnings: tuple[str, ...] = ()

    @property
    def n_used(self) -> int:
        """As `total`."""
        return self.total

    @property
    def converged(self) -> bool:
        """Whether enough fits converged at n."""
        return self.at_n.converged >= self.targets.converged

    @property
    def table(self) -> pd.DataFrame:
        """A row an n tried, ascending."""
        import pandas as pd

        return pd.DataFrame(list(self.tried)).set_index("n").sort_index()

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return plain_fields(self)

    @property
    def _head(self) -> str:
        return (
            f"<MinimumN: {self.n} interviews of each group ({self.lower:.0f} to {self.upper:.0f} "
            f"by chance of the simulation), for {self.binding}>"
        )

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)


def minimum_n(
    model_population: str | ModelFit,
    model_analysis: str | None = None,
    *,
    parameters: Sequence[str] | None = None,
    targets: Targets | None = None,
    replicates: int = 1000,
    alpha: float = 0.05,
    precision: float = 0.01,
    most: int = 20_000,
    rng: np.random.Generator | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    **how: Any,
) -> MinimumN:
    """The smallest n of a group with which every parameter reaches its targets, by bisection.

    Every n is judged by the same random numbers, so that the answer does not jump from one to the
    next; `lower` and `upper` say how far other random numbers could bring it. They come from the
    simulation error of the least power, carried over to n by power = Φ(√n δ − z).

    Source: Muthén & Muthén 2002, 10.1207/S15328007SEM0904_8.

    Parameters
    ----------
    parameters : which count, as in `power`; by default loadings, regressions, covariances of
        factors and defined parameters that are not 0 in the population.
    precision : the search ends when n is known to this share of itself.
    most : where the search gives up.
    how : all else that `power` takes, such as estimator, ordered, groups, missing.
    on_progress : is told (sizes tried, sizes that the search may try).

    Raises
    ------
    SimulationError
        the targets are not reached with `most` interviews; the message says which fails.
    """
    goal = Targets() if targets is None else targets
    _check(goal, precision, most, replicates)
    study = study_of(model_population, model_analysis, FIRST, **how)
    seed = int((np.random.default_rng(_SEED) if rng is None else rng).integers(2**62))
    search = _Search(study, goal, parameters, replicates, alpha, seed, most, precision)
    n = search.run(on_progress)
    best = search.found[n]
    at = int(np.argmin(best.power))
    low, high = _margin(best, at, n)
    return MinimumN(
        n=n,
        total=best.n_used,
        lower=low,
        upper=high,
        binding=best.names[at],
        targets=goal,
        tried=tuple(search.tried),
        at_n=best,
        warnings=best.warnings,
    )


@dataclass
class _Search:
    study: Study
    goal: Targets
    parameters: Sequence[str] | None
    replicates: int
    alpha: float
    seed: int
    most: int
    precision: float
    found: dict[int, Power] = field(default_factory=dict)
    tried: list[dict[str, Any]] = field(default_factory=list)

    def run(self, on_progress: Callable[[int, int], None] | None) -> int:
        """The smallest n that reaches the goal; all n are tried with the same random numbers."""
        steps = int(np.ceil(np.log2(self.most / FIRST) - np.log2(self.precision)))

        def reached(n: int) -> bool:
            self.tried.append(self.judged(n))
            if on_progress is not None:
                on_progress(len(self.tried), max(steps, len(self.tried)))
            return not self.tried[-1]["not_reached"]

        low, high = 0, FIRST
        while not reached(high):
            if high >= self.most:
                raise SimulationError(self._given_up(high))
            low, high = high, min(2 * high, self.most)
        while high - low > max(1, int(self.precision * high)):
            middle = (low + high) // 2
            low, high = (low, middle) if reached(middle) else (middle, high)
        return high

    def judged(self, n: int) -> dict[str, Any]:
        """What n gives, and what it fails to reach, '' where nothing."""
        study = replace(self.study, sizes=(n,) * len(self.study.sizes))
        if n <= len(study.items):
            return {"n": n, "not_reached": "more interviews than items"}
        found = study.replications(self.replicates, np.random.default_rng(self.seed))
        if found.converged.sum() < 2:
            return {"n": n, "converged": 0.0, "not_reached": "converged"}
        at = _counted(study, found) if self.parameters is None else chosen(found, self.parameters)
        result = summarised(found, study.sizes, self.alpha, at)
        self.found[n] = result
        return {"n": n, **_judgement(result, self.goal)}

    def _given_up(self, n: int) -> str:
        return (
            f"With {n} interviews of each group the target of {self.tried[-1]['not_reached']} is "
            f"not reached. Power: the effect is too small to be found. Bias, coverage, converged: "
            f"more interviews will not help; change the model or the estimator."
        )


def _judgement(result: Power, goal: Targets) -> dict[str, Any]:
    weakest = float(result.power.min())
    furthest = float(result.coverage[np.abs(result.coverage - 0.95).argmax()])
    bias = float(np.nanmax(np.abs(result.relative_bias), initial=0))
    se_bias = float(np.nanmax(np.abs(result.se_bias), initial=0))
    failed = {
        "converged": result.converged < goal.converged,
        "power": weakest < goal.power,
        "bias": bias > goal.bias,
        "se_bias": se_bias > goal.se_bias,
        "coverage": not goal.coverage[0] <= furthest <= goal.coverage[1],
    }
    return {
        "power": weakest,
        "power_error": float(result.simulation_error(weakest)),
        "bias": bias,
        "se_bias": se_bias,
        "coverage": furthest,
        "converged": result.converged,
        "not_reached": ", ".join(name for name, fails in failed.items() if fails),
    }


def _counted(study: Study, found: Replications) -> list[int]:
    """Loadings, regressions, covariances of factors and definitions that are not 0."""
    factors = variables_of(study.parsed).latent
    at = []
    for k, (lhs, op, rhs, _) in enumerate(found.names):
        related = op == "~~" and lhs != rhs and lhs in factors and rhs in factors
        if (op in ("=~", "~", ":=") or related) and abs(found.truth[k]) > ZERO:
            at.append(k)
    if not at:
        raise SimulationError(
            "No loading, regression or covariance of factors differs from 0; name parameters."
        )
    return at


def _margin(best: Power, at: int, n: int) -> tuple[float, float]:
    """n at which the power would be what was found, had the simulation erred by 1.96 errors."""
    from scipy.special import ndtri

    z = float(ndtri(1 - best.alpha / 2))
    share = float(best.power[at])
    error = 1.959964 * float(best.simulation_error(share))
    low, high = share - error, share + error
    if not (low > 0 and high < 1):
        return float("nan"), float("nan")
    here = float(ndtri(share)) + z
    if here <= 0:
        return float("nan"), float("nan")

    def needed(power: float) -> float:
        return n * (here / (float(ndtri(power)) + z)) ** 2

    return needed(high), needed(low)


def _check(goal: Targets, precision: float, most: int, replicates: int) -> None:
    if not 0 < goal.power < 1:
        raise SimulationError(f"The power to reach is {goal.power:g}; give one between 0 and 1.")
    if not 0 < precision < 1 or most < FIRST or replicates < FEWEST:
        raise SimulationError(
            f"precision is {precision:g}, most {most} and replicates {replicates}; precision lies "
            f"between 0 and 1, most is at least {FIRST}, replicates are at least {FEWEST}."
        )
