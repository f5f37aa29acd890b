"""Whether people asked about different brands use the questions alike, as far as may be said.

Means of brands may be compared only where a question means the same about each. What a test of
that found is kept here without the name of any brand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from psychometrics.alignment import Alignment
    from psychometrics.analysis import ScaleResult, ScoreAnalysis
    from psychometrics.dimensionality import Rule
    from psychometrics.invariance import FreedParameter
    from psychometrics.measurement import Across, Comparability, MeasurementAnalysis
    from reports.suppression import ReportingRules

Standing = Literal[
    "comparable",
    "partial",
    "aligned",
    "doubtful",
    "not_comparable",
    "not_run",
    "few_groups",
    "failed",
    "left_out",
]
"""What a test found, or why there is none: "doubtful" where no difference between groups was found
but the dimensions describe the answers only roughly, "partial" where some questions had to be let
differ, "not_run" where nobody tested, "few_groups" where all groups but one are too small, "failed"
where the answers do not allow the test, "left_out" where the reader's own brand was too small for
it."""

TESTED = frozenset({"comparable", "partial", "aligned", "doubtful"})
"""Findings after which means may be compared."""

BESIDES: tuple[Across, ...] = ("language", "channel", "wave")
"""What may be mixed in the answers about one brand."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What was found for one kind of group.

    Parameters
    ----------
    stopped_at : "configural", "metric" or "scalar", the level that fails; "" where none does or
        none was tested.
    items : identifiers of the questions that had to be let differ, or that alignment finds to
        differ for the reader's own brand.
    share : largest share of a dimension's loadings, or of its intercepts, that alignment finds to
        differ; None without alignment.
    some_left_out : groups were too small for the test.
    least : interviews from which a group takes part in it; 0 where nobody tested.
    """

    standing: Standing
    stopped_at: str = ""
    items: tuple[str, ...] = ()
    share: float | None = None
    some_left_out: bool = False
    least: int = 0

    @property
    def withheld(self) -> bool:
        """Whether means must not be compared."""
        return self.standing == "not_comparable"


@dataclass(frozen=True, slots=True)
class Mixture:
    """Answers that are not comparable and yet stand in one figure.

    `within` the answers about the reader's brand; else only the other brands differ from it in
    the languages, channels or waves in which people were asked.
    """

    across: Across
    within: bool


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What the test of the measurement allows a scorecard to say.

    Parameters
    ----------
    brands : None where a single brand was tested, so that there was nothing to compare.
    besides : languages, channels and waves, those of which there are several.
    total : by which rule a total over the dimensions is allowed or not; "not_run" without a test.
    corrected : by dimension, the brand's mean less that of the others on the factor, in its
        standard deviations, where some questions work differently and are allowed for.
    """

    brands: Alike | None
    besides: tuple[tuple[Across, Alike], ...] = ()
    mixtures: tuple[Mixture, ...] = ()
    total: Rule | Literal["not_run"] = "not_run"
    corrected: Mapping[str, float] = field(default_factory=dict)

    def contradicts(self, gap: float, result: ScaleResult, rules: ReportingRules) -> bool:
        """Whether corrected means do not bear out a gap of scores.

        They do where they lie apart in the same direction by the smallest effect that counts.
        """
        if result.scale not in self.corrected:
            return False
        return self.corrected[result.scale] * (1 if gap > 0 else -1) < rules.smallest_effect

    @property
    def withheld(self) -> bool:
        """Whether brands must not be compared."""
        return self.brands is not None and self.brands.withheld

    @property
    def differing(self) -> tuple[str, ...]:
        """Identifiers of the questions that do not work alike for all brands."""
        return () if self.brands is None else self.brands.items


def comparisons(
    measurement: MeasurementAnalysis | None, analysis: ScoreAnalysis, brand: str
) -> Comparisons:
    """What was tested, for the reader of one brand's scorecard."""
    if measurement is None:
        return Comparisons(Alike("not_run"))
    compared = {code for scale in analysis.scales for code in scale.compared}
    test = measurement.across("brand")
    besides = [(across, measurement.across(across)) for across in BESIDES]
    return Comparisons(
        brands=None if test is None else _of_brand(test, brand, compared),
        besides=tuple((across, alike(found)) for across, found in besides if found is not None),
        mixtures=tuple(_mixtures(measurement, brand, compared)),
        total=measurement.dimensionality.total.rule,
        corrected={} if test is None else dict(_corrected(test, analysis, brand)),
    )


