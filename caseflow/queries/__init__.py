"""Read-only selects, always through scope."""
