"""Accounts the router asks for: asked once a company, followed until the org has them, their leads linked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.link_line import line_up
from sfrouter.ledger.new_account_tables import NEW_ACCOUNT, NEW_ACCOUNT_LEAD, REMOVAL
from sfrouter.ledger.outbox_rows import add_later
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import OUTBOX, REVIEW
from sfrouter.model.decision import Decision
from sfrouter.model.review import ReviewState
from sfrouter.model.write import LIVE_STATES, Write, WriteState

_OWNER_LEFT = (
    "INACTIVE_OWNER_OR_USER", "OPERATION_WITH_INACTIVE_USER_EXCEPTION", "CANNOT_REPARENT_RECORD",
    "OP_WITH_INVALID_USER_TYPE_EXCEPTION",
)  # fmt: skip


class AccountState(StrEnum):
    """How far an account asked for got."""

    PROPOSED = "proposed"  # a person is asked
    ON_ITS_WAY = "on its way"
    MADE = "made"
    EXISTING = "already in the org"  # a duplicate rule named the account that is used instead: it is not ours
    REFUSED = "refused"  # the org said no for good
    LOST = "lost"  # it lost its footing before it was written: it may be asked for again
    SKIPPED = "skipped"  # a person left the proposal unanswered: it can be answered later all the same
    DISMISSED = "dismissed"  # a person said no
    LEAVING = "being taken back"  # a person takes it back: its leads are unlinked, then it is deleted
    UNDONE = "undone"  # a person took it back
    KEPT = "kept"  # a person wanted to take it back, but somebody had touched it


_AT_ONCE = 500
"""Ids or domains of one question."""
STANDS = frozenset({AccountState.MADE, AccountState.EXISTING})
"""The org has an account to which the leads are linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAccount:
    """An account the router asked for. `answer` is the org's code and sentence when it refused."""

    domain: str
    turn: int
    name: str
    lead_id: str
    decision_number: int
    owner_id: str | None
    at: datetime
    state: AccountState
    account_id: str | None
    lead_ids: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFor:
    """What a decision asks for: an account for a domain (`write_key` None: only proposed), and its leads."""

    domain: str
    turn: int
    name: str
    owner_id: str | None
    write_key: str | None
    lead_ids: tuple[str, ...]


class NoSuchNewAccountError(SfrouterError):
    """No account was asked for, or it is in another state than the command needs."""

    def __init__(self, domain: str, state: AccountState | None = None) -> None:
        what = f"the account for {domain} is {state}" if state else f"no account was asked for {domain}"
        super().__init__(what, mend="'sfrouter accounts list' shows all of them")


class NewAccounts(LedgerPart):
    """Accounts asked for (R066-R072)."""

    def asked_account(self, domain: str) -> AskedAccount | None:
        """The newest try for a domain."""
        with self._store.read() as connection:
            return _newest(_read(connection, _ASKED_FOR, {"of": domain}))

    def asked_accounts(self) -> tuple[AskedAccount, ...]:
        """All that were ever asked for, oldest first."""
        with self._store.read() as connection:
            return tuple(read_accounts(connection))

    def in_review(self, lead_ids: Iterable[str]) -> frozenset[str]:
        """Those of these leads about which a person is asked and has not answered."""
        wanted = list(lead_ids)
        if not wanted:
            return frozenset()
        found: set[str] = set()
        with self._store.read() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                found.update(connection.execute(_IN_REVIEW, {"ids": some}).scalars())
        return frozenset(found)

    def order_account(
        self, asked: AskedAccount, write: Write, owner_id: str, lead_ids: Iterable[str] = ()
    ) -> None:
        """Somebody agreed to a proposed account: its write enters the outbox, and `lead_ids`, which came since
        it was proposed, belong to it too (R067). Raises NoSuchNewAccountError."""
        at = self._store.now()
        this = (NEW_ACCOUNT.c.domain == asked.domain) & (NEW_ACCOUNT.c.turn == asked.turn)
        still = NEW_ACCOUNT.c.ended.in_(("", AccountState.SKIPPED.value))
        proposed = this & NEW_ACCOUNT.c.write_key.is_(None) & still
        with self._store.write() as connection:
            news = {"write_key": write.key, "owner_id": owner_id, "ended": "", "ended_at": None}
            if connection.execute(NEW_ACCOUNT.update().where(proposed).values(**news)).rowcount != 1:
                raise NoSuchNewAccountError(asked.domain, asked.state)
            _join(connection, lead_ids, asked.domain, asked.turn)
            line_up(connection, asked.lead_ids, asked.domain, asked.turn)
            add_later(connection, write, at)

    def end_account(self, domain: str, state: AccountState) -> None:
        """A person said no, took it back or left it (DISMISSED, UNDONE, SKIPPED). Raises NoSuchNewAccountError."""
        at = self._store.now()
        with self._store.write() as connection:
            newest = _newest(read_accounts(connection, NEW_ACCOUNT.c.domain == domain))
            if newest is None:
                raise NoSuchNewAccountError(domain)
            this = (NEW_ACCOUNT.c.domain == domain) & (NEW_ACCOUNT.c.turn == newest.turn)
            connection.execute(NEW_ACCOUNT.update().where(this).values(ended=state.value, ended_at=at))


def _newest(tries: Iterable[AskedAccount]) -> AskedAccount | None:
    """By its number: the machine's clock may have been set back between two tries (F29)."""
    return max(tries, key=lambda one: one.turn, default=None)


