"""Takes out of the ledger what it knows of a person, and leaves lead id, owner id and rule (privacy requests)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, union

from sfrouter.base.database import fold_journal
from sfrouter.ledger.chain import Entry, chain_erasure
from sfrouter.ledger.chain_tables import CHAIN
from sfrouter.ledger.contests import CONTEST
from sfrouter.ledger.erased import ERASED, erased_columns
from sfrouter.ledger.erasure_profiles import forget_profile_member
from sfrouter.ledger.link_line import forget_links_of
from sfrouter.ledger.link_tables import ANSWER
from sfrouter.ledger.missing import forget_missing
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import ANEW, DECISION, OUTBOX, PROFILE_KEY, REVIEW, SLA_CLOCK
from sfrouter.model.write import LIVE_STATES, OF_A_COMPANY, WriteState

CHUNK = 500  # ids in one IN list
NOTHING = "{}"
_ENDED = (WriteState.WAITING, WriteState.PENDING, WriteState.UNKNOWN)
"""States in which a write ends with its lead. One that is being sent at this moment gets its answer first."""
_OF_A_COMPANY = OUTBOX.c.kind.in_([kind.value for kind in OF_A_COMPANY])
_OUTLIVES_ITS_LEAD = and_(_OF_A_COMPANY, OUTBOX.c.state.in_([state.value for state in LIVE_STATES]))
"""The account of a company: other leads wait for it, and ended here it would be asked for twice. It holds name and
domain of the company and no person; once it has come to its end, the next erasure takes these too."""
_HAS_WORDS = OUTBOX.c["values"] != NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was taken out. `in_flight`: writes that are being sent now, to be erased after their answer."""

    leads: int = 0
    decisions: int = 0
    writes: int = 0
    reviews: int = 0
    profile_keys: int = 0
    in_flight: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


class Erasure(LedgerPart):
    """Erasing leads."""

    def erase_leads(self, lead_ids: Iterable[str]) -> Erased:
        """Reduce all that is kept of these leads, each in a transaction of its own; twice is no harm."""
        found, at = Erased(), self._store.now()
        for lead_id in lead_ids:
            with self._store.write() as connection:
                found += _erase(connection, lead_id, at)
        return found

    def unerased(self, lead_ids: Collection[str]) -> tuple[str, ...]:
        """Those of the leads of whom more is kept than an erasure leaves."""
        wanted, found = sorted(lead_ids), set[str]()
        with self._store.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                found.update(_still_kept(connection, wanted[start : start + CHUNK]))
        return tuple(sorted(found))

    def nothing_since_erasure(self, lead_ids: Collection[str]) -> frozenset[str]:
        """Those of the leads that were erased before and not decided since: what is left of them came too late."""
        wanted, found = sorted(lead_ids), set[str]()
        erasure = CHAIN.c.kind == Entry.ERASURE.value
        with self._store.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                mine = CHAIN.c.lead_id.in_(wanted[start : start + CHUNK])
                erased = connection.execute(select(CHAIN.c.lead_id).where(mine, erasure)).scalars()
                salted = select(CHAIN.c.lead_id).where(mine, CHAIN.c.salt.is_not(None))
                found |= set(erased) - set(connection.execute(salted).scalars())
        return frozenset(found)

    def leads_with_words(self) -> Iterator[tuple[str, ...]]:
        """All leads of whom decisions are kept with their words, in runs."""
        last = ""
        while True:
            query = select(CHAIN.c.lead_id).where(CHAIN.c.salt.is_not(None), CHAIN.c.lead_id > last)
            with self._store.read() as connection:
                some = connection.execute(query.distinct().order_by(CHAIN.c.lead_id).limit(CHUNK)).scalars().all()
            if not some:
                return
            yield tuple(some)
            last = some[-1]

    def fold_journal(self) -> bool:
        """Fold the journal into the file and cut it to nothing, so that erased words are in neither.

        False when somebody reads the file at this moment: the journal is cut at the next erasure or end.
        """
        return fold_journal(self._store.engine)


