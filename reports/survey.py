"""One wave of a survey with all that findings about its brands are drawn from.

What is the same for every brand is worked out once here, however many scorecards are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from psychometrics.expected_range import expected_ranges
from psychometrics.item_contrasts import item_contrasts
from psychometrics.means import ComparisonError
from psychometrics.rank_range import rank_ranges
from reports.behaviour import Behaviours
from reports.disclosure import offered_variables
from reports.peers import ranked, spread
from reports.references import Reference, changes, item_changes, top_quarters
from reports.suppression import ReportingRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from instruments.model import Instrument, Scale
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.comparability import Comparability
    from psychometrics.dataset import Dataset
    from psychometrics.expected_range import ExpectedRange
    from psychometrics.item_contrasts import ItemContrast
    from psychometrics.measurement import MeasurementAnalysis
    from psychometrics.rank_range import RankRange
    from reports.facts import SurveyFacts
    from reports.measured import MeasuredWave

RANK_REPLICATES = 1000
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """A wave before the one that is reported."""

    name: str
    scores: ScoreAnalysis


@dataclass(frozen=True)
class Survey:
    """One wave, analysed.

    Parameters
    ----------
    analysis : of the wave; brands below `rules.hidden_below` must have been left out of its
        comparisons.
    instruments : where the scales of the analysis are described.
    facts : the survey as the researcher stated it.
    rules : thresholds of what may be said.
    name_others : True only where the other brands agreed to be named.
    measurement : tests of the same answers' measurement; without it everything is compared, and
        the reader is told that nobody tested whether it may be.
    dataset : the answers; without them nothing is said of groups of people within a brand, of
        shares, of what goes together and of behaviour.
    earlier : waves before this one, the oldest first.
    waves_alike : the test of measurement across the waves; None where nobody tested.
    target : the target market: values by background variable, all variables to be met.
    metrics : what was measured of the brands in the wave and the one before.
    people : what the people behind the rows of `dataset` are called besides, each (n,): by their
        interview, whose rows are one for each brand, or by their key in a panel.
    """

    analysis: ScoreAnalysis
    instruments: Sequence[Instrument]
    facts: SurveyFacts
    rules: ReportingRules = field(default_factory=ReportingRules)
    name_others: bool = False
    measurement: MeasurementAnalysis | None = None
    dataset: Dataset | None = None
    earlier: tuple[EarlierWave, ...] = ()
    waves_alike: Comparability | None = None
    target: Mapping[str, Sequence[str]] = field(default_factory=dict)
    metrics: MeasuredWave | None = None
    people: tuple[NDArray[np.str_], ...] = ()

    @cached_property
    def scales(self) -> Mapping[str, Scale]:
        """Every scale that is described, by its identifier."""
        return {scale.id: scale for one in self.instruments for scale in one.scales}

    @property
    def called(self) -> tuple[NDArray[np.str_], ...]:
        """Every name by which metrics may call the people of the answers; none without them."""
        if self.dataset is None:
            return ()
        own = self.dataset.respondent, self.dataset.cluster, *self.people
        return tuple(names for names in own if names is not None)

    @cached_property
    def compared(self) -> frozenset[str]:
        """Brands that take part in the comparison of any scale."""
        return frozenset(code for scale in self.analysis.scales for code in scale.compared)

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The brands compared anywhere, by falling mean on the first scale that has one."""
        return ranked(self.analysis)

    @cached_property
    def spreads(self) -> Mapping[str, Mapping[str, tuple[float, ...]]]:
        """Scale → brand → share of its scores in each of some equal bins."""
        return {scale.scale: spread(self.analysis, scale) for scale in self.analysis.scales}

    @cached_property
    def item_contrasts(self) -> Mapping[str, Mapping[str, ItemContrast]]:
        """Brand → item → contrast to the others."""
        dimensions, raters = self.analysis.dimensions, self.analysis.shared_raters
        items = [item for scale in dimensions for item in scale.items]
        taking_part = {code for scale in dimensions for code in scale.compared}
        found: dict[str, dict[str, ItemContrast]] = {}
        result = item_contrasts(
            {b: self.analysis.items_by_brand[b] for b in self.analysis.brands if b in taking_part},
            items,
            minimum_n=self.rules.hidden_below,
            level=self.analysis.level,
            joint=None if raters is None else {item: raters.of_item(item) for item in items},
        )
        for row in result.contrasts:
            found.setdefault(row.brand, {})[row.item] = row
        return found

    @cached_property
    def variables(self) -> Mapping[str, tuple[str, ...]]:
        """Variables by which people may be grouped, with their codes."""
        return {} if self.dataset is None else offered_variables(self.dataset, self.analysis.kept)

    @cached_property
    def behaviours(self) -> Behaviours | None:
        """What the customers of all brands do, counted once."""
        if self.dataset is None:
            return None
        analysis = self.analysis
        return Behaviours(self.dataset, analysis.kept, self.instruments, analysis.level)

    @cached_property
    def places(self) -> Mapping[str, Mapping[str, RankRange]]:
        """Scale → brand → its place among the brands compared, with its range."""
        return {scale.scale: self._places(scale) for scale in self.analysis.scales}

    @cached_property
    def expected(self) -> Mapping[str, Mapping[str, ExpectedRange]]:
        """Scale → brand → where a brand like the others would be expected; few brands have none."""
        return {scale.scale: self._expected(scale) for scale in self.analysis.scales}

    @cached_property
    def previous(self) -> Mapping[tuple[str, str], Reference]:
        """(Brand, scale) → the change since the wave before."""
        if not self.earlier:
            return {}
        given = self.analysis, self.earlier[-1], self.waves_alike, self.rules
        return changes(*given, self.facts.asked)

    @cached_property
    def item_changes(self) -> Mapping[tuple[str, str], Reference]:
        """(Brand, item) → the change since the wave before, in units of the response format."""
        if not self.earlier:
            return {}
        given = self.analysis, self.earlier[-1], self.waves_alike, self.rules
        return item_changes(*given, self.facts.asked)

    @cached_property
    def best(self) -> Mapping[tuple[str, str], Reference]:
        """(Brand, scale) → the gap to the top quarter of brands."""
        return top_quarters(self.analysis, self.rules)

    def _places(self, scale: ScaleResult) -> dict[str, RankRange]:
        scores, rows = self.analysis.scores.column(scale.scale), self.analysis.kept
        rows = rows & np.isin(self.analysis.brand, scale.compared)
        raters = self.analysis.shared_raters
        if len(scale.compared) < 2:
            return {}
        ranges = rank_ranges(
            scores[rows],
            self.analysis.brand[rows],
            cluster=None if raters is None else raters.who(rows),
            replicates=RANK_REPLICATES,
            level=self.analysis.level,
            rng=np.random.default_rng(SEED),
        )
        return {row.brand: row for row in ranges.ranges}

    def _expected(self, scale: ScaleResult) -> dict[str, ExpectedRange]:
        means = [] if scale.brand_means is None else scale.brand_means.means
        rows = [row for row in means if row.group in scale.compared and row.se]
        try:
            found = expected_ranges(
                [row.group for row in rows],
                np.array([row.mean for row in rows], np.float64),
                np.array([row.se for row in rows], np.float64),
                level=self.analysis.level,
            )
        except ComparisonError:
            return {}
        return {row.group: row for row in found.ranges}
