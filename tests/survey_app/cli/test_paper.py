"""`engage paper`: questionnaires to be filled in with a pen, from a study or an instrument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner
from pypdf import PdfReader

from survey_app.cli import engage
from tests.survey_app.services.conftest import open_fieldwork

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from click.testing import Result

    from survey_app.storage.database import Database


def paper(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(engage, ["paper", *map(str, arguments)])


def words(file: Path) -> str:
    """The words of a PDF."""
    return " ".join(page.extract_text() for page in PdfReader(file).pages)


def test_a_study_on_paper(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By its key: consent, brand in the language, the instructed item, the study's code; a brand
    or language that it does not have is refused and nothing written."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url)
    key = open_fieldwork(sqlite_database).study_key
    file = tmp_path / "study.pdf"
    told = paper(key, "--brand", "north", "--language", "ru", "--output", file)
    assert (told.exit_code, told.output) == (0, f"Wrote {file}\n")
    for expected in ("Вы согласны?", "Север", "отметьте здесь", f"{key[:6]}-1-north"):
        assert expected in words(file)
    for wrong in (("--brand", "west"), ("--brand", "north", "--language", "de")):
        refused = paper(key, *wrong, "--output", tmp_path / "none.pdf")
        assert refused.exit_code == 2, refused.output
        assert not (tmp_path / "none.pdf").exists()


def test_an_instrument_on_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is a study, folded; what is neither instrument, file nor study is told so."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    file = tmp_path / "core.pdf"
    wished = ("--brand", "Mill & Co", "--paper", "Letter", "--fold", "--output", file)
    assert paper("core_engagement", *wished).exit_code == 0
    assert "I have warm feelings for Mill & Co." in words(file)
    refused = paper("nothing", *wished)
    assert refused.exit_code == 2
    assert "'nothing' is no shipped instrument and no file" in refused.output
