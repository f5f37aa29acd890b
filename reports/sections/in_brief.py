"""Deeds and advocacy in a sentence each, to stand beside attitude on page one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Paragraph
from reports.class_shares import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.sections.story import Story

ADVOCACY = "likelihood_to_recommend"
"""The outcome that asks whether people speak for the brand."""


def in_brief(story: Story) -> Iterator[Paragraph]:
    """What people say they do, by degrees, and how likely they recommend; nothing where neither
    was asked or may be shown."""
    sentences = [*_deeds(story), *_advocacy(story)]
    if sentences:
        yield Paragraph(" ".join(sentences))


def _deeds(story: Story) -> Iterator[str]:
    found = story.findings.behaviour
    degrees = [one for one in found.typologies if one.kind == "degrees"] if found else []
    for one in degrees[:1]:
        shown = [
            story.words(
                "people.brief_class",
                name=row.name,
                share=story.figures.percent(row.share),
                interval=story.figures.between(
                    story.figures.percent(row.lower), story.figures.percent(row.upper)
                ),
            )
            for row in one.classes
            if row.share is not None and row.id != NONE
        ]
        if shown:
            yield story.words("people.brief_deeds", list=story.listed(shown))


def _advocacy(story: Story) -> Iterator[str]:
    for row in story.findings.outcomes:
        if row.scale == ADVOCACY and row.mean is not None:
            yield story.words(
                "people.brief_advocacy",
                name=row.name,
                score=story.figures.score(row.mean),
                level=story.level,
                interval=story.figures.span(row.lower, row.upper),
            )
