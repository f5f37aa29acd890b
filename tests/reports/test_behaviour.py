"""Shares of people by what they do: counted by hand here, and hidden where too few were asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.load import shipped
from psychometrics.dataset import MISSING, Dataset
from psychometrics.proportions import proportion
from psychometrics.typology import TypologyClass, classify
from reports.behaviour import BehaviourFindings, Behaviours, behaviour_findings
from reports.class_shares import BOTH, NONE, ClassShare, TypologyFinding
from reports.suppression import ReportingRules, Visibility
from survey_app.domain.scoring_keys import items_asked, scoring_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKLIST = (shipped("core_engagement"), shipped("behaviour_checklist"))
LEVELS = (shipped("core_engagement"), shipped("engagement_levels"))
JOURNEY = (shipped("core_engagement"), shipped("experience_journey"))
VALENCE = (shipped("core_engagement"), shipped("engagement_valence"))
NEVER, SELDOM, MONTHLY = 1, 2, 3

Person = tuple[str, "Mapping[str, int]"]


def answered(asked: Sequence[Any], people: Sequence[Person], rest: int = 1) -> Dataset:
    """A Dataset of people: brand, and answers to some items; to all others they answer `rest`."""
    items = items_asked(asked)
    rows = [[given.get(item, rest) for item in items] for _, given in people]
    return Dataset.build(
        np.array(rows), items, scoring_keys(asked), brand=[brand for brand, _ in people]
    )


def found(dataset: Dataset, asked: Sequence[Any], brand: str = "a", **changes: Any) -> Any:
    """The findings about a brand, with everybody kept and all brands compared."""
    options: dict[str, Any] = {
        "kept": np.ones(dataset.n, np.bool_),
        "compared": set(dataset.brand.tolist()),
        "rules": ReportingRules(),
        "language": "en",
        **changes,
    }
    kept = options.pop("kept")
    return behaviour_findings(dataset, kept, asked, brand, **options)


def typology(findings: BehaviourFindings, name: str) -> TypologyFinding:
    """A typology by its identifier."""
    return next(each for each in findings.typologies if each.id == name)


def share(findings: BehaviourFindings, name: str, of: str) -> ClassShare:
    """A class by the identifiers of its typology and of itself."""
    return next(each for each in typology(findings, name).classes if each.id == of)


def test_groups_overlap_and_count_from_once_a_month() -> None:
    """Somebody who saves and reads every month is in two groups; less often counts as inactive."""
    people = [
        *[("a", {"act_save": MONTHLY, "act_read": 5})] * 10,
        *[("a", {"act_read": MONTHLY})] * 15,
        *[("a", {"act_read": SELDOM, "act_write": SELDOM})] * 25,
    ]
    findings = found(answered(CHECKLIST, people), CHECKLIST)
    shares = {each.id: each.share for each in typology(findings, "ladder").classes}
    assert shares == {
        "creators": 0,
        "critics": 0,
        "collectors": 0.2,
        "joiners": 0,
        "spectators": 0.5,
        "inactives": 0.5,
    }
    assert typology(findings, "ladder").counted_from == "Every month"


def test_a_share_has_wilsons_interval_and_its_own_base() -> None:
    """Only people of whom a class is known count: an open item settles nothing, a high one does."""
    people = [
        *[("a", {"act_rate": 4, "act_comment": MISSING})] * 20,
        *[("a", {"act_comment": MISSING})] * 10,
        *[("a", {})] * 30,
    ]
    critics = share(found(answered(CHECKLIST, people), CHECKLIST), "ladder", "critics")
    known = proportion(20, 50)
    assert (critics.n, critics.share) == (50, 0.4)
    assert (critics.lower, critics.upper) == (known.lower, known.upper)
    assert critics.lower == pytest.approx(0.2761, abs=5e-5)
    assert critics.upper == pytest.approx(0.5382, abs=5e-5)


def test_of_degrees_the_highest_counts_once() -> None:
    """Flags overlap, the highest degrees add up to one, and whoever did nothing is told."""
    people = [
        *[("a", {"act_save": SELDOM, "act_lead": SELDOM})] * 10,
        *[("a", {"act_follow": 5})] * 20,
        *[("a", {"act_write": SELDOM})] * 10,
        *[("a", {"act_ask": 5})] * 10,
    ]
    degrees = typology(found(answered(CHECKLIST, people), CHECKLIST), "degrees").classes
    assert {each.id: (each.share, each.highest) for each in degrees} == {
        "adoption": (0.6, 0.4),
        "collaborative_filtering": (0, 0),
        "content_creation": (0.2, 0.2),
        "social": (0.2, 0.2),
        NONE: (0.2, 0.2),
    }
    assert sum(each.highest or 0 for each in degrees) == pytest.approx(1)


def test_a_step_counts_people_who_took_all_before_it() -> None:
    """Applying without understanding is no way through; what goes on is told of those before."""
    people = [
        *[("a", {"lev_click": 2, "lev_consume": 3, "lev_understand": 2, "lev_apply": 2})] * 40,
        *[("a", {"lev_click": 2, "lev_consume": 2, "lev_apply": 3})] * 40,
        *[("a", {"lev_click": 3})] * 80,
        *[("a", {})] * 40,
    ]
    steps = typology(found(answered(LEVELS, people), LEVELS), "levels").classes
    assert [each.share for each in steps] == [0.8, 0.4, 0.2, 0.2]
    assert [each.conversion for each in steps] == [None, 0.5, 0.5, 1]
    assert [bool(each.doubt) for each in steps] == [False, False, True, True]


def test_both_sentences_of_a_part_of_the_journey_must_hold() -> None:
    """Knowing what a brand offers is not yet knowing how it differs."""
    people = [
        *[("a", {"jou_aware": 7, "jou_educated": 5})] * 30,
        *[("a", {"jou_aware": 7, "jou_educated": 4})] * 70,
    ]
    findings = found(answered(JOURNEY, people), JOURNEY)
    assert share(findings, "journey", "awareness").share == 0.3
    assert typology(findings, "journey").counted_from == "Slightly agree"


def test_what_goes_on_is_hidden_where_few_came_so_far() -> None:
    """Of 20 who read to the end, no share is told, although 100 were asked."""
    people = [*[("a", {"lev_click": 2, "lev_consume": 2})] * 20, *[("a", {})] * 80]
    steps = typology(found(answered(LEVELS, people), LEVELS), "levels").classes
    assert steps[2].share == 0
    assert steps[2].conversion is None


def test_the_other_brands_count_alike() -> None:
    """The mean of the others is over brands, not over people, and leaves the reader's own out."""
    people = [
        *[("a", {"act_save": MONTHLY})] * 100,
        *[("b", {"act_save": MONTHLY})] * 30,
        *[("c", {"act_save": MONTHLY})] * 100,
        *[("c", {})] * 300,
        *[("thin", {"act_save": MONTHLY})] * 29,
        *[("apart", {"act_save": MONTHLY})] * 200,
        *[("", {"act_save": MONTHLY})] * 200,
    ]
    dataset = answered(CHECKLIST, people)
    compared = {"a", "b", "c", "thin"}
    of = share(found(dataset, CHECKLIST, compared=compared), "ladder", "collectors")
    assert of.share == 1
    assert of.others == pytest.approx((1 + 0.25) / 2)
    alone = share(found(dataset, CHECKLIST, compared={"a", "thin"}), "ladder", "collectors")
    assert alone.others is None


