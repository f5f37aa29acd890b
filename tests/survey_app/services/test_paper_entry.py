"""Papers typed in: twice, compared, and one interview for each, whatever happens meanwhile."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from survey_app.domain.interview import Disposition
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.paper_entry import read_serial
from survey_app.domain.place import place_code
from survey_app.domain.retention import Kept
from survey_app.domain.study import Mode, new_key
from survey_app.services.dataset import dataset_of
from survey_app.services.fieldwork_sums import recount
from survey_app.services.paper_entry import (
    PaperEntryError,
    enter_first,
    enter_second,
    remove_second,
    remove_sheet,
    resolve,
)
from survey_app.services.paper_questionnaire import (
    asked_study,
    paper_blocks,
    questionnaire_pdf,
    study_paper,
)
from survey_app.services.places import add_places, places_of
from survey_app.services.retention import delete_some
from survey_app.storage.errors import ConflictError
from survey_app.storage.paper_entries import paper_sheet
from survey_app.storage.tables import interview, page_answers

if TYPE_CHECKING:
    from survey_app.domain.paper_entry import PaperSheet
    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database, UnitOfWork
    from tests.survey_app.services.conftest import Fieldwork


def study_of(unit: UnitOfWork, fieldwork: Fieldwork) -> Study:
    """The study that takes answers."""
    study = unit.studies.by_key(fieldwork.study_key)
    assert study is not None
    return study


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who types papers of a study in."""

    fieldwork: Fieldwork

    @property
    def database(self) -> Database:
        """The database of the study."""
        return self.fieldwork.database

    def answers(self, value: int | None = 5, **others: Answer) -> dict[str, Answer]:
        """One answer to every question; `others` overrule."""
        with self.database.reading() as unit:
            asked = asked_study(study_of(unit, self.fieldwork))
        blocks = paper_blocks(asked, "north", "en")
        names = [question.item_id for block in blocks for question in block.questions]
        return {**dict.fromkeys(names, value), **others}

    def first(
        self, serial: str, answers: dict[str, Answer], form_id: str = "", **told: Any
    ) -> PaperSheet:
        """Type a paper in for the first time."""
        with self.database.writing() as unit:
            study = study_of(unit, self.fieldwork)
            asked = asked_study(study)
            made = enter_first(
                unit,
                study,
                asked,
                serial=serial,
                wave=study.current_wave,
                brand=asked.brand("north"),
                language="en",
                answers=answers,
                form_id=form_id or new_key(),
                user_id=study.owner_id or 0,
                **told,
            )
            unit.commit()
            return made

    def second(self, serial: str, answers: dict[str, Answer], form_id: str = "") -> bool:
        """Type it in again; whether it counts."""
        with self.database.writing() as unit:
            study, sheet = self.find(unit, serial)
            counts = enter_second(
                unit,
                study,
                asked_study(study),
                sheet,
                answers=answers,
                form_id=form_id or new_key(),
                user_id=study.owner_id or 0,
            )
            unit.commit()
            return counts

    def resolve(self, serial: str, **choices: Any) -> None:
        """Choose between both entries."""
        with self.database.writing() as unit:
            study, sheet = self.find(unit, serial)
            resolve(unit, study, asked_study(study), sheet, choices, user_id=study.owner_id or 0)
            unit.commit()

    def find(self, unit: UnitOfWork, serial: str) -> tuple[Study, PaperSheet]:
        """The study and one of its papers."""
        study = study_of(unit, self.fieldwork)
        sheet = unit.paper_sheets.by_serial(study.id or 0, serial, pilot=False)
        assert sheet is not None
        return study, sheet

    def interviews(self) -> list[Any]:
        """All interviews with their answers."""
        with self.database.engine.connect() as connection:
            rows = connection.execute(select(interview)).all()
            pages = connection.execute(select(page_answers)).all()
        return [(row, [page for page in pages if page.interview_id == row.id]) for row in rows]


