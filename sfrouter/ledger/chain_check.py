"""Goes through the chained log from its first entry and names every row that is not as it was recorded (G08)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sfrouter.ledger.chain import Entry, kept_of, link_digest, said_digest
from sfrouter.ledger.chain_tables import CHAIN, EMPTY, EVERY_LEAD
from sfrouter.ledger.erased import is_erased_row
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION

_MOST_NAMED = 1000
Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVerdict:
    """What was found. `head` is the newest link: noted elsewhere, it also shows if the log's end is cut off."""

    decisions: int
    erased: int  # decisions whose words are gone, by an erasure that the chain tells of
    entries: int
    head: str
    faults: tuple[str, ...]
    head_known: bool | None = None  # was the head asked for found? None: none was asked for

    @property
    def sound(self) -> bool:
        """Is every row as it was recorded, and the head that was asked for still there?"""
        return not self.faults and self.head_known is not False


class ChainCheck(LedgerPart):
    """Verifying the decision log."""

    def verify_log(self, head: str = "") -> LogVerdict:
        """Read the whole log; writes nothing. `head`: a link noted earlier, which must still be there."""
        with self._store.read() as connection:
            walk = _Walk(connection)
            faults = []
            for fault in walk.faults():
                faults.append(fault)
                if len(faults) >= _MOST_NAMED:
                    break
            return LogVerdict(
                decisions=walk.decisions, erased=walk.erased, entries=walk.entries, head=walk.before,
                faults=tuple(faults), head_known=head.lower() in walk.links if head else None,
            )  # fmt: skip


class _Walk:
    """One reading of the chain beside the decisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.before, self.entries, self.decisions, self.erased = EMPTY, 0, 0, 0
        self.links = {EMPTY}  # what is noted of an empty log
        self._position = 0
        self._told = _erasures(connection)

    def faults(self) -> Iterator[str]:
        """Everything that is not as it was recorded, in the order of the log."""
        both = (DECISION.c.lead_id == CHAIN.c.lead_id) & (DECISION.c.number == CHAIN.c.number)
        joined = CHAIN.outerjoin(DECISION, both & (CHAIN.c.kind == Entry.DECISION.value))
        columns = [*(one.label(f"chain_{one.name}") for one in CHAIN.c), *DECISION.c]
        query = select(*columns).select_from(joined).order_by(CHAIN.c.position)
        for row in self._connection.execute(query).mappings():
            yield from self._entry(dict(row))
        yield from self._strangers()

    def _entry(self, row: Mapping[str, Any]) -> Iterator[str]:
        position, kind = row["chain_position"], Entry(row["chain_kind"])
        if position != self._position + 1:
            yield f"entries {self._position + 1} to {position - 1} of the log were taken out"
        self.entries += 1
        self._position = position
        words = _called(row)
        missing = kind is Entry.DECISION and row["seq"] is None
        if missing:
            yield f"{words} is missing"
        content = row if kind is Entry.DECISION else _entry_values(row)
        link = "" if missing else link_digest(self.before, kind, kept_of(kind, content), row["chain_said"])
        if not missing and link != row["chain_link"]:
            yield f"{words} was changed, or does not follow what stood before it (entry {position})"
        if kind is Entry.DECISION and not missing:
            yield from self._words(row, words)
        self.before = row["chain_link"]
        self.links.add(row["chain_link"])

    def _words(self, row: Mapping[str, Any], words: str) -> Iterator[str]:
        self.decisions += 1
        if row["chain_salt"] is not None:
            if said_digest(row, row["chain_salt"]) != row["chain_said"]:
                yield f"the reason or trace of {words} was changed"
            return
        self.erased += 1
        if not self._is_told(row):
            yield f"the words of {words} are gone, and no erasure tells why"
        elif not is_erased_row(row):
            yield f"something was written over {words}, whose words were erased"

    def _is_told(self, row: Mapping[str, Any]) -> bool:
        upto, position = self._told.get(row["chain_lead_id"], 0), row["chain_position"]
        return bool(row["chain_number"] <= upto or position <= self._told.get(EVERY_LEAD, 0))

    def _strangers(self) -> Iterator[str]:
        known = select(CHAIN.c.position).where(
            CHAIN.c.kind == Entry.DECISION.value,
            CHAIN.c.lead_id == DECISION.c.lead_id,
            CHAIN.c.number == DECISION.c.number,
        )
        query = select(DECISION.c.lead_id, DECISION.c.number).where(~known.exists()).order_by(DECISION.c.seq)
        for row in self._connection.execute(query):
            yield f"decision {row.number} of lead {row.lead_id} was put in past the log"


def _erasures(connection: Connection) -> Mapping[str, int]:
    """Up to which number each lead's decisions were erased; for age, up to which position."""
    query = select(CHAIN.c.lead_id, CHAIN.c.number).where(CHAIN.c.kind == Entry.ERASURE.value)
    found: dict[str, int] = {}
    for lead_id, number in connection.execute(query):
        found[lead_id] = max(found.get(lead_id, 0), number)
    return found


def _entry_values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"chain_{name}"] for name in ("lead_id", "number", "at")}


def _called(row: Mapping[str, Any]) -> str:
    lead_id, number = row["chain_lead_id"], row["chain_number"]
    if row["chain_kind"] == Entry.ERASURE.value:
        return f"the erasure of lead {lead_id or 'decisions by age'}"
    return f"decision {number} of lead {lead_id}"
