"""caseflow: registers pressing issues and follows each one to a verified end."""
