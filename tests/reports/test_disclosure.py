"""No group of too few people can be worked out from the groups that a reader may ask for."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.dataset import Dataset
from reports.differencing import Lattice, safe_to_show, too_small
from reports.disclosure import (
    MOST_CODES,
    MOST_VARIABLES,
    Permission,
    offered_variables,
    permitted,
    permitted_segments,
    rows_of,
)
from reports.suppression import ReportingRules
from tests.reports.disclosure_attack import KEYS, LEAST, RULES, asked, crossed, given_away, people

VARIABLES = ("channel", "language", "age")
CODES = (("web", "qr", ""), ("en", "de", "ru"), ("young", "old"))


@st.composite
def surveys(draw: st.DrawFn) -> Dataset:
    """Small tables of very unequal cells, with a few people who left a question open."""
    size = st.one_of(st.just(0), st.integers(1, 14), st.integers(15, 60))
    table = {codes: draw(size) for codes in product(*CODES)}
    table["web", "en", "old"] += 30
    rows = crossed(table)
    skipped = draw(st.sets(st.integers(0, len(rows) - 1), max_size=12))
    return people(rows, VARIABLES, skipped=skipped)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(surveys())
def test_nothing_about_too_few_people_can_be_worked_out(dataset: Dataset) -> None:
    """Whatever the table, the attacker who has every figure shown learns nothing that is hidden."""
    found = asked(dataset)
    offered = [name for name in VARIABLES if name in found.variables]

    def shown(part: dict[str, str]) -> bool:
        return set(part) <= set(offered) and found.allows(part) is Permission.YES

    assert given_away(dataset, offered, shown) == []


def test_the_attacker_succeeds_where_only_small_groups_are_hidden() -> None:
    """Without complementary suppression most of the same kind of tables give somebody away."""
    rng = np.random.default_rng(7)
    broken = 0
    for _ in range(12):
        table = {codes: int(rng.choice([0, 5, 12, 40])) for codes in product(*CODES)}
        dataset = people(crossed({**table, ("web", "en", "old"): 60}), VARIABLES)

        def shown(part: dict[str, str], dataset: Dataset = dataset) -> bool:
            return int(rows_of(dataset, part).sum()) >= LEAST

        broken += bool(given_away(dataset, VARIABLES, shown))
    assert broken >= 10


def test_a_mean_is_worked_out_by_subtraction_when_both_others_are_shown() -> None:
    """What is prevented: n and mean of everybody and of the web give those of the QR code."""
    dataset = people([("web",)] * 100 + [("qr",)] * 12, ["channel"])
    answers = dataset.answers[:, 0].astype(float)
    web, qr = rows_of(dataset, {"channel": "web"}), rows_of(dataset, {"channel": "qr"})
    n = dataset.n - int(web.sum())
    mean = (dataset.n * answers.mean() - 100 * answers[web].mean()) / n
    assert (n, mean) == (12, pytest.approx(answers[qr].mean()))
    found = asked(people([("web",)] * 100 + [("qr",)] * 12, ["channel"]))
    assert found.allows({"channel": "qr"}) is Permission.TOO_FEW
    assert found.allows({"channel": "web"}) is Permission.GIVES_AWAY
    assert found.allows({}) is Permission.YES


def test_the_smallest_group_is_hidden_beside_a_small_one() -> None:
    """Of the groups that would do, the smallest goes; the others stay."""
    rows = crossed({("18",): 12, ("30",): 50, ("50",): 40, ("70",): 90})
    assert asked(people(rows, ["age"])).codes("age") == ("30", "70")


def test_two_small_groups_protect_each_other() -> None:
    """Small groups of thirty people together need no further group hidden."""
    rows = crossed({("18",): 14, ("30",): 16, ("50",): 40, ("70",): 90})
    assert asked(people(rows, ["age"])).codes("age") == ("50", "70")


def test_nothing_is_hidden_without_need() -> None:
    """Where every group is large enough, all may be asked for; a small group of one variable takes
    none of the groups of another."""
    large = dict.fromkeys(product(("web", "qr"), ("en", "de"), ("young", "old")), 30)
    found = asked(people(crossed(large)))
    assert set(found.answers.values()) == {Permission.YES}
    rows = crossed({("web", "en"): 55, ("web", "de"): 45, ("qr", "en"): 7, ("qr", "de"): 5})
    found = asked(people(rows, ["channel", "language"]))
    assert found.codes("language") == ("de", "en")
    assert found.codes("channel") == ()


def test_people_of_whom_nothing_is_known_are_protected_too() -> None:
    """Nobody can ask for people of unknown age, but everybody less all ages are just these."""
    rows = crossed({("young",): 60, ("old",): 50, ("",): 8})
    found = asked(people(rows, ["age"]))
    assert found.variables["age"] == ("old", "young")
    assert found.codes("age") == ("young",)
    rows = crossed({("young",): 60, ("old",): 50, ("",): 30})
    assert asked(people(rows, ["age"])).codes("age") == ("old", "young")


def test_everybody_but_one_part_is_a_group_as_well() -> None:
    """A part that leaves only ten people out of the brand is not shown beside it."""
    rows = crossed({("web", "en"): 90, ("web", "de"): 5, ("qr", "en"): 5})
    found = asked(people(rows, ["channel", "language"]))
    assert found.allows({"channel": "web", "language": "en"}) is Permission.GIVES_AWAY


def test_neither_one_nor_the_other_is_a_group_as_well() -> None:
    """Everybody less two groups, plus what these have in common, are those in neither: here twelve
    people in four parts that are too small each."""
    table = {("web", "young"): 50, ("web", "mid"): 40, ("web", "old"): 40}
    table |= {("qr", "young"): 40, ("phone", "young"): 40}
    few = dict.fromkeys(product(("qr", "phone"), ("mid", "old")), 3)
    rows = crossed({**table, **few})
    found = asked(people(rows, ["channel", "age"]))
    shown = {part for part, answer in found.answers.items() if answer is Permission.YES}
    web, young = ("channel", "web"), ("age", "young")
    assert not {(), (web,), (young,), (web, young)} <= shown


def test_those_who_left_a_question_open_count_for_that_question() -> None:
    """Forty people of whom twenty answered a question are too few for it, and so are the rest of
    the brand once these are taken away."""
    rows = crossed({("web",): 80, ("qr",): 40})
    assert asked(people(rows, ["channel"])).codes("channel") == ("qr", "web")
    found = asked(people(rows, ["channel"], skipped=range(80, 100)))
    assert found.allows({"channel": "qr"}) is Permission.TOO_FEW
    assert found.allows({"channel": "web"}) is Permission.GIVES_AWAY


def test_a_question_that_hardly_anybody_answered_hides_nothing() -> None:
    """Of a question with fewer than thirty answers nothing is printed anywhere, so that it need not
    be protected."""
    rows = crossed({("web",): 80, ("qr",): 40})
    found = asked(people(rows, ["channel"], skipped=range(100)))
    assert found.codes("channel") == ("qr", "web")


def test_stricter_rules_hide_more() -> None:
    """With a limit of fifty a group of forty is hidden, and the one that would give it away."""
    rows = crossed({("web",): 80, ("qr",): 40})
    rules = ReportingRules(hidden_below=50)
    assert asked(people(rows, ["channel"]), rules).codes("channel") == ()


def test_a_brand_that_is_too_small_may_not_be_asked_about_at_all() -> None:
    """Neither the brand nor a part of it may be shown; a brand without interviews is no fault."""
    found = asked(people([("web",)] * 15 + [("qr",)] * 14, ["channel"]))
    assert set(found.answers.values()) == {Permission.TOO_FEW}
    dataset = people([("web",)] * 40 + [("qr",)] * 40, ["channel"])
    nobody = permitted(dataset, np.ones(dataset.n, bool), "south", RULES)
    assert nobody.allows({}) is Permission.TOO_FEW
    assert nobody.allows({"channel": "web"}) is Permission.TOO_FEW


def test_only_interviews_kept_count() -> None:
    """Interviews that screening excludes enter no figure and protect nobody."""
    dataset = people([("web",)] * 60 + [("qr",)] * 40, ["channel"])
    kept = np.arange(dataset.n) < 80
    assert permitted(dataset, kept, "north", RULES).codes("channel") == ()


def test_conditions_that_nobody_offers_are_refused() -> None:
    """Unknown variables and codes are errors; more conditions than may be set are told."""
    found = asked(people(crossed(dict.fromkeys(product("ab", "cd", "ef"), 40))))
    with pytest.raises(KeyError):
        found.allows({"shoe": "45"})
    with pytest.raises(KeyError):
        found.allows({"age": "ancient"})
    chosen = {"channel": "a", "language": "c", "age": "e"}
    assert found.allows(chosen) is Permission.TOO_MANY
    assert found.wider(chosen) == {"language": "c", "channel": "a"}


def test_the_next_wider_part_is_one_that_may_be_shown() -> None:
    """One condition less, the one that can stay; the whole brand where none can."""
    rows = crossed({("web", "en"): 80, ("web", "de"): 60, ("qr", "en"): 40, ("qr", "de"): 8})
    found = asked(people(rows, ["channel", "language"]))
    refused = {"channel": "qr", "language": "de"}
    assert found.allows(refused) is Permission.TOO_FEW
    assert found.wider(refused) == {"language": "de"}
    assert found.wider({"channel": "qr"}) == {}


def test_variables_that_name_people_are_not_offered() -> None:
    """A single code divides nobody, too many codes point at people, and too many variables are
    more than a reader can be shown."""
    n = 400
    rng = np.random.default_rng(3)
    names = {f"trait {place}": rng.choice(["a", "b"], n) for place in range(8)}
    codes = {"same": ["x"] * n, "town": [f"t{place % (MOST_CODES + 1)}" for place in range(n)]}
    dataset = people([("web",)] * n, ["channel"])
    background = {name: np.asarray(column) for name, column in {**codes, **names}.items()}
    dataset = Dataset.build(dataset.answers, ("a", "b"), KEYS, background=background)
    offered = offered_variables(dataset, np.ones(n, bool))
    assert list(offered) == [f"trait {place}" for place in range(MOST_VARIABLES)]


def test_many_groups_allow_one_condition_at_once() -> None:
    """Where pairs of conditions would be too many to look after, a reader sets one."""
    n = 3000
    rng = np.random.default_rng(4)
    codes = [f"c{place}" for place in range(MOST_CODES)]
    background = {f"v{place}": rng.choice(codes, n) for place in range(5)}
    dataset = Dataset.build(
        np.full((n, 2), 3), ("a", "b"), KEYS, brand=["north"] * n, background=background
    )
    found = asked(dataset)
    assert found.conditions == 1
    assert found.allows({"v0": "c0", "v1": "c1"}) is Permission.TOO_MANY
    assert found.allows({"v0": "c0"}) is Permission.YES


def test_segments_are_the_parts_of_one_condition() -> None:
    """The table of segments shows what a reader may ask for one by one, and nothing else."""
    rows = crossed({("web", "en"): 80, ("web", "de"): 60, ("qr", "en"): 40, ("qr", "de"): 8})
    dataset = people(rows, ["channel", "language"])
    found = asked(dataset)
    segments = permitted_segments(dataset, np.ones(dataset.n, bool), "north", RULES)
    assert segments == {name: found.codes(name) for name in ("language", "channel")}


def test_the_same_answers_give_the_same_result_in_any_order() -> None:
    """The order of interviews decides nothing."""
    rng = np.random.default_rng(5)
    rows = [tuple(rng.choice(codes) for codes in CODES) for _ in range(300)]
    there = asked(people(rows)).answers
    back = asked(people(rows[::-1])).answers
    assert there == back
    assert Counter(there.values())[Permission.GIVES_AWAY] > 0


def test_the_lattice_holds_every_group_once() -> None:
    """Two variables of two codes: everybody, four single conditions, four pairs."""
    columns = {"a": np.array(["x", "x", "y", "y"]), "b": np.array(["1", "2", "1", "2"])}
    lattice = Lattice.of(columns, 4, 2)
    assert len(lattice.cells) == len(set(lattice.cells)) == 9
    assert [len(children) for _, children in lattice.families] == [2, 2, 2, 2, 2, 2]
    counts = lattice.counts([np.ones(4, bool)])
    assert not safe_to_show(lattice, counts, 30).any()
    assert too_small(lattice, counts, 30).all()
