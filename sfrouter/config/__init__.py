"""The admin's files: read, checked against each other and against the org, handed on as values."""
