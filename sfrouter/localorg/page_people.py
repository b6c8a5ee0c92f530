"""Who sits at the screen: the active users to choose from, and the one that was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from sfrouter.localorg.exchange import Request
from sfrouter.localorg.org import Org
from sfrouter.localorg.person import Person

COOKIE = "localorg_person"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a queue, by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Seat:
    """The person at the screen, and who else could sit there."""

    person: Person
    people: tuple[Named, ...]


def seat_of(org: Org, request: Request) -> Seat:
    """The person of the cookie; without a fitting one the org's first user. Raises LookupError without users."""
    people = active_users(org)
    if not people:
        raise LookupError("the org has no active user")
    wanted = _cookie(request.header("cookie"))
    chosen = next((one.id for one in people if one.id == wanted), people[0].id)
    return Seat(Person(org, chosen), tuple(sorted(people, key=lambda one: one.name.casefold())))


def active_users(org: Org) -> list[Named]:
    """The users who may work, the administrator who made the org first."""
    return [Named(str(row["Id"]), str(row["Name"])) for row in org.store.rows("User", {"IsActive": True})]


def queues_for(org: Org, object_name: str) -> list[Named]:
    """The queues that may own records of an object."""
    taking = {str(row["QueueId"]) for row in org.store.rows("QueueSobject", {"SobjectType": object_name})}
    rows = org.store.rows("Group", {"Type": "Queue"})
    return [Named(str(row["Id"]), str(row["Name"])) for row in rows if row["Id"] in taking]


def name_of(org: Org, row_id: str) -> str | None:
    """What a person calls the record behind an id; None when there is none."""
    kind = org.schema.object_of_id(row_id)
    row = org.store.get(kind.name, row_id, include_deleted=True) if kind is not None else None
    if kind is None or row is None or kind.name_field is None:
        return None
    name = row.get(kind.name_field.name)
    return None if name is None else str(name)


def _cookie(header: str | None) -> str | None:
    try:
        found = SimpleCookie(header or "").get(COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value
