"""Creating, changing and deleting records by Salesforce's rules: the one way in which the org's rows change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import history, write_rules
from sfrouter.localorg.assignment import assigned_owner
from sfrouter.localorg.call import not_found
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.owners import check_owner
from sfrouter.localorg.references import check_references
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.write_fields import Purpose, fields_of, read_body

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

Row = dict[str, Any]

_WITHOUT_BIN = frozenset({"AccountTeamMember", "OpportunityTeamMember", "UserAccountTeamMember"})
"""Objects that have an IsDeleted field, yet whose directly deleted rows are not even in queryAll."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and the Sforce-Auto-Assign header that came with this very (sub)request, or None."""

    user_id: str
    auto_assign: str | None = None


def create(org: Org, writer: Writer, kind: ObjectType, body: Mapping[str, Any]) -> str:
    """Make a row and answer its id. Raises OrgError with the first rule that the row breaks."""
    if not kind.createable:
        raise _not_for(kind, "inserted")
    if any(name.lower() == "id" for name in fields_of(body)):
        sentence = "cannot specify Id in an insert call"
        raise OrgError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", sentence, ("Id",))
    values = read_body(org, kind, body, writer.user_id, Purpose(creating=True))
    with org.store.transaction():
        given = dict(values)
        write_rules.add_defaults(kind, values)
        if kind.has_owner and kind.fields["ownerid"].createable:
            values["OwnerId"] = values.get("OwnerId") or writer.user_id
        write_rules.check_required(kind, values, creating=True)
        check_references(org, kind, given)
        write_rules.check_related(org, kind, given)
        write_rules.derive(org, kind, None, values)
        _assign(org, writer, kind, values, values)
        _check_new_owner(org, kind, None, values)
        write_rules.check_unique(org, kind, values, None)
        now = org.clock.stamp()
        row_id = org.store.insert(kind.name, values | _stamps(kind, writer, now, creating=True))
        history.note_creation(org, kind, row_id, writer.user_id, now)
    return row_id


def update(org: Org, writer: Writer, kind: ObjectType, row: Row, body: Mapping[str, Any]) -> None:
    """Change a row that was found before. Raises OrgError with the first rule that the change breaks."""
    if not kind.updateable:
        raise _not_for(kind, "updated")
    _refuse_own_id(body)
    changes = read_body(org, kind, body, writer.user_id, Purpose(creating=False))
    write_rules.check_open(kind, row)
    with org.store.transaction():
        write_rules.check_required(kind, changes, creating=False)
        check_references(org, kind, changes)
        write_rules.check_related(org, kind, changes)
        write_rules.derive(org, kind, row, changes)
        _assign(org, writer, kind, {**row, **changes}, changes)
        _check_new_owner(org, kind, row, changes)
        write_rules.check_unique(org, kind, changes, row["Id"])
        now = org.clock.stamp()
        org.store.update(kind.name, row["Id"], changes | _stamps(kind, writer, now, creating=False))
        history.note_changes(org, kind, row, changes, writer.user_id, now)


def delete(org: Org, writer: Writer, kind: ObjectType, row: Row) -> None:
    """Put a row, and the rows that go with it, into the recycle bin. Raises OrgError for undeletable kinds."""
    if not kind.deletable:
        raise _not_for(kind, "deleted")
    with org.store.transaction():
        if kind.name in _WITHOUT_BIN:
            org.store.purge(kind.name, row["Id"])
            return
        now = org.clock.stamp()
        if kind.field("IsDeleted") is not None:
            org.store.update(kind.name, row["Id"], _stamps(kind, writer, now, creating=False))
        org.store.delete(kind.name, row["Id"])
        for child in kind.child_relationships:
            if child.cascade_delete:
                _delete_children(org, writer, child.child_object, child.field, row["Id"])


def find(org: Org, kind: ObjectType, id_text: str, *, in_list: bool = False) -> Row:
    """A living row by its id.

    Raises OrgError: MALFORMED_ID for a broken id or one of another object, ENTITY_IS_DELETED (404) for a row in
    the recycle bin, NOT_FOUND (404) for none; within a collection (`in_list`) the latter is
    INVALID_CROSS_REFERENCE_KEY.
    """
    try:
        row_id = normalise(id_text)
    except ValueError as problem:
        raise _wrong_id(kind, id_text) from problem
    if row_id[:3] != kind.id_prefix:
        raise _wrong_id(kind, id_text)
    row = org.store.get(kind.name, row_id, include_deleted=True)
    if row is None:
        if in_list:
            raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        raise not_found()
    if row.get("IsDeleted"):
        raise OrgError(404, "ENTITY_IS_DELETED", "entity is deleted", ())
    return row


def _wrong_id(kind: ObjectType, id_text: str) -> OrgError:
    sentence = f"{kind.label} ID: id value of incorrect type: {id_text}"
    return OrgError(400, "MALFORMED_ID", sentence, ("Id",))


def _refuse_own_id(body: Mapping[str, Any]) -> None:
    if any(name.lower() == "id" for name in fields_of(body)):
        raise OrgError(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")


def _assign(org: Org, writer: Writer, kind: ObjectType, row: Mapping[str, Any], changes: Row) -> None:
    owner = assigned_owner(org, kind, row, writer.auto_assign)
    if owner is not None:
        changes["OwnerId"] = owner


def _check_new_owner(org: Org, kind: ObjectType, before: Row | None, changes: Row) -> None:
    if "OwnerId" not in changes:
        return
    if before is None or before.get("OwnerId") != changes["OwnerId"]:
        check_owner(org, kind, changes["OwnerId"])


def _stamps(kind: ObjectType, writer: Writer, now: Any, *, creating: bool) -> Row:
    """The system fields of a write; the creation ones only on a new row."""
    stamps = {"LastModifiedDate": now, "LastModifiedById": writer.user_id, "SystemModstamp": now}
    if creating:
        stamps |= {"CreatedDate": now, "CreatedById": writer.user_id}
    return {name: value for name, value in stamps.items() if kind.field(name) is not None}


def _delete_children(org: Org, writer: Writer, object_name: str, field: str, parent_id: str) -> None:
    kind = org.schema.object(object_name)
    if kind is None or kind.field(field) is None or not kind.deletable:
        return
    for row in org.store.rows(kind.name, {field: parent_id}):
        delete(org, writer, kind, row)


def _not_for(kind: ObjectType, done: str) -> OrgError:
    sentence = f"entity type cannot be {done}: {kind.label}"
    return OrgError(400, "INVALID_TYPE_FOR_OPERATION", sentence, ())
