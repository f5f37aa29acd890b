"""`engage metrics`: listed, imported, shown and weighted, on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from survey_app.cli import engage
from tests.survey_app.services.conftest import open_fieldwork

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from survey_app.storage.database import Database

FILE = (
    "person,brand,wave,metric,value\np1,North,1,likes,3\np2,north,1,likes,5\n,south,1,sales,900\n"
)


@pytest.fixture
def study_key(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """Key of an open study in the database that the environment names."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    return open_fieldwork(sqlite_database).study_key


def metrics(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(engage, ["metrics", *map(str, arguments)])


def written(tmp_path: Path, text: str, name: str = "metrics.csv") -> Path:
    """A file of this text."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_metrics_are_listed_without_a_database() -> None:
    """Every metric with unit, window, direction and standard weight."""
    done = metrics("list")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert "visit_frequency Visit frequency: visits per customer, 30 days, weight 8%" in lines
    assert "replies Replies: replies per customer, 30 days, lower is better, negative" in lines
    assert len(lines) == 29 + 3


def test_a_dry_run_then_an_import(study_key: str, tmp_path: Path) -> None:
    """The dry run says what would be kept and keeps nothing; the import keeps it."""
    path = written(tmp_path, FILE)
    planned = metrics("import", path, "--study", study_key, "--dry-run")
    assert planned.exit_code == 0, planned.output
    assert "Would be kept: 3 new, 0 replaced, 0 as they were. Nothing was kept." in planned.output
    assert "no values yet" in metrics("show", "--study", study_key).output
    done = metrics("import", path, "--study", study_key)
    assert "Kept: 3 new, 0 replaced, 0 as they were." in done.output
    shown = " ".join(metrics("show", "--study", study_key).output.split())
    assert "1 north likes 4 likes per customer (2 people, mean)" in shown
    assert "1 south sales 900 money (1 cell)" in shown
    again = metrics(
        "import", written(tmp_path, FILE.replace("likes,5", "likes,6")), "--study", study_key
    )
    assert "Kept: 0 new, 1 replaced, 2 as they were." in again.output


def test_a_wrong_file_is_refused_with_its_lines(study_key: str, tmp_path: Path) -> None:
    """Exit status 2, every fault with its line, nothing kept."""
    path = written(tmp_path, FILE.replace("likes,5", "like,many"))
    done = metrics("import", path, "--study", study_key)
    assert done.exit_code == 2
    assert f"{path}, line 3, column metric: there is no metric 'like'" in done.output
    assert f"{path}, line 3, column value: 'many' is no number" in done.output
    assert "no values yet" in metrics("show", "--study", study_key).output


def test_an_unknown_study_is_told_with_those_that_there_are(study_key: str, tmp_path: Path) -> None:
    """The message names key and title of the studies in the database."""
    done = metrics("import", written(tmp_path, FILE), "--study", "nobody")
    assert done.exit_code == 2
    assert f"there are {study_key} (Engagement)" in done.output


def test_weights_are_chosen(study_key: str, tmp_path: Path) -> None:
    """A profile by name, or one's own from a file; a bad file changes nothing."""
    assert "equal weights" in metrics("weights", "equal", "--study", study_key).output
    own = written(tmp_path, "reviews: 3\nlikes: 1\n", "own.yaml")
    done = metrics("weights", own, "--study", study_key)
    assert "Engagement: own weights (reviews 75.0%, likes 25.0%)" in done.output
    bad = written(tmp_path, "replies: 3\n", "bad.yaml")
    refused = metrics("weights", bad, "--study", study_key)
    assert refused.exit_code == 2
    assert "never netted" in refused.output
    assert "own weights" in metrics("show", "--study", study_key).output
    missing = metrics("weights", tmp_path / "absent.yaml", "--study", study_key)
    assert missing.exit_code == 2
    assert "cannot be read" in missing.output
