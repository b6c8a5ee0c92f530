"""Binds every decision to all before it, so that a later change of any row shows, erasure excepted (G08).

An entry's link is a digest of the link before it, of what a decision keeps for ever, and of a salted digest of
what may be erased: reason and trace. Erasing takes text and salt away and adds an entry that says so; the chain
stays whole, and without the salt nobody can find the erased words by trying.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from sfrouter.ledger.chain_tables import CHAIN, EMPTY
from sfrouter.ledger.tables import DECISION

KEPT = (
    "lead_id", "number", "at", "rule", "place", "owner_id", "policy_hash", "engine", "lead_stamp", "lead_owner_id",
)  # fmt: skip
_NEWEST = select(CHAIN.c.link).order_by(CHAIN.c.position.desc()).limit(1)
_ADD = CHAIN.insert()
ERASABLE = ("reason", "lead_account_id", "link_account_id", "alert", "trace")


class Entry(StrEnum):
    """What an entry of the chain tells of."""

    DECISION = "decision"
    ERASURE = "erasure"


def chain_decision(connection: Connection, row: Mapping[str, Any]) -> None:
    """Bind a decision inside the transaction that records it. `row` holds the columns of its table."""
    salt = secrets.token_hex(16)
    add_entry(connection, Entry.DECISION, row, said=said_digest(row, salt), salt=salt)


def chain_erasure(connection: Connection, lead_id: str, number: int, at: datetime) -> None:
    """Say in the chain that a lead's decisions up to a number lost their words."""
    row = {"lead_id": lead_id, "number": number, "at": at}
    add_entry(connection, Entry.ERASURE, row, said="", salt=None)


def add_entry(connection: Connection, kind: Entry, row: Mapping[str, Any], *, said: str, salt: str | None) -> None:
    """One more entry, bound to the newest."""
    before = connection.execute(_NEWEST).scalar()
    link = link_digest(before or EMPTY, kind, kept_of(kind, row), said)
    values = {name: row[name] for name in ("lead_id", "number", "at")}
    connection.execute(_ADD, {"kind": kind.value, "said": said, "salt": salt, "link": link, **values})


def chain_the_past(connection: Connection) -> None:
    """Bind the decisions of a ledger that an older version kept without a chain, in their order."""
    for row in connection.execute(select(DECISION).order_by(DECISION.c.seq)).mappings().all():
        chain_decision(connection, dict(row))


def kept_of(kind: Entry, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a row the link itself rests on."""
    names = KEPT if kind is Entry.DECISION else ("lead_id", "number", "at")
    return {name: row[name] for name in names}


def said_digest(row: Mapping[str, Any], salt: str) -> str:
    """The digest of what may be erased."""
    return _digest([salt, {name: row[name] for name in ERASABLE}])


def link_digest(before: str, kind: Entry, kept: Mapping[str, Any], said: str) -> str:
    """The digest that binds an entry."""
    return _digest([before, kind.value, kept, said])


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=_moment)
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in the chain")
    return value.astimezone(UTC).isoformat()
