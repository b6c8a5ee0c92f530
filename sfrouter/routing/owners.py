"""Finds who can really take a lead: never somebody who left, but his successor or his manager (R095-R098)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.dossier import Directory
from sfrouter.model.records import Person, Queue
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.rule import Heirs, Wanted


class Way(StrEnum):
    """How a lead goes on when the person it belongs to has left."""

    SUCCESSOR = "successor"  # R098
    MANAGERS = "managers"  # R096
    ON_DOWN = "on_down"  # R097: the next rule; what follows it in the order is not tried


class Departed(BaseModel):
    """The policy's setting for leavers: in which order the ways are tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: tuple[Way, ...] = Field(default=(Way.SUCCESSOR, Way.MANAGERS, Way.ON_DOWN), min_length=1)


STANDARD = Departed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who takes the lead in somebody's place, or why nobody does. `warnings` are for the admin's eyes only."""

    owner: Owner | None
    words: Phrase | None = None
    ids: tuple[str, ...] = ()
    warnings: tuple[Phrase, ...] = ()


def find_owner(
    wanted: Wanted, directory: Directory, *, departed: Departed = STANDARD, never: frozenset[str] = frozenset()
) -> Found:
    """The wanted one when active, else whoever stands in for him. `never` holds the intake's queues and users."""
    if wanted.queue:
        return _queue(directory.queue_named(wanted.queue), wanted.queue, never)
    role = say(f"role.{wanted.role}")
    if wanted.email:
        person = directory.by_email(wanted.email)
        if person is None:
            warning = say("owner.no_such_email", role=role, email=wanted.email)
            return Found(owner=None, words=say("owner.unknown", role=role), warnings=(warning,))
        return _person(person, wanted, directory, departed, never)
    if wanted.record_id is None:
        return Found(owner=None, words=say("owner.not_recorded", role=role))
    if wanted.record_id in directory.queues:
        return _queue(directory.queues[wanted.record_id], "", never)
    person = directory.people.get(wanted.record_id)
    if person is None:
        # A deleted or hidden user may still have an heir in the admin's table.
        person = Person(id=wanted.record_id, name="", active=False)
    return _person(person, wanted, directory, departed, never)


def _queue(queue: Queue | None, name: str, never: frozenset[str]) -> Found:
    if queue is None:
        words = say("queue.unknown", queue=name)
    elif not queue.takes_leads:
        words = say("queue.no_leads", queue=queue.name)
    elif queue.id in never:
        words = say("queue.intake", queue=queue.name)
    else:
        return Found(owner=Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name))
    return Found(owner=None, words=words, warnings=(words,))


def _person(
    person: Person, wanted: Wanted, directory: Directory, departed: Departed, never: frozenset[str]
) -> Found:
    if person.id in never:
        return Found(owner=None, words=say("owner.intake", name=called(person)))
    if person.active and wanted.heirs is not Heirs.MANAGERS:
        return Found(owner=_owner(person))
    for way in _ways(wanted.heirs, departed):
        heir = next((one for one in _LINES[way](person, directory) if one.active and one.id not in never), None)
        if heir is not None:
            words = say(f"heir.{way}", why=why_gone(person), heir=called(heir))
            rule = "R098" if way is Way.SUCCESSOR else "R096"
            return Found(owner=_owner(heir, words), words=words, ids=("R095", rule))
    words = _nobody(wanted.heirs, person)
    return Found(owner=None, words=words, ids=("R095",))


def _ways(heirs: Heirs, departed: Departed) -> Iterator[Way]:
    for way in departed.order:
        if way is Way.ON_DOWN:
            return
        if heirs is Heirs.CHAIN or heirs.value == way.value:
            yield way


def _successors(person: Person, directory: Directory) -> Iterator[Person]:
    """His successor, that one's successor, and so on; a circle ends it."""
    seen = {person.id}
    while True:
        recorded = (person.successor_id, directory.successors.get(person.id))
        following = next(
            (directory.people[one] for one in recorded if one and _is_new(one, directory, seen)), None
        )
        if following is None:
            return
        person = following
        seen.add(person.id)
        yield person


def _is_new(person_id: str, directory: Directory, seen: set[str]) -> bool:
    return person_id in directory.people and person_id not in seen


def _managers(person: Person, directory: Directory) -> Iterator[Person]:
    """His manager, that one's manager, and so on; a circle or a manager nobody knows ends it."""
    seen = {person.id}
    while person.manager_id is not None and person.manager_id not in seen:
        above = directory.people.get(person.manager_id)
        if above is None:
            return
        person = above
        seen.add(person.id)
        yield person


_LINES: Mapping[Way, Callable[[Person, Directory], Iterator[Person]]] = MappingProxyType(
    {Way.SUCCESSOR: _successors, Way.MANAGERS: _managers}
)


def _nobody(heirs: Heirs, person: Person) -> Phrase:
    if heirs is Heirs.MANAGERS:
        return say("gone.managers", gone=called(person))
    why = why_gone(person)
    return why if heirs is Heirs.NONE else say(f"gone.{heirs}", why=why)


def why_gone(person: Person) -> Phrase:
    """Why somebody can have no lead: he left, or is barred though he works here."""
    return say(f"gone.{person.barred or 'none'}", gone=called(person))


def called(person: Person) -> str | Phrase:
    """A person's name for a sentence."""
    return person.name.strip() or say("somebody")


def _owner(person: Person, words: Phrase | None = None) -> Owner:
    return Owner(
        id=person.id, kind=OwnerKind.PERSON, name=person.name.strip() or person.id, words=str(words or "")
    )
