"""The leads that are still to be linked to the account made of them, each until it was linked once (R067)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, tuple_

from sfrouter.ledger.link_line import forget_links_of
from sfrouter.ledger.new_account_tables import LINK_TO_MAKE, NEW_ACCOUNT
from sfrouter.ledger.new_accounts import STANDS, AskedAccount, read_accounts
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import DECISION, OUTBOX
from sfrouter.model.write import IN_EFFECT, WriteKind, WriteState

_ERASED = ""
"""Of an erased decision it is known that it linked its lead, not to which account. A person took away what is not
there any more (R044)."""
_MADE, _LINK = OUTBOX.alias("made"), OUTBOX.alias("link")
_THIS = tuple_(*LINK_TO_MAKE.primary_key)
_AT_ONCE = 500  # rows of one statement


class LinksToMake(LedgerPart):
    """Links of new accounts that are due."""

    def leads_to_link(self) -> tuple[tuple[AskedAccount, str], ...]:
        """Leads of accounts that the org has, to which no link has been written or is on its way."""
        with self._store.read() as connection:
            due = connection.execute(_DUE).all()
            domains = sorted({row.domain for row in due})
            made: dict[tuple[str, int], AskedAccount] = {}
            for start in range(0, len(domains), _AT_ONCE):
                some = NEW_ACCOUNT.c.domain.in_(domains[start : start + _AT_ONCE])
                tries = read_accounts(connection, some)
                made |= {(one.domain, one.turn): one for one in tries if one.state in STANDS}
        return tuple((made[row.domain, row.turn], row.lead_id) for row in due if (row.domain, row.turn) in made)

    def strike_linked(self) -> None:
        """Strike off the leads whose link was written: what becomes of it since is a person's wish (R044)."""
        with self._store.read() as connection:
            linked = [tuple(row) for row in connection.execute(_LINKED)]
        if linked:
            with self._store.write() as connection:
                for start in range(0, len(linked), _AT_ONCE):
                    some = linked[start : start + _AT_ONCE]
                    connection.execute(delete(LINK_TO_MAKE).where(_THIS.in_(some)))

    def strike_links_of(self, lead_ids: Iterable[str]) -> None:
        """These leads are converted: they can never be linked any more."""
        gone = list(lead_ids)
        if gone:
            with self._store.write() as connection:
                for lead_id in gone:
                    forget_links_of(connection, lead_id)


def _linked(*states: WriteState) -> ColumnElement[bool]:
    """Did some decision link the lead with the account, by a write in one of these states?

    The state is asked for as an expression: nearly all writes are done, so an index of states would lead to all.
    """
    of_decision = (_LINK.c.lead_id == DECISION.c.lead_id) & (_LINK.c.decision_number == DECISION.c.number)
    link = select(DECISION.c.seq).join(_LINK, of_decision).where(
        DECISION.c.lead_id == LINK_TO_MAKE.c.lead_id,
        or_(DECISION.c.link_account_id == _MADE.c.record_id, DECISION.c.link_account_id == _ERASED),
        _LINK.c.kind == WriteKind.LEAD.value, _LINK.c.state.concat("").in_([state.value for state in states]),
    )  # fmt: skip
    return exists(link)


def _in_line() -> Select[Any]:
    """The leads in line whose account the org has."""
    of_its_try = (NEW_ACCOUNT.c.domain == LINK_TO_MAKE.c.domain) & (NEW_ACCOUNT.c.turn == LINK_TO_MAKE.c.turn)
    query = select(LINK_TO_MAKE).join(NEW_ACCOUNT, of_its_try).join(_MADE, _MADE.c.key == NEW_ACCOUNT.c.write_key)
    return query.where(_MADE.c.state == WriteState.DONE.value, _MADE.c.record_id.is_not(None))


_DUE = _in_line().where(NEW_ACCOUNT.c.ended == "", ~_linked(*IN_EFFECT)).order_by(
    NEW_ACCOUNT.c.at, NEW_ACCOUNT.c.domain, NEW_ACCOUNT.c.turn, LINK_TO_MAKE.c.lead_id
)  # fmt: skip
_LINKED = _in_line().where(_linked(WriteState.DONE))
