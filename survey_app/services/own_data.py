"""What is stored of one respondent, in plain words, and taking it back or erasing it.

Only a pseudonymous study knows whose answers are whose; in an anonymous one nobody can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.domain.audit import AuditKind
from survey_app.domain.interview import Disposition
from survey_app.domain.study import Mode, now
from survey_app.services.audit import record
from survey_app.services.contacts import opt_out
from survey_app.services.fieldwork_sums import sums_following
from survey_app.services.told_answers import ToldAnswer, told_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from survey_app.domain.consent_given import ConsentGiven
    from survey_app.domain.study import Study
    from survey_app.services.collect import Collector
    from survey_app.storage.database import Database, UnitOfWork


class NotPossible(LookupError):
    """Nothing can be done: the study is anonymous. The message says so."""


@dataclass(frozen=True, slots=True)
class OwnInterview:
    """All that is stored of one interview.

    Parameters
    ----------
    facts : columns of the interview by name, ready for JSON.
    answers : the answers that count, with the words of the questions.
    submissions : every page as it came in, earlier ones that were overwritten too.
    withdrawn : the answers are out of use; `erased`: nothing of them is left.
    """

    key: str
    wave: str
    language: str
    started_at: datetime
    finished_at: datetime | None
    withdrawn: bool
    erased: bool
    facts: dict[str, Any]
    answers: tuple[ToldAnswer, ...]
    submissions: tuple[dict[str, Any], ...]
    consent: ConsentGiven | None


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is stored of a respondent: this interview first, others of the same panel member
    behind it."""

    study: Study
    person_key: str | None
    interviews: tuple[OwnInterview, ...]

    @property
    def first(self) -> OwnInterview:
        """The interview that was asked for."""
        return self.interviews[0]

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody can say whose answers these are."""
        return self.study.mode is Mode.ANONYMOUS


def own_data(unit: UnitOfWork, collector: Collector, interview_key: str) -> OwnData | None:
    """What is stored of whoever has the address of an interview; None when there is none. In an
    anonymous study nothing is shown, whoever asks."""
    row = unit.privacy.interview(interview_key)
    study = unit.studies.by_id(row.study_id) if row is not None else None
    if row is None or study is None:
        return None
    if study.mode is Mode.ANONYMOUS:
        return OwnData(study, None, ())
    rows = _with_others(unit, row)
    key = None if row.person_id is None else unit.privacy.person_key(row.person_id)
    return OwnData(study, key, tuple(_own(unit, collector, each) for each in rows))


def data_of_person(
    unit: UnitOfWork, collector: Collector, study: Study, person_id: int
) -> OwnData | None:
    """What is stored of a panel member; None while there is no interview."""
    rows = unit.privacy.interviews_of(person_id)
    key = unit.privacy.person_key(person_id)
    if not rows:
        return None
    return OwnData(study, key, tuple(_own(unit, collector, each) for each in rows))


def withdraw(database: Database, interview_key: str, *, everything: bool = False) -> int:
    """Take answers out of every analysis, count and export, for good; how many interviews that
    changed. Done again it changes nothing.

    Parameters
    ----------
    everything : the other interviews of the same panel member too.

    Raises
    ------
    NotPossible
        the study is anonymous.
    """

    def change(unit: UnitOfWork, row: Row[Any], moment: datetime) -> bool:
        if row.disposition is Disposition.WITHDRAWN:
            return False
        unit.privacy.withdraw(row.id, moment)
        unit.consents.withdraw(row.id, moment)
        return True

    kind = AuditKind.ANSWERS_WITHDRAWN
    return _change(database, interview_key, change, kind, everything=everything)


def erase(database: Database, interview_key: str, *, everything: bool = False) -> int:
    """Delete answers, brands and background for good; how many interviews that changed. What stays
    says that a link has been used and that a consent was given and withdrawn. Done again it
    changes nothing.

    Parameters
    ----------
    everything : the other interviews of the same panel member and their place among the contacts
        too; nobody writes to them again.

    Raises
    ------
    NotPossible
        the study is anonymous.
    """

    def change(unit: UnitOfWork, row: Row[Any], moment: datetime) -> bool:
        if is_erased(row):
            return False
        unit.privacy.erase(row.id, moment)
        unit.consents.withdraw(row.id, moment)
        return True

    kind = AuditKind.ANSWERS_ERASED
    return _change(database, interview_key, change, kind, everything=everything, contact=True)


def is_erased(row: Row[Any]) -> bool:
    """Whether nothing of an interview's content is left."""
    return row.disposition is Disposition.WITHDRAWN and not row.channel


