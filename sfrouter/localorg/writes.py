"""Creating, changing and deleting records by Salesforce's rules: the one way in which the org's rows change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sfrouter.localorg import access, currency, history, person_accounts, write_rules
from sfrouter.localorg.assignment import assigned_owner
from sfrouter.localorg.call import not_found
from sfrouter.localorg.delete_rules import require_free_of_work
from sfrouter.localorg.dependent_rights import require_dependencies
from sfrouter.localorg.duplicates import allows_save, check_duplicates
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.ids import normalise
from sfrouter.localorg.locks import parents_locked_by
from sfrouter.localorg.owners import check_owner
from sfrouter.localorg.permissions import SETUP_TABLES
from sfrouter.localorg.references import check_references
from sfrouter.localorg.schema import ObjectType
from sfrouter.localorg.user_logins import add_login
from sfrouter.localorg.validation import validate
from sfrouter.localorg.write_fields import Purpose, fields_of, read_body

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org

Row = dict[str, Any]

_WITHOUT_BIN = frozenset({"AccountTeamMember", "OpportunityTeamMember", "UserAccountTeamMember"})
"""Objects that have an IsDeleted field, yet whose directly deleted rows are not even in queryAll."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, and the headers that came with this very (sub)request.

    `auto_assign` is Sforce-Auto-Assign or None, `duplicate_header` Sforce-Duplicate-Rule-Header or None.
    `flows` are the flows under way, which do not set themselves off; `system` writes past permissions,
    sharing and approval locks, as flows do.
    """

    user_id: str
    auto_assign: str | None = None
    duplicate_header: str | None = None
    flows: frozenset[str] = frozenset()
    system: bool = False

    @property
    def judged_as(self) -> str:
        """Whose permissions count: nobody's for the platform itself."""
        return "" if self.system else self.user_id


def create(org: Org, writer: Writer, kind: ObjectType, body: Mapping[str, Any]) -> str:
    """Make a row and answer its id. Raises OrgError with the first rule that the row breaks."""
    access.require_object(org, writer.judged_as, kind, "create")
    if any(name.lower() == "id" for name in fields_of(body)):
        sentence = "cannot specify Id in an insert call"
        raise OrgError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", sentence, ("Id",))
    values = read_body(org, kind, body, writer.judged_as, Purpose(creating=True))
    with org.store.transaction():
        given = dict(values)
        write_rules.add_defaults(kind, values)
        if kind.has_owner and kind.fields["ownerid"].createable:
            values["OwnerId"] = values.get("OwnerId") or writer.user_id
        write_rules.prepare(kind, None, values)
        write_rules.check_required(kind, values, creating=True)
        check_references(org, kind, given, writer.judged_as)
        write_rules.check_related(org, kind, given)
        _automate(org, writer, kind, None, values)
        _check_new_owner(org, writer, kind, None, values)
        write_rules.check_unique(org, kind, values, None)
        org.locks.require_free(parents_locked_by(kind.name, values))
        now = org.clock.stamp()
        row_id = org.store.insert(kind.name, values | _stamps(kind, writer, now, creating=True))
        history.note_creation(org, kind, row_id, writer.user_id, now)
        _after(org, writer, kind, None, row_id)
    return row_id


def update(org: Org, writer: Writer, kind: ObjectType, row: Row, body: Mapping[str, Any]) -> None:
    """Change a row that was found before. Raises OrgError with the first rule that the change breaks."""
    access.require_object(org, writer.judged_as, kind, "edit")
    _refuse_own_id(body)
    changes = read_body(org, kind, body, writer.judged_as, Purpose(creating=False))
    write_rules.check_open(kind, row)
    access.require_row(org, writer.judged_as, kind, row)
    with org.store.transaction():
        write_rules.prepare(kind, row, changes)
        write_rules.check_required(kind, changes, creating=False)
        check_references(org, kind, changes, writer.judged_as)
        write_rules.check_related(org, kind, changes)
        if "OwnerId" in changes and changes["OwnerId"] != row.get("OwnerId"):
            access.require_transfer(org, writer.judged_as, kind, row)
        _automate(org, writer, kind, row, changes)
        _check_new_owner(org, writer, kind, row, changes)
        write_rules.check_unique(org, kind, changes, row["Id"])
        now = org.clock.stamp()
        org.store.update(kind.name, row["Id"], changes | _stamps(kind, writer, now, creating=False))
        history.note_changes(org, kind, row, changes, writer.user_id, now)
        _after(org, writer, kind, row, row["Id"])


