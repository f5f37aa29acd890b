"""Schedules, what is due, who receives what, and the mail itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from survey_app.config import Config
from survey_app.domain.delivery import Claim, Delivery, DeliveryError, DeliveryState
from survey_app.domain.job import Job
from survey_app.domain.schedule import Occasion, Paper, ScheduleError
from survey_app.domain.study import Brand, Wave, new_key, now
from survey_app.domain.user import Role, User
from survey_app.services.delivery_mail import (
    WORDING,
    Letter,
    Unsubscription,
    read_unsubscribe_token,
    scorecard_mail,
    unsubscribe_token,
)
from survey_app.services.delivery_queue import (
    Sending,
    is_anything_due,
    queue_due,
    recipients,
    send_now,
)
from survey_app.services.delivery_schedules import (
    Wish,
    add_schedule,
    delete_schedule,
    own_schedule,
    pause_schedule,
    resume_schedule,
    unsubscribe,
)
from survey_app.services.delivery_scorecard import MailedScorecard
from survey_app.services.delivery_send import claim
from survey_app.services.mail_tokens import NoSuchToken
from survey_app.services.posting import give_up_lost, settle
from survey_app.services.study import create_study, open_study
from survey_app.storage.deliveries import delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.domain.study import Study
    from survey_app.exchange.mail import Mail
    from survey_app.storage.database import Database, UnitOfWork

CONFIG = Config(
    "sqlite://",
    "0123456789abcdef0123456789abcdef",
    "https://survey.example.org",
    smtp_url="smtp://mail.example.org",
    mail_from="Scorecards <scorecards@example.org>",
)
CLOSED = Wish(Occasion.WAVE_CLOSED, "UTC", "en")
MONTHLY = Wish(Occasion.MONTHLY, "Europe/Berlin", "ru", day=3, hour=9)


@dataclass(frozen=True, slots=True)
class Cast:
    """People and the study, by name."""

    database: Database
    study_id: int
    ids: dict[str, int]

    def user(self, unit: UnitOfWork, name: str) -> User:
        """One of the people."""
        found = unit.users.by_id(self.ids[name])
        assert found is not None
        return found

    def study(self, unit: UnitOfWork) -> Study:
        """The study."""
        found = unit.studies.by_id(self.study_id)
        assert found is not None
        return found

    def schedule(self, name: str, wish: Wish = CLOSED) -> str:
        """The key of a new schedule."""
        with self.database.writing() as unit:
            made = add_schedule(unit, self.user(unit, name), self.study(unit), wish)
            unit.commit()
            return made.key

    def log(self) -> list[Delivery]:
        """Every delivery, the oldest first."""
        with self.database.reading() as unit:
            return [row.delivery for row in unit.deliveries.log(study_id=self.study_id)][::-1]

    def close(self) -> None:
        """Close the study's wave."""
        with self.database.writing() as unit:
            self.study(unit).close(now().date())
            unit.commit()

    def queue_due(self, moment: datetime) -> int:
        """What becomes due by a moment."""
        with self.database.reading() as unit:
            expected = is_anything_due(unit, moment)
        with self.database.writing() as unit:
            added = queue_due(unit, moment)
            unit.commit()
        assert expected or not added
        return added


@pytest.fixture
def cast(database: Database) -> Cast:
    """An open study of two brands in English and Russian with readers of either."""
    with database.writing() as unit:
        owner = User("owner@example.org", "Owner", Role.RESEARCHER, "none")
        admin = User("admin@example.org", "Admin", Role.ADMINISTRATOR, "none")
        unit.users.add(owner)
        unit.users.add(admin)
        unit.flush()
        names = {"en": "North & Co", "ru": "Север"}
        study = create_study(
            unit,
            owner=owner,
            title="Shops",
            instruments=["core_engagement"],
            languages=["en", "ru"],
            brands=[Brand("north", names), Brand("south", {"en": "South", "ru": "Юг"})],
            consent={"en": "Do you agree?", "ru": "Вы согласны?"},
        )
        open_study(study)
        unit.flush()
        north, south = (study.brand(code).id or 0 for code in ("north", "south"))
        readers = [
            User("both@example.org", "Both", Role.MANAGER, "none", brand_ids={north, south}),
            User("north@example.org", "North", Role.MANAGER, "none", brand_ids={north}),
            User("idle@example.org", "Idle", Role.MANAGER, "none"),
        ]
        for reader in readers:
            unit.users.add(reader)
        unit.flush()
        people = [owner, admin, *readers]
        unit.commit()
    return Cast(
        database, study.id or 0, {one.email.partition("@")[0]: one.id or 0 for one in people}
    )


