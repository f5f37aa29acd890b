"""Checklists in files: read and written like every item, scored nowhere."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pyreadstat
import pytest

from instruments.load import shipped
from psychometrics import analyse_scores
from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.exchange.dataset import to_dataset
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from survey_app.exchange.table import Column, Table
from survey_app.exchange.write import FORMATS, FileFormat, write_export

if TYPE_CHECKING:
    from pathlib import Path

INSTRUMENTS = [shipped(name) for name in ("core_engagement", "behaviour_checklist", "satisfaction")]
ACTIVITIES = [item.id for item in INSTRUMENTS[1].items()]


@pytest.fixture
def answers() -> Dataset:
    """Forty interviews with the checklist in the middle, some of it left open."""
    rng = np.random.default_rng(11)
    items = items_asked(INSTRUMENTS)
    given = rng.integers(1, 6, (40, len(items)))
    given[rng.random(given.shape) < 0.1] = MISSING
    return Dataset.build(given, items, scoring_keys(INSTRUMENTS))


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_checklist_comes_back_from_every_format(
    tmp_path: Path, answers: Dataset, file_format: FileFormat
) -> None:
    """Raw answers of all items survive the way out and in; no column scores the checklist."""
    written = write_export(answers, INSTRUMENTS, tmp_path / f"a.{file_format}", file_format)
    table = read_table(written.paths[0])
    read = to_dataset(table, INSTRUMENTS).dataset
    np.testing.assert_array_equal(read.numeric(ACTIVITIES), answers.numeric(ACTIVITIES))
    assert read.item_ids == answers.item_ids
    assert [name for name in table.names if name.endswith("_score")] == [
        "cognitive_score",
        "emotional_score",
        "behavioural_score",
        "satisfaction_score",
    ]


def test_an_spss_file_labels_the_frequencies(tmp_path: Path, answers: Dataset) -> None:
    """Wording and points of the checklist are in the file, in the language asked for."""
    path = tmp_path / "a.sav"
    write_export(answers, INSTRUMENTS, path, "sav", language="ru")
    _, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert meta.column_names_to_labels["act_ask"] == "Я задаю марке [brand] вопросы."
    assert meta.variable_value_labels["act_ask"][2] == "Реже раза в месяц"
    assert meta.variable_measure["act_ask"] == "ordinal"


def test_the_codebook_has_the_checklist(tmp_path: Path, answers: Dataset) -> None:
    """The codebook beside a CSV tells what each activity and each point means."""
    written = write_export(answers, INSTRUMENTS, tmp_path / "a.csv", "csv")
    with written.paths[1].open(encoding="utf-8-sig") as stream:
        rows = {row["variable"]: row for row in csv.DictReader(stream)}
    assert rows["act_lead"]["label"] == "I run a group or a page about [brand]."
    assert "2 = Less than once a month" in rows["act_lead"]["values"]


def test_labels_of_frequencies_are_read_as_their_values() -> None:
    """An export of choice texts gives the same answers as one of codes."""
    levels = [shipped("core_engagement"), shipped("engagement_levels")]
    cells = dict.fromkeys(items_asked(levels), "4")
    cells |= {"lev_click": "Once or twice", "lev_consume": "ни разу", "lev_apply": "3"}
    cells["lev_understand"] = ""
    table = Table("a.csv", tuple(Column(name, (cell,)) for name, cell in cells.items()), [2])
    dataset = to_dataset(table, levels).dataset
    found = dataset.answers[0, dataset.columns(["lev_click", "lev_consume", "lev_apply"])]
    assert found.tolist() == [2, 1, 3]
    assert np.isnan(dataset.numeric(["lev_understand"])).all()


def test_answers_outside_the_frequencies_are_told() -> None:
    """A checklist has no scoring key, yet its answers are checked like all others."""
    cells = dict.fromkeys(items_asked(INSTRUMENTS), "3") | {"act_help": "6"}
    table = Table("a.csv", tuple(Column(name, (cell,)) for name, cell in cells.items()), [2])
    with pytest.raises(ExchangeError, match="line 2, column act_help: 6 lies outside 1 to 5"):
        to_dataset(table, INSTRUMENTS)


def test_screening_and_scores_do_not_see_a_checklist(answers: Dataset) -> None:
    """Whatever is answered in a checklist, flags, reliability and scores stay the same."""
    raw = answers.answers.copy()
    raw[:, answers.columns(ACTIVITIES)] = 1
    other = Dataset.build(raw, answers.item_ids, answers.keys)
    before, after = analyse_scores(answers), analyse_scores(other)
    np.testing.assert_array_equal(before.scores.pomp, after.scores.pomp)
    for name, flags in before.screening.flags.items():
        np.testing.assert_array_equal(flags, after.screening.flags[name])
    assert [row.alpha for row in before.scales] == [row.alpha for row in after.scales]
    assert not set(ACTIVITIES) & {item for row in before.scales for item in row.items}
