"""Compares every id here with every id of the org: what was deleted for good leaves no other trace (F05)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, Table, bindparam, func, literal_column, select, update

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org, all_ids, records_of
from sfrouter.mirror.batch import Records, read_batch, runs, store_batch
from sfrouter.mirror.convert import Columns, Converter, UnreadableRowError, value_at
from sfrouter.mirror.derive import Keys, as_kept
from sfrouter.mirror.keep import ids_of, kept_values
from sfrouter.mirror.put import batches, bury
from sfrouter.mirror.report import SweepReport, check_not_emptied
from sfrouter.mirror.sight import View
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS, table_of
from sfrouter.mirror.watermark import OVERLAP, StartTime, from_the_start, read_watermark, save_watermark
from sfrouter.model.ids import to_18
from sfrouter.salesforce.by_ids import Ask

_STAMP = "stamp"
_NUMBER = literal_column("rowid", Integer)
"""SQLite's own number of a row."""
_SWEEPS_TO_BE_GONE = 2
_MANY = 2_000
_MOST_FETCHED = 3_000
"""More strangers than this are not fetched one by one: the noun is read from the start with the next pull."""


@dataclass(frozen=True, slots=True)
class _Difference:
    missing: frozenset[str]
    gone: frozenset[str]
    returned: frozenset[str]


class _Register:
    """Which living rows of a table the org has shown so far.

    It keeps a byte for each row, by the row's number: the ids of half a million deals, as text, would take more
    memory than all the rest of the process.
    """

    def __init__(self, mirror: Mirror, table: Table) -> None:
        self._mirror = mirror
        self._table = table
        with mirror.reading() as connection:
            last: int | None = connection.execute(_last_number(table)).scalar()
        self._shown = bytearray((last or 0) + 1)

    def strangers(self, ids: Collection[str]) -> frozenset[str]:
        """Note that the org has these; gives those of which no living row is here."""
        here: set[str] = set()
        with self._mirror.reading() as connection:
            for row in connection.execute(_numbers(self._table), {"ids": list(ids)}):
                here.add(row.id)
                if row.number < len(self._shown):
                    self._shown[row.number] = True
        return frozenset(ids).difference(here)

    def lacks(self, number: int) -> bool:
        """Has the org not shown this row? One that was put here meanwhile was not to be shown."""
        return number < len(self._shown) and not self._shown[number]


def sweep_ids(
    org: Org, ask: Ask, mirror: Mirror, clock: Clock, view: View, full: ObjectMap, keys: Keys, *, least: int
) -> SweepReport:
    """Sweep one noun; see Puller.sweep. `full` is its map with the fields that cannot be seen now, `ask` asks for
    all ids: by pages or by a bulk job. Where asking fails nothing has happened.
    """
    noun, object_map = view.noun, view.map
    if object_map is None:
        return SweepReport(noun=noun)
    start = StartTime(org.server_now, clock)
    id_name = object_map.api("id")
    register = _Register(mirror, table_of(ROWS[noun]))
    seen, moved, unknown = 0, list[str](), set[str]()
    behind = _next_reading(mirror, full, org.server_now())
    for records, _last in runs(ask(all_ids(object_map, view.calculated | _stamped(object_map))), _MANY):
        seen += len(records)
        strangers = register.strangers([to_18(value_at(row, id_name)) for row in records])
        changed = _to_read_again(mirror, object_map, records, view.calculated, behind)
        moved += (one for one in changed if one not in strangers)
        unknown |= strangers
    if len(unknown) + len(moved) > _MOST_FETCHED:  # a reading of everything would not understand these either
        unknown -= mirror.unreadable_ids(noun)
    with writing(mirror.engine) as connection:
        found = _compare(connection, noun, register, least)
        _apply(connection, mirror, noun, found)
        again = tuple(dict.fromkeys(moved))
        reload = len(unknown) + len(again) > _MOST_FETCHED
        mark = replace(read_watermark(connection, full), swept_at=clock.now())
        save_watermark(connection, from_the_start(mark) if reload else mark)
    wanted = () if reload else (*sorted(unknown), *again)
    unreadable = fetch_rows(org, mirror, clock, object_map, view.hidden, keys, wanted, start)
    return SweepReport(
        noun=noun,
        seen=seen,
        missing=len(found.missing) - len(found.gone),
        gone=len(found.gone),
        found=0 if reload else len(unknown.difference(unreadable)),
        recalculated=len(again),
        reload=reload,
        unreadable=unreadable,
        compared=True,
    )


