"""A study before it is opened: what it is about, and its questionnaire in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey_app.domain.questionnaire import BrandQuestion
from survey_app.domain.study import Brand, Mode, Repeats, StudyError
from survey_app.services import next_version
from survey_app.services.design_blocks import add_shipped
from survey_app.services.draft import (
    About,
    content_in_making,
    create_draft,
    describe,
    keep_content,
    revise,
    with_brands,
)
from survey_app.services.study import open_study
from tests.people import add_person
from tests.survey_app.services.conftest import CONSENT, two_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork

SHOPS = About("Shops", ["en", "ru"])


def drafted(unit: UnitOfWork) -> Study:
    """A whole draft study in the database."""
    owner = add_person(unit, "ada@example.org")
    study = create_draft(unit, owner, SHOPS)
    content, _ = add_shipped(content_in_making(study), "core_engagement")
    content = with_brands(content, two_brands(), BrandQuestion.ONE, 1)
    keep_content(study, {**content, "consent": CONSENT})
    return study


def test_a_questionnaire_in_the_making_comes_back_as_it_was_kept(database: Database) -> None:
    """What was kept is what is given to be changed next, from the database too."""
    with database.writing() as unit:
        study = drafted(unit)
        described = About("Other", ["en"], Mode.PSEUDONYMOUS, "Guests", "Guild", True, Repeats.NONE)
        describe(study, described)
        unit.commit()
        content, key = content_in_making(study), study.key
    with database.reading() as unit:
        kept = unit.studies.by_key(key)
        assert kept is not None
        assert content_in_making(kept) == content
        assert (kept.title, kept.mode, kept.sponsor) == ("Other", Mode.PSEUDONYMOUS, "Guild")
        assert kept.repeats is Repeats.NONE
        assert kept.missing_for_opening() == []


def test_brands_are_changed_without_losing_their_identity(database: Database) -> None:
    """A brand that stays keeps its identifier; another is added, a third removed, order changed."""
    with database.writing() as unit:
        study = drafted(unit)
        unit.commit()
        north = study.brand("north").id
        brands = [Brand("new", {"en": "New", "ru": "Новый"}), *two_brands()[:1]]
        content = with_brands(content_in_making(study), brands, BrandQuestion.KNOWN, 2)
        keep_content(study, content)
        unit.commit()
        key = study.key
    with database.reading() as unit:
        kept = unit.studies.by_key(key)
        assert kept is not None
        assert [brand.code for brand in kept.brands] == ["new", "north"]
        assert kept.brand("north").id == north


def test_what_breaks_a_rule_is_refused(sqlite_database: Database) -> None:
    """Brands of one code, too many of them asked about, and a questionnaire beyond all measure."""
    with sqlite_database.writing() as unit:
        study = drafted(unit)
        content = content_in_making(study)
        twice = [Brand("a", {"en": "A"}), Brand("A", {"en": "B"})]
        with pytest.raises(StudyError, match="same code"):
            with_brands(content, twice, BrandQuestion.ONE, 1)
        with pytest.raises(StudyError, match="1 to 10"):
            with_brands(content, two_brands(), BrandQuestion.KNOWN, 0)
        with pytest.raises(StudyError, match="too large"):
            keep_content(study, {**content, "consent": {"en": "x" * 3_000_001}})
        with pytest.raises(StudyError, match="at least one language"):
            revise(study, {**content, "languages": []})


def test_an_open_study_is_changed_by_its_next_version_alone(database: Database) -> None:
    """Once open nothing may be changed; a next version that was begun may, apart from what is
    asked."""
    with database.writing() as unit:
        study = drafted(unit)
        content = content_in_making(study)
        open_study(study)
        for refused in (
            lambda: content_in_making(study),
            lambda: keep_content(study, content),
            lambda: describe(study, SHOPS),
        ):
            with pytest.raises(StudyError, match="frozen"):
                refused()
        next_version.begin(study)
        changed, _ = add_shipped(content_in_making(study), "satisfaction")
        keep_content(study, changed)
        with pytest.raises(StudyError, match="frozen"):
            describe(study, SHOPS)
        unit.commit()
    assert len(content_in_making(study)["instruments"]) == 2
    assert len(study.instruments) == 1


def test_a_study_being_piloted_is_left_as_it_is(sqlite_database: Database) -> None:
    """The questionnaire that is tried out is not changed under those who try it."""
    with sqlite_database.writing() as unit:
        study = drafted(unit)
        study.pilot()
        with pytest.raises(StudyError, match="End the pilot"):
            content_in_making(study)
