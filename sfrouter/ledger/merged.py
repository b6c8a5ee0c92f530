"""Ends what was open about a lead that people merged into another; the winner takes its place in the profile."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, union

from sfrouter.ledger.anew import forget_anew
from sfrouter.ledger.erasure_profiles import forget_profile_member
from sfrouter.ledger.outbox_rows import UNSENT_OF_A_LEAD, supersede_unsent, writes_where
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.sla_clocks import keep_clock
from sfrouter.ledger.tables import ANEW, OUTBOX, PROFILE_KEY, PROFILE_WORD, REVIEW, SLA_CLOCK
from sfrouter.model.follow import SlaClock

MERGED = "the lead was merged into another"
_CHUNK = 500  # ids in one IN list


class MergedLeads(LedgerPart):
    """Following merges of leads (F06)."""

    def open_among(self, lead_ids: Collection[str]) -> frozenset[str]:
        """Those of the leads about which anything is still open: a write, a question, a clock, a profile."""
        wanted, found = sorted(lead_ids), set[str]()
        with self._store.read() as connection:
            for start in range(0, len(wanted), _CHUNK):
                found.update(_open(connection, wanted[start : start + _CHUNK]))
        return frozenset(found)

    def follow_merge(self, loser: str, winner: str | None, clock: SlaClock | None) -> None:
        """End what is open about the loser, in one transaction; twice is no harm.

        What was sent is still read back, and the account of its company is still made.
        `winner` is the lead that is left, None when it is gone too; `clock` its clock where that changes by it.
        """
        at = self._store.now()
        with self._store.write() as connection:
            connection.execute(REVIEW.delete().where(REVIEW.c.lead_id == loser))
            forget_anew(connection, loser)
            unsent = writes_where(connection, OUTBOX.c.lead_id == loser, *UNSENT_OF_A_LEAD)
            supersede_unsent(connection, unsent, MERGED, at)
            _stop(connection, loser, at)
            if clock is not None:
                keep_clock(connection, clock)
            _stand_in(connection, loser, winner)


def _open(connection: Connection, ids: Sequence[str]) -> list[str]:
    keys = [_key(one) for one in ids]
    member = func.substr(PROFILE_KEY.c.key, len(_key("")) + 1)
    query = union(
        select(OUTBOX.c.lead_id).where(OUTBOX.c.lead_id.in_(ids), *UNSENT_OF_A_LEAD),
        select(REVIEW.c.lead_id).where(REVIEW.c.lead_id.in_(ids)),
        select(ANEW.c.lead_id).where(ANEW.c.lead_id.in_(ids)),
        select(SLA_CLOCK.c.lead_id).where(SLA_CLOCK.c.lead_id.in_(ids), SLA_CLOCK.c.stopped_at.is_(None)),
        select(member).where(PROFILE_KEY.c.key.in_(keys)),
    )
    return list(connection.execute(query).scalars())


def _stop(connection: Connection, loser: str, at: datetime) -> None:
    running = (SLA_CLOCK.c.lead_id == loser) & SLA_CLOCK.c.stopped_at.is_(None)
    connection.execute(SLA_CLOCK.update().where(running).values(stopped_at=at, stopped_because=MERGED))


def _stand_in(connection: Connection, loser: str, winner: str | None) -> None:
    """The winner's own profile counts; where it is in none it takes the loser's place, with what people said."""
    own, new = _key(loser), _key(winner or "")
    known = set(connection.execute(select(PROFILE_KEY.c.key).where(PROFILE_KEY.c.key.in_([own, new]))).scalars())
    if winner is None or new in known:
        forget_profile_member(connection, loser)
        return
    if own not in known:
        return
    connection.execute(PROFILE_KEY.update().where(PROFILE_KEY.c.key == own).values(key=new))
    connection.execute(PROFILE_KEY.update().where(PROFILE_KEY.c.beside == own).values(beside=new))
    said = (PROFILE_WORD.c.left == own) | (PROFILE_WORD.c.right == own)
    words = connection.execute(select(PROFILE_WORD).where(said)).mappings().all()
    connection.execute(PROFILE_WORD.delete().where(said))
    for word in words:
        left, right = sorted(new if one == own else one for one in (word["left"], word["right"]))
        connection.execute(PROFILE_WORD.insert().values(**{**word, "left": left, "right": right}))


def _key(lead_id: str) -> str:
    return f"lead {lead_id}"
