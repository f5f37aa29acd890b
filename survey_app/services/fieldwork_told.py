"""What a report is told of the fieldwork that no answer holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.services.asked_alike import asked_from_wave_to_wave
from survey_app.services.response import response_of

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset
    from reports.asked import AskedWaves
    from reports.response import Response
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class FieldworkTold:
    """How many of those asked answered, and how what was asked differs from wave to wave."""

    response: Response = None
    asked: tuple[AskedWaves, ...] = ()


def fieldwork_told(
    unit: UnitOfWork, study: Study, wave: Wave | None, dataset: Dataset
) -> FieldworkTold:
    """What the psychometric report of a wave, or of all, is told; `dataset` are its answers."""
    return FieldworkTold(
        response=response_of(unit, study, wave, dataset),
        asked=asked_from_wave_to_wave(unit, study, wave),
    )
