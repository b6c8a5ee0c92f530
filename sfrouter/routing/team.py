"""Finds the person who has a certain part in an account's team."""

from collections.abc import Iterable

from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.records import TeamMember, TeamRole


def members(dossier: Dossier, role: TeamRole) -> tuple[str, ...]:
    """Everyone with this part: active people first, then by id, whatever order they were read in."""
    return with_part(dossier.team, role, dossier.directory)


def holder(dossier: Dossier, role: TeamRole) -> str | None:
    """The one with this part, or None."""
    return next(iter(members(dossier, role)), None)


def with_part(team: Iterable[TeamMember], role: TeamRole, directory: Directory) -> tuple[str, ...]:
    """Everyone of a team with this part, as `members` gives them."""
    found = {member.person_id for member in team if member.role is role}
    people = directory.people
    return tuple(sorted(found, key=lambda one: (not (one in people and people[one].active), one)))