def alike(test: Comparability) -> Alike:
    """What one test found."""
    from psychometrics.comparability import largest_noninvariant_share

    ladder = test.invariance
    if test.verdict == "untested" or ladder is None:
        return Alike("few_groups" if len(test.groups) < 2 else "failed", least=test.least)
    partly = ladder.verdict.means_comparable == "partial"
    withheld = test.verdict == "not_comparable"
    return Alike(
        "partial" if partly else test.verdict,
        stopped_at=ladder.verdict.stopped_at or "" if withheld else "",
        items=_freed(ladder.freed) if partly else (),
        share=largest_noninvariant_share(test.alignment) if test.alignment else None,
        some_left_out=bool(test.left_out),
        least=test.least,
    )


def _of_brand(test: Comparability, brand: str, compared: Collection[str]) -> Alike:
    """The test across brands as it concerns one of them: only brands that are shown count."""
    found = alike(test)
    if brand in test.left_out and found.standing in TESTED:
        return Alike("left_out", least=found.least)
    if found.standing == "aligned" and test.alignment is not None:
        found = replace(found, items=_differing(test.alignment, brand))
    return replace(found, some_left_out=any(code in compared for code in test.left_out))


def _differing(aligned: Alignment, brand: str) -> tuple[str, ...]:
    """The items whose loading or intercept a brand does not share with the others."""
    if brand not in aligned.groups:
        return ()
    at = aligned.groups.index(brand)
    return tuple(
        item
        for part in aligned.factors
        for item, loading, intercept in zip(
            part.items, part.loading_shared[:, at], part.intercept_shared[:, at], strict=True
        )
        if not (loading and intercept)
    )


def _corrected(
    test: Comparability, analysis: ScoreAnalysis, brand: str
) -> Iterator[tuple[str, float]]:
    for factor, means in _factor_means(test).items():
        compared = next((row.compared for row in analysis.dimensions if row.scale == factor), ())
        others = [means[code] for code in compared if code != brand and code in means]
        if brand in means and others:
            yield factor, means[brand] - sum(others) / len(others)


def _factor_means(test: Comparability) -> dict[str, dict[str, float]]:
    """Means of factors by group, from a partial model or by alignment, where there is need."""
    standing, ladder, aligned = alike(test).standing, test.invariance, test.alignment
    if standing == "aligned" and aligned is not None:
        return {
            part.factor: dict(zip(aligned.groups, part.mean.tolist(), strict=True))
            for part in aligned.factors
        }
    found: dict[str, dict[str, float]] = {}
    if standing == "partial" and ladder is not None:
        for row in ladder.latent_means.rows:
            first = {ladder.latent_means.reference: 0.0}
            found.setdefault(row.factor, first)[row.group] = row.difference
    return found


def _freed(parameters: Sequence[FreedParameter]) -> tuple[str, ...]:
    """The items of loadings (``f=~x``) and intercepts (``x~1``) that were let differ."""
    names = [one.parameter for one in parameters if one.level in ("metric", "scalar")]
    items = [name.split("=~")[1] if "=~" in name else name.removesuffix("~1") for name in names]
    return tuple(dict.fromkeys(items))


def _mixtures(
    measurement: MeasurementAnalysis, brand: str, compared: Collection[str]
) -> Iterator[Mixture]:
    for across in BESIDES:
        test = measurement.across(across)
        if test is None or test.allowed is not False:
            continue
        own = set(test.by_brand.get(brand, ()))
        others = {
            name for code in compared if code != brand for name in test.by_brand.get(code, ())
        }
        if len(own) > 1:
            yield Mixture(across, within=True)
        elif brand in compared and others - own:
            yield Mixture(across, within=False)
