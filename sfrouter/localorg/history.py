"""The field history that the org keeps: who changed the owner or a tracked field, when, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.schema import Field, ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


_LONGEST_KEPT = 255
_DATA_TYPES = {
    "boolean": "Boolean",
    "currency": "Currency",
    "date": "DateOnly",
    "datetime": "DateTime",
    "double": "Double",
    "email": "Email",
    "int": "Double",
    "percent": "Percent",
    "phone": "Phone",
    "picklist": "DynamicEnum",
    "url": "Url",
}
"""What the history calls the type of a field; other fields are Text."""


def history_object(org: Org, kind: ObjectType) -> ObjectType | None:
    """The field history of an object (LeadHistory for Lead), or None when it keeps none."""
    if kind.name in org.no_history:
        return None
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
    """Write the entries of a change: one a tracked field, and of an owner change two, with names and with ids."""
    kept = history_object(org, kind)
    if kept is None:
        return
    for field in _tracked(org, kind):
        if field.name in changes and changes[field.name] != before.get(field.name):
            values = _field_values(org, field, before.get(field.name), changes[field.name])
            _write(org, kind, kept, before["Id"], user_id, now, values)
    old, new = before.get("OwnerId"), changes.get("OwnerId", before.get("OwnerId"))
    if old == new:
        return
    names = {"DataType": "Text", "OldValue": owner_name(org, old), "NewValue": owner_name(org, new)}
    ids = {"DataType": "EntityId", "OldValue": old, "NewValue": new}
    for values in (names, ids):
        _write(org, kind, kept, before["Id"], user_id, now, {"Field": "Owner"} | values)


def _tracked(org: Org, kind: ObjectType) -> list[Field]:
    names = sorted(org.history_fields.get(kind.name, ()))
    return [field for name in names if (field := kind.field(name)) is not None and field.name != "OwnerId"]


def _field_values(org: Org, field: Field, old: Any, new: Any) -> dict[str, Any]:
    """One entry. Of long texts Salesforce notes only that they changed; lookups go by the name of the record."""
    name = field.name if field.custom or field.type != "reference" else field.name.removesuffix("Id")
    if field.type == "textarea" and field.length > _LONGEST_KEPT:
        return {"Field": name, "DataType": "MultiLineText"}
    kind = _DATA_TYPES.get(field.type, "Text")
    if field.type == "reference":
        old, new = owner_name(org, old), owner_name(org, new)
    return {"Field": name, "DataType": kind, "OldValue": _told(old), "NewValue": _told(new)}


def _told(value: Any) -> str | None:
    """A value as the text column of the history holds it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def owner_name(org: Org, owner_id: str | None) -> str | None:
    """The name of a user, a queue or another record, as a person reads it."""
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
