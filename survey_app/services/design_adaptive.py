"""Scales of a questionnaire in the making that are asked only until they are known well enough."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from instruments.texts import in_english
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import StudyError
from survey_app.exchange.calibration_file import parse_calibrations
from survey_app.services.calibration import adaptive_rules, rules_faults, settings_of
from survey_app.services.design_blocks import instrument_of
from survey_app.services.design_content import block_of, design_of, with_design
from survey_app.services.short_form import FEWEST_ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from psychometrics.irt._stopping import Metric
    from psychometrics.irt.calibration import Calibration

_PEOPLE = 400
"""Simulated, to tell about how many items are saved."""


@dataclass(frozen=True, slots=True)
class ShortScale:
    """A scale that can be asked adaptively.

    Parameters
    ----------
    rules : as `calibration.adaptive_rules` makes them; None while it is asked whole.
    """

    id: str
    name: str
    items: int
    rules: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Bound:
    """When enough is known: at a standard error of the trait (0–1) or of the score (points of
    0–100), after so many items at least and at most."""

    standard_error: float
    metric: Metric = "trait"
    fewest_items: int = 1
    most_items: int | None = None


def short_scales(content: Mapping[str, Any], block_id: str) -> list[ShortScale]:
    """The scales of a block that can be asked adaptively. Raises NotThere."""
    design = design_of(content)
    block = block_of(design, block_id)
    asked = block.scales or [scale.id for scale in instrument_of(content, block).scales]
    return [
        ShortScale(
            scale.id, in_english(scale.name), len(scale.items), design.adaptive.get(scale.id)
        )
        for scale in instrument_of(content, block).scales
        if scale.id in asked and scale.scored and len(scale.items) >= FEWEST_ITEMS
    ]


def ask_adaptively(
    content: Mapping[str, Any],
    block_id: str,
    scale_id: str,
    bound: Bound,
    file: tuple[str, bytes] | None,
) -> dict[str, Any]:
    """The content with a scale that is asked only until it is known well enough.

    Parameters
    ----------
    file : name and content of a file that `engage calibrate` wrote; None to keep the calibration
        that is there.

    Raises
    ------
    StudyError
        the block has no such scale, no calibration is there, or it does not fit; every fault.
    survey_app.exchange.errors.ExchangeError
        the file is none that `engage calibrate` wrote.
    psychometrics.irt.adaptive.AdaptiveError
        a bound or number of items that cannot be.
    """
    scale = next((one for one in short_scales(content, block_id) if one.id == scale_id), None)
    if scale is None:
        raise StudyError("The block asks no such scale.")
    rules = _rules(scale, bound, file)
    instrument = instrument_of(content, block_of(design_of(content), block_id))
    key = next(key for key in scoring_keys([instrument]) if key.scale == scale_id)
    faults = rules_faults(rules, key)
    if faults:
        raise StudyError("\n".join(faults))
    return with_design(content, adaptive={**design_of(content).adaptive, scale_id: rules})


def ask_whole(content: Mapping[str, Any], scale_id: str) -> dict[str, Any]:
    """The content with a scale asked whole again."""
    adaptive = design_of(content).adaptive
    return with_design(
        content, adaptive={name: rules for name, rules in adaptive.items() if name != scale_id}
    )


def expected_items(rules: Mapping[str, Any]) -> float:
    """About how many items a respondent is asked under these rules: the mean over people simulated
    from the calibration, always the same ones."""
    return _expected(json.dumps(rules, sort_keys=True))


@lru_cache(maxsize=64)
def _expected(rules: str) -> float:
    import numpy as np

    from psychometrics.irt.adaptive_simulation import simulate_adaptive
    from psychometrics.irt.calibration import Calibration

    plain = json.loads(rules)
    calibration = Calibration.from_plain(plain["calibration"])
    settings = settings_of(plain)
    bound = settings.pop("standard_error")
    answers = _simulated(calibration, np.random.default_rng(1))
    found = simulate_adaptive(answers, calibration, [bound], **settings)
    return float(found.bounds[0].adaptive.mean_items)


def _simulated(calibration: Calibration, rng: np.random.Generator) -> NDArray[np.float64]:
    """Answers (people, items) as they would be given."""
    import numpy as np

    trait = rng.standard_normal(_PEOPLE)
    columns = []
    for each in calibration.items:
        thresholds = np.array(each.thresholds)
        above = 1 / (1 + np.exp(-each.slope * (trait[:, None] - thresholds)))
        steps = (rng.random((_PEOPLE, 1)) < above).sum(axis=1)
        keyed = np.array(each.values)[steps]
        turned = calibration.minimum + calibration.maximum - keyed
        columns.append(turned if each.reversed else keyed)
    return np.column_stack(columns).astype(float)


def _rules(scale: ShortScale, bound: Bound, file: tuple[str, bytes] | None) -> dict[str, Any]:
    from psychometrics.irt.calibration import Calibration

    if file is not None:
        found = parse_calibrations(*file)
        if scale.id not in found:
            held = ", ".join(found)
            raise StudyError(f"The file holds no calibration of {scale.id}, but of {held}.")
        calibration = found[scale.id]
    elif scale.rules is not None:
        calibration = Calibration.from_plain(scale.rules["calibration"])
    else:
        raise StudyError("Choose a file that `engage calibrate` wrote.")
    return adaptive_rules(
        calibration,
        standard_error=bound.standard_error,
        metric=bound.metric,
        most_items=bound.most_items,
        fewest_items=bound.fewest_items,
    )
