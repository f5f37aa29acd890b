"""A notice to a researcher: what of a study will be deleted, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.domain.posted import Posted
from survey_app.domain.study import new_key

if TYPE_CHECKING:
    from datetime import date

    from survey_app.domain.retention import Kept


@dataclass(eq=False)
class RetentionNotice(Posted):
    """One mail about one deletion; unique by study, reader, kind and day."""

    study_id: int
    reader_id: int
    what: Kept
    due_on: date
    key: str = field(default_factory=new_key)
