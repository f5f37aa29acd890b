"""Adaptive scales while they are asked: which item comes next."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psychometrics.irt.adaptive import AdaptiveTest
    from survey_app.domain.questionnaire import Answer


def next_item(rules: Mapping[str, Any], answers: Mapping[str, Answer]) -> str | None:
    """The item of an adaptive scale to ask next; None where enough is known.

    Parameters
    ----------
    rules : ``calibration`` as plain data, and ``standard_error``, the bound in the metric of the
        trait.
    answers : of the items asked so far, None where one was left open.
    """
    given = {item: value for item, value in answers.items() if not isinstance(value, str)}
    return _test(json.dumps(rules, sort_keys=True)).next_item(given)


@lru_cache(maxsize=64)
def _test(rules: str) -> AdaptiveTest:
    # Most studies have no adaptive scale, and reading the mathematics takes a second.
    from psychometrics.irt.adaptive import AdaptiveTest
    from psychometrics.irt.calibration import Calibration

    plain = json.loads(rules)
    return AdaptiveTest(
        Calibration.from_plain(plain["calibration"]), standard_error=plain["standard_error"]
    )
