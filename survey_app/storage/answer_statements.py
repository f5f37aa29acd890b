"""The statements of the respondent's way, made once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from survey_app.domain.study import StudyState
from survey_app.storage.invitations import invitation
from survey_app.storage.prepared import Prepared
from survey_app.storage.tables import interview, interview_brand, page_answers, study, wave

NOW = bindparam("moment", type_=wave.c.opens_at.type)
TOO_LATE = bindparam("too_late", type_=wave.c.closes_at.type)
IN_FIELD = and_(
    or_(wave.c.opens_at.is_(None), wave.c.opens_at <= NOW),
    or_(wave.c.closes_at.is_(None), wave.c.closes_at > NOW),
)
LATE = and_(wave.c.closes_at.is_not(None), wave.c.closes_at <= TOO_LATE)

STANDING = Prepared(
    select(
        study.c.state,
        study.c.version,
        select(wave.c.id)
        .where(wave.c.study_id == study.c.id, IN_FIELD)
        .order_by(wave.c.position.desc())
        .limit(1)
        .scalar_subquery()
        .label("wave_id"),
    ).where(study.c.key == bindparam("key"))
)

FIND = Prepared(
    select(
        interview.c.id,
        study.c.key.label("study_key"),
        study.c.state,
        interview.c.wave_id,
        interview.c.version,
        interview.c.pilot,
        interview.c.brand_id,
        interview.c.language,
        interview.c.channel,
        interview.c.started_at,
        interview.c.disposition,
        interview.c.finished_at,
        LATE.label("late"),
        page_answers.c.page,
        page_answers.c.submission_id,
        page_answers.c.answers,
        page_answers.c.seconds,
    )
    .join_from(interview, study, interview.c.study_id == study.c.id)
    .join(wave, wave.c.id == interview.c.wave_id)
    .outerjoin(page_answers, page_answers.c.interview_id == interview.c.id)
    .where(interview.c.key == bindparam("key"))
    .order_by(page_answers.c.id)
)

START_COLUMNS = (
    "key",
    "start_id",
    "study_id",
    "brand_id",
    "language",
    "channel",
    "started_at",
    "finished_at",
    "disposition",
    "background",
    "version",
    "pilot",
    "person_id",
    "device",
)
START = Prepared(
    insert(interview)
    .values(
        **{name: bindparam(f"new_{name}", type_=interview.c[name].type) for name in START_COLUMNS},
        id=bindparam("new_id"),
        wave_id=select(wave.c.id)
        .where(wave.c.study_id == bindparam("new_study_id"), or_(bindparam("new_pilot"), IN_FIELD))
        .order_by(wave.c.position.desc())
        .limit(1)
        .scalar_subquery(),
    )
    .returning(interview.c.wave_id)
)
STARTED = Prepared(select(interview.c.key).where(interview.c.start_id == bindparam("start_id")))

PAGE_COLUMNS = ("page", "submission_id", "answers", "item_order", "seconds", "saved_at")
NEW_PAGE = {
    name: bindparam(f"new_{name}", type_=page_answers.c[name].type) for name in PAGE_COLUMNS
}

MAY_BE_CHANGED = and_(
    interview.c.id == bindparam("interview"),
    interview.c.finished_at.is_(None),
    exists().where(
        study.c.id == interview.c.study_id,
        or_(
            and_(interview.c.pilot, study.c.state == StudyState.PILOT),
            and_(~interview.c.pilot, study.c.state == StudyState.OPEN),
        ),
    ),
    or_(
        interview.c.pilot,
        ~exists().where(wave.c.id == interview.c.wave_id, LATE),
    ),
)

# The lock keeps a page from slipping in beside a transaction that finishes the interview.
ADD_PAGE = Prepared(
    insert(page_answers).from_select(
        ["interview_id", *PAGE_COLUMNS],
        select(interview.c.id, *NEW_PAGE.values())
        .where(MAY_BE_CHANGED)
        .with_for_update(read=True, of=interview),
    )
)
FINISH = Prepared(
    update(interview)
    .where(MAY_BE_CHANGED)
    .values(
        finished_at=bindparam("new_saved_at"),
        disposition=bindparam("end", type_=interview.c.disposition.type),
        instructed_passed=bindparam("passed"),
    )
)
ADD_LAST_PAGE = Prepared(
    insert(page_answers).values(interview_id=bindparam("interview"), **NEW_PAGE)
)
FIRST_BRAND = Prepared(
    update(interview)
    .where(interview.c.id == bindparam("interview"))
    .values(brand_id=bindparam("first"))
)
BRANDS = Prepared(
    select(interview_brand.c.brand_id)
    .where(interview_brand.c.interview_id == bindparam("interview"))
    .order_by(interview_brand.c.slot)
)


SLOT = Prepared(
    insert(interview_brand).values(
        interview_id=bindparam("interview"),
        slot=bindparam("new_slot"),
        brand_id=bindparam("brand"),
    )
)
LINK = Prepared(
    select(invitation.c.number).where(
        invitation.c.token_hash == bindparam("token_hash"),
        invitation.c.wave_id == bindparam("wave"),
    )
)
