"""The org's rows: kept in SQLite, in memory or in a file, with a recycle bin and no rules of business."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from sfrouter.localorg.clock import OrgClock
from sfrouter.localorg.ids import INSTANCE, IdFactory, normalise, serial_of
from sfrouter.localorg.schema import Field, ObjectType, Schema
from sfrouter.localorg.store_form import RowForm, UnknownFieldError
from sfrouter.localorg.store_journal import Journal
from sfrouter.localorg.store_tables import fold, folded, open_database, prepare_table
from sfrouter.localorg.store_values import encode, ignores_case, render, render_compound

__all__ = ["Store", "UnknownFieldError", "UnknownObjectError", "full_name"]

_STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
_NAME_PARTS = ("FirstName", "MiddleName", "LastName", "Suffix")


class UnknownObjectError(KeyError):
    """The schema has no object of that name."""


class Store:
    """Every row of the org. Thread-safe: each method takes `lock`, and a caller may hold it for several.

    Values are Python's own: str, int, float or Decimal, bool, None, date, time, datetime with a zone.
    Deleted rows stay, with IsDeleted set, until they are purged.
    """

    def __init__(self, schema: Schema, path: str = ":memory:", clock: OrgClock | None = None) -> None:
        self.schema = schema
        self.clock = clock or OrgClock()
        self.lock = threading.RLock()
        self._connection = open_database(path)
        self._functions: dict[str, tuple[int, Callable[..., Any]]] = {}
        self.add_function("sf_fold", 1, fold)
        self._prepared: dict[str, RowForm] = {}
        self._factories: dict[str, IdFactory] = {}
        self._depth = 0
        self.journal = Journal()

    def close(self) -> None:
        """Close the database. The store is of no use afterwards."""
        with self.lock:
            self._connection.close()

    def attach(self, path: str) -> None:
        """Go on with the rows of another file, and forget those so far. Raises RuntimeError in a transaction."""
        with self.lock:
            if self._depth:
                raise RuntimeError("another file cannot be taken inside a transaction")
            self._connection.close()
            self._connection = open_database(path)
            self._prepared.clear()
            self._factories.clear()
            self.journal.all_anew()
            for name, (arity, function) in self._functions.items():
                self._connection.create_function(name, arity, function, deterministic=True)

    # -- single rows -------------------------------------------------------------------------------

    def insert(self, object_name: str, values: Mapping[str, Any], *, id: str | None = None) -> str:
        """Add a row and answer its 18-character id. Creation stamps not given are the clock's.

        Raises UnknownObjectError, UnknownFieldError, ValueError for an ill-formed or taken id.
        """
        with self.lock:
            return self._insert(self._form(object_name), values, id)

    def insert_many(self, object_name: str, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Add many rows in one transaction; a row may bring its own `Id`. Answers the ids in order."""
        with self.transaction():
            form = self._form(object_name)
            return [self._insert(form, row, row.get("Id")) for row in rows]

    def update(self, object_name: str, id: str, values: Mapping[str, Any]) -> None:
        """Change a row, deleted or not. Raises KeyError when there is none."""
        with self.lock:
            form = self._form(object_name)
            row_id = normalise(id)
            changes = form.named(values)
            if form.makes_name(changes):
                before = self.get(object_name, row_id, include_deleted=True) or {}
                changes["Name"] = full_name({**before, **changes})
            encoded = form.encoded(changes)
            if not encoded:
                if self.get(object_name, row_id, include_deleted=True) is None:
                    raise KeyError(row_id)
                return
            sets = ", ".join(f"{form.quoted[name]} = ?" for name in encoded)
            sql = f'UPDATE {form.table} SET {sets} WHERE "Id" = ?'  # noqa: S608
            if self._connection.execute(sql, [*encoded.values(), row_id]).rowcount == 0:
                raise KeyError(row_id)
            self.journal.note("update", form.kind.name, row_id, changes)

    def get(self, object_name: str, id: str, include_deleted: bool = False) -> dict[str, Any] | None:
        """A row by its id of 15 or 18 characters, or None. Raises ValueError for an ill-formed id."""
        found = self._select_rows(self._form(object_name), {"Id": normalise(id)}, include_deleted)
        return found[0] if found else None

    def delete(self, object_name: str, id: str) -> None:
        """Put a row in the recycle bin, or purge it where the object has none. Raises KeyError without a row."""
        with self.lock:
            kind = self._kind(object_name)
            if kind.field("IsDeleted") is None:
                self.purge(kind.name, id)
                return
            self.update(kind.name, id, self._stamped(kind, {"IsDeleted": True}))

    def undelete(self, object_name: str, id: str) -> None:
        """Take a row out of the recycle bin. Raises KeyError when there is none."""
        with self.lock:
            kind = self._kind(object_name)
            self.update(kind.name, id, self._stamped(kind, {"IsDeleted": False}))

    def purge(self, object_name: str, id: str) -> None:
        """Remove a row for good. Raises KeyError when there is none."""
        with self.lock:
            form = self._form(object_name)
            sql = f'DELETE FROM {form.table} WHERE "Id" = ?'  # noqa: S608
            if self._connection.execute(sql, [normalise(id)]).rowcount == 0:
                raise KeyError(id)
            self.journal.note("purge", form.kind.name, normalise(id), {})

    def clear(self, object_name: str, field_name: str) -> None:
        """Empty one field in every row, deleted ones too, as when the field is removed. No row is stamped."""
        with self.lock:
            form = self._form(object_name)
            field = form.stored(field_name)
            sql = f"UPDATE {form.table} SET {form.quoted[field.name]} = ?"  # noqa: S608
            self._connection.execute(sql, [encode(field, None)])

    # -- many rows ---------------------------------------------------------------------------------

    def rows(
        self, object_name: str, where: Mapping[str, Any] | None = None, *, include_deleted: bool = False
    ) -> list[dict[str, Any]]:
        """The rows whose fields have these values, oldest first; text is compared without case."""
        return self._select_rows(self._form(object_name), where or {}, include_deleted)

    def count(
        self, object_name: str, where: Mapping[str, Any] | None = None, *, include_deleted: bool = False
    ) -> int:
        """How many rows have these values."""
        form = self._form(object_name)
        condition, parameters = self._condition(form, where or {}, include_deleted)
        sql = f"SELECT count(*) FROM {form.table} WHERE {condition}"  # noqa: S608
        return int(self.select(sql, parameters)[0][0])

    def select(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a reading statement on the tables; values come as the database holds them."""
        with self.lock:
            return self._connection.execute(sql, parameters).fetchall()

    def add_function(self, name: str, arity: int, function: Callable[..., Any]) -> None:
        """Make a function of Python known to SQL; it must answer the same for the same values."""
        with self.lock:
            if name not in self._functions:
                self._connection.create_function(name, arity, function, deterministic=True)
                self._functions[name] = (arity, function)

    # -- transactions and snapshots ------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens or, when an exception leaves it, nothing does. May be nested."""
        with self.lock:
            name = f"level_{self._depth}"
            self._connection.execute(f"SAVEPOINT {name}")
            mark, prepared = self.journal.mark(), dict(self._prepared)
            self._depth += 1
            try:
                yield
            except BaseException:
                self._connection.execute(f"ROLLBACK TO {name}")
                self._connection.execute(f"RELEASE {name}")
                self._prepared = prepared  # tables and columns made inside are gone again
                self.journal.forget_since(mark)
                raise
            else:
                self._connection.execute(f"RELEASE {name}")
            finally:
                self._depth -= 1

    def snapshot(self) -> bytes:
        """The whole database as bytes, to be restored later."""
        with self.lock:
            return self._connection.serialize()

    def restore(self, snapshot: bytes) -> None:
        """Put back a snapshot; everything since is gone. Raises RuntimeError inside a transaction."""
        with self.lock:
            if self._depth:
                raise RuntimeError("a snapshot cannot be restored inside a transaction")
            source = sqlite3.connect(":memory:")
            source.deserialize(snapshot)
            source.backup(self._connection)
            source.close()
            self._prepared.clear()
            self._factories.clear()
            self.journal.all_anew()

    def twin(self, schema: Schema, clock: OrgClock) -> Store:
        """A store of its own, in memory, with the rows of this one. Raises RuntimeError inside a transaction."""
        with self.lock:
            if self._depth:
                raise RuntimeError("rows cannot be copied inside a transaction")
            other = Store(schema, clock=clock)
            self._connection.backup(other._connection)
            for name, (arity, function) in self._functions.items():
                other.add_function(name, arity, function)
            other._prepared = dict(self._prepared)
            other._factories = deepcopy(self._factories)
            other.journal = deepcopy(self.journal)
            return other

    # -- values ----------------------------------------------------------------------------------------

    def render(self, field: Field, value: object) -> Any:
        """A value as REST answers write it."""
        return render(field, value)

    def render_row(self, object_name: str, row: dict[str, Any]) -> dict[str, Any]:
        """A whole row as REST answers write it, with address fields made of their parts."""
        kind = self._kind(object_name)
        answer: dict[str, Any] = {}
        for field in kind.fields.values():
            if field.stored:
                answer[field.name] = render(field, row.get(field.name))
            else:
                answer[field.name] = render_compound(kind, field, row)
        return answer

    def new_id(self, object_name: str) -> str:
        """The next id of an object, without making a row."""
        with self.lock:
            kind = self._kind(object_name)
            return self._factory(kind.id_prefix).next()

    def prepare(self, object_name: str) -> ObjectType:
        """Make sure that the object's table has every field of the schema; answers the object."""
        return self._kind(object_name)

    # -- inside ------------------------------------------------------------------------------------------

    def _kind(self, object_name: str) -> ObjectType:
        return self._form(object_name).kind

    def _form(self, object_name: str) -> RowForm:
        kind = self.schema.object(object_name)
        if kind is None:
            raise UnknownObjectError(object_name)
        form = self._prepared.get(kind.name)
        if form is None or form.kind is not kind:
            with self.lock:
                prepare_table(self._connection, kind)
                form = self._prepared[kind.name] = RowForm.of(kind)
        return form

    def _insert(self, form: RowForm, values: Mapping[str, Any], id: str | None) -> str:
        kind = form.kind
        row_id = self._claim(kind, id)
        complete = {**form.named(values), "Id": row_id}
        for stamp in _STAMPS:
            if stamp in form.quoted and complete.get(stamp) is None:
                complete[stamp] = self.clock.stamp()
        if form.makes_name(complete):
            complete["Name"] = full_name(complete)
        encoded = form.encoded(complete)
        names = ", ".join(form.quoted[name] for name in encoded)
        marks = ", ".join("?" * len(encoded))
        sql = f"INSERT INTO {form.table} ({names}) VALUES ({marks})"  # noqa: S608
        try:
            self._connection.execute(sql, list(encoded.values()))
        except sqlite3.IntegrityError as error:
            raise ValueError(f"there is a {kind.name} with the id {row_id} already") from error
        self.journal.note("insert", kind.name, row_id, complete)
        return row_id

    def _claim(self, kind: ObjectType, id: str | None) -> str:
        factory = self._factory(kind.id_prefix)
        if id is None:
            return factory.next()
        row_id = normalise(id)
        serial = serial_of(row_id)
        if row_id.startswith(kind.id_prefix) and serial is not None:
            factory.last_serial = max(factory.last_serial, serial)
        return row_id

    def _factory(self, prefix: str) -> IdFactory:
        if prefix not in self._factories:
            highest = 0
            for kind in self.schema:
                if kind.id_prefix == prefix:
                    highest = max(highest, self._highest_serial(kind))
            self._factories[prefix] = IdFactory(prefix, highest)
        return self._factories[prefix]

    def _highest_serial(self, kind: ObjectType) -> int:
        start = kind.id_prefix + INSTANCE
        sql = f'SELECT max("Id") FROM {self._form(kind.name).table} WHERE "Id" > ? AND "Id" < ?'  # noqa: S608
        last = self._connection.execute(sql, [start, start + "~"]).fetchone()[0]
        return (serial_of(last) or 0) if last else 0

    def _stamped(self, kind: ObjectType, values: dict[str, Any]) -> dict[str, Any]:
        if kind.field("SystemModstamp") is not None:
            values["SystemModstamp"] = self.clock.stamp()
        return values

    def _select_rows(self, form: RowForm, where: Mapping[str, Any], include_deleted: bool) -> list[dict[str, Any]]:
        condition, parameters = self._condition(form, where, include_deleted)
        return form.decoded(self.select(f"{form.selected} WHERE {condition} ORDER BY rowid", parameters))

    def _condition(self, form: RowForm, where: Mapping[str, Any], include_deleted: bool) -> tuple[str, list[Any]]:
        parts, parameters = ["1"], []
        if not include_deleted and "IsDeleted" in form.quoted:
            parts.append('"IsDeleted" = 0')
        for name, value in where.items():
            field = form.stored(name)
            stored = encode(field, value)
            column = form.quoted[field.name]
            if stored is None:
                parts.append(f"{column} IS NULL")
                continue
            parts.append(f"{folded(column) if ignores_case(field) else column} = ?")
            parameters.append(fold(stored) if ignores_case(field) else stored)
        return " AND ".join(parts), parameters


def full_name(row: Mapping[str, Any]) -> str:
    """A person's name as Salesforce puts it together: first, middle, last name, suffix."""
    return " ".join(str(row[part]) for part in _NAME_PARTS if row.get(part))