@pytest.fixture
def desk(fieldwork: Fieldwork) -> Desk:
    """An open, anonymous study on either kind of database."""
    return Desk(fieldwork)


@pytest.fixture
def sqlite_desk(sqlite_fieldwork: Fieldwork) -> Desk:
    """The same on SQLite, for what does not depend on the kind."""
    return Desk(sqlite_fieldwork)


def test_two_same_entries_are_one_interview(desk: Desk) -> None:
    """Complete, of channel paper, in the data like any other; sums that were kept are right; the
    same form sent again makes no second one."""
    with desk.database.writing() as unit:
        add_places(unit, study_of(unit, desk.fieldwork), ["Fair"])
        unit.commit()
    answers = desk.answers(6)
    desk.first("17", answers, "form-one", place="fair")
    desk.first("17", answers, "form-one", place="fair")
    assert desk.interviews() == []
    assert desk.second("17", answers, "form-two")
    ((row, pages),) = desk.interviews()
    assert (row.channel, row.disposition, row.background) == (
        "paper",
        Disposition.COMPLETE,
        {"place": "fair"},
    )
    assert (row.version, row.instructed_passed, row.pilot) == (1, True, False)
    assert len(pages) == 3
    with desk.database.reading() as unit:
        study = study_of(unit, desk.fieldwork)
        dataset = dataset_of(unit, study)
        study_id = study.id or 0
    assert len(dataset.answers) == 1
    assert set(dataset.answers[0]) == {6}
    assert recount(desk.database, study_id) == 0


def test_differences_are_resolved_by_choosing(desk: Desk) -> None:
    """Nothing counts until every difference is decided; then what was chosen does, once."""
    desk.first("18", desk.answers(5, cog1=1, emo2=None))
    assert not desk.second("18", desk.answers(5, cog1=2, emo2=7), "form-one")
    with desk.database.reading() as unit:
        assert set(desk.find(unit, "18")[1].differences) == {"cog1", "emo2"}
    with pytest.raises(PaperEntryError, match="wherever they differ"):
        desk.resolve("18", cog1="first")
    assert desk.interviews() == []
    assert not desk.second("18", desk.answers(), "form-one")
    desk.resolve("18", cog1="second", emo2="first")
    ((row, pages),) = desk.interviews()
    kept = {name: answer for page in pages for name, answer in page.answers.items()}
    assert (kept["cog1"], kept["emo2"], row.instructed_passed) == (2, None, False)


def test_a_number_counts_once(desk: Desk) -> None:
    """However it is written and at whatever stage; a paper thrown away frees its number."""
    answers = desk.answers()
    desk.first("007", answers)
    for serial in ("7", " 0007", "000007"):
        with pytest.raises(PaperEntryError, match="Paper 7 was typed in before"):
            desk.first(serial, answers)
    desk.second("7", answers)
    with pytest.raises(PaperEntryError, match="typed in before"):
        desk.first("7", answers)
    assert len(desk.interviews()) == 1
    desk.first("9", desk.answers(5, cog1=1))
    desk.second("9", answers)
    with pytest.raises(PaperEntryError, match="twice already"):
        desk.second("9", answers)
    with desk.database.writing() as unit:
        remove_second(desk.find(unit, "9")[1])
        unit.commit()
    assert desk.second("9", desk.answers(5, cog1=1))
    desk.first("8", answers)
    with desk.database.writing() as unit:
        remove_sheet(unit, desk.find(unit, "8")[1])
        unit.commit()
    desk.first("8", answers)
    # Two people at the same moment: the constraint of the table decides.
    with desk.database.writing() as unit:
        _, sheet = desk.find(unit, "8")
        copy = {
            name: getattr(sheet, name) for name in ("study_id", "wave_id", "brand_id", "serial")
        }
        copy |= {"language": "en", "version": 1, "pilot": False, "place": "", "first": {}}
        unit.paper_sheets.add(type(sheet)(**copy, first_id="other-form", first_by=sheet.first_by))
        with pytest.raises(ConflictError):
            unit.flush()


