"""A run of records on their way from the org into the mirror: understood, then stored in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import USEFUL, keeps_open_only, keeps_useful_only
from sfrouter.mirror.convert import Columns, Converter, UnreadableRowError
from sfrouter.mirror.derive import Keys, derive
from sfrouter.mirror.email_key import EmailKey
from sfrouter.mirror.keep import NOTHING_KEPT, Kept
from sfrouter.mirror.put import Stored, put
from sfrouter.mirror.store import Mirror, note_unreadable

Records = Sequence[Mapping[str, Any]]


@dataclass(slots=True, kw_only=True)
class Batch:
    """`rows` are ready to store; `closed` are ids among them that are not kept; `unreadable` is id to field."""

    size: int
    rows: list[Columns] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)
    newest: datetime | None = None


def read_batch(
    records: Records,
    converter: Converter,
    object_map: ObjectMap,
    keys: Keys | None,
    email_key: EmailKey,
    kept: Kept = NOTHING_KEPT,
) -> Batch:
    """Understand a run of records. One that cannot be read is named and left out, the others go on (L3).

    `kept` says, by id, what is known of fields that cannot be seen now.
    """
    batch = Batch(size=len(records))
    drops_closed = keeps_open_only(object_map)
    drops_useless = keeps_useful_only(object_map)
    for record in records:
        try:
            row = converter.columns(record, kept)
            row = derive(object_map.noun, row, keys, email_key) if keys else row
        except UnreadableRowError as fault:
            batch.unreadable[fault.record_id or "unknown"] = fault.field
            continue
        batch.rows.append(row)
        if drops_closed and any(object_map.flag("closed", value) for value in row["closed"]):
            batch.closed.add(row["id"])
        if drops_useless and not all(row[name] for name in USEFUL):
            batch.closed.add(row["id"])
        stamp = row.get("stamp")
        if stamp and (batch.newest is None or stamp > batch.newest):
            batch.newest = stamp
    return batch


def store_batch(
    mirror: Mirror, connection: Connection, noun: str, batch: Batch, *, read_at: datetime, now: datetime
) -> Stored:
    """Put a batch into the mirror and keep the list of unreadable records."""
    note_unreadable(connection, noun, batch.unreadable, {row["id"] for row in batch.rows}, now)
    if not batch.rows:
        return Stored()
    change = mirror.change_number(connection) + 1
    stored = put(connection, noun, batch.rows, read_at=read_at, change=change, drop=batch.closed)
    if stored.new or stored.changed or stored.deleted:
        mirror.set_change(connection, change)
    return stored


def runs(rows: Iterable[Mapping[str, Any]], size: int) -> Iterator[tuple[Records, bool]]:
    """The rows in runs of `size`, each with the word whether it is the last; at least one, maybe empty."""
    held: list[Mapping[str, Any]] = []
    for row in rows:
        if len(held) == size:
            yield held, False
            held = []
        held.append(row)
    yield held, True