def test_after_a_wave_each_brand_comes_once(cast: Cast) -> None:
    """When the wave closes a reader of two brands is due both, once, however often it is looked."""
    cast.schedule("both")
    moment = now()
    assert cast.queue_due(moment) == 0
    cast.close()
    assert cast.queue_due(moment) == 2
    assert cast.queue_due(moment) == 0
    assert [one.reason for one in cast.log()] == ["wave_closed"] * 2
    assert len({one.brand_id for one in cast.log()}) == 2


def test_monthly_comes_at_the_readers_hour(cast: Cast) -> None:
    """On the third at nine of Berlin, in the language and on the paper that were chosen."""
    with cast.database.reading() as unit:
        brand = cast.study(unit).brand("north").id
    cast.schedule("north", replace(MONTHLY, brand_id=brand, paper=Paper.LETTER, attach_pdf=False))
    with cast.database.reading() as unit:
        (schedule,) = unit.schedules.of_reader(cast.ids["north"])
    due = schedule.next_due_at
    assert due is not None
    assert cast.queue_due(due - timedelta(seconds=1)) == 0
    assert cast.queue_due(due) == 1
    assert cast.queue_due(due + timedelta(days=1)) == 0
    (one,) = cast.log()
    assert (one.language, one.paper, one.attach_pdf, one.due_at) == ("ru", Paper.LETTER, False, due)
    assert cast.queue_due(due + timedelta(days=32)) == 1


def test_pause_takes_back_and_resume_begins_anew(cast: Cast) -> None:
    """A pause takes back what waits; what became due meanwhile is not sent afterwards."""
    key = cast.schedule("both")
    cast.close()
    cast.queue_due(now())
    with cast.database.writing() as unit:
        schedule = own_schedule(unit, cast.user(unit, "both"), key)
        assert schedule is not None
        assert own_schedule(unit, cast.user(unit, "north"), key) is None
        pause_schedule(unit, schedule)
        unit.commit()
    assert {one.state for one in cast.log()} == {DeliveryState.CANCELLED}
    with cast.database.writing() as unit:
        schedule = unit.schedules.by_key(key)
        assert schedule is not None
        resume_schedule(unit, schedule, cast.study(unit))
        unit.commit()
    assert cast.queue_due(now()) == 0


def test_a_deleted_schedule_leaves_its_log(cast: Cast) -> None:
    """What waited is taken back, what was sent stays to be seen."""
    key = cast.schedule("north")
    cast.close()
    cast.queue_due(now())
    with cast.database.writing() as unit:
        schedule = unit.schedules.by_key(key)
        assert schedule is not None
        delete_schedule(unit, schedule)
        unit.commit()
    with cast.database.reading() as unit:
        assert unit.schedules.by_key(key) is None
    (one,) = cast.log()
    assert (one.state, one.schedule_id) == (DeliveryState.CANCELLED, None)


def test_unsubscribed_is_at_once_and_for_one_study(cast: Cast) -> None:
    """Everything of the study that waits is called off, its schedules pause, sendings leave the
    reader out; a new schedule is a new wish."""
    cast.schedule("both")
    cast.close()
    cast.queue_due(now())
    with cast.database.writing() as unit:
        unsubscribe(unit, cast.ids["both"], cast.study_id)
        unsubscribe(unit, cast.ids["both"], cast.study_id)
        unit.commit()
    assert {one.state for one in cast.log()} == {DeliveryState.UNSUBSCRIBED}
    with cast.database.reading() as unit:
        assert unit.schedules.of_reader(cast.ids["both"])[0].paused
        to = recipients(unit, cast.study(unit))
        assert [one.email for one, _ in to.mails] == ["north@example.org"]
        assert [one.email for one in to.unsubscribed] == ["both@example.org"]
    cast.schedule("both")
    with cast.database.reading() as unit:
        assert unit.schedules.unsubscribed_from(cast.study_id) == set()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("idle", {}),
        ("admin", {}),
        ("north", {"brand": "south"}),
        ("north", {"language": "de"}),
        ("north", {"time_zone": "Nowhere/At_all"}),
    ],
)
def test_a_wish_that_does_not_fit_is_refused(
    cast: Cast, name: str, changes: dict[str, Any]
) -> None:
    """Nobody schedules what they may not read, nor what there is not."""
    options = dict(changes)
    brand = options.pop("brand", None)
    with cast.database.writing() as unit:
        study = cast.study(unit)
        wish = replace(CLOSED, **options, brand_id=study.brand(brand).id if brand else None)
        with pytest.raises(ScheduleError):
            add_schedule(unit, cast.user(unit, name), study, wish)


