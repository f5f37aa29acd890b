"""What an adaptive test looks up: the curves of calibrated items at nodes of the trait."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from psychometrics.irt._probabilities import (
    ItemParameters,
    boundaries,
    densities,
    information_curves,
    item_parameters,
    log_probabilities,
)
from psychometrics.irt._quadrature import BEYOND, grid
from psychometrics.irt._stopping import AdaptiveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from psychometrics.irt.calibration import Calibration

    Array = NDArray[np.float64]
    Codes = NDArray[np.int8]

FEWEST_POINTS, MOST_POINTS = 181, 721
LIKE = 1e-9
"""Items whose worth differs by less than this share are worth the same: the first is asked, on any
machine."""


@dataclass(frozen=True)
class TraitTables:
    """Curves of p items at Q nodes.

    Parameters
    ----------
    items, minimum, maximum : of the calibration.
    category : (p, answers of the format) category of each answer as given.
    nodes, log_prior : (Q,). log_p : (p, K, Q). information : (p, Q).
    scores : (Q,) expected true score 0–100 at the nodes.
    """

    items: tuple[str, ...]
    minimum: int
    maximum: int
    category: Codes
    nodes: Array
    log_prior: Array
    log_p: Array
    information: Array
    scores: Array

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    def codes(self, answers: Array) -> Codes:
        """(n, p) categories of answers as given, −1 for NaN. Raises AdaptiveError."""
        told = ~np.isnan(answers)
        inside = (answers >= self.minimum) & (answers <= self.maximum)
        if (wrong := told & ~(inside & (answers == np.rint(answers)))).any():
            row, column = (int(place) for place in np.argwhere(wrong)[0])
            raise AdaptiveError(
                f"Item {self.items[column]}: an answer of {answers[row, column]:g} is none of "
                f"{self.minimum} to {self.maximum}."
            )
        place = np.where(told, answers - self.minimum, 0).astype(np.intp)
        found: Codes = self.category[np.arange(self.p), place]
        return np.where(told, found, np.int8(-1))

    def posterior(self, log_weights: Array) -> Array:
        """(n, Q) rows of sum 1."""
        weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
        shares: Array = weights / weights.sum(axis=1, keepdims=True)
        return shares

    def trait(self, posterior: Array) -> tuple[Array, Array]:
        """Means and standard deviations (n,) of the trait under posteriors (n, Q)."""
        return _moments(posterior, self.nodes)

    def score(self, posterior: Array) -> tuple[Array, Array]:
        """Means and standard deviations (n,) of the expected true score."""
        return _moments(posterior, self.scores)

    def worth(self, posterior: Array) -> Array:
        """(n, p) information of every item, averaged over the posterior."""
        values: Array = posterior @ self.information.T
        return values


def first_best(worth: Array, asked: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(n,) the first of the items worth most among those not `asked` (n, p)."""
    left = np.where(asked, -np.inf, worth)
    best = left.max(axis=1, keepdims=True)
    item: NDArray[np.intp] = (left >= best - LIKE * np.abs(best)).argmax(axis=1)
    return item


def expected_scores(calibration: Calibration, theta: Array) -> tuple[Array, Array]:
    """Expected true score 0–100 at theta (T,), and its slope there."""
    parameters = _parameters(calibration)
    eta = boundaries(parameters, theta[:, None])
    rises = np.zeros(parameters.intercepts.shape)
    for j, each in enumerate(calibration.items):
        rises[j, : len(each.thresholds)] = np.diff(each.values)
    p = len(calibration.items)
    lowest = sum(each.values[0] for each in calibration.items) / p
    mean = lowest + np.tensordot(rises, expit(eta)) / p
    change = np.tensordot(rises * parameters.slopes, densities(eta)) / p
    unit = 100 / (calibration.maximum - calibration.minimum)
    return unit * (mean - calibration.minimum), unit * change


def trait_tables(calibration: Calibration) -> TraitTables:
    """The tables of a calibration: normal trait between −9 and 9, nodes close enough for the
    sharpest posterior."""
    parameters = _parameters(calibration)
    on = grid(_points(parameters), reach=BEYOND)
    eta = boundaries(parameters, on.nodes)
    nodes = on.nodes[:, 0]
    return TraitTables(
        items=calibration.item_ids,
        minimum=calibration.minimum,
        maximum=calibration.maximum,
        category=_categories(calibration),
        nodes=nodes,
        log_prior=np.log(on.prior),
        log_p=log_probabilities(parameters, eta),
        information=information_curves(eta) * parameters.slopes**2,
        scores=expected_scores(calibration, nodes)[0],
    )


def _parameters(calibration: Calibration) -> ItemParameters:
    return item_parameters(
        np.array([[each.slope] for each in calibration.items]),
        [-each.slope * np.array(each.thresholds) for each in calibration.items],
    )


def _categories(calibration: Calibration) -> Codes:
    """An answer nobody gave at calibration counts as the next lower one that somebody gave: it lies
    between the same two boundaries. One below all counts as the lowest."""
    answers = np.arange(calibration.minimum, calibration.maximum + 1)
    rows = []
    for each in calibration.items:
        keyed = answers[::-1] if each.reversed else answers
        place = np.searchsorted(each.values, keyed, side="right") - 1
        rows.append(np.maximum(place, 0).astype(np.int8))
    return np.array(rows)


def _points(parameters: ItemParameters) -> int:
    """Nodes at most half the smallest posterior deviation apart."""
    wide = np.linspace(-6, 6, 481)[:, None]
    curves = information_curves(boundaries(parameters, wide)) * parameters.slopes**2
    narrowest = 1 / np.sqrt(1 + curves.sum(axis=0).max())
    wanted = 2 * ceil(BEYOND / (0.5 * narrowest)) + 1
    return int(np.clip(wanted, FEWEST_POINTS, MOST_POINTS))


def _moments(posterior: Array, values: Array) -> tuple[Array, Array]:
    mean = posterior @ values
    away = (values - mean[:, None]) ** 2
    return mean, np.sqrt((posterior * away).sum(axis=1))


def answer_row(items: Sequence[str], answers: Sequence[Any]) -> Array:
    """(1, p) answers as numbers, NaN where skipped. Raises AdaptiveError for what is no number."""
    for item, answer in zip(items, answers, strict=True):
        whole = isinstance(answer, (int, np.integer)) and not isinstance(answer, bool)
        if answer is not None and not whole:
            raise AdaptiveError(f"Item {item}: {answer!r} is no answer; give a whole number.")
    return np.array([[np.nan if answer is None else answer for answer in answers]], np.float64)
