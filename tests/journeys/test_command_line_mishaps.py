"""Command lines of clumsy hands and hostile files, in processes of their own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from survey_app.storage.database import Database
from tests.journeys.test_command_line import ANSWERS, ENGAGE, ITEMS, PII, assert_refused, engage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

BRAND = (*PII, "--brand-column", "brand")


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """The tap-water answers in a folder of their own."""
    return shutil.copyfile(ANSWERS, tmp_path / "answers.csv")


def write_answers(path: Path, brands: Sequence[str], n: int = 40) -> Path:
    """A file with `n` interviews about each brand."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["brand", *ITEMS])
        for brand in brands:
            for person in range(n):
                level = person * 7 // n
                answered = [1 + (level + person * (3 + j) % 3) % 7 for j in range(len(ITEMS))]
                writer.writerow([brand, *answered])
    return path


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["export", "answers.csv", "--format", "csv", "--out", "answers.csv"], "is read by"),
        (["export", "./link.csv", "--format", "csv", "--out", "answers.csv"], "is read by"),
        (["export", "x_codebook.csv", "--format", "csv", "--out", "x.csv"], "is read by"),
        (["analyse", "answers.csv", "--json", "answers.csv"], "is read by"),
        (["analyse", "answers.csv", "--report", "../here/answers.csv"], "is read by"),
        (["analyse", "answers.csv", "--json", "new", "--report", "new"], "written twice"),
    ],
)
def test_what_is_read_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], told: str
) -> None:
    """Answers that are named as the output, also by another name, stay as they are."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in ("answers.csv", "x_codebook.csv"):
        shutil.copyfile(ANSWERS, here / name)
    (here / "link.csv").symlink_to("answers.csv")
    assert_refused(engage(*command, *PII), told)
    assert sorted(path.name for path in here.iterdir()) == [
        "answers.csv",
        "link.csv",
        "x_codebook.csv",
    ]
    for name in ("answers.csv", "x_codebook.csv"):
        assert (here / name).read_bytes() == ANSWERS.read_bytes()


@pytest.mark.parametrize("option", ["--json", "--report"])
def test_devices_and_pipes_are_not_replaced(answers: Path, option: str) -> None:
    """What is no ordinary file is refused, where a file in its place would do harm."""
    pipe = answers.with_name("pipe")
    os.mkfifo(pipe)
    done = engage("analyse", answers, *PII, option, pipe)
    assert_refused(done, f"{pipe}: is no ordinary file")
    assert pipe.is_fifo()


def test_scorecards_appear_all_or_none(answers: Path) -> None:
    """A folder in the way of the second scorecard keeps the first from appearing too."""
    out = answers.with_name("out")
    (out / "scorecard-suburb-2.pdf").mkdir(parents=True)
    done = engage("scorecards", answers, *PII, "--brand-column", "suburb", "--out", out)
    assert_refused(done, f"{out / 'scorecard-suburb-2.pdf'}: is a folder")
    assert [path.name for path in out.iterdir()] == ["scorecard-suburb-2.pdf"]


def test_brands_of_any_name_have_scorecards(tmp_path: Path) -> None:
    """Names that look like paths, markup, escapes or formulas, alike or long, are only names."""
    brands = ["../x", "a/b", "A b", "[/b]", "[red]", "\x1b[31mred", "=1+1", "𐍈" * 70, "x" * 200]
    file = write_answers(tmp_path / "answers.csv", brands)
    out = tmp_path / "out"
    done = engage("scorecards", file, *BRAND, "--out", out)
    assert done.returncode == 0, done.stderr
    assert len(list(out.glob("scorecard-*.pdf"))) == len(list(out.iterdir())) == len(brands)
    done = engage("analyse", file, *BRAND)
    assert done.returncode == 0, done.stderr
    assert "[/b]" in done.stdout
    assert "\x1b" not in done.stdout


def test_column_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """A message that lists the columns of a file prints none of their control characters."""
    file = tmp_path / "answers.csv"
    file.write_text("\x1b[2Jone,two,three,four,five,six\n1,2,3,4,5,6\n", encoding="utf-8")
    done = engage("analyse", file, *BRAND)
    assert_refused(done, "[2Jone, two")
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_without_our_signs_are_no_obstacle(
    answers: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """Where the terminal lacks a sign it prints another one, and the work is done."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    result = answers.with_name("result.json")
    done = engage("analyse", answers, *PII, "--json", result)
    assert done.returncode == 0, done.stderr
    assert json.loads(result.read_text(encoding="utf-8"))["scores"]["n_usable"] == 439