def sending(study: Study, key: str = "") -> Sending:
    """What is sent to all."""
    return Sending(key or new_key(), study.current_wave, "en", True, Paper.A4)


def test_the_same_confirmation_sends_once(cast: Cast) -> None:
    """A confirmation that comes twice adds nothing the second time; another one does."""
    key = new_key()
    with cast.database.writing() as unit:
        study, owner = cast.study(unit), cast.user(unit, "owner")
        assert send_now(unit, owner, study, sending(study, key)) == 3
        unit.flush()
        assert send_now(unit, owner, study, sending(study, key)) == 0
        assert send_now(unit, cast.user(unit, "admin"), study, sending(study)) == 3
        unit.commit()
    assert len(cast.log()) == 6


def test_only_the_researcher_and_administrators_send(cast: Cast) -> None:
    """A manager sends nothing to others."""
    with cast.database.writing() as unit:
        study = cast.study(unit)
        with pytest.raises(DeliveryError, match="not yours to send"):
            send_now(unit, cast.user(unit, "both"), study, sending(study))


def test_the_database_itself_keeps_occasions_single(cast: Cast) -> None:
    """Even a program that forgot to look cannot keep an occasion twice."""
    with cast.database.writing() as unit:
        study = cast.study(unit)
        send_now(unit, cast.user(unit, "owner"), study, sending(study))
        unit.commit()
    with cast.database.engine.connect() as connection:
        row = dict(connection.execute(select(delivery)).mappings().first() or {})
        again = insert(delivery).values({**row, "id": 1_000, "key": new_key()})
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            connection.execute(again)


@pytest.fixture
def held(cast: Cast) -> tuple[Cast, Delivery, Claim]:
    """A delivery in the hands of a running job."""
    with cast.database.writing() as unit:
        study = cast.study(unit)
        send_now(unit, cast.user(unit, "owner"), study, sending(study))
        job = Job("deliver_scorecards", cast.study_id, {}, "0" * 64, cast.ids["owner"])
        job.start(now())
        unit.jobs.add(job)
        unit.commit()
    hands, one = Claim(job.id or 0, job.attempt), cast.log()[0]
    assert claim(cast.database, one.id or 0, hands, "<a@b>", "f" * 64) is not None
    return cast, one, hands


def succeed(cast: Cast, one: Delivery, hands: Claim) -> bool:
    """Keep that the mail server took it."""

    def change(_unit: UnitOfWork, held: Delivery) -> None:
        held.succeed(now())

    return settle(cast.database, lambda unit: unit.deliveries, one.id or 0, hands, change)


def test_one_worker_gets_it(held: tuple[Cast, Delivery, Claim]) -> None:
    """What is in somebody's hands is not taken by another, and nobody else says what became."""
    cast, one, hands = held
    other = Claim(hands.job_id, hands.attempt + 1)
    assert claim(cast.database, one.id or 0, other, "<a@b>", "") is None
    assert not succeed(cast, one, other)
    assert succeed(cast, one, hands)
    assert cast.log()[0].state is DeliveryState.SENT
    assert claim(cast.database, one.id or 0, other, "<a@b>", "") is None


def test_hands_of_a_job_that_was_taken_over_take_nothing(
    held: tuple[Cast, Delivery, Claim],
) -> None:
    """A worker that wakes up after another has its job begins no further mail."""
    cast, _, hands = held
    second = cast.log()[1]
    with cast.database.writing() as unit:
        job = unit.jobs.by_id(hands.job_id)
        assert job is not None
        job.give_back("lost")
        job.start(now())
        unit.commit()
    assert claim(cast.database, second.id or 0, hands, "<a@b>", "") is None
    taken_over = Claim(hands.job_id, hands.attempt + 1)
    assert claim(cast.database, second.id or 0, taken_over, "<a@b>", "") is not None


