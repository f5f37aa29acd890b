"""Results and measurement as pages, and files that can be taken away."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyreadstat
from pypdf import PdfReader

from reports.format import formatter
from survey_app.services.analyse import AnalysisCache, analyse_study
from tests.survey_app.web.conftest import SIZES, text_of
from tests.survey_app.web.making import make_study

if TYPE_CHECKING:
    from pathlib import Path

    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.structure import StructureAnalysis
    from tests.survey_app.web.conftest import Office

FIGURES = formatter("en")
ANSWERS = sum(SIZES.values())


def analysed(office: Office) -> tuple[ScoreAnalysis, StructureAnalysis]:
    """The study's analysis, worked out beside the application."""
    with office.database.reading() as unit:
        study = unit.studies.by_key(office.open_key)
        assert study is not None
        found = analyse_study(unit, study, cache=AnalysisCache())
    return found.scores, found.structure


def test_results_print_the_scores_of_the_analysis(office: Office) -> None:
    """Mean, standard error and interval of every brand and scale are the analysis's own."""
    scores, _ = analysed(office)
    page = text_of(office.visitor("researcher").get(f"/studies/{office.open_key}/results"))
    names = {"north": "North & Co", "south": "South", "tiny": "Tiny"}
    for scale in scores.scales:
        assert scale.brand_means is not None
        for mean in scale.brand_means.means:
            row = (
                names[mean.group],
                str(mean.n),
                FIGURES.score(mean.mean),
                FIGURES.score(mean.sd),
                FIGURES.mean(mean.se),
                FIGURES.interval(mean.lower, mean.upper),
            )
            assert " ".join(row) in page, scale.scale


def test_results_compare_brands(office: Office) -> None:
    """Welch's test and the pairs stand there; the brand that is too small is not compared."""
    scores, _ = analysed(office)
    page = text_of(office.visitor("researcher").get(f"/studies/{office.open_key}/results"))
    test = scores.scales[0].welch
    assert test is not None
    assert FIGURES.number(test.statistic, 2) in page
    assert "North & Co − South" in page
    assert "− Tiny" not in page


def test_every_chart_has_its_words(office: Office) -> None:
    """Each chart is inline SVG with a title and a description made from its numbers."""
    visitor = office.visitor("researcher")
    for part in ("results", "measurement"):
        page = visitor.get(f"/studies/{office.open_key}/{part}").text
        charts = page.count("<svg xmlns")
        assert charts >= 3
        assert page.count("<desc ") == page.count("<title id=") == charts


def test_measurement_prints_reliability_and_structure(office: Office) -> None:
    """Alpha, KMO, parallel analysis and the screening stand on the page."""
    scores, structure = analysed(office)
    page = text_of(office.visitor("researcher").get(f"/studies/{office.open_key}/measurement"))
    for scale in scores.dimensions:
        assert scale.alpha is not None
        assert FIGURES.coefficient(scale.alpha.alpha, 3) in page
    assert FIGURES.coefficient(structure.adequacy.overall, 3) in page
    for words in ("Bartlett", "Parallel analysis", "Mahalanobis", "With and without screening"):
        assert words in page


def test_wave_can_be_chosen(office: Office) -> None:
    """Each wave has its own results; the latest is shown first; an unknown one is not found."""
    visitor = office.visitor("researcher")
    path = f"/studies/{office.waves_key}/results"
    # The words, because each page carries a token of the second in which it was asked for.
    latest, first, second = (
        text_of(visitor.get(path + ask)) for ask in ("", "?wave=w1", "?wave=w2")
    )
    assert latest == second != first
    assert visitor.get(f"{path}?wave=w9").status_code == 404


def test_without_answers_the_pages_say_so(office: Office) -> None:
    """An open study that nobody answered shows no empty tables and no error."""
    visitor = office.visitor("researcher")
    path = make_study(visitor)
    assert visitor.get(f"{path}results").status_code == 404
    visitor.submit(f"{path}open")
    for part in ("results", "measurement"):
        page = visitor.get(f"{path}{part}")
        assert page.status_code == 200
        assert "Nobody has answered" in text_of(page)
    report = visitor.get(f"{path}downloads/psychometric-report.pdf")
    assert report.location == f"{path}downloads/"
    assert "usable" in text_of(visitor.get(f"{path}downloads/"))
    for kind in ("csv", "sav", "xlsx"):
        assert visitor.get(f"{path}downloads/answers.{kind}").status_code == 200, kind


def test_csv_comes_with_its_codebook(office: Office) -> None:
    """The archive holds the answers of every interview and a codebook that names every column."""
    path = f"/studies/{office.open_key}/downloads/answers.csv"
    response = office.visitor("researcher").get(path)
    assert response.headers["Content-Disposition"] == "attachment; filename=shops.zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.namelist() == ["answers.csv", "answers_codebook.csv"]
        answers = pd.read_csv(archive.open("answers.csv"))
        codebook = pd.read_csv(archive.open("answers_codebook.csv"))
    assert len(answers) == ANSWERS
    assert answers["brand"].value_counts().to_dict() == SIZES
    assert set(answers.columns) == set(codebook.iloc[:, 0].dropna())


def test_spss_file_carries_labels(office: Office, tmp_path: Path) -> None:
    """The SPSS file is read back with its item wording and value labels."""
    path = f"/studies/{office.open_key}/downloads/answers.sav"
    file = tmp_path / "answers.sav"
    file.write_bytes(office.visitor("researcher").get(path).data)
    frame, meta = pyreadstat.read_sav(str(file))
    assert len(frame) == ANSWERS
    assert meta.variable_value_labels["brand"]["north"] == "North & Co"
    assert meta.column_names_to_labels["cog1"]


def test_workbook_can_be_opened(office: Office) -> None:
    """The workbook holds a row for each interview under its header."""
    path = f"/studies/{office.open_key}/downloads/answers.xlsx"
    data = office.visitor("researcher").get(path).data
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    assert len(rows) == ANSWERS + 1


def test_r_script_of_the_tests_of_measurement(office: Office) -> None:
    """The script is handed out as a file that holds the models of the scales."""
    path = f"/studies/{office.open_key}/downloads/measurement.R"
    response = office.visitor("researcher").get(path)
    assert response.mimetype == "text/plain"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "model_correlated <-" in response.text


def test_psychometric_report_is_the_page_on_paper(office: Office) -> None:
    """The PDF prints the alpha of the page."""
    path = f"/studies/{office.open_key}/downloads/psychometric-report.pdf"
    response = office.visitor("researcher").get(path)
    assert response.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages)
    alpha = analysed(office)[0].dimensions[0].alpha
    assert alpha is not None
    assert FIGURES.coefficient(alpha.alpha, 3) in text
