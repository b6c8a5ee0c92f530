"""Answers a query: reads its text, finds the rows in the org, and writes them as REST does, page by page."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.schema import ObjectType, Schema, VisibleFields
from sfrouter.localorg.schema_field import LONG_TEXT
from sfrouter.localorg.soql_ast import Call, Column, Comparison, Query
from sfrouter.localorg.soql_children import check_children, read_children
from sfrouter.localorg.soql_context import QueryContext
from sfrouter.localorg.soql_group import Grouping, aggregate_record, is_aggregate
from sfrouter.localorg.soql_join import semi_join_sql
from sfrouter.localorg.soql_order import order_sql
from sfrouter.localorg.soql_parse import parse
from sfrouter.localorg.soql_plan import RecordPart, ValuePart
from sfrouter.localorg.soql_scope import Scope
from sfrouter.localorg.soql_select import Selection, name_children
from sfrouter.localorg.soql_text import QueryText
from sfrouter.localorg.soql_where import Conditions, Sql
from sfrouter.localorg.store import Store

MAX_OFFSET = 2_000
"""The largest OFFSET (SOQL guide, OFFSET)."""

AGGREGATE_PAGE = 2_000
"""An aggregate query has no further page, so more rows than this are refused."""

LONG_TEXT_PAGE = 200
"""Rows a page when two or more long text areas are selected (SOQL guide, Change the Batch Size)."""

_CHUNK = 2_000


@dataclass(frozen=True)
class QueryResult:
    """What a query found. Rows are read when asked for, so that a million of them can be paged.

    `total_size` is `totalSize`; `object_name` the object queried; `is_count` tells SELECT COUNT(), which
    has a total and no records. Which rows it has is settled when the query runs; what they hold is read
    with each page, and a row that was purged meanwhile is left out. `has_children` tells of subqueries.
    """

    total_size: int
    object_name: str
    is_count: bool
    is_aggregate: bool
    batch_size: int
    _read: Callable[[int, int], list[dict[str, Any]]]
    has_children: bool = False

    def records(self, offset: int = 0, count: int | None = None) -> list[dict[str, Any]]:
        """The records from `offset` on, as many as `count` (else a batch), as REST writes them."""
        return self._read(offset, self.batch_size if count is None else count)


def run_query(
    store: Store,
    schema: Schema,
    text: str,
    *,
    user_id: str,
    deleted: bool = False,
    api_version: str = "65.0",
    batch_size: int = 2_000,
    visible_fields: VisibleFields | None = None,
) -> QueryResult:
    """Run a query as a user. `deleted` is queryAll. Raises OrgError in the words of Salesforce."""
    query = parse(text)
    context = QueryContext(store, schema, QueryText(text), user_id, deleted, api_version, visible_fields)
    with store.lock:
        scope = open_scope(context, query)
        if query.offset is not None and query.offset > MAX_OFFSET:
            message = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise OrgError(400, "NUMBER_OUTSIDE_VALID_RANGE", message)
        if query.is_count:
            return _count(context, scope, query, batch_size)
        if is_aggregate(query):
            return _aggregate(scope, query, batch_size)
        return _rows(context, scope, query, batch_size)


def open_scope(context: QueryContext, query: Query) -> Scope:
    """The scope of the outermost SELECT, with every alias of its FROM list. Raises OrgError."""
    first, *others = query.sources
    kind = _queried(context, first.path.parts, first.path.position)
    aliases = frozenset({first.alias.lower()}) if first.alias else frozenset()
    scope = Scope(context, kind, aliases)
    for source in others:
        scope.add_source(source)
    return scope


def _queried(context: QueryContext, parts: tuple[str, ...], position: int) -> ObjectType:
    kind = context.object(parts[0]) if len(parts) == 1 else None
    if kind is None or not kind.queryable:
        raise context.text.no_object(position, ".".join(parts))
    return kind


def _where(scope: Scope, query: Query) -> Sql:
    """The whole condition of the outermost SELECT: recycle bin, USING SCOPE, WHERE."""
    pieces, values = ["1"], []
    if scope.alive():
        pieces.append(scope.alive())
    if query.scope is not None:
        sql, more = _using_scope(scope, query)
        pieces.append(sql)
        values += more
    if query.where is not None:

        def join(comparison: Comparison, inner: Query) -> Sql:
            return semi_join_sql(scope, comparison, inner)

        sql, more = Conditions(scope, semi_join=join).compile(query.where)
        pieces.append(sql)
        values += more
    return " AND ".join(pieces), values


def _using_scope(scope: Scope, query: Query) -> Sql:
    name = str(query.scope).lower()
    if name == "everything":
        return "1", []
    if name == "mine" and scope.root.kind.has_owner:
        return f'{scope.root.alias}."OwnerId" = ?', [scope.context.user_id]
    position = query.scope.position if query.scope is not None else 0
    raise scope.context.text.malformed(position, f"Using unsupported scope: {query.scope}")


def _limits(query: Query) -> str:
    if query.limit is None and query.offset is None:
        return ""
    limit = query.limit if query.limit is not None else -1
    return f" LIMIT {limit} OFFSET {query.offset or 0}"


def _count(context: QueryContext, scope: Scope, query: Query, batch_size: int) -> QueryResult:
    """SELECT COUNT(): only a number."""
    column = query.columns[0]
    call = column.value if isinstance(column, Column) else None
    if not isinstance(column, Column) or not isinstance(call, Call):
        raise TypeError("only COUNT() is counted")
    if call.function != "COUNT" or column.alias is not None:
        raise context.text.unexpected(call.position, call.function)
    if len(query.columns) > 1 or query.order_by or query.group_by:
        message = "COUNT() must be the only element in the SELECT list, without GROUP BY or ORDER BY"
        raise context.text.malformed(call.position, message)
    condition, values = _where(scope, query)
    inner = f"SELECT 1 FROM {scope.source_sql()} WHERE {condition}{_limits(query)}"  # noqa: S608
    total = int(context.store.select(f"SELECT count(*) FROM ({inner})", values)[0][0])  # noqa: S608
    return QueryResult(total, scope.root.kind.name, True, False, batch_size, lambda _offset, _count: [])


def _aggregate(scope: Scope, query: Query, batch_size: int) -> QueryResult:
    """A query with GROUP BY or aggregate functions: its rows are all read at once."""
    grouping = Grouping(scope, query)
    cells = grouping.cells()
    condition, values = _where(scope, query)
    having, having_values = grouping.having_sql()
    order, order_values = grouping.order_sql()
    columns = ", ".join(cell.sql for cell in cells)
    sql = (
        f"SELECT {columns} FROM {scope.source_sql()} WHERE {condition}"  # noqa: S608
        f"{grouping.group_sql()}{having}{order}{_limits(query)}"
    )
    rows = scope.context.store.select(sql, [*values, *having_values, *order_values])
    if len(rows) > AGGREGATE_PAGE:
        message = (
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
        )
        raise OrgError(400, "EXCEEDED_ID_LIMIT", message)
    records = [aggregate_record(cells, row) for row in rows]

    def read(offset: int, count: int) -> list[dict[str, Any]]:
        return records[offset : offset + count]

    return QueryResult(len(records), scope.root.kind.name, False, True, batch_size, read)


def _rows(context: QueryContext, scope: Scope, query: Query, batch_size: int) -> QueryResult:
    """A query that answers records: which rows is settled now, their values are read by the page."""
    selection = Selection(scope, query)
    record = selection.build()
    check_children(scope, query, selection.children)
    name_children(record)
    condition, values = _where(scope, query)
    order, order_values = order_sql(scope, query)
    root = scope.root.alias
    sql = (
        f"SELECT {root}.rowid FROM {scope.source_sql()} WHERE {condition} "  # noqa: S608
        f"ORDER BY {order}{_limits(query)}"
    )
    found = array("q", (row[0] for row in context.store.select(sql, [*values, *order_values])))
    reading = f"SELECT {root}.rowid, {', '.join(selection.slots.expressions)} FROM {scope.source_sql()}"  # noqa: S608

    def read(offset: int, count: int) -> list[dict[str, Any]]:
        with context.store.lock:
            rows = _by_rowid(context.store, reading, root, found[offset : offset + count])
            for child, part in selection.children:
                ids = [str(row[part.id_slot]) for row in rows]
                part.found = read_children(scope, child, ids)
            return [shown for row in rows if (shown := record.render(row)) is not None]

    if _long_texts(record) > 1:
        batch_size = min(batch_size, LONG_TEXT_PAGE)
    children = bool(selection.children)
    return QueryResult(len(found), scope.root.kind.name, False, False, batch_size, read, children)


def _long_texts(record: RecordPart) -> int:
    """How many long text areas each record has, those of its parents included."""
    count = 0
    for part in record.parts.values():
        if isinstance(part, RecordPart):
            count += _long_texts(part)
        elif isinstance(part, ValuePart) and part.field.type == "textarea":
            count += part.field.length > LONG_TEXT
    return count


def _by_rowid(store: Store, reading: str, root: str, rowids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The values of rows in the order of their row numbers given."""
    values: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(rowids), _CHUNK):
        chunk = rowids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for row in store.select(f"{reading} WHERE {root}.rowid IN ({marks})", list(chunk)):
            values[row[0]] = row[1:]
    return [values[rowid] for rowid in rowids if rowid in values]
