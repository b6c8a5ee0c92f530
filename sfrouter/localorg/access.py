"""Whether a user may write what a call asks for: the object, the row, and its owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.sharing import insufficient_access

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_DONE = {"create": "inserted", "edit": "updated", "delete": "deleted", "undelete": "undeleted"}


def require_object(org: Org, user_id: str, kind: ObjectType, right: str) -> None:
    """Raises OrgError for an object whose records nobody, or not this user, may create, edit or delete."""
    able = {"create": kind.createable, "edit": kind.updateable, "delete": kind.deletable}[right]
    if not org.permissions.may(user_id, kind, "read"):
        raise OrgError(400, "INVALID_TYPE", f"sObject type '{kind.name}' is not supported.", ())
    if not able or not org.permissions.may(user_id, kind, right):
        sentence = f"entity type cannot be {_DONE[right]}: {kind.label}"
        raise OrgError(400, "INVALID_TYPE_FOR_OPERATION", sentence, ())


def require_row(org: Org, user_id: str, kind: ObjectType, row: Mapping[str, Any]) -> None:
    """Raises OrgError for a row that sharing, an approval or another transaction keeps from being written."""
    org.sharing.require_edit(user_id, kind, row)
    may_edit_locked = org.permissions.of(user_id).edits_all_rows
    org.locks.require_unapproved(row["Id"], may_edit_locked=may_edit_locked)
    org.locks.require_free([row["Id"]])


def require_transfer(org: Org, user_id: str, kind: ObjectType, row: Mapping[str, Any]) -> None:
    """Raises OrgError when a user without a transfer right gives away a record that is not their own."""
    own = row.get("OwnerId") in org.sharing.holders(user_id)
    if user_id and not own and not org.permissions.may_transfer(user_id, kind):
        raise insufficient_access()


def require_reader(org: Org, kind: ObjectType, owner_id: str) -> None:
    """Raises OrgError TRANSFER_REQUIRES_READ for a new owner who may not read such records at all."""
    if owner_id.startswith("005") and not org.permissions.may(owner_id, kind, "read"):
        # The code is Salesforce's; the sentence is our own.
        sentence = "the new owner's profile and permission sets do not give read access to this object"
        raise OrgError(400, "TRANSFER_REQUIRES_READ", sentence, ("OwnerId",))
