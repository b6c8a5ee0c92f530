"""Merging: up to three records become one, the others' children move to it and the others go to the bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import access, writes
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

MERGEABLE = ("Account", "Case", "Contact", "Lead")
MOST_LOSERS = 2

_STAYING = frozenset({"MasterRecordId", "CreatedById", "LastModifiedById"})


def merge(
    org: Org,
    writer: writes.Writer,
    kind: ObjectType,
    master_id: str,
    loser_ids: Sequence[str],
    values: Mapping[str, Any] | None = None,
) -> list[tuple[str, str]]:
    """Merge one or two records into the master, whose fields stay as they are except for `values`.

    Answers (object, id) of the children that moved. Raises OrgError: INVALID_TYPE_FOR_OPERATION for another
    object, INVALID_ID_FIELD for a wrong number of records or the master among the losers, UNABLE_TO_LOCK_ROW for a
    child that another transaction holds, and the refusals of a change and a deletion.
    """
    if kind.name not in MERGEABLE:
        raise OrgError(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be merged: {kind.label}", ())
    master = writes.find(org, kind, master_id)
    losers = [writes.find(org, kind, one) for one in loser_ids]
    ids = {master["Id"], *(row["Id"] for row in losers)}
    if not 1 <= len(losers) <= MOST_LOSERS or len(ids) != len(losers) + 1:
        raise OrgError(400, "INVALID_ID_FIELD", "a merge takes a master and one or two other records", ())
    if len({bool(row.get("IsPersonAccount")) for row in (master, *losers)}) > 1:
        raise OrgError(400, "INVALID_OPERATION", "a person account cannot be merged with a business account", ())
    access.require_object(org, writer.judged_as, kind, "delete")
    with org.store.transaction():
        for row in losers:
            access.require_row(org, writer.judged_as, kind, row)
        writes.update(org, writer, kind, master, dict(values or {}))
        moved = [child for row in losers for child in _move_children(org, kind, row["Id"], master["Id"])]
        for row in losers:
            org.store.update(kind.name, row["Id"], {"MasterRecordId": master["Id"]})
            writes.delete(org, writer, kind, row)
    return moved


def _move_children(org: Org, kind: ObjectType, loser_id: str, master_id: str) -> list[tuple[str, str]]:
    """Point every record that points at the loser to the master; only SystemModstamp tells of it."""
    moved = []
    for holder in org.schema:
        if holder.field("OldValue") is not None:
            continue  # the loser's field history goes with it
        for field in holder.fields.values():
            if _points_to(field, kind):
                moved += _move(org, holder, field, loser_id, master_id)
    return moved


def _points_to(field: Field, kind: ObjectType) -> bool:
    return field.type == "reference" and kind.name in field.reference_to and field.name not in _STAYING


def _move(org: Org, holder: ObjectType, field: Field, loser_id: str, master_id: str) -> list[tuple[str, str]]:
    rows = org.store.rows(holder.name, {field.name: loser_id})
    org.locks.require_free(str(row["Id"]) for row in rows)
    stamp = {"SystemModstamp": org.clock.stamp()} if holder.field("SystemModstamp") is not None else {}
    for row in rows:
        if row["Id"] == master_id:
            org.store.update(holder.name, row["Id"], {field.name: None} | stamp)  # not its own parent
        else:
            org.store.update(holder.name, row["Id"], {field.name: master_id} | stamp)
    return [(holder.name, str(row["Id"])) for row in rows]
