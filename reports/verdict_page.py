"""The rules of verdicts as a page, from the rules themselves, each with figures that lead to it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from reports.portfolio_findings import BrandScore, PortfolioFindings, SideBySideScores
from reports.sections.cautions import cautions
from reports.sections.portfolio_standing import SPEAKS_FOR_ALL, opening
from reports.sections.portfolio_story import PortfolioStory
from reports.sections.standing import headline
from reports.sections.story import Story
from reports.suppression import ReportingRules
from reports.verdict_examples import (
    BY_VERDICT,
    RULES,
    WORD_EXAMPLES,
    caution_examples,
    example,
    headline_examples,
    opening_examples,
    plain_example,
    rest_example,
)
from reports.verdicts import HEADLINE_RULES, Verdict, judge, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reports.findings import Findings
    from reports.format import Formatter
    from reports.verdicts import Evidence
    from reports.wording import Catalogue


def write(path: Path) -> None:
    """Write the page in English to a file."""
    path.write_text(verdicts_page(), encoding="utf-8")


def verdicts_page(language: str = "en") -> str:
    """The page as Markdown."""
    story = Story(language, plain_example(language))
    words, rules = story.words, ReportingRules()
    intro = words(
        "verdict_page.intro",
        hidden_below=rules.hidden_below,
        verdict_from=rules.verdict_from,
        smallest_effect=rules.smallest_effect,
        rate=rules.false_discovery_rate,
    )
    parts = (
        [intro],
        _verdict_rows(words),
        [""],
        _word_examples(story),
        [""],
        _headline_rows(words),
        [""],
        _headline_examples(story),
        _caution_examples(story),
        _opening_examples(story),
    )
    return "\n".join(chain(*parts))


def _verdict_rows(words: Catalogue) -> Iterator[str]:
    yield words("verdict_page.verdict_table")
    for verdict in Verdict:
        look = mark(verdict, words)
        shape, when = words(f"shape.{look.shape}"), words(f"verdict_page.when.{verdict}")
        yield f"| {look.word} | {shape} | {look.colour} | {when} |"


def _word_examples(story: Story) -> Iterator[str]:
    words, figures = story.words, story.figures
    yield words("verdict_page.examples.words")
    for one in WORD_EXAMPLES:
        alike = words(f"verdict_page.examples.{'alike' if one.comparable else 'unlike'}")
        cells = (
            figures.count(one.n),
            figures.count(one.n_others),
            figures.effect(one.g),
            _q(figures, one),
            alike,
            words(f"verdict.{judge(one, RULES)}"),
        )
        yield f"| {' | '.join(cells)} |"


def _headline_rows(words: Catalogue) -> Iterator[str]:
    yield words("verdict_page.headline_table")
    for rule in HEADLINE_RULES:
        needs = " + ".join(words(f"verdict.{v}") for v in Verdict if v in rule.required)
        also = ", ".join(
            words(f"verdict.{v}") for v in Verdict if v in rule.allowed - rule.required
        )
        template = words.sentences["headline"][rule.id]
        yield f"| `{rule.id}` | {needs} | {also or '–'} | {template} |"


def _headline_examples(story: Story) -> Iterator[str]:
    language = story.language
    yield f"{story.words('verdict_page.examples.headlines')}\n"
    for rule, found in headline_examples(language):
        verdicts = [row.verdict for row in found.dimensions]
        yield f"### `{rule.id}`\n"
        yield from _figures(story, found, [BY_VERDICT[one] for one in verdicts])
    found = rest_example(language)
    yield "### `headline_rest`\n"
    yield from _figures(story, found, [BY_VERDICT[row.verdict] for row in found.dimensions])


def _figures(story: Story, found: Findings, rows: Sequence[Evidence]) -> Iterator[str]:
    for row, one in zip(found.dimensions, rows, strict=True):
        yield f"- {_evidence(story, row.name, one)}"
    yield f"\n> {headline(Story(story.language, found))}\n"


def _caution_examples(story: Story) -> Iterator[str]:
    """What page one says in each case and does not say without it."""
    yield f"{story.words('verdict_page.examples.cautions')}\n"
    usual = [paragraph.text for paragraph in cautions(story)]
    for one in caution_examples(story.language):
        said = [paragraph.text for paragraph in cautions(Story(story.language, one.findings))]
        new = [text for text in said if text not in usual] or usual
        yield f"- `{one.found}`\n"
        for text in new:
            yield f"  > {text}\n"


def _opening_examples(story: Story) -> Iterator[str]:
    language, words = story.language, story.words
    yield f"{words('verdict_page.examples.openings')}\n"
    for rule, brands in opening_examples():
        found = [example(name, [one], language) for name, one in brands]
        rows = tuple(
            BrandScore(each, each.dimensions[0])
            for each in found
            if each.dimensions[0].mean is not None
        )
        first = found[0].dimensions[0]
        one = SideBySideScores(first.scale, first.name, rule.id, rows, ())
        portfolio = PortfolioFindings(language, tuple(found), (), (one,), None, False)
        yield f"### `opening.{rule.id}`\n"
        yield from (f"- {_evidence(story, name, each)}" for name, each in brands)
        yield f"\n> {opening(PortfolioStory(language, portfolio), one)}\n"
    yield f"{words('verdict_page.examples.all')}\n"
    for rule_id in SPEAKS_FOR_ALL:
        limit = RULES.hidden_below
        said = words(f"portfolio.opening_all.{rule_id}", hidden_below=limit)
        yield f"- `opening_all.{rule_id}`: {said}"
    yield ""


def _evidence(story: Story, name: str, one: Evidence) -> str:
    figures, words = story.figures, story.words
    word = words(f"verdict.{judge(one, RULES)}")
    if one.n_others is None:
        return words("verdict_page.examples.alone", name=name, n=figures.count(one.n), word=word)
    return words(
        "verdict_page.examples.evidence",
        name=name,
        n=figures.count(one.n),
        n_others=figures.count(one.n_others),
        g=figures.effect(one.g),
        q=_q(figures, one),
        word=word,
    )


def _q(figures: Formatter, one: Evidence) -> str:
    return figures.p_value(one.q)