@pytest.mark.parametrize(
    ("n", "visibility"),
    [(29, Visibility.HIDDEN), (30, Visibility.CAUTION), (99, Visibility.CAUTION), (100, "full")],
)
def test_few_answers_are_hidden_or_shown_with_caution(n: int, visibility: str) -> None:
    """The rules on the number of people known hold for each class; a hidden one has no figure."""
    findings = found(answered(CHECKLIST, [("a", {})] * n), CHECKLIST)
    for each in findings.shares():
        assert each.visibility == visibility
        figures = (each.n, each.share, each.lower, each.upper, each.others, each.highest)
        if visibility == Visibility.HIDDEN:
            assert figures == (None,) * 6
        else:
            assert (each.n, each.share) == (n, 0 if each.id not in {NONE, "inactives"} else 1)
    assert all(each.hidden == (n < 30) for each in findings.typologies)


def test_stricter_rules_hide_more() -> None:
    """A raised threshold hides what would have been shown, of the reader and of the others."""
    people = [*[("a", {})] * 60, *[("b", {})] * 40]
    dataset = answered(CHECKLIST, people)
    strict = ReportingRules(hidden_below=50)
    of = share(found(dataset, CHECKLIST, rules=strict), "ladder", "creators")
    assert (of.share, of.others) == (0, None)
    other = found(dataset, CHECKLIST, "b", rules=strict)
    assert share(other, "ladder", "creators").visibility is Visibility.HIDDEN


def test_only_those_that_screening_kept_count() -> None:
    """Interviews that were set aside change nothing."""
    people = [*[("a", {})] * 50, *[("a", {"act_save": 5})] * 50]
    dataset = answered(CHECKLIST, people)
    kept = np.arange(100) < 50
    of = share(found(dataset, CHECKLIST, kept=kept), "ladder", "collectors")
    assert (of.n, of.share) == (50, 0)


