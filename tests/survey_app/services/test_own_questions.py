"""Questions typed in: what they become, what is refused, and what follows when they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import shipped
from reports.paper.questions import AskedScale, question_blocks
from survey_app.domain.design_check import content_faults
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.services.design_blocks import add_shipped, move
from survey_app.services.design_content import design_of
from survey_app.services.design_rules import count_if, keep_quota, show_if
from survey_app.services.own_questions import (
    Kind,
    OwnPage,
    OwnPageRefused,
    OwnQuestion,
    read_own,
    write_own,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from instruments.model import Instrument

EMPTY: dict[str, Any] = {
    "instruments": [],
    "languages": ["en", "ar"],
    "consent": {"en": "Agree?", "ar": "هل توافقون؟"},
    "shuffle_items": False,
    "instructed_item": False,
    "design": {
        "blocks": [],
        "brand_question": "one",
        "most_brands": 1,
        "quotas": [],
        "adaptive": {},
        "instructed_after": 2,
    },
    "brands": [{"code": "north", "names": {"en": "North", "ar": "الشمال"}}],
}
WORDING = {"en": "Where do you buy {brand}?", "ar": "أين تشترون {brand}؟"}
ANSWERS = {"en": ["In a shop", "On the web"], "ar": ["في متجر", "على الإنترنت"]}


def page(**changes: Any) -> OwnPage:
    """A choice about the brand."""
    usual: dict[str, Any] = {
        "kind": Kind.CHOICE,
        "about": "brand",
        "questions": [OwnQuestion("", WORDING)],
        "answers": ANSWERS,
    }
    return OwnPage(**{**usual, **changes})


def question(english: str, name: str = "", before: str = "") -> OwnQuestion:
    """A question in both languages."""
    return OwnQuestion(name, {"en": english, "ar": english}, before)


def built(page: OwnPage) -> Instrument:
    """The instrument that a page becomes, read again."""
    content, _ = write_own(EMPTY, page)
    assert content_faults(content) == []
    return read_instruments(content["instruments"])[0]


@pytest.mark.parametrize(
    ("changes", "scale_kind", "points"),
    [
        ({}, "checklist", (1, 2)),
        ({"about": "person"}, "background", (1, 2)),
        ({"kind": Kind.AGREEMENT}, "checklist", (1, 7)),
        ({"kind": Kind.AGREEMENT, "outcome": True}, "outcome", (1, 7)),
        ({"kind": Kind.RATING, "outcome": True}, "outcome", (0, 10)),
        ({"kind": Kind.RATING, "about": "person"}, "background", (0, 10)),
        ({"kind": Kind.TEXT, "outcome": True}, "open", (0, 1000)),
    ],
)
def test_each_kind_becomes_an_instrument(
    changes: dict[str, Any], scale_kind: str, points: tuple[int, int]
) -> None:
    """A question typed in is an instrument of the project's wording, in every language, and comes
    back as it was typed."""
    instrument = built(page(**changes))
    scale = instrument.scales[0]
    assert (scale.kind, (scale.format.minimum, scale.format.maximum)) == (scale_kind, points)
    assert instrument.wording == "project"
    assert all(instrument.is_worded(language) for language in ("en", "ar"))
    content, block = write_own(EMPTY, page(**changes))
    back = read_own(content, block)
    assert back.questions == [OwnQuestion("where_do_you_buy", WORDING, "where_do_you_buy")]
    assert back.answers == (ANSWERS if back.kind.has_answers else {})
    assert back.about == design_of(content).blocks[0].about


def test_an_introduction_stands_above_the_questions() -> None:
    """In every language, read back as it was typed; an earlier answer that it repeats follows where
    that question gets another identifier, and goes to paper as its number."""
    above = {"en": "You buy here: {answer:shop}.", "ar": "تشترون هنا: {answer:shop}."}
    content, first = write_own(EMPTY, page(questions=[question("Where?", "shop")]))
    content, second = write_own(content, page(kind=Kind.AGREEMENT, intro=above))
    assert read_own(content, second).intro == above
    assert content_faults(content) == []
    content, _ = write_own(content, page(questions=[question("Where?", "place", "shop")]), first)
    assert read_own(content, second).intro["en"] == "You buy here: {answer:place}."
    scales = [one.scales[0] for one in read_instruments(content["instruments"])]
    blocks = question_blocks([AskedScale(one, one.items, brand="North") for one in scales], "en")
    assert blocks[1].heading == "You buy here: (your answer to question 1)."
    content, _ = write_own(content, page(kind=Kind.AGREEMENT), second)
    assert read_own(content, second).intro == {}


def test_agreement_has_the_words_of_the_core_questionnaire() -> None:
    """Its seven points are worded as there, so that both can be answered alike."""
    form = built(page(kind=Kind.AGREEMENT)).scales[0].format
    core = shipped("core_engagement").scales[0].format
    assert form.labels == {language: core.labels[language] for language in ("en", "ar")}


@pytest.mark.parametrize(
    ("changes", "place", "what"),
    [
        ({"questions": []}, ("wording", 0, "en"), "Write the question."),
        (
            {"questions": [OwnQuestion("", {"en": "Why?", "ar": " "})]},
            ("wording", 0, "ar"),
            "in every language",
        ),
        ({"questions": [question("Why?", "Why")]}, ("identifier", 0, ""), "small letters"),
        ({"questions": [question("Why?", "brand")]}, ("identifier", 0, ""), "is taken"),
        ({"questions": [question("Why?", "cog1")]}, ("identifier", 0, ""), "is taken"),
        (
            {"questions": [question("A?", "same"), question("B?", "same")]},
            ("identifier", 1, ""),
            "is taken",
        ),
        ({"questions": [question("Why {me}?")]}, ("wording", 0, "ar"), "in braces"),
        ({"questions": [question("Why {answer:gone}?")]}, ("", 0, ""), "is not asked"),
        ({"questions": [question(f"Q{n}?") for n in range(31)]}, ("", 0, ""), "at most 30"),
        ({"intro": {"en": "Now shops.", "ar": ""}}, ("intro", 0, "ar"), "or in none"),
        ({"intro": {"en": "{me}", "ar": "متاجر"}}, ("intro", 0, "en"), "in braces"),
        ({"answers": {**ANSWERS, "ar": ["واحد"]}}, ("answers", 0, "ar"), "Write 2 to 60"),
        (
            {"answers": {**ANSWERS, "ar": ["1", "2", "3"]}},
            ("answers", 0, "ar"),
            "Every language needs the same",
        ),
        ({"answers": {**ANSWERS, "en": ["a", "a"]}}, ("answers", 0, "en"), "twice"),
        ({"answers": {**ANSWERS, "en": ["{brand}", "a"]}}, ("answers", 0, "en"), "braces"),
        (
            {"kind": Kind.RATING, "answers": {**ANSWERS, "en": ["a", "b", "c"]}},
            ("answers", 0, "en"),
            "two lines",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    changes: dict[str, Any], place: tuple[str, int, str], what: str
) -> None:
    """Every fault leads to its field, and nothing is kept."""
    content, _ = add_shipped({**EMPTY}, "core_engagement")
    with pytest.raises(OwnPageRefused) as refused:
        write_own(content, page(**changes))
    assert [told for where, told in refused.value.faults if where == place and what in told]


def test_an_answer_is_repeated_only_after_it_was_given() -> None:
    """What is asked on a later page, or on the same one, cannot stand in a wording."""
    content, _ = write_own(EMPTY, page(questions=[question("Where?", "where")]))
    repeating = page(kind=Kind.TEXT, questions=[question("Why {answer:where}?", "why")])
    content, why = write_own(content, repeating)
    assert content_faults(content) == []
    assert "is not asked before" in content_faults(move(content, why, -1))[0].what
    itself = page(questions=[question("Who?", "who"), question("Not {answer:who}?")])
    with pytest.raises(OwnPageRefused, match="'who', which is not asked before"):
        write_own(content, itself)


def test_rules_and_wordings_follow_a_new_identifier() -> None:
    """Branches, quotas and repeated answers name a question by its new identifier."""
    content, where = write_own(EMPTY, page(questions=[question("Where?", "where")]))
    repeating = page(kind=Kind.TEXT, questions=[question("Why {answer:where}?", "why")])
    content, why = write_own(content, repeating)
    content, quota = keep_quota(show_if(content, why, "where", ["2"]), "Web", 5)
    content = count_if(content, quota, "where", ["2"])
    renamed = page(questions=[question("At which place?", "place", "where")])
    content, kept = write_own(content, renamed, where)
    assert kept == where
    design = design_of(content)
    assert design.blocks[1].shown_if[0].item == design.quotas[0].conditions[0].item == "place"
    assert read_own(content, why).questions[0].wording["en"] == "Why {answer:place}?"
    assert content_faults(content) == []


def test_identifiers_are_made_of_latin_words_and_never_taken_twice() -> None:
    """A question in another alphabet has one too."""

    def made(questions: Sequence[OwnQuestion]) -> list[str]:
        content, block = write_own(EMPTY, page(questions=questions))
        return [one.id for one in read_own(content, block).questions]

    asked = [question("Why {brand}?"), question("Why, {brand}?"), question("لماذا؟")]
    assert made(asked) == ["why", "why_2", "question"]
    assert made([question("18 or older?"), question("brand")]) == ["q_18_or_older", "brand_2"]
