"""Lookups from one record to another: the id must be of the right kind, and the record must be there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


def check_references(org: Org, kind: ObjectType, changes: Mapping[str, Any], user_id: str = "") -> None:
    """Check every lookup among the changes but the owner, which has rules of its own.

    With a `user_id` the user must see the record, too.

    Raises OrgError: FIELD_INTEGRITY_EXCEPTION for a record of the wrong kind, ENTITY_IS_DELETED for one in the
    recycle bin, INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY for one that is not there.
    """
    for name, value in changes.items():
        field = kind.fields[name.lower()]
        if field.type == "reference" and value is not None and name != "OwnerId":
            check_reference(org, field, str(value), user_id)


def check_reference(org: Org, field: Field, target_id: str, user_id: str = "") -> None:
    """Check one lookup; see `check_references`."""
    holder = org.schema.object_of_id(target_id)
    if holder is None or holder.name not in field.reference_to:
        sentence = f"{field.label}: id value of incorrect type: {target_id}"
        raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, (field.name,))
    there = org.store.count(holder.name, {"Id": target_id}) > 0
    if there and org.sharing.may_read(user_id, holder, target_id):
        return
    if not there and org.store.count(holder.name, {"Id": target_id}, include_deleted=True):
        raise OrgError(400, "ENTITY_IS_DELETED", "entity is deleted", ())
    sentence = f"insufficient access rights on cross-reference id: {target_id[:15]}"
    raise OrgError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", sentence, ())
