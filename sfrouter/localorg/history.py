"""The field history that the org keeps: who changed the owner of a record, when, from whom to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def history_object(org: Org, kind: ObjectType) -> ObjectType | None:
    """The field history of an object (LeadHistory for Lead), or None when it keeps none."""
    # OpportunityHistory is a log of stages, so opportunities have OpportunityFieldHistory.
    found = org.schema.object(f"{kind.name}FieldHistory") or org.schema.object(f"{kind.name}History")
    return found if found is not None and found.field("OldValue") is not None else None


def note_creation(org: Org, kind: ObjectType, row_id: str, user_id: str, now: datetime) -> None:
    """Write the `created` entry that Salesforce begins a record's history with."""
    kept = history_object(org, kind)
    if kept is not None:
        _write(org, kind, kept, row_id, user_id, now, {"Field": "created", "DataType": "Text"})


def note_changes(
    org: Org, kind: ObjectType, before: Mapping[str, Any], changes: Mapping[str, Any], user_id: str, now: datetime
) -> None:
    """Write the entries of an owner change: as Salesforce does, one with the names and one with the ids."""
    kept = history_object(org, kind)
    old, new = before.get("OwnerId"), changes.get("OwnerId", before.get("OwnerId"))
    if kept is None or old == new:
        return
    names = {"DataType": "Text", "OldValue": owner_name(org, old), "NewValue": owner_name(org, new)}
    ids = {"DataType": "EntityId", "OldValue": old, "NewValue": new}
    for values in (names, ids):
        _write(org, kind, kept, before["Id"], user_id, now, {"Field": "Owner"} | values)


def owner_name(org: Org, owner_id: str | None) -> str | None:
    """The name of a user or queue, as a person reads it."""
    holder = org.schema.object_of_id(owner_id) if owner_id else None
    row = org.store.get(holder.name, owner_id) if holder is not None and owner_id else None
    return None if row is None else row.get("Name")


def _write(
    org: Org,
    kind: ObjectType,
    kept: ObjectType,
    row_id: str,
    user_id: str,
    now: datetime,
    values: dict[str, Any],
) -> None:
    parent = {f"{kind.name}Id": row_id, "CreatedById": user_id, "CreatedDate": now}
    org.store.insert(kept.name, parent | values)
