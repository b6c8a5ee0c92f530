"""What a routing rule is: it looks at a lead's whole evidence and says who should have it, or passes it on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

from sfrouter.base.standards import Standards
from sfrouter.model.dossier import Dossier
from sfrouter.routing.explain import Phrase, say


class Role(StrEnum):
    """In which part somebody gets a lead."""

    ACCOUNT_OWNER = "account_owner"
    PARENT_OWNER = "parent_owner"
    ACCOUNT_MANAGER = "account_manager"
    SPECIALIST = "specialist"
    STRATEGIC_OWNER = "strategic_owner"
    DEDICATED_SDR = "dedicated_sdr"
    NAMED_OWNER = "named_owner"
    PREVIOUS_OWNER = "previous_owner"
    OPPORTUNITY_OWNER = "opportunity_owner"
    LEAD_OWNER = "lead_owner"
    PARTNER = "partner"
    PARTNER_MANAGER = "partner_manager"
    SALES_LEADERSHIP = "sales_leadership"
    COMPETITOR_QUEUE = "competitor_queue"


class Heirs(StrEnum):
    """Who may stand in for somebody who left (R095-R098)."""

    CHAIN = "chain"  # the whole departed chain, in the order the policy sets
    SUCCESSOR = "successor"  # only recorded successors
    MANAGERS = "managers"  # only the managers
    NONE = "none"  # nobody: he takes it himself or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One candidate for the owner, named by record id, by a user's e-mail, or by a queue's name."""

    role: Role
    record_id: str | None = None
    email: str = ""
    queue: str = ""
    heirs: Heirs = Heirs.CHAIN
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The rule applies: the first of `wanted` who can take the lead gets it.

    When none can, `otherwise` holds; without it the next rule is asked (R097), or, with `final`, the lead goes
    to the catch-all queue.
    `changes` are further lead values to write, in the mapping's words. `silent`: nobody else is told.
    """

    wanted: tuple[Wanted, ...]
    words: Phrase
    ids: tuple[str, ...] = ()
    changes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[Phrase, ...] = ()
    otherwise: "ToDefault | Keep | None" = None
    final: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The rule does not apply; `words` say which value kept it from applying."""

    words: Phrase
    ids: tuple[str, ...] = ()
    warnings: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDefault:
    """The lead is shared out by territory and pool, or by the named `pool` at once (win-back)."""

    words: Phrase
    ids: tuple[str, ...] = ()
    warnings: tuple[Phrase, ...] = ()
    pool: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The owner stays as he is; only `changes` are written (auto-disqualified competitor)."""

    words: Phrase
    ids: tuple[str, ...] = ()
    changes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[Phrase, ...] = ()
    silent: bool = True


Verdict = Claim | Pass | ToDefault | Keep


def unmatched() -> Pass:
    """What every rule about an account answers when there is none."""
    return Pass(words=say("no_account"))


class Rule(BaseModel):
    """A part of the shelf routing/rules/: its options, validated and frozen, and one method.

    `place` is its place in the hierarchy (handbook, section 6), `ids` the handbook's ids it carries out, `needs`
    the mapped words it cannot do without, as noun.field or noun.field.word; `reads` the fields that it looks at
    besides, where the mapping has them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: ClassVar[str]
    ids: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()

    reviewed_on: date | None = None  # R118: when somebody last looked whether the rule is still right

    @property
    def name(self) -> str:
        """The rule's name in the policy: its file's name."""
        return type(self).__module__.rpartition(".")[2]

    def in_standard_form(self, standards: Standards) -> Self:
        """The same rule with the admin's words in the form leads have when they are compared (L03)."""
        return self

    def needed(self) -> tuple[str, ...]:
        """The mapped words these options need, e.g. account.relationship.customer."""
        return type(self).needs

    def looks_at(self) -> tuple[str, ...]:
        """All that its answer may depend on, so that it can be said when some of it cannot be seen (F12)."""
        return (*self.needed(), *type(self).reads)

    def named_queues(self) -> tuple[str, ...]:
        """The queues the options name, for the check against the org."""
        return ()

    def named_people(self) -> tuple[str, ...]:
        """The users the options name by e-mail, for the check against the org."""
        return ()

    def named_pools(self) -> tuple[str, ...]:
        """The pools the options name, for the check against the policy."""
        return ()

    def decide(self, dossier: Dossier) -> Verdict:
        """Who should have the lead. Pure: the dossier and the options determine the answer."""
        raise NotImplementedError
