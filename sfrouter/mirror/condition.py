"""Keeps which leads meet the intake's condition: what was asked, up to which change, and what the org answered."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update

from sfrouter.base.database import writing
from sfrouter.config.object_map import ObjectMap
from sfrouter.mirror.put import batches
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import LeadRow, table_of
from sfrouter.model.ids import to_18
from sfrouter.salesforce.by_ids import Ask, records_by_ids
from sfrouter.salesforce.soql import select, written_by_admin

MANY_IDS = 3_000
"""From so many leads on the org is asked for all that meet the condition, not for each by its id."""
_ASKED, _TROUBLE = "intake_condition_asked", "intake_condition_trouble"
_LEAD = table_of(LeadRow)
_RUN = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which condition the answers are for (`key`), and up to which change number the leads were asked about."""

    key: str = ""
    upto: int = 0


def meeting(ask: Ask, object_map: ObjectMap, condition: str, ids: Collection[str]) -> set[str]:
    """Which of these leads meet the condition; of many the org is asked which of all do.

    Raises what asking raises.
    """
    own, key = written_by_admin(condition), object_map.api("id")
    if len(ids) < MANY_IDS:
        answers = records_by_ids(ask, (key,), object_map.object_name, key, ids, where=[own])
    else:
        answers = iter([list(ask(select((key,), object_map.object_name, where=[own])))])
    return {to_18(str(row[key])) for rows in answers for row in rows} & set(ids)


def trial_query(object_map: ObjectMap, condition: str) -> str:
    """The cheapest question that shows whether the org understands the condition."""
    return select((object_map.api("id"),), object_map.object_name, where=[written_by_admin(condition)], limit=1)


def asked(mirror: Mirror) -> Asked:
    """What was asked last."""
    with mirror.reading() as connection:
        key, _, upto = mirror.fact(connection, _ASKED).partition(" ")
    return Asked(key, int(upto or 0))


def begin_anew(mirror: Mirror, key: str) -> None:
    """Another condition: the answers to the former one count no more."""
    with writing(mirror.engine) as connection:
        connection.execute(update(_LEAD).where(_LEAD.c.meets_condition).values(meets_condition=False))
        mirror.set_fact(connection, _ASKED, f"{key} 0")
        mirror.set_fact(connection, _TROUBLE, "")


def keep_answers(mirror: Mirror, met: Collection[str], now: Asked) -> None:
    """These leads meet it; all others asked about do not, which is what their rows say already."""
    with writing(mirror.engine) as connection:
        for some in batches(sorted(met), _RUN):
            connection.execute(update(_LEAD).where(_LEAD.c.id.in_(some)).values(meets_condition=True))
        mirror.set_fact(connection, _ASKED, f"{now.key} {now.upto}")
        mirror.set_fact(connection, _TROUBLE, "")


def keep_trouble(mirror: Mirror, why: str) -> None:
    """The org did not answer to the condition; "" when it does again."""
    with writing(mirror.engine) as connection:
        mirror.set_fact(connection, _TROUBLE, why)


def trouble(mirror: Mirror) -> str:
    """Why the condition could not be asked last time, or ""."""
    with mirror.reading() as connection:
        return mirror.fact(connection, _TROUBLE)
