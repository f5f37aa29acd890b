"""What confirmatory models and tests of invariance say of each instrument of an analysed wave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from survey_app.domain.evidence_figures import Invariance, Loading, ModelFit
from survey_app.services.analyse import analyse_study
from survey_app.services.evidence_figures import Confirmatory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from instruments.model import Instrument
    from psychometrics.dataset import Dataset, ScoringKey
    from psychometrics.dimensionality import Dimensionality, ModelTest
    from psychometrics.invariance import Invariance as TestedInvariance
    from psychometrics.measurement import Comparability
    from survey_app.domain.study import Study, Wave
    from survey_app.services.analyse import Analysed, AnalysisCache
    from survey_app.storage.database import UnitOfWork

ESTIMATOR = "MLR"
"""What `psychometrics.dimensionality` fits by, from complete answers or by FIML."""

_COLUMNS = ("level", "chi2", "df", "p", "cfi", "rmsea", "srmr", "d_cfi", "d_rmsea", "d_srmr")


def confirmatory_of(analysed: Analysed, so_far: Analysed | None = None) -> dict[str, Confirmatory]:
    """By identifier of the instrument; instruments whose models cannot be had are not there.

    `so_far` are all waves up to this one (`waves_so_far`), to be tested across waves.
    """
    found = {}
    for instrument in analysed.instruments:
        models = _models(analysed, instrument)
        if models is not None:
            across = [*models.across, *_across_waves(so_far, instrument, models)]
            keys = _own_keys(analysed, instrument)
            found[instrument.id] = _confirmatory(models.dimensionality, across, keys)
    return found


def waves_so_far(
    unit: UnitOfWork, study: Study, wave: Wave, *, cache: AnalysisCache, minimum_n: int = 30
) -> Analysed | None:
    """The answers of a wave and all before it in one study; None for the first."""
    codes = [one.code for one in study.waves if one.position <= wave.position]
    if len(codes) < 2:
        return None
    whole = analyse_study(unit, study, cache=cache, minimum_n=minimum_n)
    rows = np.isin(whole.dataset.wave, codes)
    return whole.part(rows)


@dataclass(frozen=True, slots=True)
class _Models:
    """Competing models of one instrument's scales, and whether groups can be compared."""

    dimensionality: Dimensionality
    across: tuple[Comparability, ...]


def _models(analysed: Analysed, instrument: Instrument) -> _Models | None:
    """Of this instrument's scales alone, whatever else was asked with them."""
    keys = _own_keys(analysed, instrument)
    if all(len(key.items) < 2 for key in keys):
        return None
    return analysed.cache.remembered(
        ("evidence models", keys, analysed.brands, analysed.dataset.fingerprint),
        lambda: _fitted(replace(analysed.dataset, keys=keys).select(analysed.scores.kept)),
    )


def _fitted(kept: Dataset) -> _Models | None:
    from psychometrics.cfa.errors import ModelError
    from psychometrics.dataset import DatasetError
    from psychometrics.dimensionality import dimensionality
    from psychometrics.measurement import ACROSS, comparability

    missing = _missing(kept)
    try:
        found = dimensionality(kept, missing=missing)
    except (ModelError, DatasetError):
        return None
    model = found.measurement.model
    tests = (comparability(kept, model, across, missing=missing) for across in ACROSS)
    return _Models(found, tuple(test for test in tests if test is not None))


def _across_waves(
    so_far: Analysed | None, instrument: Instrument, models: _Models
) -> list[Comparability]:
    from psychometrics.measurement import comparability

    if so_far is None:
        return []
    kept = replace(so_far.dataset, keys=_own_keys(so_far, instrument)).select(so_far.scores.kept)
    model = models.dimensionality.measurement.model
    found = comparability(kept, model, "wave", missing=_missing(kept))
    return [] if found is None else [found]


def _confirmatory(
    found: Dimensionality, across: Iterable[Comparability], keys: Iterable[ScoringKey]
) -> Confirmatory:
    return Confirmatory(
        fit={test.name: _fit(test) for test in found.tests if test.proper},
        loadings=_loadings(found, keys),
        invariance=tuple(
            _invariance(test.across, test.invariance) for test in across if test.invariance
        ),
    )


def _own_keys(analysed: Analysed, instrument: Instrument) -> tuple[ScoringKey, ...]:
    own = {scale.id for scale in instrument.scales}
    return tuple(key for key in analysed.dataset.keys if key.scale in own and not key.outcome)


def _missing(dataset: Dataset) -> Literal["listwise", "fiml"]:
    items = [item for key in dataset.keys for item in key.items]
    return "fiml" if np.isnan(dataset.numeric(items)).any() else "listwise"


def _fit(test: ModelTest) -> ModelFit:
    chi2, df, p = (test.measure(name) for name in ("chisq", "df", "pvalue"))
    lower, upper = (_known(test.measure(f"rmsea.ci.{end}")) for end in ("lower", "upper"))
    cfi, tli, rmsea, srmr = (_known(test.measure(name)) for name in ("cfi", "tli", "rmsea", "srmr"))
    return ModelFit(chi2, df, _known(p), cfi, tli, rmsea, lower, upper, srmr, ESTIMATOR)


def _loadings(found: Dimensionality, keys: Iterable[ScoringKey]) -> dict[str, Loading]:
    from psychometrics.dimensionality import factors_of, loadings_of

    own = found.measurement
    if own.fit is None or not own.proper:
        return {}
    scales = {key.scale: key.items for key in keys if len(key.items) > 1}
    names = {factor: scale for scale, factor in factors_of(scales).items()}
    return {
        row["item"]: Loading(names.get(row["factor"], row["factor"]), row["loading"], row["se"])
        for row in loadings_of(own.fit)
    }


def _invariance(across: str, ladder: TestedInvariance) -> Invariance:
    rows = ladder.table[list(_COLUMNS)].to_dict("records")
    return Invariance(
        across=f"{across}s",
        level=ladder.verdict.highest_partial or ladder.verdict.highest,
        partial=tuple(row.parameter for row in ladder.freed),
        table=tuple({str(name): _plain(value) for name, value in row.items()} for row in rows),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return _known(float(value))


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None
