"""How samples of a population are drawn and analysed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._count_tables import OrdinalError
from psychometrics._cut_moments import cut_moments
from psychometrics._population import SimulationError
from psychometrics._replications import (
    Replications,
    draw_moments,
    improper_of,
    labels_of,
    names_of,
    with_definitions,
)
from psychometrics._threads import one_thread
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.estimators import estimator_of
from psychometrics.cfa.many import fit_many, inverse_information, with_predictors
from psychometrics.cfa.model import Settings, fit_sample
from psychometrics.cfa.sample import Request, Sample, sample_of
from psychometrics.cfa.syntax import parse_model
from psychometrics.cfa.test_statistic import degrees_of_freedom, upper_tail
from psychometrics.cfa.variables import variables_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.cfa.syntax import ParsedModel
    from psychometrics.simulate import Answering

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Drawn = tuple[Array, Array, Array, Flags, Flags]

AT_ONCE = 250
ENDLESS = 1_000_000


@dataclass(frozen=True)
class Study:
    """How samples are drawn and analysed.

    `sizes`: (groups) interviews. `ordered`: the model takes the items as ordered categories.
    """

    answering: Answering
    text: str
    sizes: tuple[int, ...]
    settings: Settings
    ordered: bool

    @cached_property
    def parsed(self) -> ParsedModel:
        """The model that is fitted."""
        return parse_model(self.text)

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Its items. Raises SimulationError for one that the population has not."""
        items = variables_of(self.parsed).observed
        absent = [name for name in items if name not in self.answering.population.items]
        if absent:
            raise SimulationError(
                f"The model that is analysed has {', '.join(absent)}, the population has not."
            )
        return items

    @cached_property
    def at(self) -> NDArray[np.intp]:
        """(p,) where the items stand in the population."""
        known = self.answering.population.items
        return np.array([known.index(name) for name in self.items])

    @cached_property
    def endless(self) -> ModelFit:
        """The model fitted to the population itself."""
        settings = replace(self.settings, fiml=False, estimator="ULS" if self.ordered else "ML")
        ordered = self.items if self.ordered else ()
        means = self.settings.means
        if means is None and self.settings.fiml:
            settings = replace(settings, means=True)
        with one_thread():
            fit = fit_sample(self.parsed, self.whole, settings, ordered)
            return with_predictors(fit)[0] if self.by_moments and fit.table.given else fit

    @cached_property
    def whole(self) -> Sample:
        """The population as a sample, in shares of the groups as they are drawn."""
        people = self.answering.population
        share = np.array(self.sizes) / sum(self.sizes)
        n = np.maximum((share * ENDLESS).astype(np.int64), 1)
        if self.ordered:
            return self._ordinal(n)
        mean, cov = cut_moments(self.answering)
        block = np.ix_(self.at, self.at)
        return Sample(
            self.items, people.groups, n, mean[:, self.at], np.stack([part[block] for part in cov])
        )

    def _ordinal(self, n: NDArray[np.int64]) -> Sample:
        from psychometrics._ordinal import OrdinalMoments

        people = self.answering.population
        parts = []
        for g, size in enumerate(n):
            sd = np.sqrt(np.diag(people.cov[g]))[self.at]
            correlations = people.cov[g][np.ix_(self.at, self.at)] / np.outer(sd, sd)
            cuts = [people.cuts[g][k] for k in self.at]
            mean = people.mean[g][self.at]
            limits = tuple((c - m) / s for c, m, s in zip(cuts, mean, sd, strict=True))
            kinds = tuple(tuple(np.arange(1.0, len(c) + 2)) for c in cuts)
            parts.append(
                OrdinalMoments(self.items, kinds, limits, correlations, int(size), None, ())
            )
        correlations = np.stack([part.correlations for part in parts])
        zero = np.zeros(correlations.shape[:2])
        return Sample(self.items, people.groups, n, zero, correlations, ordinal=tuple(parts))

    @property
    def by_moments(self) -> bool:
        """Whether samples can be drawn as moments, at a cost that does not depend on n."""
        normal = self.answering.plain and not self.settings.fiml
        return normal and self.settings.estimator.upper() == "ML" and not self.settings.wishart

    def replications(
        self,
        count: int,
        rng: np.random.Generator,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Replications:
        """Draw and fit `count` samples; `on_progress` hears of (done, count)."""
        fit = self.endless
        draw = self._moments if self.by_moments else self._answers
        parts = []
        for done in range(0, count, AT_ONCE):
            size = min(AT_ONCE, count - done)
            parts.append(draw(fit, size, rng))
            if on_progress is not None:
                on_progress(done + size, count)
        joined = [np.concatenate(each) for each in zip(*parts, strict=True)]
        estimate, se, p, converged, improper = joined
        several = len(fit.groups) > 1
        df = degrees_of_freedom(fit)
        chi2 = 2 * fit.minimum.value
        rmsea = float(np.sqrt(max(chi2, 0) * len(fit.groups) / df)) if df else float("nan")
        return Replications(
            names=names_of(fit, several=several),
            labels=labels_of(fit),
            truth=with_definitions(fit, fit.minimum.theta[None], None)[0][0],
            estimate=estimate,
            se=se,
            p=p,
            df=df,
            converged=converged.astype(bool),
            improper=improper.astype(bool),
            rmsea=rmsea if rmsea > 1e-6 else 0.0,
        )

    def _moments(self, fit: ModelFit, size: int, rng: np.random.Generator) -> Drawn:
        """From Wishart draws of the moments, all samples fitted together."""
        people = self.answering.population
        block = np.ix_(self.at, self.at)
        drawn = [
            draw_moments(people.mean[g][self.at], people.cov[g][block], n, size, rng)
            for g, n in enumerate(self.sizes)
        ]
        mean = np.stack([each[0] for each in drawn], axis=1)
        cov = np.stack([each[1] for each in drawn], axis=1)
        share = np.array(self.sizes) / sum(self.sizes)
        with one_thread():
            found = fit_many(fit, cov, mean, share)
            covariance = inverse_information(fit, found.theta, share) / sum(self.sizes)
        estimate, se = with_definitions(fit, found.theta, covariance)
        chi2, df = 2 * sum(self.sizes) * found.value, degrees_of_freedom(fit)
        p = np.array([upper_tail(max(value, 0.0), df) for value in chi2.tolist()])
        return estimate, se, p, found.converged, improper_of(fit, found.theta)

    def _answers(self, fit: ModelFit, size: int, rng: np.random.Generator) -> Drawn:
        """From answers, one sample after the other."""
        k = len(labels_of(fit))
        estimate, se = np.full((size, k), np.nan), np.full((size, k), np.nan)
        p, converged = np.full(size, np.nan), np.zeros(size, bool)
        improper = np.zeros(size, bool)
        for b in range(size):
            drawn = self.drawn(rng)
            try:
                one = self.fitted(drawn)
                if not one.converged or len(one.minimum.theta) != len(fit.minimum.theta):
                    continue
                test, covariance = one.test, one.uncertainty.covariance
            except (ModelError, OrdinalError, np.linalg.LinAlgError):
                continue
            theta = one.minimum.theta[None]
            values = with_definitions(one, theta, covariance[None])
            estimate[b], se[b] = values[0][0], values[1][0]
            p[b] = test.p if test.scaled_p is None else test.scaled_p
            converged[b], improper[b] = True, improper_of(one, theta)[0]
        return estimate, se, p, converged, improper

    def drawn(self, rng: np.random.Generator) -> Array:
        """(n, p) answers of one sample, the groups one after the other."""
        parts = [self.answering.drawn(g, n, rng)[:, self.at] for g, n in enumerate(self.sizes)]
        return np.concatenate(parts)

    def fitted(self, drawn: Array) -> ModelFit:
        """The model fitted to one sample of answers (n, p)."""
        people = self.answering.population
        several = len(people.groups) > 1
        group = np.repeat(np.array(people.groups), self.sizes) if several else None
        chosen = estimator_of(
            self.settings.estimator,
            ordered=self.ordered,
            fiml=self.settings.fiml,
            clustered=False,
        )
        ordered = self.items if self.ordered else ()
        request = Request(self.items, ordered, self.settings.fiml, chosen.needs_fourth)
        with one_thread():
            sample = sample_of(drawn, request, group=group)
            if not chosen.likelihood and not self.ordered:
                factor = sample.n / (sample.n - 1)
                sample = replace(sample, cov=sample.cov * factor[:, None, None])
            return fit_sample(self.parsed, sample, self.settings, ordered)
