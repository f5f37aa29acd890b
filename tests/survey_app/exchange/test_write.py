"""Exports are read back by the programs' own readers, and by ours."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.load import shipped
from psychometrics.dataset import Dataset
from psychometrics.scoring import score
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.exchange.dataset import Imported, to_dataset
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.export_table import ExtraColumn
from survey_app.exchange.plain_text import neutral
from survey_app.exchange.read import read_table
from survey_app.exchange.spss_names import name_faults
from survey_app.exchange.write import FORMATS, FileFormat, write_export

if TYPE_CHECKING:
    from pathlib import Path

    from instruments.model import Instrument

Small = tuple[Dataset, list["Instrument"]]

WRITE_TO_FULL_DISK = """
import resource, signal, sys
from instruments.load import shipped
from survey_app.exchange.dataset import to_dataset
from survey_app.exchange.read import read_table
from survey_app.exchange.write import write_export
import openpyxl, pandas, pyreadstat, xlsxwriter
source, target, file_format = sys.argv[1:]
pii = shipped("zaichkowsky_1994_pii")
dataset = to_dataset(read_table(source), [pii]).dataset
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    write_export(dataset, [pii], target, file_format)
except ValueError as error:
    print(type(error).__name__, error)
"""


def _cells(path: Path) -> list[list[Any]]:
    """All cells of a spreadsheet file as a spreadsheet sees them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))
    workbook = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in workbook["data"].iter_rows()]


@pytest.mark.parametrize("file_format", FORMATS)
def test_real_answers_come_back_unchanged(
    tmp_path: Path, tapwater: Imported, pii: Instrument, file_format: FileFormat
) -> None:
    """All 690 interviews, read by our own reader, have the same data fingerprint."""
    written = write_export(tapwater.dataset, [pii], tmp_path / f"a.{file_format}", file_format)
    again = to_dataset(read_table(written.paths[0]), [pii])
    assert again.dataset.fingerprint == tapwater.dataset.fingerprint
    assert written.notes == ()


@pytest.mark.parametrize("file_format", FORMATS)
def test_scores_stand_beside_the_answers(
    tmp_path: Path, tapwater: Imported, pii: Instrument, file_format: FileFormat
) -> None:
    """Every interview's scale scores are in the file, unrounded, empty where there is none."""
    written = write_export(tapwater.dataset, [pii], tmp_path / f"a.{file_format}", file_format)
    table = read_table(written.paths[0])
    scores = score(tapwater.dataset)
    for scale in scores.scales:
        cells = table.column(f"{scale}_score").cells
        read = np.array([float(cell) if cell else math.nan for cell in cells])
        np.testing.assert_allclose(read, scores.column(scale), rtol=1e-15)


def test_an_spss_file_has_labels_missing_values_and_measures(tmp_path: Path, small: Small) -> None:
    """Item wording, answer labels in Russian, the missing code and the measure are there."""
    dataset, instruments = small
    path = tmp_path / "a.sav"
    write_export(dataset, instruments, path, "sav", language="ru", brand_labels={"acme": "Акме"})
    cells, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    assert cells["sat2"] == [6, -99, 4]
    assert meta.missing_ranges["sat2"] == [{"lo": -99, "hi": -99}]
    assert meta.column_names_to_labels["sat1"] == "В целом [brand] меня устраивает."
    assert meta.variable_value_labels["sat1"][7] == "Совершенно верно"
    assert meta.variable_value_labels["brand"] == {"acme": "Акме"}
    assert meta.variable_measure["sat1"] == "ordinal"
    assert meta.variable_measure["seconds"] == "scale"
    assert meta.variable_measure["brand"] == "nominal"
    assert dataset.fingerprint in meta.notes
    assert pyreadstat.read_sav(str(path), output_format="dict")[0]["sat2"] == [6, None, 4]


def test_text_stays_raw_in_an_spss_file(tmp_path: Path, small: Small) -> None:
    """SPSS runs no formulas, so texts are as they were given."""
    dataset, instruments = small
    write_export(dataset, instruments, tmp_path / "a.sav", "sav")
    cells, _ = pyreadstat.read_sav(str(tmp_path / "a.sav"), output_format="dict")
    assert cells["respondent"] == dataset.respondent.tolist()
    assert cells["brand"] == dataset.brand.tolist()


