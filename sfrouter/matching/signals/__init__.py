"""The shelf of evidence: one file, one kind of sign that a lead belongs to an account."""
