"""Who gets a lead: one owner, never a team (R150), and how the rotation stood when he was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """What an assignment by rotation does to the pool's counters: absolute new values, safe to repeat."""

    pool: str
    person_id: str
    turns: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Where every pool stands: turns taken, by pool and person."""

    turns: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