def test_a_paper_half_empty_is_partial(sqlite_desk: Desk) -> None:
    """It ends with the last page that has an answer; an empty one is refused."""
    with pytest.raises(PaperEntryError, match="Nothing is answered"):
        sqlite_desk.first("1", sqlite_desk.answers(None))
    half = sqlite_desk.answers(None, emo1=3)
    sqlite_desk.first("1", half)
    assert sqlite_desk.second("1", half)
    ((row, pages),) = sqlite_desk.interviews()
    assert row.disposition == Disposition.PARTIAL
    assert [page.page for page in pages] == [1, 2]
    assert set(pages[0].answers.values()) == {None}


def test_what_cannot_be_an_answer_is_refused(sqlite_desk: Desk) -> None:
    """Outside the points, words for a number, and numbers that are no serial numbers."""
    impossible: tuple[Any, ...] = (0, 8, "5", 5.0)
    for wrong in impossible:
        with pytest.raises(PaperEntryError, match="cog1"):
            sqlite_desk.first("1", sqlite_desk.answers(5, cog1=wrong))
    for serial in ("", "?", "12 34", "x" * 21, "-", "١٢"):
        with pytest.raises(PaperEntryError, match="digits, letters and hyphens"):
            read_serial(serial)
    sqlite_desk.fieldwork.close()
    with pytest.raises(PaperEntryError, match="open or piloted"):
        sqlite_desk.first("1", sqlite_desk.answers())


@pytest.mark.parametrize("mode", Mode)
def test_numbers_lead_to_answers_only_where_that_was_promised(
    sqlite_fieldwork: Fieldwork, mode: Mode
) -> None:
    """In an anonymous study nothing of a paper is in its interview, nor answers with the paper, and
    both know the day alone; in a pseudonymous one the number finds the interview."""
    desk = Desk(sqlite_fieldwork)
    with desk.database.writing() as unit:
        study_of(unit, sqlite_fieldwork).mode = mode
        unit.commit()
    for serial in ("4711", "4712"):
        desk.first(serial, desk.answers(3, cog1=6))
        desk.second(serial, desk.answers(3, cog1=6))
    with desk.database.engine.connect() as connection:
        sheets = [dict(row._mapping) for row in connection.execute(select(paper_sheet))]
    rows = [dict(row._mapping) for row, _ in desk.interviews()]
    assert sheets == []
    with desk.database.reading() as unit:
        study = study_of(unit, sqlite_fieldwork)
        taken = unit.paper_sheets.taken(study.id or 0, pilot=False)
    assert taken == {serial: [study.owner_id] * 3 for serial in ("4711", "4712")}
    anonymous = mode is Mode.ANONYMOUS
    promised = set() if anonymous else {"paper-4711", "paper-4712"}
    assert {row["source_id"] for row in rows if row["source_id"]} == promised
    with desk.database.reading() as unit:
        given = [unit.consents.of(row["id"]) for row in rows]
    agreed = [one.given_at for one in given if one is not None and one.is_whole]
    moments = [row["started_at"] for row in rows]
    assert agreed == moments
    midnight = {(m.hour, m.minute, m.second) for m in moments}
    assert (midnight == {(0, 0, 0)}) is anonymous


@pytest.mark.parametrize("mode", Mode)
def test_the_consent_that_is_kept_is_what_the_paper_bears(
    sqlite_fieldwork: Fieldwork, mode: Mode
) -> None:
    """Every word of the text that is kept with an interview stands on the printed paper, in its
    order, with the sentence by which handing it in agrees."""
    desk = Desk(sqlite_fieldwork)
    with desk.database.writing() as unit:
        study_of(unit, sqlite_fieldwork).mode = mode
        unit.commit()
    desk.first("1", desk.answers())
    desk.second("1", desk.answers())
    ((row, _),) = desk.interviews()
    with desk.database.reading() as unit:
        given = unit.consents.of(row.id)
        asked = asked_study(study_of(unit, sqlite_fieldwork))
    assert given is not None
    assert (given.version, given.language, given.is_whole) == (1, "en", True)
    assert "Do you agree?" in given.text
    assert given.text.endswith("By handing in this paper you agree to this.")
    printed = questionnaire_pdf(study_paper(asked, language="en", brand_code="north"))
    words = PdfReader(io.BytesIO(printed)).pages[0].extract_text().replace("•", " ").split()
    assert " ".join(given.text.split()) in " ".join(words)


