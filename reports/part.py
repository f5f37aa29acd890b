"""A scorecard of a part of the interviews: what it may say, and that it says so everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reports.blocks import Bullets, Heading, Paragraph
from reports.counts import survey_counts
from reports.disclosure import Permission
from reports.sections.story import Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psychometrics.analysis import ScoreAnalysis
    from reports.blocks import Block, Document
    from reports.findings import Findings
    from reports.group_names import GroupNames

Conditions = tuple[tuple[str, str], ...]
"""Names of variables with the names of their values, as printed."""


def condition_words(chosen: Mapping[str, str], language: str, names: GroupNames) -> Conditions:
    """The conditions (variable → code) in words."""
    voice = Voice(language)
    return tuple(
        (variable_word(voice, variable, names), value_word(voice, variable, code, names))
        for variable, code in chosen.items()
    )


def variable_word(voice: Voice, variable: str, names: GroupNames) -> str:
    """The name of a variable; what the researcher called it where it is of their own making."""
    if variable in voice.words.sentences["part"]["variable"]:
        return voice.words(f"part.variable.{variable}")
    return names.variables.get(variable, variable)


def value_word(voice: Voice, variable: str, code: str, names: GroupNames) -> str:
    """The name of a variable's value."""
    return voice.language_name(code) if variable == "language" else names.value(variable, code)


def findings_of_part(
    found: Findings,
    whole: ScoreAnalysis,
    chosen: Mapping[str, str],
    conditions: Conditions,
    others: Mapping[str, Permission],
) -> Findings:
    """The findings of a part, with the facts of the whole survey where these are meant.

    Counts of the study and what screening left out are those of all interviews. Of the mixtures
    those are gone that the part does not have. The brand carries the part in its name.

    Parameters
    ----------
    found : drawn from an analysis of the part, in which nothing of brands that are refused is left.
    whole : the analysis of all interviews of the wave.
    others : for each other brand, whether this part of it may be shown.
    """
    counts = survey_counts(whole, found.facts, found.brand, found.rules)
    few = sum(permission is Permission.TOO_FEW for permission in others.values())
    voice = Voice(found.language)
    values = ", ".join(value for _, value in conditions)
    mixtures = tuple(one for one in found.comparisons.mixtures if one.across not in chosen)
    # Who was excluded is not among the people of a part, so that nothing is known of the change.
    dimensions = tuple(replace(row, change_by_screening=None) for row in found.dimensions)
    outcomes = tuple(replace(row, change_by_screening=None) for row in found.outcomes)
    return replace(
        found,
        dimensions=dimensions,
        outcomes=outcomes,
        brand_name=voice.words("part.brand", brand=found.brand_name, values=values),
        counts=replace(
            counts,
            brand_n=found.counts.brand_n,
            hidden_brands=few,
            shown_brands=found.counts.shown_brands,
        ),
        comparisons=replace(found.comparisons, mixtures=mixtures),
    )


def document_of_part(document: Document, brand: str, conditions: Conditions) -> Document:
    """The scorecard with the part named under its title and in front of its first sentence."""
    voice = Voice(document.language)
    words = voice.words
    named = voice.listed(
        [words("part.condition", variable=variable, value=value) for variable, value in conditions]
    )
    notice = Paragraph(words("part.notice", brand=brand, conditions=named), "caution")
    limits: tuple[Block, ...] = (
        Heading(words("part.terms")),
        Bullets((words("part.measurement"), words("part.others"), words("part.whole_only"))),
    )
    first, *rest = document.sections
    opened = replace(first, blocks=(notice, *_before_facts(first.blocks, limits)))
    return replace(
        document,
        subtitle=words("part.subtitle", subtitle=document.subtitle, conditions=named),
        sections=(opened, *rest),
    )


def _before_facts(blocks: Sequence[Block], added: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with some more before the last heading, under which the survey's facts stand."""
    headings = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
    at = headings[-1] if headings else len(blocks)
    return (*blocks[:at], *added, *blocks[at:])
