"""Accounts that a person takes back: remembered for ever, followed until the org has deleted them (R069)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.new_account_tables import NEW_ACCOUNT, REMOVAL
from sfrouter.ledger.new_accounts import AccountState, AskedAccount, NoSuchNewAccountError, read_accounts
from sfrouter.ledger.orders import put_orders
from sfrouter.ledger.outbox_rows import add_later
from sfrouter.ledger.part import LedgerPart
from sfrouter.model.order import LinkOrder
from sfrouter.model.write import Write

CAN_GO = frozenset({AccountState.MADE, AccountState.KEPT})
"""The states an account can be taken back in."""
_WAITING = select(REMOVAL).where(REMOVAL.c.write_key.is_(None), REMOVAL.c.kept == "").order_by(REMOVAL.c.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """An account on its way back, whose leads are being unlinked. `tries` counts how often it was asked for."""

    account_id: str
    asked: AskedAccount
    tries: int
    batch: str


class Removals(LedgerPart):
    """Accounts taken back."""

    def order_removal(self, asked: AskedAccount, orders: Sequence[LinkOrder], *, by: str, batch: str) -> None:
        """A person takes it back: no account for its domain again, its leads are unlinked first.

        Raises NoSuchNewAccountError when it is not as it was any more.
        """
        at = self._store.now()
        this = (NEW_ACCOUNT.c.domain == asked.domain) & (NEW_ACCOUNT.c.turn == asked.turn)
        with self._store.write() as connection:
            (now,) = read_accounts(connection, this) or (None,)
            if now is None or now.state not in CAN_GO or now.account_id is None:
                raise NoSuchNewAccountError(asked.domain, now.state if now else None)
            news = {"by": by, "at": at, "batch": batch, "write_key": None, "kept": ""}
            row = insert(REMOVAL).values(
                account_id=now.account_id, domain=asked.domain, turn=asked.turn, tries=1, **news
            )
            again = {**news, "tries": REMOVAL.c.tries + 1}
            connection.execute(row.on_conflict_do_update(index_elements=[REMOVAL.c.account_id], set_=again))
            ended = {"ended": AccountState.UNDONE.value, "ended_at": at}
            connection.execute(NEW_ACCOUNT.update().where(this).values(**ended))
            put_orders(connection, orders)

    def open_removals(self) -> tuple[Removal, ...]:
        """Those whose removal is not in the outbox yet."""
        found = []
        with self._store.read() as connection:
            for row in connection.execute(_WAITING).mappings().all():
                this = (NEW_ACCOUNT.c.domain == row["domain"]) & (NEW_ACCOUNT.c.turn == row["turn"])
                (asked,) = read_accounts(connection, this)
                found.append(
                    Removal(account_id=row["account_id"], asked=asked, tries=row["tries"], batch=row["batch"])
                )
        return tuple(found)

    def send_removal(self, removal: Removal, write: Write) -> None:
        """No lead is linked any more: the removal enters the outbox, once."""
        at = self._store.now()
        this = (REMOVAL.c.account_id == removal.account_id) & REMOVAL.c.write_key.is_(None)
        with self._store.write() as connection:
            if connection.execute(REMOVAL.update().where(this).values(write_key=write.key)).rowcount == 1:
                add_later(connection, write, at)

    def keep_account(self, removal: Removal, words: str) -> None:
        """It stays, because somebody was there first; `words` say what he did."""
        this = REMOVAL.c.account_id == removal.account_id
        with self._store.write() as connection:
            connection.execute(REMOVAL.update().where(this).values(kept=words))
