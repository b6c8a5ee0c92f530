"""The org's custom fields as records of their own: listed, made, changed and removed over the Tooling API."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import make_id, serial_of
from sfrouter.localorg.schema import Field, ObjectType, Schema
from sfrouter.localorg.schema_read import read_object
from sfrouter.localorg.store import Store
from sfrouter.localorg.tooling_keep import keep, kept
from sfrouter.localorg.tooling_metadata import read_metadata, write_metadata

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

FIELD_PREFIX, OBJECT_PREFIX = "00N", "01I"
_NAME = re.compile(r"([A-Za-z](?:_?[A-Za-z0-9])*)__c")
_LONGEST_NAME = 40

_CUSTOM_FIELD = """
object CustomField | Custom Field | Custom Fields | 00N | 00N | cudqr

Id | id | dfsgI | Custom Field ID
DeveloperName | string 80 | fsgN | Developer Name
TableEnumOrId | picklist 40 | fsgR | Custom Object Definition ID
NamespacePrefix | string 15 | nfsg | Namespace Prefix
ManageableState | picklist 40 | nfsgR | Manageable State | values unmanaged
FullName | string 255 | nc | Full Name
Metadata | complexvalue | ncu | Metadata
CreatedDate | datetime | dfs | Created Date
CreatedById | reference | dfsg | Created By ID | to User as CreatedBy
LastModifiedDate | datetime | dfs | Last Modified Date
LastModifiedById | reference | dfsg | Last Modified By ID | to User as LastModifiedBy
"""
"""CustomField as the Tooling API has it, in the compact form of the schema files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRecord:
    """One custom field. `told` is the Metadata it was last given over the API, None for a world's field."""

    id: str
    object_name: str
    name: str
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    told: dict[str, Any] | None = None

    @property
    def full_name(self) -> str:
        """Object and field, e.g. Lead.Tier__c."""
        return f"{self.object_name}.{self.name}"