def test_reversed_items_are_raw_and_say_so(
    tmp_path: Path, tapwater: Imported, pii: Instrument
) -> None:
    """The codebook names reversed items; their answers are as answered."""
    written = write_export(tapwater.dataset, [pii], tmp_path / "a.csv", "csv")
    codebook = {row[0]: row for row in _cells(written.paths[1])}
    assert codebook["p01"][1] == "Reversed item: importance"
    assert codebook["p03"][1] == "personal meaning"
    raw = read_table(written.paths[0]).column("p01").cells[0]
    assert raw == "1"


def test_the_codebook_explains_every_column(tmp_path: Path, small: Small) -> None:
    """CSV and workbook carry the same codebook, one row per column of the data."""
    dataset, instruments = small
    written = write_export(dataset, instruments, tmp_path / "a.csv", "csv")
    beside = _cells(written.paths[1])
    assert [row[0] for row in beside[1:]] == _cells(written.paths[0])[0]
    row = next(row for row in beside if row[0] == "sat1")
    assert row[4].startswith("1 = Strongly disagree | 2 = Disagree")
    write_export(dataset, instruments, tmp_path / "a.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["codebook"]
    within = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert within == beside


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_formulas_are_neutralised_in_cells_and_headers(
    tmp_path: Path, small: Small, file_format: FileFormat
) -> None:
    """No cell of data or codebook is a formula or looks like one, and the notes count them."""
    dataset, instruments = small
    extra = [ExtraColumn("=HYPERLINK(1)", "@label", ["+1", "-1", "ok"], {"=a": "b"})]
    labels = {"=1+1": "=2+2"}
    written = write_export(
        dataset,
        instruments,
        tmp_path / f"a.{file_format}",
        file_format,
        extra=extra,
        brand_labels=labels,
    )
    header, *rows = _cells(written.paths[0])
    assert "'=HYPERLINK(1)" in header
    assert rows[0][0] == "'=cmd|' /C calc'!A0"
    assert rows[1][1] == "'=1+1"
    codebook = _cells(written.paths[1]) if file_format == "csv" else []
    texts = [cell for row in (header, *rows, *codebook) for cell in row if isinstance(cell, str)]
    assert all(neutral(text) == text for text in texts)
    assert written.notes == ("9 texts that look like formulas begin with an apostrophe.",)


def test_a_workbook_holds_no_formula_and_no_link(tmp_path: Path, small: Small) -> None:
    """openpyxl, which does read formulas, finds texts and numbers only."""
    dataset, instruments = small
    extra = [ExtraColumn("link", "", ["http://example.org", "{=1}", "=1"])]
    write_export(dataset, instruments, tmp_path / "a.xlsx", "xlsx", extra=extra)
    workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("file_format", FORMATS)
def test_simulated_answers_say_so_and_come_back_so(
    tmp_path: Path, small: Small, file_format: FileFormat
) -> None:
    """The mark of a simulator survives the file."""
    _, instruments = small
    items = [item.id for item in instruments[0].items()]
    made = Dataset.build([[1, 2, 3]], items, scoring_keys(instruments), simulated=True)
    written = write_export(made, instruments, tmp_path / f"a.{file_format}", file_format)
    assert to_dataset(read_table(written.paths[0]), instruments).dataset.simulated


def test_long_labels_are_cut_between_characters_with_a_note(tmp_path: Path, small: Small) -> None:
    """SPSS keeps 256 bytes of a label and 120 of a value label; the cut is ours and told."""
    dataset, instruments = small
    extra = [ExtraColumn("flag", "я" * 200, [1, 0, 1], {"1": "ж" * 61, "0": "ж" * 60})]
    written = write_export(dataset, instruments, tmp_path / "a.sav", "sav", extra=extra)
    _, meta = pyreadstat.read_sav(str(tmp_path / "a.sav"), metadataonly=True)
    assert meta.column_names_to_labels["flag"] == "я" * 128
    assert meta.variable_value_labels["flag"] == {1.0: "ж" * 60, 0.0: "ж" * 60}
    assert written.notes == (
        "The label of flag was cut to 256 bytes.",
        "The value labels of flag: one was cut to 120 bytes.",
    )


def test_names_unfit_for_spss_are_refused_all_at_once(tmp_path: Path, small: Small) -> None:
    """Unfit and clashing names are told together and no file appears."""
    dataset, instruments = small
    extra = [ExtraColumn(name, "", [1, 2, 3]) for name in ("a b", "WITH", "Sat1")]
    with pytest.raises(ExchangeError) as caught:
        write_export(dataset, instruments, tmp_path / "a.sav", "sav", extra=extra)
    assert len(caught.value.faults) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "file_format", "options", "told"),
    [
        ("a.csv", "sav", {}, "ends in .sav or .zsav"),
        ("a.sav", "stata", {}, "no format; use csv, sav, xlsx"),
        ("none/a.csv", "csv", {}, "cannot be written"),
        ("a.csv", "csv", {"language": "pt"}, "no wording in 'pt'; use en, ru"),
        ("a.csv", "csv", {"extra": [ExtraColumn("sat1", "", [1, 2, 3])]}, "two columns"),
        ("a.csv", "csv", {"extra": [ExtraColumn(" ", "", [1, 2, 3])]}, "has no name"),
        ("a.csv", "csv", {"extra": [ExtraColumn("x", "", [1])]}, "1 values for 3 interviews"),
    ],
)
def test_what_cannot_be_written_is_told(
    tmp_path: Path, small: Small, name: str, file_format: Any, options: dict[str, Any], told: str
) -> None:
    """A wrong name, format, language or column is a message, and nothing appears."""
    dataset, instruments = small
    with pytest.raises(ExchangeError, match=told):
        write_export(dataset, instruments, tmp_path / name, file_format, **options)
    assert list(tmp_path.iterdir()) == []


