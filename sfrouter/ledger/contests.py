"""Contested leads: those whose owner another automation undid, and the owner writes that this is judged by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field

from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION, OUTBOX, LedgerTable
from sfrouter.model.contest import Contest
from sfrouter.model.write import WriteKind, WriteState

CHUNK = 500  # ids in one IN list


class ContestRow(LedgerTable, table=True):
    """The last contest over each lead; it goes on while `ended_because` is empty."""

    __tablename__ = "contest"

    lead_id: str = Field(primary_key=True, max_length=18)
    decision_number: int
    wanted_id: str = Field(max_length=18)
    found_id: str | None = None
    by_id: str | None = None
    written_at: datetime
    changed_at: datetime
    why: str
    ended_because: str = Field(index=True)


CONTEST = LedgerTable.metadata.tables["contest"]
_GOING_ON = select(CONTEST).where(CONTEST.c.ended_because == "").order_by(CONTEST.c.changed_at, CONTEST.c.lead_id)
_NAMES = tuple(one.name for one in fields(Contest))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerWrite:
    """The newest owner of ours that the org took for a lead: handed over at `sent_at`, confirmed at `done_at`."""

    number: int
    owner_id: str
    sent_at: datetime
    done_at: datetime


class Contests(LedgerPart):
    """Keeping and ending contests."""

    def owner_writes(self, lead_ids: Iterable[str]) -> Mapping[str, OwnerWrite]:
        """Of each of these leads the newest owner that the org took from us; none is among them that has none."""
        wanted = tuple(lead_ids)
        found: dict[str, OwnerWrite] = {}
        if not wanted:
            return found
        with self._store.read() as connection:
            for start in range(0, len(wanted), CHUNK):
                some = {"ids": wanted[start : start + CHUNK]}
                found.update(_newest(connection.execute(_DONE_OF, some).mappings().all()))
        return found

    def leads_written_since(self, since: datetime) -> tuple[str, ...]:
        """The leads whose owner the org took from us since a moment."""
        with self._store.read() as connection:
            rows = connection.execute(_DONE_SINCE, {"since": since}).mappings().all()
        return tuple(dict.fromkeys(row["lead_id"] for row in rows))

    def keep_contest(self, contest: Contest) -> None:
        """A lead is contested from now on, or by somebody else than before."""
        values = asdict(contest)
        statement = insert(CONTEST).values(**values)
        with self._store.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[CONTEST.c.lead_id], set_=values))

    def end_contest(self, lead_id: str, because: str) -> None:
        """The lead is no longer contested."""
        with self._store.write() as connection:
            this = CONTEST.c.lead_id == lead_id
            connection.execute(CONTEST.update().where(this).values(ended_because=because))

    def contests(self) -> tuple[Contest, ...]:
        """Those that go on, the oldest first."""
        with self._store.read() as connection:
            rows = connection.execute(_GOING_ON).mappings().all()
        return tuple(_contest(row) for row in rows)

    def contest_of(self, lead_id: str) -> Contest | None:
        """The last contest over a lead, ended or not."""
        with self._store.read() as connection:
            row = connection.execute(select(CONTEST).where(CONTEST.c.lead_id == lead_id)).mappings().first()
        return _contest(row) if row is not None else None


def _done(condition: ColumnElement[bool]) -> Select[Any]:
    of_it = (DECISION.c.lead_id == OUTBOX.c.lead_id) & (DECISION.c.number == OUTBOX.c.decision_number)
    return (
        select(
            OUTBOX.c.lead_id, OUTBOX.c.decision_number, DECISION.c.owner_id, OUTBOX.c.sent_at, OUTBOX.c.settled_at
        )
        .join_from(OUTBOX, DECISION, of_it)
        .where(
            condition, OUTBOX.c.kind == WriteKind.LEAD.value, OUTBOX.c.state == WriteState.DONE.value,
            DECISION.c.owner_id.is_not(None),
        )
        .order_by(OUTBOX.c.seq)
    )  # fmt: skip


_DONE_OF = _done(OUTBOX.c.lead_id.in_(bindparam("ids", expanding=True)))
_DONE_SINCE = _done(OUTBOX.c.settled_at >= bindparam("since"))


def _newest(rows: Sequence[RowMapping]) -> dict[str, OwnerWrite]:
    return {
        row["lead_id"]: OwnerWrite(
            number=row["decision_number"], owner_id=row["owner_id"], sent_at=row["sent_at"] or row["settled_at"],
            done_at=row["settled_at"],
        )
        for row in rows
    }  # fmt: skip


def _contest(row: RowMapping) -> Contest:
    return Contest(**{name: row[name] for name in _NAMES})
