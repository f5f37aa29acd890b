"""`engage database`: what is older than the sums is counted, and wrong sums are set right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner
from sqlalchemy import delete, insert, update

from survey_app.cli import engage
from survey_app.services.fieldwork_progress import progress
from survey_app.storage.tables import tally
from survey_app.storage.tallies import sum_count
from tests.survey_app.services.conftest import open_fieldwork

if TYPE_CHECKING:
    import pytest

    from survey_app.storage.database import Database


def started(database: Database) -> int:
    """How many interviews the page of fieldwork counts."""
    with database.reading() as unit:
        return progress(unit, unit.studies.all()[0]).started


def test_answers_are_counted_by_an_upgrade_and_on_demand(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade counts the answers that no sums know; sums that went wrong are set right by the
    command, which says so, names a study by its key and refuses one that is not there."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    fieldwork = open_fieldwork(sqlite_database)
    for number in range(3):
        fieldwork.start(f"start-number-{number}")

    def run(*arguments: str, fails: bool = False) -> str:
        result = CliRunner().invoke(engage, ["database", *arguments])
        assert (result.exit_code != 0) is fails, result.output
        return result.output

    with sqlite_database.writes.begin() as connection:
        connection.execute(delete(tally))
        connection.execute(insert(sum_count), {"study_id": 1, "recounts": 0})
    assert started(sqlite_database) == 0
    assert "Counted the answers of 1 study" in run("upgrade")
    assert started(sqlite_database) == 3
    assert "Counted" not in run("upgrade")

    with sqlite_database.writes.begin() as connection:
        connection.execute(update(tally).where(tally.c.kind == "begun").values(n=9))
    assert "Engagement: 1 sum set right" in run("recount", "--study", fieldwork.study_key)
    assert started(sqlite_database) == 3
    assert "Engagement: all sums are right" in run("recount")
    assert "There is no study 'nowhere'" in run("recount", "--study", "nowhere", fails=True)
