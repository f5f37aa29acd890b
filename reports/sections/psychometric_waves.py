"""How what was asked differs from wave to wave, for the researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.blocks import Cell, Column, Heading, Paragraph, TableBlock
from reports.sections.story import capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.asked import AskedChange, AskedWaves
    from reports.blocks import Block
    from reports.sections.study import Study

_ROOM = 240
"""Letters of a wording that are printed; the versions of the study hold all of it."""


def asked(study: Study) -> Iterator[Block]:
    """A table of every difference between waves that follow each other; nothing for one wave."""
    told = study.facts.asked
    if not told:
        return
    words = study.words
    yield Heading(words("psychometric.waves.title"))
    same = [one for one in told if one.known and not one.changes]
    for key, pairs in (("same", same), ("unknown", [one for one in told if not one.known])):
        if pairs:
            names = study.listed([_pair(study, one) for one in pairs])
            yield Paragraph(words(f"psychometric.waves.{key}", waves=names))
    rows = tuple(_row(study, one, change) for one in told for change in one.changes)
    if rows:
        yield TableBlock(
            name="asked",
            caption=words("psychometric.waves.caption"),
            columns=(
                Column(words("psychometric.waves.waves"), "start", 1.3),
                Column(words("psychometric.waves.what"), "start", 1.3),
                Column(words("psychometric.waves.where"), "start", 2),
                Column(words("psychometric.waves.before"), "start", 2),
                Column(words("psychometric.waves.after"), "start", 2),
                Column(words("psychometric.waves.effect"), "start", 1.4),
            ),
            rows=rows,
            notes=(words("psychometric.waves.note"),),
        )


def _pair(study: Study, one: AskedWaves) -> str:
    return study.words("psychometric.waves.pair", before=one.before, after=one.after)


def _row(study: Study, one: AskedWaves, change: AskedChange) -> tuple[Cell, ...]:
    what = study.words(f"asked.kind.{change.kind}")
    if change.language:
        language = study.language_name(change.language)
        what = study.words("asked.of", what=what, list=language)
    effect = study.words(f"psychometric.waves.{change.effect}")
    sides = (Cell(_shortened(side)) for side in (change.before, change.after))
    place = Cell(_where(study, change))
    return (Cell(_pair(study, one)), Cell(capital(what)), place, *sides, Cell(capital(effect)))


def _where(study: Study, change: AskedChange) -> str:
    """The question, else the scales, else the brand; rules are named as the researcher's pages
    name them."""
    if change.kind == "rule" or not (change.item or change.scales or change.brand):
        return change.place
    if change.item:
        return study.item_label(change.item)
    if change.scales:
        return study.listed([study.scale_name(scale) for scale in change.scales])
    return study.facts.brand_name(change.brand)


def _shortened(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[: _ROOM - 1].rstrip()}…"
