"""What every section of the psychometric report needs at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from instruments.texts import in_language
from reports.sections.story import Voice
from reports.verdicts import WORDING
from reports.wording import catalogue

if TYPE_CHECKING:
    from instruments.model import Instrument, Item, Scale
    from psychometrics.analysis import ScoreAnalysis
    from psychometrics.measurement import Across, MeasurementAnalysis
    from psychometrics.structure import StructureAnalysis
    from reports.facts import SurveyFacts
    from reports.wording import Catalogue


@dataclass(frozen=True)
class Study(Voice):
    """One psychometric report in the making.

    `structure` is None where it could not be analysed, `measurement` where nobody tested it or the
    answers do not allow it; `unmeasured` then says why, where that is known.
    """

    scores: ScoreAnalysis
    structure: StructureAnalysis | None
    instruments: tuple[Instrument, ...]
    facts: SurveyFacts
    measurement: MeasurementAnalysis | None = None
    unmeasured: str = ""

    @cached_property
    def words(self) -> Catalogue:
        """The sentences; where people rated several brands, they speak of ratings."""
        words = catalogue(WORDING, self.language)
        return words if self.scores.shared_raters is None else words.told_as("ratings")

    @property
    def level(self) -> str:
        """The confidence level as a percentage."""
        return self.figures.percent(self.scores.level)

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return {scale.id: scale for one in self.instruments for scale in one.scales}

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for one in self.instruments for item in one.items()}

    @cached_property
    def _scale_of(self) -> dict[str, str]:
        """The scale of each factor of the models."""
        from psychometrics.dimensionality import factors_of

        rows = [row for row in self.scores.dimensions if len(row.items) > 1]
        found = factors_of({row.scale: row.items for row in rows})
        return {factor: scale for scale, factor in found.items()}

    def p_value(self, value: float) -> str:
        """``= .034`` or ``< .001``, to stand behind a p."""
        text = self.figures.p_value(value)
        return text if text[:1] in "<>" else f"= {text}"

    def scale_name(self, scale: str) -> str:
        """The name of a scale; its identifier where no instrument describes it."""
        found = self._scales.get(scale)
        return scale if found is None else in_language(found.name, self.language)

    def factor_name(self, factor: str) -> str:
        """The name of a factor: of its scale, or of the factor of all items."""
        from psychometrics.dimensionality import GENERAL

        if factor != GENERAL:
            return self.scale_name(self._scale_of.get(factor, factor))
        if len(self._scale_of) == 1:
            return self.scale_name(*self._scale_of.values())
        return self.words("psychometric.models.general")

    def group_name(self, across: Across, code: str) -> str:
        """The name of a brand or language; the code of a channel or wave."""
        if across == "brand":
            return self.facts.brand_name(code)
        return self.language_name(code) if across == "language" else code

    def yes_no(self, yes: bool) -> str:
        """``yes`` or ``no``."""
        return self.words("psychometric.yes" if yes else "psychometric.no")

    def item_label(self, item: str) -> str:
        """Identifier and topic of an item."""
        found = self._items.get(item)
        if found is None or found.topic == item:
            return item
        return self.words("psychometric.item_label", item=item, topic=found.topic)
