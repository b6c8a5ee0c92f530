"""The decisions: each recorded once, in order, together with everything it asks for; never edited."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from sfrouter.ledger.anew import forget_anew
from sfrouter.ledger.chain import chain_decision
from sfrouter.ledger.companies import keep_profile
from sfrouter.ledger.decision_json import decision_from_json, decision_to_json
from sfrouter.ledger.erased import ERASED
from sfrouter.ledger.errors import DecisionOrderError
from sfrouter.ledger.new_accounts import AskFor, ask_for
from sfrouter.ledger.orders import take_order
from sfrouter.ledger.outbox_rows import add_writes
from sfrouter.ledger.outdated import supersede_older
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.reviews import raise_reviews
from sfrouter.ledger.rotations import note_given, take_turns
from sfrouter.ledger.sla_clocks import keep_clock
from sfrouter.ledger.tables import DECISION, OUTBOX, SLA_CLOCK
from sfrouter.model.company import Profile
from sfrouter.model.decision import Decision
from sfrouter.model.follow import SlaClock
from sfrouter.model.records import Lead
from sfrouter.model.review import ReviewItem
from sfrouter.model.write import IN_EFFECT, Write, WriteKind, WriteState

CHUNK = 500  # ids in one IN list
_NEW = DECISION.insert()
_LINKED = select(DECISION.c.lead_id).where(DECISION.c.link_account_id == bindparam("to")).order_by(DECISION.c.seq)
AFTERWARDS = ("sla", "departed_owner", "priority")  # decisions of the watches: they re-route nobody in circles


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision of the past. `lead_write` is how far its lead write got; None when there was nothing to write."""

    decision: Decision
    lead_write: WriteState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a lead stands with us: the newest decision without its trace, so that thousands are read in no time."""

    number: int
    rule: str
    owner_id: str | None  # None: the decision left the owner as he was
    lead_stamp: datetime | None
    lead_owner_id: str | None
    lead_account_id: str | None
    link_account_id: str | None
    lead_write: WriteState | None
    at: datetime | None = None
    erased: bool = False  # then nobody knows any more to which account the lead was linked

    def older_than(self, lead: Lead) -> bool:
        """Was the lead as we know it changed after the decision?"""
        return self.lead_stamp is None or lead.stamp > self.lead_stamp

    def unseen_in(self, lead: Lead) -> bool:
        """Is our write done, and the lead as we know it still the one from before?"""
        return self.lead_write is WriteState.DONE and self.lead_stamp == lead.stamp


class Decisions(LedgerPart):
    """Recording decisions and looking them up."""

    def record(
        self,
        decision: Decision,
        writes: Sequence[Write],
        review_items: Sequence[ReviewItem],
        *,
        order: int | None = None,
        profile: Profile | None = None,
        asked: AskFor | None = None,
        clock: SlaClock | None = None,
    ) -> None:
        """Keep a decision, its trace, its rotation counters, writes and reviews, all in one transaction.

        Writes of earlier decisions of this lead that have not left the house are superseded, but for Tasks that
        still hold true. `order` is the
        person's ordered link that the decision carries out, `profile` the company of a lead without an account,
        `asked` the account that it asks for.
        `clock` waits for the new owner's first reply.
        Raises DecisionOrderError when the number is not the lead's next one, WriteKeyReusedError when a
        write's key stands for other content, StoreUnusableError when the file cannot take it.
        """
        at = self._store.now()
        with self._store.write() as connection:
            _check_number(connection, decision)
            row = _row(decision)
            connection.execute(_NEW, row)
            chain_decision(connection, row)
            take_turns(connection, decision.moves, at)
            note_given(connection, decision)
            supersede_older(connection, decision, at)
            add_writes(connection, decision, writes, at)
            raise_reviews(connection, review_items)
            if profile is not None:
                keep_profile(connection, profile, at)
            if asked is not None:
                ask_for(connection, decision, asked, at)
            forget_anew(connection, decision.lead_id)
            if order is not None:
                take_order(connection, order, decision.number)
            if clock is not None:
                keep_clock(connection, clock)

    def last_decision(self, lead_id: str) -> StoredDecision | None:
        """The newest decision of a lead, or None."""
        return self.last_decisions((lead_id,)).get(lead_id)

    def last_decisions(self, lead_ids: Iterable[str]) -> Mapping[str, StoredDecision]:
        """The newest decision of each of these leads that has one."""
        found: dict[str, StoredDecision] = {}
        with self._store.read() as connection:
            for chunk in _chunks(tuple(lead_ids)):
                newest = (
                    select(func.max(DECISION.c.seq))
                    .where(DECISION.c.lead_id.in_(chunk))
                    .group_by(DECISION.c.lead_id)
                )
                for item in _read(connection, _query().where(DECISION.c.seq.in_(newest))):
                    found[item.decision.lead_id] = item
        return found

    def standings(self, lead_ids: Iterable[str]) -> Mapping[str, Standing]:
        """How each of these leads stands that was ever decided."""
        found: dict[str, Standing] = {}
        wanted = tuple(lead_ids)
        if not wanted:  # as in most polls: opening the file to ask nothing is half the price of asking
            return found
        with self._store.read() as connection:
            for chunk in _chunks(wanted):
                found.update(_standings(connection, _STANDING, {"ids": chunk}))
        return found

    def clock_standings(self) -> Mapping[str, Standing]:
        """Of each lead whose clock of the first reply runs: the decision that set it, newest or not."""
        with self._store.read() as connection:
            return dict(_standings(connection, _CLOCKS))

    def decisions(self, since: datetime | None = None, limit: int = 100) -> tuple[StoredDecision, ...]:
        """The newest decisions first, at most `limit`, none older than `since`."""
        query = _query().order_by(DECISION.c.seq.desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(_read(connection, query if since is None else query.where(DECISION.c.at >= since)))

    def decisions_of(self, lead_id: str) -> tuple[StoredDecision, ...]:
        """All decisions of one lead, first one first."""
        query = _query().where(DECISION.c.lead_id == lead_id).order_by(DECISION.c.number)
        with self._store.read() as connection:
            return tuple(_read(connection, query))

    def leads_linked_to(self, account_id: str) -> tuple[str, ...]:
        """The leads that some decision matched to an account, by their ids in the order of the decisions."""
        with self._store.read() as connection:
            return tuple(dict.fromkeys(connection.execute(_LINKED, {"to": account_id}).scalars()))

    def told_of(self, lead_ids: Iterable[str], kind: str) -> frozenset[str]:
        """With which of these leads somebody was told, or is about to be, by a Task of this kind."""
        took_effect = or_(OUTBOX.c.state.is_(None), OUTBOX.c.state.in_(IN_EFFECT))
        written = DECISION.c.trace.contains(f'"kind":"{kind}"', autoescape=True)
        found: set[str] = set()
        with self._store.read() as connection:
            for chunk in _chunks(tuple(lead_ids)):
                query = _query().where(DECISION.c.lead_id.in_(chunk), written, took_effect)
                found.update(connection.execute(query.with_only_columns(DECISION.c.lead_id)).scalars())
        return frozenset(found)

    def decision_count(self, lead_id: str, since: datetime) -> int:
        """How often a lead was decided since a moment: three a day is the cap that breaks loops (F37)."""
        routed = DECISION.c.rule.not_in(AFTERWARDS)
        query = select(func.count()).where(DECISION.c.lead_id == lead_id, DECISION.c.at >= since, routed)
        with self._store.read() as connection:
            return int(connection.execute(query).scalar_one())


_NEWEST = select(func.max(DECISION.c.number)).where(DECISION.c.lead_id == bindparam("of"))


def _check_number(connection: Connection, decision: Decision) -> None:
    expected = (connection.execute(_NEWEST, {"of": decision.lead_id}).scalar() or 0) + 1
    if decision.number != expected:
        raise DecisionOrderError(decision.lead_id, expected=expected, found=decision.number)


def _row(decision: Decision) -> dict[str, object]:
    return {
        "lead_id": decision.lead_id,
        "number": decision.number,
        "at": decision.at,
        "rule": decision.rule,
        "place": decision.place,
        "owner_id": decision.owner.id if decision.owner else None,
        "reason": decision.reason,
        "policy_hash": decision.policy_hash,
        "engine": decision.engine,
        "lead_stamp": decision.lead_stamp,
        "lead_owner_id": decision.lead_owner_id,
        "lead_account_id": decision.lead_account_id,
        "link_account_id": decision.link_account_id,
        "alert": decision.alert,
        "trace": decision_to_json(decision),
    }


def _query() -> Select[Any]:
    return select(DECISION.c.trace, OUTBOX.c.state).join_from(
        DECISION,
        OUTBOX,
        (OUTBOX.c.lead_id == DECISION.c.lead_id)
        & (OUTBOX.c.decision_number == DECISION.c.number)
        & (OUTBOX.c.kind == WriteKind.LEAD.value),
        isouter=True,
    )


def _standing() -> Select[Any]:
    stored = [name for name in Standing.__slots__ if name not in ("lead_write", "erased")]
    columns = [DECISION.c[name] for name in ("lead_id", *stored)]
    erased = (DECISION.c.reason == ERASED).label("erased")
    return _query().with_only_columns(*columns, erased, OUTBOX.c.state)


def _newest() -> Select[Any]:
    theirs = DECISION.c.lead_id.in_(bindparam("ids", expanding=True))
    return select(func.max(DECISION.c.seq)).where(theirs).group_by(DECISION.c.lead_id)


_STANDING = _standing().where(DECISION.c.seq.in_(_newest()))  # made once: every poll asks
_CLOCKS = _standing().where(
    SLA_CLOCK.c.lead_id == DECISION.c.lead_id, SLA_CLOCK.c.decision_number == DECISION.c.number,
    SLA_CLOCK.c.stopped_at.is_(None),
)  # fmt: skip


def _standings(
    connection: Connection, query: Select[Any], values: Mapping[str, object] | None = None
) -> Iterator[tuple[str, Standing]]:
    for row in connection.execute(query, values).mappings():
        known = dict(row)
        lead_id, state = known.pop("lead_id"), known.pop("state")
        yield lead_id, Standing(**known, lead_write=None if state is None else WriteState(state))


def _read(connection: Connection, query: Select[Any]) -> Iterator[StoredDecision]:
    for trace, state in connection.execute(query):
        yield StoredDecision(
            decision=decision_from_json(trace), lead_write=None if state is None else WriteState(state)
        )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
