"""Which scales interviews were asked adaptively, so that nobody adds up what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_app.services.asked_scales import AskedScales
from survey_app.services.short_form_results import without_adaptive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset, ScoringKey
    from survey_app.domain.study import Study
    from survey_app.services.dataset import StudyAnswers

NOTHING_WHOLE = (
    "Every scale was asked adaptively, each person only as much as was needed, so that there are "
    "no sums of answers to analyse. What the short forms tell stands with the results."
)


@dataclass(frozen=True)
class AdaptiveScales:
    """The rules by which the interviews at hand were asked.

    Parameters
    ----------
    by_version : rules of adaptive scales by version of the questionnaire. version : (n,) of each
        row. keys : how all scales are scored, adaptive or not. asked : which of them anybody was
        asked.
    """

    by_version: Mapping[int, Mapping[str, Any]]
    version: NDArray[np.intp]
    keys: tuple[ScoringKey, ...]
    asked: AskedScales = field(default_factory=AskedScales)

    @classmethod
    def of(cls, study: Study, collected: StudyAnswers) -> AdaptiveScales:
        """Those of a study's answers."""
        by_version = {
            one.number: one.content["design"].get("adaptive", {}) for one in study.versions
        }
        version = np.array(collected.version, np.intp)
        return cls(by_version, version, collected.dataset.keys, AskedScales.of(study, collected))

    @classmethod
    def everybody(cls, rules: Mapping[str, Any], dataset: Dataset) -> AdaptiveScales:
        """Where everybody was asked by the same rules."""
        return cls({1: rules}, np.ones(dataset.n, np.intp), dataset.keys)

    @property
    def rules(self) -> dict[str, Any]:
        """Rules by scale, where any of the interviews was asked it adaptively; the latest ones."""
        found: dict[str, Any] = {}
        for number in np.unique(self.version).tolist():
            found |= self.by_version.get(number, {})
        return found

    def part(self, rows: NDArray[np.bool_]) -> AdaptiveScales:
        """The same of some rows."""
        return replace(self, version=self.version[rows], asked=self.asked.part(rows))

    def scored(self, dataset: Dataset) -> Dataset:
        """The answers with the keys of those scales that anybody was asked, and all of them
        whole."""
        return without_adaptive(self.asked.scored(replace(dataset, keys=self.keys)), self.rules)
