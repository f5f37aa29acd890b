"""A study once more: every setting, none of its answers, contacts, managers or versions."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from survey_app.domain.place import Place
from survey_app.domain.study import Brand, Study, StudyError, Wave
from survey_app.domain.text import one_line

if TYPE_CHECKING:
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

LONGEST_TITLE = 200

STUDY_SETTINGS = (
    "instruments",
    "languages",
    "consent",
    "shuffle_items",
    "instructed_item",
    "competitors_named",
    "population",
    "sponsor",
    "target",
    "metrics",
    "retention",
    "design",
    "mode",
    "repeats",
)
STUDY_OWN = (
    "id",
    "key",
    "title",
    "owner_id",
    "created_at",
    "state",
    "version",
    "next_content",
    # These tell where the answers of a study come from, and a copy has none.
    "simulated",
    "source",
)
"""Columns of a study that a copy takes over, and those that each study has of its own."""

BRAND_SETTINGS = ("code", "names", "position", "colour", "logo_type", "logo")
BRAND_OWN = ("id", "study_id")

WAVE_SETTINGS = ("code", "name", "position")
WAVE_OWN = ("id", "study_id", "first_day", "last_day", "opens_at", "closes_at")
"""A field period belongs to one fieldwork: that of the copy is still to be chosen."""


TABLES_COPIED = ("brand", "wave", "place", "alerts_off")
TABLES_OWN = (
    "alert",
    "audit",
    "contact",
    "delivery",
    "instrument_evidence",
    "interview",
    "job",
    "mailing",
    "metric_value",
    "paper_sheet",
    "paper_taken",
    "person",
    "retention_notice",
    "schedule",
    "study_version",
    "sum_count",
    "unsubscription",
)
"""Tables whose rows of a study are copied, and those whose rows are its own."""


def copy_study(unit: UnitOfWork, study: Study, owner: User, title: str) -> Study:
    """Add a draft with every setting of a study, and return it with its identifiers.

    Raises
    ------
    StudyError
        the title is empty or too long.
    """
    told = one_line(title)
    if not told or len(told) > LONGEST_TITLE:
        raise StudyError(f"Give the copy a title of 1 to {LONGEST_TITLE} characters.")
    settings = {name: deepcopy(getattr(study, name)) for name in STUDY_SETTINGS}
    copy = Study(
        title=told,
        owner_id=owner.id,
        brands=[_brand(brand) for brand in study.brands],
        waves=[Wave(wave.code, wave.name, wave.position) for wave in study.waves],
        **settings,
    )
    unit.studies.add(copy)
    unit.flush()
    logos = unit.logos.of_study(study.id or 0)
    for brand in copy.brands:
        if brand.code in logos:
            unit.logos.keep(brand.id or 0, logos[brand.code][0])
    for place in unit.places.of_study(study.id or 0):
        unit.places.add(Place(copy.id or 0, place.code, place.name))
    if unit.alerts.are_off(study.id or 0):
        unit.alerts.switch(copy.id or 0, on=False)
    return copy


def _brand(brand: Brand) -> Brand:
    kept = (name for name in BRAND_SETTINGS if name != "logo")
    return Brand(**{name: deepcopy(getattr(brand, name)) for name in kept})