def test_the_order_of_rows_does_not_tell_whose_a_paper_is(desk: Desk) -> None:
    """Papers typed in by their numbers lie in no order, and no transaction singles one out; every
    answer is still there."""
    for number in range(1, 16):
        answers = desk.answers(1 + number % 7, cog1=1 + number // 7)
        desk.first(f"{number}", answers)
        desk.second(f"{number}", answers)
    found = [
        pages for _, pages in sorted(desk.interviews(), key=lambda one: min(p.id for p in one[1]))
    ]
    told = [(pages[0].answers["cog1"] - 1, pages[0].answers["cog2"] - 1) for pages in found]
    numbers = [next(n for n in range(1, 16) if (n // 7, n % 7) == one) for one in told]
    assert sorted(numbers) == list(range(1, 16))
    assert numbers != sorted(numbers)
    assert all(len(pages) == 3 for pages in found)
    if desk.database.engine.dialect.name == "postgresql":
        with desk.database.engine.connect() as connection:
            for table in ("interview", "consent"):
                writers = connection.scalars(text(f"SELECT xmin::text FROM {table}")).all()
                assert len(writers) == 15
                assert len(set(writers)) == 1


def test_papers_that_wait_are_deleted_with_answers(desk: Desk) -> None:
    """What was typed once goes when answers have been kept long enough; the number that became an
    interview, and who typed it, stays."""
    desk.first("1", desk.answers())
    desk.second("1", desk.answers())
    desk.first("2", desk.answers())
    with desk.database.writing() as unit:
        assert delete_some(unit, study_of(unit, desk.fieldwork), Kept.ANSWERS) == 2
        unit.commit()
    with desk.database.reading() as unit:
        study_id = study_of(unit, desk.fieldwork).id or 0
        assert list(unit.paper_sheets.of_study(study_id)) == []
        assert list(unit.paper_sheets.taken(study_id, pilot=False)) == ["1"]


def test_places_have_codes_of_their_own(sqlite_fieldwork: Fieldwork) -> None:
    """Names of any script become plain words for links, no two the same; a name counts once."""
    assert place_code("Shop Rīga, centre!") == "shop-riga-centre"
    assert place_code("متجر") == ""
    names = ["Shop Rīga", "shop rīga", "Shop-Riga", "متجر", "店", "  ", "x" * 200]
    with sqlite_fieldwork.database.writing() as unit:
        study = study_of(unit, sqlite_fieldwork)
        add_places(unit, study, names)
        unit.commit()
    with sqlite_fieldwork.database.reading() as unit:
        study = study_of(unit, sqlite_fieldwork)
        found = [(place.code, place.name) for place in places_of(unit, study)]
    assert found == [
        ("shop-riga", "Shop Rīga"),
        ("shop-riga-2", "Shop-Riga"),
        ("place-1", "متجر"),
        ("place-2", "店"),
        ("x" * 60, "x" * 200),
    ]


def test_the_instructed_item_is_on_paper(sqlite_desk: Desk) -> None:
    """It is typed in like any other question, and worded for a pen."""
    assert INSTRUCTED_ITEM in sqlite_desk.answers()
    with sqlite_desk.database.reading() as unit:
        asked = asked_study(study_of(unit, sqlite_desk.fieldwork))
    texts = [q.text for block in paper_blocks(asked, "north", "en") for q in block.questions]
    assert "To show that you are reading, please cross “Agree” here." in texts
