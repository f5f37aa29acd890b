"""Interviews whose scale is asked adaptively: fewer pages, the right ones, for each brand anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from instruments.plain import from_plain
from psychometrics.irt.adaptive import AdaptiveTest
from psychometrics.irt.calibration import CalibratedItem, Calibration
from survey_app.domain.questionnaire import Block, BrandQuestion, Design
from survey_app.services.calibration import adaptive_rules, rules_faults
from survey_app.services.dataset import answers_of
from survey_app.services.short_form_results import adaptive_results
from tests.survey_app.services.designed import BRANDS, Designed, designed_study

if TYPE_CHECKING:
    from instruments.model import Instrument
    from survey_app.storage.database import Database

ITEMS = tuple(f"m{number}" for number in range(1, 7))
CALIBRATION = Calibration(
    scale="mood",
    items=tuple(
        CalibratedItem(
            item, 1.3 + 0.3 * place, (-1.2, -0.4, 0.3, 1.1), (1, 2, 3, 4, 5), item == "m2"
        )
        for place, item in enumerate(ITEMS)
    ),
    minimum=1,
    maximum=5,
    n=800,
    source="made up",
    method="by hand",
)
RULES = adaptive_rules(CALIBRATION, standard_error=0.45)
TEST = AdaptiveTest(CALIBRATION, 0.45)
DESIGN = Design(
    (Block("mood", "mood"),),
    brand_question=BrandQuestion.KNOWN,
    most_brands=2,
    adaptive={"mood": RULES},
)


def mood() -> Instrument:
    """One scale of six items, one of them keyed the other way."""
    return from_plain(
        {
            "id": "mood",
            "version": "1.0",
            "name": {"en": "Mood"},
            "languages": ["en"],
            "citation": {"text": "Own.", "doi": None},
            "licence": "Own.",
            "wording": "project",
            "formats": {
                "five": {
                    "kind": "agreement",
                    "minimum": 1,
                    "maximum": 5,
                    "labels": {"en": {str(point): f"Point {point}" for point in range(1, 6)}},
                }
            },
            "scales": [
                {
                    "id": "mood",
                    "name": {"en": "Mood"},
                    "format": "five",
                    "reversed": ["m2"],
                    "items": [
                        {"id": item, "topic": item, "text": {"en": f"Statement {item}"}}
                        for item in ITEMS
                    ],
                }
            ],
        }
    )


def asked_about_one_brand(study: Designed, key: str, answers: dict[str, int | None]) -> list[str]:
    """Answer until the brand changes or the interview ends; the items in the order asked."""
    asked: list[str] = []
    slot = study.collector.position(key).page.slot
    while True:
        position = study.collector.position(key)
        if position.finished or position.page.slot != slot:
            return asked
        (item,) = position.page.questions
        asked.append(item)
        study.answer(key, {item: answers[item]})


def wanted(answers: dict[str, int | None]) -> list[str]:
    """The items that the adaptive test itself asks somebody with these answers."""
    told: dict[str, int | None] = {}
    while (item := TEST.next_item(told)) is not None:
        told[item] = answers[item]
    return list(told)


def test_each_brand_is_asked_until_it_is_known(database: Database) -> None:
    """For each brand the items that the test asks, in its order; the answers become its result."""
    study = designed_study(database, DESIGN, (mood(),))
    key = study.start()
    study.answer(key, {f"brand.{code}": int(code in ("north", "west")) for code in BRANDS})
    middle: dict[str, int | None] = dict.fromkeys(ITEMS, 3)
    ends: dict[str, int | None] = {**dict.fromkeys(ITEMS, 5), "m2": 1, "m6": None}
    assert asked_about_one_brand(study, key, middle) == wanted(middle)
    assert len(wanted(middle)) < len(wanted(ends))
    assert asked_about_one_brand(study, key, ends) == wanted(ends)
    assert study.collector.position(key).finished
    with database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        dataset = answers_of(unit, found).dataset
    assert rules_faults(RULES, dataset.key("mood")) == []
    result = adaptive_results(dataset, {"mood": RULES})["mood"]
    alone = [
        TEST.estimate({item: answers[item] for item in wanted(answers)})
        for answers in (middle, ends)
    ]
    assert result.persons.score.tolist() == pytest.approx([each.score for each in alone])
    assert result.n == 2
    assert result.mean_answered == (alone[0].answered + alone[1].answered) / 2


def test_a_changed_answer_changes_what_follows(database: Database) -> None:
    """Going back and answering otherwise leads on by the new answer; nothing is asked twice."""
    one_brand = Design((Block("mood", "mood"),), adaptive={"mood": RULES})
    study = designed_study(database, one_brand, (mood(),))
    key = study.start(brand="north")
    first = study.collector.position(key).page
    (item,) = first.questions
    study.answer(key, {item: 3})
    followed = study.collector.position(key).page.questions[0]
    assert followed == TEST.next_item({item: 3})
    study.collector.save_page(
        key,
        first.number,
        submission_id="changed-mind",
        answers={item: None},
        item_order=[item],
        seconds=1.0,
    )
    told: dict[str, int | None] = {item: None}
    while not (position := study.collector.position(key)).finished:
        (now_asked,) = position.page.questions
        assert now_asked == TEST.next_item(told)
        assert now_asked not in told
        told[now_asked] = 4
        study.answer(key, {now_asked: 4})
    assert TEST.next_item(told) is None
