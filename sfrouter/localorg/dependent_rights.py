"""General rights that a permission set or profile may only grant together with rights on an object."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.errors import OrgError

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_NEEDS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType({
    "TransferAnyLead": ("Lead", ("Create", "Read")),
})  # fmt: skip
"""General right: the object, and the rights on it that must stand in the same permission set."""
_SET_OF = MappingProxyType({"PermissionSet": "Id", "ObjectPermissions": "ParentId"})


def require_dependencies(org: Org, object_name: str, row: Mapping[str, Any]) -> None:
    """Raises OrgError when a permission set, as this row leaves it, has a right without what that depends on."""
    if object_name not in _SET_OF:
        return
    for right, (on, lacking) in lacking_rights(org, row[_SET_OF[object_name]]).items():
        needed = ", ".join(f"{one} {on}" for one in lacking)
        # The code and the sentence are those that other rights which depend on one another are refused with.
        sentence = f"Permission {right} depends on permission(s): {needed}"
        raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", sentence, ())


def lacking_rights(org: Org, set_id: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By general right of a permission set: the object, and the rights on it that are not granted with it."""
    grant = org.store.get("PermissionSet", set_id)
    found = {}
    for right, (on, needed) in _NEEDS.items():
        if grant is None or not grant[f"Permissions{right}"]:
            continue
        rows = org.store.rows("ObjectPermissions", {"ParentId": set_id, "SobjectType": on})
        lacking = tuple(one for one in needed if not any(row[f"Permissions{one}"] for row in rows))
        if lacking:
            found[right] = (on, lacking)
    return found
