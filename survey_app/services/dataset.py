"""Answers between the database and the Dataset of an analysis, in bulk, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psychometrics.dataset import Dataset
    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork


def dataset_of(unit: UnitOfWork, study: Study, *, wave: str | None = None) -> Dataset:
    """The answers of a study, or of one wave (by its code)."""
    raise NotImplementedError


def import_dataset(unit: UnitOfWork, study: Study, dataset: Dataset) -> int:
    """Keep the answers of a Dataset as interviews of a study; the number of interviews added."""
    raise NotImplementedError
