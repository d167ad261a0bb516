"""The sealed log: how far it reaches, its alarms and checks, cosignatures, mailings and erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseflow.database.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the log; nothing is sealed yet."""
    op.create_table(
        "cosignatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(length=500), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("witnessed_at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignatures")),
        sa.UniqueConstraint("witness", "size", name=op.f("uq_cosignatures_witness_size")),
    )
    op.create_index("ix_cosignatures_witnessed_at", "cosignatures", ["witnessed_at"], unique=False)
    op.create_table(
        "log_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_alarms")),
    )
    op.create_index(
        "uq_log_alarms_event_id_kind",
        "log_alarms",
        ["event_id", "kind"],
        unique=True,
        sqlite_where=sa.text("event_id IS NOT NULL"),
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.create_table(
        "log_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("published_size", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("lease_holder", sa.String(length=100), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_state_one_row")),
        sa.CheckConstraint("size >= published_size AND published_size >= 0", name=op.f("ck_log_state_sizes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_state")),
    )
    op.create_table(
        "checkpoint_mailings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_checkpoint_mailings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint_mailings")),
        sa.UniqueConstraint("week", "person_id", name=op.f("uq_checkpoint_mailings_week_person_id")),
    )
    op.create_table(
        "log_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("root", sa.LargeBinary(length=32), nullable=True),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_log_checks_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checks")),
    )
    op.create_index("ix_log_checks_finished_at", "log_checks", ["finished_at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("decision_number", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('asked','done','declined')", name=op.f("ck_erasures_status")),
        sa.CheckConstraint("asked_by_id <> decided_by_id", name=op.f("ck_erasures_two_people")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_erasures_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_erasures_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_erasures_decided_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasures_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("uuid", name=op.f("uq_erasures_uuid")),
    )
    op.create_index("ix_erasures_status", "erasures", ["status"], unique=False)
    op.execute("INSERT INTO log_state (id, size, published_size) SELECT 1, count(leaf_index), 0 FROM events")


def downgrade() -> None:
    """Drop them; what was sealed stays sealed in the events."""
    op.drop_index("ix_erasures_status", table_name="erasures")
    op.drop_table("erasures")
    op.drop_index("ix_log_checks_finished_at", table_name="log_checks")
    op.drop_table("log_checks")
    op.drop_table("checkpoint_mailings")
    op.drop_table("log_state")
    op.drop_index(
        "uq_log_alarms_event_id_kind",
        table_name="log_alarms",
        sqlite_where=sa.text("event_id IS NOT NULL"),
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.drop_table("log_alarms")
    op.drop_index("ix_cosignatures_witnessed_at", table_name="cosignatures")
    op.drop_table("cosignatures")
