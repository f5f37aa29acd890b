"""A wave as scorecards are drawn from it: its answers, the waves before it, and what was tested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.means import sort_codes
from reports.survey import EarlierWave, Survey
from survey_app.domain.invitation import CHANNEL
from survey_app.services.analyse import NothingToAnalyseError, analyse_study
from survey_app.services.invitation_counts import invitation_counts
from survey_app.services.looks import looks_of
from survey_app.services.metrics import measured_wave
from survey_app.services.report import rules_of, study_facts, with_validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psychometrics.comparability import Comparability
    from psychometrics.dataset import Dataset
    from reports.facts import SurveyFacts
    from reports.measured import MeasuredWave
    from survey_app.domain.study import Study, Wave
    from survey_app.services.analyse import Analysed, AnalysisCache
    from survey_app.storage.database import UnitOfWork


def study_survey(
    unit: UnitOfWork,
    study: Study,
    wave: Wave,
    *,
    cache: AnalysisCache,
    minimum_n: int,
    language: str = "en",
) -> Survey:
    """A wave of a stored study with the waves before it.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        nobody answered.
    """
    before = sorted(
        (one for one in study.waves if one.position < wave.position), key=lambda one: one.position
    )
    only = None if before else wave
    pooled = analyse_study(unit, study, only, cache=cache, minimum_n=minimum_n)
    analysed = _wave_of(pooled, wave.code)
    earlier = [(one.name, _wave_of(pooled, one.code)) for one in before]
    alike = None
    if before:
        alike = waves_alike(analysed, pooled, [one.code for one in (*before, wave)])
    facts = study_facts(study, analysed.dataset, wave, language, looks_of(unit, study))
    return wave_survey(
        analysed,
        replace(facts, n_invited=_invited(unit, study, wave, analysed.dataset)),
        earlier=earlier,
        alike=alike,
        target=study.target,
        metrics=measured_wave(unit, study, wave, rules=rules_of(analysed)),
        name_others=study.competitors_named,
    )


def _invited(unit: UnitOfWork, study: Study, wave: Wave, dataset: Dataset) -> int | None:
    """How many invitations a wave has as its denominator; None where anybody else could answer, or
    an interview stands in several rows."""
    if set(dataset.channel.tolist()) != {CHANNEL} or dataset.cluster is not None:
        return None
    return sum(invitation_counts(unit, study, wave).values()) or None


def survey_of_waves(
    analysed: Analysed, everything: Dataset, facts: SurveyFacts, *, name_others: bool = False
) -> Survey:
    """An analysed wave with those of the same file whose codes come before its own.

    Parameters
    ----------
    everything : the answers of all waves of the file.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        nobody answered.
    """
    codes = sort_codes(set(everything.wave.tolist()) - {""})
    own = set(analysed.dataset.wave.tolist()) - {""}
    if len(own) != 1 or len(codes) < 2:
        return wave_survey(analysed, facts, name_others=name_others)
    before = codes[: codes.index(own.pop())]
    pooled = replace(analysed, dataset=everything)
    parts = {code: _wave_of(pooled, code) for code in before}
    alike = waves_alike(analysed, pooled, codes[: len(before) + 1]) if before else None
    return wave_survey(
        analysed, facts, earlier=list(parts.items()), alike=alike, name_others=name_others
    )


def _wave_of(pooled: Analysed, code: str) -> Analysed:
    return pooled.part(pooled.dataset.wave == code)


def wave_survey(
    analysed: Analysed,
    facts: SurveyFacts,
    *,
    earlier: Sequence[tuple[str, Analysed]] = (),
    alike: Comparability | None = None,
    target: Mapping[str, Sequence[str]] | None = None,
    metrics: MeasuredWave | None = None,
    name_others: bool = False,
) -> Survey:
    """An analysed wave with the waves before it, the oldest first, by name.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        nobody answered.
    """
    return Survey(
        analysis=analysed.scores,
        instruments=analysed.instruments,
        facts=with_validation(facts, analysed),
        rules=rules_of(analysed),
        name_others=name_others,
        measurement=analysed.measurement_if_any,
        # Whoever looks at a part might subtract its groups from those of the whole.
        dataset=None if analysed.is_part else analysed.dataset,
        earlier=tuple(_earlier(earlier)),
        waves_alike=alike,
        target=target or {},
        metrics=metrics,
    )


def waves_alike(analysed: Analysed, pooled: Analysed, codes: Sequence[str]) -> Comparability | None:
    """Whether the questions work alike in some waves, tested with the model of the latest; None
    where there is no model.

    Parameters
    ----------
    pooled : the answers of all waves. codes : of the waves that count.
    """
    from psychometrics.comparability import comparability

    measurement = analysed.measurement_if_any
    if measurement is None:
        return None
    rows = pooled.scores.kept & np.isin(pooled.dataset.wave, list(codes))
    kept = pooled.dataset.select(rows)
    model = measurement.dimensionality.measurement.model
    return analysed.cache.remembered(
        ("waves", kept.fingerprint, model),
        lambda: comparability(kept, model, "wave", missing=measurement.missing),
    )


def _earlier(waves: Sequence[tuple[str, Analysed]]) -> Iterator[EarlierWave]:
    """The waves in which somebody answered."""
    for name, analysed in waves:
        try:
            yield EarlierWave(name, analysed.scores)
        except NothingToAnalyseError:
            continue
