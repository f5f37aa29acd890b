"""What a study's answers say: worked out once for the same answers, then remembered."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from instruments.model import Instrument
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.dataset import Dataset
    from psychometrics.efa import Method, Rotation
    from psychometrics.measurement import MeasurementAnalysis
    from psychometrics.structure import StructureAnalysis
    from reports.validation import Validation
    from survey_app.domain.study import Study, Wave
    from survey_app.services.adaptive_scales import AdaptiveScales
    from survey_app.services.dataset import StudyAnswers
    from survey_app.services.short_form_results import AdaptiveResult
    from survey_app.storage.database import UnitOfWork

MOST_REMEMBERED = 32

Result = TypeVar("Result")


class AnalysisCache:
    """The latest analyses by the fingerprint of their answers; the longest unused is forgotten.

    One for each process, safe among threads. An analysis is asked for once at a time, so two
    requests for the same one cost one.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._lock = RLock()
        self._known: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def remembered(self, key: tuple[Any, ...], make: Callable[[], Result]) -> Result:
        """The result kept under `key`, made by `make` where there is none."""
        with self._lock:
            if key not in self._known:
                self._known[key] = make()
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return cast("Result", self._known[key])


class NothingToAnalyseError(ValueError):
    """These answers allow no result yet. The message says why, in words for the researcher."""


@dataclass(frozen=True, slots=True)
class FactorChoices:
    """How the items are factor-analysed; `factors` None takes one for each dimension."""

    extraction: Method = "minres"
    rotation: Rotation = "oblimin"
    factors: int | None = None


