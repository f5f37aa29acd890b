"""Whole command lines in processes of their own, as a user runs them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENGAGE = Path(sys.executable).with_name("engage")
ANSWERS = Path(__file__).parents[2] / "survey_app" / "demo" / "tapwater_involvement.csv"
PII = ("--instrument", "zaichkowsky_1994_pii")
ITEMS = [f"p{number:02}" for number in range(1, 11)]

Rows = list[dict[str, str]]


def engage(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `engage` to its end."""
    return subprocess.run(
        [ENGAGE, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def changed_file(tmp_path: Path) -> Callable[[Callable[[Rows], None]], Path]:
    """Writes the tap-water answers, changed by a function, as a plain CSV."""

    def write(change: Callable[[Rows], None]) -> Path:
        with ANSWERS.open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))[1:]
        change(rows)
        path = tmp_path / "answers.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def set_all(rows: Rows, columns: Sequence[str], value: str) -> None:
    """Write one value into columns wherever there was an answer."""
    for row in rows:
        for column in columns:
            row[column] = "NA" if row[column] == "NA" else value


def test_help_lists_plain_commands() -> None:
    """`engage --help` names the commands of the main job."""
    done = engage("--help")
    assert done.returncode == 0
    for command in ("scorecards", "analyse", "export", "instruments", "demo", "serve"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command",
    ["scorecards", "analyse", "export", "instruments", "demo", "serve", "database", "users"],
)
def test_every_command_explains_itself(command: str) -> None:
    """Each command has a help page with an example of its options."""
    done = engage(command, "--help")
    assert done.returncode == 0
    assert "Usage: engage" in done.stdout


def test_scorecards_from_a_qualtrics_export(tmp_path: Path) -> None:
    """The tap-water file gives one PDF for each of its three suburbs."""
    out = tmp_path / "scorecards"
    done = engage("scorecards", ANSWERS, *PII, "--brand-column", "suburb", "--out", out)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in out.iterdir())
    assert names == [f"scorecard-suburb-{number}.pdf" for number in (1, 2, 3)]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in out.iterdir())


def test_a_russian_scorecard_is_russian_throughout(
    tmp_path: Path, changed_file: Callable[[Callable[[Rows], None]], Path]
) -> None:
    """Verdict and channels are told in the language asked for."""
    file = changed_file(lambda rows: [row.update(channel="qr") for row in rows] and None)
    out = tmp_path / "out"
    columns = (*PII, "--brand-column", "suburb")
    done = engage("scorecards", file, *columns, "--report-language", "ru", "--out", out)
    assert done.returncode == 0, done.stderr
    text = PdfReader(out / "scorecard-suburb-1.pdf").pages[0].extract_text()
    assert "QR-код" in text
    assert "QR code" not in text


def test_scorecards_are_written_on_the_paper_asked_for(tmp_path: Path) -> None:
    """A Chinese scorecard on Letter is in Chinese letters and eleven inches high."""
    out = tmp_path / "out"
    columns = (*PII, "--brand-column", "suburb", "--report-language", "zh", "--paper", "Letter")
    done = engage("scorecards", ANSWERS, *columns, "--out", out)
    assert done.returncode == 0, done.stderr
    page = PdfReader(out / "scorecard-suburb-1.pdf").pages[0]
    assert float(page.mediabox.height) == 11 * 72
    assert "参与度记分卡" in page.extract_text()


def test_a_portfolio_is_written_beside_the_scorecards(tmp_path: Path) -> None:
    """One more PDF, in the language and on the paper asked for, with every brand by name."""
    file = tmp_path / "all.pdf"
    columns = (*PII, "--brand-column", "suburb", "--report-language", "de", "--paper", "Letter")
    done = engage("scorecards", ANSWERS, *columns, "--out", tmp_path / "out", "--portfolio", file)
    assert done.returncode == 0, done.stderr
    assert f"Wrote {file}" in done.stdout
    page = PdfReader(file).pages[0]
    assert float(page.mediabox.height) == 11 * 72
    text = page.extract_text()
    assert "Ihre Marken nebeneinander" in text
    assert all(f"Suburb {number}" in text for number in (1, 2, 3))


