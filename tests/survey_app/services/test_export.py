"""A study's answers as a file that can be handed out."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest

from instruments.load import load_instrument
from survey_app.demo.simulator import Cell, simulate
from survey_app.domain.questionnaire import Design, default_blocks
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.exchange.errors import ExchangeError
from survey_app.services.analyse import Analysed, AnalysisCache, analyse_study
from survey_app.services.export import export_file
from tests.survey_app.services.designed import designed_study

if TYPE_CHECKING:
    from survey_app.storage.database import Database

CORE = load_instrument("core_engagement")


def analysed(n: int = 40) -> Analysed:
    """Simulated answers about two brands."""
    cells = [Cell("north", "w1", n, 0.0), Cell("south", "w1", n, 0.0)]
    dataset = simulate(scoring_keys([CORE]), cells, np.random.default_rng(7))
    return Analysed(dataset, (CORE,), 30, AnalysisCache())


def test_csv_archive_holds_answers_and_codebook() -> None:
    """The archive holds both files, and the answers are those of the study."""
    found = analysed()
    made = export_file(found, "csv")
    assert (made.kind, made.media_type) == ("zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.testzip() is None
        frame = pd.read_csv(archive.open("answers.csv"))
        assert "answers_codebook.csv" in archive.namelist()
    column = found.dataset.numeric(["cog1"])[:, 0]
    assert np.array_equal(frame["cog1"].to_numpy(float), column, equal_nan=True)


def test_same_answers_give_the_same_archive() -> None:
    """The archive carries no time stamp, so it can be compared byte by byte."""
    assert export_file(analysed(), "csv").content == export_file(analysed(), "csv").content


def test_brand_that_looks_like_a_formula_stays_text() -> None:
    """A spreadsheet program must not calculate what somebody typed as a name."""
    labels = {"north": "=1+1", "south": "+SUM(A1)"}
    made = export_file(analysed(), "xlsx", brand_labels=labels)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    book.close()
    assert "f" not in kinds


def test_unknown_format_is_refused() -> None:
    """Asking for a format that does not exist is told, not guessed."""
    with pytest.raises(ExchangeError, match="no format"):
        export_file(analysed(), "doc")  # type: ignore[arg-type]


def test_what_people_said_of_themselves_is_exported_once(sqlite_database: Database) -> None:
    """Their age group is one column, with the points of the question and no order between them;
    what they wrote is a column of text, in which no spreadsheet finds a formula."""
    asked = (CORE, load_instrument("demographics"), load_instrument("open_comment"))
    study = designed_study(sqlite_database, Design(default_blocks(asked)), asked)
    key = study.start(brand="north")
    while not study.answer(key, {"change_one": "=Less() sugar"}).finished:
        pass
    with study.database.reading() as unit:
        known = unit.studies.by_key(study.study_key)
        assert known is not None
        found = analyse_study(unit, known, cache=AnalysisCache())
    assert found.dataset.background["age_group"].tolist() == ["60 or over"]
    with zipfile.ZipFile(io.BytesIO(export_file(found, "csv").content)) as archive:
        answers = pd.read_csv(archive.open("answers.csv"))
        book = pd.read_csv(archive.open("answers_codebook.csv"), index_col="variable")
    assert answers["age_group"].tolist() == [5]
    assert list(answers.columns).count("age_group") == 1
    assert book.loc["age_group", "measure"] == "nominal"
    assert "5 = 60 or over" in str(book.loc["age_group", "values"])
    assert "Less() sugar" in answers["change_one"].iloc[0]
    assert not answers["change_one"].iloc[0].startswith("=")
    assert answers["version"].tolist() == [1]
    assert book.loc["change_one", "label"] == "What one thing should [brand] change?"
    assert export_file(found, "sav").kind == "sav"
