"""Cut-offs of fit measures made for the model and the sample at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics._many_measures import measures_of_many
from psychometrics._misspecification import levels, standardised_model
from psychometrics._plain import plain_fields
from psychometrics._population import SimulationError, freed, population_of
from psychometrics._replications import draw_moments
from psychometrics._shown import as_html, as_text
from psychometrics._threads import one_thread
from psychometrics.cfa.fit import ModelFit
from psychometrics.cfa.many import fit_many
from psychometrics.cfa.standardise import standardised
from psychometrics.cfa.test_statistic import degrees_of_freedom
from psychometrics.power import study_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["CutOff", "DynamicCutoffs", "Level", "dynamic_cutoffs"]

MEASURES = ("srmr", "rmsea", "cfi")
RULES = (0.05, 0.10)
FEWEST = 100
_SEED = 20240303


@dataclass(frozen=True, slots=True)
class CutOff:
    """`value` of a measure that tells right from wrong models, None where none does.

    It rejects the share `sensitivity` of the misspecified samples and keeps at least the same share
    of correct ones: .95, else .90.
    """

    value: float | None
    sensitivity: float | None


@dataclass(frozen=True)
class Level:
    """One degree of misspecification.

    `number` from 1. `added`: what the population has and the model leaves out, as model syntax in
    standardised units. `cutoffs` by measure.
    """

    number: int
    added: tuple[str, ...]
    srmr: CutOff
    rmsea: CutOff
    cfi: CutOff


@dataclass(frozen=True, repr=False)
class DynamicCutoffs:
    """Cut-offs for one model and sample size.

    Parameters
    ----------
    levels : from the slightest misspecification on. Fit better than a level's cut-offs (SRMR and
        RMSEA below, CFI above) says that the model is probably not wrong by as much.
    keeps_95 : by measure the value that 95 % of samples keep where the model is right.
    observed : by measure that of the fit that was given, else empty.
    n_used : interviews. converged : share of samples with a fit.
    distributions : for level 0 (the model is right) and each level (replicates, 3) SRMR, RMSEA,
        CFI; NaN without a fit.
    """

    levels: tuple[Level, ...]
    keeps_95: dict[str, float]
    observed: dict[str, float]
    n_used: int
    replicates: int
    converged: float
    warnings: tuple[str, ...] = ()
    distributions: tuple[Array, ...] = field(default=(), compare=False)

    @property
    def table(self) -> pd.DataFrame:
        """A row a level; columns srmr, rmsea, cfi with their sensitivities and what was added."""
        import pandas as pd

        rows = []
        for level in self.levels:
            row: dict[str, Any] = {"level": level.number}
            for name in MEASURES:
                cut: CutOff = getattr(level, name)
                row[name], row[f"{name}_sensitivity"] = cut.value, cut.sensitivity
            rows.append({**row, "added": "; ".join(level.added)})
        return pd.DataFrame(rows).set_index("level")

    def worse_than(self, number: int) -> dict[str, bool | None]:
        """By measure whether the observed value is beyond the cut-off of a level, None without."""
        level = self.levels[number - 1]
        found: dict[str, bool | None] = {}
        for name in MEASURES:
            cut, seen = getattr(level, name).value, self.observed.get(name)
            if cut is None or seen is None:
                found[name] = None
            else:
                found[name] = seen < cut if name == "cfi" else seen > cut
        return found

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values, without the distributions."""
        values = plain_fields(self)
        values.pop("distributions")
        return values

    @property
    def _head(self) -> str:
        seen = ", ".join(f"{name.upper()} {value:.3f}" for name, value in self.observed.items())
        return f"<DynamicCutoffs for {self.n_used} interviews{'; ' if seen else ''}{seen}>"

    def __repr__(self) -> str:
        return as_text(self._head, [self.table], self.warnings)

    def _repr_html_(self) -> str:
        return as_html(self._head, [self.table], self.warnings)


