"""What may be said to somebody who is in charge of several brands of one study.

Everything here is taken from what each brand's own scorecard may say; nothing is decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.findings import FindingsError, findings
from reports.peers import PeerLabels, letters, peers
from reports.suppression import Visibility
from reports.verdicts import WORDING, WORDS, Verdict, headline_rule
from reports.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.findings import Findings
    from reports.peers import Peer
    from reports.references import Reference
    from reports.score_findings import ScoreFinding
    from reports.survey import Survey

SATISFACTION = "satisfaction"
FEELING = "emotional"


@dataclass(frozen=True, slots=True)
class BrandScore:
    """One brand's finding on one score."""

    brand: Findings
    score: ScoreFinding

    @property
    def change(self) -> Reference | None:
        """The change since the wave before; None where one of the waves cannot be shown."""
        found = (one for one in self.score.references if one.kind == "previous")
        return next(found, None)


@dataclass(frozen=True, slots=True)
class SideBySideScores:
    """One score of all the reader's brands.

    Parameters
    ----------
    rule : id of the opening's rule (`verdicts.HEADLINE_RULES`) for the verdicts of these brands.
    rows : the reader's brands that are shown on it, in the order of the study.
    peers : all brands that are compared, highest mean first, the reader's marked as own; empty
        where none of the reader's may be set beside others.
    """

    scale: str
    name: str
    rule: str
    rows: tuple[BrandScore, ...]
    peers: tuple[Peer, ...]

    def with_verdict(self, *verdicts: Verdict) -> tuple[str, ...]:
        """Names of the reader's brands that have one of some verdicts."""
        return tuple(row.brand.brand_name for row in self.rows if row.score.verdict in verdicts)


@dataclass(frozen=True, slots=True)
class PortfolioFindings:
    """Everything that one reader's portfolio report may say.

    Parameters
    ----------
    brands : the reader's brands that are shown, in the order of the study.
    hidden : names of those that too few people answered about.
    dimensions : engagement.
    satisfaction : what engagement is set beside; None where it was not asked, or of no brand shown.
    competitors_named : True where the other brands carry their names.
    """

    language: str
    brands: tuple[Findings, ...]
    hidden: tuple[Findings, ...]
    dimensions: tuple[SideBySideScores, ...]
    satisfaction: SideBySideScores | None
    competitors_named: bool

    @property
    def any_brand(self) -> Findings:
        """Findings of one brand, for what is the same in all."""
        return (*self.brands, *self.hidden)[0]

    @property
    def feeling(self) -> SideBySideScores:
        """The dimension that is set beside satisfaction: the emotional one, else the first."""
        found = (one for one in self.dimensions if one.scale.startswith(FEELING))
        return next(found, self.dimensions[0])

    @property
    def withheld(self) -> bool:
        """Whether a test forbids setting brands beside each other."""
        return any(one.comparisons.withheld for one in self.brands)

    @property
    def wave_before(self) -> str:
        """The name of the wave before; "" where there is none to be set beside."""
        return next((one.wave_before for one in self.brands if one.wave_before), "")

    def parted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of brands above the others in feeling and below in satisfaction, and the other way
        round; only those for which both verdicts say so."""
        if self.satisfaction is None:
            return (), ()
        above, below = WORDS
        feeling, satisfied = self.feeling, self.satisfaction
        return (
            _in_both(feeling.with_verdict(above), satisfied.with_verdict(below)),
            _in_both(feeling.with_verdict(below), satisfied.with_verdict(above)),
        )


def portfolio_findings(
    survey: Survey, brands: Sequence[str], *, language: str = "en"
) -> PortfolioFindings:
    """What may be said to the head of some brands.

    A brand with too few interviews is named with the reason and nothing else; no total is told from
    which it could be worked out.

    Raises
    ------
    reports.findings.FindingsError
        no brands are given, or as `reports.findings.findings` says of one.
    """
    if not brands:
        raise FindingsError("A portfolio needs at least one brand.")
    every = tuple(findings(survey, brand, language=language) for brand in brands)
    shown = tuple(one for one in every if one.visibility is not Visibility.HIDDEN)
    labels = _labels(survey, brands, language)
    dimensions = tuple(
        _side_by_side(
            survey, [BrandScore(one, one.dimensions[place]) for one in shown], labels, row
        )
        for place, row in enumerate(every[0].dimensions)
    )
    satisfaction = [
        BrandScore(one, row) for one in shown for row in one.outcomes if row.scale == SATISFACTION
    ]
    return PortfolioFindings(
        language=language,
        brands=shown,
        hidden=tuple(one for one in every if one.visibility is Visibility.HIDDEN),
        dimensions=dimensions,
        satisfaction=_side_by_side(survey, satisfaction, labels, satisfaction[0].score)
        if satisfaction
        else None,
        competitors_named=survey.name_others,
    )


def _side_by_side(
    survey: Survey, rows: Sequence[BrandScore], labels: Mapping[str, str], named: ScoreFinding
) -> SideBySideScores:
    told = tuple(row for row in rows if row.score.mean is not None)
    verdicts = [row.score.verdict for row in told] or [Verdict.HIDDEN]
    return SideBySideScores(
        scale=named.scale,
        name=named.name,
        rule=headline_rule(verdicts).id,
        rows=told,
        peers=_peers(survey, told, labels),
    )


def _peers(
    survey: Survey, rows: Sequence[BrandScore], labels: Mapping[str, str]
) -> tuple[Peer, ...]:
    """All brands compared, as the scorecard of the first comparable one shows them, with every
    brand of the reader named; without those that are not comparable."""
    compared = [row for row in rows if row.score.contrast]
    if not compared:
        return ()
    first = compared[0]
    scale = survey.analysis.scale(first.score.scale)
    found = peers(survey, scale, PeerLabels(first.brand.brand, labels, survey.name_others))
    own = {_figures(peer) for row in compared for peer in row.score.peers if peer.own}
    apart = {
        (row.score.n, row.score.mean) for row in rows if row.score.verdict is Verdict.NOT_COMPARABLE
    }
    return tuple(
        replace(peer, own=_figures(peer) in own, pair=None)
        for peer in found
        if (peer.n, peer.mean) not in apart
    )


def _figures(peer: Peer) -> tuple[str, int, float]:
    return peer.label, peer.n, peer.mean


def _labels(survey: Survey, brands: Sequence[str], language: str) -> dict[str, str]:
    """What each brand is called: the reader's by name, the others by letter unless all agreed."""
    words = catalogue(WORDING, language)
    others = [code for code in survey.ranked if code not in brands]
    labels = {code: survey.facts.brand_name(code) for code in (*brands, *others)}
    if not survey.name_others:
        labels |= {
            code: words("others.unnamed", letter=letters(place))
            for place, code in enumerate(others)
        }
    return labels


def _in_both(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in one if name in other)
