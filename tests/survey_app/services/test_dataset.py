"""Answers come out of the database as they went in, by the web or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sqlalchemy import event, select

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.domain.study import StudyError, StudyState, Wave
from survey_app.domain.user import Role, User
from survey_app.services.dataset import dataset_of
from survey_app.services.dataset_import import import_dataset
from survey_app.services.study import create_study, instruments_of, revise_study
from survey_app.storage.tables import interview
from tests.survey_app.services.conftest import Fieldwork, two_brands

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork


def _new_study(unit: UnitOfWork, waves: tuple[str, ...] = ("2026-q1", "2026-q2")) -> Study:
    owner = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
    unit.users.add(owner)
    unit.flush()
    return create_study(
        unit,
        owner=owner,
        title="Imported",
        instruments=["core_engagement", "satisfaction"],
        languages=["en"],
        brands=two_brands(),
        waves=[Wave(code, f"Wave {code}") for code in waves],
        simulated=True,
    )


def _answers(study: Study, n: int, **columns: Any) -> Dataset:
    """Seeded answers with open items, whole pages unseen and every disposition."""
    rng = np.random.default_rng(7)
    keys = scoring_keys(instruments_of(study))
    items = [item for key in keys for item in key.items]
    answers = rng.integers(1, 8, (n, len(items)))
    answers[rng.random(answers.shape) < 0.1] = MISSING
    answers[::5, 3:] = MISSING
    if n > 1:
        answers[1] = MISSING
    filled: dict[str, Any] = {
        "respondent": [f"R{i:05}" for i in range(n)],
        "brand": rng.choice(["north", "south", ""], n),
        "wave": rng.choice(["2026-q1", "2026-q2"], n),
        "language": ["en"] * n,
        "channel": ["import"] * n,
        "disposition": rng.choice(
            ["complete", "partial", "screened_out_attention", "screened_out_ineligible", "refused"],
            n,
        ),
        "seconds": np.where(rng.random(n) < 0.2, np.nan, rng.uniform(20, 900, n)),
        "instructed": rng.choice([0.0, 1.0, np.nan], n),
        "simulated": True,
        **columns,
    }
    return Dataset.build(answers, items, keys, **filled)


def _stored(database: Database) -> Dataset:
    with database.reading() as unit:
        return dataset_of(unit, unit.studies.all()[0])


def _in_order(database: Database, keys: tuple[str, ...]) -> Dataset:
    """The answers in the order of some interviews, which their identifiers do not tell."""
    data = _stored(database)
    with database.engine.connect() as connection:
        rows = connection.execute(select(interview.c.key, interview.c.id)).all()
    names = {row.key: f"interview-{row.id}" for row in rows}
    found = data.respondent.tolist()
    return data.select(np.array([found.index(names[key]) for key in keys]))


def test_round_trip(database: Database) -> None:
    """Whatever was imported is read back the same, to the fingerprint."""
    with database.writing() as unit:
        study = _new_study(unit)
        given = _answers(study, 200)
        assert import_dataset(unit, study, given) == 200
        unit.commit()
    read = _stored(database)
    np.testing.assert_array_equal(read.answers, given.answers)
    np.testing.assert_array_equal(read.seconds, given.seconds)
    np.testing.assert_array_equal(read.instructed, given.instructed)
    assert read.disposition.tolist() == given.disposition.tolist()
    assert read.respondent.tolist() == given.respondent.tolist()
    assert read.fingerprint == given.fingerprint
    assert read.simulated


def test_checklists_and_background_come_back(database: Database) -> None:
    """Answers of checklists and what is known of people are read as they were kept."""
    with database.writing() as unit:
        study = _new_study(unit)
        asked = ["core_engagement", "behaviour_checklist", "engagement_levels"]
        revise_study(
            study, title="With checklists", instruments=asked, languages=["en"], brands=two_brands()
        )
        instruments = instruments_of(study)
        items = items_asked(instruments)
        rng = np.random.default_rng(3)
        answers = rng.integers(1, 4, (30, len(items)))
        answers[rng.random(answers.shape) < 0.2] = MISSING
        given = Dataset.build(
            answers,
            items,
            scoring_keys(instruments),
            respondent=[f"R{i:03}" for i in range(30)],
            brand=["north"] * 30,
            wave=["2026-q1"] * 30,
            language=["en"] * 30,
            channel=["import"] * 30,
            simulated=True,
            background={"age": ["18-29", "", "30-44"] * 10, "kind": ["", "new"] * 15},
        )
        import_dataset(unit, study, given)
        unit.commit()
    read = _stored(database)
    assert read.item_ids == given.item_ids
    np.testing.assert_array_equal(read.answers, given.answers)
    assert [key.scale for key in read.keys] == ["cognitive", "emotional", "behavioural"]
    assert read.fingerprint == given.fingerprint
    assert read.background["age"].tolist() == ["18-29", "", "30-44"] * 10


def test_one_wave(database: Database) -> None:
    """A wave by its code holds its interviews only; an unknown one holds none."""
    with database.writing() as unit:
        study = _new_study(unit)
        given = _answers(study, 60)
        import_dataset(unit, study, given)
        wave = dataset_of(unit, study, wave="2026-q2")
        assert wave.fingerprint == given.select(given.wave == "2026-q2").fingerprint
        assert dataset_of(unit, study, wave="2027-q1").n == 0


def test_web_interviews(fieldwork: Fieldwork) -> None:
    """Latest answers, summed page seconds and the instructed item, also after breaking off."""
    done, begun, untouched = (fieldwork.start(f"start-number-{i}", "south") for i in range(3))
    fieldwork.answer(done, 1, value=2, submission="first-try", seconds=4.0)
    fieldwork.answer(done, 1, value=3, submission="second-try", seconds=6.0)
    fieldwork.answer(done, 2, value=6, seconds=10.0)
    fieldwork.answer(done, 3, value=7, seconds=12.5)
    fieldwork.answer(begun, 1, value=1)
    fieldwork.answer(begun, 2, value=1)
    assert fieldwork.collector.position(untouched).page_number == 1
    data = _in_order(fieldwork.database, (done, begun, untouched))
    assert data.answers[0].tolist() == [3] * 3 + [6] * 4 + [7] * 3
    assert data.answers[1].tolist() == [1] * 7 + [MISSING] * 3
    assert set(data.answers[2].tolist()) == {MISSING}
    np.testing.assert_array_equal(data.seconds, [32.5, 20.0, np.nan])
    np.testing.assert_array_equal(data.instructed, [1.0, 0.0, np.nan])
    assert data.disposition.tolist() == ["complete", "partial", "partial"]
    assert data.brand.tolist() == ["south"] * 3
    assert data.wave.tolist() == ["1"] * 3
    assert data.usable.tolist() == [True, True, False]
    assert not data.simulated


def test_link_of_a_respondent_is_not_in_the_data(fieldwork: Fieldwork) -> None:
    """The secret key by which an interview is resumed never leaves with the answers."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    assert key not in _stored(fieldwork.database).respondent.tolist()


