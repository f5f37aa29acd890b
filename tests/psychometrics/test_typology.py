"""Typologies of people: overlapping groups, degrees, steps."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.means import ComparisonError
from psychometrics.proportions import proportion
from psychometrics.typology import NONE, TypologyClass, TypologyError, classify

NAN = np.nan
ANSWERS = {
    "tag": [1, 5, 0, NAN, 0, 0],
    "rate": [0, 5, 0, 4, NAN, 0],
    "vote": [0, 4, 0, NAN, 0, 4],
    "write": [0, 6, 0, 0, 0, 6],
}
DEGREES = (
    TypologyClass("adoption", ("tag",), 1),
    TypologyClass("filtering", ("rate", "vote"), 4),
    TypologyClass("creation", ("write",), 5),
)


def _members(rule: str, count: int | None = None) -> list[float]:
    row = TypologyClass("c", ("rate", "vote", "write"), 4, rule, count)
    return classify(ANSWERS, [row]).members[:, 0].tolist()


def test_rules_ask_for_any_for_all_or_for_some() -> None:
    """One item high enough, every one, or two: each person as the rule reads."""
    np.testing.assert_array_equal(_members("any"), [0, 1, 0, 1, NAN, 1])
    np.testing.assert_array_equal(_members("all"), [0, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(_members("count", 2), [0, 1, 0, NAN, 0, 1])
    np.testing.assert_array_equal(_members("count", 1), _members("any"))
    np.testing.assert_array_equal(_members("count", 3), _members("all"))


def test_groups_overlap_and_have_shares_of_those_known() -> None:
    """Who cannot be told is left out of the n of that class alone; the last row is nobody's."""
    found = classify(ANSWERS, DEGREES)
    assert [row.id for row in found.shares] == ["adoption", "filtering", "creation", NONE]
    assert [(row.share.successes, row.share.n) for row in found.shares] == [
        (2, 5),
        (3, 5),
        (2, 6),
        (1, 5),
    ]
    assert found.share("filtering") == proportion(3, 5)
    assert (found.highest, found.highest_shares, found.funnel) == (None, (), ())
    with pytest.raises(KeyError):
        found.share("social")


def test_highest_degree_is_known_where_nothing_above_is_open() -> None:
    """Through the degrees or past them; open above it leaves it unknown, open below it does not."""
    found = classify(ANSWERS, DEGREES, kind="degrees")
    assert found.highest.tolist() == ["adoption", "creation", NONE, "filtering", "", "creation"]
    shares = [(row.id, row.share.successes, row.share.n) for row in found.highest_shares]
    assert shares == [
        ("adoption", 1, 5),
        ("filtering", 1, 5),
        ("creation", 2, 5),
        (NONE, 1, 5),
    ]


def test_funnel_counts_those_left_of_all_steps_before() -> None:
    """A step reached past an earlier one counts in its plain share and not in the funnel."""
    found = classify(ANSWERS, DEGREES, kind="steps")
    first, second, third = found.funnel
    assert first.conversion is None
    assert (first.share, first.through) == (proportion(2, 5), proportion(2, 5))
    assert (second.share, second.through) == (proportion(3, 5), proportion(1, 5))
    assert second.conversion == proportion(1, 2)
    assert (third.share, third.through) == (proportion(2, 6), proportion(1, 6))
    assert third.conversion == proportion(1, 1)


def test_matrix_with_names_is_the_same_as_a_mapping() -> None:
    """A mapping of items, and a matrix with the names of its columns."""
    matrix = np.column_stack(list(ANSWERS.values()))
    found = classify(matrix, DEGREES, items=list(ANSWERS), kind="steps")
    assert found.to_dict() == classify(ANSWERS, DEGREES, kind="steps").to_dict()
    stored = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert stored["members"][3][0] is None
    assert stored["highest"][4] == ""


