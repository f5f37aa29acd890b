"""The tables, and how the plain classes of `domain` are kept in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import registry, relationship

from survey_app.domain.interview import (
    Disposition,
    Interview,
    PageAnswers,
    new_interview_id,
)
from survey_app.domain.job import Job, JobState
from survey_app.domain.person import Person
from survey_app.domain.study import Brand, Mode, Repeats, Study, StudyState, StudyVersion, Wave
from survey_app.domain.user import Role, User

mapper_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)
metadata = mapper_registry.metadata


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored; give it one.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(values: type[Any]) -> Enum:
    """A column that holds one of the values of an enumeration, as text."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda kind: [member.value for member in kind],
    )


# Identifiers of interviews are random and need more than 32 bits.
LARGE = BigInteger().with_variant(Integer, "sqlite")

user = Table(
    "user_account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", choice(Role), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("session_number", Integer, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

study = Table(
    "study",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("instruments", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("consent", JSON, nullable=False),
    Column("shuffle_items", Boolean, nullable=False),
    Column("instructed_item", Boolean, nullable=False),
    Column("competitors_named", Boolean, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("population", Text, nullable=False),
    Column("sponsor", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", JSON, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("retention", JSON, nullable=False),
    Column("design", JSON, nullable=False),
    Column("mode", choice(Mode), nullable=False),
    Column("repeats", choice(Repeats), nullable=False),
    Column("version", Integer, nullable=False),
    Column("next_content", JSON, nullable=False),
    Column("state", choice(StudyState), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("owner_id", ForeignKey("user_account.id"), nullable=False, index=True),
)

study_version = Table(
    "study_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("launched_at", UtcDateTime, nullable=False),
    Column("pilot", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("study_id", "number"),
)

brand = Table(
    "brand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("code", String(64), nullable=False),
    Column("names", JSON, nullable=False),
    Column("position", Integer, nullable=False),
    Column("colour", String(7), nullable=False),
    Column("logo", LargeBinary),
    Column("logo_type", String(20), nullable=False),
    UniqueConstraint("study_id", "code"),
)

wave = Table(
    "wave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("code", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    UniqueConstraint("study_id", "code"),
)

brand_manager = Table(
    "brand_manager",
    metadata,
    Column("user_id", ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("brand_id", ForeignKey("brand.id", ondelete="CASCADE"), primary_key=True),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String(22), nullable=False, unique=True),
)

interview = Table(
    "interview",
    metadata,
    Column("id", LARGE, primary_key=True, autoincrement=False, default=new_interview_id),
    Column("key", String(22), nullable=False, unique=True),
    Column("start_id", String(64), nullable=False, unique=True),
    Column("study_id", ForeignKey("study.id"), nullable=False),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("brand_id", ForeignKey("brand.id")),
    Column("language", String(35), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("disposition", choice(Disposition), nullable=False),
    Column("seconds", Float),
    Column("instructed_passed", Boolean),
    Column("source_id", String(200)),
    Column("background", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("pilot", Boolean, nullable=False, default=False),
    Column("person_id", ForeignKey("person.id")),
    Column("device", String(10), nullable=False, default=""),
    Index(None, "study_id", "wave_id", "brand_id"),
    UniqueConstraint("wave_id", "person_id"),
)

interview_brand = Table(
    "interview_brand",
    metadata,
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("brand_id", ForeignKey("brand.id"), nullable=False),
)

# Sums that are kept in the transactions of the answers, each spread over several rows so that
# respondents do not wait for each other.
tally = Table(
    "tally",
    metadata,
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True),
    Column("pilot", Boolean, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("code", String(200), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("n", Integer, nullable=False),
)

page_answers = Table(
    "page_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), nullable=False),
    Column("page", Integer, nullable=False),
    Column("submission_id", String(64), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("item_order", JSON, nullable=False),
    Column("seconds", Float),
    Column("saved_at", UtcDateTime, nullable=False),
    UniqueConstraint("interview_id", "submission_id"),
)

metric_value = Table(
    "metric_value",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("brand_id", ForeignKey("brand.id", ondelete="CASCADE"), nullable=False),
    Column("metric", String(40), nullable=False),
    Column("unit", String(10), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("value", Float, nullable=False),
    UniqueConstraint("study_id", "wave_id", "brand_id", "metric", "unit", "subject"),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("attempted_at", UtcDateTime, nullable=False),
    Index(None, "subject", "attempted_at"),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("asked_by", ForeignKey("user_account.id"), nullable=False),
    Column("state", choice(JobState), nullable=False),
    Column("progress", Float, nullable=False),
    Column("doing", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("heartbeat_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("result", JSON),
    Index(None, "study_id", "fingerprint"),
    Index(None, "state"),
)

job_file = Table(
    "job_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("job_id", "name"),
)


class BrandAssignment:
    """A row of `brand_manager`: one brand of one manager."""

    def __init__(self, brand_id: int) -> None:
        self.brand_id = brand_id


# A logo is large and asked for by itself.
mapper_registry.map_imperatively(Brand, brand, exclude_properties=["logo"])
mapper_registry.map_imperatively(Wave, wave)
mapper_registry.map_imperatively(StudyVersion, study_version)
mapper_registry.map_imperatively(Person, person)
mapper_registry.map_imperatively(
    Study,
    study,
    properties={
        "brands": relationship(
            Brand, order_by=brand.c.position, cascade="all, delete-orphan", lazy="selectin"
        ),
        "waves": relationship(
            Wave, order_by=wave.c.position, cascade="all, delete-orphan", lazy="selectin"
        ),
        "versions": relationship(
            StudyVersion,
            order_by=study_version.c.number,
            cascade="all, delete-orphan",
            lazy="selectin",
        ),
    },
)
mapper_registry.map_imperatively(Interview, interview)
mapper_registry.map_imperatively(PageAnswers, page_answers)
mapper_registry.map_imperatively(BrandAssignment, brand_manager)
# Results are large and asked for by themselves, so that looking at a job costs little.
mapper_registry.map_imperatively(Job, job, exclude_properties=["result"])
mapper_registry.map_imperatively(
    User,
    user,
    properties={
        "brand_assignments": relationship(
            BrandAssignment, collection_class=set, cascade="all, delete-orphan", lazy="selectin"
        )
    },
)
User.brand_ids = association_proxy("brand_assignments", "brand_id")  # type: ignore[assignment]