def test_reader_that_has_seen_enough_is_no_error(answers: Path) -> None:
    """`engage analyse … | head` ends without a word about pipes."""
    command = [ENGAGE, "export", answers, *PII, "--format", "csv", "--out", "out.csv"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=answers.parent
    ) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--minimum-n", "10"], "'--minimum-n': 10 is not in the range x>=30"),
        (["--report-language", "xx"], "'--report-language': 'xx' is not one of 'en', 'ru'"),
    ],
)
def test_options_out_of_their_range_are_told(
    answers: Path, arguments: list[str], told: str
) -> None:
    """The option is named with what it may be."""
    out = answers.with_name("out")
    columns = (*PII, "--brand-column", "suburb", "--out", out)
    assert_refused(engage("scorecards", answers, *columns, *arguments), told)
    assert not out.exists()


@pytest.fixture
def settings(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Good settings of a server, in which one can be changed."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("PUBLIC_URL", "http://localhost")
    return monkeypatch.setenv


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", " " * 40, "SECRET_KEY is missing"),
        ("SECRET_KEY", "\udcff" * 40, "SECRET_KEY is missing"),
        ("PUBLIC_URL", "https://", "PUBLIC_URL is missing or no web address"),
        ("PUBLIC_URL", "https://exa mple.org", "PUBLIC_URL is missing or no web address"),
        ("PUBLIC_URL", "https://example.org:port", "PUBLIC_URL is missing or no web address"),
        ("PUBLIC_URL", "https://[::1", "PUBLIC_URL is missing or no web address"),
        ("PUBLIC_URL", "https://example.org/?a=b", "PUBLIC_URL is missing or no web address"),
        ("PUBLIC_URL", "https://me:geheim@example.org", "PUBLIC_URL is missing or no web address"),
        (
            "DATABASE_URL",
            "postgresql://me:geheim@host:port/name",
            "DATABASE_URL is not the address",
        ),
        ("DATABASE_URL", "postgresql://[::1/name", "DATABASE_URL is not the address"),
        ("DATABASE_URL", "sqlite://host/engage.sqlite", "DATABASE_URL is not the address"),
        ("DATABASE_URL", "sqlite:///e.sqlite?timeout=soon", "DATABASE_URL is not the address"),
        ("DATABASE_URL", "sqlite:///not-there.sqlite", "There is no database not-there.sqlite"),
    ],
)
def test_wrong_settings_are_told_before_serving(
    settings: Callable[[str, str], None], name: str, value: str, told: str
) -> None:
    """The setting is named with its mend, once, and no password is repeated."""
    settings(name, value)
    done = engage("serve")
    assert_refused(done, told)
    assert done.stderr.count(told) == 1
    assert "geheim" not in done.stderr


@pytest.mark.usefixtures("settings")
def test_ports_and_workers_that_cannot_be() -> None:
    """A port that is taken or none, and nobody to serve."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(engage("serve", "--port", port), f"Port {port} is taken")
    assert_refused(engage("serve", "--port", 99_999), "'--port': 99999 is not in the range")
    assert_refused(engage("serve", "--workers", 0), "'--workers': 0 is not in the range")


def test_demo_logins_are_kept_out_of_a_real_database(sqlite_url: str, tmp_path: Path) -> None:
    """A folder whose database has people of its own gets no logins that everybody knows."""
    database = Database(sqlite_url)
    add = ("users", "add", "ada@example.org", "--name", "Ada", "--role", "administrator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", sqlite_url)
        assert engage(*add, "--password", "long enough to keep").returncode == 0
    done = engage("demo", "--directory", tmp_path, "--no-serve")
    assert_refused(done, "Name another folder with --directory")
    with database.reading() as unit:
        assert [user.email for user in unit.users.all()] == ["ada@example.org"]
    database.close()
    assert not (tmp_path / "tap-water").exists()
