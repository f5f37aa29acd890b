"""The first tables: users, studies, interviews and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    _create_users()
    _create_studies()
    _create_assignments()
    _create_interviews()
    _create_answers()


def _create_users() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index(
        "ix_sign_in_attempt_subject_attempted_at", "sign_in_attempt", ["subject", "attempted_at"]
    )


def _create_studies() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("instruments", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=False),
        sa.Column("shuffle_items", sa.Boolean(), nullable=False),
        sa.Column("instructed_item", sa.Boolean(), nullable=False),
        sa.Column("competitors_named", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("sponsor", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_study_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
        sa.UniqueConstraint("key", name="uq_study_key"),
    )
    op.create_index("ix_study_owner_id", "study", ["owner_id"])
    _create_parts_of_study("brand", sa.Column("names", sa.JSON(), nullable=False))
    _create_parts_of_study(
        "wave",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("first_day", sa.Date()),
        sa.Column("last_day", sa.Date()),
    )


def _create_assignments() -> None:
    op.create_table(
        "brand_manager",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_brand_manager_user_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name="fk_brand_manager_brand_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "brand_id", name="pk_brand_manager"),
    )


def _create_parts_of_study(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        *columns,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=f"fk_{name}_study_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("study_id", "code", name=f"uq_{name}_study_id_code"),
    )


def _create_interviews() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("start_id", sa.String(64), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer()),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("disposition", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("instructed_passed", sa.Boolean()),
        sa.Column("source_id", sa.String(200)),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_interview_study_id"),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_interview_wave_id"),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name="fk_interview_brand_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interview"),
        sa.UniqueConstraint("key", name="uq_interview_key"),
        sa.UniqueConstraint("start_id", name="uq_interview_start_id"),
    )
    op.create_index(
        "ix_interview_study_id_wave_id_brand_id", "interview", ["study_id", "wave_id", "brand_id"]
    )


def _create_answers() -> None:
    op.create_table(
        "page_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("item_order", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name="fk_page_answers_interview_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_page_answers"),
        sa.UniqueConstraint(
            "interview_id", "submission_id", name="uq_page_answers_interview_id_submission_id"
        ),
    )
