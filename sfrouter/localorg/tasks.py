"""The rules of tasks: whom and what a task is about, the account it belongs to, and whether it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def derive_task(org: Org, row: Mapping[str, Any], changes: dict[str, Any]) -> None:
    """Set the fields that Salesforce fills itself: AccountId, IsClosed, IsHighPriority, CompletedDateTime.

    `row` is the task as it will be; derived values go into `changes`. Raises OrgError
    FIELD_INTEGRITY_EXCEPTION for a lead together with a related record (a lead excludes WhatId).
    """
    who, what = row.get("WhoId"), row.get("WhatId")
    if what is not None and _kind_of(org, who) == "Lead":
        # Salesforce's code is known, its sentence is not: these words are our own.
        sentence = "Related To ID: a task about a lead cannot also be related to another record"
        raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ("WhoId", "WhatId"))
    changes["AccountId"] = _account_of(org, who, what)
    closed = org.store.count("TaskStatus", {"ApiName": row.get("Status"), "IsClosed": True}) > 0
    changes["IsClosed"] = closed
    high = org.store.count("TaskPriority", {"ApiName": row.get("Priority"), "IsHighPriority": True}) > 0
    changes["IsHighPriority"] = high
    if row.get("TaskSubtype") is None:
        changes["TaskSubtype"] = "Task"
    if closed != bool(row.get("CompletedDateTime")):
        changes["CompletedDateTime"] = org.clock.stamp() if closed else None


def _kind_of(org: Org, row_id: str | None) -> str | None:
    holder = org.schema.object_of_id(row_id) if row_id else None
    return holder.name if holder is not None else None


def check_lead_is_open(org: Org, who: str | None) -> None:
    """Raises OrgError CANNOT_UPDATE_CONVERTED_LEAD for a task put on a converted lead."""
    if who is None or _kind_of(org, who) != "Lead":
        return
    if org.store.count("Lead", {"Id": who, "IsConverted": True}):
        raise OrgError(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ("WhoId",))


def _account_of(org: Org, who: str | None, what: str | None) -> str | None:
    """The account: from the related record first, then from the contact; a lead has none."""
    for row_id in (what, who):
        kind = _kind_of(org, row_id)
        if kind is None or row_id is None:
            continue
        if kind == "Account":
            return row_id
        holder = org.schema.object(kind)
        if holder is None or holder.field("AccountId") is None:
            continue
        row = org.store.get(kind, row_id)
        if row is not None and row.get("AccountId"):
            return str(row["AccountId"])
    return None
