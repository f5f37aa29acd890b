"""What readers are told where waves were not asked the same questionnaire."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reports.blocks import Paragraph
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reports.asked import AskedChange, AskedWaves
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story
    from reports.sections.survey import Term
    from reports.trend import WavePoint


def broken_trends(story: Story) -> Iterator[Paragraph]:
    """One sentence for the scores that must not be set beside the wave before, or beside any."""
    brand = story.findings.brand
    rows: dict[str, list[ScoreFinding]] = {}
    for row in story.findings.dimensions + story.findings.outcomes:
        for waves in _last_broken(story, row):
            rows.setdefault(waves.before, []).append(row)
    for waves in story.facts.asked:
        told = rows.get(waves.before, [])
        if told:
            names = story.listed([story.lowered(row.name) for row in told])
            touching = (one for row in told for one in waves.touching(row.scale, brand))
            what = kinds(story, (one for one in touching if one.effect == "breaks"))
            words = story.words("asked.breaks", list=names, wave=waves.before, what=what)
            yield Paragraph(words, "caution")


def _last_broken(story: Story, row: ScoreFinding) -> Sequence[AskedWaves]:
    """The last wave with which a score does not compare; none where a later one has a score."""
    asked, brand = story.facts.asked, story.findings.brand
    if row.visibility is Visibility.HIDDEN:
        return ()
    broken = [one for one in asked if one.sameness(row.scale, brand) == "breaks"]
    return broken[-1:] if not row.waves or broken[-1:] == list(asked[-1:]) else ()


def trend_note(story: Story, rows: Sequence[ScoreFinding]) -> Iterator[Paragraph]:
    """What the mark at a trend means, where any carries it."""
    brand = story.findings.brand
    marked = {(row.scale, point.wave) for row in rows for point in row.waves if _careful(point)}
    touching = [
        one
        for waves in story.facts.asked
        for row in rows
        if (row.scale, waves.before) in marked
        for one in waves.touching(row.scale, brand)
    ]
    if touching:
        yield Paragraph(story.words("asked.caution", what=kinds(story, touching)), "note")


def marked(story: Story, row: ScoreFinding) -> str:
    """The name of a dimension, with the mark where its trend asks for care."""
    careful = any(_careful(point) for point in row.waves)
    return story.words("asked.mark", text=row.name) if careful else row.name


def kinds(story: Story, changes: Iterable[AskedChange]) -> str:
    """What differs, each kind once."""
    return story.listed([story.words(f"asked.kind.{kind}") for kind in _kinds(changes)])


def asked_terms(story: Story) -> Iterator[Term]:
    """For the method box: whether earlier waves were asked the same, and what differs."""
    words, asked = story.words, story.facts.asked
    if not asked:
        return
    told = []
    for text, waves in groupby(asked, key=lambda one: _difference(story, one)):
        names = story.listed([one.before for one in waves])
        key = "changed" if text else "same"
        if text != _UNKNOWN:
            told.append(words(f"asked.method.{key}", waves=names, what=text))
        else:
            told.append(words("asked.method.unknown", waves=names))
    effects = {one.effect for waves in asked for one in _told(story, waves)}
    told += (words(f"asked.method.{key}") for key in ("breaks", "caution") if key in effects)
    yield words("asked.method.title"), " ".join(told)


_UNKNOWN = "?"


def _difference(story: Story, waves: AskedWaves) -> str:
    """What differs between a wave and now, "" where nothing does."""
    changes = [one for one in _told(story, waves) if one.effect != "none"]
    if not changes:
        return "" if waves.known else _UNKNOWN
    return story.listed(
        [
            _named(story, kind, [one for one in changes if one.kind == kind])
            for kind in _kinds(changes)
        ]
    )


def _named(story: Story, kind: str, changes: Sequence[AskedChange]) -> str:
    """A kind of difference with the scales it touches; without them where it touches all."""
    what = story.words(f"asked.kind.{kind}")
    scales = dict.fromkeys(scale for one in changes for scale in one.scales)
    known = {row.scale: row.name for row in story.findings.dimensions + story.findings.outcomes}
    names = [story.lowered(known[scale]) for scale in scales if scale in known]
    if not names or any(not one.scales for one in changes):
        return what
    return story.words("asked.of", what=what, list=story.listed(names))


def _told(story: Story, waves: AskedWaves) -> list[AskedChange]:
    """The changes that touch anything on the scorecard."""
    rows = story.findings.dimensions + story.findings.outcomes
    told = {row.scale for row in rows}
    return [one for one in waves.changes if not one.scales or told.intersection(one.scales)]


def _kinds(changes: Iterable[AskedChange]) -> list[str]:
    return list(dict.fromkeys(one.kind for one in changes))


def _careful(point: WavePoint) -> bool:
    return point.asked == "caution" and point.mean is not None
