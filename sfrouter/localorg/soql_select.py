"""Turns the SELECT list of a query into the columns to read and the shape of each record."""

from __future__ import annotations

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import Field, ObjectType
from sfrouter.localorg.schema_field import COMPOUND_TYPES
from sfrouter.localorg.soql_ast import (
    Bracketed,
    Call,
    Column,
    Comparison,
    Condition,
    FieldsGroup,
    Literal,
    Path,
    Query,
    TypeOf,
)
from sfrouter.localorg.soql_plan import (
    ChildrenPart,
    CompoundPart,
    Part,
    RecordPart,
    Slots,
    TypeOfPart,
    ValuePart,
)
from sfrouter.localorg.soql_scope import Node, Resolved, Scope
from sfrouter.localorg.store_tables import quote

FIELDS_LIMIT = 200
"""FIELDS(ALL) and FIELDS(CUSTOM) need a LIMIT of at most this, or as many ids (SOQL guide, SELECT)."""

FIELDS_SINCE = 51.0
"""The API version that brought FIELDS()."""


class Selection:
    """Builds the record plan of one SELECT. `children` collects its subqueries with their places."""

    def __init__(self, scope: Scope, query: Query) -> None:
        self._scope = scope
        self._query = query
        self._context = scope.context
        self.slots = Slots()
        self.children: list[tuple[Query, ChildrenPart]] = []
        self._chosen: set[str] = set()
        root = scope.root
        self.record = RecordPart(
            root.kind.name,
            root.kind.name,
            self.slots.place(root.key),
            self._context.schema,
            self._context.api_version,
        )

    def build(self) -> RecordPart:
        """The shape of each record. Raises OrgError."""
        for column in self._query.columns:
            if isinstance(column, FieldsGroup):
                self._fields_group(column)
            elif isinstance(column, TypeOf):
                self._type_of(column)
            elif isinstance(column, Query):
                self._child(column)
            else:
                self._column(column)
        return self.record

    def _column(self, column: Column) -> None:
        text = self._context.text
        if isinstance(column.value, Call):
            self._call(column, column.value)
            return
        if column.alias is not None:
            raise text.malformed(column.value.position, "only aggregate expressions use field aliasing")
        self._field(self._scope.resolve(column.value))

    def _call(self, column: Column, call: Call) -> None:
        """toLabel(field): the only function that stands in the SELECT list of an ungrouped query here."""
        if call.function != "TOLABEL" or not isinstance(call.argument, Path):
            raise self._context.text.unexpected(call.position, call.function)
        found = self._scope.resolve(call.argument)
        name = column.alias or found.field.name
        labels = {one.value: one.label for one in found.field.picklist_values}
        self._claim((*found.relationships, name))
        part = ValuePart(name, found.field, self.slots.place(found.expression), labels)
        self._parent_record(found).parts[name] = part

    def _field(self, found: Resolved) -> None:
        self._claim((*found.relationships, found.field.name))
        part = _value_part(self.slots, found.node, found.field, found.expression)
        self._parent_record(found).parts[found.field.name] = part

    def _claim(self, names: tuple[str, ...]) -> None:
        path = ".".join(names)
        if path.lower() in self._chosen:
            raise OrgError(400, "INVALID_FIELD", f"duplicate field selected: {path}")
        self._chosen.add(path.lower())

    def _parent_record(self, found: Resolved) -> RecordPart:
        """The record, at the root or within it, that a field's value goes into."""
        record, node = self.record, self._scope.root
        for name in found.relationships:
            node = node.parents[name]
            record = self._nested(record, name, node)
        return record

    def _nested(self, record: RecordPart, name: str, node: Node) -> RecordPart:
        part = record.parts.get(name)
        if not isinstance(part, RecordPart):
            part = RecordPart(
                name, node.kind.name, self.slots.place(node.key), self._context.schema, self._context.api_version
            )
            record.parts[name] = part
        return part

    # -- FIELDS() --------------------------------------------------------------------------------------

    def _fields_group(self, group: FieldsGroup) -> None:
        text = self._context.text
        if float(self._context.api_version) < FIELDS_SINCE:
            message = "The SOQL FIELDS function is not supported in this version of the API"
            raise text.refusal(group.position, "UNSUPPORTED_API_VERSION", message)
        if group.group != "STANDARD" and not _is_bounded(self._query):
            message = f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}"
            raise OrgError(400, "MALFORMED_QUERY", message)
        kind = self._scope.root.kind
        wanted = [one for one in kind.fields.values() if self._in_group(kind, one, group.group)]
        if not wanted and len(self._query.columns) == 1:
            raise text.malformed(group.position, "The SOQL FIELDS function found no fields to select")
        for one in wanted:
            self._field(self._scope.resolve(Path((one.name,), group.position)))

    def _in_group(self, kind: ObjectType, field: Field, group: str) -> bool:
        in_group = group == "ALL" or field.custom is (group == "CUSTOM")
        return in_group and self._context.sees(kind.name, field.name)

    # -- TYPEOF ----------------------------------------------------------------------------------------

    def _type_of(self, clause: TypeOf) -> None:
        text = self._context.text
        node, names = self._scope.relationship(clause.relationship)
        if not node.is_name or len(names) != 1:
            message = f"TYPEOF can only be used with a polymorphic relationship, not with '{clause.relationship}'"
            raise text.malformed(clause.position, message)
        self._claim(names)
        if names[0] in self.record.parts:
            raise OrgError(400, "INVALID_FIELD", f"duplicate field selected: {names[0]}")
        cases = {}
        for kind_path, paths in clause.cases:
            kind = self._context.schema.object(str(kind_path))
            target = self._scope.target(node, kind) if kind is not None else None
            if kind is None or target is None:
                raise text.no_object(kind_path.position, str(kind_path))
            opened = self._scope.open_target(node, target)
            cases[kind.name] = self._case(names, opened, opened.key, paths)
        otherwise = self._case(names, node, node.key, clause.otherwise) if clause.otherwise else None
        key_slot = self.slots.place(node.key)
        self.record.parts[names[0]] = TypeOfPart(names[0], key_slot, cases, otherwise, self._context.schema)

    def _case(self, names: tuple[str, ...], node: Node, key: str, paths: tuple[Path, ...]) -> RecordPart:
        context = self._context
        record = RecordPart(names[0], node.kind.name, self.slots.place(key), context.schema, context.api_version)
        for path in paths:
            found = self._scope.in_node(node, path, ())
            inner, way = record, node
            for name in found.relationships:
                way = way.parents[name]
                inner = self._nested(inner, name, way)
            inner.parts[found.field.name] = _value_part(self.slots, found.node, found.field, found.expression)
        return record

    # -- children --------------------------------------------------------------------------------------

    def _child(self, query: Query) -> None:
        part = ChildrenPart(str(query.sources[0].path), self.record.id_slot)
        self.children.append((query, part))
        self.record.parts[f"\x00child{len(self.children)}"] = part


