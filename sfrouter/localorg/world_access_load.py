"""Puts the profiles, permission sets, sharing settings and locks of a world into the org."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sfrouter.localorg.dependent_rights import lacking_rights
from sfrouter.localorg.org import Org
from sfrouter.localorg.permissions import object_columns
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.world_access import AccessText, GrantText
from sfrouter.localorg.world_names import field_called, object_called
from sfrouter.localorg.world_problems import Faults, did_you_mean
from sfrouter.localorg.world_rows import RowLoader

_START = "Permissions"


def load_access(org: Org, faults: Faults, loader: RowLoader, told: AccessText) -> None:
    """Everything about access; faults are noted."""
    for grant in told.profiles:
        if grant.key is None:
            faults.add(grant.path, "a profile has no key", "Add 'key', and name it in a user's ProfileId")
            continue
        own = {"IsOwnedByProfile": True, "ProfileId": org.aliases[grant.key]}
        _permission_set(org, faults, loader, grant, own | {"Name": f"X{org.aliases[grant.key]}"})
    for grant in told.permission_sets:
        set_id = _permission_set(org, faults, loader, grant, {"Name": grant.name.replace(" ", "_")})
        if grant.key is not None:
            loader.claim_key((*grant.path, "key"), grant.key, set_id)
        for number, name in enumerate(grant.assigned):
            user_id = loader.user((*grant.path, "assign_to", number), name)
            if user_id is not None:
                values = {"PermissionSetId": set_id, "AssigneeId": user_id, "IsActive": True}
                org.store.insert("PermissionSetAssignment", values)
    _sharing(org, faults, loader, told)
    _tracking(org, faults, told)
    for number, name in enumerate(told.approval_locks):
        record = loader.record(("approval_locks", number), name)
        if record is not None:
            org.locks.approvals.add(record)


def _permission_set(org: Org, faults: Faults, loader: RowLoader, grant: GrantText, values: dict[str, Any]) -> str:
    system = dict.fromkeys(_system(org, faults, grant), True)
    row = values | {"Label": grant.label, "IsCustom": True} | system | loader.audit("PermissionSet")
    set_id = org.store.insert("PermissionSet", row)
    for name, rights in grant.objects.items():
        kind = object_called(faults, org.schema, (*grant.path, "objects", name), name)
        if kind is not None:
            columns: dict[str, Any] = dict(object_columns(rights))
            audit = loader.audit("ObjectPermissions")
            org.store.insert("ObjectPermissions", {"ParentId": set_id, "SobjectType": kind.name} | columns | audit)
    for kind, field, access in _fields(org, faults, grant):
        names = {"ParentId": set_id, "SobjectType": kind.name, "Field": f"{kind.name}.{field}"}
        rights_of_field = {"PermissionsRead": True, "PermissionsEdit": access == "edit"}
        org.store.insert("FieldPermissions", names | rights_of_field)
    for right, (on, lacking) in lacking_rights(org, set_id).items():
        needed = " and ".join(one.lower() for one in lacking)
        faults.add((*grant.path, "system"), f"{right} needs {needed} on {on}", "Grant them under 'objects', too")
    return set_id


def _system(org: Org, faults: Faults, grant: GrantText) -> Iterator[str]:
    """The columns of the general rights that a grant names."""
    kind = org.schema.object("PermissionSet")
    known = [] if kind is None else [one.name for one in kind.fields.values() if one.name.startswith(_START)]
    for number, name in enumerate(grant.system):
        if _START + name in known:
            yield _START + name
            continue
        mend = did_you_mean(name, [one.removeprefix(_START) for one in known])
        faults.add((*grant.path, "system", number), f"no right is called {name!r}", mend)


def _fields(org: Org, faults: Faults, grant: GrantText) -> Iterator[tuple[ObjectType, str, str]]:
    """The fields of a grant; `Lead.*` stands for all that permissions can be set for."""
    for name, access in grant.fields.items():
        path = (*grant.path, "fields", name)
        if name.endswith(".*"):
            kind = object_called(faults, org.schema, path, name[:-2])
            for field in kind.fields.values() if kind is not None else ():
                if kind is not None and field.permissionable:
                    yield kind, field.name, access
            continue
        found = field_called(faults, org.schema, path, name)
        kind = org.schema.object(found[0]) if found is not None else None
        if found is not None and kind is not None:
            yield kind, found[1], access


def _sharing(org: Org, faults: Faults, loader: RowLoader, told: AccessText) -> None:
    for name, setting in told.sharing.items():
        kind = object_called(faults, org.schema, ("sharing", name), name)
        if kind is None:
            continue
        if not kind.has_owner:
            faults.add(("sharing", name), f"{kind.name} has no owner to share by", "Name an object with an owner")
        elif setting == "controlled_by_parent" and kind.field("AccountId") is None:
            faults.add(("sharing", name), f"{kind.name} has no account to be controlled by", "Write 'private'")
        else:
            org.sharing.set_default(kind.name, setting)
    for share in told.shares:
        record = loader.record((*share.path, "record"), share.record)
        holder = loader.record((*share.path, "with"), share.holder)
        if record is not None and holder is not None:
            org.sharing.share(record, holder, edit=share.edit)


def _tracking(org: Org, faults: Faults, told: AccessText) -> None:
    for number, name in enumerate(told.no_history):
        untracked = object_called(faults, org.schema, ("no_history", number), name)
        if untracked is not None:
            org.no_history.add(untracked.name)
    for name, fields in told.history_fields.items():
        kind = object_called(faults, org.schema, ("history_fields", name), name)
        if kind is None:
            continue
        tracked = set()
        for number, field in enumerate(fields):
            found = field_called(faults, org.schema, ("history_fields", name, number), f"{kind.name}.{field}")
            if found is not None:
                tracked.add(found[1])
        org.history_fields[kind.name] = frozenset(tracked)
