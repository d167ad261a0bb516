"""Taking in lists: organisations, people, special days and cases; all of a file, or nothing of it."""