def test_scorecards_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    """Two runs in two processes write identical files."""
    made = []
    for name in ("first", "second"):
        out = tmp_path / name
        engage("scorecards", ANSWERS, *PII, "--brand-column", "suburb", "--out", out)
        made.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_analysis_gives_the_known_figures(tmp_path: Path) -> None:
    """439 usable, alpha .863 and .854, the sums by suburb, 79 screened out by fieldwork."""
    result = tmp_path / "result.json"
    done = engage("analyse", ANSWERS, *PII, "--brand-column", "suburb", "--json", result)
    assert done.returncode == 0, done.stderr
    scores = json.loads(result.read_text(encoding="utf-8"))["scores"]
    assert scores["n_usable"] == 439
    assert scores["disposition_counts"]["screened_out_attention"] == 79
    sums = {"cognitive": (29.61, 30.85, 30.08), "affective": (21.62, 22.08, 21.71)}
    alphas = {"cognitive": 0.863, "affective": 0.854}
    for scale in scores["scales"]:
        unscreened = scale["unscreened"]
        assert unscreened["alpha"]["alpha"] == pytest.approx(alphas[scale["scale"]], abs=5e-4)
        means = [row["mean"] for row in unscreened["raw_sums"]]
        assert means == pytest.approx(sums[scale["scale"]], abs=5e-3)
        assert [row["n"] for row in unscreened["raw_sums"]] == [149, 144, 146]


