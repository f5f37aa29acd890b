"""Answers made by a seeded simulator, for showing the product where no real answers exist.

Every Dataset made here carries ``simulated=True``, and everything printed from it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.dataset import MISSING, Dataset

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from psychometrics.dataset import ScoringKey

LOADING = 0.78
FACTOR_CORRELATION = 0.6
OPEN_ITEM_SHARE = 0.01
CARELESS_SHARE = 0.04
BREAK_OFF_SHARE = 0.05
SECONDS_PER_ITEM = 5.0

ACTIVITY_LOADINGS = (0.6, 0.5)
"""Of an activity on how engaged somebody is, and on how active beside it."""

MOST_FREQUENT = 2.4
"""Standard deviations of an activity from the least to the greatest of its answers."""

UNKNOWN_SHARE = 0.02
"""People of whom a trait is not known."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Interviews of one brand in one wave: how many, and how far every scale's latent mean lies
    from the average brand, in standard deviations."""

    brand: str
    wave: str
    n: int
    shift: float


@dataclass(frozen=True, slots=True)
class Activity:
    """An item of a checklist with the ends of its answers. `rarity` is how engaged, in standard
    deviations, somebody of average activity is who begins with it."""

    item: str
    minimum: int
    maximum: int
    rarity: float


@dataclass(frozen=True, slots=True)
class Trait:
    """What is known of a person: each code with the share of people who have it, and how far their
    latent means lie from the average person, in standard deviations."""

    name: str
    codes: Mapping[str, tuple[float, float]]


def simulate(
    keys: Sequence[ScoringKey],
    cells: Sequence[Cell],
    rng: np.random.Generator,
    *,
    languages: Sequence[str] = ("en",),
    opposed: Collection[str] = (),
    activities: Sequence[Activity] = (),
    traits: Sequence[Trait] = (),
) -> Dataset:
    """Interviews by a correlated-factor model with graded answers.

    One latent variable per scale, all correlated `FACTOR_CORRELATION`; an item is
    ``LOADING·η + sqrt(1 − LOADING²)·ε``, cut at equal steps into the answers of its format.
    `CARELESS_SHARE` answer anything, fast; `BREAK_OFF_SHARE` stop after the first scale;
    `OPEN_ITEM_SHARE` of the items is left open. Scales in `opposed` run against the others.
    Whoever is more engaged does more of the `activities`, the rarer ones last; `traits` shift the
    latent means of the people who have them. The same generator state gives the same answers.
    """
    n = sum(cell.n for cell in cells)
    shift = np.repeat([cell.shift for cell in cells], [cell.n for cell in cells])
    # Generators of their own: what is asked besides changes no answer to the scales.
    of_traits, of_activities = rng.spawn(2)
    background, shift_of_traits = _traits(n, traits, of_traits)
    direction = np.where([key.scale in opposed for key in keys], -1.0, 1.0)
    latent = (_latent(n, len(keys), rng) + (shift + shift_of_traits)[:, None]) * direction
    answers, careless, partial = _scales(latent, keys, rng)
    done = _activities((latent * direction).mean(axis=1), activities, careless, of_activities)
    done[partial] = MISSING
    answers = np.hstack([answers, done])
    return Dataset.build(
        answers,
        [*(item for key in keys for item in key.items), *(each.item for each in activities)],
        keys,
        brand=[cell.brand for cell in cells for _ in range(cell.n)],
        wave=[cell.wave for cell in cells for _ in range(cell.n)],
        language=rng.choice(list(languages), n),
        channel=rng.choice(["web", "qr"], n, p=[0.7, 0.3]),
        disposition=np.where(partial, "partial", "complete"),
        seconds=np.round(_seconds(answers, careless, rng), 1),
        instructed=_instructed(careless, partial, rng),
        simulated=True,
        background=background,
    )


def _scales(
    latent: NDArray[np.float64], keys: Sequence[ScoringKey], rng: np.random.Generator
) -> tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.bool_]]:
    """Answers to the scales, and who was careless and who broke off."""
    n = len(latent)
    answers = np.hstack([_graded(latent[:, [j]], key, rng) for j, key in enumerate(keys)])
    careless = rng.random(n) < CARELESS_SHARE
    answers[careless] = np.hstack([_anything(careless.sum(), key, rng) for key in keys])
    answers[rng.random(answers.shape) < OPEN_ITEM_SHARE] = MISSING
    partial = (rng.random(n) < BREAK_OFF_SHARE) & ~careless
    answers[partial, len(keys[0].items) :] = MISSING
    return answers, careless, partial


def _traits(
    n: int, traits: Sequence[Trait], rng: np.random.Generator
) -> tuple[dict[str, NDArray[np.str_]], NDArray[np.float64]]:
    """The code of each person by trait, ``""`` where unknown, and the shift of all traits."""
    background, shift = {}, np.zeros(n)
    for trait in traits:
        shares, shifts = np.array(list(trait.codes.values())).T
        drawn = rng.choice(len(shares), n, p=shares / shares.sum())
        shift += shifts[drawn]
        known = rng.random(n) >= UNKNOWN_SHARE
        background[trait.name] = np.where(known, np.array(list(trait.codes))[drawn], "")
    return background, shift


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


def _activities(
    engagement: NDArray[np.float64],
    activities: Sequence[Activity],
    careless: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int16]:
    n = len(engagement)
    answers = np.empty((n, len(activities)), np.int16)
    engaged, active = ACTIVITY_LOADINGS
    common = engaged * engagement + active * rng.standard_normal(n)
    spread = np.sqrt(1 - engaged**2 - active**2)
    for column, each in enumerate(activities):
        response = common + spread * rng.standard_normal(n) - each.rarity
        begins = np.linspace(0, MOST_FREQUENT, each.maximum - each.minimum)
        anything = rng.integers(each.minimum, each.maximum + 1, n)
        answers[:, column] = np.where(
            careless, anything, each.minimum + np.digitize(response, begins)
        )
    answers[rng.random(answers.shape) < OPEN_ITEM_SHARE] = MISSING
    return answers


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