def _next_reading(mirror: Mirror, full: ObjectMap, org_time: datetime) -> datetime | None:
    """From when on the next reading asks for rows anyway; None: for all of them."""
    with mirror.reading() as connection:
        return read_watermark(connection, full).since(org_time, OVERLAP)


def _to_read_again(
    mirror: Mirror, object_map: ObjectMap, records: Records, calculated: frozenset[str], behind: datetime | None
) -> Iterator[str]:
    """The records of which the org says something else than the mirror, and no reading will ask for them.

    It may be a formula or roll-up (F07), or a change before `behind`, from when on the next reading asks (F01).
    """
    stamped = _stamped(object_map) if behind is not None else frozenset()
    if not calculated | stamped:
        return
    converter = Converter(object_map)
    here = kept_values(mirror, object_map.noun, records, object_map, calculated | stamped)
    for record, record_id in zip(records, ids_of(records, object_map), strict=True):
        known = here.get(record_id)
        if known is None:
            continue
        said = as_kept(object_map.noun, _readable(converter, record, calculated), mirror.email_key)
        stamp = _readable(converter, record, stamped).get(_STAMP)
        overlooked = behind and stamp and known[_STAMP] and known[_STAMP] < stamp < behind
        if overlooked or any(value != known[name] for name, value in said.items()):
            yield record_id


def _stamped(object_map: ObjectMap) -> frozenset[str]:
    return frozenset({_STAMP}).intersection(object_map.fields)


def _readable(converter: Converter, record: Mapping[str, Any], names: frozenset[str]) -> Columns:
    """What these fields say; nothing where one cannot be read, as the full reading names such a record."""
    try:
        return converter.some(record, names)
    except UnreadableRowError:
        return {}


def _compare(connection: Connection, noun: str, register: _Register, least: int) -> _Difference:
    missing: dict[str, int] = {}
    returned: set[str] = set()
    had = 0
    for row in connection.execute(_living(table_of(ROWS[noun]))):
        had += 1
        if register.lacks(row.number):
            missing[row.id] = row.absent
        elif row.absent:
            returned.add(row.id)
    check_not_emptied(noun, had=had, lost=len(missing), least=least)
    gone = frozenset(one for one, absent in missing.items() if absent + 1 >= _SWEEPS_TO_BE_GONE)
    return _Difference(missing=frozenset(missing), gone=gone, returned=frozenset(returned))


@cache
def _living(table: Table) -> Select[Any]:
    return select(_NUMBER.label("number"), table.c.id, table.c.absent).where(table.c.deleted.is_(False))


@cache
def _numbers(table: Table) -> Select[Any]:
    wanted = table.c.id.in_(bindparam("ids", expanding=True))
    return select(_NUMBER.label("number"), table.c.id).where(wanted, table.c.deleted.is_(False))


@cache
def _last_number(table: Table) -> Select[Any]:
    return select(func.max(_NUMBER)).select_from(table)


def _apply(connection: Connection, mirror: Mirror, noun: str, found: _Difference) -> None:
    table = table_of(ROWS[noun])
    _count_absent(connection, table, found.missing - found.gone, 1)
    _count_absent(connection, table, found.returned, 0)
    if found.gone:
        bury(connection, noun, sorted(found.gone), change=mirror.next_change(connection))


def _count_absent(connection: Connection, table: Table, ids: Collection[str], absent: int) -> None:
    for some in batches(sorted(ids), _MANY):
        connection.execute(update(table).where(table.c.id.in_(some)).values(absent=absent))


def fetch_rows(
    org: Org,
    mirror: Mirror,
    clock: Clock,
    object_map: ObjectMap,
    hidden: frozenset[str],
    keys: Keys,
    ids: tuple[str, ...],
    start: StartTime,
) -> tuple[str, ...]:
    """Read these records anew, whatever their stamps say; gives the ids of those that cannot be understood."""
    converter = Converter(object_map)
    unreadable: list[str] = []
    for records in records_of(org, object_map, ids):
        kept = kept_values(mirror, object_map.noun, records, object_map, hidden)
        batch = read_batch(records, converter, object_map, keys, mirror.email_key, kept)
        with writing(mirror.engine) as connection:
            store_batch(mirror, connection, object_map.noun, batch, read_at=start.known(), now=clock.now())
        unreadable += batch.unreadable
    return tuple(unreadable)
