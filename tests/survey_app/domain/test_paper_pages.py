"""What of a branching questionnaire stands on paper, and which answers on paper count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from instruments.model import Citation, Instrument, Item, ResponseFormat, Scale
from instruments.plain import to_plain
from survey_app.domain.interview import Disposition
from survey_app.domain.open_study import OpenStudy, open_study
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.paper_entry import paper_outcome
from survey_app.domain.paper_pages import paper_pages
from survey_app.domain.questionnaire import (
    Block,
    BrandQuestion,
    Condition,
    Design,
    plain_design,
)
from survey_app.domain.study import Brand, Study, StudyVersion, now
from survey_app.services.paper_questionnaire import paper_blocks

if TYPE_CHECKING:
    from instruments.model import FormatKind, ScaleKind
    from survey_app.domain.questionnaire import Match


def instrument(
    name: str, kind: FormatKind = "agreement", of: ScaleKind = "dimension"
) -> Instrument:
    """An instrument of one scale with two items, ``a1`` and ``a2`` for the name ``a``."""
    top = 200 if kind == "text" else 5
    labels = {} if kind == "text" else {"en": {v: f"point {v}" for v in range(1, top + 1)}}
    form = ResponseFormat(name, kind, 1 if labels else 0, top, labels)
    items = tuple(Item(f"{name}{n}", "t", {"en": f"{name}{n} {{brand}}"}) for n in (1, 2))
    scale = Scale(name, {"en": name}, form, items, kind=of)
    return Instrument(name, "1", {"en": name}, ("en",), (scale,), Citation("c"), "MIT", "project")


def asked(*blocks: Block, **design: object) -> OpenStudy:
    """A study of four instruments, its blocks in this order."""
    kinds = (
        instrument("a"),
        instrument("b"),
        instrument("c", "choice", "background"),
        instrument("d", "text", "open"),
    )
    study = Study(
        title="Study",
        instruments=[to_plain(one) for one in kinds],
        languages=["en"],
        consent={"en": "Consent."},
        instructed_item=True,
        design=plain_design(replace(Design(blocks), **design)),  # type: ignore[arg-type]
        brands=[Brand("north", {"en": "North"}, id=1), Brand("south", {"en": "South"}, id=2)],
    )
    version = StudyVersion(1, study.content(), now())
    return open_study(study, version, kinds, in_field=True)


def block(name: str, *conditions: Condition, match: Match = "all") -> Block:
    """A block about the brand under conditions."""
    return Block(name, name, shown_if=conditions, match=match)


def when(item: str, *values: int | str) -> Condition:
    """A condition."""
    return Condition(item, frozenset(values))


@pytest.mark.parametrize(
    ("conditions", "match", "on_paper", "left"),
    [
        ((when("brand", "north"),), "all", True, 0),
        ((when("brand", "south"),), "all", False, 0),
        ((when("channel", "paper", "qr"),), "all", True, 0),
        ((when("language", "de"), when("a1", 1)), "all", False, 0),
        ((when("language", "en"), when("a1", 1)), "all", True, 1),
        ((when("language", "en"), when("a1", 1)), "any", True, 0),
        ((when("language", "de"), when("a1", 1), when("a2", 2)), "any", True, 2),
        ((when("brand.south", 1),), "all", False, 0),
        ((when("d1", "words"),), "any", False, 0),
    ],
)
def test_what_is_known_beforehand_is_decided_before_printing(
    conditions: tuple[Condition, ...], match: Match, on_paper: bool, left: int
) -> None:
    """Brand, language, channel and questions that paper does not ask decide at once; the rest is
    printed for the respondent to decide."""
    study = asked(block("a"), block("b", *conditions, match=match))
    found = paper_pages(study.pages, "north", "en")
    assert [one.page.scale.id for one in found if one.page.scale] == ["a"] + ["b"] * on_paper
    if on_paper:
        assert len(found[1].conditions) == left
        sentences = paper_blocks(study, "north", "en")[1].only_if
        assert len(sentences) == (left if left < 2 else left + 1)


def test_paper_asks_one_brand_and_every_item() -> None:
    """Where respondents are asked about several brands that they know, paper asks about the one
    that is printed on it; the instructed item stays."""
    study = asked(block("a"), block("b"), brand_question=BrandQuestion.KNOWN, most_brands=2)
    blocks = paper_blocks(study, "south", "en")
    texts = [question.text for one in blocks for question in one.questions]
    assert [text for text in texts if "South" in text] == [
        "a1 South",
        "a2 South",
        "b1 South",
        "b2 South",
    ]
    assert [q.number for one in blocks for q in one.questions] == [1, 2, 3, 4, 5]
    assert blocks[1].questions[-1].item_id == INSTRUCTED_ITEM


def test_answers_past_a_branch_do_not_count() -> None:
    """Whoever answers what was to be skipped opens nothing by it; without the skipped page it is
    complete, and an open question left empty takes nothing from that."""
    study = asked(block("a"), block("b", when("a1", 1)), block("c", when("b1", 2)), block("d"))
    given = {"a1": 5, "a2": 5, "b1": 2, "b2": 2, "c1": 3, INSTRUCTED_ITEM: 4}
    outcome = paper_outcome(study, given, "north", "en")
    assert [page.scale.id for page, _ in outcome.pages if page.scale] == ["a", "d"]
    assert outcome.disposition is Disposition.COMPLETE
    assert outcome.known["brand"] == "north"
    assert "b1" not in outcome.known
    outcome = paper_outcome(study, {**given, "a1": 1}, "north", "en")
    assert [page.scale.id for page, _ in outcome.pages if page.scale] == ["a", "b", "c", "d"]
    assert outcome.passed is True
    outcome = paper_outcome(study, {"a1": 1, "a2": 2}, "north", "en")
    assert outcome.disposition is Disposition.PARTIAL
    assert outcome.passed is None
    assert [page.number for page, _ in outcome.pages] == [1]
