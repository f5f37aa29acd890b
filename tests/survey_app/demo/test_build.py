"""The demo, built whole into a temporary folder."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from page import ValidationProfile, validate_pdf
from pypdf import PdfReader

from survey_app.demo.build import LOGINS, Demo, build
from survey_app.services.sign_in import sign_in
from survey_app.storage.database import Database
from tests.tagged import alternatives

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo, list[str]]:
    """The folder, what `build` returned, and the steps it said."""
    folder = tmp_path_factory.mktemp("demo")
    steps: list[str] = []
    return folder, build(folder, steps.append), steps


def test_every_brand_of_both_studies_has_a_scorecard(
    built: tuple[Path, Demo, list[str]],
) -> None:
    """Three suburbs and four coffee houses."""
    folder, _, _ = built
    assert len(list((folder / "tap-water" / "scorecards").glob("*.pdf"))) == 3
    assert len(list((folder / "coffee-simulated" / "scorecards").glob("*.pdf"))) == 4
    for study in ("tap-water", "coffee-simulated"):
        assert (folder / study / "portfolio.pdf").is_file()


def test_simulated_data_says_so_on_every_page_and_real_data_never(
    built: tuple[Path, Demo, list[str]],
) -> None:
    """The words stand on each page of each PDF of the simulated study only."""
    folder, _, _ = built
    for path in folder.glob("*/**/*.pdf"):
        simulated = "coffee-simulated" in path.parts
        for page in PdfReader(path).pages:
            assert ("simulated data" in page.extract_text().lower()) is simulated, path


def test_every_pdf_is_accessible(built: tuple[Path, Demo, list[str]]) -> None:
    """A program that is not ours finds no failure of PDF/UA-1 in any report, nor of PDF/A."""
    reports = sorted(built[0].glob("*/**/*.pdf"))
    assert len(reports) == 11
    for path in reports:
        carries = path.name == "psychometric-report.pdf"
        archive = ValidationProfile.PDF_A_3A if carries else ValidationProfile.PDF_A_2A
        for profile in (ValidationProfile.PDF_UA_1, archive):
            checked = validate_pdf(path, profile=profile)
            assert [(failure.rule_id, failure.message) for failure in checked.failures] == [], path


def test_the_real_study_gives_the_known_figures(built: tuple[Path, Demo, list[str]]) -> None:
    """Through the database the answers are those of the file: 439 usable, 79 screened out."""
    folder, _, _ = built
    scores = json.loads((folder / "tap-water" / "analysis.json").read_text("utf-8"))["scores"]
    assert scores["n_usable"] == 439
    assert scores["disposition_counts"]["screened_out_attention"] == 79
    alphas = [scale["unscreened"]["alpha"]["alpha"] for scale in scores["scales"]]
    assert alphas == pytest.approx([0.863, 0.854], abs=5e-4)


def test_exports_hold_all_waves(built: tuple[Path, Demo, list[str]]) -> None:
    """The researcher's file has every interview of every wave."""
    folder, _, _ = built
    with (folder / "coffee-simulated" / "answers.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * (190 + 170 + 68 + 24)
    assert {row["wave"] for row in rows} == {"2026-1", "2026-2", "2026-3"}


def test_the_simulated_study_asks_what_people_do_and_knows_who_they_are(
    built: tuple[Path, Demo, list[str]],
) -> None:
    """Checklists and background are in the researcher's file, the target market in the study."""
    folder, demo, _ = built
    with (folder / "coffee-simulated" / "answers.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["act_recommend"] for row in rows} == {"", *"12345"}
    assert {row["lev_apply"] for row in rows} == {"", *"123"}
    assert {row["age"] for row in rows} == {"", "18-29", "30-44", "45-59", "60+"}
    assert "behaviour_giving_score" not in rows[0]
    assert "negative_engagement_score" in rows[0]
    database = Database(demo.database_url)
    with database.reading() as unit:
        study = next(one for one in unit.studies.all() if one.simulated)
        assert study.target == {"age": ["18-29", "30-44"]}
        assert [str(wave.last_day) for wave in study.waves] == ["2026-02-15", "2026-06-14", "None"]
    database.close()


def test_the_real_study_knows_two_things_of_its_people(
    built: tuple[Path, Demo, list[str]],
) -> None:
    """Two questions of the real file, in groups large enough to be told apart."""
    folder, _, _ = built
    with (folder / "tap-water" / "answers.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    hardship = Counter(row["hardship"] for row in rows)
    assert set(hardship) == {"", "1", "2–3", "4–7"}
    assert hardship["1"] == 211
    assert Counter(row["contact"] for row in rows)["1"] == 309


def test_the_demo_logins_work(built: tuple[Path, Demo, list[str]]) -> None:
    """Each login that is printed can sign in, in its role."""
    database = Database(built[1].database_url)
    for login in LOGINS:
        user = sign_in(database, login.email, login.password, address="127.0.0.1")
        assert user.role is login.role
    database.close()


def test_a_second_build_keeps_what_was_done_in_the_demo(tmp_path: Path) -> None:
    """The database stays, so nothing that somebody tried out is lost."""
    first = build(tmp_path, lambda _: None)
    second = build(tmp_path, lambda _: None)
    assert second == first


def test_progress_is_told(built: tuple[Path, Demo, list[str]]) -> None:
    """Every long step is named before it begins."""
    assert any("Importing real answers" in step for step in built[2])
    assert any("scorecards" in step for step in built[2])


def test_coffee_houses_have_their_looks(built: tuple[Path, Demo, list[str]]) -> None:
    """Two scorecards begin with a logo that is named for those who cannot see it."""
    folder = built[0] / "coffee-simulated" / "scorecards"
    named = {
        path.name: alternatives(PdfReader(path).trailer["/Root"]["/StructTreeRoot"])
        for path in folder.glob("*.pdf")
    }
    assert "Logo of Aurora Coffee" in named["scorecard-aurora-coffee.pdf"]
    assert "Logo of Birch & Bean" in named["scorecard-birch-bean.pdf"]
    assert not any(text.startswith("Logo") for text in named["scorecard-copper-kettle.pdf"])