def test_an_item_of_another_instrument_is_told(tmp_path: Path, small: Small) -> None:
    """The instruments given must ask all items of the data."""
    with pytest.raises(ExchangeError, match="item sat1: no given instrument asks it"):
        write_export(small[0], [shipped("switching_intention")], tmp_path / "a.csv", "csv")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, tapwater: Imported, pii: Instrument, file_format: FileFormat
) -> None:
    """When the disk is full midway the old file stays whole and nothing else is left behind."""
    source, target = tmp_path / "source.csv", tmp_path / f"a.{file_format}"
    write_export(tapwater.dataset, [pii], source, "csv")
    target.write_bytes(b"what was there")
    before = sorted(path.name for path in tmp_path.iterdir())
    run = subprocess.run(
        [sys.executable, "-c", WRITE_TO_FULL_DISK, str(source), str(target), file_format],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.startswith(f"ExchangeError {target}: "), run.stderr
    assert target.read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


# What spreadsheets keep: no control characters, no lone surrogates, no XML non-characters.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)


@given(st.lists(TEXTS, min_size=3, max_size=3), TEXTS.filter(str.strip))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_any_text_and_column_name_survive_a_spreadsheet(
    tmp_path: Path, small: Small, file_format: FileFormat, texts: list[str], name: str
) -> None:
    """Cells and names of any script come back as they were, formulas with their apostrophe."""
    dataset, instruments = small
    name = f"{name}x"
    written = write_export(
        dataset,
        instruments,
        tmp_path / f"a.{file_format}",
        file_format,
        extra=[ExtraColumn(name, "", texts)],
    )
    column = next(each for each in read_table(written.paths[0]).columns if each.name.endswith("x"))
    assert column.name == neutral(name).strip().lstrip("\ufeff")
    assert list(column.cells) == [neutral(text) for text in texts]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        min_size=3,
        max_size=3,
    ),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=20),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_and_accepted_name_survive_spss(
    tmp_path: Path, small: Small, texts: list[str], name: str
) -> None:
    """Whatever name our rules accept, SPSS's format keeps it; texts lose trailing blanks only."""
    dataset, instruments = small
    extra = [ExtraColumn(name, name, texts, dict.fromkeys(texts, "label"))]
    path = tmp_path / "a.sav"
    taken = ["respondent", "brand", "wave", "language", "channel", "disposition", "seconds"]
    items = ["instructed", "sat1", "sat2", "sat3", "satisfaction_score"]
    if not name.strip() or name in (*taken, *items) or name_faults([*taken, *items, name]):
        with pytest.raises(ExchangeError):
            write_export(dataset, instruments, path, "sav", extra=extra)
        return
    write_export(dataset, instruments, path, "sav", extra=extra)
    cells, _ = pyreadstat.read_sav(str(path), output_format="dict")
    assert cells[name] == [text.rstrip() for text in texts]
