"""Describing a study before it is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from instruments.load import load_instrument
from survey_app.domain.study import Brand, StudyError
from survey_app.services.draft import (
    Description,
    InstrumentError,
    WordingMissingError,
    create_draft,
    offered_instruments,
    revise_draft,
    with_wording,
)
from survey_app.services.study import open_study
from survey_app.services.user import create_user
from tests.survey_app.services.conftest import CONSENT, two_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork

CORE = load_instrument("core_engagement")
PII = load_instrument("zaichkowsky_1994_pii")


def description(**changes: object) -> Description:
    """A study about two brands in two languages."""
    base = Description("Shops", [CORE], ["en", "ru"], two_brands(), CONSENT)
    return replace(base, **changes)  # type: ignore[arg-type]


def drafted(unit: UnitOfWork) -> Study:
    """A draft study in the database."""
    owner = create_user(
        unit,
        email="ada@example.org",
        name="Ada",
        role="researcher",
        password="four unrelated words",
    )
    return create_draft(unit, owner, description())


def test_shipped_questionnaires_are_offered() -> None:
    """A new study may use every shipped questionnaire."""
    offered = {one.id for one in offered_instruments()}
    assert {"core_engagement", "satisfaction", "zaichkowsky_1994_pii"} <= offered


def test_draft_keeps_its_own_copy(database: Database) -> None:
    """When a draft is edited, the wording that was laid over its questionnaire is offered."""
    wording = "instrument: zaichkowsky_1994_pii\nwording: licensed\nlicence: Ours.\nitems:\n"
    wording += "".join(f"  p{n:02}: {{poles: {{en: [a{n}, b{n}]}}}}\n" for n in range(1, 11))
    worded = with_wording(PII, "mine.yaml", wording.encode())
    with database.writing() as unit:
        study = drafted(unit)
        revise_draft(study, description(instruments=[worded], languages=["en"]))
        unit.commit()
        copies = {one.id: one for one in offered_instruments(study)}
    assert copies["zaichkowsky_1994_pii"].is_worded("en")
    assert not PII.is_worded("en")


def test_refused_wording_names_the_uploaded_file() -> None:
    """The message names the file as its owner knows it, with the line at fault."""
    with pytest.raises(InstrumentError, match=r"^mine\.yaml, line 1"):
        with_wording(PII, "mine.yaml", b"instrument: core_engagement\nwording: licensed\n")


def test_language_without_wording_is_refused(database: Database) -> None:
    """Neither a new study nor a draft can ask in a language that has no wording."""
    unworded = description(instruments=[CORE, PII])
    with database.writing() as unit:
        study = drafted(unit)
        with pytest.raises(WordingMissingError, match="has no wording in en, ru"):
            revise_draft(study, unworded)
    assert study.instruments[0]["id"] == "core_engagement"


def test_brands_are_changed_without_losing_their_identity(database: Database) -> None:
    """A brand that stays keeps its identifier; another is added, a third removed, order changed."""
    with database.writing() as unit:
        study = drafted(unit)
        unit.commit()
        north = study.brand("north").id
        brands = [Brand("new", {"en": "New", "ru": "Новый"}), *two_brands()[:1]]
        revise_draft(study, description(brands=brands))
        unit.commit()
        key = study.key
    with database.reading() as unit:
        kept = unit.studies.by_key(key)
        assert kept is not None
        assert [brand.code for brand in kept.brands] == ["new", "north"]
        assert kept.brand("north").id == north


def test_opened_study_is_not_described_anew(database: Database) -> None:
    """Once open, a study refuses a new description and keeps the old one."""
    with database.writing() as unit:
        study = drafted(unit)
        open_study(study)
        with pytest.raises(StudyError, match="frozen"):
            revise_draft(study, description(title="Other"))
        assert study.title == "Shops"
