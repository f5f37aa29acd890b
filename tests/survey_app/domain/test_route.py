"""The way through a questionnaire, whatever its blocks, branches and brands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from instruments.load import shipped
from survey_app.domain.page import pages
from survey_app.domain.questionnaire import (
    Block,
    BrandQuestion,
    Condition,
    Design,
    plain_design,
    read_design,
)
from survey_app.domain.route import Answered, route

if TYPE_CHECKING:
    from survey_app.domain.page import Page

ASKED = [shipped(name) for name in ("core_engagement", "satisfaction", "demographics")]
SCALES = [(one.id, scale) for one in ASKED for scale in one.scales]
ITEMS = [item.id for _, scale in SCALES for item in scale.items]
BRANDS = ("north", "south", "east")

conditions = st.builds(
    Condition,
    st.sampled_from([*ITEMS, "brand", "language"]),
    st.frozensets(st.sampled_from([1, 2, 3, "north", "en"]), min_size=1, max_size=3),
)
blocks = st.builds(
    lambda number, chosen, about, shown_if, match, one_by_one: Block(
        f"block{number}", chosen[0], about, (chosen[1].id,), shown_if, match, one_by_one
    ),
    st.integers(0, 999),
    st.sampled_from(SCALES),
    st.sampled_from(["brand", "person"]),
    st.lists(conditions, max_size=2).map(tuple),
    st.sampled_from(["all", "any"]),
    st.booleans(),
)
designs = st.builds(
    Design,
    st.lists(blocks, min_size=1, max_size=5).map(tuple),
    st.sampled_from(BrandQuestion),
    st.integers(1, 3),
)


def _never(*_: object) -> None:
    """No scale of these designs is adaptive."""


def _way(laid: tuple[Page, ...], design: Design, answered: Answered) -> list[int]:
    return [page.number for page in route(laid, design, answered, _never)]


@given(
    designs, st.lists(st.integers(1, 4), min_size=40, max_size=40), st.sets(st.sampled_from(BRANDS))
)
def test_every_interview_comes_to_its_end(
    design: Design, values: list[int], known: set[str]
) -> None:
    """Answering the first page that is left, again and again, ends; the way only goes forward, asks
    no page twice, and shows no page about a brand that the respondent does not have."""
    laid = pages(ASKED, design, brands=BRANDS)
    drawn = tuple(sorted(known))[: design.slots] if design.asks_brands else ("north",)
    given_pages: dict[int, dict[str, int]] = {}
    for _ in range(len(laid) + 1):
        answered = Answered(
            given_pages, {page.number: page.slot for page in laid}, drawn, {"language": "en"}
        )
        way = _way(laid, design, answered)
        assert way == sorted(set(way))
        assert all(laid[number - 1].slot <= max(1, len(drawn)) or not drawn for number in way)
        left = [number for number in way if number not in given_pages]
        if not left:
            return
        page = laid[left[0] - 1]
        given_pages[page.number] = {
            question: values[index % len(values)] for index, question in enumerate(page.questions)
        }
    raise AssertionError("The interview did not end.")


@given(designs)
def test_pages_are_numbered_once(design: Design) -> None:
    """Numbers run from 1 without a gap, and a design read back lays out the same pages."""
    laid = pages(ASKED, design, brands=BRANDS, instructed_item=True)
    assert [page.number for page in laid] == list(range(1, len(laid) + 1))
    assert sum(page.instructed for page in laid) <= 1
    assert (
        pages(ASKED, read_design(plain_design(design), ASKED), brands=BRANDS, instructed_item=True)
        == laid
    )