def name_children(record: RecordPart) -> None:
    """Put each subquery's part under the name of its relationship, in its place in the order."""
    named: dict[str, Part] = {}
    for key, part in record.parts.items():
        named[part.name if isinstance(part, ChildrenPart) else key] = part
    record.parts = named


def _value_part(slots: Slots, node: Node, field: Field, expression: str) -> ValuePart | CompoundPart:
    if field.type not in COMPOUND_TYPES:
        return ValuePart(field.name, field, slots.place(expression))
    prefix = field.name.removesuffix("Address")
    parts = []
    for one in node.kind.parts_of(field.name):
        short = one.name if field.name == "Address" else one.name.removeprefix(prefix)
        slot = slots.place(f"{node.alias}.{quote(one.name)}")
        parts.append(ValuePart(short[0].lower() + short[1:], one, slot))
    return CompoundPart(field.name, tuple(parts))


def _is_bounded(query: Query) -> bool:
    """Whether LIMIT or a list of ids keeps the answer within FIELDS_LIMIT rows."""
    if query.limit is not None:
        return query.limit <= FIELDS_LIMIT
    return query.where is not None and _bounds_ids(query.where)


def _bounds_ids(condition: Condition) -> bool:
    if isinstance(condition, Bracketed):
        return _bounds_ids(condition.condition)
    if not isinstance(condition, Comparison) or not isinstance(condition.left, Path):
        return False
    if condition.left.parts[-1].lower() != "id" or len(condition.left.parts) > 1:
        return False
    if condition.operator == "IN" and isinstance(condition.value, tuple):
        return len(condition.value) <= FIELDS_LIMIT
    return condition.operator == "=" and isinstance(condition.value, Literal)
