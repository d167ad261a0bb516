"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caseflow.database.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "chains",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_chains")),
    )
    op.create_table(
        "code_counters",
        sa.Column("prefix", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_code_counters")),
    )
    op.create_table(
        "fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=500), nullable=False),
        sa.Column("name_en", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fields")),
        sa.UniqueConstraint("code", name=op.f("uq_fields_code")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("calendar_edition", sa.Integer(), nullable=False),
        sa.Column("rights_edition", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("demo", sa.Text(), nullable=True),
        sa.CheckConstraint("time_zone = 'Asia/Ho_Chi_Minh'", name=op.f("ck_installation_time_zone")),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("search_text", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.CheckConstraint(
            "level <> 'team' OR head_id IS NOT NULL", name=op.f("ck_organisations_team_has_head")
        ),
        sa.CheckConstraint(
            "level IN ('province','district','grassroots','commune','cell','team')",
            name=op.f("ck_organisations_level"),
        ),
        sa.CheckConstraint("path LIKE '/%/'", name=op.f("ck_organisations_path")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_organisations_life")
        ),
        sa.ForeignKeyConstraint(
            ["head_id"], ["people.id"], name=op.f("fk_organisations_head_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["organisations.id"], name=op.f("fk_organisations_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_organisations_uuid")),
    )
    op.create_index("ix_organisations_parent_id", "organisations", ["parent_id"], unique=False)
    op.create_index("uq_organisations_path", "organisations", ["path"], unique=True)
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_digest", sa.String(length=64), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(
        "ix_sign_in_failures_address_digest_at", "sign_in_failures", ["address_digest", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_failures_login_digest_at", "sign_in_failures", ["login_digest", "at"], unique=False
    )
    op.create_table(
        "special_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "kind IN ('holiday','swapped_rest_day','make_up_working_day')", name=op.f("ck_special_days_kind")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_special_days")),
    )
    op.create_table(
        "case_counters",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("visibility", sa.String(length=60), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_case_counters_n")),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_case_counters_field_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_counters_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "kind",
            "state",
            "visibility",
            "history",
            "organisation_id",
            "period",
            "field_id",
            name=op.f("pk_case_counters"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "state_counters",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("visibility", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_state_counters_n")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_state_counters_organisation_id")
        ),
        sa.PrimaryKeyConstraint(
            "kind", "state", "visibility", "organisation_id", name=op.f("pk_state_counters")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("staff_code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("position", sa.String(length=500), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_issued_at", UtcDateTime(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("operator", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT must_change_password OR password_hash IS NOT NULL", name=op.f("ck_people_one_time_password")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("staff_code", name=op.f("uq_people_staff_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_people_uuid")),
    )
    op.create_index("ix_people_organisation_id", "people", ["organisation_id"], unique=False)
    op.create_index("ix_people_sort_key", "people", ["sort_key"], unique=False)
    if op.get_bind().dialect.name != "sqlite":  # which has taken the forward reference in the table itself
        op.create_foreign_key("fk_organisations_head_id", "organisations", "people", ["head_id"], ["id"])
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), server_default=sa.text("'pressing_issue'"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("basis_number", sa.Text(), nullable=True),
        sa.Column("basis_date", sa.Date(), nullable=True),
        sa.Column("basis_issuer", sa.Text(), nullable=True),
        sa.Column("basis_summary", sa.Text(), nullable=True),
        sa.Column("deadline_imposed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("urgency", sa.String(length=60), server_default=sa.text("'normal'"), nullable=False),
        sa.Column("visibility", sa.String(length=60), server_default=sa.text("'normal'"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("suspended_from", sa.Text(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("expected_outcome", sa.Text(), nullable=True),
        sa.Column("first_expected_outcome", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("lead_officer_id", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("first_deadline", sa.Date(), nullable=True),
        sa.Column("verify_by", sa.String(length=60), server_default=sa.text("'own'"), nullable=False),
        sa.Column("progress", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("needs_decision_by_id", sa.Integer(), nullable=True),
        sa.Column("extension_asked_on", sa.Date(), nullable=True),
        sa.Column("extensions_granted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("submissions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reopenings", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("days_overdue_before", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("completion", sa.Text(), nullable=True),
        sa.Column("resolver_id", sa.Integer(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("cancel_kind", sa.Text(), nullable=True),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("assigned_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("returned_seq", sa.Integer(), server_default=sa.text("(-1)"), nullable=False),
        sa.Column("history", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("source_code", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column(
            "running_deadline",
            sa.Date(),
            sa.Computed(
                "CASE WHEN state IN ('assigned','in_progress') OR (state = 'resolved' AND resolved_on > deadline) THEN deadline END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "clock_stopped",
            sa.Boolean(),
            sa.Computed(
                "(CASE WHEN state IN ('assigned','in_progress') OR (state = 'resolved' AND resolved_on > deadline) THEN deadline END) IS NULL",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancel_kind IS NOT NULL)", name=op.f("ck_cases_cancel_kind")
        ),
        sa.CheckConstraint(
            "(state = 'suspended') = (suspended_from IS NOT NULL AND suspended_on IS NOT NULL AND review_on IS NOT NULL)",
            name=op.f("ck_cases_suspension"),
        ),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_at IS NOT NULL)", name=op.f("ck_cases_verified_at")
        ),
        sa.CheckConstraint(
            "(state IN ('resolved','verified')) = (outcome IS NOT NULL AND completion IS NOT NULL AND resolver_id IS NOT NULL AND resolved_on IS NOT NULL AND resolved_at IS NOT NULL)",
            name=op.f("ck_cases_outcome_when_resolved"),
        ),
        sa.CheckConstraint(
            "(state IN ('resolved','verified')) OR (outcome IS NULL AND completion IS NULL AND resolver_id IS NULL AND resolved_on IS NULL AND resolved_at IS NULL)",
            name=op.f("ck_cases_no_outcome_before"),
        ),
        sa.CheckConstraint(
            "cancel_kind IN ('duplicate','outside_competence','petition_withdrawn','entered_in_error')",
            name=op.f("ck_cases_cancel_kinds"),
        ),
        sa.CheckConstraint("completion IN ('full','part','impossible')", name=op.f("ck_cases_completion")),
        sa.CheckConstraint(
            "extension_asked_on IS NULL OR state IN ('assigned','in_progress')",
            name=op.f("ck_cases_extension_while_working"),
        ),
        sa.CheckConstraint(
            "offered_to_id IS NULL OR state IN ('registered','assigned','in_progress','suspended')",
            name=op.f("ck_cases_offered_while_unresolved"),
        ),
        sa.CheckConstraint(
            "state <> 'registered' OR deadline IS NULL", name=op.f("ck_cases_no_deadline_before_assignment")
        ),
        sa.CheckConstraint(
            "state <> 'registered' OR owner_id IS NULL", name=op.f("ck_cases_no_owner_before_assignment")
        ),
        sa.CheckConstraint(
            "state IN ('registered','assigned','in_progress','resolved','verified','suspended','cancelled')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint(
            "state IN ('registered','cancelled') OR deadline IS NOT NULL",
            name=op.f("ck_cases_deadline_from_assignment_on"),
        ),
        sa.CheckConstraint(
            "state IN ('registered','cancelled') OR expected_outcome IS NOT NULL",
            name=op.f("ck_cases_work_from_assignment_on"),
        ),
        sa.CheckConstraint(
            "state IN ('registered','cancelled') OR owner_id IS NOT NULL",
            name=op.f("ck_cases_owner_from_assignment_on"),
        ),
        sa.CheckConstraint(
            "urgency IN ('normal','urgent','very_urgent','express')", name=op.f("ck_cases_urgency")
        ),
        sa.CheckConstraint("verify_by IN ('own','higher')", name=op.f("ck_cases_verify_by")),
        sa.CheckConstraint("visibility IN ('normal','restricted')", name=op.f("ck_cases_visibility")),
        sa.CheckConstraint(
            "deadline IS NULL OR first_deadline IS NOT NULL", name=op.f("ck_cases_first_deadline_kept")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_cases_progress")),
        sa.CheckConstraint("version >= 1 AND seq >= 1", name=op.f("ck_cases_counts")),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_cases_field_id")),
        sa.ForeignKeyConstraint(["lead_officer_id"], ["people.id"], name=op.f("fk_cases_lead_officer_id")),
        sa.ForeignKeyConstraint(
            ["needs_decision_by_id"], ["people.id"], name=op.f("fk_cases_needs_decision_by_id")
        ),
        sa.ForeignKeyConstraint(["offered_to_id"], ["organisations.id"], name=op.f("fk_cases_offered_to_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_cases_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_cases_owner_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["people.id"], name=op.f("fk_cases_registered_by_id")),
        sa.ForeignKeyConstraint(["resolver_id"], ["people.id"], name=op.f("fk_cases_resolver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("code", name=op.f("uq_cases_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cases_uuid")),
    )
    op.create_index(
        "ix_cases_lead_officer_id",
        "cases",
        ["lead_officer_id"],
        unique=False,
        sqlite_where=sa.text("lead_officer_id IS NOT NULL"),
        postgresql_where=sa.text("lead_officer_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_needs_decision_by_id",
        "cases",
        ["needs_decision_by_id"],
        unique=False,
        sqlite_where=sa.text("needs_decision_by_id IS NOT NULL"),
        postgresql_where=sa.text("needs_decision_by_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_resolver_id",
        "cases",
        ["resolver_id"],
        unique=False,
        sqlite_where=sa.text("state = 'resolved' AND resolver_id <> owner_id"),
        postgresql_where=sa.text("state = 'resolved' AND resolver_id <> owner_id"),
    )
    op.create_index(
        "ix_cases_offered_to_id",
        "cases",
        ["offered_to_id"],
        unique=False,
        sqlite_where=sa.text("offered_to_id IS NOT NULL"),
        postgresql_where=sa.text("offered_to_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_organisation_id", "cases", ["organisation_id", "running_deadline"], unique=False
    )
    op.create_index("ix_cases_owner_id", "cases", ["owner_id", "running_deadline"], unique=False)
    op.create_index("ix_cases_registered_at", "cases", ["registered_at", "id"], unique=False)
    op.create_index(
        "ix_cases_registered_by_id", "cases", ["registered_by_id", "running_deadline"], unique=False
    )
    op.create_index(
        "ix_cases_running_deadline",
        "cases",
        ["clock_stopped", "running_deadline", "id", "organisation_id", "visibility"],
        unique=False,
    )
    op.create_index("ix_cases_state", "cases", ["state", "resolved_at"], unique=False)
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_delegations_life")),
        sa.ForeignKeyConstraint(["given_by_id"], ["people.id"], name=op.f("fk_delegations_given_by_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["organisations.id"], name=op.f("fk_delegations_giver_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_delegations_person_id")),
        sa.ForeignKeyConstraint(["scope_id"], ["organisations.id"], name=op.f("fk_delegations_scope_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_delegations_uuid")),
    )
    op.create_index("ix_delegations_person_id", "delegations", ["person_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_idempotency_keys_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint("person_id", "path", "key", name=op.f("uq_idempotency_keys_person_id_path_key")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "role IN ('official','registrar','supervisor','inspector','reporter','administrator')",
            name=op.f("ck_role_grants_role"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_role_grants_life")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_role_grants_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("uuid", name=op.f("uq_role_grants_uuid")),
    )
    op.create_index(
        "ix_role_grants_organisation_id_role", "role_grants", ["organisation_id", "role"], unique=False
    )
    op.create_index("ix_role_grants_person_id", "role_grants", ["person_id"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("acting_for_id", sa.Integer(), nullable=True),
        sa.Column("own_device", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("password_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["acting_for_id"], ["people.id"], name=op.f("fk_sessions_acting_for_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sessions_token_digest")),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"], unique=False)
    op.create_table(
        "staged_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staged_files_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
        sa.UniqueConstraint("uuid", name=op.f("uq_staged_files_uuid")),
    )
    op.create_index("ix_staged_files_person_id", "staged_files", ["person_id"], unique=False)
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind <> 'served' OR evidence IS NOT NULL", name=op.f("ck_stand_ins_slip")),
        sa.CheckConstraint("kind IN ('stand_in','served')", name=op.f("ck_stand_ins_kind")),
        sa.CheckConstraint("principal_id <> stand_in_id", name=op.f("ck_stand_ins_two_people")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_stand_ins_life")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_stand_ins_approved_by_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["people.id"], name=op.f("fk_stand_ins_principal_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["people.id"], name=op.f("fk_stand_ins_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
        sa.UniqueConstraint("uuid", name=op.f("uq_stand_ins_uuid")),
    )
    op.create_index("ix_stand_ins_principal_id", "stand_ins", ["principal_id"], unique=False)
    op.create_index("ix_stand_ins_stand_in_id", "stand_ins", ["stand_in_id"], unique=False)
    op.create_table(
        "stashed_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_stashed_forms_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stashed_forms")),
    )
    op.create_index("ix_stashed_forms_person_id", "stashed_forms", ["person_id"], unique=False)
    op.create_table(
        "case_hands",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_hands_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_hands_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_hands")),
    )
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "type IN ('duplicate_of','continues','recurs','part_of')", name=op.f("ck_case_links_type")
        ),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_links_two_cases")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_case_links_other_id")),
        sa.PrimaryKeyConstraint("case_id", "type", "other_id", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_other_id", "case_links", ["other_id"], unique=False)
    op.create_table(
        "case_parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sealed_identity", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_contact", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(role = 'complainant') = (sealed_identity IS NOT NULL)",
            name=op.f("ck_case_parties_complainant_is_sealed"),
        ),
        sa.CheckConstraint(
            "(role = 'subject') = (person_id IS NOT NULL)", name=op.f("ck_case_parties_subject_is_known")
        ),
        sa.CheckConstraint("role IN ('complainant','subject')", name=op.f("ck_case_parties_role")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_parties_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_parties_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parties")),
    )
    op.create_index("ix_case_parties_case_id", "case_parties", ["case_id"], unique=False)
    op.create_index("ix_case_parties_person_id", "case_parties", ["person_id", "case_id"], unique=False)
    op.create_table(
        "case_readers",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_readers_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_readers_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_case_readers")),
    )
    op.create_index("ix_case_readers_person_id", "case_readers", ["person_id"], unique=False)
    op.create_table(
        "case_supporters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_case_supporters_person_or_unit")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_supporters_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_supporters_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_supporters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_supporters")),
    )
    op.create_index(
        "ix_case_supporters_organisation_id", "case_supporters", ["organisation_id"], unique=False
    )
    op.create_index("ix_case_supporters_person_id", "case_supporters", ["person_id"], unique=False)
    op.create_index(
        "uq_case_supporters_organisation", "case_supporters", ["case_id", "organisation_id"], unique=True
    )
    op.create_index("uq_case_supporters_person", "case_supporters", ["case_id", "person_id"], unique=True)
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("about_case_id", sa.Integer(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("period", sa.Integer(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(leaf) <= 4096", name=op.f("ck_events_leaf_size")),
        sa.CheckConstraint("length(mac) = 32", name=op.f("ck_events_mac_size")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_events_seq")),
        sa.ForeignKeyConstraint(["about_case_id"], ["cases.id"], name=op.f("fk_events_about_case_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_events_field_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_events_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_events_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("subject", "seq", name=op.f("uq_events_subject_seq")),
        sa.UniqueConstraint("uuid", name=op.f("uq_events_uuid")),
    )
    op.create_index(
        "ix_events_about_case_id",
        "events",
        ["about_case_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IS NULL"),
        postgresql_where=sa.text("state IS NULL"),
    )
    op.create_index("ix_events_actor_id", "events", ["actor_id", "id"], unique=False)
    op.create_index(
        "ix_events_unsealed",
        "events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("leaf_index IS NULL"),
        postgresql_where=sa.text("leaf_index IS NULL"),
    )
    op.create_index(
        "uq_events_leaf_index",
        "events",
        ["leaf_index"],
        unique=True,
        sqlite_where=sa.text("leaf_index IS NOT NULL"),
        postgresql_where=sa.text("leaf_index IS NOT NULL"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("kept_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'file' AND sha256 IS NOT NULL AND size IS NOT NULL AND media_type IS NOT NULL AND name IS NOT NULL) OR (kind = 'document' AND document_number IS NOT NULL AND document_date IS NOT NULL AND kept_at IS NOT NULL)",
            name=op.f("ck_evidence_file_or_document"),
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_evidence_added_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evidence_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("uuid", name=op.f("uq_evidence_uuid")),
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id", "seq"], unique=False)
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("old_deadline", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("asked_deadline", sa.Date(), nullable=True),
        sa.Column("asked_reason", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("new_deadline", sa.Date(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('granted','refused')) = (decided_by_id IS NOT NULL)",
            name=op.f("ck_extensions_decided"),
        ),
        sa.CheckConstraint(
            "status <> 'granted' OR new_deadline > old_deadline", name=op.f("ck_extensions_later")
        ),
        sa.CheckConstraint(
            "status IN ('pending','granted','refused','lapsed')", name=op.f("ck_extensions_status")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"], name=op.f("fk_extensions_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_extensions_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_extensions_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_case_id", "extensions", ["case_id"], unique=False)
    op.create_index(
        "uq_extensions_pending",
        "extensions",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_milestones_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_milestones_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index("ix_milestones_case_id", "milestones", ["case_id"], unique=False)
    op.create_table(
        "disclosures",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_disclosures_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_disclosures")),
    )
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("history", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_outbox_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["event_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND NOT history"),
        postgresql_where=sa.text("done_at IS NULL AND NOT history"),
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        sqlite_where=sa.text("done_at IS NULL AND NOT history"),
        postgresql_where=sa.text("done_at IS NULL AND NOT history"),
    )
    op.drop_table("outbox")
    op.drop_table("disclosures")
    op.drop_index("ix_milestones_case_id", table_name="milestones")
    op.drop_table("milestones")
    op.drop_index(
        "uq_extensions_pending",
        table_name="extensions",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_extensions_case_id", table_name="extensions")
    op.drop_table("extensions")
    op.drop_index("ix_evidence_sha256", table_name="evidence")
    op.drop_index("ix_evidence_case_id", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(
        "uq_events_leaf_index",
        table_name="events",
        sqlite_where=sa.text("leaf_index IS NOT NULL"),
        postgresql_where=sa.text("leaf_index IS NOT NULL"),
    )
    op.drop_index(
        "ix_events_unsealed",
        table_name="events",
        sqlite_where=sa.text("leaf_index IS NULL"),
        postgresql_where=sa.text("leaf_index IS NULL"),
    )
    op.drop_index("ix_events_actor_id", table_name="events")
    op.drop_index(
        "ix_events_about_case_id",
        table_name="events",
        sqlite_where=sa.text("state IS NULL"),
        postgresql_where=sa.text("state IS NULL"),
    )
    op.drop_table("events")
    op.drop_index("uq_case_supporters_person", table_name="case_supporters")
    op.drop_index("uq_case_supporters_organisation", table_name="case_supporters")
    op.drop_index("ix_case_supporters_person_id", table_name="case_supporters")
    op.drop_index("ix_case_supporters_organisation_id", table_name="case_supporters")
    op.drop_table("case_supporters")
    op.drop_index("ix_case_readers_person_id", table_name="case_readers")
    op.drop_table("case_readers")
    op.drop_index("ix_case_parties_person_id", table_name="case_parties")
    op.drop_index("ix_case_parties_case_id", table_name="case_parties")
    op.drop_table("case_parties")
    op.drop_index("ix_case_links_other_id", table_name="case_links")
    op.drop_table("case_links")
    op.drop_table("case_hands")
    op.drop_index("ix_stashed_forms_person_id", table_name="stashed_forms")
    op.drop_table("stashed_forms")
    op.drop_index("ix_stand_ins_stand_in_id", table_name="stand_ins")
    op.drop_index("ix_stand_ins_principal_id", table_name="stand_ins")
    op.drop_table("stand_ins")
    op.drop_index("ix_staged_files_person_id", table_name="staged_files")
    op.drop_table("staged_files")
    op.drop_index("ix_sessions_person_id", table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("saved_views")
    op.drop_index("ix_role_grants_person_id", table_name="role_grants")
    op.drop_index("ix_role_grants_organisation_id_role", table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_delegations_person_id", table_name="delegations")
    op.drop_table("delegations")
    op.drop_index("ix_cases_state", table_name="cases")
    op.drop_index("ix_cases_running_deadline", table_name="cases")
    op.drop_index("ix_cases_registered_by_id", table_name="cases")
    op.drop_index("ix_cases_registered_at", table_name="cases")
    op.drop_index("ix_cases_owner_id", table_name="cases")
    op.drop_index("ix_cases_organisation_id", table_name="cases")
    op.drop_index(
        "ix_cases_resolver_id",
        table_name="cases",
        sqlite_where=sa.text("state = 'resolved' AND resolver_id <> owner_id"),
        postgresql_where=sa.text("state = 'resolved' AND resolver_id <> owner_id"),
    )
    op.drop_index(
        "ix_cases_offered_to_id",
        table_name="cases",
        sqlite_where=sa.text("offered_to_id IS NOT NULL"),
        postgresql_where=sa.text("offered_to_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_needs_decision_by_id",
        table_name="cases",
        sqlite_where=sa.text("needs_decision_by_id IS NOT NULL"),
        postgresql_where=sa.text("needs_decision_by_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_cases_lead_officer_id",
        table_name="cases",
        sqlite_where=sa.text("lead_officer_id IS NOT NULL"),
        postgresql_where=sa.text("lead_officer_id IS NOT NULL"),
    )
    op.drop_table("cases")
    op.drop_index("ix_people_sort_key", table_name="people")
    op.drop_index("ix_people_organisation_id", table_name="people")
    op.drop_table("people")
    op.drop_table("state_counters")
    op.drop_table("case_counters")
    op.drop_table("special_days")
    op.drop_index("ix_sign_in_failures_login_digest_at", table_name="sign_in_failures")
    op.drop_index("ix_sign_in_failures_address_digest_at", table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_index("uq_organisations_path", table_name="organisations")
    op.drop_index("ix_organisations_parent_id", table_name="organisations")
    op.drop_table("organisations")
    op.drop_table("installation")
    op.drop_table("fields")
    op.drop_table("code_counters")
    op.drop_table("chains")
