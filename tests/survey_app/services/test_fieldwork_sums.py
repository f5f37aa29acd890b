"""The sums of fieldwork always say what the interviews themselves say."""

from __future__ import annotations

import itertools
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from psychometrics.dataset import MISSING, Dataset
from survey_app.domain.interview import Disposition
from survey_app.domain.questionnaire import Block, BrandQuestion, Condition, Design, Quota
from survey_app.domain.scoring_keys import items_asked, scoring_keys
from survey_app.services.collect import LinkMissing, PageNotReached
from survey_app.services.dataset_import import import_dataset
from survey_app.services.fieldwork_sums import recount, recount_all_due, sums_following, sums_of
from survey_app.services.paper_entry import enter_first, enter_second
from survey_app.services.study import instruments_of
from survey_app.storage.tables import interview, tally
from survey_app.storage.tallies import sum_count
from tests.survey_app.services.designed import BRANDS, CORE, designed_study, own_questions

if TYPE_CHECKING:
    from survey_app.storage.database import Database
    from survey_app.storage.tallies import Sums
    from tests.survey_app.services.designed import Designed

YOU = Block("you", "own", about="person", scales=("about_you",))
COGNITIVE = Block("core", "core_engagement", scales=("cognitive",))
EVERYTHING = Block("all", "core_engagement")
WISH = Block("wish", "own", scales=("wish",), shown_if=(Condition("buys", frozenset({2})),))
SHOPPERS = Quota("shops", "Shoppers", 20, (Condition("buys", frozenset({1})),))
NORTH = Quota("north", "North", 4, (Condition("brand", frozenset({"north"})),))
DESIGNS = {
    "branches": Design((YOU, EVERYTHING, WISH), quotas=(SHOPPERS,)),
    "brands": Design(
        (YOU, COGNITIVE, WISH),
        brand_question=BrandQuestion.KNOWN,
        most_brands=2,
        quotas=(NORTH, SHOPPERS),
    ),
}


def both(study: Designed) -> tuple[Sums, Sums]:
    """The sums that are kept, and those that the interviews give."""
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        kept, counted = unit.tallies.all_of(found.id or 0), sums_of(unit, found)
        return kept, counted


