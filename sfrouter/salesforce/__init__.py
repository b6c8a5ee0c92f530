"""The one door to the org: signing in, asking, writing, and judging every answer in one place."""
