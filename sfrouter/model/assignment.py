"""Who gets a lead: one owner, never a team (R150), and how the rotation stood when he was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class OwnerKind(StrEnum):
    """A person or a queue."""

    PERSON = "person"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The one who gets the lead. `words` says how he came to it when it was not plain (a leaver's successor)."""

    id: str
    kind: OwnerKind
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationMove:
    """What an assignment by rotation does to the pool's counters: absolute new values, safe to repeat.

    `undo` is what to add to the counters if the turn is not used after all; empty: one turn less for the person.
    `given_back` marks a move that does just that.
    """

    pool: str
    person_id: str
    turns: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    undo: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    given_back: bool = False


Given = Mapping[str, Mapping[str, tuple[datetime, ...]]]
"""When leads were given by rotation, by pool and person, the earliest first; the last two days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Where every pool stands: turns taken, by pool and person, and when the last leads were given."""

    turns: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    given: Given = field(default_factory=lambda: MappingProxyType({}))
