"""`engage instruments evidence`: printed, as JSON, and carried from one database to another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from survey_app.cli import engage
from tests.survey_app.domain.evidence_samples import figures, wave

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from survey_app.storage.database import Database

CORE = "core_engagement"


@pytest.fixture
def here(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the environment names."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    return sqlite_database


def evidence(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(engage, ["instruments", "evidence", *map(str, arguments)])


def keep(database: Database, *waves: object) -> None:
    """Put waves into a database."""
    with database.writing() as unit:
        for one in waves:
            unit.evidence.add(one)  # type: ignore[arg-type]
        unit.commit()


def test_without_a_database_the_definition_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published is shown, that nothing was looked up is said, and no file is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    done = evidence("zaichkowsky_1994_pii")
    assert done.exit_code == 0
    assert "Published elsewhere" in done.output
    assert "not checked yet" in done.output
    assert "no database here" in done.output
    assert list(tmp_path.iterdir()) == []
    assert evidence(CORE, "--export", tmp_path / "x.json").exit_code != 0


def test_waves_are_printed_with_every_rule(here: Database) -> None:
    """Standing, figures and what each rule says, the oldest wave first."""
    low = figures(fit={})
    keep(here, wave(2, of=low), wave(1), wave(3, simulated=True))
    done = evidence(CORE)
    assert done.exit_code == 0, done.output
    for words in (
        "core_engagement 1.1: Shown here",
        "shown here: yes, by 1 wave with 400 complete interviews (en)",
        "Size: met, n = 400",
        "Reliability: met, .850 (cognitive)",
        "Fit: met, CFI .970 (correlated, MLR; beyond: none)",
        "Fit: not judged (no proper confirmatory model)",
        "Same loadings: met, 1.000 (Wave 1)",
        "cognitive: alpha .850 (.83–.87), omega .860 (.84–.88)",
        "correlated, MLR: chi2(32) = 80.5, CFI .970, RMSEA .050, SRMR .040",
        "invariance across brands: scalar; set free: cog1~1",
        "no program is a customer",
    ):
        assert words in done.output
    places = [done.output.index(f"Wave {number}, 20") for number in (1, 2, 3)]
    assert places == sorted(places)


def test_json_holds_everything(here: Database) -> None:
    """Unrounded figures, outcomes, rules and published figures, and nobody's name."""
    keep(here, wave())
    found = json.loads(evidence(CORE, "--json").stdout)
    assert found["standing"] == "shown_here"
    assert found["published_elsewhere"]["holds"] is False
    (one,) = found["waves"]
    assert one["figures"]["fit"]["correlated"]["cfi"] == 0.97
    assert [outcome["met"] for outcome in one["outcomes"]] == [True] * 4
    assert len(found["rules"]) == 4
    assert "added_by" not in json.dumps(found)


def test_evidence_travels(
    here: Database, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one installation exports another imports, once, and shows alike."""
    gone = wave(3)
    gone.withdraw(None)
    keep(here, wave(1), wave(2), gone)
    file = tmp_path / "core.json"
    assert "2 waves" in evidence(CORE, "--export", file).output
    mine = json.loads(evidence(CORE, "--json").stdout)["waves"]
    other = tmp_path / "other.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{other}")
    assert CliRunner().invoke(engage, ["database", "upgrade"]).exit_code == 0
    first = evidence(CORE, "--import", file, "--json")
    assert "Wave 1: added" in first.stderr
    theirs = json.loads(first.stdout)["waves"]
    assert [one["figures"] for one in theirs] == [one["figures"] for one in mine[:2]]
    assert all(one["imported"] for one in theirs)
    assert "was there already" in evidence(CORE, "--import", file).stderr


def test_csv_is_written_by_its_name(here: Database, tmp_path: Path) -> None:
    """A name that ends in .csv gives a table."""
    keep(here, wave())
    file = tmp_path / "core.csv"
    assert evidence(CORE, "--export", file).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("wave,instrument,")


def test_bad_files_keep_nothing(here: Database, tmp_path: Path) -> None:
    """A file that is refused is told with its fault, status 2, and adds nothing."""
    file = tmp_path / "bad.json"
    file.write_text('{"kind": "engage evidence"}', encoding="utf-8")
    done = evidence(CORE, "--import", file)
    assert done.exit_code == 2
    assert "'waves' is missing" in done.output
    with here.reading() as unit:
        assert unit.evidence.of(CORE) == []


def test_unknown_instruments_are_told(here: Database) -> None:
    """A misspelt identifier gets the nearest names."""
    done = evidence("core_engagment")
    assert done.exit_code == 2
    assert "core_engagement" in done.output
