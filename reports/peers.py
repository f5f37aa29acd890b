"""The other brands as a reader may see them: without their names unless naming was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from reports.suppression import Visibility
from reports.verdicts import WORDING, Evidence, Verdict, judge
from reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.compare import PairDifference
    from reports.suppression import ReportingRules
    from reports.survey import Survey


BINS = 5
"""Bins of a distribution. More would lie: scores of few items take few values, which finer bins
share out unevenly."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One brand in a comparison, the reader's own included (`own`). Scores are POMP, 0–100.

    Parameters
    ----------
    label : the name shown.
    visibility : caution below the number of interviews that a verdict needs.
    shares : share of interviews per bin, `BINS` equal bins from 0 to 100.
    pair : the reader's brand less this one; None for the own row.
    """

    label: str
    own: bool
    visibility: Visibility
    n: int
    mean: float
    se: float | None
    lower: float | None
    upper: float | None
    shares: tuple[float, ...]
    pair: PairGap | None = None


@dataclass(frozen=True, slots=True)
class PairGap:
    """The reader's brand less one other, simultaneous over all pairs of brands."""

    difference: float
    lower: float
    upper: float
    p: float
    g: float
    verdict: Verdict


@dataclass(frozen=True)
class PeerLabels:
    """What each brand that may be shown is called, by code.

    Unnamed brands are lettered by their mean on the first dimension, which tells nothing about who
    they are; the letters mean the same brand throughout one scorecard.
    """

    brand: str
    labels: Mapping[str, str]
    competitors_named: bool

    @property
    def own(self) -> str:
        """The name of the reader's brand."""
        return self.labels[self.brand]

    def printable(self) -> dict[str, str]:
        """Names by code of the brands whose names may leave this module."""
        return dict(self.labels) if self.competitors_named else {self.brand: self.own}

    @classmethod
    def of(cls, survey: Survey, brand: str, *, language: str) -> PeerLabels:
        """Labels for the brands that are compared anywhere, and the reader's own."""
        facts = survey.facts
        others = [code for code in survey.ranked if code != brand]
        words = catalogue(WORDING, language)
        if survey.name_others:
            labels = {code: facts.brand_name(code) for code in others}
        else:
            labels = {
                code: words("others.unnamed", letter=letters(place))
                for place, code in enumerate(others)
            }
        return cls(brand, {brand: facts.brand_name(brand), **labels}, survey.name_others)


def letters(place: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, len(ascii_uppercase))
        text = ascii_uppercase[rest] + text
    return text


def peers(survey: Survey, scale: ScaleResult, names: PeerLabels) -> tuple[Peer, ...]:
    """The brands compared on one scale, the reader's included, highest mean first.

    Empty when the reader's own brand may not be shown on it.
    """
    if scale.brand_means is None:
        return ()
    rules = survey.rules
    compared = scale.compared if names.brand in scale.compared else ()
    shown = {names.brand, *compared}
    rows = [
        row
        for row in scale.brand_means.means
        if row.group in shown and rules.visibility(row.people) is not Visibility.HIDDEN
    ]
    if all(row.group != names.brand for row in rows):
        return ()
    shares = survey.spreads[scale.scale]
    pairs = _pairs_of(scale, names.brand)
    own_n = next(row.people for row in rows if row.group == names.brand)
    return tuple(
        Peer(
            label=names.labels[row.group],
            own=row.group == names.brand,
            visibility=rules.visibility(row.people),
            n=row.people,
            mean=row.mean or 0.0,
            se=row.se,
            lower=row.lower,
            upper=row.upper,
            shares=shares[row.group],
            pair=_pair_gap(pairs.get(row.group), names.brand, min(own_n, row.people), rules),
        )
        for row in sorted(rows, key=lambda row: -(row.mean or 0.0))
    )


def ranked(analysis: ScoreAnalysis) -> tuple[str, ...]:
    """The brands compared anywhere, by falling mean on the first scale that has one."""
    means: dict[str, list[float]] = {}
    for scale in analysis.scales:
        for row in scale.brand_means.means if scale.brand_means else ():
            shown = row.group in scale.compared and row.mean is not None
            means.setdefault(row.group, []).append(-(row.mean or 0.0) if shown else np.inf)
    shown_anywhere = {code for code, keys in means.items() if min(keys) < np.inf}
    return tuple(sorted(shown_anywhere, key=lambda code: (means[code], code)))


def spread(analysis: ScoreAnalysis, scale: ScaleResult) -> dict[str, tuple[float, ...]]:
    """Brand → share of its scores in each of `BINS` equal bins of 0–100, the last one closed."""
    scores = analysis.scores.column(scale.scale)
    rows = analysis.kept & ~np.isnan(scores)
    codes, group = np.unique(analysis.brand[rows], return_inverse=True)
    # Rounded first: a mean of answers such as 39.9999999 is 40 and belongs to the bin above.
    places = np.floor(np.round(scores[rows], 6) * BINS / 100).astype(int)
    table = np.zeros((len(codes), BINS))
    np.add.at(table, (group, np.minimum(places, BINS - 1)), 1)
    table /= table.sum(axis=1, keepdims=True)
    return {str(code): tuple(row.tolist()) for code, row in zip(codes, table, strict=True)}


def _pairs_of(scale: ScaleResult, brand: str) -> dict[str, PairDifference]:
    if scale.pairs is None:
        return {}
    return {
        pair.second if pair.first == brand else pair.first: pair
        for pair in scale.pairs.pairs
        if brand in {pair.first, pair.second}
    }


def _pair_gap(
    pair: PairDifference | None, brand: str, n: int, rules: ReportingRules
) -> PairGap | None:
    if pair is None:
        return None
    own_first = pair.first == brand
    sign = 1 if own_first else -1
    ends = (pair.lower, pair.upper) if own_first else (-pair.upper, -pair.lower)
    verdict = judge(Evidence(n, n, sign * pair.g, pair.p), rules)
    return PairGap(sign * pair.difference, *ends, pair.p, sign * pair.g, verdict)
