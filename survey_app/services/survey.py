"""A wave as scorecards are drawn from it: its answers, the waves before it, and what was tested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from psychometrics.means import sort_codes
from reports.survey import EarlierWave, Survey
from survey_app.services.analyse import NothingToAnalyseError, analyse_study
from survey_app.services.asked_alike import asked_since
from survey_app.services.looks import looks_of
from survey_app.services.metrics import measured_wave
from survey_app.services.report import rules_of, study_facts, with_validation
from survey_app.services.response import response_of
from survey_app.services.waves_alike import AnalysedWave, waves_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

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
    waves = [
        AnalysedWave(one.code, one.name, _wave_of(pooled, one.code)) for one in (*before, wave)
    ]
    analysed = waves[-1].analysed
    asked = asked_since(unit, study, wave)
    facts = study_facts(study, analysed.dataset, wave, language, looks_of(unit, study))
    response = response_of(unit, study, wave, analysed.dataset)
    return wave_survey(
        analysed,
        replace(facts, response=response, asked=asked),
        earlier=waves[:-1],
        alike=waves_alike(waves, pooled.dataset, asked) if before else None,
        target=study.target,
        metrics=measured_wave(unit, study, wave, rules=rules_of(analysed)),
        people=_people(pooled, wave),
        name_others=study.competitors_named,
    )


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
    earlier = [AnalysedWave(code, code, _wave_of(pooled, code)) for code in before]
    latest = AnalysedWave(codes[len(before)], "", analysed)
    alike = waves_alike([*earlier, latest], everything) if before else None
    return wave_survey(analysed, facts, earlier=earlier, alike=alike, name_others=name_others)


def _people(pooled: Analysed, wave: Wave) -> tuple[NDArray[np.str_], ...]:
    if pooled.collected is None:
        return ()
    return pooled.collected.people(pooled.dataset.wave == wave.code)


def _wave_of(pooled: Analysed, code: str) -> Analysed:
    return pooled.part(pooled.dataset.wave == code)


def wave_survey(
    analysed: Analysed,
    facts: SurveyFacts,
    *,
    earlier: Sequence[AnalysedWave] = (),
    alike: Comparability | None = None,
    target: Mapping[str, Sequence[str]] | None = None,
    metrics: MeasuredWave | None = None,
    people: tuple[NDArray[np.str_], ...] = (),
    name_others: bool = False,
) -> Survey:
    """An analysed wave with the waves before it, the oldest first.

    Raises
    ------
    survey_app.services.analyse.NothingToAnalyseError
        nobody answered.
    """
    return Survey(
        analysis=analysed.scores,
        instruments=analysed.asked_instruments,
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
        people=people,
    )


def _earlier(waves: Sequence[AnalysedWave]) -> Iterator[EarlierWave]:
    """The waves in which somebody answered."""
    for wave in waves:
        try:
            yield EarlierWave(wave.name, wave.analysed.scores)
        except NothingToAnalyseError:
            continue
