"""Which scales interviews were asked, so that no analysis shows what nobody was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import MISSING
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.questionnaire import read_design

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from instruments.model import Instrument
    from psychometrics.dataset import Dataset
    from survey_app.domain.study import Study
    from survey_app.services.dataset import StudyAnswers


@dataclass(frozen=True)
class AskedScales:
    """The scales that the versions of a questionnaire asked.

    A scale was asked where a block of a version that any of the interviews was asked holds it, or
    where any of them has an answer to it: interviews of a file may know no version.

    Exports keep the variables of all items all the same, since the questionnaire has them, and the
    columns of two exports of one study then stay the same; they have no score of a scale that
    nobody was asked.

    Parameters
    ----------
    by_version : identifiers of the scales by version. version : (n,) of each row.
    """

    by_version: Mapping[int, frozenset[str]] = field(default_factory=dict)
    version: NDArray[np.intp] | None = None

    @classmethod
    def of(cls, study: Study, collected: StudyAnswers) -> AskedScales:
        """Those of a study's answers."""
        by_version = {one.number: _asked(one.content) for one in study.versions}
        return cls(by_version, np.array(collected.version, np.intp))

    def part(self, rows: NDArray[np.bool_]) -> AskedScales:
        """The same of some rows."""
        return self if self.version is None else replace(self, version=self.version[rows])

    def scored(self, dataset: Dataset) -> Dataset:
        """The answers with the keys of scales that were asked; all of them where none was."""
        keys = tuple(key for key in dataset.keys if self.asked(key.scale, key.items, dataset))
        return replace(dataset, keys=keys) if keys else dataset

    def instruments(
        self, instruments: Iterable[Instrument], dataset: Dataset
    ) -> tuple[Instrument, ...]:
        """Those of which a scale was asked; all of them where none was."""
        every = tuple(instruments)
        found = tuple(
            one
            for one in every
            if any(
                self.asked(scale.id, [item.id for item in scale.items], dataset)
                for scale in one.scales
            )
        )
        return found or every

    def asked(self, scale: str, items: Iterable[str], dataset: Dataset) -> bool:
        """Whether anybody was asked a scale of these items."""
        if self.version is None or any(scale in asked for asked in self._present):
            return True
        known = [item for item in items if item in dataset.item_ids]
        return bool((dataset.answers[:, dataset.columns(known)] != MISSING).any())

    @property
    def _present(self) -> list[frozenset[str]]:
        numbers = [] if self.version is None else np.unique(self.version).tolist()
        return [self.by_version[number] for number in numbers if number in self.by_version]


def _asked(content: Mapping[str, Any]) -> frozenset[str]:
    """The scales that the blocks of a version hold."""
    instruments = read_instruments(content["instruments"])
    scales = {one.id: [scale.id for scale in one.scales] for one in instruments}
    design = read_design(content["design"], instruments)
    return frozenset(
        scale
        for block in design.blocks
        for scale in block.scales or scales.get(block.instrument, ())
    )
