"""A questionnaire that changes while it is in the field."""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from instruments.load import load_instrument
from instruments.plain import to_plain
from psychometrics.dataset import MISSING
from survey_app.domain.study import StudyError
from survey_app.services import next_version
from survey_app.services.analyse import AnalysisCache, analyse_study
from survey_app.services.dataset import answers_of
from survey_app.services.export import export_file
from survey_app.services.fieldwork_progress import progress
from survey_app.services.study import close_study
from survey_app.web.workspace.progress_view import page_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from survey_app.domain.study import Study
    from tests.survey_app.services.conftest import Fieldwork

    Content = dict[str, Any]

WORDING = "How much did {brand} make you think?"


def changed(fieldwork: Fieldwork, change: Callable[[Study], None]) -> None:
    """Change the study and keep it."""
    with fieldwork.database.writing() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        change(study)
        unit.commit()


def reword(content: Content) -> None:
    """Another wording of the first item, one more brand, and questions about satisfaction."""
    content["instruments"][0]["scales"][0]["items"][0]["text"]["en"] = WORDING
    content["instruments"].append(to_plain(load_instrument("satisfaction")))
    content["brands"].append({"code": "west", "names": {"en": "West", "ru": "Запад"}})


def launch_with(fieldwork: Fieldwork, change: Callable[[Content], object]) -> None:
    """Launch a next version."""

    def make(study: Study) -> None:
        next_version.begin(study)
        content = deepcopy(study.next_content)
        change(content)
        next_version.revise(study, content)
        next_version.launch(study, "A clearer wording.")

    changed(fieldwork, make)


def test_interviews_go_on_with_their_own_version(fieldwork: Fieldwork) -> None:
    """Who began before the launch is asked the old questionnaire to its end, later ones the new."""
    old = fieldwork.start("before-launch")
    fieldwork.answer(old, 1)
    launch_with(fieldwork, reword)
    new = fieldwork.start("after-launch", brand="west")
    positions = [fieldwork.collector.position(key) for key in (old, new)]
    assert [position.study.version for position in positions] == [1, 2]
    assert [len(position.route) for position in positions] == [3, 4]
    assert positions[1].page.items[0].text["en"] == WORDING
    assert positions[0].study.page(1).items[0].text["en"] != WORDING
    assert fieldwork.start("before-launch") == old
    assert fieldwork.answer(old, 2) is False
    assert fieldwork.answer(old, 3) is True


def test_each_version_tells_where_its_respondents_stop(fieldwork: Fieldwork) -> None:
    """Within a wave, pages are counted and named as their own version has them, the newest first,
    though the same number is another page in it."""

    def turn_round(content: Content) -> None:
        content["instruments"].insert(0, to_plain(load_instrument("satisfaction")))

    for number in range(3):
        old = fieldwork.start(f"old-start-{number}")
        if number:
            fieldwork.answer(old, 1)
    launch_with(fieldwork, turn_round)
    fieldwork.answer(fieldwork.start("new-start"), 1)
    with fieldwork.database.reading() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        found = progress(unit, study, study.waves[0])
        rows = page_rows(study, found)
    told = {
        version: [(row.count.number, row.name, row.count.shown, row.count.waiting) for row in each]
        for version, each in rows.items()
    }
    assert list(told) == [2, 1]
    assert told == {
        2: [(1, "Satisfaction", 1, 0), (2, "Cognitive engagement", 1, 1)],
        1: [(1, "Cognitive engagement", 3, 1), (2, "Emotional engagement", 2, 2)],
    }