def dynamic_cutoffs(
    model: str | ModelFit,
    n: int | None = None,
    *,
    replicates: int = 1000,
    rng: np.random.Generator | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> DynamicCutoffs:
    """Cut-offs of SRMR, RMSEA and CFI that fit the model, its loadings and n.

    Populations are made from the standardised solution: one in which the model is right, and
    several with something that it leaves out. Samples of each are fitted by maximum likelihood. A
    level's cut-off is the 5 % point of SRMR and RMSEA (95 % point of CFI) in its misspecified
    samples, if that is beyond the 95 % (5 %) point in the correct ones; else the 10 % and 90 %
    points are taken; else there is none.

    - One factor: residual correlations of .3 between items taken two by two from the weakest
      loading upwards: a third, two thirds and all of the pairs (levels 1 to 3; with four items one
      pair and one level, with five items two).
    - F factors: F − 1 levels. Level k adds k cross-loadings, of the item with the weakest loading
      of each factor, weakest first, on the factor with the highest coefficient H, as large as the
      item's own loading, or 95 % of what leaves it a residual variance.

    Source: McNeish & Wolf 2023, 10.1037/met0000425. R: ``dynamic::cfaOne(fit)`` and
    ``dynamic::cfaHB(fit)``, release 1.1.0. Their documentation and code were read for the
    algorithm, the article was not. Differences: 1000 instead of 500 samples with other random
    numbers; moments are drawn directly; n is not limited to 2000; estimates are not rounded to four
    digits; for an item with a negative loading the cross-loading is negative and limited as if the
    item were reflected; samples without a fit are left out. Later releases of the package take the
    cut-off with the highest sensitivity at 95 % specificity instead. Normal, complete answers are
    taken for granted: for ordinal answers or gaps, cut-offs are somewhat too strict.

    Parameters
    ----------
    model : a fit of one group, or model syntax with standardised values of all loadings, factor and
        residual correlations, for instance ``"f =~ .7*x1 + .6*x2 + …"``.
    n : interviews; those of the fit when not given.

    Raises
    ------
    SimulationError
        values are missing or not standardised, the model has groups, regressions or second-order
        factors, no degrees of freedom, or too few items to add to.
    """
    text, size = _asked(model, n)
    if replicates < FEWEST:
        raise SimulationError(f"replicates is {replicates}; at least {FEWEST} are needed.")
    parts = standardised_model(text)
    population_of(text, standardised=True)
    steps = levels(parts)
    source = np.random.default_rng(_SEED) if rng is None else rng
    found = []
    for k, added in enumerate([[], *steps]):
        truth = "\n".join([text, *added])
        found.append(_measures(truth, freed(text), size, replicates, source))
        if on_progress is not None:
            on_progress(k + 1, len(steps) + 1)
    right = found[0]
    made = tuple(
        Level(k, tuple(added), *(_cutoff(right, wrong, m) for m in range(3)))
        for k, (added, wrong) in enumerate(zip(steps, found[1:], strict=True), start=1)
    )
    kept = {
        name: float(np.nanquantile(right[:, m], 0.05 if name == "cfi" else 0.95))
        for m, name in enumerate(MEASURES)
    }
    converged = float(np.isfinite(np.concatenate(found)[:, 0]).mean())
    return DynamicCutoffs(
        levels=made,
        keeps_95=kept,
        observed=_observed(model),
        n_used=size,
        replicates=replicates,
        converged=converged,
        warnings=_warnings(model, converged),
        distributions=tuple(found),
    )


def _asked(model: str | ModelFit, n: int | None) -> tuple[str, int]:
    """The model with standardised values, and n."""
    if isinstance(model, ModelFit):
        if len(model.groups) > 1:
            raise SimulationError("Cut-offs are for one group; fit the model to each group alone.")
        return _standardised_text(model), model.n_used if n is None else n
    if n is None:
        raise SimulationError("Give n, the number of interviews, beside a model in words.")
    return model, n


def _standardised_text(fit: ModelFit) -> str:
    values = standardised(fit.structure, fit.x, items=True)[0]
    lines = []
    for row, value in zip(fit.table.rows, values, strict=True):
        if row.op in ("=~", "~") or (row.op == "~~" and row.lhs != row.rhs):
            lines.append(f"{row.lhs} {row.op} {float(value)!r}*{row.rhs}")
    return "\n".join(lines)


def _measures(truth: str, text: str, n: int, replicates: int, rng: np.random.Generator) -> Array:
    """(replicates, 3) of samples from the population `truth`, fitted by the model `text`."""
    study = study_of(truth, text, n, standardised=True)
    fit, people = study.endless, study.answering.population
    if not degrees_of_freedom(fit):
        raise SimulationError("The model has no degrees of freedom; its fit is always perfect.")
    cov = people.cov[0][np.ix_(study.at, study.at)]
    parts = []
    for done in range(0, replicates, 250):
        size = min(250, replicates - done)
        _, drawn = draw_moments(np.zeros(len(cov)), cov, n, size, rng)
        with one_thread():
            many = fit_many(fit, drawn[:, None], None)
            parts.append(measures_of_many(fit, many, drawn, n))
    return np.concatenate(parts)


def _cutoff(right: Array, wrong: Array, m: int) -> CutOff:
    falls = MEASURES[m] == "cfi"
    for tail in RULES:
        cut = float(np.nanquantile(wrong[:, m], 1 - tail if falls else tail))
        kept = float(np.nanquantile(right[:, m], tail if falls else 1 - tail))
        if (kept > cut) if falls else (kept < cut):
            return CutOff(cut, 1 - tail)
    return CutOff(None, None)


def _observed(model: str | ModelFit) -> dict[str, float]:
    if not isinstance(model, ModelFit):
        return {}
    return {name: float(getattr(model, name)) for name in MEASURES}


def _warnings(model: str | ModelFit, converged: float) -> tuple[str, ...]:
    said = []
    if converged < 0.99:
        said.append(f"{1 - converged:.1%} of the samples could not be fitted and are left out.")
    if isinstance(model, ModelFit) and (model.sample.ordinal or model.settings.fiml):
        said.append(
            "The cut-offs are those of complete normal answers; for ordered items or gaps they are "
            "a rough guide."
        )
    return tuple(said)
