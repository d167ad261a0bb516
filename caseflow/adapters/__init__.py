"""The outside world: clock, files, spreadsheets, mail."""
