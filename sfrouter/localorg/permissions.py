"""What each user may do with objects and fields: profiles, permission sets and what they grant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sfrouter.localorg.schema import Field, ObjectType, Schema
from sfrouter.localorg.store import Store

SETUP_TABLES = (
    "User",
    "PermissionSet",
    "PermissionSetAssignment",
    "ObjectPermissions",
    "FieldPermissions",
)
"""Rights are read anew when a row of one of these has changed."""

_GOVERNED = frozenset({"Account", "Campaign", "Case", "Contact", "Contract", "Lead", "Opportunity"})
_FOLLOWS = {
    "AccountContactRelation": "Account",
    "AccountTeamMember": "Account",
    "CampaignMember": "Campaign",
    "OpportunityContactRole": "Opportunity",
    "OpportunityTeamMember": "Opportunity",
}
"""Objects without permissions of their own: they follow those of another."""
_NEEDS = {"UserLogin": "ManageUsers"}
"""Setup objects that are hidden from whoever lacks a general right."""

_OBJECT_COLUMNS = {
    "read": "PermissionsRead",
    "create": "PermissionsCreate",
    "edit": "PermissionsEdit",
    "delete": "PermissionsDelete",
    "view_all": "PermissionsViewAllRecords",
    "modify_all": "PermissionsModifyAllRecords",
    "view_all_fields": "PermissionsViewAllFields",
}
OBJECT_RIGHTS = tuple(_OBJECT_COLUMNS)
"""What a permission set may grant on an object, as a world file calls it."""

_IMPLIED = {
    "create": ("read",),
    "edit": ("read",),
    "delete": ("edit", "read"),
    "view_all": ("read",),
    "modify_all": ("view_all", "delete", "edit", "read"),
    "view_all_fields": ("read",),
}
_TRANSFER = {"Lead": "TransferAnyLead", "Case": "TransferAnyCase"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What one user may do. `everything` is a standard profile: all objects and fields, as org admins start.

    Names of objects and fields are in lower case; `fields` holds (may be read, may be edited); `system`
    holds general rights by their API names without `Permissions`, e.g. TransferAnyLead.
    """

    everything: bool
    administrator: bool = False
    objects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], tuple[bool, bool]] = field(default_factory=dict)
    system: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether the user has a general right."""
        return self.everything or name in self.system

    @property
    def sees_setup(self) -> bool:
        """Whether the user may look at Setup (View Setup and Configuration), or more."""
        return self.has("ViewSetup") or self.has("CustomizeApplication")

    @property
    def sees_all_rows(self) -> bool:
        """Whether sharing does not narrow what the user reads."""
        return self.administrator or bool(self.system & {"ViewAllData", "ModifyAllData"})

    @property
    def edits_all_rows(self) -> bool:
        """Whether neither sharing nor an approval lock narrows what the user writes."""
        return self.administrator or "ModifyAllData" in self.system


_EVERYTHING = Rights(everything=True, administrator=True)


def object_columns(rights: tuple[str, ...]) -> dict[str, bool]:
    """The columns of ObjectPermissions for rights of a world file, with those they imply (edit: read)."""
    whole = {implied for right in rights for implied in (right, *_IMPLIED.get(right, ()))}
    return {column: name in whole for name, column in _OBJECT_COLUMNS.items()}


class Permissions:
    """Answers what a user may do. Fields in `concealed` (object, field; lower case) need a grant from anybody:
    so are fields that were just made over the API.
    """

    def __init__(self, store: Store, schema: Schema) -> None:
        self._store = store
        self._schema = schema
        self._version: tuple[int, ...] = ()
        self._rights: dict[str, Rights] = {}
        self.concealed: set[tuple[str, str]] = set()
        self._of_profiles: tuple[tuple[int, ...], bool] | None = None

    def of(self, user_id: str) -> Rights:
        """The rights of a user; those of the platform itself for an empty id."""
        if not user_id:
            return _EVERYTHING
        version = self._store.journal.version(*SETUP_TABLES)
        if version != self._version:
            self._version = version
            self._rights.clear()
        if user_id not in self._rights:
            self._rights[user_id] = self._read(user_id)
        return self._rights[user_id]

    def may(self, user_id: str, kind: ObjectType, right: str) -> bool:
        """Whether a user may read, create, edit or delete records of an object at all."""
        rights = self.of(user_id)
        if kind.name in _NEEDS:
            return rights.has(_NEEDS[kind.name])
        governing = self._governing(kind)
        if rights.everything or governing is None:
            return True
        return right in rights.objects.get(governing.lower(), ())

    def may_read_field(self, user_id: str, kind: ObjectType, one: Field) -> bool:
        """Field-level security for reading."""
        return self._field(user_id, kind, one)[0]

    def may_edit_field(self, user_id: str, kind: ObjectType, one: Field) -> bool:
        """Field-level security for writing."""
        return self._field(user_id, kind, one)[1]

    def may_transfer(self, user_id: str, kind: ObjectType) -> bool:
        """Whether a user may change the owner of records that are not their own."""
        rights = self.of(user_id)
        named = rights.has("TransferAnyEntity") or rights.has(_TRANSFER.get(kind.name, "TransferAnyEntity"))
        return named or rights.edits_all_rows or "modify_all" in rights.objects.get(kind.name.lower(), ())

    def limits_anybody(self) -> bool:
        """Whether any user has less than everything, or any field is concealed."""
        if self.concealed:
            return True
        version = self._store.journal.version("PermissionSet")
        if self._of_profiles is None or self._of_profiles[0] != version:
            count = self._store.count("PermissionSet", {"IsOwnedByProfile": True})
            self._of_profiles = version, count > 0
        return self._of_profiles[1]

    # -- inside ------------------------------------------------------------

    def _field(self, user_id: str, kind: ObjectType, one: Field) -> tuple[bool, bool]:
        rights, key = self.of(user_id), (kind.name.lower(), one.name.lower())
        if not user_id:
            return True, True
        if key in self.concealed:
            return rights.fields.get(key, (False, False))
        if rights.everything or not one.permissionable or self._governing(kind) != kind.name:
            return True, True
        read, edit = rights.fields.get(key, (False, False))
        return read or "view_all_fields" in rights.objects.get(key[0], ()), edit

    def _governing(self, kind: ObjectType) -> str | None:
        """The object whose permissions decide, or None for setup objects and activities: free for all."""
        if kind.name in _GOVERNED or kind.custom:
            return kind.name
        if kind.name in _FOLLOWS:
            return _FOLLOWS[kind.name]
        for ending in ("FieldHistory", "History"):
            parent = kind.name.removesuffix(ending)
            if parent != kind.name and parent in _GOVERNED:
                return parent
        return None

    def _read(self, user_id: str) -> Rights:
        user = self._store.get("User", user_id)
        if user is None:
            return _EVERYTHING
        own = self._store.rows("PermissionSet", {"ProfileId": user["ProfileId"], "IsOwnedByProfile": True})
        given = self._store.rows("PermissionSetAssignment", {"AssigneeId": user_id})
        ids = [one["Id"] for one in own] + [one["PermissionSetId"] for one in given]
        sets = [row for one in ids if one and (row := self._store.get("PermissionSet", one)) is not None]
        return Rights(
            everything=not own,
            administrator=not own and self._is_administrator(user),
            objects=self._objects(sets),
            fields=self._fields(sets),
            system=frozenset(name for one in sets for name in _system(one)),
        )

    def _is_administrator(self, user: Mapping[str, Any]) -> bool:
        profile = self._store.get("Profile", user["ProfileId"]) if user["ProfileId"] else None
        return profile is not None and profile["Name"] == "System Administrator"

    def _objects(self, sets: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for one in sets:
            for row in self._store.rows("ObjectPermissions", {"ParentId": one["Id"]}):
                name = str(row["SobjectType"]).lower()
                granted = {right for right, column in _OBJECT_COLUMNS.items() if row[column]}
                found[name] = found.get(name, frozenset()) | granted
        return found

    def _fields(self, sets: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[bool, bool]]:
        found: dict[tuple[str, str], tuple[bool, bool]] = {}
        for one in sets:
            for row in self._store.rows("FieldPermissions", {"ParentId": one["Id"]}):
                object_name, _, field_name = str(row["Field"]).lower().partition(".")
                read, edit = found.get((object_name, field_name), (False, False))
                edits = bool(row["PermissionsEdit"])
                found[object_name, field_name] = (read or edits or bool(row["PermissionsRead"]), edit or edits)
        return found


def _system(permission_set: Mapping[str, Any]) -> list[str]:
    """The general rights of a permission set."""
    start = "Permissions"
    return [name.removeprefix(start) for name, on in permission_set.items() if name.startswith(start) and on]