def _still_kept(connection: Connection, ids: Sequence[str]) -> list[str]:
    keys = [f"lead {one}" for one in ids]
    member = func.substr(PROFILE_KEY.c.key, len("lead ") + 1)
    query = union(
        select(CHAIN.c.lead_id).where(CHAIN.c.lead_id.in_(ids), CHAIN.c.salt.is_not(None)),
        select(OUTBOX.c.lead_id).where(OUTBOX.c.lead_id.in_(ids), _HAS_WORDS, ~_OUTLIVES_ITS_LEAD),
        select(REVIEW.c.lead_id).where(REVIEW.c.lead_id.in_(ids)),
        select(ANEW.c.lead_id).where(ANEW.c.lead_id.in_(ids)),
        select(member).where(PROFILE_KEY.c.key.in_(keys)),
    )
    return list(connection.execute(query).scalars())


def _erase(connection: Connection, lead_id: str, at: datetime) -> Erased:
    profile_keys = forget_profile_member(connection, lead_id)  # first: it asks what the decisions say
    writes, in_flight = _erase_writes(connection, lead_id, at)
    reviews = connection.execute(REVIEW.delete().where(REVIEW.c.lead_id == lead_id)).rowcount
    connection.execute(ANSWER.delete().where(ANSWER.c.lead_id == lead_id))
    connection.execute(ANEW.delete().where(ANEW.c.lead_id == lead_id))
    forget_missing(connection, lead_id)
    forget_links_of(connection, lead_id)
    connection.execute(CONTEST.delete().where(CONTEST.c.lead_id == lead_id))
    clock = SLA_CLOCK.update().where(SLA_CLOCK.c.lead_id == lead_id)
    connection.execute(clock.values(status_was="", activity_was="", stopped_because=ERASED, stopped_at=at))
    return Erased(
        leads=1,
        decisions=_erase_decisions(connection, lead_id, at),
        writes=writes,
        reviews=reviews,
        profile_keys=profile_keys,
        in_flight=in_flight,
    )


def _erase_decisions(connection: Connection, lead_id: str, at: datetime) -> int:
    salted = (CHAIN.c.lead_id == lead_id) & (CHAIN.c.kind == Entry.DECISION.value) & CHAIN.c.salt.is_not(None)
    numbers = connection.execute(select(CHAIN.c.number).where(salted)).scalars().all()
    if not numbers:
        return 0
    of_lead = (DECISION.c.lead_id == lead_id) & DECISION.c.number.in_(numbers)
    for row in connection.execute(select(DECISION).where(of_lead)).mappings().all():
        connection.execute(
            DECISION.update().where(DECISION.c.seq == row["seq"]).values(**erased_columns(dict(row)))
        )
    connection.execute(CHAIN.update().where(salted).values(salt=None))
    chain_erasure(connection, lead_id, max(numbers), at)
    return len(numbers)


def _erase_writes(connection: Connection, lead_id: str, at: datetime) -> tuple[int, int]:
    mine = (OUTBOX.c.lead_id == lead_id) & ~_OUTLIVES_ITS_LEAD
    sending = OUTBOX.c.state == WriteState.SENDING.value
    alive = OUTBOX.c.state.in_([state.value for state in _ENDED])
    ended = {"state": WriteState.SUPERSEDED.value, "settled_at": at, "not_before": None}
    connection.execute(OUTBOX.update().where(mine, alive).values(**ended))
    bare = {"values": NOTHING, "extra": NOTHING, "answer_text": ERASED}
    done = connection.execute(OUTBOX.update().where(mine, ~sending, _HAS_WORDS).values(**bare))
    left = connection.execute(select(func.count()).select_from(OUTBOX).where(mine, sending)).scalar_one()
    said = (OUTBOX.c.lead_id == lead_id) & _OUTLIVES_ITS_LEAD & (OUTBOX.c.answer_text != "")
    connection.execute(OUTBOX.update().where(said).values(answer_text=ERASED))
    return done.rowcount, int(left)
