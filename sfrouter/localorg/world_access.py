"""Reads who may do what from a world file: profiles, permission sets, org-wide defaults, shares, history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.permissions import OBJECT_RIGHTS
from sfrouter.localorg.sharing import DEFAULTS, Default
from sfrouter.localorg.world_problems import Faults, Path

_GRANT = ("key", "name", "label", "objects", "fields", "system")
_SHARE = ("record", "with", "access")
FIELD_ACCESS = ("read", "edit")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantText:
    """A profile or a permission set: what it gives, and for a permission set to whom."""

    path: Path
    key: str | None
    name: str
    label: str
    objects: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, str]
    system: tuple[str, ...]
    assigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareText:
    """One record shared with one user or queue."""

    path: Path
    record: str
    holder: str
    edit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessText:
    """Everything about access that the file tells."""

    profiles: tuple[GrantText, ...]
    permission_sets: tuple[GrantText, ...]
    sharing: Mapping[str, Default]
    shares: tuple[ShareText, ...]
    approval_locks: tuple[str, ...]
    history_fields: Mapping[str, tuple[str, ...]]
    no_history: tuple[str, ...]


ACCESS_SETTINGS = (
    "profiles",
    "permission_sets",
    "sharing",
    "shares",
    "approval_locks",
    "history_fields",
    "no_history",
)


def read_access(faults: Faults, top: Mapping[str, Any]) -> AccessText:
    """The settings about access; empty ones where the file says nothing."""
    tracked = faults.mapping(top.get("history_fields", {}), ("history_fields",))
    return AccessText(
        profiles=_grants(faults, top, "profiles", _GRANT),
        permission_sets=_grants(faults, top, "permission_sets", (*_GRANT, "assign_to")),
        sharing=_sharing(faults, top.get("sharing", {})),
        shares=_shares(faults, top.get("shares", [])),
        approval_locks=faults.texts(top, "approval_locks", ()),
        history_fields={name: faults.texts(tracked, name, ("history_fields",)) for name in tracked},
        no_history=faults.texts(top, "no_history", ()),
    )


def _grants(faults: Faults, top: Mapping[str, Any], key: str, known: tuple[str, ...]) -> tuple[GrantText, ...]:
    listed = faults.entries(top.get(key, []), (key,))
    return tuple(_grant(faults, value, (key, number), known) for number, value in enumerate(listed))


def _grant(faults: Faults, value: Any, path: Path, known: tuple[str, ...]) -> GrantText:
    told = faults.mapping(value, path, known, ("name",))
    name = faults.text(told, "name", path) or ""
    objects = faults.mapping(told.get("objects", {}), (*path, "objects"))
    fields = faults.mapping(told.get("fields", {}), (*path, "fields"))
    for field, access in fields.items():
        faults.choice(access, (*path, "fields", field), FIELD_ACCESS, "access to a field")
    return GrantText(
        path=path,
        key=faults.text(told, "key", path),
        name=name,
        label=faults.text(told, "label", path) or name,
        objects={one: _rights(faults, objects, one, (*path, "objects")) for one in objects},
        fields={field: str(access) for field, access in fields.items()},
        system=faults.texts(told, "system", path),
        assigned=faults.texts(told, "assign_to", path),
    )


def _rights(faults: Faults, objects: Mapping[str, Any], name: str, path: Path) -> tuple[str, ...]:
    rights = faults.texts(objects, name, path)
    known = [
        right for n, right in enumerate(rights) if faults.choice(right, (*path, name, n), OBJECT_RIGHTS, "right")
    ]
    return tuple(known)


def _sharing(faults: Faults, value: Any) -> dict[str, Default]:
    found: dict[str, Default] = {}
    for name, given in faults.mapping(value, ("sharing",)).items():
        if faults.choice(given, ("sharing", name), DEFAULTS, "org-wide default"):
            found[name] = given
    return found


def _shares(faults: Faults, value: Any) -> tuple[ShareText, ...]:
    found = []
    for number, one in enumerate(faults.entries(value, ("shares",))):
        path: Path = ("shares", number)
        told = faults.mapping(one, path, _SHARE, ("record", "with"))
        access = told.get("access", "read")
        faults.choice(access, (*path, "access"), FIELD_ACCESS, "access to a record")
        record, holder = faults.text(told, "record", path), faults.text(told, "with", path)
        if record is not None and holder is not None:
            found.append(ShareText(path, record, holder, access == "edit"))
    return tuple(found)
