"""Asks the org's owner history who had a record before it came to a queue or to the router itself (C15).

Only for the few records whose owner says nothing and whose previous owner is in no field of its own: closed-lost
leads and churned accounts. Where the org does not track owners there is nothing to read, and nothing is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, or_, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.clock import Clock
from sfrouter.base.database import writing
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror import words
from sfrouter.mirror.ask import Org
from sfrouter.mirror.convert import value_at
from sfrouter.mirror.put import batches
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import AccountRow, LeadRow, OwnerHistoryRow, table_of
from sfrouter.model.ids import is_user, to_18
from sfrouter.model.records import Relationship
from sfrouter.salesforce.by_ids import records_by_ids
from sfrouter.salesforce.soql import Condition, in_list

HISTORIES = {"lead_history": "lead", "account_history": "account"}
"""The nouns of the histories, each with the noun it is about."""
_KEPT = table_of(OwnerHistoryRow)
_RECORDED = select(_KEPT).where(_KEPT.c.record_id.in_(bindparam("ids", expanding=True)))
_LEAD, _ACCOUNT = table_of(LeadRow), table_of(AccountRow)
_USERS = "005"
_MANY = 10_000
_Stamps = Mapping[str, datetime | None]


def read_owner_history(org: Org, mirror: Mirror, mapping: FieldMapping, router_id: str, clock: Clock) -> int:
    """Bring what is known of them up to date; gives how many were asked about. Raises what the gateway raises."""
    asked = 0
    for noun, about in HISTORIES.items():
        history, records = mapping.objects.get(noun), mapping.objects.get(about)
        if history is None or records is None:
            continue
        with mirror.reading() as connection:
            wanted = _new_ones(connection, _wanted(connection, records, router_id))
        if wanted:
            last = _last_persons(org, history, tuple(wanted), router_id)
            with writing(mirror.engine) as connection:
                _keep(connection, wanted, last, clock.now())
            asked += len(wanted)
    return asked


def owner_changes(history: ObjectMap) -> Condition:
    """The condition that a row of the history tells of the owner."""
    return in_list(history.api("field"), history.words.get("field", {}).get("owner", ()))


def _wanted(connection: Connection, records: ObjectMap, router_id: str) -> _Stamps:
    """The records whose owner says nothing, with their stamps."""
    table, word = (_LEAD, "closed_lost") if records.noun == "lead" else (_ACCOUNT, "relationship")
    rows = connection.execute(_of_nobody(table, word), {"router": router_id})
    return {row.id: row.stamp for row in rows if _says(records, word, row.said)}


@cache
def _of_nobody(table: Table, word: str) -> Select[Any]:
    nobody = or_(table.c.owner_id == bindparam("router"), table.c.owner_id.not_like(f"{_USERS}%"))
    return select(table.c.id, table.c.stamp, table.c[word].label("said")).where(
        table.c.deleted.is_(False), table.c.previous_owner_id.is_(None), nobody
    )


def _says(records: ObjectMap, word: str, values: Sequence[Any]) -> bool:
    if word == "closed_lost":
        return words.flag(records, word, values)
    return words.word(records, word, values, Relationship) is Relationship.CHURNED


def _new_ones(connection: Connection, stamps: _Stamps) -> _Stamps:
    """Without those that did not change since they were asked about."""
    known: dict[str, datetime | None] = {}
    for some in batches(sorted(stamps), _MANY):
        rows = connection.execute(select(_KEPT.c.record_id, _KEPT.c.stamp).where(_KEPT.c.record_id.in_(some)))
        known.update({row.record_id: row.stamp for row in rows})
    return {key: stamp for key, stamp in stamps.items() if key not in known or known[key] != stamp}


def _last_persons(org: Org, history: ObjectMap, ids: Sequence[str], router_id: str) -> dict[str, str]:
    """By record the last user before who has it now; the router itself is nobody."""
    record, old, at = history.api("record_id"), history.api("old_value"), history.api("created_at")
    found: dict[str, str] = {}
    answers = records_by_ids(
        org.query, (record, old, at), history.object_name, record, ids,
        where=(owner_changes(history),), order_by=(at,),
    )  # fmt: skip
    for rows in answers:
        for row in rows:
            person = _user(value_at(row, old))
            if person and person != router_id:
                found[to_18(value_at(row, record))] = person
    return found


def _user(value: Any) -> str:
    """The user an entry names by his id. Of each change there are two: one has the names, one the ids."""
    try:
        read = to_18(value) if isinstance(value, str) else ""
    except ValueError:
        return ""
    return read if is_user(read) else ""


def _keep(connection: Connection, wanted: _Stamps, last: Mapping[str, str], at: datetime) -> None:
    rows = [
        {"record_id": key, "stamp": stamp, "owner_id": last.get(key, ""), "read_at": at}
        for key, stamp in wanted.items()
    ]
    statement = insert(_KEPT)
    changed = {name: statement.excluded[name] for name in ("stamp", "owner_id", "read_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["record_id"], set_=changed), rows)


def recorded(connection: Connection, stamps: _Stamps) -> Iterator[tuple[str, str]]:
    """Of these records the last person who had each, "" for nobody; only what is known of them as they are now."""
    for some in batches(sorted(stamps), _MANY):
        for row in connection.execute(_RECORDED, {"ids": some}):
            if row.stamp == stamps[row.record_id]:
                yield row.record_id, row.owner_id
