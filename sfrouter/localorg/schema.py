"""The objects of the org and their fields: the standard ones, and the custom ones a world adds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from sfrouter.localorg.schema_describe import describe_object, global_entry
from sfrouter.localorg.schema_field import Field, PicklistValue, custom_field
from sfrouter.localorg.schema_object import ChildRelationship, ObjectType
from sfrouter.localorg.schema_read import read_standard

__all__ = ["ChildRelationship", "Field", "ObjectType", "PicklistValue", "Schema", "custom_field"]

DEFAULT_API_VERSION = "65.0"

VisibleFields = Callable[[str, str], bool]
"""Answers whether the calling user may see a field: (object name, field name) -> bool."""


class Schema:
    """The objects this org knows. Objects and fields are looked up in any case, as Salesforce does."""

    def __init__(self, objects: Iterable[ObjectType] = ()) -> None:
        self._objects: dict[str, ObjectType] = {one.name.lower(): one for one in objects}
        self._custom_objects = 0
        self._link_children()

    @classmethod
    def standard(cls, features: Collection[str] = ()) -> Schema:
        """A fresh org's schema: the standard objects, no custom field.

        `features` may name "multi_currency" (CurrencyType, DatedConversionRate, CurrencyIsoCode fields) and
        "territories" (Territory2 and its kin), which an org has only when they are switched on. Raises
        ValueError for another name.
        """
        unknown = set(features) - set(_FEATURE_OBJECTS)
        if unknown:
            raise ValueError(f"no feature is called {sorted(unknown)}; there are {sorted(_FEATURE_OBJECTS)}")
        left_out = {name for one, names in _FEATURE_OBJECTS.items() if one not in features for name in names}
        objects = [one for one in _standard_objects() if one.name not in left_out]
        if "multi_currency" in features:
            objects = [_with_currency(one) for one in objects]
        return cls(objects)

    def copy(self) -> Schema:
        """A schema of its own with the same objects: these never change, other ones take their places."""
        other = Schema()
        other._objects, other._custom_objects = dict(self._objects), self._custom_objects
        return other

    def __iter__(self) -> Iterator[ObjectType]:
        return iter(list(self._objects.values()))

    def object(self, name: str) -> ObjectType | None:
        """An object by its name in any case, or None."""
        return self._objects.get(name.lower())

    def object_of_id(self, record_id: str) -> ObjectType | None:
        """The object whose records have ids that start like this one, or None."""
        prefix = record_id[:3]
        return next((one for one in self._objects.values() if one.key_prefix == prefix), None)

    def add_custom_field(
        self, object_name: str, field: Field, *, child_relationship: str | None = None
    ) -> ObjectType:
        """Add a field (or put a changed one in its place); returns the object as it is now.

        `child_relationship` is the plural name a parent is asked for such records by, without `__r`.
        Raises ValueError for an unknown object or a reference to one.
        """
        kind = self._objects.get(object_name.lower())
        if kind is None:
            raise ValueError(f"no object is called {object_name!r}")
        for target in field.reference_to:
            if target.lower() not in self._objects:
                raise ValueError(f"{object_name}.{field.name} refers to {target!r}, which is no object here")
        changed = replace(kind, fields={**kind.fields, field.name.lower(): field})
        self._objects[kind.name.lower()] = changed
        for target in field.reference_to:
            name = f"{child_relationship}__r" if child_relationship else None
            self._add_child(target, ChildRelationship(kind.name, field.name, name))
        return self._objects[kind.name.lower()]

    def remove_custom_field(self, object_name: str, field_name: str) -> None:
        """Take a custom field away, and the child relationships through it. Raises KeyError for an unknown one."""
        kind = self._objects[object_name.lower()]
        field = kind.fields[field_name.lower()]
        kept = {key: one for key, one in kind.fields.items() if one is not field}
        self._objects[kind.name.lower()] = replace(kind, fields=kept)
        for target in field.reference_to:
            parent = self._objects.get(target.lower())
            if parent is not None:
                links = parent.child_relationships
                left = tuple(one for one in links if (one.child_object, one.field) != (kind.name, field.name))
                self._objects[target.lower()] = replace(parent, child_relationships=left)

    def add_custom_object(
        self, name: str, label: str, label_plural: str, fields: Iterable[Field] = ()
    ) -> ObjectType:
        """Add a custom object with the system fields, a Name and an owner, and the fields given.

        Raises ValueError for a name without __c or one that is taken.
        """
        if not name.endswith("__c") or name.lower() in self._objects:
            raise ValueError(f"{name!r} is taken or does not end in __c")
        prefix = f"a{self._custom_objects:02d}"
        self._custom_objects += 1
        model = self._objects["campaign"]
        system = {key: model.fields[key] for key in _SYSTEM_FIELDS}
        self._objects[name.lower()] = replace(
            model,
            name=name,
            label=label,
            label_plural=label_plural,
            key_prefix=prefix,
            id_prefix=prefix,
            fields=system | {"name": replace(model.fields["name"], label=f"{label} Name", nillable=True)},
            child_relationships=(),
            custom=True,
        )
        for field in fields:
            self.add_custom_field(name, field)
        return self._objects[name.lower()]

    def describe(
        self,
        object_name: str,
        *,
        api_version: str = DEFAULT_API_VERSION,
        visible_fields: VisibleFields | None = None,
    ) -> dict[str, Any]:
        """The answer to describe, without fields the caller may not see. Raises KeyError if unknown."""
        kind = self._objects[object_name.lower()]
        if visible_fields is not None:
            shown = {key: one for key, one in kind.fields.items() if visible_fields(kind.name, one.name)}
            kind = replace(kind, fields=shown)
        return describe_object(kind, api_version)

    def describe_global(self, *, api_version: str = DEFAULT_API_VERSION) -> dict[str, Any]:
        """The answer to `GET /sobjects`."""
        entries = [global_entry(one, api_version) for one in sorted(self, key=lambda one: one.name)]
        return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": entries}

    def _link_children(self) -> None:
        """Give every parent an unnamed child relationship for each reference the files do not name."""
        for kind in list(self._objects.values()):
            for field in kind.fields.values():
                for target in field.reference_to:
                    self._add_child(target, ChildRelationship(kind.name, field.name, None))

    def _add_child(self, parent: str, child: ChildRelationship) -> None:
        kind = self._objects.get(parent.lower())
        if kind is None:
            return
        others = []
        for one in kind.child_relationships:
            if (one.child_object, one.field) != (child.child_object, child.field):
                others.append(one)
            elif child.relationship_name is None:
                return
        self._objects[kind.name.lower()] = replace(kind, child_relationships=(*others, child))


_SYSTEM_FIELDS = (
    "id",
    "isdeleted",
    "ownerid",
    "createddate",
    "createdbyid",
    "lastmodifieddate",
    "lastmodifiedbyid",
    "systemmodstamp",
)


_FEATURE_OBJECTS = {
    "multi_currency": ("CurrencyType", "DatedConversionRate"),
    "territories": (
        "Territory2",
        "Territory2Model",
        "Territory2Type",
        "UserTerritory2Association",
        "ObjectTerritory2Association",
    ),
}
"""The objects that an org has only with a feature."""

_CURRENCY_ISO_CODE = Field(
    name="CurrencyIsoCode",
    label="Currency ISO Code",
    type="picklist",
    length=3,
    defaulted_on_create=True,
    restricted_picklist=True,
    permissionable=False,
)


def _with_currency(kind: ObjectType) -> ObjectType:
    """An object as a multi-currency org has it: rows with amounts say in which currency they are."""
    if not any(field.type == "currency" for field in kind.fields.values()):
        return kind
    return replace(kind, fields={**kind.fields, "currencyisocode": _CURRENCY_ISO_CODE})


@cache
def _standard_objects() -> tuple[ObjectType, ...]:
    return tuple(read_standard())
