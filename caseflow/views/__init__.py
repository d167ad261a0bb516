"""The pages: they read what was sent, call a use case or a query, and answer."""
