"""What customers do, and how they feel about the brand: shares of people, no scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reports.blocks import ChartBlock, ChartGrid, Heading, Paragraph, SideBySide
from reports.charts.steps import Step, steps
from reports.class_shares import BOTH, NONE
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.class_shares import BehaviourFindings, ClassShare, TypologyFinding
    from reports.sections.story import Story

_COLUMNS = 3
_BETWEEN = 10.0


def behaviour(story: Story) -> Iterator[Block]:
    """A small chart for each typology and for good and bad feeling, and what they mean; nothing
    where nothing was asked."""
    found: BehaviourFindings | None = story.findings.behaviour
    if found is None:
        return
    yield Heading(story.words("behaviour.heading"))
    opening = story.words("behaviour.opening", brand=story.brand)
    yield Paragraph(" ".join((opening, *_cautions(story, found))), "note")
    charts = list(_charts(story, found))
    notes = tuple(Paragraph(text, "note") for text in _notes(story, found))
    # A chart that would stand alone in its row shares it with what the charts mean.
    last = charts.pop() if len(charts) % _COLUMNS == 1 else None
    if charts:
        columns = min(_COLUMNS, len(charts))
        yield ChartGrid(tuple(each.drawn(story, columns) for each in charts), columns, "")
    if last is None:
        yield from notes
    else:
        yield SideBySide((last.drawn(story, 2),), notes)


class _Shares(NamedTuple):
    """What one chart shows."""

    id: str
    name: str
    shares: tuple[ClassShare, ...]
    ordered: bool

    def drawn(self, story: Story, columns: int) -> ChartBlock:
        """The chart as one of so many side by side."""
        chart = steps(
            [_row(story, share) for share in self.shares],
            title=story.words("behaviour.chart", brand=story.brand, name=self.name),
            ordered=self.ordered,
            comparison_label=story.words("others.mean"),
            width=story.width if story.narrow else story.width / columns - _BETWEEN,
            language=story.language,
        )
        return ChartBlock(f"behaviour-{self.id}", chart, _caption(story, self))


def _charts(story: Story, found: BehaviourFindings) -> Iterator[_Shares]:
    for one in found.typologies:
        if not one.hidden:
            yield _Shares(one.id, one.name, one.classes, ordered=one.kind == "steps")
    if found.valence is not None and not found.valence.hidden:
        name = story.words("behaviour.valence.name")
        yield _Shares("valence", name, found.valence.rows, ordered=False)


def _row(story: Story, share: ClassShare) -> Step:
    label = _label(story, share)
    if share.visibility is Visibility.HIDDEN:
        limit = story.findings.rules.hidden_below
        return Step(label, None, note=story.words("behaviour.hidden", hidden_below=limit))
    return Step(
        label,
        share.share,
        share.lower,
        share.upper,
        conversion=share.conversion,
        comparison=share.others,
        doubted=bool(share.doubt),
        # The chart says in the place of a note that a step is doubted.
        note="" if share.doubt else share.meaning,
    )


def _label(story: Story, share: ClassShare) -> str:
    if share.id == NONE:
        return story.words("behaviour.nothing")
    return story.words("behaviour.valence.both") if share.id == BOTH else share.name


def _caption(story: Story, drawn: _Shares) -> str:
    known = [share.n for share in drawn.shares if share.n is not None]
    low, high = min(known), max(known)
    n = story.figures.count(low) if low == high else story.figures.interval(low, high, 0)
    return story.words("behaviour.caption", name=drawn.name, n=n)


def _notes(story: Story, found: BehaviourFindings) -> Iterator[str]:
    for typology in found.typologies:
        yield " ".join(_about(story, typology))
    if found.valence is not None:
        yield story.words("behaviour.valence.note")


def _cautions(story: Story, found: BehaviourFindings) -> Iterator[str]:
    rules = story.findings.rules
    hidden = [each.name for each in found.typologies if each.hidden]
    if found.valence is not None and found.valence.hidden:
        hidden.append(story.words("behaviour.valence.name"))
    if hidden:
        names = story.listed(hidden)
        yield story.words("behaviour.left_out", names=names, hidden_below=rules.hidden_below)
    if any(share.visibility is Visibility.CAUTION for share in found.shares()):
        yield story.words("behaviour.caution", verdict_from=rules.verdict_from)


def _about(story: Story, typology: TypologyFinding) -> Iterator[str]:
    """How people come into a class, what is doubted, and who thought of it."""
    words, figures = story.words, story.figures
    yield words(f"behaviour.rule.{typology.kind}", name=typology.name)
    if typology.counted_from:
        yield words("behaviour.counted_from", answer=typology.counted_from)
    highest = [
        words("behaviour.degree", name=_label(story, share), share=figures.percent(share.highest))
        for share in typology.classes
        if share.highest is not None
    ]
    if highest:
        yield words("behaviour.highest", degrees=story.listed(highest))
    for share in typology.classes:
        if share.doubt:
            yield words("behaviour.doubt", doubt=share.doubt)
    yield words("behaviour.source", source=typology.source)
