"""The method box: how every figure came about, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from instruments.texts import in_language
from reports.blocks import FinePrint, Heading, Section
from reports.format import NOTHING
from reports.reliability import LOW_ALPHA
from reports.response import ResponseRates
from reports.sections.asked import asked_terms
from reports.sections.story import capital
from reports.sections.survey import response_words
from reports.sections.validated import validated
from reports.shares import SATISFIED_FROM
from reports.suppression import coarse_change
from reports.survey import RANK_REPLICATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reports.blocks import Block
    from reports.comparability import Alike
    from reports.findings import Findings
    from reports.score_findings import ScoreFinding
    from reports.sections.story import Story
    from reports.sections.survey import Term


def method(story: Story) -> Section:
    """The last part: what words and figures mean, how they came about, and what is not known."""
    words = story.words
    blocks: tuple[Block, ...] = (
        FinePrint(tuple(_rules(story))),
        Heading(words("method.disclosure"), 3),
        FinePrint(tuple(_disclosure(story))),
    )
    return Section("method", words("method.title"), blocks)


def _rules(story: Story) -> Iterator[Term]:
    words, rules, figures = story.words, story.findings.rules, story.figures
    values = {
        "level": story.level,
        "share": figures.percent(story.findings.answered_share),
        "hidden_below": rules.hidden_below,
        "verdict_from": rules.verdict_from,
        "below_verdict": rules.verdict_from - 1,
        "rate": figures.coefficient(rules.false_discovery_rate),
        "smallest_effect": figures.coefficient(rules.smallest_effect, 1),
        "satisfied_from": figures.count(SATISFIED_FROM),
        "draws": figures.count(RANK_REPLICATES),
        "scales": " ".join(_scale(story, row) for row in story.findings.dimensions),
    }
    raters = story.findings.counts.raters
    for key, applies in _RULES.items():
        if applies(story.findings):
            several = raters is not None and key in _OF_RATERS
            text = f"method.{key}_several" if several else f"method.{key}_text"
            yield words(f"method.{key}"), words(text, **values)
    yield from _raters(story)
    yield from _short_forms(story)
    yield from asked_terms(story)
    yield from _tested(story)
    yield from _reliability(story)
    yield words("method.screening"), " ".join(screening_words(story))
    yield from provenance(story)


def _always(_found: Findings) -> bool:
    return True


def _compared(found: Findings) -> bool:
    return any(row.contrast for row in found.dimensions)


_RULES: dict[str, Callable[[Findings], bool]] = {
    "scoring": _always,
    "intervals": _always,
    "comparison": _compared,
    "place": lambda found: any(row.place for row in found.dimensions),
    "expected": lambda found: any(row.expected for row in found.dimensions),
    "best": lambda found: any(
        one.kind == "best" for row in found.dimensions for one in row.references
    ),
    "verdict": _always,
    "multiplicity": _always,
    "suppression": _always,
    "risk": lambda found: found.at_risk is not None,
    "target": lambda found: found.in_target is not None,
    "causes": _always,
}
"""Every rule with when it is told: only where something on the scorecard rests on it."""


_OF_RATERS = frozenset({"intervals", "place"})
"""Rules that are told in other words where people rated several brands."""


def _raters(story: Story) -> Iterator[Term]:
    """That people rated several brands, and that it was taken into account."""
    raters, words = story.findings.counts.raters, story.words
    if raters is None:
        return
    if raters.people is None:
        yield words("method.raters"), words("method.raters_withheld")
        return
    count = story.figures.count
    text = words("method.raters_text", people=count(raters.people), ratings=count(raters.ratings))
    yield words("method.raters"), text


def _short_forms(story: Story) -> Iterator[Term]:
    """Which scales were asked adaptively, and why they are not told."""
    names = [in_language(name, story.findings.language) for name in story.facts.short_forms]
    if names:
        text = story.words("method.short_form_text", list=story.listed(names))
        yield story.words("method.short_form"), capital(text)


def _tested(story: Story) -> Iterator[Term]:
    """What was tested before scores were compared, and what nobody tested."""
    words, found = story.words, story.findings.comparisons
    tested = [("brand", found.brands)] if found.brands is not None else []
    said: dict[str, list[str]] = {}
    for across, one in (*tested, *found.besides):
        said.setdefault(_alike(story, one), []).append(words(f"method.across.{across}"))
    for text, names in said.items():
        yield words("method.invariance", list=story.listed(names)), text
    if len(story.findings.dimensions) > 1:
        yield words("method.total"), words(f"method.total_text.{found.total}")


def _alike(story: Story, found: Alike) -> str:
    key = f"method.alike.{found.standing}"
    if found.withheld:
        key = f"{key}.{found.stopped_at}"
    share = story.figures.percent(found.share)
    text = story.counted(key, len(found.items), least=found.least, share=share)
    if not found.some_left_out:
        return text
    return f"{text} {story.words('method.alike_left_out', least=found.least)}"


def _scale(story: Story, row: ScoreFinding) -> str:
    return story.counted(
        "method.scoring_scale",
        row.items,
        dimension=row.name,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def screening_words(story: Story) -> Iterator[str]:
    """What fieldwork and the signs of careless answering left out, and what that changed."""
    words, counts = story.words, story.findings.counts
    aside = [
        story.counted(f"disposition.{name}", count)
        if name in words.sentences["disposition"]
        else story.counted("disposition.unknown", count, name=name)
        for name, count in counts.screened_out
    ]
    if aside:
        yield words("method.screened_out", list=story.listed(aside))
    else:
        yield words("method.screened_out_none")
    if counts.n_unanswered:
        yield story.counted("method.unanswered", counts.n_unanswered)
    if not counts.flags:
        yield words("method.flag_unavailable")
        return
    flags = [
        words(
            f"flag.{name if name in words.sentences['flag'] else 'unknown'}",
            count=story.figures.count(count),
            name=name,
        )
        for name, count in counts.flags
    ]
    key = "flagged" if counts.flagged_out else "flagged_none"
    yield words(
        f"method.{key}",
        least=counts.flags_to_exclude,
        flags=story.listed(flags),
        excluded=story.counted("interviews", counts.flagged_out),
    )
    change = story.findings.largest_change_by_screening
    if change is not None and counts.flagged_out:
        yield words(
            "method.screening_change",
            brand=story.brand,
            change=story.figures.count(coarse_change(change)),
        )


def _reliability(story: Story) -> Iterator[Term]:
    rows = [(row, row.reliability) for row in story.findings.dimensions if row.reliability]
    if not rows:
        return
    words = story.words
    listed = [
        words(
            "method.reliability_scale",
            dimension=row.name,
            omega=_coefficient(story, note.omega),
            alpha=_coefficient(story, note.alpha),
            n=story.figures.count(note.n),
        )
        for row, note in rows
    ]
    limit = story.figures.coefficient(LOW_ALPHA)
    text = [words("method.reliability_text", list=" ".join(listed), limit=limit, level=story.level)]
    if any(note.n is None and note.alpha is not None for _, note in rows):
        text.append(words("method.reliability_n_withheld"))
    yield words("method.reliability"), " ".join(text)


def _coefficient(story: Story, figure: tuple[float, float, float] | None) -> str:
    return NOTHING if figure is None else story.figures.estimate(*figure)


def _disclosure(story: Story) -> Iterator[Term]:
    words = story.words
    facts = words("standing.facts")
    yield words("method.strategy"), words("method.strategy_text")
    yield words("method.who"), words("method.who_text", facts=facts)
    yield words("method.instruments"), " ".join(_instruments(story))
    yield validated(story, [(one.name, one.validation) for one in story.findings.instruments])
    yield words("method.described"), words("method.described_text", facts=facts)
    yield words("method.response"), _response(story)
    for key in ("processing", "limits"):
        yield words(f"method.{key}"), capital(words(f"method.{key}_text"))


def _response(story: Story) -> str:
    """The response rate with how it counts, or why there is none."""
    found = story.findings.counts.response
    if isinstance(found, ResponseRates):
        return response_words(story, found)
    if found is None and isinstance(story.facts.response, ResponseRates):
        return capital(story.words("facts.study_n_withheld"))
    return story.words(f"method.response_text.{found or 'unstated'}")


def _instruments(story: Story) -> Iterator[str]:
    for note in story.findings.instruments:
        yield story.words(
            "method.instrument_text",
            name=note.name,
            version=note.version,
            citation=note.citation,
        )


def provenance(story: Story) -> Iterator[Term]:
    """Software, data and their source."""
    words, facts = story.words, story.facts
    version = facts.software_version or words("page.not_known")
    fingerprint = facts.fingerprint or words("page.not_known")
    yield words("method.software"), words("method.software_text", version=version)
    yield words("method.fingerprint"), words("method.fingerprint_text", fingerprint=fingerprint)
    if facts.attribution:
        yield words("method.source"), facts.attribution
