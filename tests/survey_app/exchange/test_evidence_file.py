"""Evidence as a file: what is written is read back, and nothing that cannot be true is taken."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.evidence_file import (
    evidence_csv,
    evidence_json,
    read_evidence,
    write_evidence,
)
from survey_app.exchange.evidence_table import HEADINGS
from tests.survey_app.domain.evidence_samples import CORE, figures, wave

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from survey_app.domain.evidence import WaveEvidence

KEPT = (
    "instrument_id",
    "instrument_version",
    "form",
    "source",
    "fingerprint",
    "label",
    "n",
    "simulated",
    "software_version",
    "format",
    "first_day",
    "last_day",
    "analysed_at",
)


def plain(*waves: WaveEvidence) -> dict[str, Any]:
    """A file's content as JSON holds it."""
    content: dict[str, Any] = json.loads(evidence_json(CORE.id, waves or (wave(), wave(2))))
    return content


def written(tmp_path: Path, content: Any) -> Path:
    """A file with some content, its digest left as it is."""
    path = tmp_path / "evidence.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("of", [figures(), figures(exploration=None, fit={}, loadings={})])
def test_what_is_written_is_read_back(tmp_path: Path, of: Any) -> None:
    """Every column and every figure arrives; who added it and the study do not travel."""
    path = tmp_path / "evidence.json"
    sent = wave(of=of, study_id=3, added_by_id=4)
    write_evidence(path, CORE.id, [sent, wave(2, first_day=None, last_day=None)])
    got, other = read_evidence(path, CORE.id)
    assert {name: getattr(got, name) for name in KEPT} == {
        name: getattr(sent, name) for name in KEPT
    }
    assert got.read_figures() == of
    assert (got.study_id, got.added_by_id, got.imported) == (None, None, True)
    assert other.last_day is None


def test_the_same_waves_give_the_same_bytes() -> None:
    """A file can be compared with another."""
    assert evidence_json(CORE.id, [wave()]) == evidence_json(CORE.id, [wave()])


def set_to(*steps: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one place of the first wave."""

    def change(content: dict[str, Any]) -> None:
        place = content["waves"][0]
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_to("n", value=0), "waves[0].n: 0 is below 1"),
        (set_to("n", value=401), "adds up to 400, but n is 401"),
        (set_to("n", value=True), "waves[0].n: True is not a whole number"),
        (set_to("label", value="a\u001b[2Jb"), "waves[0].label: holds signs that cannot be shown"),
        (set_to("label", value="a\u202eb"), "holds signs that cannot be shown"),
        (set_to("label", value="x" * 201), "longer than 200"),
        (set_to("form", value="short"), "waves[0].form"),
        (set_to("last_day", value="2021-02-30"), "no day of the calendar"),
        (set_to("last_day", value="2020-01-01"), "lies before the first day"),
        (set_to("analysed_at", value="yesterday"), "waves[0].analysed_at"),
        (set_to("analysed_at", value="2021-04-02T99:99:99+00:00"), "no day of the calendar"),
        (set_to("format", value=2), "waves[0].format: 2 is not one of 1"),
        (set_to("simulated", value="no"), "waves[0].simulated"),
        (set_to("added_by", value=1), "this key is not known"),
        (set_to("figures", "scales", 0, "alpha", "value", value=1.2), "1.2 is above 1"),
        (set_to("figures", "scales", 0, "alpha", "value", value=0.5), "outside its own interval"),
        (set_to("figures", "scales", 0, "items", value=["emo1"]), "an item stands in two scales"),
        (set_to("figures", "fit", "correlated", "df", value=-1), "-1 is below 0"),
        (set_to("figures", "fit", "correlated", "cfi", value=1e300), "above"),
        (set_to("figures", "loadings", "nobody", value=None), "loadings.nobody"),
        (set_to("figures", "exploration", "pattern", "cog1", value=[0.5]), "1 loadings for 3"),
        (set_to("figures", "exploration", "pattern", "zzz", value=[0, 0, 0]), "is no item"),
        (set_to("figures", "invariance", 0, "across", value="planets"), "not one of brands"),
        (set_to("figures", "languages", value={"x\u0000y": 400}), "cannot be shown"),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    """Each fault names file and place, before anything is kept."""
    content = plain()
    change(content)
    path = written(tmp_path, content)
    with pytest.raises(ExchangeError, match=re.escape(told)) as caught:
        read_evidence(path, CORE.id)
    assert str(path) in str(caught.value)


def test_a_changed_figure_is_noticed(tmp_path: Path) -> None:
    """A figure that could be true but is not the one written breaks the digest."""
    content = plain()
    content["waves"][0]["figures"]["fit"]["correlated"]["cfi"] = 0.99
    with pytest.raises(ExchangeError, match="changed or damaged"):
        read_evidence(written(tmp_path, content), CORE.id)


def test_a_wave_stands_in_a_file_once(tmp_path: Path) -> None:
    """The same wave or the same answers twice are refused."""
    for name in ("source", "fingerprint"):
        content = plain()
        content["waves"][1][name] = content["waves"][0][name]
        with pytest.raises(ExchangeError, match=rf"waves\[1\]\.{name}.*twice"):
            read_evidence(written(tmp_path, content), CORE.id)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", "NaN", "null", "[" * 100_000, '{"a": NaN}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    """What is no evidence is told in words, however it is malformed."""
    with pytest.raises(ExchangeError):
        read_evidence(written(tmp_path, text), CORE.id)


def test_evidence_of_another_instrument_is_refused(tmp_path: Path) -> None:
    """A file speaks for its own instrument only."""
    with pytest.raises(ExchangeError, match="evidence of core_engagement, not of satisfaction"):
        read_evidence(written(tmp_path, plain()), "satisfaction")


def test_missing_files_are_told(tmp_path: Path) -> None:
    """A file that is not there, or bytes that are no text, give a sentence and no traceback."""
    with pytest.raises(ExchangeError, match="cannot be read"):
        read_evidence(tmp_path / "nowhere.json", CORE.id)
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ExchangeError, match="no JSON file"):
        read_evidence(binary, CORE.id)


def test_csv_has_a_row_for_each_scale(tmp_path: Path) -> None:
    """Figures are unrounded, missing ones empty; unreadable waves keep one row."""
    path = tmp_path / "evidence.csv"
    later = wave(2, format=9, figures={})
    write_evidence(path, CORE.id, [wave(of=figures(fit={})), later])
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [row["scale"] for row in rows] == ["cognitive", "emotional", "behavioural", ""]
    assert rows[0]["alpha"] == "0.85"
    assert rows[0]["languages"] == "en:300 ru:100"
    assert rows[0]["cfi"] == ""
    assert rows[3]["n"] == "400"
    assert {len(row) for row in rows} == {len(HEADINGS)}


def test_formulas_are_text_in_csv() -> None:
    """A label that a spreadsheet would run begins with an apostrophe."""
    assert "'=cmd" in evidence_csv([wave(label="=cmd")])
