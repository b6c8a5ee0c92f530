"""What one user sees of the org in queries and describes: which objects, which fields, which rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


@dataclass(frozen=True, slots=True)
class Sight:
    """Called with an object's and a field's name it tells whether the user may see the field."""

    org: Org
    user_id: str

    def __call__(self, object_name: str, field_name: str) -> bool:
        return self.org.shows(self.user_id, object_name, field_name)

    def sees_object(self, kind: ObjectType) -> bool:
        """Whether the user may read records of an object."""
        return self.org.permissions.may(self.user_id, kind, "read")

    def row_condition(self, kind: ObjectType, alias: str) -> str:
        """The SQL condition for the rows that the user reads; empty for all."""
        return self.org.sharing.condition(self.user_id, kind, alias)

    def narrow(self, described: dict[str, Any]) -> None:
        """Take out of a describe answer what the user may not write."""
        kind = self.org.schema.object(described["name"])
        if kind is None:
            return
        self._narrow_object(kind, described)
        for shown in described["fields"]:
            field = kind.field(shown["name"])
            if field is not None and not self.org.permissions.may_edit_field(self.user_id, kind, field):
                shown["createable"] = shown["updateable"] = False

    def narrow_global(self, described: dict[str, Any]) -> None:
        """Take out of a Describe Global answer the objects that the user may not read."""
        kept = []
        for shown in described["sobjects"]:
            kind = self.org.schema.object(shown["name"])
            if kind is not None and self.sees_object(kind):
                self._narrow_object(kind, shown)
                kept.append(shown)
        described["sobjects"] = kept

    def _narrow_object(self, kind: ObjectType, shown: dict[str, Any]) -> None:
        for flag, right in (("createable", "create"), ("updateable", "edit"), ("deletable", "delete")):
            shown[flag] = shown[flag] and self.org.permissions.may(self.user_id, kind, right)
