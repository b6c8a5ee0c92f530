"""A company that several leads come from and that has no account yet, although it has earned one (R066)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What happens when a company has earned an account."""

    OFF = "off"
    PROPOSE = "propose"  # a person is asked
    CREATE = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One lead at the company's domain, as far as it matters here. `person` tells people apart by their address.

    `known`: it was there before the lead in question, by creation or by decision. `company` is "" where it gives
    no usable name; `name_key` is the same for all spellings of it.
    """

    lead_id: str
    person: str
    created_at: datetime
    owner_id: str | None
    known: bool
    open: bool
    in_review: bool
    personal: bool
    company: str = ""
    name_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """A company whose account is to be made, is proposed, or is on its way.

    `first_owner_id` has the lead created first, of those that a person has (R068). `ordered`: an earlier decision
    asked for the account; `account_id` is known once the org has it and the mirror has not read it yet. `flooded`:
    its leads come in a flood, so a person is asked although the policy makes accounts.
    """

    domain: str
    name: str
    action: Action
    lead_ids: tuple[str, ...] = field(default=())
    first_owner_id: str | None = None
    ordered: bool = False
    account_id: str | None = None
    flooded: bool = False
