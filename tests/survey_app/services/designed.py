"""Studies whose questionnaire branches, repeats itself for several brands and asks for words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from instruments.load import shipped
from instruments.plain import from_plain
from survey_app.domain.questionnaire import Design, plain_design
from survey_app.domain.study import Brand
from survey_app.domain.user import Role, User
from survey_app.services.collect import Collector
from survey_app.services.study import create_study, open_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from instruments.model import Instrument
    from survey_app.domain.position import Position
    from survey_app.domain.questionnaire import Answer
    from survey_app.domain.study import Study
    from survey_app.storage.database import Database

BRANDS = ("north", "south", "east", "west")
SATISFACTION = shipped("satisfaction")
CORE = shipped("core_engagement")


def own_questions() -> Instrument:
    """A choice about the person, and a text that repeats it."""
    return from_plain(
        {
            "id": "own",
            "version": "1.0",
            "name": {"en": "Own questions"},
            "languages": ["en"],
            "citation": {"text": "Own.", "doi": None},
            "licence": "Own.",
            "wording": "project",
            "formats": {
                "where": {
                    "kind": "choice",
                    "minimum": 1,
                    "maximum": 3,
                    "labels": {"en": {"1": "In a shop", "2": "On the web", "3": "<Nowhere>"}},
                },
                "words": {"kind": "text", "minimum": 0, "maximum": 200},
            },
            "scales": [
                {
                    "id": "about_you",
                    "name": {"en": "You"},
                    "format": "where",
                    "kind": "background",
                    "items": [
                        {"id": "buys", "topic": "where", "text": {"en": "Where do you buy?"}}
                    ],
                },
                {
                    "id": "wish",
                    "name": {"en": "Wish"},
                    "format": "words",
                    "kind": "open",
                    "items": [
                        {
                            "id": "change",
                            "topic": "change",
                            "text": {
                                "en": "You buy here: {answer:buys}. What should {brand} change?"
                            },
                        }
                    ],
                },
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class Designed:
    """A study that takes answers."""

    database: Database
    collector: Collector
    study_key: str

    def start(self, start_id: str = "first-start", brand: str = "") -> str:
        """Start an interview; its key."""
        return self.collector.start(
            self.study_key, start_id=start_id, brand_code=brand, language="en"
        ).interview_key

    def answer(self, key: str, answers: Mapping[str, Answer] | None = None) -> Position:
        """Answer the page that comes next: `answers`, and 5 (1 for marks of brands: none) to
        everything else that takes a number."""
        position = self.collector.position(key)
        page = position.page
        given: dict[str, Answer] = {
            question: _usual(page, question) for question in page.questions
        } | dict(answers or {})
        return self.collector.save_page(
            key,
            page.number,
            submission_id=f"submission-{page.number}",
            answers={question: given[question] for question in page.questions},
            item_order=page.questions,
            seconds=5.0,
        )

    def change(self, change: Any) -> None:
        """Change the study in the database."""
        with self.database.writing() as unit:
            study = unit.studies.by_key(self.study_key)
            assert study is not None
            change(study)
            unit.commit()


def _usual(page: Any, question: str) -> Answer:
    if page.scale is None:
        return 0
    form = page.scale.format
    return None if form.in_words else min(5, form.maximum)


def designed_study(
    database: Database,
    design: Design,
    instruments: tuple[Instrument, ...],
    *,
    start: Any = open_study,
    **changes: Any,
) -> Designed:
    """A study with a design, started."""
    with database.writing() as unit:
        owner = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study: Study = create_study(
            unit,
            owner=owner,
            title="Designed",
            instruments=list(instruments),
            languages=["en"],
            brands=[Brand(code, {"en": code.title()}) for code in BRANDS],
            consent={"en": "Do you agree?"},
        )
        study.design = plain_design(design)
        for name, value in changes.items():
            setattr(study, name, value)
        start(study)
        unit.commit()
        return Designed(database, Collector(database), study.key)
