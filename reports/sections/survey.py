"""The facts of the survey as terms and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.response import ResponseRates
from reports.sections.story import capital
from reports.suppression import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.sections.story import Story, Voice

Term = tuple[str, str]


def survey_facts(story: Story) -> tuple[Term, ...]:
    """Who was asked, when, how, how many, and who paid."""
    facts, words = story.facts, story.words
    rows = [
        ("population", story.stated(facts.population)),
        ("recruitment", story.stated(facts.recruitment)),
        ("fieldwork", fieldwork(story)),
    ]
    terms = [(words(f"facts.{key}"), text) for key, text in rows]
    terms += _numbers(story)
    rows = [
        ("mode", mode(story)),
        ("weighting", weighting(story)),
        ("sponsor", story.stated(facts.sponsor)),
        ("conducted_by", story.stated(facts.conducted_by)),
    ]
    terms += ((words(f"facts.{key}"), text) for key, text in rows)
    return tuple((term, capital(text)) for term, text in terms)


def fieldwork(story: Story) -> str:
    """The days of the fieldwork; without a last day it goes on."""
    days = {"first": story.facts.first_day, "last": story.facts.last_day}
    known = {name: story.figures.date(day) for name, day in days.items() if day is not None}
    if not known:
        return story.stated(None)
    if days["first"] == days["last"]:
        return known["first"]
    key = "dates" if len(known) == 2 else "since" if "first" in known else "until"
    return story.words(f"facts.fieldwork_{key}", **known)


def mode(story: Story) -> str:
    """How people answered."""
    channels = story.facts.channels
    return story.stated(story.listed(channels) if channels else None)


def weighting(story: Story) -> str:
    """How answers were weighted."""
    stated = story.facts.weighting
    return story.words("facts.unweighted") if stated == "none" else story.stated(stated)


def study_n(story: Story) -> str:
    """How many interviews the whole study has, unless that would give a hidden brand away."""
    counts, figures = story.findings.counts, story.figures
    if counts.totals_withheld:
        return story.words("facts.study_n_withheld")
    if counts.raters is not None:
        return story.words(
            "facts.study_n_raters",
            started=figures.count(counts.n_interviews),
            kept=figures.count(counts.n_kept),
            ratings=figures.count(counts.raters.ratings),
        )
    return story.words(
        "facts.study_n_value",
        started=figures.count(counts.n_interviews),
        kept=figures.count(counts.n_kept),
    )


def response(story: Story) -> str:
    """The response rate, or why there is none."""
    counts, figures, words = story.findings.counts, story.figures, story.words
    found, share = counts.response, figures.percent(counts.completion_share)
    if isinstance(found, ResponseRates):
        return response_rate(story, found)
    if found is not None:
        key = f"facts.response_{found}"
        if counts.completion_share is None:
            return words(f"{key}_withheld")
        return words(key, share=share)
    if story.facts.response is not None:
        return words("facts.study_n_withheld")
    if counts.completion_share is None:
        return story.stated(None)
    return words("facts.response_unstated", unstated=story.stated(None), share=share)


def response_rate(voice: Voice, found: ResponseRates) -> str:
    """The smallest response rate with what it is made of."""
    count = voice.figures.count
    return voice.words(
        "facts.response_rate",
        rate=voice.figures.percent(found.rates.get("RR1"), 1),
        complete=count(found.complete),
        cases=count(found.cases),
    )


def response_words(voice: Voice, found: ResponseRates) -> str:
    """The smallest response rate, and the one that estimates how many belong to the population."""
    figures = voice.figures
    return voice.words(
        "method.response_text.rates" if found.e is not None else "method.response_text.rate",
        told=response_rate(voice, found),
        likely=figures.percent(found.rates.get("RR3"), 1),
        e=figures.coefficient(found.e),
    )


def _numbers(story: Story) -> Iterator[Term]:
    n, words = story.findings.counts.brand_n, story.words
    if story.findings.visibility is not Visibility.HIDDEN and n is not None:
        yield words("facts.brand_n"), story.counted("facts.brand_n_value", n)
    yield words("facts.study_n"), study_n(story)
    yield words("facts.response"), response(story)
