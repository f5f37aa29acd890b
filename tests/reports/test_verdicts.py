"""Which word a difference earns, and which sentence page one opens with."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import yaml
from babel import Locale

import reports.wording
from reports.suppression import ReportingRules
from reports.verdict_examples import BY_VERDICT, headline_examples
from reports.verdict_page import verdicts_page
from reports.verdicts import (
    HEADLINE_RULES,
    WORDING,
    Evidence,
    Verdict,
    headline_rule,
    judge,
    mark,
)
from reports.wording import catalogue

NAN = float("nan")


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(29, 500, 0.8, 0.001), Verdict.HIDDEN),
        (Evidence(29), Verdict.HIDDEN),
        (Evidence(30), Verdict.NO_COMPARISON),
        (Evidence(500), Verdict.NO_COMPARISON),
        (Evidence(500, 500, None, None), Verdict.NO_COMPARISON),
        (Evidence(500, 500, NAN, NAN), Verdict.NO_COMPARISON),
        (Evidence(500, 500, 0.5, NAN), Verdict.NO_COMPARISON),
        (Evidence(30, 500, 0.8, 0.001), Verdict.TOO_FEW),
        (Evidence(99, 500, 0.8, 0.001), Verdict.TOO_FEW),
        (Evidence(500, 99, 0.8, 0.001), Verdict.TOO_FEW),
        (Evidence(100, 100, 0.8, 0.001), Verdict.ABOVE),
        (Evidence(100, 100, -0.8, 0.001), Verdict.BELOW),
        (Evidence(100, 100, 0.1, 0.0499), Verdict.ABOVE),
        (Evidence(100, 100, -0.1, 0.0499), Verdict.BELOW),
        (Evidence(100, 100, 0.0999, 0.0001), Verdict.SAME),
        (Evidence(100, 100, 0.8, 0.05), Verdict.SAME),
        (Evidence(100, 100, -0.8, 0.9), Verdict.SAME),
    ],
)
def test_a_word_needs_people_significance_and_size(evidence: Evidence, verdict: Verdict) -> None:
    """Each condition, at its edge, decides the word; the strictest reason comes first."""
    assert judge(evidence, ReportingRules()) is verdict


def test_stricter_rules_take_words_away() -> None:
    """A raised effect size and number of interviews turn a word into none."""
    evidence = Evidence(150, 150, 0.3, 0.001)
    assert judge(evidence, ReportingRules()) is Verdict.ABOVE
    assert judge(evidence, ReportingRules(smallest_effect=0.4)) is Verdict.SAME
    assert judge(evidence, ReportingRules(verdict_from=200)) is Verdict.TOO_FEW


@pytest.mark.parametrize("dimensions", [1, 2, 3, 4])
def test_every_combination_of_verdicts_has_exactly_one_rule(dimensions: int) -> None:
    """Over all dimensions and all verdicts, one rule holds and it is the one that is found."""
    for verdicts in product(Verdict, repeat=dimensions):
        holding = [rule for rule in HEADLINE_RULES if rule.holds(verdicts)]
        assert len(holding) == 1
        assert headline_rule(verdicts) is holding[0]


def test_every_rule_can_be_reached() -> None:
    """No rule is dead: its own required verdicts choose it."""
    for rule in HEADLINE_RULES:
        assert headline_rule(rule.required) is rule


def test_no_dimension_has_no_headline() -> None:
    """Without any dimension there is nothing to say, and that is an error."""
    with pytest.raises(ValueError, match="at least one dimension"):
        headline_rule([])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_verdicts_differ_in_shape_and_word(language: str) -> None:
    """No two verdicts share a shape or a word, so colour is never needed."""
    marks = [mark(verdict, catalogue(WORDING, language)) for verdict in Verdict]
    assert len({one.shape for one in marks}) == len(Verdict)
    assert len({one.word for one in marks}) == len(Verdict)


def test_the_page_of_verdicts_is_up_to_date() -> None:
    """docs/reference/verdicts.md says what the rules say."""
    root = Path(reports.wording.__file__).parents[2]
    written = (root / "docs" / "reference" / "verdicts.md").read_text(encoding="utf-8")
    assert written == verdicts_page()


def test_examples_earn_every_word() -> None:
    """Figures that the page shows lead to each verdict through the rules, and to no other."""
    assert set(BY_VERDICT) == set(Verdict)
    for verdict, evidence in BY_VERDICT.items():
        assert judge(evidence, ReportingRules()) is verdict


def test_each_rule_is_shown_by_figures_for_which_it_holds() -> None:
    """The findings behind each sentence of the page have the verdicts that its rule needs."""
    shown = dict(headline_examples("en"))
    assert list(shown) == list(HEADLINE_RULES)
    for rule, found in shown.items():
        assert found.headline == rule.id
        assert rule.holds([row.verdict for row in found.dimensions])


CAUTIONS = ("caution", "caution_others", "simulated", "loose", "not_comparable", "contradicted")


def test_every_sentence_of_the_rules_is_shown_whole() -> None:
    """Each headline, caution and opening stands on the page at least once, its values put in."""
    page, words = verdicts_page(), catalogue(WORDING, "en").sentences
    templates = [
        *_walk("headline", words["headline"]),
        *_walk("alike", words["standing"]["alike"]),
        *_walk("total", words["standing"]["total"]),
        *_walk("mixed", words["mixed"]),
        *_walk("opening", words["portfolio"]["opening"]),
        *_walk("opening_all", words["portfolio"]["opening_all"]),
        *((key, set()) for key in CAUTIONS),
    ]
    for key, _ in templates:
        template = _template(words, key)
        fixed = [re.escape(part) for part in re.split(r"\{\w+\}", template)]
        assert re.search(".+".join(fixed), page), key


def _template(words: dict, key: str) -> str:
    """The sentence of a key as `_walk` names it."""
    room, _, name = key.partition(".")
    rooms = {"headline": words["headline"], "mixed": words["mixed"]}
    rooms |= {part: words["standing"][part] for part in ("alike", "total")}
    rooms |= {part: words["portfolio"][part] for part in ("opening", "opening_all")}
    found = rooms[room][name] if name else words["standing"][room]
    return found["other"] if isinstance(found, dict) else found


@pytest.mark.parametrize("language", ["ru", "de", "ar", "zh"])
def test_the_page_can_be_had_in_every_language(language: str) -> None:
    """The same examples, with sentences of the language."""
    page = verdicts_page(language)
    assert page.count("\n> ") == verdicts_page().count("\n> ")
    assert "Aurora" in page


LANGUAGES = sorted(path.name for path in WORDING.iterdir() if (path / "verdicts.yaml").is_file())
ENGLISH_AND_RUSSIAN_ONLY = {"psychometric.yaml", "ratings.yaml"}
"""Sentences for researchers, who are not written to in every language of a scorecard."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_sentences(language: str) -> None:
    """A language has every key of English, and every sentence takes the same values."""
    english, own = (_sentences(code, language) for code in ("en", language))
    assert english.keys() == own.keys()
    for key, values in english.items():
        assert values == own[key], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    """A sentence with a count has each form that the language needs, and no other."""
    forms = set(Locale.parse(language).plural_form.tags) | {"other"}
    for path in (WORDING / language).glob("*.yaml"):
        for key, given in _plurals("", yaml.safe_load(path.read_text(encoding="utf-8"))):
            assert given == forms, f"{path.name}: {key}"


def _sentences(language: str, beside: str) -> dict[str, set[str]]:
    """Key → the values that a sentence takes; plural forms of a sentence are one sentence."""
    found: dict[str, set[str]] = {}
    for path in (WORDING / language).glob("*.yaml"):
        if path.name not in ENGLISH_AND_RUSSIAN_ONLY or beside in {"en", "ru"}:
            found.update(_walk("", yaml.safe_load(path.read_text(encoding="utf-8"))))
    return found


def _walk(prefix: str, node: object) -> list[tuple[str, set[str]]]:
    from string import Formatter

    if isinstance(node, dict):
        if "other" in node:
            return [(prefix, set.union(*(_walk(prefix, form)[0][1] for form in node.values())))]
        return [found for key, form in node.items() for found in _walk(f"{prefix}.{key}", form)]
    return [(prefix, {name for _, name, _, _ in Formatter().parse(str(node)) if name})]


def _plurals(prefix: str, node: object) -> list[tuple[str, set[str]]]:
    if not isinstance(node, dict):
        return []
    if "other" in node:
        return [(prefix, set(node))]
    return [found for key, form in node.items() for found in _plurals(f"{prefix}.{key}", form)]
