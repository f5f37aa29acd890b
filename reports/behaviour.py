"""What a brand's customers do, and how they feel about it, as shares of people.

What people do is counted, never scored, and nothing here is a verdict. Good and bad feeling stand
side by side and are never netted. Shares are not weighted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from instruments.texts import in_language
from psychometrics.proportions import proportion
from psychometrics.scoring import score
from psychometrics.typology import NONE
from reports.behaviour_counts import (
    Brands,
    TypologyCounts,
    count_typology,
    items_of,
    was_asked,
)
from reports.class_shares import (
    BOTH,
    BehaviourFindings,
    ClassShare,
    TypologyFinding,
    ValenceFinding,
)
from reports.raters import each_once
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from instruments.model import Instrument, Typology
    from psychometrics.dataset import Dataset
    from reports.behaviour_counts import BrandCounts, Count
    from reports.suppression import ReportingRules

__all__ = [
    "MIDDLE",
    "NEGATIVE",
    "POSITIVE",
    "BehaviourFindings",
    "Behaviours",
    "behaviour_findings",
]

POSITIVE, NEGATIVE = "positive_engagement", "negative_engagement"

MIDDLE = 50.0
"""Score above which a person is rather on the side of the questions than against them."""


def behaviour_findings(
    dataset: Dataset,
    kept: NDArray[np.bool_],
    instruments: Sequence[Instrument],
    brand: str,
    *,
    compared: Collection[str],
    rules: ReportingRules,
    language: str,
    level: float = 0.95,
) -> BehaviourFindings | None:
    """What may be said of one brand; None where nothing of it was asked.

    Where many brands are told, make `Behaviours` once and ask it for each.

    Parameters
    ----------
    dataset, kept : answers of one wave, and (n,) those that screening kept.
    brand : whose manager reads.
    compared : brands that may be set beside each other. Those among them with at least
        `rules.hidden_below` known answers make the comparison, each counting alike.
    """
    return Behaviours(dataset, kept, instruments, level).findings(
        brand, compared=compared, rules=rules, language=language
    )


@dataclass(frozen=True)
class Behaviours:
    """What the customers of all brands do, counted once.

    Parameters
    ----------
    dataset, kept : answers of one wave, and (n,) those that screening kept.
    instruments : where the typologies are described; what was not asked is left out.
    level : of the intervals.
    """

    dataset: Dataset
    kept: NDArray[np.bool_]
    instruments: Sequence[Instrument]
    level: float = 0.95

    def findings(
        self, brand: str, *, compared: Collection[str], rules: ReportingRules, language: str
    ) -> BehaviourFindings | None:
        """What may be said of one brand; None where nothing of it was asked."""
        wanted = frozenset(compared) - {brand}
        others = np.array([code in wanted for code in self._brands.codes], np.bool_)
        reader = _Reader(brand, others, rules, language, self.level)
        typologies = tuple(reader.typology(*found) for found in self._typologies)
        valence = reader.valence(self._valence, self.instruments) if self._valence else None
        if not typologies and valence is None:
            return None
        return BehaviourFindings(typologies, valence, self.level)

    @cached_property
    def _rows(self) -> Dataset:
        rows = self.kept & (self.dataset.brand != "")
        return self.dataset.select(each_once(self.dataset, rows))

    @cached_property
    def _brands(self) -> Brands:
        return Brands.of(self._rows.brand)

    @cached_property
    def _typologies(self) -> tuple[tuple[Instrument, Typology, TypologyCounts], ...]:
        return tuple(
            (instrument, typology, count_typology(self._rows, typology, self._brands))
            for instrument in self.instruments
            for typology in instrument.typologies
            if was_asked(self._rows, items_of(typology))
        )

    @cached_property
    def _valence(self) -> dict[str, BrandCounts]:
        """Counts of each feeling by brand; empty where one of the two was not asked."""
        known = {scale.id for one in self.instruments for scale in one.scales}
        asked = known & {POSITIVE, NEGATIVE}
        keys = tuple(key for key in self._rows.keys if key.scale in asked)
        if len(keys) < 2 or not all(was_asked(self._rows, key.items) for key in keys):
            return {}
        scores = score(replace(self._rows, keys=keys))
        leaning = {name: _leaning(scores.column(name)) for name in (POSITIVE, NEGATIVE)}
        leaning[BOTH] = leaning[POSITIVE] * leaning[NEGATIVE]
        return {name: self._brands.count(members) for name, members in leaning.items()}


def _leaning(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) 1 above the middle of the scale, 0 not, NaN without a score."""
    return np.where(np.isnan(scores), np.nan, (scores > MIDDLE).astype(float))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Decides what the manager of one brand may be told; `others` (b,) marks whom it is compared
    with among the brands counted."""

    brand: str
    others: NDArray[np.bool_]
    rules: ReportingRules
    language: str
    level: float

    def typology(
        self, instrument: Instrument, typology: Typology, counts: TypologyCounts
    ) -> TypologyFinding:
        classes = [
            replace(
                self._class(each.id, self._text(each.name), counts),
                meaning=self._text(each.meaning),
                doubt=self._text(each.doubt),
            )
            for each in typology.classes
        ]
        if NONE in counts.members:
            classes.append(self._class(NONE, "", counts))
        return TypologyFinding(
            id=typology.id,
            name=self._text(typology.name),
            kind=typology.kind,
            classes=tuple(classes),
            source=typology.source,
            counted_from=self._counted_from(instrument, typology),
        )

    def valence(
        self, counts: Mapping[str, BrandCounts], instruments: Sequence[Instrument]
    ) -> ValenceFinding:
        names = {scale.id: scale.name for one in instruments for scale in one.scales}
        shares = {
            feeling: self._share(feeling, self._text(names.get(feeling, {})), found)
            for feeling, found in counts.items()
        }
        return ValenceFinding(shares[POSITIVE], shares[NEGATIVE], shares[BOTH])

    def _class(self, name: str, printed: str, counts: TypologyCounts) -> ClassShare:
        found = self._share(name, printed, counts.members[name])
        if found.visibility is Visibility.HIDDEN:
            return found
        return replace(
            found,
            highest=self._part(counts.highest.get(name)),
            conversion=self._part(counts.conversion.get(name)),
        )

    def _share(self, name: str, printed: str, counts: BrandCounts) -> ClassShare:
        own = counts.of(self.brand)
        visibility = self.rules.visibility(own.known)
        if visibility is Visibility.HIDDEN:
            return ClassShare(name, printed, visibility)
        found = proportion(own.people, own.known, level=self.level)
        return ClassShare(
            id=name,
            name=printed,
            visibility=visibility,
            n=own.known,
            share=found.share,
            lower=found.lower,
            upper=found.upper,
            others=counts.mean_share(self.others, self.rules.hidden_below),
        )

    def _part(self, counts: BrandCounts | None) -> float | None:
        own = None if counts is None else counts.of(self.brand)
        return own.people / own.known if own is not None and self._may_be_shown(own) else None

    def _may_be_shown(self, count: Count) -> bool:
        return self.rules.visibility(count.known) is not Visibility.HIDDEN

    def _counted_from(self, instrument: Instrument, typology: Typology) -> str:
        """The wording of the answer from which every item of every class counts."""
        forms = {item.id: scale.format for scale in instrument.scales for item in scale.items}
        words = {
            self._text(forms[item].wording_of(each.at_least))
            for each in typology.classes
            for item in each.items
        }
        return words.pop() if len(words) == 1 else ""

    def _text(self, texts: Mapping[str, str]) -> str:
        return in_language(texts, self.language) if texts else ""
