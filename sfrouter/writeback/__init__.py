"""Writes to the org: owners and links first, then the Tasks of confirmed owners; never twice."""
