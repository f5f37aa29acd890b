"""Calibrations: made from a fit, carried as JSON, and refused with every fault."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.dataset import Dataset, ScoringKey
from psychometrics.irt.calibration import (
    CalibratedItem,
    Calibration,
    CalibrationError,
    calibrate,
    calibration_of,
)
from psychometrics.irt.grm import grm
from tests.psychometrics.irt.goldens import PII, answers, simulated, spread
from tests.tapwater import tap_water


def usable() -> Dataset:
    """The tap-water interviews that may be analysed."""
    data = tap_water()
    return data.select(data.usable & (data.brand != ""))


def test_a_calibration_holds_what_the_fit_found() -> None:
    """Slopes, thresholds, keying and numbers are those of the model fitted to reversed answers."""
    found = calibrate(usable(), "cognitive", source="tap water")
    model = grm(answers("tapwater"))
    assert found.item_ids == tuple(PII)
    assert (found.n, found.minimum, found.maximum, found.source) == (439, 1, 7, "tap water")
    assert [each.reversed for each in found.items] == [True, True, False, False, False]
    table = model.parameters
    np.testing.assert_allclose([each.slope for each in found.items], table["a"], rtol=1e-9)
    thresholds = [each.thresholds for each in found.items]
    np.testing.assert_allclose(thresholds, table[[f"b{k}" for k in range(1, 7)]], rtol=1e-9)
    assert calibration_of(
        model, scale="cognitive", minimum=1, maximum=7, source="x", reversed_items=PII[:2]
    ).items == pytest.approx(found.items)


def test_json_brings_it_back_unchanged() -> None:
    """Through text and back every figure is the same to the last digit."""
    found = calibrate(usable(), "affective", source="tap water, “1994”")
    text = json.dumps(found.to_plain(), allow_nan=False)
    assert Calibration.from_plain(json.loads(text)) == found


def test_every_fault_is_told_with_its_place() -> None:
    """One message names all that is wrong, a line each."""
    plain = calibrate(usable(), "cognitive", source="x").to_plain()
    plain["metric"], plain["n"] = "probit", 0
    plain["items"][0]["slope"] = -1.2
    plain["items"][1]["thresholds"][2] = -5.0
    plain["items"][2]["values"] = [1, 2, 3, 4, 5, 6, 9]
    plain["items"][3]["item"] = "p05"
    plain["items"][4]["reversed"] = "no"
    with pytest.raises(CalibrationError) as caught:
        Calibration.from_plain(plain)
    lines = str(caught.value).splitlines()
    places = ("metric", "n is 0", "item 1 (p01): slope", "item 2 (p02): thresholds")
    for place in (*places, "items: p05 given twice", "item 5 (p05): reversed"):
        assert any(line.startswith(place) for line in lines), place
    assert len(lines) == 6, "with a fault in the head the ends of the format are not relied on"
    plain["metric"], plain["n"] = PLAIN["metric"], 30
    with pytest.raises(CalibrationError, match=r"item 3 \(p03\): values \[9\] lie outside"):
        Calibration.from_plain(plain)


PLAIN = calibrate(usable(), "cognitive", source="x").to_plain()
PLACES = [(name,) for name in PLAIN] + [("items", 1, name) for name in PLAIN["items"][1]]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(JUNK, st.sampled_from([(), *PLACES]))
def test_junk_is_refused_in_words_or_read(junk: object, place: tuple[str | int, ...]) -> None:
    """Whatever stands anywhere in a file is read or refused by this error, never by another."""
    plain = json.loads(json.dumps(PLAIN))
    at: object = plain
    for step in place[:-1]:
        at = at[step]  # type: ignore[index]
    if place:
        at[place[-1]] = junk  # type: ignore[index]
    else:
        plain = junk
    with suppress(CalibrationError):
        read = Calibration.from_plain(plain)
        assert Calibration.from_plain(read.to_plain()) == read


def test_what_is_missing_or_unknown_is_named() -> None:
    """A file of another kind is told from a damaged one."""
    with pytest.raises(CalibrationError, match=r"kind, scale, .* not given"):
        Calibration.from_plain({"a": 1})
    with pytest.raises(CalibrationError, match="calibration: extra not known"):
        Calibration.from_plain({**PLAIN, "extra": 1})


def test_fits_that_cannot_serve_are_refused() -> None:
    """Two traits, an item that runs against the others, too few interviews, an unfinished fit."""
    rng = np.random.default_rng(1)
    data = simulated(rng, 300, np.full(6, 1.5), spread(6, 5, rng))
    ends = {"scale": "s", "minimum": 1, "maximum": 5, "source": "x"}
    with pytest.raises(CalibrationError, match="one trait"):
        calibration_of(grm(data, 2), **ends)
    turned = data.copy()
    turned[:, 0] = 6 - turned[:, 0]
    with pytest.raises(CalibrationError, match="Reverse an item"):
        calibration_of(grm(turned), **ends)
    with pytest.raises(CalibrationError, match="reached no maximum"):
        calibration_of(replace(grm(data), converged=False, warnings=("why",)), **ends)
    few = Dataset.build(data[:20], list("abcdef"), [ScoringKey("s", tuple("abcdef"), 1, 5)])
    with pytest.raises(CalibrationError, match=r"Scale s: 20 interview\(s\)"):
        calibrate(few, "s", source="x")


def test_unused_categories_and_gaps_are_carried() -> None:
    """Answers that nobody gave leave no threshold; warnings of the fit stay with it."""
    table = answers("mixed").rename(columns=str)
    model = grm(table.assign(i05=6 - table["i05"]))
    found = calibration_of(
        model, scale="s", minimum=1, maximum=5, source="x", reversed_items=["i05"]
    )
    assert found.items[1].values == (1, 2, 4, 5)
    assert found.items[3].values == (1, 2)
    assert found.items[4].reversed
    assert found.warnings == model.warnings != ()


def test_a_calibration_made_by_hand_is_checked_too() -> None:
    """No faulty calibration exists, whoever makes it."""
    item = CalibratedItem("a", 1.0, (0.0,), (1, 2))
    with pytest.raises(CalibrationError, match="a given twice"):
        Calibration("s", (item, item), 1, 5, 100, "x", "by hand")
