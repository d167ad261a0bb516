"""The engine, transactions and column types; what differs between SQLite and PostgreSQL stands here."""