def test_two_versions_are_analysed_and_exported_together(fieldwork: Fieldwork) -> None:
    """Answers know their version; what an older one did not ask is missing, not a fault."""
    for number in range(6):
        key = fieldwork.start(f"old-start-{number}", brand=("north", "south")[number % 2])
        for page in (1, 2, 3):
            fieldwork.answer(key, page, value=1 + (number + page) % 7)
    launch_with(fieldwork, reword)
    for number in range(6):
        key = fieldwork.start(f"new-start-{number}", brand=("north", "west")[number % 2])
        for page in (1, 2, 3, 4):
            fieldwork.answer(key, page, value=1 + (number + page) % 5)
    with fieldwork.database.reading() as unit:
        study = unit.studies.by_key(fieldwork.study_key)
        assert study is not None
        answers = answers_of(unit, study)
        analysed = analyse_study(unit, study, cache=AnalysisCache(), minimum_n=2)
    version = np.array(answers.version)
    satisfaction = answers.dataset.item_ids.index("sat1")
    column = answers.dataset.answers[:, satisfaction]
    assert (column[version == 1] == MISSING).all()
    assert (column[version == 2] != MISSING).all()
    assert analysed.scores.n_kept == 12
    assert {"north", "south", "west"} <= set(analysed.scores.brands)
    made = export_file(analysed, "csv")
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        frame = pd.read_csv(archive.open("answers.csv"))
    assert frame["sat1"].notna().sum() == 6
    assert frame["cog1"].notna().sum() == 12


def _drop_instrument(content: Content) -> None:
    content["instruments"].pop()
    content["instruments"].append(to_plain(load_instrument("satisfaction")))


def _other_points(content: Content) -> None:
    for form in content["instruments"][0]["formats"].values():
        form["maximum"] -= 1
        for labels in form["labels"].values():
            labels.popitem()


def _no_name(content: Content) -> None:
    content["brands"].append({"code": "west", "names": {"en": "West"}})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda _: None, "asks the same"),
        (lambda content: content["brands"].pop(), "Keep the brand"),
        (_drop_instrument, "leave its scale out of the blocks"),
        (_other_points, "new identifiers"),
        (_no_name, "a name in Russian"),
        (lambda content: content["consent"].update(en=" "), "consent text in English"),
        (lambda content: content["languages"].append("xx"), "has no wording in xx"),
    ],
)
def test_what_keeps_a_version_from_being_launched(
    sqlite_fieldwork: Fieldwork, change: Callable[[Content], object], words: str
) -> None:
    """Nothing that was asked may vanish or mean something else, and nothing may be lacking."""
    with pytest.raises(StudyError, match=words):
        launch_with(sqlite_fieldwork, change)
    with sqlite_fieldwork.database.reading() as unit:
        study = unit.studies.by_key(sqlite_fieldwork.study_key)
        assert study is not None
        assert (study.version, len(study.versions)) == (1, 1)


def test_a_version_needs_a_reason_and_can_be_given_up(sqlite_fieldwork: Fieldwork) -> None:
    """The reason is told with the version; a discarded one leaves nothing behind."""

    def without_reason(study: Study) -> None:
        next_version.begin(study)
        content = deepcopy(study.next_content)
        reword(content)
        next_version.revise(study, content)
        with pytest.raises(StudyError, match="why the questionnaire changes"):
            next_version.launch(study, "  ")

    changed(sqlite_fieldwork, without_reason)

    def go_on(study: Study) -> None:
        assert len(study.next_content["brands"]) == 3
        next_version.begin(study)
        assert len(study.next_content["brands"]) == 3
        next_version.discard(study)

    changed(sqlite_fieldwork, go_on)

    def nothing_left(study: Study) -> None:
        with pytest.raises(StudyError, match="No next version"):
            next_version.launch(study, "A reason.")
        with pytest.raises(StudyError, match="No next version"):
            next_version.revise(study, study.content())
        next_version.begin(study)
        with pytest.raises(StudyError, match="other parts"):
            next_version.revise(study, {"brands": []})

    changed(sqlite_fieldwork, nothing_left)


def test_only_an_open_study_has_a_next_version(sqlite_fieldwork: Fieldwork) -> None:
    """A closed study is told to be copied; it is never opened again."""

    def close(study: Study) -> None:
        close_study(study)
        with pytest.raises(StudyError, match="Copy the study"):
            next_version.begin(study)
        with pytest.raises(StudyError, match="not opened again"):
            study.open(study.created_at.date())

    changed(sqlite_fieldwork, close)
