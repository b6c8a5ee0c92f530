"""The ground floor: errors, clock, log, files, database. It has never heard of a lead."""
