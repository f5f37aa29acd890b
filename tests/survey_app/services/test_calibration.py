"""Rules of adaptive scales as a study's design holds them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from psychometrics.irt.adaptive import AdaptiveError, AdaptiveTest
from psychometrics.irt.calibration import Calibration, calibrate
from survey_app.services.calibration import adaptive_rules, estimate, next_item, rules_faults
from tests.tapwater import tap_water

DATA = tap_water()
KEY = DATA.key("cognitive")


@cache
def calibration() -> Calibration:
    """The cognitive items of the tap-water answers."""
    usable = DATA.select(DATA.usable & (DATA.brand != ""))
    return calibrate(usable, "cognitive", source="tap water")


def rules(**settings: Any) -> dict[str, Any]:
    """Rules that went through JSON, as a design is stored."""
    return json.loads(json.dumps(adaptive_rules(calibration(), **settings)))


@pytest.mark.parametrize(("bound", "metric"), [(0.4, "trait"), (6.0, "score")])
def test_what_is_asked_next_is_what_the_test_asks(bound: float, metric: Any) -> None:
    """From stored rules the same items follow as from the calibration, to the same end."""
    stored = rules(standard_error=bound, metric=metric)
    test = AdaptiveTest(calibration(), bound, metric)
    told: dict[str, int | str | None] = {}
    for answer in (4, None, 7, 1, 4):
        wanted = next_item(stored, told)
        numbers = {item: value for item, value in told.items() if not isinstance(value, str)}
        assert wanted == test.next_item(numbers)
        if wanted is None:
            break
        told[wanted] = answer
    found = estimate(stored, told)
    assert found.stopped is not None
    assert len(found.asked) == len(told)


def test_rules_that_hold_the_least_are_enough() -> None:
    """Calibration and bound suffice; the rest has defaults."""
    least = {"calibration": calibration().to_plain(), "standard_error": 0.4}
    assert rules_faults(least, KEY) == []
    assert rules_faults(rules(), KEY) == []
    assert next_item(least, {}) == next_item(rules(), {}) == "p04"
    with pytest.raises(AdaptiveError, match="below 1"):
        adaptive_rules(calibration(), standard_error=4)


def test_every_fault_of_rules_from_outside_is_told() -> None:
    """Settings, calibration and its match with what is asked are all looked at."""
    other = rules()
    other["calibration"]["items"][0]["reversed"] = False
    other["calibration"]["items"][4]["item"] = "q9"
    faults = rules_faults({**other, "most_items": True, "colour": 1}, KEY)
    assert faults == [
        "Scale cognitive: colour not known; leave it out.",
        "Scale cognitive: most_items is True; give a whole number.",
        "Scale cognitive: p05 not calibrated.",
        "Scale cognitive: q9 calibrated, but not asked.",
        "Scale cognitive: p01 keyed the other way when they were calibrated.",
    ]
    broken = rules()
    broken["calibration"]["items"][1]["slope"] = 0
    broken["standard_error"] = "wide"
    said = rules_faults(broken, KEY)
    assert len(said) == 2
    assert "item 2 (p02): slope is 0" in said[1]
    assert rules_faults([], KEY) == ["Scale cognitive: give calibration and standard_error."]
    assert "below 1" in rules_faults({**rules(), "standard_error": 3}, KEY)[0]
    assert "choose trait or score" in rules_faults({**rules(), "metric": ["trait"]}, KEY)[0]
