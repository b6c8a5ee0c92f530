"""Finds the person who has a certain part in an account's team."""

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import TeamRole


def members(dossier: Dossier, role: TeamRole) -> tuple[str, ...]:
    """Everyone with this part: active people first, then by id, whatever order they were read in."""
    found = {member.person_id for member in dossier.team if member.role is role}
    people = dossier.directory.people
    return tuple(sorted(found, key=lambda one: (not (one in people and people[one].active), one)))


def holder(dossier: Dossier, role: TeamRole) -> str | None:
    """The one with this part, or None."""
    return next(iter(members(dossier, role)), None)
