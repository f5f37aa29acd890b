"""Adaptive scales while they are asked: which item comes next, and what is known by then."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from survey_app.domain.study import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psychometrics.dataset import ScoringKey
    from psychometrics.irt._stopping import Metric
    from psychometrics.irt.adaptive import AdaptiveEstimate, AdaptiveTest
    from psychometrics.irt.calibration import Calibration
    from survey_app.domain.questionnaire import Answer

_NEEDED = ("calibration", "standard_error")
_OPTIONAL = {"metric": "trait", "most_items": None, "fewest_items": 1}


def next_item(rules: Mapping[str, Any], answers: Mapping[str, Answer]) -> str | None:
    """The item of an adaptive scale to ask next; None where enough is known.

    Parameters
    ----------
    rules : as `adaptive_rules` makes them. Tests of the same rules are made once a process.
    answers : of the items asked so far, None where one was left open.
    """
    return _test_of(rules).next_item(_numbers(answers))


def estimate(rules: Mapping[str, Any], answers: Mapping[str, Answer]) -> AdaptiveEstimate:
    """What the answers so far say, and why the test has stopped, if it has."""
    return _test_of(rules).estimate(_numbers(answers))


def adaptive_rules(
    calibration: Calibration,
    *,
    standard_error: float = 0.4,
    metric: Metric = "trait",
    most_items: int | None = None,
    fewest_items: int = 1,
) -> dict[str, Any]:
    """The rules of one adaptive scale as a study's design holds them, plain.

    Raises
    ------
    psychometrics.irt.adaptive.AdaptiveError
        a bound or number of items that cannot be; see `AdaptiveTest`.
    """
    rules = {
        "calibration": calibration.to_plain(),
        "standard_error": standard_error,
        "metric": metric,
        "most_items": most_items,
        "fewest_items": fewest_items,
    }
    _test_of(rules)
    return rules


def rules_faults(rules: Any, key: ScoringKey) -> list[str]:
    """What is wrong with rules from outside for a scale, every fault; none where they can serve."""
    from collections.abc import Mapping

    from psychometrics.irt.adaptive import AdaptiveTest
    from psychometrics.irt.calibration import Calibration, CalibrationError

    if not isinstance(rules, Mapping) or any(name not in rules for name in _NEEDED):
        return [f"Scale {key.scale}: give {' and '.join(_NEEDED)}."]
    faults = [f"Scale {key.scale}: {each}" for each in _setting_faults(rules)]
    try:
        calibration = Calibration.from_plain(rules["calibration"])
    except CalibrationError as error:
        return [*faults, *(f"Scale {key.scale}: {line}" for line in str(error).splitlines())]
    faults += [f"Scale {key.scale}: {each}" for each in _mismatches(calibration, key)]
    if not faults:
        try:
            AdaptiveTest(calibration, **settings_of(rules))
        except ValueError as error:
            faults.append(f"Scale {key.scale}: {error}")
    return faults


def require_fitting_rules(content: Mapping[str, Any]) -> None:
    """Check a questionnaire that is about to be asked (`Study.content`).

    Raises
    ------
    StudyError
        a scale is asked adaptively by rules that are of other items than it has now, or is there no
        more; every fault.
    """
    adaptive = content["design"].get("adaptive", {})
    if not adaptive:
        return
    from survey_app.domain.frozen_instruments import read_instruments
    from survey_app.domain.scoring_keys import scoring_keys

    keys = {key.scale: key for key in scoring_keys(read_instruments(content["instruments"]))}
    faults = [
        fault
        for scale, rules in adaptive.items()
        for fault in (
            rules_faults(rules, keys[scale])
            if scale in keys
            else [f"Scale {scale}: asked adaptively, but not in the questionnaire any more."]
        )
    ]
    if faults:
        raise StudyError("\n".join(faults))


def _setting_faults(rules: Mapping[str, Any]) -> Iterator[str]:
    if unknown := [str(name) for name in rules if name not in (*_NEEDED, *_OPTIONAL)]:
        yield f"{', '.join(unknown)} not known; leave it out."
    bound = rules["standard_error"]
    if isinstance(bound, bool) or not isinstance(bound, (int, float)):
        yield f"standard_error is {bound!r}; give a number such as 0.4."
    most, fewest = rules.get("most_items"), rules.get("fewest_items", 1)
    for name, value in (("most_items", most), ("fewest_items", fewest)):
        absent = name == "most_items" and value is None
        if not absent and (isinstance(value, bool) or not isinstance(value, int)):
            yield f"{name} is {value!r}; give a whole number."


def _mismatches(calibration: Calibration, key: ScoringKey) -> Iterator[str]:
    """Where a calibration is of another scale, or of the same one in another form."""
    own, asked = set(calibration.item_ids), set(key.items)
    if missing := sorted(asked - own):
        yield f"{', '.join(missing)} not calibrated."
    if other := sorted(own - asked):
        yield f"{', '.join(other)} calibrated, but not asked."
    if (calibration.minimum, calibration.maximum) != (key.minimum, key.maximum):
        yield (
            f"calibrated with answers from {calibration.minimum} to {calibration.maximum}, asked "
            f"from {key.minimum} to {key.maximum}."
        )
    turned = {each.item for each in calibration.items if each.reversed}
    if keyed := sorted((turned ^ key.reversed) & own & asked):
        yield f"{', '.join(keyed)} keyed the other way when they were calibrated."


def settings_of(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Bound, metric, most and fewest items of rules, with the defaults of what they leave out."""
    chosen = {name: rules.get(name, default) for name, default in _OPTIONAL.items()}
    return {"standard_error": rules["standard_error"], **chosen}


def _numbers(answers: Mapping[str, Answer]) -> dict[str, int | None]:
    return {item: value for item, value in answers.items() if not isinstance(value, str)}


def _test_of(rules: Mapping[str, Any]) -> AdaptiveTest:
    return _test(json.dumps(rules, sort_keys=True))


@lru_cache(maxsize=64)
def _test(rules: str) -> AdaptiveTest:
    # Most studies have no adaptive scale, and reading the mathematics takes a second.
    from psychometrics.irt.adaptive import AdaptiveTest
    from psychometrics.irt.calibration import Calibration

    plain = json.loads(rules)
    return AdaptiveTest(Calibration.from_plain(plain["calibration"]), **settings_of(plain))
