"""`engage calibrate` and `engage short-form`, on real answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from survey_app.cli import engage
from survey_app.demo.tap_water import FILE
from survey_app.exchange.calibration_file import read_calibrations
from survey_app.exchange.errors import ExchangeError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

PII = ("--instrument", "zaichkowsky_1994_pii")


def run(command: str, *arguments: object) -> Result:
    """Run a command on the tap-water answers, in a terminal of 80 columns."""
    words = [command, str(FILE), *PII, *map(str, arguments)]
    return CliRunner().invoke(engage, words, env={"COLUMNS": "80"})


def test_calibrations_are_printed_and_written(tmp_path: Path) -> None:
    """Each scale with slopes and thresholds; the file reads back as the study takes it."""
    out = tmp_path / "calibrations.json"
    done = run("calibrate", "--json", out, "--source", "Tap water, March 2015")
    assert done.exit_code == 0, done.output
    assert f"Wrote {out}" in done.output.replace("\n", "")
    found = read_calibrations(out)
    assert list(found) == ["cognitive", "affective"]
    assert {each.source for each in found.values()} == {"Tap water, March 2015"}
    for each in found["affective"].items:
        assert f"{each.slope:.2f}" in done.output
    only = run("calibrate", "--json", out, "--scale", "affective")
    assert only.exit_code == 0
    assert list(read_calibrations(out)) == ["affective"]


def test_the_simulation_is_printed_whole_and_written(tmp_path: Path) -> None:
    """Both metrics for each scale, no figure cut off on 80 columns; JSON holds every figure."""
    out = tmp_path / "simulation.json"
    done = run("short-form", "--json", out)
    assert done.exit_code == 0, done.output
    assert "…" not in done.output
    for said in ("cognitive, in points of 0–100", "≤ 0.4", "fixed", "Never set scores"):
        assert said in " ".join(done.output.split())
    plain = json.loads(out.read_text())
    trait, score = plain["affective"]
    assert [bound["standard_error"] for bound in trait["bounds"]] == [0.3, 0.4, 0.5]
    assert [bound["metric"] for bound in score["bounds"]] == ["score"] * 3
    assert trait["folds"] == 5
    half = trait["bounds"][1]["adaptive"]
    assert f"{half['trait']['rmse']:.3f}" in done.output


def test_a_calibration_made_before_is_used(tmp_path: Path) -> None:
    """Its scales are simulated with the bound that was asked for, and its source is named."""
    out = tmp_path / "calibrations.json"
    run("calibrate", "--json", out, "--scale", "affective", "--source", "last year")
    done = run("short-form", "--calibration", out, "--standard-error", 0.45, "--most-items", 3)
    assert done.exit_code == 0, done.output
    assert "(last year)" in done.output
    assert "≤ 0.45" in done.output
    assert "cognitive" not in done.output
    assert "points of 0–100" not in done.output
    other = run("short-form", "--calibration", out, "--scale", "cognitive")
    assert other.exit_code == 2
    assert "Scale cognitive is not calibrated; the file holds affective." in other.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--standard-error", "4"), "below 1"),
        (("--score-error", "0"), "above 0"),
        (("--scale", "mood"), "Scale mood is not there; there can be shortened: cognitive"),
        (("--most-items", "0", "--standard-error", "0.4"), "must not be less"),
    ],
)
def test_what_cannot_be_is_refused_in_words(words: tuple[str, ...], said: str) -> None:
    """Exit status 2 and the mend, no traceback."""
    done = run("short-form", *words)
    assert done.exit_code == 2
    assert said in done.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON file"),
        ('{"kind": "engage calibrations", "scales": {"s": {"n": NaN}}}', "is no JSON file"),
        ("[1]", "holds no calibrations"),
        ('{"kind": "engage evidence", "scales": {"s": {}}}', "holds no calibrations"),
        ('{"kind": "engage calibrations", "scales": {"s": 1, "t": {}}}', "scale t: calibration"),
        ('{"kind": "engage calibrations", "scales": ' + "[" * 100_000, "is no JSON file"),
    ],
)
def test_files_that_hold_no_calibration_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """Every fault with its scale; a damaged file with how to get a sound one."""
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(ExchangeError) as caught:
        read_calibrations(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_calibration_under_another_name_is_refused(tmp_path: Path) -> None:
    """Who renames a scale in the file is told; nothing is written over what is read."""
    path = tmp_path / "calibrations.json"
    run("calibrate", "--json", path)
    plain = json.loads(path.read_text())
    plain["scales"]["other"] = plain["scales"].pop("affective")
    path.write_text(json.dumps(plain))
    with pytest.raises(ExchangeError, match="scale other: holds that of scale affective"):
        read_calibrations(path)
    assert run("short-form", "--calibration", path, "--json", FILE).exit_code == 2


def test_answers_of_adaptive_scales_are_analysed_by_their_calibration(tmp_path: Path) -> None:
    """`engage analyse --adaptive` tells what was asked and the means of brands, in figures too, and
    adds up the other scale alone; with every scale adaptive it says that there are no sums. A
    calibration of something else is refused with every fault."""
    both, one, out = (tmp_path / name for name in ("both.json", "one.json", "figures.json"))
    assert run("calibrate", "--json", both).exit_code == 0
    assert run("calibrate", "--json", one, "--scale", "affective").exit_code == 0
    brand = ("--brand-column", "suburb")
    done = run("analyse", *brand, "--adaptive", one, "--json", out)
    assert done.exit_code == 0, done.output
    plain = json.loads(out.read_text())
    assert [scale["scale"] for scale in plain["scores"]["scales"]] == ["cognitive"]
    told = plain["short_forms"]["affective"]
    assert told["mean_answered"] == pytest.approx(5, abs=0.1)
    assert f"{told['means']['means'][0]['score']:.1f}" in done.output
    alone = run("analyse", *brand, "--adaptive", both, "--json", out)
    assert alone.exit_code == 0, alone.output
    assert "Every scale was asked adaptively" in " ".join(alone.output.split())
    assert json.loads(out.read_text())["scores"] is None
    plain = json.loads(one.read_text())
    plain["scales"]["affective"]["items"][0]["item"] = "p99"
    one.write_text(json.dumps(plain))
    refused = run("analyse", "--adaptive", one)
    assert refused.exit_code != 0
    assert "p99 calibrated, but not asked." in str(refused.output) + str(refused.exception)
