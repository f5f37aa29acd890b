"""Members of a panel over several waves: how often they answered, and how files link them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from sqlalchemy import insert

from survey_app.domain.field_period import FieldPeriod
from survey_app.domain.questionnaire import Block, BrandQuestion, Design
from survey_app.domain.study import Mode, new_key, now
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.collect import Arrival
from survey_app.services.export import export_file
from survey_app.services.panel import panel_file, panel_of
from survey_app.services.waves import add_wave, change_wave
from survey_app.storage.tables import person
from tests.survey_app.services.designed import CORE, Designed, designed_study, own_questions

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.services.analyse import Analysed
    from survey_app.storage.database import Database

DESIGN = Design(
    (
        Block("you", "own", about="person", scales=("about_you",)),
        Block("core", "core_engagement", scales=("cognitive",)),
        Block("wish", "own", scales=("wish",)),
    ),
    brand_question=BrandQuestion.KNOWN,
    most_brands=2,
)
KNOWN = {"brand.north": 1, "brand.east": 1}
FORMULA = "=HYPERLINK(1)"


def answer(study: Designed, person_id: int, wave: str, *, whole: bool = True) -> None:
    """An interview of a member about two brands."""
    key = study.collector.start(
        study.study_key,
        start_id=f"member-{person_id}-{wave}",
        brand_code="",
        language="en",
        arrival=Arrival("invitation", device="phone", person_id=person_id),
    ).interview_key
    position = study.answer(key, KNOWN)
    while whole and not position.finished:
        texts = {"change": FORMULA} if "change" in position.page.questions else {}
        position = study.answer(key, texts)


@pytest.fixture
def study(database: Database) -> Designed:
    """Three members: all answer the first wave, two the second, one of them not to its end."""
    found = designed_study(database, DESIGN, (CORE, own_questions()), mode=Mode.PSEUDONYMOUS)
    with database.reading() as unit:
        study = unit.studies.by_key(found.study_key)
        assert study is not None
        rows = [{"study_id": study.id, "key": new_key()} for _ in range(3)]
    with database.writes.begin() as connection:
        ids = list(connection.scalars(insert(person).returning(person.c.id), rows))
    for person_id in ids:
        answer(found, person_id, "first")
    with database.writing() as unit:
        study = unit.studies.by_key(found.study_key)
        assert study is not None
        moment = now()
        change_wave(unit, study, study.waves[0], "=First", FieldPeriod(None, moment))
        add_wave(study, "Second", FieldPeriod(moment, None))
        unit.commit()
    answer(found, ids[0], "second")
    answer(found, ids[1], "second", whole=False)
    return found


def test_members_are_counted_by_waves(study: Designed) -> None:
    """Only whole interviews count."""
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        panel = panel_of(unit, found)
    assert dict(panel.by_waves) == {1: 2, 2: 1}
    assert panel.members == 3
    assert [(each.wave.name, each.answered, each.before) for each in panel.waves] == [
        ("=First", 3, None),
        ("Second", 1, 1),
    ]
    assert panel_file(panel).decode("utf-8-sig") == "waves_answered,members\r\n1,2\r\n2,1\r\n"


def analysed(study: Designed) -> Analysed:
    """The answers of the study."""
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        return analyse_study(unit, found, cache=AnalysisCache(), minimum_n=2)


def test_files_link_members_over_brands_and_waves(study: Designed, tmp_path: Path) -> None:
    """One row for each brand and interview; the rows of a member share `cluster` and `person`, the
    random key and nothing else; what people wrote starts no formula in a spreadsheet, and stands
    as it was written in SPSS."""
    found = analysed(study)
    with zipfile.ZipFile(io.BytesIO(export_file(found, "csv").content)) as archive:
        frame = pd.read_csv(archive.open("answers.csv"), keep_default_na=False)
    assert len(frame) == 10
    by_person = frame.groupby("person")
    assert sorted(by_person.size()) == [2, 4, 4]
    assert (by_person["cluster"].nunique() == 1).all()
    assert set(map(len, frame["person"])) == {22}
    assert set(frame["version"]) == {1}
    assert set(frame["device"]) == {"phone"}
    assert set(frame["change"]) == {"", f"'{FORMULA}"}
    book = openpyxl.load_workbook(io.BytesIO(export_file(found, "xlsx").content))
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    book.close()
    path = tmp_path / "answers.sav"
    path.write_bytes(export_file(found, "sav").content)
    table, meta = pyreadstat.read_sav(str(path))
    assert set(table["change"]) == {"", FORMULA}
    assert meta.variable_measure["buys"] == "nominal"
    assert meta.variable_value_labels["buys"][3.0] == "<Nowhere>"
    assert meta.column_names_to_labels["person"] == "Random key of the panel member"
