"""Consistency of each interview with itself and with everybody: indices of careless answering.

Each index finds one kind of carelessness and misses others, and each is raised by unusual but
honest people, too; see `psychometrics.screening` for why two flags exclude and one does not.

How well each tells careless from careful, on the tap water answers of the demo: 79 interviews that
failed an instructed item against 439 usable ones, two scales of five 7-point items. Area under the
ROC curve (.5 is chance) with its standard error, and the shares flagged among careless and usable
interviews that could be judged:

- synonyms .598 (.040), flags 8 of 63 and 23 of 430; three pairs, over which the others do not vary
- guttman .506 (.036), flags 5 of 75 and 32 of 410
- l_z .533 (.036), flags 7 of 79 and 29 of 439; graded models of the usable interviews
- even_odd and antonyms: not judged, for want of scales and of pairs
- for comparison, from `screen`: Mahalanobis distance .576 (.036), longest run .539 (.036)

So ten items are too few for these indices to add much: none stands out from chance by three
standard errors. They are meant for questionnaires of several scales. The cuts are conventions,
known from others' accounts of the papers named, which were not read for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from psychometrics._consistency_result import Consistency, ConsistencyIndex, area_under_roc
from psychometrics._within_person import (
    FEWEST_POINTS,
    disjoint_scales,
    even_odd,
    on_unit_range,
    over_pairs,
    pairs_of,
)
from psychometrics.dataset import Dataset, DatasetError
from psychometrics.person_fit import guttman_errors, log_likelihood_fit
from psychometrics.screening import KNOWN_CARELESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from psychometrics._within_person import Pairs
    from psychometrics.person_fit import GradedParameters

    Array = NDArray[np.float64]
    Rows = NDArray[np.bool_]

EVEN_ODD_CUT = 0.30
SYNONYMS_CUT = 0.22
ANTONYMS_CUT = -0.03
LZ_CUT = -1.645
PAIR_LIMIT = 0.60

INDICES = ("even_odd", "synonyms", "antonyms", "guttman")
"""Indices that need nothing but answers; `psychometrics.screening.screen` can let them count."""

_SOURCES = {
    "even_odd": "below .30: ascribed to Jackson 1977 by Johnson 2005, 10.1016/j.jrp.2004.09.009",
    "synonyms": "below .22: as used with reference to Meade & Craig 2012, 10.1037/a0028085",
    "antonyms": "above −.03: ascribed to Johnson 2005, 10.1016/j.jrp.2004.09.009",
    "guttman": "above the third quartile plus 1.5 interquartile ranges of the usable interviews: "
    "Zijlstra, van der Ark & Sijtsma 2011, Journal of Educational and Behavioral Statistics 36",
    "l_z": "below −1.645, the lowest 5 % of a standard normal: Drasgow, Levine & Williams 1985, "
    "10.1111/j.2044-8317.1985.tb00817.x",
}


def consistency(
    dataset: Dataset,
    *,
    usable: NDArray[np.bool_] | None = None,
    models: Mapping[str, GradedParameters] | None = None,
) -> Consistency:
    """Indices of careless answering, each with its cut and how well it works here.

    - ``even_odd``: correlation, over scales, of the mean of a scale's odd items with the mean of
      its even items (after reversal, on 0–1), Spearman–Brown corrected, never below −1. Needs
      three scales of two or more items; a scale counts where the person answered all of it.
    - ``synonyms``, ``antonyms``: correlation over the pairs of items that correlate .60 or more
      (−.60 or less) in the usable complete interviews; answers before reversal, on 0–1, first item
      of a pair by questionnaire order. Needs three pairs of which the person answered both.
    - ``guttman``: Guttman errors over their maximum at that sum, both added up over scales that the
      person answered completely; steps ordered by the usable complete interviews.
    - ``l_z``: standardised log-likelihood under graded response models, one a scale, with added up
      excess and variance; any answered items.

    A correlation is not defined where one side does not vary, so that whoever gives one answer
    throughout has neither synonyms nor antonyms index: long strings find them.

    Source: see `ConsistencyIndex.source` for the cuts; Curran 2016, 10.1016/j.jesp.2015.07.006, for
    an overview (not checked there).
    R: ``-careless::evenodd(x, factors)``, ``careless::psychsyn(x, .6, resample_na = FALSE)``,
    ``careless::psychant(x, -.6, ...)``, for complete answers of one format.

    Parameters
    ----------
    usable : (n,) interviews that pairs, steps and cuts are judged by; by default `Dataset.usable`.
    models : scale → graded response model of its items, fitted to answers after reversal.

    Raises
    ------
    DatasetError
        `usable` has the wrong length, or a model does not fit its scale.
    """
    if usable is not None and usable.shape != (dataset.n,):
        raise DatasetError(f"usable has shape {usable.shape} for {dataset.n} interviews.")
    enters = dataset.usable if usable is None else dataset.usable & usable
    scales = disjoint_scales(dataset)
    answers, items = on_unit_range(dataset)
    complete = enters & ~np.isnan(answers).any(axis=1)
    alike, opposed = pairs_of(answers[complete], PAIR_LIMIT)
    found = [
        _even_odd(dataset, scales),
        _pairs("synonyms", answers, alike),
        _pairs("antonyms", answers, opposed),
        _guttman(dataset, enters),
    ]
    if models:
        found.append(_l_z(dataset, models))
    return Consistency(
        indices={raw.name: _judged(dataset, raw, enters) for raw in found},
        respondent=dataset.respondent,
        synonyms=_named(alike, items),
        antonyms=_named(opposed, items),
        n_used=int(enters.sum()),
        method="indices of consistency; an interview that an index cannot judge is not flagged",
        warnings=tuple(warning for raw in found for warning in raw.warnings),
    )


class _Raw(NamedTuple):
    name: str
    values: Array
    suspicious: Literal["low", "high"]
    cut: float | None
    warnings: tuple[str, ...] = ()


def _even_odd(dataset: Dataset, scales: list[Any]) -> _Raw:
    if len(scales) < FEWEST_POINTS:
        warning = (
            f"Even-odd consistency was not judged: it needs {FEWEST_POINTS} scales of two or more "
            f"items, and there are {len(scales)}."
        )
        return _Raw("even_odd", np.full(dataset.n, np.nan), "low", None, (warning,))
    return _Raw("even_odd", even_odd(dataset, scales), "low", EVEN_ODD_CUT)


def _pairs(name: Literal["synonyms", "antonyms"], answers: Array, pairs: Pairs) -> _Raw:
    suspicious: Literal["low", "high"] = "low" if name == "synonyms" else "high"
    if len(pairs) < FEWEST_POINTS:
        limit = f"{PAIR_LIMIT} or more" if name == "synonyms" else f"−{PAIR_LIMIT} or less"
        warning = (
            f"Psychometric {name} were not judged: pairs of items that correlate {limit}: "
            f"{len(pairs)}; needed: {FEWEST_POINTS}."
        )
        return _Raw(name, np.full(len(answers), np.nan), suspicious, None, (warning,))
    cut = SYNONYMS_CUT if name == "synonyms" else ANTONYMS_CUT
    return _Raw(name, over_pairs(answers, pairs), suspicious, cut)


def _guttman(dataset: Dataset, enters: Rows) -> _Raw:
    errors, most = np.zeros(dataset.n), np.zeros(dataset.n)
    for key in disjoint_scales(dataset):
        keyed = dataset.keyed(key.scale)
        reference = keyed[enters & ~np.isnan(keyed).any(axis=1)]
        if len(reference):
            found = guttman_errors(keyed, key.minimum, key.maximum, reference)
            errors += np.nan_to_num(found.errors)
            most += np.nan_to_num(found.most)
    values = np.divide(errors, most, out=np.full(dataset.n, np.nan), where=most > 0)
    usable = values[enters & ~np.isnan(values)]
    if not len(usable):
        warning = (
            "Guttman errors were not judged: no usable interview answered a scale of two or more "
            "items completely, without taking every step or none."
        )
        return _Raw("guttman", values, "high", None, (warning,))
    low, high = np.quantile(usable, [0.25, 0.75])
    return _Raw("guttman", values, "high", float(high + 1.5 * (high - low)))


def _l_z(dataset: Dataset, models: Mapping[str, GradedParameters]) -> _Raw:
    excess, variance = np.zeros(dataset.n), np.zeros(dataset.n)
    for scale, model in models.items():
        if not set(model.items) <= set(dataset.key(scale).items):
            raise DatasetError(
                f"The model given for scale {scale} has items that are not in that scale: "
                f"{', '.join(sorted(set(model.items) - set(dataset.key(scale).items)))}."
            )
        found = log_likelihood_fit(dataset, model)
        excess += np.nan_to_num(found.excess)
        variance += np.nan_to_num(found.variance)
    values = np.divide(
        excess, np.sqrt(variance), out=np.full(dataset.n, np.nan), where=variance > 0
    )
    return _Raw("l_z", values, "low", LZ_CUT)


def _judged(dataset: Dataset, raw: _Raw, enters: Rows) -> ConsistencyIndex:
    known = ~np.isnan(raw.values)
    # The same value in other last digits is a tie, and no more beyond the cut than the cut.
    rounded = np.round(raw.values, 10)
    beyond = np.zeros(dataset.n, np.bool_)
    if raw.cut is not None:
        filled = np.where(known, rounded, raw.cut)
        below, above = filled < raw.cut - 1e-9, filled > raw.cut + 1e-9
        beyond = below if raw.suspicious == "low" else above
    careless = (dataset.disposition == KNOWN_CARELESS) & known
    usable = enters & known
    sign = -1 if raw.suspicious == "low" else 1
    auc, auc_se = area_under_roc(sign * rounded[careless], sign * rounded[usable])
    return ConsistencyIndex(
        name=raw.name,
        values=raw.values,
        cut=raw.cut,
        suspicious=raw.suspicious,
        source=_SOURCES[raw.name],
        flagged=beyond,
        usable_judged=int(usable.sum()),
        usable_flagged=int((usable & beyond).sum()),
        careless_judged=int(careless.sum()),
        careless_flagged=int((careless & beyond).sum()),
        auc=auc,
        auc_se=auc_se,
        warnings=raw.warnings,
    )


def _named(pairs: Pairs, items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((items[a], items[b]) for a, b in zip(pairs.first, pairs.second, strict=True))
