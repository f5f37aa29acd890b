"""A copy of a study holds every setting, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Table, select

from survey_app.domain.place import Place
from survey_app.domain.study import Mode, Repeats, StudyError, now
from survey_app.services.copy_study import (
    BRAND_OWN,
    BRAND_SETTINGS,
    STUDY_OWN,
    STUDY_SETTINGS,
    TABLES_COPIED,
    TABLES_OWN,
    WAVE_OWN,
    WAVE_SETTINGS,
    copy_study,
)
from survey_app.services.looks import take_logo
from survey_app.services.user import assign_brands
from survey_app.storage.tables import brand, metadata, study, wave
from tests.people import add_person
from tests.survey_app.services.conftest import two_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork
    from tests.survey_app.services.conftest import Fieldwork

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
SETTINGS = {"study": STUDY_SETTINGS, "brand": BRAND_SETTINGS, "wave": WAVE_SETTINGS}
OWN = {"study": STUDY_OWN, "brand": BRAND_OWN, "wave": WAVE_OWN}

OTHER_VALUES: dict[str, Any] = {
    "shuffle_items": False,
    "instructed_item": False,
    "competitors_named": True,
    "population": "Customers",
    "sponsor": "A sponsor",
    "target": {"age": ["18-29"]},
    "metrics": {"weights": "standard"},
    "retention": {"answers": 12},
    "design": {"blocks": []},
    "mode": Mode.PSEUDONYMOUS,
    "repeats": Repeats.NONE,
    "consent": {"en": "Quite another text."},
    "languages": ["ru"],
    "instruments": [],
}
"""A value of each setting that no new study has."""


@pytest.mark.parametrize("table", [study, brand, wave], ids=lambda table: table.name)
def test_every_column_is_decided_on(table: Table) -> None:
    """Whoever adds a column says whether a copy takes it over."""
    settings, own = SETTINGS[table.name], OWN[table.name]
    assert set(settings) | set(own) == {column.name for column in table.columns}
    assert not set(settings) & set(own)


def test_every_table_is_decided_on() -> None:
    """Whoever adds a table that belongs to studies says whether a copy takes its rows over."""
    of_studies = {table.name for table in metadata.sorted_tables if "study_id" in table.c}
    assert set(TABLES_COPIED) | set(TABLES_OWN) == of_studies


def filled(unit: UnitOfWork, key: str) -> Study:
    """The study with a value in every setting, a colour, a logo and a manager."""
    found = unit.studies.by_key(key)
    assert found is not None
    for name, value in OTHER_VALUES.items():
        setattr(found, name, value)
    found.brands[0].colour = "#0a7d4f"
    take_logo(unit, found.brands[0], LOGO)
    unit.places.add(Place(found.id or 0, "till", "The till"))
    unit.alerts.switch(found.id or 0, on=False)
    manager = add_person(unit, "mona@example.org", "manager", "Mona")
    assign_brands(unit, manager, [found.brands[0].id or 0])
    unit.flush()
    return found


def rows(database: Database, table: Table, study_id: int) -> list[dict[str, Any]]:
    """The rows of a study as they are kept."""
    owner = table.c.id if table is study else table.c.study_id
    with database.engine.connect() as connection:
        query = select(table).where(owner == study_id).order_by(*table.primary_key)
        return [dict(row) for row in connection.execute(query).mappings()]


def test_every_setting_is_copied_and_nothing_else(fieldwork: Fieldwork) -> None:
    """Each setting has the same value in the copy, each other column one of its own; no table holds
    anything of the copy but those of settings."""
    key = fieldwork.start("an-answer")
    fieldwork.answer(key, 1)
    with fieldwork.database.writing() as unit:
        original = filled(unit, fieldwork.study_key)
        owner = unit.users.by_email("ada@example.org")
        assert owner is not None
        copy = copy_study(unit, original, owner, " The copy ")
        assert set(OTHER_VALUES) == set(STUDY_SETTINGS)
        ids = original.id or 0, copy.id or 0
        unit.commit()
    for table in (study, brand, wave):
        old, new = (rows(fieldwork.database, table, study_id) for study_id in ids)
        assert len(new) == len(old) > 0
        for before, after in zip(old, new, strict=True):
            for name in SETTINGS[table.name]:
                assert after[name] == before[name], name
    (made,) = rows(fieldwork.database, study, ids[1])
    assert (made["title"], made["state"], made["version"]) == ("The copy", "draft", 0)
    assert made["key"] != fieldwork.study_key
    assert rows(fieldwork.database, brand, ids[1])[0]["logo"]
    assert [row["first_day"] for row in rows(fieldwork.database, wave, ids[1])] == [None]
    for table in metadata.sorted_tables:
        if "study_id" in table.c:
            copied = len(rows(fieldwork.database, table, ids[1]))
            held = len(rows(fieldwork.database, table, ids[0]))
            assert copied == (held if table.name in TABLES_COPIED else 0), table.name
            assert copied or table.name not in TABLES_COPIED, table.name


def test_a_copy_is_changed_without_its_original(sqlite_fieldwork: Fieldwork) -> None:
    """Nothing of them is shared, and the copy needs a title."""
    with sqlite_fieldwork.database.writing() as unit:
        original = unit.studies.by_key(sqlite_fieldwork.study_key)
        assert original is not None
        owner = unit.users.by_email("ada@example.org")
        assert owner is not None
        with pytest.raises(StudyError, match="a title of 1 to 200"):
            copy_study(unit, original, owner, " ")
        copy = copy_study(unit, original, owner, "Copy")
        copy.instruments[0]["scales"].clear()
        copy.consent.clear()
        copy.brands[0].names.clear()
        assert original.instruments[0]["scales"]
        assert original.consent
        assert original.brands[0].names == two_brands()[0].names
        assert copy.created_at <= now()
