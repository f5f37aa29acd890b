"""Branches, several brands, quotas, pilots and field periods, as answers arrive."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from psychometrics.dataset import MISSING
from survey_app.domain.interview import Disposition
from survey_app.domain.questionnaire import Block, BrandQuestion, Condition, Design, Quota
from survey_app.domain.study import Mode, Wave, now
from survey_app.services.collect import AnswerRefused, StudyClosed
from survey_app.services.dataset import answers_of
from tests.survey_app.services.designed import (
    BRANDS,
    CORE,
    SATISFACTION,
    designed_study,
    own_questions,
)

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.services.dataset import StudyAnswers
    from survey_app.storage.database import Database
    from tests.survey_app.services.designed import Designed

YOU = Block("you", "own", about="person", scales=("about_you",))
CORE_BLOCK = Block("core", "core_engagement", scales=("cognitive",))
WISH = Block("wish", "own", scales=("wish",), shown_if=(Condition("buys", frozenset({2})),))
SEVERAL = Design((YOU, CORE_BLOCK, WISH), brand_question=BrandQuestion.KNOWN, most_brands=2)


def _marks(*known: str) -> dict[str, int]:
    return {f"brand.{code}": int(code in known) for code in BRANDS}


def _answers(study: Designed, *, pilot: bool = False) -> StudyAnswers:
    with study.database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
        return answers_of(unit, found, pilot=pilot)


def test_several_brands_become_rows_of_one_cluster(database: Database) -> None:
    """The brands known are asked about one after the other, and each has its row of answers."""
    study = designed_study(database, SEVERAL, (CORE, own_questions()))
    key = study.start()
    study.answer(key, _marks("north", "west"))
    study.answer(key, {"buys": 2})
    asked = [brand.code for brand in study.collector.position(key).brands]
    assert sorted(asked) == ["north", "west"]
    study.answer(key, dict.fromkeys(("cog1", "cog2", "cog3"), 3))
    study.answer(key, {"change": "more =light"})
    study.answer(key, dict.fromkeys(("cog1", "cog2", "cog3"), 6))
    assert study.answer(key, {"change": None}).finished
    found = _answers(study)
    assert found.dataset.brand.tolist() == asked
    columns = found.dataset.columns(["cog1", "buys"])
    assert found.dataset.answers[:, columns].tolist() == [[3, 2], [6, 2]]
    assert found.texts["change"] == ["more =light", ""]
    assert found.dataset.background["buys"].tolist() == ["On the web"] * 2
    assert found.dataset.cluster is not None
    assert len(set(found.dataset.cluster.tolist())) == 1
    assert found.dataset.seconds.sum() == pytest.approx(30.0)


def test_a_branch_follows_the_answers(database: Database) -> None:
    """A block whose condition does not hold is not shown; it comes when the answer changes."""
    study = designed_study(database, Design((YOU, CORE_BLOCK, WISH)), (CORE, own_questions()))
    key = study.start(brand="north")
    study.answer(key, {"buys": 1})
    assert [page.number for page in study.collector.position(key).route] == [1, 2]
    assert not study.collector.position(key).may_show(3)
    study.collector.save_page(
        key, 1, submission_id="changed-mind", answers={"buys": 2}, item_order=["buys"], seconds=1.0
    )
    assert not study.answer(key).finished
    assert study.collector.position(key).page_number == 3
    assert study.answer(key, {"change": "nothing"}).finished


def test_answers_of_a_branch_left_stay_with_the_interview(database: Database) -> None:
    """Whoever goes back and leaves a branch finishes without it; what was written is kept."""
    study = designed_study(database, Design((YOU, WISH, CORE_BLOCK)), (CORE, own_questions()))
    key = study.start(brand="north")
    study.answer(key, {"buys": 2})
    study.answer(key, {"change": "kept"})
    study.collector.save_page(
        key, 1, submission_id="changed-mind", answers={"buys": 1}, item_order=["buys"], seconds=1.0
    )
    assert study.answer(key).finished
    assert _answers(study).texts["change"] == ["kept"]


def test_brands_are_drawn_where_answers_are_fewest(database: Database) -> None:
    """Over many respondents who know all brands each is asked about equally often."""
    study = designed_study(database, SEVERAL, (CORE, own_questions()))
    drawn: Counter[str] = Counter()
    for number in range(20):
        key = study.start(f"start-number-{number}")
        study.answer(key, _marks(*BRANDS))
        drawn.update(brand.code for brand in study.collector.position(key).brands)
    assert set(drawn.values()) == {10}


def test_whoever_knows_no_brand_is_thanked(database: Database) -> None:
    """No mark ends the interview as not eligible; nothing more is asked."""
    study = designed_study(database, SEVERAL, (CORE, own_questions()))
    key = study.start()
    position = study.answer(key, _marks())
    assert (position.finished, position.disposition) == (True, Disposition.SCREENED_OUT_INELIGIBLE)
    assert _answers(study).dataset.disposition.tolist() == ["screened_out_ineligible"]


def test_a_full_quota_ends_interviews_that_enter_it(database: Database) -> None:
    """After the limit, an answer that leads into the quota ends the interview; others go on."""
    quota = Quota("shops", "Shoppers", 1, (Condition("buys", frozenset({1})),))
    design = Design((YOU, CORE_BLOCK), quotas=(quota,))
    study = designed_study(database, design, (CORE, own_questions()))
    first, begun = study.start("start-first", "north"), study.start("start-begun", "north")
    study.answer(begun, {"buys": 1})
    study.answer(first, {"buys": 1})
    assert study.answer(first).disposition is Disposition.COMPLETE
    turned_away, other = study.start("start-third", "north"), study.start("start-other", "north")
    assert study.answer(turned_away, {"buys": 1}).disposition is Disposition.QUOTA_FULL
    assert not study.answer(other, {"buys": 2}).finished
    assert study.answer(begun).disposition is Disposition.COMPLETE


def test_a_brand_whose_quota_is_full_is_not_drawn(database: Database) -> None:
    """Of two brands known, only the one that still needs answers is asked about."""
    quota = Quota("north", "North", 0, (Condition("brand", frozenset({"north"})),))
    design = Design(
        (CORE_BLOCK,), brand_question=BrandQuestion.USED, most_brands=2, quotas=(quota,)
    )
    study = designed_study(database, design, (CORE,))
    key = study.start()
    study.answer(key, _marks("north", "south"))
    assert [brand.code for brand in study.collector.position(key).brands] == ["south"]
    alone = study.start("start-alone")
    assert study.answer(alone, _marks("north")).disposition is Disposition.QUOTA_FULL


def test_pilot_answers_stay_apart(database: Database) -> None:
    """What is answered in a pilot is in no real dataset, and its interviews end with it."""
    study = designed_study(
        database, Design((CORE_BLOCK,)), (CORE,), start=lambda study: study.pilot()
    )
    done, begun = study.start("start-done", "north"), study.start("start-begun", "north")
    assert study.answer(done).finished
    assert _answers(study).dataset.n == 0
    assert _answers(study, pilot=True).dataset.n == 2

    def open_now(found: Study) -> None:
        found.end_pilot()
        found.open(now().date())

    study.change(open_now)
    with pytest.raises(StudyClosed):
        study.answer(begun)
    real = study.start("start-real", "north")
    assert study.answer(real).finished
    found = _answers(study)
    assert (found.dataset.n, found.version) == (1, [2])


def test_answers_go_to_the_wave_in_the_field(database: Database) -> None:
    """Between field periods nothing begins; an interview begun in time has an hour to end."""
    study = designed_study(database, Design((CORE_BLOCK,)), (CORE,))
    moment = now()

    def periods(found: Study) -> None:
        found.waves[0].closes_at = moment - timedelta(minutes=30)
        found.waves.append(Wave("2", "Wave 2", 2, opens_at=moment + timedelta(days=1)))

    in_time = study.start("start-in-time", "north")
    study.change(periods)
    opened = study.collector.study(study.study_key)
    assert opened is not None
    assert not opened.is_open
    with pytest.raises(StudyClosed):
        study.start("start-late", "north")
    assert study.answer(in_time).finished

    def begin_second(found: Study) -> None:
        found.waves[0].closes_at = moment - timedelta(hours=2)
        found.waves[1].opens_at = moment - timedelta(minutes=1)

    study.change(begin_second)
    assert study.answer(study.start("start-second", "north")).finished
    assert sorted(_answers(study).dataset.wave.tolist()) == ["1", "2"]


def test_an_interview_is_refused_an_hour_after_its_wave(database: Database) -> None:
    """Later than that nothing is taken, and nothing that was kept is touched."""
    study = designed_study(database, Design((YOU, CORE_BLOCK)), (CORE, own_questions()))
    key = study.start(brand="north")
    study.answer(key, {"buys": 1})

    def long_over(found: Study) -> None:
        found.waves[0].closes_at = now() - timedelta(hours=2)

    study.change(long_over)
    assert study.collector.position(key).closed
    with pytest.raises(StudyClosed):
        study.answer(key)
    data = _answers(study).dataset
    assert data.answers[0, data.columns(["buys", "cog1"])].tolist() == [1, MISSING]


def test_interviews_keep_to_their_version(database: Database) -> None:
    """A version launched meanwhile is asked of those who begin; others end as they began."""
    study = designed_study(database, Design((CORE_BLOCK,)), (CORE, SATISFACTION))
    before = study.start("start-before", "north")

    def ask_more(found: Study) -> None:
        found.design["blocks"].append(
            {**found.design["blocks"][0], "id": "sat", "instrument": "satisfaction", "scales": []}
        )
        found.design = dict(found.design)
        found._launch(pilot=False, reason="Satisfaction as well")

    study.change(ask_more)
    after = study.start("start-after", "north")
    assert study.answer(before).finished
    assert not study.answer(after).finished
    assert study.answer(after).finished
    assert sorted(_answers(study).version) == [1, 2]


def test_only_days_are_kept_of_anonymous_interviews(database: Database) -> None:
    """No moment finer than a day stands beside an answer, unless persons are followed up."""
    anonymous = designed_study(database, Design((CORE_BLOCK,)), (CORE,))
    assert anonymous.answer(anonymous.start(brand="north")).finished
    with database.engine.connect() as connection:
        moments = connection.exec_driver_sql(
            "SELECT started_at, finished_at, saved_at FROM interview "
            "JOIN page_answers ON interview_id = interview.id"
        ).one()
    assert all("00:00:00" in str(moment) for moment in moments)


def test_pseudonymous_interviews_keep_their_moments(database: Database) -> None:
    """Where a person is followed up, the moments are kept to the second."""
    study = designed_study(database, Design((CORE_BLOCK,)), (CORE,), mode=Mode.PSEUDONYMOUS)
    begun = now()
    study.answer(study.start(brand="north"))
    with database.reading() as unit:
        found = unit.studies.by_key(study.study_key)
        assert found is not None
    with database.engine.connect() as connection:
        moment = str(connection.exec_driver_sql("SELECT started_at FROM interview").scalar())
    assert moment[:13] in {str(begun)[:13], str(now())[:13]}


@pytest.mark.parametrize("answer", [2, "1", True, 1.0])
def test_a_mark_is_made_or_not(sqlite_database: Database, answer: object) -> None:
    """Anything but one or nought is no mark of a brand."""
    study = designed_study(sqlite_database, SEVERAL, (CORE, own_questions()))
    key = study.start()
    with pytest.raises(AnswerRefused):
        study.answer(key, {"brand.north": answer})  # type: ignore[dict-item]


def test_a_text_is_refused_beyond_its_length(sqlite_database: Database) -> None:
    """Nothing is cut: a text that is too long is not taken, one of the full length is."""
    study = designed_study(sqlite_database, Design((YOU, WISH)), (own_questions(), CORE))
    key = study.start(brand="north")
    study.answer(key, {"buys": 2})
    with pytest.raises(AnswerRefused):
        study.answer(key, {"change": "x" * 201})
    assert study.answer(key, {"change": "ж" * 200}).finished
