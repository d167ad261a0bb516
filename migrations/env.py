"""Alembic's environment: runs on the connection that `caseflow.database.migrations` hands over."""

from __future__ import annotations

from alembic import context

from caseflow.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
