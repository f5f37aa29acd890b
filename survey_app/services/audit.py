"""Writing into the audit trail, and forgetting what is old enough."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from survey_app.domain.audit import LONGEST_OBJECT, MONTHS_KEPT, AuditEntry, AuditKind
from survey_app.domain.study import StudyState, now
from survey_app.domain.text import one_line
from survey_app.domain.user import Role
from survey_app.services.study import studies_for
from survey_app.storage.audit import AuditFilter

if TYPE_CHECKING:
    from survey_app.domain.study import Study
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

_COURSE = {
    StudyState.DRAFT: AuditKind.STUDY_CHANGED,
    StudyState.PILOT: AuditKind.STUDY_PILOTED,
    StudyState.OPEN: AuditKind.STUDY_OPENED,
    StudyState.CLOSED: AuditKind.STUDY_CLOSED,
}


def record(
    unit: UnitOfWork,
    user: User | None,
    what: AuditKind,
    study: Study | None = None,
    about: str = "",
    **details: Any,
) -> None:
    """Keep that somebody did something, in the transaction that does it.

    Parameters
    ----------
    user : who; None for a respondent and for the program itself.
    about : to what, in words. details : figures about it, ready for JSON; never an answer.
    """
    unit.audit.add(
        AuditEntry(
            what=what,
            user_id=user.id if user is not None else None,
            study_id=study.id if study is not None else None,
            object=one_line(about)[:LONGEST_OBJECT],
            details=details,
        )
    )


def follow(unit: UnitOfWork, user: User, study: Study) -> None:
    """Keep by itself what a unit of work changes of a study's course: piloted, opened, changed to a
    new version, closed."""
    state, version = study.state, study.version

    def keep() -> None:
        if study.state is not state:
            record(unit, user, _COURSE[study.state], study, version=study.version)
        elif study.version != version:
            about = "new version of the questionnaire"
            record(unit, user, AuditKind.STUDY_CHANGED, study, about, version=study.version)

    unit.before_commit(keep)


def visible_to(unit: UnitOfWork, user: User) -> AuditFilter:
    """What of the trail a person may read: researchers what concerns their own studies,
    administrators everything, for it holds no answers, anybody else nothing."""
    if user.role is Role.ADMINISTRATOR and user.active:
        return AuditFilter()
    return AuditFilter(frozenset(study.id or 0 for study in studies_for(unit, user)))


def forget_old(unit: UnitOfWork) -> int:
    """Delete the entries that are older than `MONTHS_KEPT` months; how many there were."""
    # A day more than the database asks for: months are counted there and days here.
    gone = unit.audit.forget(now() - timedelta(days=MONTHS_KEPT * 31))
    if gone:
        record(unit, None, AuditKind.AUDIT_FORGOTTEN, entries=gone)
    return gone
