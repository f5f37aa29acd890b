"""Answers made by a seeded simulator, for showing the product where no real answers exist.

Every Dataset made here carries ``simulated=True``, and everything printed from it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.dataset import MISSING, Dataset

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from psychometrics.dataset import ScoringKey

LOADING = 0.78
FACTOR_CORRELATION = 0.6
OPEN_ITEM_SHARE = 0.01
CARELESS_SHARE = 0.04
BREAK_OFF_SHARE = 0.05
SECONDS_PER_ITEM = 5.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Interviews of one brand in one wave: how many, and how far every scale's latent mean lies
    from the average brand, in standard deviations."""

    brand: str
    wave: str
    n: int
    shift: float


def simulate(
    keys: Sequence[ScoringKey],
    cells: Sequence[Cell],
    rng: np.random.Generator,
    *,
    languages: Sequence[str] = ("en",),
    opposed: Collection[str] = (),
) -> Dataset:
    """Interviews by a correlated-factor model with graded answers.

    One latent variable per scale, all correlated `FACTOR_CORRELATION`; an item is
    ``LOADING·η + sqrt(1 − LOADING²)·ε``, cut at equal steps into the answers of its format.
    `CARELESS_SHARE` answer anything, fast; `BREAK_OFF_SHARE` stop after the first scale;
    `OPEN_ITEM_SHARE` of the items is left open. Scales in `opposed` run against the others.
    The same generator state gives the same answers.
    """
    n = sum(cell.n for cell in cells)
    shift = np.repeat([cell.shift for cell in cells], [cell.n for cell in cells])
    direction = np.where([key.scale in opposed for key in keys], -1.0, 1.0)
    latent = (_latent(n, len(keys), rng) + shift[:, None]) * direction
    answers = np.hstack([_graded(latent[:, [j]], key, rng) for j, key in enumerate(keys)])
    careless = rng.random(n) < CARELESS_SHARE
    answers[careless] = np.hstack([_anything(careless.sum(), key, rng) for key in keys])
    answers[rng.random(answers.shape) < OPEN_ITEM_SHARE] = MISSING
    partial = (rng.random(n) < BREAK_OFF_SHARE) & ~careless
    answers[partial, len(keys[0].items) :] = MISSING
    return Dataset.build(
        answers,
        [item for key in keys for item in key.items],
        keys,
        brand=[cell.brand for cell in cells for _ in range(cell.n)],
        wave=[cell.wave for cell in cells for _ in range(cell.n)],
        language=rng.choice(list(languages), n),
        channel=rng.choice(["web", "qr"], n, p=[0.7, 0.3]),
        disposition=np.where(partial, "partial", "complete"),
        seconds=np.round(_seconds(answers, careless, rng), 1),
        instructed=_instructed(careless, partial, rng),
        simulated=True,
    )


def _latent(n: int, scales: int, rng: np.random.Generator) -> NDArray[np.float64]:
    correlation = np.full((scales, scales), FACTOR_CORRELATION)
    np.fill_diagonal(correlation, 1.0)
    return rng.standard_normal((n, scales)) @ np.linalg.cholesky(correlation).T


def _graded(
    latent: NDArray[np.float64], key: ScoringKey, rng: np.random.Generator
) -> NDArray[np.int16]:
    noise = rng.standard_normal((len(latent), len(key.items)))
    response = LOADING * latent + np.sqrt(1 - LOADING**2) * noise
    steps = key.maximum - key.minimum
    answers = key.minimum + np.digitize(response, np.linspace(-2.0, 1.6, steps))
    flip = [item in key.reversed for item in key.items]
    graded: NDArray[np.int16] = np.where(flip, key.minimum + key.maximum - answers, answers)
    return graded.astype(np.int16)


def _anything(n: int, key: ScoringKey, rng: np.random.Generator) -> NDArray[np.int16]:
    return rng.integers(key.minimum, key.maximum + 1, (n, len(key.items)), dtype=np.int16)


def _seconds(
    answers: NDArray[np.int16], careless: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    pace = SECONDS_PER_ITEM * rng.lognormal(0, 0.35, len(answers)) * np.where(careless, 0.2, 1.0)
    seconds: NDArray[np.float64] = (answers != MISSING).sum(axis=1) * pace
    return seconds


def _instructed(
    careless: NDArray[np.bool_], partial: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float64]:
    passed = rng.random(len(careless)) < np.where(careless, 0.15, 0.98)
    return np.where(partial, np.nan, passed.astype(float))
