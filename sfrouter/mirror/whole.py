"""Reads small lists whole and replaces them at once: the org itself, its queues, the account teams.

A team member who was taken off is in no recycle bin and in no list of changes; only a full reading shows it.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.ask import Org, all_rows
from sfrouter.mirror.batch import Batch, Records, read_batch, store_batch
from sfrouter.mirror.convert import Converter, UnreadableRowError, digest, value_at
from sfrouter.mirror.keep import kept_values
from sfrouter.mirror.put import remove
from sfrouter.mirror.report import OtherOrgError, PullReport, check_not_emptied
from sfrouter.mirror.sight import View, end_gaps, needs_of
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS, QueueRow, table_of
from sfrouter.mirror.watermark import StartTime, read_watermark, save_watermark
from sfrouter.model.ids import to_18

READ_WHOLE = frozenset({"organization", "user_login", "queue", "team_member"})
_MAY_EMPTY = frozenset({"user_login"})  # all who were frozen may be free again at once


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSupport:
    """Which object's records a queue may own: the org's list of that, and what it calls leads there."""

    object_map: ObjectMap | None
    lead_object: str
    blind: bool = False  # the list cannot be seen now: what was known of each queue stays


def read_whole(
    org: Org, mirror: Mirror, clock: Clock, view: View, full: ObjectMap, support: QueueSupport, *, least: int
) -> PullReport:
    """Read one of these lists; see Puller.pull. All rows are read before anything is changed.

    `full` is its map with the fields that cannot be seen now.
    """
    noun, object_map = view.noun, view.map
    if object_map is None:
        return PullReport(noun=noun, blind=True)
    start = StartTime(org.server_now, clock)
    records: Records = list(org.query(all_rows(object_map)))
    kept = kept_values(mirror, noun, records, object_map, view.hidden)
    batch = read_batch(records, Converter(object_map), object_map, None, mirror.email_key, kept)
    if noun == "queue":
        known = _known_lead_queues(mirror) if support.blind else _lead_queues(org, support)
        _tell_lead_queues(batch, object_map, known)
    with writing(mirror.engine) as connection:
        mark = read_watermark(connection, full)
        # First, as it forgets what another object was read for: that is neither lost nor here already.
        save_watermark(connection, replace(mark, floor=start.known(), pulled_at=clock.now()))
        lost = _lost(connection, noun, batch, least)
        remove(connection, table_of(ROWS[noun]), lost)
        stored = store_batch(mirror, connection, noun, batch, read_at=start.known(), now=clock.now())
        end_gaps(connection, noun)
        if noun == "queue" and not support.blind:
            end_gaps(connection, "queue_object")  # it is read with the queues
    return PullReport(
        noun=noun,
        read=batch.size,
        new=stored.new,
        changed=stored.changed,
        deleted=len(lost),
        same=stored.same,
        unreadable=tuple(batch.unreadable),
        first=mark.floor is None,
        hidden=needs_of(noun, view.hidden),
    )


def _lost(connection: Connection, noun: str, batch: Batch, least: int) -> list[str]:
    here = set(connection.execute(_ids(table_of(ROWS[noun]))).scalars())
    read = {row["id"] for row in batch.rows}
    if noun == "organization" and here and read and here != read:
        raise OtherOrgError
    lost = here - read - batch.unreadable.keys()
    if noun not in _MAY_EMPTY:
        check_not_emptied(noun, had=len(here), lost=len(lost), least=1 if noun == "organization" else least)
    return sorted(lost)


@cache
def _ids(table: Table) -> Select[Any]:
    return select(table.c.id)


def _lead_queues(org: Org, support: QueueSupport) -> set[str] | None:
    """The queues that may own leads; None when the mapping does without the org's list."""
    listed = support.object_map
    if listed is None:
        return None
    queue_id, object_name = listed.api("queue_id"), listed.api("object_name")
    try:
        return {
            to_18(value_at(row, queue_id))
            for row in org.query(all_rows(listed))
            if str(value_at(row, object_name)).casefold() == support.lead_object.casefold()
        }
    except (KeyError, ValueError, StopIteration):
        raise UnreadableRowError("queue_object") from None


def _known_lead_queues(mirror: Mirror) -> set[str]:
    queue = table_of(QueueRow)
    with mirror.reading() as connection:
        return set(connection.execute(select(queue.c.id).where(queue.c.takes_leads.is_(True))).scalars())


def _tell_lead_queues(batch: Batch, object_map: ObjectMap, lead_queues: set[str] | None) -> None:
    queues = [row for row in batch.rows if any(object_map.word("kind", value) == "queue" for value in row["kind"])]
    for row in queues:
        row["takes_leads"] = lead_queues is None or row["id"] in lead_queues
        row["digest"] = digest({name: value for name, value in row.items() if name != "digest"})
    batch.rows[:] = queues
