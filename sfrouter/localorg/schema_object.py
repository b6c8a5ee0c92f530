"""What the org knows about one kind of record: its fields, its key prefix, who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sfrouter.localorg.schema_field import Field

ABILITIES = {
    "c": "createable",
    "u": "updateable",
    "d": "deletable",
    "q": "queryable",
    "r": "retrieveable",
    "s": "searchable",
    "p": "replicateable",
    "n": "undeletable",
    "m": "mergeable",
    "t": "triggerable",
    "l": "layoutable",
    "f": "feed_enabled",
    "v": "mru_enabled",
}
"""The letters of the compact schema files for objects, each with the property it sets."""


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """Records of another object that point here: which field, and the name to query them by (or None)."""

    child_object: str
    field: str
    relationship_name: str | None
    cascade_delete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One kind of record. `fields` is keyed by the field's name in lower case, in the order of describe.

    `key_prefix` is what describe tells and may be None; `id_prefix` is what ids of such records start with.
    """

    name: str
    label: str
    label_plural: str
    key_prefix: str | None
    id_prefix: str
    fields: Mapping[str, Field]
    child_relationships: tuple[ChildRelationship, ...] = ()
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    retrieveable: bool = True
    searchable: bool = True
    replicateable: bool = True
    undeletable: bool = True
    mergeable: bool = False
    triggerable: bool = True
    layoutable: bool = True
    feed_enabled: bool = False
    mru_enabled: bool = False
    custom: bool = False

    @property
    def has_owner(self) -> bool:
        """Whether its records have an owner."""
        return "ownerid" in self.fields

    @property
    def name_field(self) -> Field | None:
        """The field that a person would call the record by."""
        return next((one for one in self.fields.values() if one.name_field), None)

    def field(self, name: str) -> Field | None:
        """A field by its name in any case."""
        return self.fields.get(name.lower())

    def by_relationship(self, relationship: str) -> Field | None:
        """The reference field that a relationship name (Owner, Account, Boss__r) goes through."""
        wanted = relationship.lower()
        for one in self.fields.values():
            if one.relationship_name is not None and one.relationship_name.lower() == wanted:
                return one
        return None

    def child(self, relationship: str) -> ChildRelationship | None:
        """The child relationship of a name, in any case."""
        wanted = relationship.lower()
        for one in self.child_relationships:
            if one.relationship_name is not None and one.relationship_name.lower() == wanted:
                return one
        return None

    def parts_of(self, compound: str) -> tuple[Field, ...]:
        """The fields that make up a compound field (the street of an address, the first name of a name)."""
        return tuple(one for one in self.fields.values() if one.compound_field_name == compound)
