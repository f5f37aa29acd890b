"""Studies are made, opened and closed by their rules, and seen only by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import load_instrument
from survey_app.domain.study import Brand, StudyError, StudyState
from survey_app.domain.user import Role, User
from survey_app.services.study import (
    close_study,
    create_study,
    instruments_of,
    open_study,
    readable_brands,
    revise_study,
    scorecard_for,
    set_brands,
    set_consent,
    studies_for,
    study_for,
)
from tests.survey_app.services.conftest import CONSENT, two_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork


def _user(unit: UnitOfWork, name: str, role: Role = Role.RESEARCHER) -> User:
    user = User(f"{name}@example.org", name, role, password_hash="none")
    unit.users.add(user)
    unit.flush()
    return user


def _draft(unit: UnitOfWork, owner: User, **changed: Any) -> Study:
    description = {
        "title": "Engagement",
        "instruments": ["core_engagement"],
        "languages": ["en", "ru"],
        "brands": two_brands(),
        "consent": CONSENT,
        **changed,
    }
    return create_study(unit, owner=owner, **description)


def test_study_is_kept_as_described(database: Database) -> None:
    """A study comes back from the database with its parts in order."""
    with database.writing() as unit:
        key = _draft(
            unit, _user(unit, "ada"), title=" A \n study\x00 ", sponsor=" Us ", instructed_item=True
        ).key
        unit.commit()
    with database.reading() as unit:
        study = unit.studies.by_key(key)
        assert study is not None
        assert (study.title, study.sponsor, study.state) == ("A study", "Us", StudyState.DRAFT)
        assert [brand.code for brand in study.brands] == ["north", "south"]
        assert study.brands[0].name("ru") == "Север"
        assert instruments_of(study) == [load_instrument("core_engagement")]
        assert study.created_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"instruments": []}, "at least one instrument"),
        ({"instruments": ["satisfaction", "satisfaction"]}, "share identifiers"),
        ({"languages": []}, "at least one language"),
        ({"languages": ["English"]}, "not a language tag"),
        ({"languages": ["en" + "-abcdefgh" * 4]}, "at most 35 characters"),
        ({"brands": [Brand("a b", {"en": "A"})]}, "cannot be used"),
        ({"brands": [Brand("", {"en": "A"})]}, "cannot be used"),
        ({"brands": [Brand("a", {"en": "A"}), Brand("A", {"en": "B"})]}, "same code: a, A"),
    ],
)
def test_broken_descriptions_are_refused(
    sqlite_database: Database, changed: dict[str, Any], message: str
) -> None:
    """Each broken rule is named, and no study is made."""
    with sqlite_database.writing() as unit:
        owner = _user(unit, "ada")
        with pytest.raises(StudyError, match=message):
            _draft(unit, owner, **changed)
        assert unit.studies.all() == []


def test_opening_names_all_that_is_missing(sqlite_database: Database) -> None:
    """A study without brands, names or consent stays a draft until they are there."""
    with sqlite_database.writing() as unit:
        study = _draft(unit, _user(unit, "ada"), brands=[], consent={"en": "Agree?", "ru": " "})
        with pytest.raises(StudyError, match=r"brand.*consent text in Russian"):
            open_study(study)
        set_brands(study, [Brand("a", {"en": "A"})])
        with pytest.raises(StudyError, match="name in Russian"):
            open_study(study)
        set_brands(study, [Brand("a", {"en": "A", "ru": "А"})])
        set_consent(study, CONSENT)
        open_study(study)
        assert study.state is StudyState.OPEN
        assert [wave.code for wave in study.waves] == ["1"]


def test_wording_is_needed_for_opening(sqlite_database: Database) -> None:
    """A language in which an instrument is not worded cannot be asked in."""
    with sqlite_database.writing() as unit:
        study = _draft(unit, _user(unit, "ada"), languages=["en", "pt"])
        with pytest.raises(StudyError, match="'core_engagement' has no wording in pt"):
            open_study(study)
        assert study.state is StudyState.DRAFT


def test_opened_study_is_frozen(sqlite_database: Database) -> None:
    """Nothing of what respondents see can be changed once a study was opened, nor after closing."""
    with sqlite_database.writing() as unit:
        study = _draft(unit, _user(unit, "ada"))
        open_study(study)
        for _ in range(2):
            with pytest.raises(StudyError, match="frozen"):
                set_brands(study, [])
            with pytest.raises(StudyError, match="frozen"):
                set_consent(study, {})
            with pytest.raises(StudyError, match="frozen"):
                revise_study(study, title="Other", instruments=["satisfaction"], languages=["en"])
            if study.state is StudyState.OPEN:
                close_study(study)
        with pytest.raises(StudyError, match="Only an open study"):
            close_study(study)


def test_revised_brand_keeps_its_managers(database: Database) -> None:
    """Renaming and reordering brands of a draft leaves assignments to the ones that stay."""
    with database.writing() as unit:
        study = _draft(unit, _user(unit, "ada"))
        manager = _user(unit, "max", Role.MANAGER)
        manager.brand_ids = {brand.id for brand in study.brands if brand.id is not None}
        unit.flush()
        set_brands(study, [Brand("south", {"en": "Deep South"}), Brand("east", {"en": "East"})])
        unit.commit()
        key = study.key
    with database.reading() as unit:
        study_again = unit.studies.by_key(key)
        manager_again = unit.users.by_email("max@example.org")
        assert study_again is not None
        assert manager_again is not None
        assert [brand.code for brand in study_again.brands] == ["south", "east"]
        assert study_again.brands[0].names == {"en": "Deep South"}
        assert manager_again.brand_ids == {study_again.brands[0].id}


def test_only_the_owner_works_on_a_study(database: Database) -> None:
    """Another researcher, a manager, an administrator and a shut-out owner get nothing."""
    with database.writing() as unit:
        ada, bob = _user(unit, "ada"), _user(unit, "bob")
        study = _draft(unit, ada)
        others = [bob, _user(unit, "max", Role.MANAGER), _user(unit, "root", Role.ADMINISTRATOR)]
        assert study_for(unit, ada, study.key) is study
        assert studies_for(unit, ada) == [study]
        assert study_for(unit, ada, "no-such-study") is None
        for other in others:
            assert study_for(unit, other, study.key) is None
            assert studies_for(unit, other) == []
            assert readable_brands(unit, other) == []
        ada.active = False
        assert study_for(unit, ada, study.key) is None
        assert readable_brands(unit, ada) == []


def test_manager_reads_assigned_brands_only(database: Database) -> None:
    """A manager's brands may lie in several studies; no other brand of theirs can be read."""
    with database.writing() as unit:
        ada, manager = _user(unit, "ada"), _user(unit, "max", Role.MANAGER)
        first, second = _draft(unit, ada), _draft(unit, ada, title="Second")
        manager.brand_ids = {first.brands[0].id or 0, second.brands[1].id or 0}
        pairs = [(study.title, brand.code) for study, brand in readable_brands(unit, manager)]
        assert pairs == [("Second", "south"), ("Engagement", "north")]
        assert scorecard_for(unit, manager, first.key, "north") == (first, first.brands[0])
        assert scorecard_for(unit, manager, first.key, "south") is None
        assert scorecard_for(unit, manager, first.key, "west") is None
        assert scorecard_for(unit, manager, "no-such-study", "north") is None
        assert scorecard_for(unit, ada, first.key, "south") == (first, first.brands[1])
        assert len(readable_brands(unit, ada)) == 4
        manager.role = Role.ADMINISTRATOR
        assert scorecard_for(unit, manager, first.key, "north") is None