def ask_for(connection: Connection, decision: Decision, asked: AskFor, at: datetime) -> None:
    """Keep inside a decision's transaction that an account is asked for, or that one more lead belongs to it."""
    values = {
        "name": asked.name, "lead_id": decision.lead_id, "decision_number": decision.number,
        "owner_id": asked.owner_id, "write_key": asked.write_key, "at": at,
    }  # fmt: skip
    row = insert(NEW_ACCOUNT).values(domain=asked.domain, turn=asked.turn, ended="", **values)
    connection.execute(row.on_conflict_do_nothing())
    _join(connection, asked.lead_ids, asked.domain, asked.turn)


def _join(connection: Connection, lead_ids: Iterable[str], domain: str, turn: int) -> None:
    joined = []
    for lead_id in lead_ids:
        lead = insert(NEW_ACCOUNT_LEAD).values(lead_id=lead_id, domain=domain, turn=turn)
        if connection.execute(lead.on_conflict_do_nothing()).rowcount:
            joined.append(lead_id)
    line_up(connection, joined, domain, turn)


def _with_their_writes() -> Select[Any]:
    going = OUTBOX.alias("going")
    back = (REMOVAL.c.domain == NEW_ACCOUNT.c.domain) & (REMOVAL.c.turn == NEW_ACCOUNT.c.turn)
    return (
        select(
            NEW_ACCOUNT,
            OUTBOX.c.state,
            OUTBOX.c.record_id,
            OUTBOX.c.answer_code,
            OUTBOX.c.answer_text,
            REMOVAL.c.kept,
            going.c.state.label("going"),
            going.c.answer_text.label("going_text"),
        )
        .join_from(NEW_ACCOUNT, OUTBOX, OUTBOX.c.key == NEW_ACCOUNT.c.write_key, isouter=True)
        .join(REMOVAL, back, isouter=True)
        .join(going, going.c.key == REMOVAL.c.write_key, isouter=True)
        .order_by(NEW_ACCOUNT.c.at, NEW_ACCOUNT.c.domain, NEW_ACCOUNT.c.turn)
    )


_ASKED = _with_their_writes()  # made once: every poll asks
_ASKED_FOR = _ASKED.where(NEW_ACCOUNT.c.domain == bindparam("of"))
_LEADS = (
    select(NEW_ACCOUNT_LEAD.c.domain, NEW_ACCOUNT_LEAD.c.turn, NEW_ACCOUNT_LEAD.c.lead_id)
    .where(NEW_ACCOUNT_LEAD.c.domain.in_(bindparam("domains", expanding=True)))
    .order_by(NEW_ACCOUNT_LEAD.c.lead_id)
)
_IN_REVIEW = select(REVIEW.c.lead_id).where(
    REVIEW.c.lead_id.in_(bindparam("ids", expanding=True)), REVIEW.c.state == ReviewState.OPEN.value
)


def read_accounts(connection: Connection, *conditions: object) -> list[AskedAccount]:
    """The accounts that fit, oldest first, each as far as it got."""
    query = _ASKED.where(*conditions) if conditions else _ASKED  # type: ignore[arg-type]
    return _read(connection, query)


def _read(
    connection: Connection, query: Select[Any], values: Mapping[str, Any] | None = None
) -> list[AskedAccount]:
    rows = connection.execute(query, values).mappings().all()
    leads = _leads(connection, sorted({row["domain"] for row in rows}))
    return [_asked(row, leads.get((row["domain"], row["turn"]), ())) for row in rows]


def _leads(connection: Connection, domains: Sequence[str]) -> Mapping[tuple[str, int], list[str]]:
    """The leads of each try for one of these domains: one question for many, as every poll asks for all."""
    found: dict[tuple[str, int], list[str]] = {}
    for start in range(0, len(domains), _AT_ONCE):
        for row in connection.execute(_LEADS, {"domains": domains[start : start + _AT_ONCE]}):
            found.setdefault((row.domain, row.turn), []).append(row.lead_id)
    return found


def _asked(row: RowMapping, lead_ids: Iterable[str]) -> AskedAccount:
    return AskedAccount(
        domain=row["domain"],
        turn=row["turn"],
        name=row["name"],
        lead_id=row["lead_id"],
        decision_number=row["decision_number"],
        owner_id=row["owner_id"],
        at=row["at"],
        state=_state(row),
        account_id=row["record_id"],
        lead_ids=tuple(lead_ids),
        answer=_answer(row),
    )


def _answer(row: RowMapping) -> str:
    if row["ended"] == AccountState.UNDONE:
        return str(row["kept"] or row["going_text"] or "")
    return ": ".join(filter(None, (row["answer_code"], row["answer_text"])))


def _state(row: RowMapping) -> AccountState:
    if row["ended"] == AccountState.UNDONE and row["kept"] is not None:
        return _leaving(row)
    if row["ended"]:
        return AccountState(row["ended"])
    if row["write_key"] is None:
        return AccountState.PROPOSED
    state = WriteState(row["state"])
    if state is WriteState.DONE:
        return AccountState.EXISTING if row["answer_code"] else AccountState.MADE
    if state in LIVE_STATES:
        return AccountState.ON_ITS_WAY
    lost = state is WriteState.SUPERSEDED or row["answer_code"] in _OWNER_LEFT
    return AccountState.LOST if lost else AccountState.REFUSED


def _leaving(row: RowMapping) -> AccountState:
    if row["kept"]:
        return AccountState.KEPT
    if row["going"] is None or WriteState(row["going"]) in LIVE_STATES:
        return AccountState.LEAVING
    return AccountState.UNDONE if row["going"] == WriteState.DONE else AccountState.KEPT
