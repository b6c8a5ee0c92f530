"""Looks up what our user may really do: the permission sets of the org that it has, its profile's among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sfrouter.salesforce.permission_set import COMES_WITH_IT, GENERAL, MANAGE_USERS, TOO_MUCH, Rights
from sfrouter.salesforce.soql import compare, in_list, select

_START = "Permissions"
_ON_OBJECTS = {
    "create": "PermissionsCreate",
    "edit": "PermissionsEdit",
    "delete": "PermissionsDelete",
    "view_all": "PermissionsViewAllRecords",
    "modify_all": "PermissionsModifyAllRecords",
}
_CALLED = {
    "create": "Create",
    "edit": "Edit",
    "delete": "Delete",
    "view_all": "View All",
    "modify_all": "Modify All",
}


_GENERAL = {**GENERAL, MANAGE_USERS: TOO_MUCH[MANAGE_USERS]}


class Asked(Protocol):
    """What is asked of the gateway."""

    def query_all_rows(self, soql: str, *, deleted: bool = False) -> list[Mapping[str, Any]]: ...

    def describe(self, object_name: str) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """All that the sets of a user give together. `sets` is empty when none could be seen."""

    sets: tuple[str, ...]
    general: frozenset[str]
    objects: Mapping[str, frozenset[str]]

    @property
    def every_object(self) -> bool:
        """May the user change every record of the org (Modify All Data)?"""
        return "ModifyAllData" in self.general

    @property
    def modified(self) -> frozenset[str]:
        """The objects (API names) of which the user may change all records, whoever owns them."""
        return frozenset(name for name, given in self.objects.items() if "modify_all" in given)

    def modifies_all(self, object_name: str) -> bool:
        """May the user change all records of an object, its name in any case?"""
        return self.every_object or object_name.casefold() in {name.casefold() for name in self.modified}

    def views_all(self, object_name: str) -> bool:
        """May the user see all records of an object, its name in any case, whoever owns them?"""
        if self.every_object or "ViewAllData" in self.general:
            return True
        wide = (name for name, given in self.objects.items() if given & {"view_all", "modify_all"})
        return object_name.casefold() in {name.casefold() for name in wide}

    def missing(self, wanted: Rights) -> tuple[str, ...]:
        """The rights that are needed and not given, as Setup calls them."""
        given = self._all_general()
        found = [f"{_GENERAL[one]} (system permission)" for one in wanted.general if one not in given]
        for name, one in sorted(wanted.governed.items()):
            needed = {"view_all"} | {right for right in ("create", "edit", "delete") if getattr(one, right)}
            has = self.objects.get(name, frozenset())
            if "modify_all" not in has and not self.every_object:
                seen = {"view_all"} if "ViewAllData" in self.general else set()
                found += [f"{_CALLED[right]} on {name}" for right in sorted(needed - has - seen)]
        return tuple(found)

    def excess(self, wanted: Rights) -> tuple[str, ...]:
        """The rights that are given and open more than is needed, as Setup calls them."""
        free = {*wanted.general, *(COMES_WITH_IT if MANAGE_USERS in wanted.general else ())}
        extra = self.general - free
        found = [f"{words} (system permission)" for name, words in TOO_MUCH.items() if name in extra]
        for name, given in sorted(self.objects.items()):
            one = wanted.governed.get(name)
            allowed = {"create"} if wanted.creates(name) else set()
            if one is not None:
                allowed |= {right for right in ("edit", "delete") if getattr(one, right)}
                allowed |= {"view_all"} | ({"edit"} if one.delete else set())
            found += [f"{_CALLED[right]} on {name}" for right in _CALLED if right in given - allowed]
        return tuple(found)

    def _all_general(self) -> frozenset[str]:
        return self.general | (
            {"TransferAnyLead"} if self.general & {"ModifyAllData", "TransferAnyEntity"} else set()
        )


def granted_to(org: Asked, user_id: str) -> Granted:
    """Ask for the sets of a user, his profile's own set too. Raises what the gateway raises."""
    given = org.query_all_rows(
        select(["PermissionSetId"], "PermissionSetAssignment", where=[compare("AssigneeId", "=", user_id)])
    )
    profiles = org.query_all_rows(select(["ProfileId"], "User", where=[compare("Id", "=", user_id)]))
    ids = {str(row["PermissionSetId"]) for row in given if row["PermissionSetId"]}
    for row in profiles:
        if row["ProfileId"]:
            own = select(["Id"], "PermissionSet", where=[compare("ProfileId", "=", str(row["ProfileId"]))])
            ids |= {str(one["Id"]) for one in org.query_all_rows(own)}
    sets = sorted(ids)
    return Granted(sets=tuple(sets), general=_general(org, sets), objects=_objects(org, sets))


def _general(org: Asked, sets: Sequence[str]) -> frozenset[str]:
    if not sets:
        return frozenset()
    known = {one["name"] for one in org.describe("PermissionSet")["fields"]}
    names = [f"{_START}{name}" for name in (*GENERAL, *TOO_MUCH) if f"{_START}{name}" in known]
    rows = org.query_all_rows(select(["Id", *names], "PermissionSet", where=[in_list("Id", sets)]))
    return frozenset(name.removeprefix(_START) for row in rows for name in names if row[name])


def _objects(org: Asked, sets: Sequence[str]) -> Mapping[str, frozenset[str]]:
    if not sets:
        return {}
    columns = ["SobjectType", *_ON_OBJECTS.values()]
    rows = org.query_all_rows(select(columns, "ObjectPermissions", where=[in_list("ParentId", sets)]))
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        name = str(row["SobjectType"])
        found[name] = found.get(name, frozenset()) | {right for right, api in _ON_OBJECTS.items() if row[api]}
    return found
