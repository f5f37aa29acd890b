"""What a study of a given size would find: power, bias and coverage of a factor model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._population import SimulationError, freed, population_of
from psychometrics._power_result import Power, chosen, summarised
from psychometrics._study import Study
from psychometrics.cfa.fit import ModelFit
from psychometrics.cfa.model import Settings
from psychometrics.simulate import answering_of, group_names, sizes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics._nonnormal import HeavyTails, ValeMaurelli

__all__ = ["Power", "power"]

Progress = Callable[[int, int], None]
FEWEST = 20
_SEED = 20240301


def power(
    model_population: str | ModelFit,
    model_analysis: str | None = None,
    n: int | Sequence[int] = 200,
    *,
    parameters: Sequence[str] | None = None,
    replicates: int = 1000,
    alpha: float = 0.05,
    estimator: str = "ML",
    ordered: bool = False,
    fiml: bool = False,
    std_lv: bool = True,
    group_equal: Sequence[str] = (),
    meanstructure: bool | None = None,
    groups: Sequence[str] = (),
    standardised: bool = False,
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] | None = None,
    missing: float | Mapping[str, float] = 0.0,
    nonnormal: HeavyTails | ValeMaurelli | None = None,
    rng: np.random.Generator | None = None,
    on_progress: Progress | None = None,
) -> Power:
    """Power, bias and coverage of a model's parameters, and power of its test of fit.

    Samples are drawn from the population and analysed one and all. Complete normal answers under ML
    are drawn as Wishart matrices and fitted together, so that a thousand samples take a fraction
    of a second whatever n is; everything else takes as long as the fits. The search for a fit
    begins at the truth, so that it converges somewhat more often than from a cold start.

    Source: Muthén & Muthén 2002, 10.1207/S15328007SEM0904_8.
    R: ``simsem::sim(replicates, analysis, n, generate = population)``.

    Parameters
    ----------
    model_population : the truth, with a number before every term, or a fit; see `simulate`.
    model_analysis : the model that is fitted, without values; by default the population's with
        all its numbers but 0 set free.
    n : interviews; one number for each group, or of every group.
    parameters : which to tell of, as written in a model or by label; all that are free by default.
    estimator, ordered, fiml, std_lv, group_equal, meanstructure : how samples are analysed, see
        `psychometrics.cfa`; `ordered` takes all items as ordered categories (WLSMV).
    groups, standardised, thresholds, missing, nonnormal : how samples are drawn, see `simulate`.
    on_progress : is told (samples done, samples).
    rng : source of chance; a fixed seed when not given.

    Raises
    ------
    SimulationError
        the population is impossible, a parameter does not exist, fewer than 20 replicates, or not
        one sample could be fitted.
    ModelError, ModelSyntaxError
        a model cannot be read or is not identified.
    """
    _check(replicates, alpha)
    study = study_of(
        model_population,
        model_analysis,
        n,
        estimator=estimator,
        ordered=ordered,
        fiml=fiml,
        std_lv=std_lv,
        group_equal=group_equal,
        meanstructure=meanstructure,
        groups=groups,
        standardised=standardised,
        thresholds=thresholds,
        missing=missing,
        nonnormal=nonnormal,
    )
    source = np.random.default_rng(_SEED) if rng is None else rng
    found = study.replications(replicates, source, on_progress)
    if not found.converged.any():
        raise SimulationError(
            f"Not one of {replicates} samples could be fitted; ask for more interviews, or a "
            f"simpler model."
        )
    return summarised(found, study.sizes, alpha, chosen(found, parameters))


def study_of(
    model_population: str | ModelFit,
    model_analysis: str | None,
    n: int | Sequence[int],
    *,
    estimator: str = "ML",
    ordered: bool = False,
    fiml: bool = False,
    std_lv: bool = True,
    group_equal: Sequence[str] = (),
    meanstructure: bool | None = None,
    groups: Sequence[str] = (),
    standardised: bool = False,
    thresholds: Sequence[float] | Mapping[str, Sequence[float]] | None = None,
    missing: float | Mapping[str, float] = 0.0,
    nonnormal: HeavyTails | ValeMaurelli | None = None,
) -> Study:
    """How samples are drawn and analysed, in the words of `power`."""
    people = population_of(model_population, group_names(groups, n), standardised=standardised)
    text = _analysed(model_population) if model_analysis is None else model_analysis
    settings = Settings(
        estimator="WLSMV" if ordered and estimator == "ML" else estimator,
        group_equal=tuple(group_equal),
        std_lv=std_lv,
        means=meanstructure,
        fiml=fiml,
    )
    answering = answering_of(people, thresholds, missing, nonnormal)
    if ordered and not answering.population.ordinal:
        raise SimulationError("Items are ordered only where they are cut; give thresholds.")
    return Study(answering, text, sizes_of(people, n), settings, ordered)


def _analysed(model: str | ModelFit) -> str:
    """The model of the population itself, with its numbers let free."""
    return model.model if isinstance(model, ModelFit) else freed(model)


def _check(replicates: int, alpha: float) -> None:
    if replicates < FEWEST:
        raise SimulationError(f"replicates is {replicates}; at least {FEWEST} are needed.")
    if not 0 < alpha < 1:
        raise SimulationError(f"alpha is {alpha:g}; give a probability between 0 and 1.")