def test_only_lost_hands_leave_doubt(held: tuple[Cast, Delivery, Claim]) -> None:
    """While its job is at that attempt nothing is in doubt; once the job waits again it is, and a
    worker that was only slow still tells the truth."""
    cast, one, hands = held
    for given_back, lost in ((False, 0), (True, 1)):
        with cast.database.writing() as unit:
            job = unit.jobs.by_id(hands.job_id)
            assert job is not None
            if given_back:
                job.give_back("lost")
                unit.flush()
            assert give_up_lost(unit, unit.deliveries) == lost
            unit.commit()
    assert cast.log()[0].state is DeliveryState.UNCERTAIN
    assert succeed(cast, one, hands)
    assert cast.log()[0].state is DeliveryState.SENT


def letter(
    language: str = "en", reason: str = "sent", waves: int = 1, title: str = "Shops"
) -> Letter:
    """A letter about North, to Ada."""
    from survey_app.domain.study import Study as NewStudy

    brand = Brand("north", {"en": "North & <Co>", "ar": "الشمال"}, id=3)
    all_waves = [Wave(f"w{number}", f"Wave {number}", number, id=number) for number in range(waves)]
    study = NewStudy(
        title, [], ["en", "ru"], key="study-key", brands=[brand], waves=all_waves, id=1
    )
    one = Delivery(f"{reason} 7", 1, 2, 3, 4, language, due_at=datetime(2026, 1, 1, tzinfo=UTC))
    return Letter(
        one, User("ada@example.org", "Ada", Role.MANAGER, ""), study, brand, all_waves[-1]
    )


def written(about: Letter, pdf: bytes | None = b"%PDF") -> Mail:
    """The mail of a letter."""
    return scorecard_mail(CONFIG, about, MailedScorecard("It stands <well>.", "f" * 64, pdf))


def test_the_mail_says_what_why_and_how_to_end_it() -> None:
    """Sentence, link, reason and the way out stand in both forms; only PUBLIC_URL makes links."""
    one = written(letter(waves=2, reason="monthly"))
    assert one.subject == "North & <Co>: scorecard · Shops, Wave 1"
    address = "https://survey.example.org/scorecards/study-key/north?wave=w1&language=en"
    for form in (
        one.text,
        one.html.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"),
    ):
        for words in ("It stands <well>.", address, one.unsubscribe, "every month", "/by-mail/"):
            assert words in form
        links = set(re.findall(r"https?://[^/\s\"]+", form))
        assert links == {"https://survey.example.org"}
    assert "<Co>" not in one.html
    assert "<well>" not in one.html
    assert one.attachment is not None
    assert one.attachment.name == "shops-north-wave-1-en.pdf"


def test_a_link_alone_brings_no_file() -> None:
    """Without a PDF the mail says where to save one."""
    one = written(letter(), pdf=None)
    assert one.attachment is None
    assert "save it as a PDF" in one.text


def test_a_title_of_two_lines_makes_one_subject() -> None:
    """No header can be begun by a study's title."""
    assert "\n" not in written(letter(title="Shops\nBcc: eve@example.org")).subject


def test_from_right_to_left() -> None:
    """An Arabic mail runs from right to left; names of other letters do not turn it."""
    one = written(letter("ar"))
    assert 'lang="ar" dir="rtl"' in one.html
    assert "\u2068Ada\u2069" in one.text
    assert "الشمال" in one.subject


@pytest.mark.parametrize("language", ["ru", "de", "ar", "zh"])
def test_every_language_has_every_sentence(language: str) -> None:
    """Each language holds the same sentences with the same places for names as English."""
    english, other = (
        dict(_flat(yaml.safe_load((WORDING / f"{tag}.yaml").read_text(encoding="utf-8"))))
        for tag in ("en", language)
    )
    assert list(other) == list(english)
    for key, sentence in english.items():
        assert set(re.findall(r"\{\w+\}", other[key])) == set(re.findall(r"\{\w+\}", sentence)), key
    assert written(letter(language)).language == language


def test_tokens_are_for_unsubscribing_alone() -> None:
    """A token comes back as it was; one that was changed, or made with another key or for another
    purpose, is none."""
    about = Unsubscription(7, 9, "ru")
    token = unsubscribe_token(CONFIG, about)
    assert read_unsubscribe_token(CONFIG, token) == about
    other = replace(CONFIG, secret_key="another" * 6)
    for wrong in (token[:-1], f"{token}x", unsubscribe_token(other, about), "", "WzEsMl0.x"):
        with pytest.raises(NoSuchToken):
            read_unsubscribe_token(CONFIG, wrong)


def _flat(words: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
