"""A company that no account stands for yet: the leads that are its people, and why they are thought to be."""

from dataclasses import dataclass, field
from enum import StrEnum


class JoinReason(StrEnum):
    """Why two keys stand for one company."""

    BY_HAND = "by_hand"  # somebody said so
    DOMAIN = "domain"  # the lead's address is on this domain
    NAME = "name"  # the lead names this company, and no address speaks for or against it
    SPELT = "spelt"  # the domain is the company's name, written as one word or shortened
    WORDS = "words"  # leads of the domain give this name, and it has two words of its own


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Join:
    """Two keys of one company. A key is `domain acme.com`, `name acme` or `lead 00Q...`."""

    left: str
    right: str
    why: JoinReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One company among the leads without an account (R061-R063): its keys in order, and what joins them."""

    keys: tuple[str, ...]
    joins: tuple[Join, ...]

    @property
    def lead_ids(self) -> frozenset[str]:
        """The leads of the company."""
        return frozenset(key.removeprefix("lead ") for key in self.keys if key.startswith("lead "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What people have said about profiles: two keys are one company, or never are. Each pair in order."""

    together: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    apart: frozenset[tuple[str, str]] = field(default_factory=frozenset)
