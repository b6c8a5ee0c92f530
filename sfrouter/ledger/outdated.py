"""What a newer decision on a lead makes of the writes of older ones that have not left the house.

It ends them, but for Tasks of owners that the org has taken, or may have: nobody is told twice of a lead
(section 10), so the newer decision counts on them, and without them nobody would be told at all.
"""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, select

from sfrouter.ledger.outbox_rows import NOT_SENT_YET, UNSENT_OF_A_LEAD, supersede_unsent, to_write
from sfrouter.ledger.tables import DECISION, OUTBOX
from sfrouter.model.decision import Decision
from sfrouter.model.write import OF_A_COMPANY, Write, WriteKind

_OLDER = select(OUTBOX).order_by(OUTBOX.c.priority, OUTBOX.c.seq).where(*UNSENT_OF_A_LEAD)
_OLDER = _OLDER.where(OUTBOX.c.lead_id == bindparam("of"), OUTBOX.c.decision_number < bindparam("than"))
_UNSENT_LEAD_WRITES = select(OUTBOX.c.decision_number).where(
    OUTBOX.c.lead_id == bindparam("of"), OUTBOX.c.kind == WriteKind.LEAD.value,
    OUTBOX.c.state.in_([state.value for state in NOT_SENT_YET]),
)  # fmt: skip
_OWNERS = select(DECISION.c.number, DECISION.c.owner_id, DECISION.c.lead_owner_id)
_OWNERS = _OWNERS.where(DECISION.c.lead_id == bindparam("of")).order_by(DECISION.c.number.desc())


def supersede_older(connection: Connection, decision: Decision, at: datetime) -> None:
    """End what older decisions have not sent and this newest one does not count on.

    What was sent is still read back.
    """
    number = decision.number
    found = connection.execute(_OLDER, {"of": decision.lead_id, "than": number}).mappings().all()
    if not found:  # as with nearly every decision
        return
    owners = {row["number"]: row for row in connection.execute(_OWNERS, {"of": decision.lead_id}).mappings()}
    unsent = set(connection.execute(_UNSENT_LEAD_WRITES, {"of": decision.lead_id}).scalars())
    ended = [
        write
        for write in map(to_write, found)
        if write.decision_number in unsent or not _holds_true(write, owners[write.decision_number], owners[number])
    ]
    supersede_unsent(connection, ended, f"decision {number} took its place", at)


def is_outdated(connection: Connection, write: Write) -> bool:
    """Did a newer decision take the place of this write, so that it must not be sent again?"""
    if write.kind in OF_A_COMPANY:
        return False
    rows = connection.execute(_OWNERS, {"of": write.lead_id}).mappings().all()
    mine = next(row for row in rows if row["number"] == write.decision_number)
    return rows[0]["number"] > mine["number"] and not _holds_true(write, mine, rows[0])


def _holds_true(write: Write, mine: RowMapping, newest: RowMapping) -> bool:
    """Is this a Task that tells anybody but the lead's owner, or an owner who keeps the lead?"""
    if write.kind is not WriteKind.TASK:
        return False
    has_it = mine["owner_id"] or mine["lead_owner_id"]
    stays = newest["lead_owner_id"] == has_it and newest["owner_id"] in (None, has_it)
    return stays or has_it not in write.values.values()
