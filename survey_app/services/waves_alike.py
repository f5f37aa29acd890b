"""Whether the questions work alike in waves, as far as the waves were asked the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.asked import sameness_in
from survey_app.services.analyse import NothingToAnalyseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from psychometrics.comparability import Comparability
    from psychometrics.dataset import Dataset, ScoringKey
    from reports.asked import AskedWaves
    from survey_app.services.analyse import Analysed

_EVERY_BRAND = ""


@dataclass(frozen=True, slots=True)
class AnalysedWave:
    """One wave: its code among the answers, its name, and its answers analysed."""

    code: str
    name: str
    analysed: Analysed

    def asked_whole(self, asked: Sequence[AskedWaves]) -> frozenset[str]:
        """The scales that have scores here and were not asked otherwise later; none where there are
        no scores at all."""
        try:
            scales = self.analysed.scores.scales
        except NothingToAnalyseError:
            return frozenset()
        return frozenset(
            row.scale
            for row in scales
            if row.overall.n and sameness_in(asked, self.name, row.scale, _EVERY_BRAND) != "breaks"
        )


def waves_alike(
    waves: Sequence[AnalysedWave], everything: Dataset, asked: Sequence[AskedWaves] = ()
) -> Comparability | None:
    """Whether the questions work alike in some waves, tested with the model of the latest; None
    where there is no model, or no scale of it was asked so that it compares with the wave before.

    The test is of the interviews whose scores are told. Scales that do not compare with those of
    the wave before are no part of it, nor are waves in which another of its scales does not.

    Parameters
    ----------
    waves : the latest last. everything : the answers of all of them, maybe of others too.
    """
    from psychometrics.comparability import comparability
    from psychometrics.dimensionality import scales_of

    latest = waves[-1].analysed
    measurement = latest.measurement_if_any
    whole = [(one, found) for one in waves[:-1] if (found := one.asked_whole(asked))]
    if measurement is None or not whole:
        return None
    every = scales_of(latest.dataset)
    keys = [key for key in every if key.scale in whole[-1][1]]
    if not keys:
        return None
    model = measurement.dimensionality.measurement.model
    if len(keys) < len(every):
        model = _model(keys)
    tested = [one for one, found in whole if found.issuperset(key.scale for key in keys)]
    kept = everything.select(_kept([*tested, waves[-1]], everything))
    return latest.cache.remembered(
        ("waves", kept.fingerprint, model),
        lambda: comparability(kept, model, "wave", missing=measurement.missing),
    )


def _model(keys: Sequence[ScoringKey]) -> str:
    """A factor for each of some scales."""
    from psychometrics.dimensionality import models_of

    models = {name: text for name, text, _ in models_of(keys)}
    return models.get("correlated", models["one_factor"])


def _kept(waves: Iterable[AnalysedWave], everything: Dataset) -> np.ndarray:
    """(n,) mask of the interviews that screening keeps in some waves."""
    rows = np.zeros(everything.n, bool)
    for wave in waves:
        rows[everything.wave == wave.code] = wave.analysed.scores.kept
    return rows
