"""A lead's whole way, from the org through the rooms and back. Read cycle.py first."""
