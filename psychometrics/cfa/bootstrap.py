"""How far the estimates of a factor model would move had other people been asked.

A sample is a count for every interview; its moments are one product of counts and products of
answers, so that a replicate costs a refit from moments and not another pass of the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._count_moments import CountMoments
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.many import fit_many
from psychometrics.resample import bootstrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from psychometrics.cfa.fit import ModelFit
    from psychometrics.resample import BootstrapResult, Interval

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class CountedModel:
    """The free parameters of a model as a statistic of how often each interview was drawn."""

    fit: ModelFit
    groups: tuple[CountMoments, ...]

    @classmethod
    def of(cls, fit: ModelFit) -> CountedModel:
        """Raises ModelError where answers or a likelihood of complete answers are missing."""
        if not fit.sample.answers or fit.estimator.discrepancy != "ml":
            raise ModelError(
                "The bootstrap by counts takes maximum likelihood of complete answers; give any "
                "other fit as a function to psychometrics.bootstrap."
            )
        if fit.sample.answers[0].weights is not None:
            raise ModelError("The bootstrap by counts does not take weights; leave them out.")
        return cls(fit, tuple(CountMoments(part.matrix) for part in fit.sample.answers))

    @property
    def names(self) -> tuple[str, ...]:
        """Labels of the free parameters, with the group where there are several."""
        rows, several = self.fit.table.rows, len(self.fit.groups) > 1
        chosen = [rows[k] for k in self.fit.parameter_map.places]
        return tuple(row.name + (f" in group {row.group}" if several else "") for row in chosen)

    def from_counts(self, counts: Array) -> Array:
        """(B, n) counts, groups one after the other, to (B, q) estimates; NaN where none."""
        ends = np.cumsum(self.fit.sample.n)[:-1]
        parts = zip(self.groups, np.split(counts, ends, axis=1), strict=True)
        found = [group.moments(part) for group, part in parts]
        mean = np.stack([each[1] for each in found], axis=1)
        cov = np.stack([each[2] for each in found], axis=1)
        return fit_many(self.fit, cov, mean).theta


def bootstrap_fit(
    fit: ModelFit,
    replicates: int = 1000,
    *,
    interval: Interval = "percentile",
    level: float = 0.95,
    n_jobs: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    rng: np.random.Generator | None = None,
) -> BootstrapResult:
    """Nonparametric bootstrap of the free parameters of a fit, within its groups.

    Clusters of the fit are drawn whole. R: ``bootstrapLavaan(fit, R = replicates)``.

    Raises ModelError for anything but maximum likelihood of complete answers.
    """
    counted = CountedModel.of(fit)
    answers = fit.sample.answers
    stacked = np.concatenate([part.matrix for part in answers])
    strata = np.repeat(np.arange(len(answers)), [len(part.matrix) for part in answers])
    cluster = None
    if answers[0].cluster is not None:
        cluster = np.concatenate([part.cluster for part in answers if part.cluster is not None])
    return bootstrap(
        counted,
        stacked,
        replicates,
        interval=interval,
        level=level,
        strata=strata if len(answers) > 1 else None,
        cluster=cluster,
        n_jobs=n_jobs,
        on_progress=on_progress,
        rng=rng,
    )
