"""The recycle bin: taking records out of it again, and removing them for good."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sfrouter.localorg import access, writes
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

BIN_LIFE = timedelta(days=15)
"""How long Salesforce keeps a deleted record."""


def undelete(org: Org, writer: writes.Writer, kind: ObjectType, row_id: str) -> list[str]:
    """Take a record out of the bin, with the children that were deleted with it; answers all their ids.

    Children are those whose deletion bears the same second. Raises OrgError UNDELETE_FAILED for a record
    that is not in the bin, or that a merge deleted.
    """
    row = org.store.get(kind.name, row_id, include_deleted=True)
    if row is None or not row.get("IsDeleted") or row.get("MasterRecordId"):
        raise OrgError(400, "UNDELETE_FAILED", "Entity is not in the recycle bin", ())
    access.require_object(org, writer.judged_as, kind, "delete")
    access.require_row(org, writer.judged_as, kind, row)
    deleted_at = row["SystemModstamp"]
    with org.store.transaction():
        found = [row["Id"]]
        _restore(org, writer, kind, row["Id"])
        for child in kind.child_relationships:
            holder = org.schema.object(child.child_object)
            if not child.cascade_delete or holder is None or holder.field("IsDeleted") is None:
                continue
            if holder.field(child.field) is None or holder.field("SystemModstamp") is None:
                continue
            where = {child.field: row["Id"], "IsDeleted": True, "SystemModstamp": deleted_at}
            for one in org.store.rows(holder.name, where, include_deleted=True):
                if not one.get("MasterRecordId"):
                    found += undelete(org, writer, holder, one["Id"])
    return found


def _restore(org: Org, writer: writes.Writer, kind: ObjectType, row_id: str) -> None:
    now = org.clock.stamp()
    stamps = {"LastModifiedDate": now, "LastModifiedById": writer.user_id, "SystemModstamp": now}
    known = {name: value for name, value in stamps.items() if kind.field(name) is not None}
    org.store.update(kind.name, row_id, known | {"IsDeleted": False})


def hard_delete(org: Org, writer: writes.Writer, kind: ObjectType, row_id: str) -> None:
    """Remove a record for good, from the bin or before it gets there. Not even queryAll finds it again.

    Raises OrgError: INSUFFICIENT_ACCESS_OR_READONLY without the right BulkApiHardDelete, NOT_FOUND (404).
    """
    if not (writer.system or org.permissions.of(writer.user_id).has("BulkApiHardDelete")):
        sentence = "hard delete requires special permission"
        raise OrgError(403, "INSUFFICIENT_ACCESS_OR_READONLY", sentence, ())
    row = org.store.get(kind.name, row_id, include_deleted=True)
    if row is None:
        raise OrgError(404, "NOT_FOUND", "The requested resource does not exist")
    with org.store.transaction():
        if not row.get("IsDeleted"):
            writes.delete(org, writer, kind, row)
        _purge(org, kind, row["Id"])


def _purge(org: Org, kind: ObjectType, row_id: str) -> None:
    """Remove a row of the bin and the children in the bin that hang on it."""
    for child in kind.child_relationships:
        holder = org.schema.object(child.child_object)
        if not child.cascade_delete or holder is None or holder.field(child.field) is None:
            continue
        if holder.field("IsDeleted") is None:
            continue
        for one in org.store.rows(holder.name, {child.field: row_id, "IsDeleted": True}, include_deleted=True):
            _purge(org, holder, one["Id"])
    if org.store.get(kind.name, row_id, include_deleted=True) is not None:
        org.store.purge(kind.name, row_id)


def empty_old(org: Org) -> int:
    """Remove what has been in the bin for more than fifteen days; tells how many records."""
    before = org.clock.now() - BIN_LIFE
    count = 0
    for kind in org.schema:
        if kind.field("IsDeleted") is None or kind.field("SystemModstamp") is None or not kind.queryable:
            continue
        for row in org.store.rows(kind.name, {"IsDeleted": True}, include_deleted=True):
            if row["SystemModstamp"] < before:
                org.store.purge(kind.name, row["Id"])
                count += 1
    return count
