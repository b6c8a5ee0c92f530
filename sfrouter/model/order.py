"""A word on which account a lead belongs to, given here and not in the CRM; carried out at the next cycle."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OrderKind(StrEnum):
    """How the word was given."""

    ACCEPTED = "accepted"  # a review item was accepted (RV1)
    LINKED = "linked"  # linked from the command line (R041, R043)
    UNDONE = "undone"  # an earlier link is taken back


class OrderState(StrEnum):
    """How far it got."""

    OPEN = "open"
    TAKEN = "taken"  # a decision was made on it
    LEFT = "left"  # a person was first: nothing was done
    WITHDRAWN = "withdrawn"  # taken back before it was carried out


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOrder:
    """Link this lead to `account_id` (R039), or, to undo, give it back to `owner_id` with the link it had.

    `account_was` and `owner_was` say how the lead stood when the order was given: who finds it otherwise knows
    that a person was there since. `batch` names all that was ordered at once.
    """

    lead_id: str
    kind: OrderKind
    account_id: str | None
    account_was: str | None
    owner_was: str | None
    by: str
    at: datetime
    batch: str
    owner_id: str | None = None
    state: OrderState = OrderState.OPEN
    decision_number: int | None = None
    seq: int | None = None