def test_nobody_asked_has_shares_of_nobody() -> None:
    """No people at all: shares of n = 0, not an error."""
    found = classify({name: [] for name in ANSWERS}, DEGREES, kind="steps")
    assert found.n_used == 0
    assert {row.share.share for row in (*found.shares, *found.highest_shares)} == {None}
    assert found.funnel[1].conversion == proportion(0, 0)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 9999),
    missing=st.sampled_from([0.0, 0.3]),
    rules=st.lists(st.sampled_from(["any", "all", "count"]), min_size=3, max_size=3),
)
def test_what_is_known_never_depends_on_what_is_missing(seed, missing, rules) -> None:
    """However the missing answers turn out, known membership, highest and funnel stay."""
    rng = np.random.default_rng(seed)
    full = rng.integers(1, 6, (30, 6)).astype(float)
    holes = np.where(rng.random(full.shape) < missing, np.nan, full)
    names = list("abcdef")
    classes = [
        TypologyClass(f"c{i}", tuple(names[2 * i : 2 * i + 2]), 3, rule, 1)
        for i, rule in enumerate(rules)
    ]
    seen = classify(holes, classes, items=names, kind="steps")
    true = classify(full, classes, items=names, kind="steps")
    known = ~np.isnan(seen.members)
    np.testing.assert_array_equal(seen.members[known], true.members[known])
    told = seen.highest != ""
    np.testing.assert_array_equal(seen.highest[told], true.highest[told])
    assert sum(row.share.successes for row in seen.highest_shares) == int(told.sum())
    left = [step.through.successes for step in true.funnel]
    assert left == sorted(left, reverse=True)
    for step, plain in zip(true.funnel, true.shares, strict=False):
        assert step.through.successes <= plain.share.successes
        assert step.share == plain.share
    for before, step in zip(true.funnel, true.funnel[1:], strict=False):
        assert step.conversion == proportion(step.through.successes, before.through.successes)
    if missing == 0:
        assert known.all()
        assert seen.to_dict() == true.to_dict()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"classes": []}, "has no class"),
        ({"classes": [DEGREES[0], DEGREES[0]]}, "an id of its own"),
        ({"classes": [TypologyClass(NONE, ("tag",), 1)]}, "none of them 'none'"),
        ({"classes": [TypologyClass("x", ("blog", "tag"), 1)]}, "asks for blog, to which"),
        ({"classes": [TypologyClass("x", (), 1)]}, "has no items"),
        ({"classes": [TypologyClass("x", ("tag", "tag"), 1)]}, "one of them twice"),
        ({"classes": [TypologyClass("x", ("tag",), NAN)]}, "no lowest value"),
        ({"classes": [TypologyClass("x", ("tag",), 1, "most")]}, "rule 'most'"),
        ({"classes": [TypologyClass("x", ("tag",), 1, "count")]}, "asks for None of 1"),
        ({"classes": [TypologyClass("x", ("tag",), 1, "count", 2)]}, "asks for 2 of 1"),
        ({"kind": "ladder"}, "no kind 'ladder'"),
        ({"answers": {"tag": [1], "rate": [1, 2]}}, r"shapes \(1,\), \(2,\)"),
        ({"items": ["a"]}, "leave them out"),
        ({"answers": [[1, 2]], "items": ["a"]}, "there are 1 names"),
        ({"answers": [[1, 2]], "items": ["a", "a"]}, "there twice"),
        ({"answers": {"tag": [np.inf]}}, "infinite"),
    ],
)
def test_bad_input_says_what_to_mend(changed, message) -> None:
    """Classes, rules, kinds and answers that do not fit."""
    with pytest.raises(TypologyError, match=message):
        classify(**{"answers": ANSWERS, "classes": DEGREES, **changed})


def test_level_out_of_range_is_refused() -> None:
    """A level is a share between 0 and 1."""
    with pytest.raises(ComparisonError, match="level is 95"):
        classify(ANSWERS, DEGREES, level=95)