def _change(
    database: Database,
    interview_key: str,
    change: Callable[[UnitOfWork, Row[Any], datetime], bool],
    kind: AuditKind,
    *,
    everything: bool,
    contact: bool = False,
) -> int:
    with database.writing() as unit:
        row = unit.privacy.interview(interview_key, lock=True)
        study = unit.studies.by_id(row.study_id) if row is not None else None
        if row is None or study is None:
            return 0
        if study.mode is Mode.ANONYMOUS:
            raise NotPossible("Nothing says whose answers these are.")
        rows: Sequence[Row[Any]] = [row]
        if everything and row.person_id is not None:
            rows = unit.privacy.interviews_of(row.person_id, lock=True)
        moment = now()
        with sums_following(unit, study, [each.id for each in rows]):
            changed = sum(change(unit, each, moment) for each in rows)
        gone = 0
        if contact and everything and row.person_id is not None:
            gone = _remove_contacts(unit, study, row.person_id)
        if changed or gone:
            record(unit, None, kind, study, "by the respondent", interviews=changed, contacts=gone)
        unit.commit()
    return changed


def _remove_contacts(unit: UnitOfWork, study: Study, person_id: int) -> int:
    found = unit.privacy.contacts_of(person_id)
    for contact in found:
        opt_out(unit, study.owner_id or 0, contact.email_digest)
        unit.contacts.remove(contact.id)
    return len(found)


def _with_others(unit: UnitOfWork, row: Row[Any]) -> list[Row[Any]]:
    if row.person_id is None:
        return [row]
    others = unit.privacy.interviews_of(row.person_id)
    return [row, *(each for each in others if each.id != row.id)]


_FACTS = (
    "channel",
    "device",
    "version",
    "pilot",
    "seconds",
    "instructed_passed",
    "source_id",
    "background",
)


def _own(unit: UnitOfWork, collector: Collector, row: Row[Any]) -> OwnInterview:
    erased = is_erased(row)
    return OwnInterview(
        key=row.key,
        wave=row.wave_name,
        language=row.language,
        started_at=row.started_at,
        finished_at=row.finished_at,
        withdrawn=row.disposition is Disposition.WITHDRAWN,
        erased=erased,
        facts={
            "disposition": row.disposition.value,
            **{name: getattr(row, name) for name in _FACTS},
            "brands": unit.privacy.brand_codes(row.id),
        },
        answers=() if erased else told_answers(collector.position(row.key)),
        submissions=tuple(
            {
                "page": each.page,
                "saved_at": each.saved_at.isoformat(),
                "seconds": each.seconds,
                "answers": each.answers,
                "item_order": each.item_order,
            }
            for each in unit.privacy.submissions(row.id)
        ),
        consent=unit.consents.of(row.id),
    )


def plain_data(data: OwnData) -> dict[str, Any]:
    """All that is stored of a respondent, ready for JSON."""
    return {
        "survey": data.study.title,
        "person": data.person_key,
        "interviews": [_plain(each) for each in data.interviews],
    }


def _plain(own: OwnInterview) -> dict[str, Any]:
    given = own.consent
    return {
        "address": own.key,
        "wave": own.wave,
        "language": own.language,
        "started_at": own.started_at.isoformat(),
        "finished_at": own.finished_at.isoformat() if own.finished_at else None,
        **own.facts,
        "answers": [
            {
                "brand": each.brand,
                "item": each.item,
                "question": each.question,
                "answer": each.answer,
                "label": each.label,
            }
            for each in own.answers
        ],
        "submissions": list(own.submissions),
        "consent": None
        if given is None
        else {
            "version": given.version,
            "language": given.language,
            "given_at": given.given_at.isoformat(),
            "withdrawn_at": given.withdrawn_at.isoformat() if given.withdrawn_at else None,
            "sha256": given.digest,
            "text": given.text,
        },
    }
