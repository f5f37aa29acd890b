"""Trying a questionnaire out before it counts: answers of pilots stay apart from real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.domain.study import StudyError
from survey_app.services.adaptive_scales import AdaptiveScales
from survey_app.services.analyse import Analysed, AnalysisCache
from survey_app.services.calibration import require_fitting_rules
from survey_app.services.dataset import answers_of, saved_id
from survey_app.services.export import ExportFile, export_file
from survey_app.services.study import instruments_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork


def start_pilot(study: Study) -> None:
    """Take answers that never count. Raises StudyError, naming everything that is still missing,
    unless the study is a draft."""
    require_fitting_rules(study.content())
    study.pilot()


def end_pilot(study: Study) -> None:
    """Back to the draft; interviews that were begun end here. Raises StudyError unless it is being
    piloted."""
    study.end_pilot()


def pilot_file(unit: UnitOfWork, study: Study) -> ExportFile:
    """The answers of the study's pilots as CSV with a codebook; real answers are not among them."""
    answers = answers_of(unit, study, pilot=True)
    instruments = tuple(instruments_of(study))
    names = {brand.code: brand.name("en") for brand in study.brands}
    dataset = AdaptiveScales.of(study, answers).scored(answers.dataset)
    collected = replace(answers, dataset=dataset)
    analysed = Analysed(dataset, instruments, 30, AnalysisCache(), collected=collected)
    return export_file(analysed, "csv", brand_labels=names)


def delete_pilot_answers(unit: UnitOfWork, study: Study) -> int:
    """Delete all answers of the study's pilots, those on papers that wait too; how many interviews
    that were."""
    study_id = saved_id(study.id)
    unit.paper_sheets.forget_waiting(study_id, pilot=True)
    return unit.versions.delete_pilots(study_id)


def require_unpiloted(unit: UnitOfWork, study: Study, codes: Collection[str]) -> None:
    """Raise StudyError where a brand that pilot answers are about is not among `codes`."""
    lost = sorted(unit.versions.pilot_brands(saved_id(study.id)) - set(codes))
    if lost:
        raise StudyError(
            f"The pilot holds answers about {', '.join(lost)}. Keep the brand, or delete the "
            "answers of the pilot first."
        )
