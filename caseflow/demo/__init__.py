"""The demo province: real organisations, invented people, believable issues."""