def delete(org: Org, writer: Writer, kind: ObjectType, row: Row) -> None:
    """Put a row, and the rows that go with it, into the recycle bin. Raises OrgError for undeletable kinds."""
    access.require_object(org, writer.judged_as, kind, "delete")
    access.require_row(org, writer.judged_as, kind, row)
    org.sharing.require_delete(writer.judged_as, kind, row)
    require_free_of_work(org, kind, row)
    with org.store.transaction():
        _note_setup_change(org, kind)
        if kind.name in _WITHOUT_BIN:
            org.store.purge(kind.name, row["Id"])
            return
        now = org.clock.stamp()
        if kind.field("IsDeleted") is not None:
            org.store.update(kind.name, row["Id"], _stamps(kind, writer, now, creating=False))
        org.store.delete(kind.name, row["Id"])
        require_dependencies(org, kind.name, row)
        for child in kind.child_relationships:
            if child.cascade_delete:
                _delete_children(org, writer, child.child_object, child.field, row["Id"])


def _automate(org: Org, writer: Writer, kind: ObjectType, before: Row | None, changes: Row) -> None:
    """What the org itself does before the save, in Salesforce's order: flows, rules, duplicates, assignment."""
    org.flows.before_save(writer, kind, before, changes)
    write_rules.derive(org, kind, before, changes)
    after = {**(before or {}), **changes}
    validate(org.validation_rules, kind.name, writer.user_id, before, after)
    allow = allows_save(writer.duplicate_header)
    check_duplicates(org, kind, writer.user_id, before, after, allow_save=allow)
    _assign(org, writer, kind, after, changes)


def _after(org: Org, writer: Writer, kind: ObjectType, before: Row | None, row_id: str) -> None:
    _note_setup_change(org, kind)
    if kind.name in SETUP_TABLES:
        require_dependencies(org, kind.name, org.store.get(kind.name, row_id) or {})
    person_accounts.keep_in_step(org, kind, before, row_id)
    if kind.name == "User" and before is None:
        add_login(org, row_id)
    if kind.name == currency.DATED_RATES:
        currency.chain_rates(org)
    org.flows.after_save(writer, kind, before, row_id)


def _note_setup_change(org: Org, kind: ObjectType) -> None:
    """A change of permissions changes what describe answers, so its 304 must end."""
    if kind.name in SETUP_TABLES:
        org.schema_changed_at = org.clock.stamp()


def find(org: Org, kind: ObjectType, id_text: str, *, in_list: bool = False) -> Row:
    """A living row by its id.

    Raises OrgError: MALFORMED_ID for a broken id or one of another object, ENTITY_IS_DELETED (404) for a row in
    the recycle bin, NOT_FOUND (404) for none; within a collection (`in_list`) the latter is
    INVALID_CROSS_REFERENCE_KEY.
    """
    try:
        row_id = normalise(id_text)
    except ValueError as problem:
        raise _wrong_id(kind, id_text) from problem
    if row_id[:3] != kind.id_prefix:
        raise _wrong_id(kind, id_text)
    row = org.store.get(kind.name, row_id, include_deleted=True)
    if row is None:
        if in_list:
            raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        raise not_found()
    if row.get("IsDeleted"):
        raise OrgError(404, "ENTITY_IS_DELETED", "entity is deleted", ())
    return row


def _wrong_id(kind: ObjectType, id_text: str) -> OrgError:
    sentence = f"{kind.label} ID: id value of incorrect type: {id_text}"
    return OrgError(400, "MALFORMED_ID", sentence, ("Id",))


def _refuse_own_id(body: Mapping[str, Any]) -> None:
    if any(name.lower() == "id" for name in fields_of(body)):
        raise OrgError(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")


def _assign(org: Org, writer: Writer, kind: ObjectType, row: Mapping[str, Any], changes: Row) -> None:
    owner = assigned_owner(org, kind, row, writer.auto_assign)
    if owner is not None:
        changes["OwnerId"] = owner


def _check_new_owner(org: Org, writer: Writer, kind: ObjectType, before: Row | None, changes: Row) -> None:
    if "OwnerId" not in changes:
        return
    if before is None or before.get("OwnerId") != changes["OwnerId"]:
        check_owner(org, kind, changes["OwnerId"])
        if changes["OwnerId"] != writer.user_id:
            access.require_reader(org, kind, changes["OwnerId"])


def _stamps(kind: ObjectType, writer: Writer, now: Any, *, creating: bool) -> Row:
    """The system fields of a write; the creation ones only on a new row."""
    stamps = {"LastModifiedDate": now, "LastModifiedById": writer.user_id, "SystemModstamp": now}
    if creating:
        stamps |= {"CreatedDate": now, "CreatedById": writer.user_id}
    return {name: value for name, value in stamps.items() if kind.field(name) is not None}


def _delete_children(org: Org, writer: Writer, object_name: str, field: str, parent_id: str) -> None:
    kind = org.schema.object(object_name)
    if kind is None or kind.field(field) is None or not kind.deletable:
        return
    for row in org.store.rows(kind.name, {field: parent_id}):
        delete(org, replace(writer, system=True), kind, row)
