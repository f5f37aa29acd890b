"""Shares of the brand's customers, each as a sentence with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Bullets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.blocks import Block
    from reports.sections.story import Story
    from reports.shares import ShareFinding


def shares(story: Story) -> Iterator[Block]:
    """The satisfied who are at risk, and the engaged who are in the target market."""
    found = story.findings
    named = (("risk", found.at_risk), ("target", found.in_target))
    sentences = [_sentence(story, name, share) for name, share in named if share is not None]
    if sentences:
        yield Bullets(tuple(sentences))


def _sentence(story: Story, name: str, share: ShareFinding) -> str:
    words, figures = story.words, story.figures
    if share.share is None:
        limit = story.findings.rules.hidden_below
        return words(f"people.share_hidden.{name}", hidden_below=limit)
    return story.counted(
        f"people.share.{name}",
        share.n or 0,
        share=figures.percent(share.share),
        level=story.level,
        interval=figures.between(figures.percent(share.lower), figures.percent(share.upper)),
    )
