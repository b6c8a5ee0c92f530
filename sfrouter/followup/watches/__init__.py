"""The shelf of watches: one file, one thing that is watched after a decision."""
