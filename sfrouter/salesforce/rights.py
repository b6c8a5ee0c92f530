"""Which records of which objects the signed-in user may change whoever owns them, as his permission sets say."""

from dataclasses import dataclass
from typing import Protocol

from sfrouter.salesforce import soql
from sfrouter.salesforce.errors import FieldMissingError, ObjectMissingError
from sfrouter.salesforce.reading import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyAll:
    """Modify All Data, and the objects (API names) with Modify All."""

    every_object: bool
    objects: frozenset[str]


class _Door(Protocol):
    def query_all_rows(self, soql: str, *, deleted: bool = False) -> list[Row]: ...


def modify_all(door: _Door, user_id: str) -> ModifyAll | None:
    """What the user may change in every record; None where the org does not let us look. Three small queries.

    A profile counts: the org keeps a permission set for each, and assigns it to whoever has the profile.
    """
    try:
        whose = [soql.compare("AssigneeId", "=", user_id)]
        rows = door.query_all_rows(soql.select(["PermissionSetId"], "PermissionSetAssignment", where=whose))
        sets = [str(row["PermissionSetId"]) for row in rows]
        if not sets:
            return None
        data = [soql.compare("PermissionsModifyAllData", "=", True), soql.in_ids("Id", sets)]
        whole = door.query_all_rows(soql.select(["Id"], "PermissionSet", where=data))
        every = [soql.compare("PermissionsModifyAllRecords", "=", True), soql.in_ids("ParentId", sets)]
        objects = door.query_all_rows(soql.select(["SobjectType"], "ObjectPermissions", where=every))
    except (FieldMissingError, ObjectMissingError):
        return None
    return ModifyAll(every_object=bool(whole), objects=frozenset(str(row["SobjectType"]) for row in objects))
