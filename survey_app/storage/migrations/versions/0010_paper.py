"""Places of QR codes, and papers that are typed in twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of places and papers."""
    op.create_table(
        "paper_taken",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_paper_taken_study_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "pilot", name="pk_paper_taken"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_place_study_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("study_id", "code", name="uq_place_study_id_code"),
    )
    op.create_table(
        "paper_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("first_id", sa.String(64), nullable=False),
        sa.Column("first_by", sa.Integer(), nullable=False),
        sa.Column("second", sa.JSON()),
        sa.Column("second_id", sa.String(64)),
        sa.Column("second_by", sa.Integer()),
        *(_belongs_to(name) for name in ("study", "wave", "brand")),
        *(_typed_by(name) for name in ("first_by", "second_by")),
        sa.PrimaryKeyConstraint("id", name="pk_paper_sheet"),
        sa.UniqueConstraint("key", name="uq_paper_sheet_key"),
        sa.UniqueConstraint("first_id", name="uq_paper_sheet_first_id"),
        sa.UniqueConstraint("second_id", name="uq_paper_sheet_second_id"),
        sa.UniqueConstraint(
            "study_id", "pilot", "serial", name="uq_paper_sheet_study_id_pilot_serial"
        ),
    )


def _belongs_to(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_paper_sheet_{table}_id"
    return sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=name, ondelete="CASCADE")


def _typed_by(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=f"fk_paper_sheet_{column}")
