"""Tells whether an org keeps private people as accounts (person accounts), by what its accounts look like."""

from collections.abc import Mapping
from typing import Any

PERSON_FLAG = "IsPersonAccount"
"""The checkbox that tells a private person from a company. Orgs without person accounts do not have it."""


def has_private_people(description: Mapping[str, Any]) -> bool:
    """Does the object, as it is described, have that checkbox?"""
    return any(field.get("name") == PERSON_FLAG for field in description.get("fields", ()))