def test_background_goes_through_export_and_analysis(tmp_path: Path) -> None:
    """Columns named on the command line are told, exported, and read again from the export."""
    out = tmp_path / "answers.csv"
    people = ("--background-column", "hardship", "--background-column", "contact")
    brand = ("--brand-column", "suburb")
    done = engage("export", ANSWERS, *PII, *brand, *people, "--format", "csv", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Column 'contact' is read as background with 7 codes." in done.stdout
    with out.open(encoding="utf-8-sig", newline="") as stream:
        hardship = [row["hardship"] for row in csv.DictReader(stream)]
    assert hardship.count("1") == 211
    again = engage("analyse", out, *PII, *people)
    assert again.returncode == 0, again.stderr
    wrong = engage("analyse", out, *PII, "--background-column", "hardshp")
    assert wrong.returncode != 0
    assert "there is no column 'hardshp'; perhaps hardship?" in wrong.stderr


def test_analysis_writes_the_psychometric_report(tmp_path: Path) -> None:
    """`--report` writes a PDF."""
    report = tmp_path / "report.pdf"
    done = engage("analyse", ANSWERS, *PII, "--brand-column", "suburb", "--report", report)
    assert done.returncode == 0, done.stderr
    assert report.read_bytes().startswith(b"%PDF-")


def test_analysis_tests_the_measurement(tmp_path: Path) -> None:
    """Models, the verdict on a total, comparability and precision are printed and in the JSON, and
    `--script` writes R code that does it again."""
    result, script = tmp_path / "result.json", tmp_path / "measurement.R"
    written = ("--json", result, "--script", script)
    done = engage("analyse", ANSWERS, *PII, "--brand-column", "suburb", *written)
    assert done.returncode == 0, done.stderr
    for said in ("bifactor", "No total:", "Comparability", "marginal reliability"):
        assert said in done.stdout
    measurement = json.loads(result.read_text(encoding="utf-8"))["measurement"]
    tests = {test["name"]: test for test in measurement["dimensionality"]["tests"]}
    assert tests["correlated"]["measures"]["cfi.robust"] == pytest.approx(0.936, abs=5e-4)
    assert tests["bifactor"]["measures"]["rmsea.robust"] == pytest.approx(0.048, abs=5e-4)
    assert measurement["dimensionality"]["total"]["rule"] == "scales_apart"
    [brands] = measurement["comparability"]
    assert (brands["across"], brands["verdict"]) == ("brand", "doubtful")
    assert 'estimator = "MLR"' in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("rotation", ["oblimin", "promax", "varimax"])
@pytest.mark.parametrize("extraction", ["minres", "ml"])
def test_factors_are_extracted_and_rotated_as_asked(
    tmp_path: Path, extraction: str, rotation: str
) -> None:
    """The choice reaches the analysis, and every item loads where theory puts it."""
    result = tmp_path / "result.json"
    columns = (*PII, "--brand-column", "suburb", "--json", result)
    done = engage("analyse", ANSWERS, *columns, "--extraction", extraction, "--rotation", rotation)
    assert done.returncode == 0, done.stderr
    structure = json.loads(result.read_text(encoding="utf-8"))["structure"]
    solution = structure["solution"]
    assert (solution["method"], solution["rotation"]) == (extraction, rotation)
    assert structure["misplaced"] == []
    assert (solution["factor_correlations"][0][1] == 0) is (rotation == "varimax")


def test_too_many_factors_are_refused() -> None:
    """Nine factors cannot be told from ten items; the message says how many can."""
    columns = (*PII, "--brand-column", "suburb")
    assert_refused(engage("analyse", ANSWERS, *columns, "--factors", 9), "at most 6")


@pytest.mark.parametrize("kind", ["csv", "sav", "xlsx"])
def test_export_in_every_format(tmp_path: Path, kind: str) -> None:
    """All 690 interviews are exported, and CSV has its codebook beside it."""
    out = tmp_path / f"answers.{kind}"
    done = engage(
        "export", ANSWERS, *PII, "--brand-column", "suburb", "--format", kind, "--out", out
    )
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size > 0
    again = tmp_path / "again.json"
    done = engage("analyse", out, *PII, "--brand-column", "brand", "--json", again)
    assert done.returncode == 0, done.stderr
    assert json.loads(again.read_text(encoding="utf-8"))["scores"]["n_interviews"] == 690


def test_one_brand_alone_gets_a_scorecard_without_comparison(
    tmp_path: Path, changed_file: Callable[[Callable[[Rows], None]], Path]
) -> None:
    """With a single brand there is nothing to compare, and that is no error."""
    file = changed_file(lambda rows: [row.update(suburb="1") for row in rows] and None)
    done = engage("scorecards", file, *PII, "--brand-column", "suburb", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["scorecard-suburb-1.pdf"]


def test_a_brand_without_answers_is_named_and_left_out(
    tmp_path: Path, changed_file: Callable[[Callable[[Rows], None]], Path]
) -> None:
    """An empty group is told in words; the other brands are reported."""

    def empty_suburb_3(rows: Rows) -> None:
        for row in rows:
            if row["suburb"] == "3":
                row.update(dict.fromkeys(ITEMS, "NA"))

    file = changed_file(empty_suburb_3)
    done = engage("scorecards", file, *PII, "--brand-column", "suburb", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Brand '3': 210 interviews, none usable" in done.stdout
    assert len(list((tmp_path / "out").iterdir())) == 2


CHANGES: dict[str, tuple[Callable[[Rows], None], str]] = {
    "value outside the scale": (lambda rows: rows[4].update(p03="9"), "line 6, column p03: 9"),
    "words for a number": (lambda rows: rows[4].update(p03="often"), "line 6, column p03: 'often'"),
    "constant item": (lambda rows: set_all(rows, ["p03"], "4"), "column p03: all 439 usable"),
    "all answers missing": (lambda rows: set_all(rows, ITEMS, "NA"), "no item has an answer"),
    "empty brand column": (
        lambda rows: [row.update(suburb="") for row in rows] and None,
        "column suburb: no cell is filled",
    ),
    "missing item": (lambda rows: [row.pop("p03") for row in rows] and None, "item p03"),
    "nobody usable": (lambda rows: set_all_terms(rows, "otherCity"), "none of the 690 interviews"),
}


def set_all_terms(rows: Rows, value: str) -> None:
    """Let every interview end in the same way."""
    for row in rows:
        row["term"] = value


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("command", ["scorecards", "analyse"])
def test_bad_answers_are_refused_in_words(
    tmp_path: Path,
    changed_file: Callable[[Callable[[Rows], None]], Path],
    command: str,
    case: str,
) -> None:
    """Exit status 2, the file and the place named, no traceback, nothing written."""
    change, told = CHANGES[case]
    file = changed_file(change)
    out = tmp_path / "out"
    option = "--out" if command == "scorecards" else "--json"
    done = engage(command, file, *PII, "--brand-column", "suburb", option, out)
    assert_refused(done, told)
    assert str(file) in done.stderr
    assert not out.exists()


FILES: dict[str, tuple[str, bytes, str]] = {
    "binary": ("answers.csv", bytes(range(256)) * 100, "NUL"),
    "empty": ("answers.csv", b"", "empty"),
    "no SPSS file": ("answers.sav", b"hello", "not what its name says"),
    "no workbook": ("answers.xlsx", b"hello", "not what its name says"),
    "unknown ending": ("answers.docx", b"hello", "answers.docx"),
    "ragged": ("answers.csv", b"a,b\n1,2\n3\n", "line 3"),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("command", ["scorecards", "analyse", "export"])
def test_files_that_are_not_what_they_say(tmp_path: Path, command: str, case: str) -> None:
    """Every command refuses them alike, and writes nothing."""
    name, content, told = FILES[case]
    file, out = tmp_path / name, tmp_path / "out.csv"
    file.write_bytes(content)
    extra = {"scorecards": ["--out"], "analyse": ["--json"], "export": ["--format", "csv", "--out"]}
    done = engage(command, file, *PII, "--brand-column", "suburb", *extra[command], out)
    assert_refused(done, told)
    assert not out.exists()


def test_a_gigabyte_of_garbage_is_refused_at_once(tmp_path: Path) -> None:
    """A file of 1 GB is refused by its size, before it is read."""
    file = tmp_path / "answers.csv"
    with file.open("wb") as stream:
        stream.truncate(2**30)
    assert_refused(engage("analyse", file, *PII), "answers.csv")


def test_unknown_columns_and_instruments_suggest_the_nearest() -> None:
    """A slip of the keyboard is answered with what was probably meant."""
    assert_refused(engage("analyse", ANSWERS, *PII, "--brand-column", "subrub"), "perhaps suburb?")
    assert_refused(
        engage("analyse", ANSWERS, "--instrument", "zaichkowsky"), "zaichkowsky_1994_pii"
    )


def test_scorecards_need_a_brand_column(tmp_path: Path) -> None:
    """Without a brand there is no manager to write to."""
    done = engage("scorecards", ANSWERS, *PII, "--out", tmp_path / "out")
    assert_refused(done, "--brand-column")


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is a file, and a folder that is not there."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    columns = (*PII, "--brand-column", "suburb")
    assert_refused(engage("scorecards", ANSWERS, *columns, "--out", taken), "taken")
    assert taken.read_text(encoding="utf-8") == "mine"
    nowhere = tmp_path / "nowhere" / "result.json"
    assert_refused(engage("analyse", ANSWERS, *columns, "--json", nowhere), "nowhere")


def test_instruments_are_listed_and_checked(tmp_path: Path) -> None:
    """The list names the shipped ones; a broken file is refused with file, line and mend."""
    listed = engage("instruments")
    assert listed.returncode == 0
    assert "core_engagement" in listed.stdout
    assert "zaichkowsky_1994_pii" in listed.stdout
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\nversion: [1\n", encoding="utf-8")
    assert_refused(engage("instruments", "check", broken), "broken.yaml, line")


def test_users_and_database_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh database is made and gets its first administrator, once."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'engage.sqlite'}")
    add = ("users", "add", "a@example.org", "--name", "Ada", "--role", "administrator")
    assert_refused(engage(*add, "--password", "long enough to keep"), "engage database upgrade")
    assert engage("database", "upgrade").returncode == 0
    done = engage(*add, "--password", "long enough to keep")
    assert done.returncode == 0, done.stderr
    assert_refused(engage(*add, "--password", "long enough to keep"), "a@example.org")
    assert_refused(engage(*add[:2], "b@example.org", *add[3:], "--password", "short"), "12")


def test_serving_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SECRET_KEY the application refuses to start."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    assert_refused(engage("serve"), "SECRET_KEY")


def assert_refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    """Exit status 2, the message, and no traceback."""
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, done.stderr or done.stdout
    assert told in said
    assert "Traceback" not in done.stderr
