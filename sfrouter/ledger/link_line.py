"""Which leads stand in line for the link to the account made of them: put there when it is ordered."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.ledger.new_account_tables import LINK_TO_MAKE, NEW_ACCOUNT, NEW_ACCOUNT_LEAD

_OF_ITS_TRY = (NEW_ACCOUNT.c.domain == NEW_ACCOUNT_LEAD.c.domain) & (NEW_ACCOUNT.c.turn == NEW_ACCOUNT_LEAD.c.turn)
_ORDERED = select(NEW_ACCOUNT_LEAD).join(NEW_ACCOUNT, _OF_ITS_TRY).where(NEW_ACCOUNT.c.write_key.is_not(None))


def line_up(connection: Connection, lead_ids: Iterable[str], domain: str, turn: int) -> None:
    """These leads of an account are to be linked, if it is more than proposed."""
    this = select(NEW_ACCOUNT.c.write_key).where(NEW_ACCOUNT.c.domain == domain, NEW_ACCOUNT.c.turn == turn)
    if connection.execute(this).scalar() is not None:
        for lead_id in lead_ids:
            row = insert(LINK_TO_MAKE).values(lead_id=lead_id, domain=domain, turn=turn)
            connection.execute(row.on_conflict_do_nothing())


def line_up_the_past(connection: Connection) -> None:
    """The leads that an older version only kept with their accounts; the first look strikes linked ones off."""
    names = list(LINK_TO_MAKE.c.keys())
    connection.execute(insert(LINK_TO_MAKE).from_select(names, _ORDERED).on_conflict_do_nothing())


def forget_links_of(connection: Connection, lead_id: str) -> None:
    """A lead that was erased or converted is not linked any more."""
    connection.execute(delete(LINK_TO_MAKE).where(LINK_TO_MAKE.c.lead_id == lead_id))
