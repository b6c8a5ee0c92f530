"""Tells what the columns of a query are (`columns=true`): clients need it to print a table with its headings."""

from __future__ import annotations

from typing import Any

from sfrouter.localorg.schema import Field, ObjectType, Schema, VisibleFields
from sfrouter.localorg.schema_field import NUMBER_TYPES
from sfrouter.localorg.soql_ast import Call, Column, FieldsGroup, Path, Query, TypeOf
from sfrouter.localorg.soql_children import open_child
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_group import AGGREGATES, is_aggregate
from sfrouter.localorg.soql_parse import parse
from sfrouter.localorg.soql_run import open_scope
from sfrouter.localorg.soql_scope import Scope
from sfrouter.localorg.soql_text import QueryText
from sfrouter.localorg.store import Store

ColumnEntry = dict[str, Any]

_APEX_TYPES = {
    "id": "Id",
    "reference": "Id",
    "boolean": "Boolean",
    "int": "Integer",
    "long": "Long",
    "double": "Double",
    "currency": "Decimal",
    "percent": "Decimal",
    "date": "Date",
    "datetime": "Datetime",
    "time": "Time",
    "address": "Address",
    "location": "Location",
}


def describe_columns(
    store: Store, schema: Schema, soql: str, visible_fields: VisibleFields | None
) -> dict[str, Any]:
    """The columns of a query that was run before, and so is known to be sound."""
    query = parse(soql)
    context = QueryContext(store, schema, QueryText(soql), "", False, "67.0", visible_fields)
    scope = open_scope(context, query)
    columns = _Columns(scope, grouped=is_aggregate(query)).of(query)
    return {
        "columnMetadata": columns,
        "entityName": scope.root.kind.name,
        "groupBy": bool(query.group_by),
        "idSelected": any(one["columnName"] == "Id" for one in columns),
        "keyPrefix": scope.root.kind.key_prefix,
    }


class _Columns:
    """The columns of one SELECT. Fields of one parent stand together, within a column of the relationship."""

    def __init__(self, scope: Scope, *, grouped: bool) -> None:
        self._scope = scope
        self._grouped = grouped
        self._unnamed = 0

    def of(self, query: Query) -> list[ColumnEntry]:
        """The columns in the order in which they are asked for."""
        found: list[ColumnEntry] = []
        for column in query.columns:
            if isinstance(column, Query):
                found.append(self._children(column))
            elif isinstance(column, TypeOf):
                found.append(self._relationship(column.relationship.parts[-1], self._scope.root.kind))
            elif isinstance(column, FieldsGroup):
                found += [_field_entry(one) for one in self._group(column)]
            elif isinstance(column.value, Path):
                self._path(found, column.value, column.alias)
            elif column.value.argument is not None:
                found.append(self._call(column, column.value))
        return found

    def _path(self, found: list[ColumnEntry], path: Path, alias: str | None) -> None:
        resolved = self._scope.resolve(path)
        if self._grouped:
            found.append(_field_entry(resolved.field, alias))
            return
        level, node = found, self._scope.root
        for name in resolved.relationships:
            entry = next((one for one in level if one["columnName"] == name), None)
            if entry is None:
                entry = self._relationship(name, node.kind)
                level.append(entry)
            level, node = entry["joinColumns"], node.parents[name]
        level.append(_field_entry(resolved.field))

    def _relationship(self, name: str, kind: ObjectType) -> ColumnEntry:
        through = kind.by_relationship(name)
        shown = name if through is None or through.relationship_name is None else through.relationship_name
        return _entry(shown) | {"foreignKeyName": None if through is None else through.name}

    def _call(self, column: Column, call: Call) -> ColumnEntry:
        if call.function == "TOLABEL" and isinstance(call.argument, Path):
            return _field_entry(self._scope.resolve(call.argument).field, column.alias)
        name = column.alias
        if name is None:
            name = f"expr{self._unnamed}"
            self._unnamed += 1
        numeric = call.function in AGGREGATES - {"MIN", "MAX"}
        return _entry(name) | {"aggregate": True, "displayName": _spelt(call), "numberType": numeric}

    def _children(self, query: Query) -> ColumnEntry:
        link, scope, _ = open_child(self._scope, query)
        inner = _Columns(scope, grouped=False).of(query)
        name = link.relationship_name or str(query.sources[0].path)
        return _entry(name) | {"aggregate": True, "joinColumns": inner}

    def _group(self, group: FieldsGroup) -> list[Field]:
        kind = self._scope.root.kind
        shown = [one for one in kind.fields.values() if self._scope.context.sees(kind.name, one.name)]
        if group.group == "ALL":
            return shown
        return [one for one in shown if one.custom is (group.group == "CUSTOM")]


def _spelt(call: Call) -> str:
    inner = _spelt(call.argument) if isinstance(call.argument, Call) else str(call.argument or "")
    return f"{call.function.lower()}({inner})"


def _field_entry(field: Field, alias: str | None = None) -> ColumnEntry:
    name = alias or field.name
    return _entry(name) | {
        "apexType": _APEX_TYPES.get(field.type, "String"),
        "booleanType": field.type == "boolean",
        "custom": field.custom,
        "displayName": name,
        "insertable": field.createable,
        "numberType": field.type in NUMBER_TYPES,
        "textType": field.is_text,
        "updatable": field.updateable,
    }


def _entry(name: str) -> ColumnEntry:
    """A column of which no more than its name is known."""
    return {
        "aggregate": False,
        "apexType": None,
        "booleanType": False,
        "columnName": name,
        "custom": False,
        "displayName": name,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
