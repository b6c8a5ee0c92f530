"""Puts rows into the mirror: what is new or changed, what was deleted, and what is the same once more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from sfrouter.mirror.convert import Columns, digest
from sfrouter.mirror.tables import ROWS, AccountRow, table_of

BURIED_KEEPS = frozenset(
    {"id", "stamp", "deleted", "read_at", "change", "created_at", "modified_at", "owner_id", "merged_into_id",
     "first_owner_id", "meets_condition"}
)  # fmt: skip
"""What stays of a deleted record: who it was, never what it said about a person."""
FIRST_OWNER = "first_owner_id"
_ONCE = frozenset({"id", FIRST_OWNER})  # what the first reading said, and none after it changes
_REMEMBERED = frozenset({"account", "lead", "user"})
_OF_ACCOUNTS = frozenset({"opportunity"})
_MANY = 10_000  # well under SQLite's 32,766 parameters a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a batch of rows."""

    new: int = 0
    changed: int = 0
    deleted: int = 0
    same: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            deleted=self.deleted + other.deleted,
            same=self.same + other.same,
        )


def put(
    connection: Connection,
    noun: str,
    rows: Iterable[Columns],
    *,
    read_at: datetime,
    change: int,
    drop: Collection[str] = (),
) -> Stored:
    """Store rows of one query. `drop` are ids that are read but not kept (closed deals).

    The same row read again changes nothing; one with an older stamp than the row here is a stale answer and is
    left out, unless the stamp here lay in the future when it was read (F04).
    """
    table = table_of(ROWS[noun])
    latest = {row["id"]: row for row in rows}
    known = _known(connection, table, latest)
    written: list[Columns] = []
    gone: list[str] = []
    tally = {"new": 0, "changed": 0, "deleted": 0, "same": 0}
    for record_id, row in latest.items():
        before = known.get(record_id)
        fate = _fate(row, before, keep=record_id not in drop, remembered=noun in _REMEMBERED)
        tally[fate] += 1
        if fate == "deleted":
            gone.append(record_id)
        if fate in ("new", "changed") or (fate == "deleted" and noun in _REMEMBERED):
            made = _buried(row) if row.get("deleted") else row
            made = {**made, FIRST_OWNER: row.get("owner_id")} if FIRST_OWNER in table.c else made
            written.append(
                {**made, "deleted": bool(row.get("deleted")), "read_at": read_at, "absent": 0, "change": change}
            )
    _upsert(connection, table, written)
    if noun not in _REMEMBERED:
        remove(connection, table, gone)
    if noun in _OF_ACCOUNTS:
        _touch_accounts(connection, written, [known[record_id] for record_id in gone], known, change)
    return Stored(**tally)


def _fate(row: Mapping[str, Any], before: Row[Any] | None, *, keep: bool, remembered: bool) -> str:
    deleted = bool(row.get("deleted")) or not keep
    if before is None:
        return "deleted" if deleted and remembered else "same" if deleted else "new"
    if before.digest == row["digest"] and (before.deleted == deleted or not remembered):
        return "same"
    stamp = row.get("stamp")  # the org's own record has none
    if stamp and before.stamp and stamp < before.stamp <= before.read_at:
        return "same"
    return "deleted" if deleted else "changed"


def _known(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for some in batches(list(ids), _MANY):
        found.update({row.id: row for row in connection.execute(_known_of(table), {"ids": some})})
    return found


@cache
def _known_of(table: Table) -> Select[Any]:
    names = [name for name in ("id", "stamp", "deleted", "digest", "read_at", "account_id") if name in table.c]
    return select(*(table.c[name] for name in names)).where(table.c.id.in_(bindparam("ids", expanding=True)))


def _upsert(connection: Connection, table: Table, rows: Sequence[Columns]) -> None:
    if rows:
        connection.execute(_upsert_into(table), list(rows))


@cache
def _upsert_into(table: Table) -> Insert:
    statement = insert(table)
    replaced = {column.name: statement.excluded[column.name] for column in table.c if column.name not in _ONCE}
    return statement.on_conflict_do_update(index_elements=["id"], set_=replaced)


def _buried(row: Columns) -> Columns:
    empty = {name: _nothing(value) for name, value in row.items() if name not in BURIED_KEEPS}
    return {**row, **empty, "digest": row["digest"]}


def _nothing(value: Any) -> Any:
    return type(value)() if isinstance(value, str | bytes | list | tuple | dict) else None


def remove(connection: Connection, table: Table, ids: Sequence[str]) -> None:
    """Forget rows altogether."""
    for some in batches(ids, _MANY):
        connection.execute(table.delete().where(table.c.id.in_(some)))


def bury(connection: Connection, noun: str, ids: Sequence[str], *, change: int) -> None:
    """Records that are no longer in the org: accounts, leads and users leave a stone, the rest nothing."""
    table = table_of(ROWS[noun])
    rows: list[Columns] = []
    for some in batches(ids, _MANY):
        rows += [dict(row) for row in connection.execute(select(table).where(table.c.id.in_(some))).mappings()]
    if noun in _REMEMBERED:
        stones = [{**_buried(row), "deleted": True, "absent": 0, "change": change} for row in rows]
        _upsert(connection, table, [{**stone, "digest": stone_digest(stone["id"])} for stone in stones])
        return
    remove(connection, table, ids)
    if noun in _OF_ACCOUNTS:
        _mark(connection, {row["account_id"] for row in rows}, change)


def stone_digest(record_id: str) -> str:
    """What stands in place of the digest of what the org said: it said nothing of this record's end."""
    return digest({"id": record_id})


def _touch_accounts(
    connection: Connection,
    written: Sequence[Columns],
    gone: Sequence[Row[Any]],
    known: Mapping[str, Row[Any]],
    change: int,
) -> None:
    before = {known[row["id"]].account_id for row in written if row["id"] in known}
    _mark(connection, before | {row["account_id"] for row in written} | {row.account_id for row in gone}, change)


def _mark(connection: Connection, account_ids: Collection[str | None], change: int) -> None:
    """An account whose deals changed counts as changed: the matching index knows whether a deal is open."""
    accounts = table_of(AccountRow)
    for some in batches(sorted(account_id for account_id in account_ids if account_id), _MANY):
        connection.execute(update(accounts).where(accounts.c.id.in_(some)).values(change=change))


def batches(items: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
