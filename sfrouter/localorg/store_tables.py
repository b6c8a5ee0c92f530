"""The tables of the org's database: one an object, one column a field, and the indexes that make it quick."""

from __future__ import annotations

import sqlite3

from sfrouter.localorg.schema_field import Field
from sfrouter.localorg.schema_object import ObjectType
from sfrouter.localorg.store_values import column_type, ignores_case

_INDEXED_NAMES = frozenset(
    {"Name", "Email", "Website", "Company", "Username", "DeveloperName", "SystemModstamp", "CreatedDate"}
)
_AUDIT = frozenset({"CreatedById", "LastModifiedById", "MasterRecordId"})


def open_database(path: str) -> sqlite3.Connection:
    """The database of an org, in a file or in memory. Raises sqlite3.Error for what is no database."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def fold(value: object) -> object:
    """Text as comparisons see it: without case."""
    return value.lower() if isinstance(value, str) else value


def quote(name: str) -> str:
    """A table or column name, fit for a statement. Schema names are letters, digits and underscores."""
    if not name.replace("_", "").isalnum():
        raise ValueError(f"not a name of an object or field: {name!r}")
    return f'"{name}"'


def folded(column: str) -> str:
    """The expression under which a text column is indexed and compared."""
    return f"sf_fold({column})"


def prepare_table(connection: sqlite3.Connection, kind: ObjectType) -> None:
    """Make the object's table, or add the columns that it lacks."""
    table = quote(kind.name)
    stored = [field for field in kind.fields.values() if field.stored]
    columns = ['"Id" TEXT PRIMARY KEY NOT NULL', *(_column(one) for one in stored if one.name != "Id")]
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)})")
    present = {str(row[1]).lower() for row in connection.execute(f"PRAGMA table_info({table})")}
    for field in stored:
        if field.name.lower() not in present:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {_column(field)}")
    for field in stored:
        if _indexed(field):
            _make_index(connection, kind, field)


def _column(field: Field) -> str:
    default = f" NOT NULL DEFAULT {int(bool(field.default_value))}" if field.type == "boolean" else ""
    return f"{quote(field.name)} {column_type(field)}{default}"


def _indexed(field: Field) -> bool:
    if field.type == "reference":
        return field.name not in _AUDIT
    return field.name in _INDEXED_NAMES or field.external_id or field.unique


def _make_index(connection: sqlite3.Connection, kind: ObjectType, field: Field) -> None:
    column = quote(field.name)
    expression = folded(column) if ignores_case(field) else column
    name = quote(f"by_{kind.name}_{field.name}")
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS {name} ON {quote(kind.name)} ({expression}) WHERE {expression} IS NOT NULL"
    )
