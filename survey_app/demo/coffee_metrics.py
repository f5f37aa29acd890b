"""What customers of the four invented coffee houses do: simulated, like their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from psychometrics.metric_values import CELL, PERSON, MetricValues
from psychometrics.scoring import score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from psychometrics.dataset import Dataset
    from survey_app.domain.study import Wave

SEED = 20_260_302
MEASURED_SHARE = 0.7
"""Share of the people interviewed who also carry a loyalty card."""

_CELLS = {
    "visit_duration": (24.0, 3.0, 1.0),
    "repeat_visits": (0.46, 0.05, 0.01),
    "click_through": (0.031, 0.006, 0.002),
    "subscriptions": (0.042, 0.012, 0.004),
    "reshares": (0.018, 0.006, 0.003),
    "conversion": (0.071, 0.009, 0.003),
    "revenue_per_customer": (38.0, 5.0, 1.5),
    "sales": (412_000.0, 90_000.0, 12_000.0),
}
"""Metric → mean over the houses, what one standard deviation of engagement is worth, noise."""

_STANDING = {"aurora": 1.0, "birch": -0.6, "copper": 0.1, "dune": 0.3}
_MOVES = {"aurora": 0.3, "birch": -0.25, "copper": 0.05, "dune": 0.0}


def metric_values(answers: Dataset, waves: Sequence[Wave]) -> MetricValues:
    """Figures of each house in each wave, and of most people interviewed; the same every time.

    People whose answers score higher tend to come more often and to write more.
    """
    rng = np.random.default_rng(SEED)
    columns: list[tuple[str, str, str, str, str, float]] = []
    for position, wave in enumerate(waves):
        for brand, standing in _STANDING.items():
            level = standing + position * _MOVES[brand]
            for metric, (mean, worth, noise) in _CELLS.items():
                figure = max(mean + worth * level + noise * rng.standard_normal(), 0.0)
                columns.append((CELL, "", brand, wave.code, metric, round(figure, 4)))
    columns += _of_people(answers, rng)
    unit, subject, brands, codes, metrics, value = zip(*columns, strict=True)
    return MetricValues.build(
        unit=unit, subject=subject, brand=brands, wave=codes, metric=metrics, value=value
    )


def _of_people(
    answers: Dataset, rng: np.random.Generator
) -> list[tuple[str, str, str, str, str, float]]:
    warm = _warmth(answers)
    counts = {
        "visit_frequency": rng.poisson(np.exp(1.3 + 0.35 * warm)),
        "purchases": rng.poisson(np.exp(1.7 + 0.30 * warm)),
        "reviews": rng.poisson(np.exp(-1.8 + 0.45 * warm)),
        "likes": rng.poisson(np.exp(0.4 + 0.40 * warm)),
        "replies": rng.poisson(np.exp(-0.6 - 0.25 * warm)),
        "recency": np.round(rng.gamma(2.0, np.exp(1.4 - 0.3 * warm))),
    }
    measured = np.flatnonzero(answers.usable & (rng.random(answers.n) < MEASURED_SHARE)).tolist()
    return [
        (
            PERSON,
            str(answers.respondent[row]),
            str(answers.brand[row]),
            str(answers.wave[row]),
            metric,
            float(values[row]),
        )
        for metric, values in counts.items()
        for row in measured
    ]


def _warmth(answers: Dataset) -> NDArray[np.float64]:
    """(n,) each person's mean score over the dimensions, standardised; 0 where there is none."""
    scores = score(answers)
    dimensions = [key.scale for key in answers.keys if not key.outcome]
    table = np.column_stack([scores.column(scale) for scale in dimensions])
    known = ~np.isnan(table).any(axis=1)
    mean = table[known].mean(axis=1)
    warm = np.zeros(answers.n)
    warm[known] = (mean - mean.mean()) / mean.std()
    return warm
