"""How many interviews a group needs before it is compared by a model."""

from __future__ import annotations

import numpy as np

from psychometrics.comparability import SMALLEST_GROUP, comparability, least_interviews
from psychometrics.dataset import Dataset, ScoringKey


def _long(scales: int, items: int) -> tuple[str, list[ScoringKey]]:
    keys = [
        ScoringKey(f"s{k}", tuple(f"i{k}_{j}" for j in range(items)), 1, 7) for k in range(scales)
    ]
    return "\n".join(f"{key.scale} =~ {' + '.join(key.items)}" for key in keys), keys


def test_short_questionnaires_need_fifty() -> None:
    """Few parameters leave the smallest group as it is; many ask for as many interviews."""
    assert least_interviews(_long(3, 3)[0]) == SMALLEST_GROUP
    assert least_interviews(_long(7, 6)[0]) == 3 * 42 + 21


def test_alike_groups_are_not_called_different_for_being_small() -> None:
    """People of one population in two groups of 60, 40 items: untested, with the number needed."""
    model, keys = _long(5, 8)
    rng = np.random.default_rng(2)
    n = 120
    general, columns = rng.normal(size=n), []
    for key in keys:
        own = (general + rng.normal(size=n)) / np.sqrt(2)
        columns += [0.7 * own + 0.7 * rng.normal(size=n) for _ in key.items]
    answers = np.clip(np.round(4 + 1.3 * np.column_stack(columns)), 1, 7)
    items = [item for key in keys for item in key.items]
    dataset = Dataset.build(answers, items, keys, brand=np.repeat(["north", "south"], n // 2))
    found = comparability(dataset, model, "brand")
    assert found is not None
    assert found.verdict == "untested"
    assert found.least == 130
    assert "130 interviews" in found.reason
    assert found.left_out == ("north", "south")
