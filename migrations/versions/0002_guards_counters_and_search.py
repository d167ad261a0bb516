"""What the database guards and keeps by itself: the trail, what never changes, the counters, the search index."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT_OF_EVENTS = (
    "id", "uuid", "subject", "seq", "type", "at", "actor_id", "about_case_id", "leaf", "mac", "state",
    "organisation_id", "field_id", "owner_id", "deadline", "period", "resolved_on",
)  # fmt: skip
KEPT_OF_CASES = ("uuid", "code", "kind", "period", "level", "registered_at", "registered_by_id", "history")
COUNTED = ("kind", "state", "visibility", "history", "organisation_id", "period", "field_id")
COUNTED_BY_STATE = ("kind", "state", "visibility", "organisation_id")
COUNTERS = {"case_counters": COUNTED, "state_counters": COUNTED_BY_STATE}


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns)


def _count(table: str) -> str:
    columns = COUNTERS[table]
    values = ", ".join(f"NEW.{column}" for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}, n) VALUES ({values}, 1)"
        f" ON CONFLICT ({', '.join(columns)}) DO UPDATE SET n = n + 1;"
    )


def _uncount(table: str) -> str:
    where = " AND ".join(f"{column} = OLD.{column}" for column in COUNTERS[table])
    return f"UPDATE {table} SET n = n - 1 WHERE {where};"


COUNT = " ".join(_count(table) for table in COUNTERS)
UNCOUNT = " ".join(_uncount(table) for table in COUNTERS)


FORGET = (
    "INSERT INTO case_search (case_search, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text);"
)
LEARN = "INSERT INTO case_search (rowid, search_text) VALUES (NEW.id, NEW.search_text);"

RIGHTS = "BEGIN UPDATE installation SET rights_edition = random(); END"
"""Drawn, not counted: what a transaction saw that was rolled back is then never taken for another's."""
WHAT_GIVES_RIGHTS = {
    f"{table}_{name}": f"AFTER {change} ON {table} {RIGHTS}"
    for table in ("role_grants", "delegations")
    for name, change in (("given", "INSERT"), ("changed", "UPDATE"), ("taken", "DELETE"))
} | {
    "people_moved": f"AFTER UPDATE OF organisation_id ON people {RIGHTS}",
    "organisations_moved": f"AFTER UPDATE OF path ON organisations {RIGHTS}",
}

TRIGGERS = WHAT_GIVES_RIGHTS | {
    "events_never_deleted": "BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END",
    "events_never_changed": (
        "BEFORE UPDATE ON events WHEN NOT (OLD.leaf_index IS NULL AND NEW.leaf_index IS NOT NULL"
        f" AND {_same(KEPT_OF_EVENTS)}) BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    ),
    "cases_never_deleted": "BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'cases are never deleted'); END",
    "cases_keep_what_is_fixed": (
        f"BEFORE UPDATE OF {', '.join(KEPT_OF_CASES)} ON cases WHEN NOT ({_same(KEPT_OF_CASES)})"
        " BEGIN SELECT RAISE(ABORT, 'this never changes once registered'); END"
    ),
    "cases_keep_the_first_deadline": (
        "BEFORE UPDATE OF first_deadline ON cases WHEN OLD.first_deadline IS NOT NULL"
        " AND NEW.first_deadline IS NOT OLD.first_deadline"
        " BEGIN SELECT RAISE(ABORT, 'the first deadline is kept forever'); END"
    ),
    "cases_counted_in": f"AFTER INSERT ON cases BEGIN {COUNT} END",
    "cases_counted_anew": (
        f"AFTER UPDATE OF {', '.join(COUNTED)} ON cases WHEN NOT ({_same(COUNTED)})"
        f" BEGIN {UNCOUNT} {COUNT} END"
    ),
    "cases_learned": f"AFTER INSERT ON cases BEGIN {LEARN} END",
    "cases_learned_anew": (
        "AFTER UPDATE OF search_text ON cases WHEN NEW.search_text IS NOT OLD.search_text"
        f" BEGIN {FORGET} {LEARN} END"
    ),
}


def upgrade() -> None:
    """Make the search index and every trigger; take in the cases that are there already."""
    op.execute(
        "CREATE VIRTUAL TABLE case_search USING fts5"
        " (search_text, content='cases', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO case_search (case_search) VALUES ('rebuild')")
    for table, counted in COUNTERS.items():
        columns = ", ".join(counted)
        op.execute(f"DELETE FROM {table}")
        op.execute(
            f"INSERT INTO {table} ({columns}, n) SELECT {columns}, count(*) FROM cases GROUP BY {columns}"
        )
    for name, body in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    """Drop them."""
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE case_search")
