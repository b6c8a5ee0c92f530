"""The header row of an uploaded file: which field each column is, also of a parent named by an external id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.bulk_csv import CsvError, CsvRow
from sfrouter.localorg.bulk_job import IngestJob
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.write_fields import read_value

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

_RELATION = re.compile(r"(?:(\w+):)?(\w+)\.(\w+)")
_NULL = "#N/A"


@dataclass(frozen=True, slots=True)
class Parent:
    """A column like Account.Key__c, or Lead:Who.Email where the parent may be of several kinds."""

    through: Field
    kind: ObjectType
    key: Field


@dataclass(frozen=True)
class Columns:
    """The columns of a file. A column is a field of the object, or a parent by its key."""

    names: tuple[str, ...]
    parents: dict[int, Parent] = field(default_factory=dict)

    def value(self, row: CsvRow, name: str) -> str:
        """A row's value of a column, as written; an empty text when there is no such column."""
        wanted = name.lower()
        for place, one in enumerate(self.names):
            if one.lower() == wanted and place < len(row.values):
                return row.values[place]
        return ""

    def body(self, org: Org, row: CsvRow, left_out: str, user_id: str) -> dict[str, Any]:
        """The fields that a row sets: empty values are left out, #N/A is null. Raises OrgError for no parent."""
        body: dict[str, Any] = {}
        for place, text in enumerate(row.values):
            name = self.names[place]
            if not text or name.lower() == left_out.lower():
                continue
            parent = self.parents.get(place)
            if parent is not None:
                body[parent.through.name] = None if text == _NULL else _parent_id(org, parent, text)
            else:
                body[name] = None if text == _NULL else text
        return body


def read_header(org: Org, job: IngestJob, kind: ObjectType, header: Sequence[str]) -> Columns:
    """The columns of a job's file. Raises CsvError: an unknown or hidden field, one twice, the key missing."""
    parents: dict[int, Parent] = {}
    seen: set[str] = set()
    for place, name in enumerate(header):
        if name.lower() in seen:
            raise CsvError(f"InvalidBatch : Duplicate field name : {name}")
        seen.add(name.lower())
        relation = _RELATION.fullmatch(name)
        if relation is not None:
            parents[place] = _parent(org, job, kind, name, relation)
        elif not _known(org, job.user_id, kind, name):
            raise CsvError(f"InvalidBatch : Field name not found : {name}")
    key = job.external_id_field if job.operation == "upsert" else "Id"
    if job.operation != "insert" and (key or "").lower() not in seen:
        raise CsvError(f"InvalidBatch : Field name not found : {key}")
    if job.operation in {"delete", "hardDelete"} and len(header) > 1:
        raise CsvError(f"InvalidBatch : The '{job.operation}' batch must contain only ids")
    return Columns(tuple(header), parents)


def _known(org: Org, user_id: str, kind: ObjectType, name: str) -> bool:
    found = kind.field(name)
    return found is not None and found.stored and org.shows(user_id, kind.name, found.name)


def _parent(org: Org, job: IngestJob, kind: ObjectType, name: str, relation: re.Match[str]) -> Parent:
    object_name, relationship, key_name = relation.groups()
    through = kind.by_relationship(relationship)
    unknown = CsvError(f"InvalidBatch : Field name not found : {name}")
    if through is None or not org.shows(job.user_id, kind.name, through.name):
        raise unknown
    # The object is told where the parent may be of several kinds, and only there (guide, Relationship Fields).
    several = len(through.reference_to) > 1
    if several != (object_name is not None):
        raise unknown
    target = org.schema.object(object_name or through.reference_to[0])
    key = target.field(key_name) if target is not None else None
    if target is None or target.name not in through.reference_to or key is None:
        raise unknown
    if not (key.external_id or key.id_lookup) or not org.shows(job.user_id, target.name, key.name):
        raise unknown
    return Parent(through, target, key)


def _parent_id(org: Org, parent: Parent, text: str) -> str:
    rows = org.store.rows(parent.kind.name, {parent.key.name: read_value(parent.key, text)})
    if len(rows) == 1:
        return str(rows[0]["Id"])
    found = "not found" if not rows else "more than one record found"
    sentence = f"Foreign key external ID: {text} {found} for field {parent.key.name} in entity {parent.kind.name}"
    raise OrgError(400, "INVALID_FIELD", sentence, (parent.key.name,))