class CustomFields:
    """Every custom field of an org, with its id. Fields of a world get theirs when they are first asked for."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._records: dict[tuple[str, str], FieldRecord] = {}
        self._count = 0
        self._object_ids: dict[str, str] = {}
        self._removed: set[tuple[str, str]] = set()

    def restore(self) -> None:
        """Bring the fields to where a database file that was just opened says they were left."""
        org, found = self._org, kept(self._org.store)
        for object_name, name in found["removed"]:
            kind = org.schema.object(object_name)
            if kind is not None and kind.field(name) is not None:
                org.schema.remove_custom_field(object_name, name)
        for values in found["records"]:
            record = FieldRecord(**values)
            self._records[record.object_name.lower(), record.name.lower()] = record
            if record.told is not None:
                field, child = read_metadata(record.name, record.told)
                org.schema.add_custom_field(record.object_name, field, child_relationship=child)
        self._removed.update(found["removed"])
        org.permissions.concealed.update(found["concealed"])
        self._count = max((serial_of(one.id) or 0 for one in self._records.values()), default=0)

    def _keep(self) -> None:
        self._org.schema_changed_at = self._org.clock.stamp()
        keep(self._org.store, self._records.values(), self._removed, self._org.permissions.concealed)

    def all(self) -> list[FieldRecord]:
        """The custom fields as they are now, by object and in the order in which they were made."""
        found = []
        for kind in self._org.schema:
            for field in kind.fields.values():
                if field.custom:
                    found.append(self._record(kind, field))
        return found

    def find(self, record_id: str) -> FieldRecord:
        """A field by its id of 15 or 18 characters. Raises OrgError 404 NOT_FOUND."""
        for one in self.all():
            if record_id in (one.id, one.id[:15]):
                return one
        raise OrgError(404, "NOT_FOUND", "The requested resource does not exist")

    def create(self, user_id: str, full_name: str, told: Any) -> str:
        """Make a field and answer its id. Nobody sees it until a permission set or profile grants it.

        Raises OrgError 400: DUPLICATE_DEVELOPER_NAME, FIELD_INTEGRITY_EXCEPTION, INVALID_FIELD.
        """
        kind, name = self._place(full_name)
        field, child = read_metadata(name, told)
        if kind.field(name) is not None:
            sentence = f"There is already a field named {field.label} on {kind.label}."
            raise OrgError(400, "DUPLICATE_DEVELOPER_NAME", sentence, ())
        self._put(kind, field, child)
        if field.permissionable:
            self._org.permissions.concealed.add((kind.name.lower(), name.lower()))
        record = replace(self._record(kind, field, user_id), told=dict(told))
        self._records[kind.name.lower(), name.lower()] = record
        self._removed.discard((kind.name.lower(), name.lower()))
        self._keep()
        return record.id

    def change(self, user_id: str, record: FieldRecord, told: Any) -> None:
        """Give a field another description. Raises OrgError 400, also for a change of its type."""
        kind = self._object(record)
        field, child = read_metadata(record.name, told)
        before = kind.fields[record.name.lower()]
        if field.type != before.type:
            sentence = f"The local org cannot change the type of a field ({before.type} to {field.type})"
            raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ())
        self._put(kind, field, child)
        now = self._org.clock.stamp()
        key = (kind.name.lower(), record.name.lower())
        self._records[key] = replace(record, changed_at=now, changed_by=user_id, told=dict(told))
        self._keep()

    def remove(self, record: FieldRecord) -> None:
        """Remove a field, its values, and the permissions on it."""
        org, kind = self._org, self._object(record)
        org.store.clear(kind.name, record.name)
        for row in org.store.rows("FieldPermissions", {"Field": record.full_name}):
            org.store.purge("FieldPermissions", row["Id"])
        org.schema.remove_custom_field(kind.name, record.name)
        key = (kind.name.lower(), record.name.lower())
        org.permissions.concealed.discard(key)
        del self._records[key]
        self._removed.add(key)
        self._keep()

    def values(self, record: FieldRecord) -> dict[str, Any]:
        """A field as a row of CustomField."""
        kind = self._object(record)
        field = kind.fields[record.name.lower()]
        metadata = write_metadata(field, self._child(kind, field))
        metadata |= {key: value for key, value in (record.told or {}).items() if metadata.get(key) is None}
        return {
            "Id": record.id,
            "DeveloperName": record.name.removesuffix("__c"),
            "TableEnumOrId": self._object_ids.get(kind.name, kind.name),
            "ManageableState": "unmanaged",
            "FullName": record.full_name,
            "Metadata": json.dumps(metadata),
            "CreatedDate": record.created_at,
            "CreatedById": record.created_by,
            "LastModifiedDate": record.changed_at,
            "LastModifiedById": record.changed_by,
        }

    def _record(self, kind: ObjectType, field: Field, user_id: str | None = None) -> FieldRecord:
        key = (kind.name.lower(), field.name.lower())
        if kind.custom and kind.name not in self._object_ids:
            self._object_ids[kind.name] = make_id(OBJECT_PREFIX, len(self._object_ids) + 1)
        if key not in self._records:
            self._count += 1
            now, maker = self._org.schema_changed_at, user_id or self._first_user()
            self._records[key] = FieldRecord(
                id=make_id(FIELD_PREFIX, self._count),
                object_name=kind.name,
                name=field.name,
                created_at=now,
                created_by=maker,
                changed_at=now,
                changed_by=maker,
            )
        return self._records[key]

    def _first_user(self) -> str:
        found = self._org.store.select('SELECT "Id" FROM "User" ORDER BY rowid LIMIT 1')
        return str(found[0][0]) if found else ""

    def _put(self, kind: ObjectType, field: Field, child: str | None) -> None:
        try:
            self._org.schema.add_custom_field(kind.name, field, child_relationship=child)
        except ValueError as problem:
            raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", str(problem), ()) from problem

    def _place(self, full_name: str) -> tuple[ObjectType, str]:
        object_name, _, name = full_name.partition(".")
        kind = self._org.schema.object(object_name)
        if kind is None:
            raise OrgError(400, "INVALID_TYPE", f"sObject type '{object_name}' is not supported.", ())
        found = _NAME.fullmatch(name)
        if found is None or len(found[1]) > _LONGEST_NAME:
            sentence = (
                f"The name {name!r} begins with a letter, has at most {_LONGEST_NAME} letters, digits and single"
                " underscores, and ends in __c"
            )
            raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ("FullName",))
        return kind, name

    def _object(self, record: FieldRecord) -> ObjectType:
        kind = self._org.schema.object(record.object_name)
        if kind is None:
            raise LookupError(f"the object of {record.full_name} is gone")
        return kind

    def _child(self, kind: ObjectType, field: Field) -> str | None:
        """The plural name by which the parent asks for such records, without __r."""
        for target in field.reference_to:
            parent = self._org.schema.object(target)
            for link in parent.child_relationships if parent is not None else ():
                if (link.child_object, link.field) == (kind.name, field.name) and link.relationship_name:
                    return link.relationship_name.removesuffix("__r")
        return None


def tooling_schema() -> Schema:
    """The objects of the Tooling API that this org has: CustomField."""
    return Schema([read_object("CustomField", _CUSTOM_FIELD)])


def tooling_store(org: Org) -> Store:
    """The custom fields of the org as a small store of their own, for one query. Close it afterwards."""
    store = Store(tooling_schema(), clock=org.clock)
    store.insert_many("CustomField", [org.custom_fields.values(one) for one in org.custom_fields.all()])
    return store