@dataclass(frozen=True)
class Analysed:
    """Answers with what was asked and what they say; each part is worked out when it is needed.

    `brands` are the codes that count as brands, with or without answers; None for those found.
    `instruments` are all of the questionnaire, `asked_instruments` those that anybody was asked.
    `validation` is the standing of the instruments, by identifier, where it could be looked up.
    `collected` is what no analysis uses but an export holds, where the answers were collected here;
    `adaptive` says which scales were asked adaptively: they have no key in `dataset`.
    """

    dataset: Dataset
    instruments: tuple[Instrument, ...]
    minimum_n: int
    cache: AnalysisCache
    brands: tuple[str, ...] | None = None
    factor_choices: FactorChoices = FactorChoices()
    validation: Mapping[str, Validation] = field(default_factory=dict)
    collected: StudyAnswers | None = None
    adaptive: AdaptiveScales | None = None

    @property
    def is_part(self) -> bool:
        """Whether these are some of the interviews only, as a reader chose them."""
        return False

    @cached_property
    def scores(self) -> ScoreAnalysis:
        """Screening, scores, reliability, items and comparisons. Raises NothingToAnalyseError."""
        return self.cache.remembered(
            ("scores", self.dataset.simulated, self.brands, self.minimum_n, *self._answers),
            self._make_scores,
        )

    @cached_property
    def structure(self) -> StructureAnalysis:
        """Adequacy, number of factors and loadings of the dimensions' items, from the interviews
        that screening keeps. Raises NothingToAnalyseError."""
        return self.cache.remembered(
            ("structure", self.brands, self.factor_choices, *self._answers), self._make_structure
        )

    @property
    def structure_if_any(self) -> StructureAnalysis | None:
        """The structure, None where the answers do not allow one (too few, too few items)."""
        try:
            return self.structure
        except NothingToAnalyseError:
            return None

    @cached_property
    def measurement(self) -> MeasurementAnalysis:
        """Competing models, validity, comparability across groups and precision, from the
        interviews that screening keeps. Raises NothingToAnalyseError."""
        return self.measure()

    def measure(
        self, on_progress: Callable[[float, str], None] | None = None
    ) -> MeasurementAnalysis:
        """`measurement`, telling how far it is."""
        return self.cache.remembered(
            ("measurement", self.brands, *self._answers),
            lambda: self._make_measurement(on_progress),
        )

    @property
    def measurement_if_any(self) -> MeasurementAnalysis | None:
        """The tests of measurement, None where the answers do not allow them."""
        try:
            return self.measurement
        except NothingToAnalyseError:
            return None

    def why_not(self, part: Literal["structure", "measurement"]) -> str:
        """Why these answers do not allow a part, "" where they do."""
        try:
            _ = getattr(self, part)
        except NothingToAnalyseError as error:
            return str(error)
        return ""

    def part(self, rows: NDArray[np.bool_]) -> Analysed:
        """The same, of some interviews only: (n,) mask."""
        dataset = self.dataset.select(rows)
        if self.adaptive is None:
            return replace(self, dataset=dataset)
        adaptive = self.adaptive.part(rows)
        return replace(self, dataset=adaptive.scored(dataset), adaptive=adaptive)

    @property
    def short_forms(self) -> Mapping[str, AdaptiveResult]:
        """What the scales tell that were asked adaptively, by scale."""
        rules = self.adaptive.rules if self.adaptive is not None else {}
        if not rules:
            return {}
        from survey_app.services.short_form_results import adaptive_results

        told = json.dumps(rules, sort_keys=True)
        return self.cache.remembered(
            ("short forms", self.brands, told, *self._answers),
            lambda: adaptive_results(self.dataset, rules),
        )

    @property
    def asked_adaptively(self) -> tuple[str, ...]:
        """The scales that were asked adaptively."""
        return () if self.adaptive is None else tuple(self.adaptive.rules)

    @property
    def asked_instruments(self) -> tuple[Instrument, ...]:
        """The instruments of which anybody was asked anything."""
        if self.adaptive is None:
            return self.instruments
        return self.adaptive.asked.instruments(self.instruments, self.dataset)

    @property
    def only_short_forms(self) -> bool:
        """Whether every scale was asked adaptively, so that there are no scores to analyse."""
        return bool(self.asked_adaptively) and not self.dataset.keys

    @property
    def _answers(self) -> tuple[str]:
        return (self.dataset.fingerprint,)

    def _make_scores(self) -> ScoreAnalysis:
        from psychometrics.analysis import analyse_scores
        from psychometrics.dataset import DatasetError
        from survey_app.services.adaptive_scales import NOTHING_WHOLE

        if self.only_short_forms:
            raise NothingToAnalyseError(NOTHING_WHOLE)
        try:
            return analyse_scores(self.dataset, minimum_n=self.minimum_n, brands=self.brands)
        except DatasetError as error:
            raise NothingToAnalyseError(str(error)) from None

    def _make_measurement(
        self, on_progress: Callable[[float, str], None] | None
    ) -> MeasurementAnalysis:
        from psychometrics.cfa.errors import ModelError
        from psychometrics.dataset import DatasetError
        from psychometrics.measurement import analyse_measurement

        try:
            return analyse_measurement(self.dataset, rows=self.scores.kept, on_progress=on_progress)
        except (ModelError, DatasetError) as error:
            raise NothingToAnalyseError(str(error)) from None

    def _make_structure(self) -> StructureAnalysis:
        from psychometrics.efa import EfaError
        from psychometrics.structure import analyse_structure

        try:
            return analyse_structure(
                self.dataset,
                rows=self.scores.kept,
                method=self.factor_choices.extraction,
                rotation=self.factor_choices.rotation,
                factors=self.factor_choices.factors,
            )
        except EfaError as error:
            raise NothingToAnalyseError(str(error)) from None


def analyse_study(
    unit: UnitOfWork,
    study: Study,
    wave: Wave | None = None,
    *,
    cache: AnalysisCache,
    minimum_n: int = 30,
) -> Analysed:
    """A study's answers, of one wave or of all, ready to be analysed.

    The answers are read at each call, so that a result is never older than the last interview;
    what was worked out for the same answers before is taken from `cache`.
    """
    from survey_app.services.adaptive_scales import AdaptiveScales
    from survey_app.services.dataset import answers_of
    from survey_app.services.evidence import validations
    from survey_app.services.study import instruments_of

    collected = answers_of(unit, study, wave=wave.code if wave is not None else None)
    adaptive = AdaptiveScales.of(study, collected)
    dataset = adaptive.scored(collected.dataset)
    asked = tuple(instruments_of(study))
    return Analysed(
        dataset=dataset,
        instruments=asked,
        validation=validations(unit, asked, sorted(set(dataset.language.tolist()) - {""})),
        brands=tuple(brand.code for brand in study.brands) or None,
        minimum_n=minimum_n,
        cache=cache,
        collected=replace(collected, dataset=dataset),
        adaptive=adaptive,
    )
