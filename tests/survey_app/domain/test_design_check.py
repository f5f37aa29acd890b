"""Every fault that would break a questionnaire is found before it is launched and told in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import shipped
from instruments.plain import to_plain
from survey_app.domain.design_check import content_faults
from survey_app.domain.questionnaire import (
    Block,
    BrandQuestion,
    Condition,
    Design,
    Quota,
    plain_design,
)
from tests.survey_app.services.designed import own_questions

if TYPE_CHECKING:
    from collections.abc import Callable

YOU = Block("you", "own", about="person", scales=("about_you",))
CORE = Block("core", "core_engagement")
WISH = Block("wish", "own", scales=("wish",), shown_if=(Condition("buys", frozenset({2})),))
DESIGN = Design((YOU, CORE, WISH))
ON_THE_WEB, IN_A_SHOP = Condition("buys", frozenset({2})), Condition("buys", frozenset({1}))


def content(design: Design | dict[str, Any] = DESIGN, **changes: Any) -> dict[str, Any]:
    """A questionnaire that can be launched: a choice, the core, and a text that repeats it."""
    return {
        "instruments": [to_plain(shipped("core_engagement")), to_plain(own_questions())],
        "languages": ["en"],
        "consent": {"en": "Do you agree?"},
        "shuffle_items": True,
        "instructed_item": True,
        "design": plain_design(design) if isinstance(design, Design) else design,
        "brands": [{"code": code, "names": {"en": code.title()}} for code in ("north", "south")],
        **changes,
    }


def faults(**changes: Any) -> list[tuple[str, str, str]]:
    """Part, place and words of every fault."""
    return [(one.part.value, one.place, one.what) for one in content_faults(content(**changes))]


def blocks(*asked: Block, **changes: Any) -> Design:
    """A design of these blocks."""
    return replace(DESIGN, blocks=asked, **changes)


def only_if(*conditions: Condition, match: Any = "all") -> Block:
    """The core, asked under conditions."""
    return replace(CORE, shown_if=conditions, match=match)


def test_what_can_be_launched_has_no_fault() -> None:
    """Neither the questionnaire of these tests nor one without a stored order is complained of."""
    assert faults() == []
    core = [to_plain(shipped("core_engagement"))]
    assert faults(instruments=core, design={}) == []


DESIGNS: dict[str, tuple[Design, str]] = {
    "nothing asked": (blocks(), "Add at least one block"),
    "unknown instrument": (blocks(YOU, Block("x", "gone")), "'gone', which the study does not"),
    "unknown scale": (blocks(YOU, replace(CORE, scales=("gone",))), "has no scale 'gone'"),
    "two blocks of one name": (blocks(YOU, CORE, replace(WISH, id="core")), "2 blocks have"),
    "a scale twice": (
        blocks(YOU, CORE, Block("again", "core_engagement", scales=("cognitive",))),
        "'cognitive' is asked 2 times",
    ),
    "a later item": (
        blocks(only_if(ON_THE_WEB), YOU, WISH),
        "“Where do you buy?” (buys) is asked only later",
    ),
    "its own item": (
        blocks(YOU, only_if(Condition("cog1", frozenset({1})))),
        "(cog1) is asked only later",
    ),
    "an item that nobody asks": (
        blocks(YOU, only_if(Condition("gone", frozenset({1})))),
        "'gone' is answered in a certain way, but not asked",
    ),
    "an item in words": (
        blocks(YOU, WISH, only_if(Condition("change", frozenset({"x"})))),
        "(change) is answered in words",
    ),
    "an impossible answer": (
        blocks(YOU, only_if(Condition("buys", frozenset({4})))),
        "cannot be 4",
    ),
    "a mark for a number": (
        blocks(YOU, only_if(Condition("buys", frozenset({True})))),
        "cannot be True",
    ),
    "no answer": (blocks(YOU, only_if(Condition("buys", frozenset()))), "no answer chosen"),
    "an unknown brand": (
        blocks(YOU, only_if(Condition("brand", frozenset({"east"})))),
        "cannot be 'east'",
    ),
    "an unknown language": (
        blocks(YOU, only_if(Condition("language", frozenset({"de"})))),
        "cannot be 'de'",
    ),
    "a channel that is no word": (
        blocks(YOU, only_if(Condition("channel", frozenset({"a b"})))),
        "cannot be 'a b'",
    ),
    "conditions that exclude each other": (
        blocks(YOU, only_if(ON_THE_WEB, IN_A_SHOP)),
        "is never asked",
    ),
    "conditions that exclude those of what they ask for": (
        blocks(
            YOU,
            replace(only_if(ON_THE_WEB), scales=("cognitive",)),
            Block(
                "rest",
                "core_engagement",
                scales=("emotional",),
                shown_if=(IN_A_SHOP, Condition("cog1", frozenset({7}))),
            ),
        ),
        "“Core engagement questionnaire: Emotional engagement” is never asked",
    ),
    "an answer repeated before it is given": (
        blocks(replace(WISH, shown_if=()), YOU),
        "repeats the answer to 'buys', which is not asked before",
    ),
    "an answer repeated that is never given": (
        blocks(CORE, replace(WISH, shown_if=())),
        "repeats the answer to 'buys', which is not asked.",
    ),
    "an adaptive scale that is not asked": (
        replace(DESIGN, adaptive={"satisfaction": {}}),
        "'satisfaction' is asked adaptively, but not asked",
    ),
    "an item of an adaptive scale": (
        blocks(
            YOU,
            CORE,
            replace(WISH, shown_if=(Condition("cog1", frozenset({1})),)),
            adaptive={"cognitive": {}},
        ),
        "(cog1) is not asked of everybody",
    ),
    "no scale for the attention check": (blocks(YOU), "there is none. Add such a scale"),
    "an attention check nowhere": (replace(DESIGN, instructed_after=0), "Choose after which scale"),
    "more questions than anybody answers": (
        replace(DESIGN, brand_question=BrandQuestion.KNOWN, most_brands=40),
        "A respondent could be asked",
    ),
    "more brands than there are": (
        replace(DESIGN, brand_question=BrandQuestion.USED, most_brands=3),
        "at most 2 of the brands",
    ),
    "two quotas of one name": (
        replace(DESIGN, quotas=(Quota("q", "Q", 5, ()), Quota("q", "R", 5, ()))),
        "2 quotas have",
    ),
    "a quota of answers that nobody gives": (
        replace(DESIGN, quotas=(Quota("q", "Web", 5, (Condition("buys", frozenset({9})),)),)),
        "The quota “Web” counts",
    ),
    "a quota whose conditions exclude each other": (
        replace(DESIGN, quotas=(Quota("q", "Both", 5, (ON_THE_WEB, IN_A_SHOP)),)),
        "Nobody can fill the quota “Both”",
    ),
    "a quota below nothing": (
        replace(DESIGN, quotas=(Quota("q", "None", -1, ()),)),
        "Nobody can fill the quota “None”",
    ),
}


@pytest.mark.parametrize(("design", "told"), DESIGNS.values(), ids=DESIGNS)
def test_faults_of_a_design_are_told(design: Design, told: str) -> None:
    """Each thing that cannot be asked or can never hold is named, with the way to mend it."""
    assert [what for _, _, what in faults(design=design) if told in what]


def _named(item: str) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        own = to_plain(own_questions())
        own["scales"][0]["items"][0]["id"] = item
        own["scales"][1]["items"][0]["text"]["en"] = "What should change?"
        design = blocks(YOU, CORE, replace(WISH, shown_if=()))
        core = to_plain(shipped("core_engagement"))
        return {"instruments": [core, own], "design": design}

    return change


CONTENTS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "no brand": (lambda: {"brands": []}, "Add at least one brand."),
    "a brand without a name": (
        lambda: {"brands": [{"code": "north", "names": {"ru": "Север"}}]},
        "Give the brand “Север” (north) a name in English.",
    ),
    "no language": (lambda: {"languages": []}, "Choose at least one language."),
    "no consent": (lambda: {"consent": {"en": " "}}, "Write the consent text in English."),
    "no wording": (
        lambda: {"languages": ["en", "de"]},
        "“Own questions” has no wording in German.",
    ),
    "an item called brand": (_named("brand"), "'brand' has a meaning of its own"),
    "an item called as a column of files": (_named("version"), "'version' has a meaning"),
    "an item called instructed": (_named("instructed_response"), "'instructed_response' has a"),
    "an item called as another": (_named("cog1"), "Two questions are both called cog1"),
}


@pytest.mark.parametrize(("change", "told"), CONTENTS.values(), ids=CONTENTS)
def test_faults_of_the_other_parts_are_told(
    change: Callable[[], dict[str, Any]], told: str
) -> None:
    """Brands, languages, wording, consent and identifiers are looked at as well."""
    assert [what for _, _, what in faults(**change()) if told in what]


def test_a_fault_leads_to_where_it_is_mended() -> None:
    """Each names its part and its block or quota."""
    quota = Quota("web", "Web", 5, (ON_THE_WEB, IN_A_SHOP))
    design = blocks(only_if(ON_THE_WEB), YOU, WISH, quotas=(quota,))
    found = faults(design=design, consent={})
    assert [(part, place) for part, place, _ in found] == [
        ("questionnaire", "core"),
        ("quotas", "web"),
        ("consent", ""),
    ]


def test_what_holds_for_one_of_several_brands_is_no_fault() -> None:
    """Somebody whose first brand is North may come to be asked about South."""
    conditions = (Condition("brand", frozenset({"north"})),)
    first = replace(YOU, shown_if=conditions)
    core = only_if(Condition("brand", frozenset({"south"})), ON_THE_WEB)
    one = blocks(first, core)
    assert "never asked" in faults(design=one)[0][2]
    several = replace(one, brand_question=BrandQuestion.KNOWN, most_brands=2)
    assert faults(design=several) == []


def test_any_condition_that_can_hold_is_enough() -> None:
    """Of alternatives that exclude each other one always can hold."""
    assert faults(design=blocks(YOU, only_if(ON_THE_WEB, IN_A_SHOP, match="any"))) == []