def test_good_and_bad_feeling_stand_apart() -> None:
    """Both are told of the same people, the overlap too, and nothing is netted."""
    good = {"pos_mind": 7, "pos_feel": 6, "pos_act": 5}
    bad = {"neg_mind": 7, "neg_feel": 6, "neg_act": 5}
    people = [
        *[("a", good)] * 30,
        *[("a", {**good, **bad})] * 20,
        *[("a", bad)] * 10,
        *[("a", {})] * 40,
        *[("b", bad)] * 50,
    ]
    valence = found(answered(VALENCE, people), VALENCE).valence
    told = [(each.id, each.name, each.share, each.others) for each in valence.rows]
    assert told == [
        ("positive_engagement", "Positive engagement", 0.5, 0),
        ("negative_engagement", "Negative engagement", 0.3, 1),
        (BOTH, "", 0.2, 0),
    ]


def test_the_middle_of_the_scale_is_neither_for_nor_against() -> None:
    """Whoever answers the middle throughout counts on no side."""
    valence = found(answered(VALENCE, [("a", {})] * 40, rest=4), VALENCE).valence
    assert [each.share for each in valence.rows] == [0, 0, 0]


def test_nothing_is_found_where_nothing_was_asked() -> None:
    """No checklist, or one that nobody answered a single item of, leads to no finding."""
    core = CHECKLIST[:1]
    assert found(answered(core, [("a", {})] * 50), core) is None
    silent = answered(CHECKLIST, [("a", {})] * 50)
    answers = silent.answers.copy()
    answers[:, 10:] = MISSING
    assert found(replace(silent, answers=answers), CHECKLIST) is None
    # A questionnaire that is named but whose items are not in the data was not asked either.
    assert found(answered(core, [("a", {})] * 50), [*core, shipped("engagement_levels")]) is None


def test_a_brand_without_answers_is_hidden() -> None:
    """Nobody asked about a brand: the finding is there, without a figure."""
    findings = found(answered(CHECKLIST, [("b", {})] * 50), CHECKLIST, "a")
    assert all(each.visibility is Visibility.HIDDEN for each in findings.shares())


@pytest.mark.parametrize(
    ("language", "name", "answer"),
    [
        ("ru", "Лестница участия", "Каждый месяц"),
        ("de", "Leiter der Teilnahme", "Jeden Monat"),
        ("zh", "参与阶梯", "每月"),
        ("fr", "Échelle de participation", "Chaque mois"),
        ("pt", "Ladder of participation", "Every month"),
    ],
)
def test_names_and_answers_are_in_the_readers_language(
    language: str, name: str, answer: str
) -> None:
    """Where the questionnaire is not worded in it, English stands there."""
    findings = found(answered(CHECKLIST, [("a", {})] * 50), CHECKLIST, language=language)
    ladder = typology(findings, "ladder")
    assert (ladder.name, ladder.counted_from) == (name, answer)
    assert all(each.meaning for each in ladder.classes)


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_counting_all_brands_at_once_is_counting_each(seed: int, missing: float) -> None:
    """Each share is that of `classify` over the brand's own people, with any answers left open."""
    rng = np.random.default_rng(seed)
    items = items_asked(CHECKLIST)
    answers = rng.integers(1, 6, (120, len(items)))
    answers[rng.random(answers.shape) < missing] = MISSING
    brand = rng.choice(["a", "b", "c"], 120)
    dataset = Dataset.build(answers, items, scoring_keys(CHECKLIST), brand=brand)
    kept = rng.random(120) < 0.9
    behaviours = Behaviours(dataset, kept, CHECKLIST)
    for code in "abc":
        findings = behaviours.findings(code, compared="abc", rules=ReportingRules(), language="en")
        assert findings is not None
        rows = dataset.numeric(items)[kept & (brand == code)]
        for asked in CHECKLIST[1].typologies:
            classes = [
                TypologyClass(each.id, each.items, each.at_least)
                for each in asked.classes
                if each.rule == "any"
            ]
            alone = classify(rows, classes, items=items, kind=asked.kind)
            for each in classes:
                known, told = alone.share(each.id), share(findings, asked.id, each.id)
                if told.visibility is not Visibility.HIDDEN:
                    assert (told.n, told.share) == (known.n, known.share)
            for row in alone.highest_shares:
                told = share(findings, asked.id, row.id)
                if told.highest is not None:
                    assert told.highest == pytest.approx(row.share.share)