@st.composite
def events(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """What respondents do, one after the other: start, answer a page, go back, end, send again."""
    one = st.one_of(
        st.tuples(st.just("start"), st.sampled_from(BRANDS), st.sampled_from(["web", "paper"])),
        st.tuples(
            st.just("answer"),
            st.integers(0, 5),
            st.integers(0, 2),
            st.integers(0, 2**16),
            st.booleans(),
            st.sampled_from([None, 0.5, 20.0, 300.0]),
        ),
    )
    rest = st.tuples(st.just("answer_the_rest"), st.integers(0, 5), st.integers(0, 2**16))
    return draw(st.lists(st.one_of(one, rest), min_size=5, max_size=30))


def _value(page: Any, question: str, seed: int) -> int | str | None:
    # The same answer to everything now and then: a long string.
    drawn = seed if seed % 3 == 0 else zlib.crc32(f"{page.number} {question} {seed}".encode())
    if page.scale is None:
        return drawn % 2
    form = page.scale.format
    if drawn % 11 == 0:
        return None
    return "so" if form.in_words else form.minimum + drawn % (form.maximum - form.minimum + 1)


class _Respondents:
    """Those who answer one study."""

    def __init__(self, study: Designed, number: int) -> None:
        self._study, self._number = study, number
        self._keys: list[str] = []
        self._sent = 0

    def do(self, what: str, *how: Any) -> None:
        getattr(self, f"_{what}")(*how)

    def _start(self, brand: str, channel: str) -> None:
        key = self._study.collector.start(
            self._study.study_key,
            start_id=f"start-{self._number}-{len(self._keys):05}",
            brand_code=brand,
            language="en",
            channel=channel,
        ).interview_key
        self._keys.append(key)

    def _answer(self, who: int, back: int, seed: int, finish: bool, seconds: float | None) -> None:
        if not self._keys:
            return
        key = self._keys[who % len(self._keys)]
        position = self._study.collector.position(key)
        page = position.study.page(max(1, position.page_number - back))
        self._sent += 1
        send = partial(
            self._study.collector.save_page,
            key,
            page.number,
            submission_id=f"submission-{self._sent - seed % 2}",
            answers={question: _value(page, question, seed) for question in page.questions},
            item_order=page.questions,
            seconds=seconds,
            finish=finish,
        )
        try:
            send()
        except PageNotReached:
            assert back

    def _answer_the_rest(self, who: int, seed: int) -> None:
        for step in range(8):
            self._answer(who, 0, seed + step, True, 7.5)


@pytest.mark.parametrize("design", DESIGNS)
def test_sums_equal_a_recount_whatever_happens(database: Database, design: str) -> None:
    """After any sequence of starts, pages, ways back, double sendings and ends, every sum is what
    the interviews say when they are counted one by one."""
    study = designed_study(database, DESIGNS[design], (CORE, own_questions()))
    numbers = itertools.count()

    @settings(max_examples=8, deadline=None)
    @given(happened=events())
    def check(happened: list[tuple[Any, ...]]) -> None:
        respondents = _Respondents(study, next(numbers))
        for event in happened:
            respondents.do(*event)
        kept, counted = both(study)
        assert kept == counted

    check()
    kinds = {kind for (_, _, kind, _), n in both(study)[0].items()}
    assert kinds >= {"begun", "started", "moved", "ended", "completed", "timed", "quota"}


def answered_study(database: Database) -> Designed:
    """A study with two complete interviews, one that was begun and one that stopped."""
    study = designed_study(database, DESIGNS["branches"], (CORE, own_questions()))
    for number in range(4):
        key = study.start(f"start-number-{number}", BRANDS[number])
        for _ in range((5, 5, 0, 2)[number]):
            if not study.collector.position(key).finished:
                on_page = study.collector.position(key).page.questions
                study.answer(key, {"buys": 1 + bool(number)} if "buys" in on_page else None)
    return study


def test_imported_answers_are_in_the_sums(database: Database) -> None:
    """What a file brings is counted with it: complete, partial, screened out, in two waves."""
    study = answered_study(database)
    rng = np.random.default_rng(5)
    with database.writing() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        instruments = instruments_of(found)
        items = items_asked(instruments)
        answers = rng.integers(1, 4, (60, len(items)))
        answers[rng.random(answers.shape) < 0.2] = MISSING
        answers[0] = MISSING
        data = Dataset.build(
            answers,
            items,
            scoring_keys(instruments),
            respondent=[f"R{number}" for number in range(60)],
            brand=rng.choice([*BRANDS, ""], 60),
            wave=["1"] * 60,
            language=["en"] * 60,
            channel=["import"] * 60,
            disposition=rng.choice(["complete", "partial", "refused"], 60),
            seconds=np.where(rng.random(60) < 0.2, np.nan, rng.uniform(1, 900, 60)),
            instructed=rng.choice([0.0, 1.0, np.nan], 60),
        )
        import_dataset(unit, found, data)
        unit.commit()
    kept, counted = both(study)
    assert kept == counted
    assert sum(n for (_, _, kind, _), n in kept.items() if kind == "started") == 64


@pytest.mark.parametrize("design", DESIGNS)
def test_papers_are_in_the_sums(database: Database, design: str) -> None:
    """A paper that was typed in twice is counted like any other interview, but by no page."""
    study = designed_study(database, DESIGNS[design], (CORE, own_questions()))
    asked = study.collector.study(study.study_key)
    assert asked is not None
    answers = {
        question: _value(page, question, 2)
        for page in asked.pages
        if page.scale is not None and page.slot <= 1
        for question in page.questions
    } | {"buys": 2}
    with database.writing() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        typed: dict[str, Any] = {"answers": answers, "user_id": found.owner_id or 0}
        sheet = enter_first(
            unit,
            found,
            asked,
            serial="17",
            wave=found.waves[0],
            brand=asked.brands[0],
            language="en",
            form_id="first-form",
            **typed,
        )
        unit.flush()
        assert enter_second(unit, found, asked, sheet, form_id="second-form", **typed)
        unit.commit()
    kept, counted = both(study)
    assert kept == counted
    assert kept[1, False, "came", "en|paper"] == kept[1, False, "completed", "north"] == 1


def test_an_interview_that_may_not_end_is_in_the_sums(database: Database) -> None:
    """Whoever came by a link of their own and sends the last page from elsewhere has answered all
    pages and is not finished: counted as begun, and as waiting at no page."""
    study = designed_study(database, DESIGNS["branches"], (CORE, own_questions()))
    key = study.collector.start(
        study.study_key,
        start_id="first-start",
        brand_code="north",
        language="en",
        channel="invitation",
    ).interview_key
    for _ in range(3):
        study.answer(key)
    with pytest.raises(LinkMissing):
        study.answer(key)
    kept, counted = both(study)
    assert kept == counted
    assert not any(kind in ("ended", "finished") for _, _, kind, _ in kept)
    assert sum(n for (_, _, _, code), n in kept.items() if code.endswith(">0")) == 1


def test_sums_follow_what_is_taken_out(database: Database) -> None:
    """An interview that is deleted leaves every sum; one that is withdrawn is counted as that."""
    study = answered_study(database)
    with database.writing() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        first, last = next(unit.interviews.stretches(found.id or 0, 100))
        with sums_following(unit, found, [first, last]):
            session = unit._session
            session.execute(
                update(interview)
                .where(interview.c.id == first)
                .values(disposition=Disposition.WITHDRAWN)
            )
            session.execute(delete(interview).where(interview.c.id == last))
        unit.commit()
    kept, counted = both(study)
    assert kept == counted
    assert sum(n for (_, _, kind, _), n in kept.items() if kind == "begun") == 2
    assert sum(n for (_, _, kind, _), n in kept.items() if kind == "withdrawn") == 1


def test_a_recount_mends_sums_and_keeps_what_comes_meanwhile(database: Database) -> None:
    """Sums that were lost or wrong are set right; a second recount finds nothing to mend."""
    study = answered_study(database)
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(delete(tally).where(tally.c.kind == "moved"))
        connection.execute(update(tally).where(tally.c.kind == "started").values(n=tally.c.n + 3))
    with database.reading() as unit:
        study_id = unit.studies.all()[0].id or 0
    assert recount(database, study_id) > 0
    kept, counted = both(study)
    assert kept == counted
    assert recount(database, study_id) == 0


def test_answers_older_than_the_sums_are_counted_once(database: Database) -> None:
    """After an upgrade the studies that the sums know nothing of are counted, each once."""
    study = answered_study(database)
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(delete(tally))
        connection.execute(insert(sum_count), {"study_id": 1, "recounts": 0})
    assert recount_all_due(database) == 1
    assert recount_all_due(database) == 0
    kept, counted = both(study)
    assert kept == counted
    assert kept