def test_fingerprint_is_stable(fieldwork: Fieldwork) -> None:
    """Reading twice gives the same fingerprint; one more page gives another."""
    key = fieldwork.start()
    fieldwork.answer(key, 1)
    first = _stored(fieldwork.database).fingerprint
    assert _stored(fieldwork.database).fingerprint == first
    fieldwork.answer(key, 2)
    assert _stored(fieldwork.database).fingerprint != first


@pytest.mark.parametrize("n", [2, 2000])
def test_answers_are_read_in_the_same_few_statements(database: Database, n: int) -> None:
    """However many interviews there are, each table is asked once."""
    with database.writing() as unit:
        study = _new_study(unit)
        import_dataset(unit, study, _answers(study, n))
        unit.commit()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with database.reading() as unit:
        known = unit.studies.all()[0]
        event.listen(database.engine, "before_cursor_execute", note)
        assert dataset_of(unit, known).n == n
        event.remove(database.engine, "before_cursor_execute", note)
    assert len([statement for statement in asked if "SELECT" in statement]) == 3


def test_waves_come_with_the_data(sqlite_database: Database) -> None:
    """A study without waves gets those of the file, and the import closes the draft."""
    with sqlite_database.writing() as unit:
        study = _new_study(unit, waves=())
        import_dataset(unit, study, _answers(study, 4, wave=["b", "a", "b", ""]))
        assert [wave.code for wave in study.waves] == ["b", "a"]
        assert study.state is StudyState.CLOSED
        assert dataset_of(unit, study).wave.tolist() == ["b", "a", "b", "a"]


def test_importing_twice_is_refused(database: Database) -> None:
    """The same file a second time adds nothing and says so."""
    with database.writing() as unit:
        study = _new_study(unit)
        data = _answers(study, 10)
        import_dataset(unit, study, data)
        with pytest.raises(StudyError, match="imported before"):
            import_dataset(unit, study, data)
        assert dataset_of(unit, study).n == 10


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"brand": ["north", "west", "south"]}, "brand 'west'. Add the brand"),
        ({"wave": ["2026-q1", "2025-q4", ""]}, "wave '2025-q4'"),
        ({"disposition": ["complete", "lost", "partial"]}, "disposition 'lost'"),
        ({"respondent": ["a", "b", "a"]}, "identifier 'a'. Give every interview its own"),
        ({"respondent": ["a", "", "c"]}, "identifier ''"),
        ({"respondent": ["a", "b\x00b", "c"]}, "identifier"),
        ({"channel": ["x" * 41, "", ""]}, "channel"),
        ({"weight": [1.0, 2.0, 1.0]}, "weighted"),
        ({"background": {"age": ["x" * 201, "", ""]}}, "background 'xxx"),
        ({"background": {"a\x00b": ["x", "", ""]}}, "background"),
    ],
)
def test_data_that_do_not_fit_are_refused(
    sqlite_database: Database, columns: dict[str, Any], message: str
) -> None:
    """A file that does not fit the study adds nothing; the message names what and how to mend."""
    with sqlite_database.writing() as unit:
        study = _new_study(unit)
        with pytest.raises(StudyError, match=message):
            import_dataset(unit, study, _answers(study, 3, **columns))
        assert dataset_of(unit, study).n == 0
        assert study.state is StudyState.DRAFT


def test_foreign_items_are_refused(sqlite_database: Database) -> None:
    """Answers to another instrument are not taken."""
    with sqlite_database.writing() as unit:
        study = _new_study(unit)
        foreign = Dataset.build(np.ones((2, 1)), ["price"], [])
        with pytest.raises(StudyError, match="item 'price'"):
            import_dataset(unit, study, foreign)


def test_part_of_the_items(sqlite_database: Database) -> None:
    """A file without some of the items leaves those open; the rest is kept."""
    with sqlite_database.writing() as unit:
        study = _new_study(unit)
        given = Dataset.build([[7, 1], [2, 6]], ["emo2", "cog1"], [])
        import_dataset(unit, study, given)
        read = dataset_of(unit, study)
        np.testing.assert_array_equal(read.numeric(["emo2", "cog1"]), [[7, 1], [2, 6]])
        assert np.isnan(read.numeric(["cog2", "sat1"])).all()
